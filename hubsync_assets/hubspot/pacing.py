"""When the next request may go: under the portal's burst limit in every window, and evenly spaced.

Put here: the pace. Keep out: waiting (callers sleep, or do something else) and what 429 means. The exact count is
pyrate-limiter's: its sliding log lets through so many grants in any window, not one more. That alone is not enough, because
what counts is when requests *arrive*: a log refills in the bursts in which it was used up, and a few milliseconds of jitter then
put more into one window of the server than of the client. So grants are also spaced evenly (the library has no such
mode that can catch up), which leaves more than two slots, some 100 ms, of room for jitter at 190 calls in 10 s.
"""

import math
import threading
import time
from collections.abc import Callable, Mapping

from pyrate_limiter import InMemoryBucket, Rate, RateItem

from hubsync_assets.errors import PermanentError

__all__ = ["SAFE_LIMIT", "Pacer"]

SAFE_LIMIT = 100
"""Calls in 10 s that every portal allows (HubSpot's usage guidelines, Free and Starter), until the first answer says more."""
MARGIN = 0.012
"""The part of the limit that is left free, so that jitter on the way never makes us the one call too many."""
CATCH_UP = 2
"""How many missed slots may be made up for at once."""


class Pacer:
    """Grants requests, for any number of threads.

    Args:
        reserve: Calls of each window that are left to the portal's other users of this limit.
        clock: Seconds that never go back.
    """

    def __init__(self, *, reserve: int = 0, clock: Callable[[], float] = time.monotonic) -> None:
        if reserve < 0:
            raise PermanentError("the reserve of calls is negative: give the calls in each window to leave to others")
        self._reserve = reserve
        self._clock = clock
        self._lock = threading.Lock()
        self._next = self._quiet_until = clock()
        self._bucket = InMemoryBucket([Rate(SAFE_LIMIT, 10_000)])
        self.limit, self.window, self.learned = SAFE_LIMIT, 10.0, False
        self._set(SAFE_LIMIT, 10.0)

    def learn(self, headers: Mapping[str, str]) -> None:
        """Take the limit from an answer's headers (search answers have none, and change nothing)."""
        limit, window = (
            headers.get("x-hubspot-ratelimit-max", ""),
            headers.get("x-hubspot-ratelimit-interval-milliseconds", ""),
        )
        if limit.isdecimal() and window.isdecimal() and int(limit) > 0 and int(window) > 0:
            with self._lock:
                news = not self.learned or (int(limit), int(window) / 1000) != (self.limit, self.window)
                self.learned = True
                if news:
                    self._set(int(limit), int(window) / 1000)

    def take(self) -> float:
        """0.0: go now, it counts. Else the seconds after which to ask again."""
        with self._lock:
            now = self._clock()
            if (wait := max(self._next, self._quiet_until) - now) > 0:
                return wait
            item = RateItem("call", int(now * 1000))
            self._bucket.leak(item.timestamp)
            if not self._bucket.put(item):
                wait_ms = self._bucket.waiting(item)
                # At least a millisecond, the log's own grain, so that nobody spins. (Only remote buckets answer later.)
                return max(wait_ms if isinstance(wait_ms, int) else 1, 1) / 1000
            self._next = max(self._next, now - CATCH_UP * self._interval) + self._interval
            return 0.0

    def pause(self, seconds: float) -> None:
        """Grant nothing for so long."""
        with self._lock:
            self._quiet_until = max(self._quiet_until, self._clock() + seconds)

    def used(self) -> int:
        """How many calls were granted in the last window."""
        with self._lock:
            self._bucket.leak(int(self._clock() * 1000))
            return len(self._bucket.items)

    def _set(self, limit: int, window: float) -> None:
        ours = limit - self._reserve
        if ours < 1 and self.learned:
            raise PermanentError(
                f"the reserve of {self._reserve} calls leaves none of the portal's {limit} in {window:.0f} s: lower it"
            )
        # Before the portal has said its limit, a reserve above the safe one leaves the one call that asks.
        ours = max(ours, 1)
        self.limit, self.window = limit, window
        self._interval = window / (ours * (1 - MARGIN))
        self._next = min(self._next, self._clock() + self._interval)
        self._bucket.rates = [Rate(math.ceil(ours * (1 - MARGIN)), int(window * 1000))]
