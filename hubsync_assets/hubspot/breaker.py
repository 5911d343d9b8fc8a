"""The circuit breaker: notices that the portal keeps failing, slows down to single probes, and in the end gives up.

Put here: counting failures in a row. Keep out: what a failure is (``retry``) and ending the run (the sender does).
Closed: calls flow. Open: one probe at a time, each after a longer wait; a success closes it again.
"""

import random
import time
from collections.abc import Callable

from hubsync_assets.hubspot.retry import RetryPolicy, backoff

__all__ = ["Breaker"]


class Breaker:
    """State of the portal as seen by one run; used by one thread."""

    def __init__(
        self, policy: RetryPolicy, *, clock: Callable[[], float] = time.monotonic, chance: random.Random
    ) -> None:
        self._policy, self._clock, self._chance = policy, clock, chance
        self.failures = 0
        self._probes = 0
        self._failing_since = self._next_probe = clock()

    @property
    def is_open(self) -> bool:
        """Whether the portal counts as failing."""
        return self.failures >= self._policy.failures

    @property
    def gave_up(self) -> bool:
        """Whether it failed so long that the run should end."""
        return self._probes >= self._policy.probes

    @property
    def failing_for(self) -> float:
        """Seconds since the first of the failures in a row."""
        return self._clock() - self._failing_since

    def wait(self, in_flight: int) -> float:
        """0.0: a call may go. Else seconds to wait (an answer may change it before)."""
        if not self.is_open:
            return 0.0
        return self._policy.cap if in_flight else max(0.0, self._next_probe - self._clock())

    def success(self) -> None:
        """The portal did what it should."""
        self.failures = self._probes = 0

    def failure(self, in_flight: int) -> None:
        """The portal failed; ``in_flight``: other calls still out, which are no probes."""
        if self.failures == 0:
            self._failing_since = self._clock()
        self.failures += 1
        if self.is_open and in_flight == 0:
            self._probes += 1
            # The bound itself, not a part of it: probing a sick portal at once helps nobody.
            bound = min(self._policy.cap, self._policy.base * 2**self._probes)
            self._next_probe = self._clock() + bound / 2 + backoff(1, RetryPolicy(base=bound), self._chance) / 2
