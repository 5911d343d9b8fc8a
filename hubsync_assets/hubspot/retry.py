"""What to do about an answer (the retry policy, as one function that reads as the policy), and about a portal that keeps failing.

Put here: statuses, waits, and counting failures in a row. Keep out: doing any of it (``sender``, ``client``); time and randomness come from outside. Statuses and their meaning are from
HubSpot's documentation ("Handle errors"), 413, 525 and 526 mean what they mean everywhere.
"""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, StrEnum, auto

from hubsync_assets.hubspot.response import Response
from hubsync_assets.retrying import backoff, is_retryable

__all__ = ["Action", "Breaker", "RetryPolicy", "Ruling", "StopReason", "rule"]


class Action(StrEnum):
    """What the caller does next."""

    USE = "use"
    """2xx: read the answer (the status alone proves nothing)."""
    RETRY = "retry"
    """The portal failed: the same call again, after ``Ruling.wait`` or a backoff."""
    PAUSE = "pause"
    """The portal asks to wait: no calls at all for ``Ruling.wait``, then the same call again."""
    SPLIT = "split"
    """The content is refused as a whole: find out which part of it is at fault."""
    STOP = "stop"
    """No call will succeed: end the run."""


class StopReason(Enum):
    """Why no call will succeed."""

    UNREACHABLE = auto()
    UNAUTHORISED = auto()
    FORBIDDEN = auto()
    DAILY_LIMIT = auto()
    MOVING = auto()
    NO_SUCH_PATH = auto()
    REFUSED = auto()
    """Any other status: a call that HubSpot does not take as it is."""


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """The numbers of the policy; times in seconds.

    Attributes:
        base: The longest backoff before the second try; doubled for each further try.
        cap: No backoff is longer, and no Retry-After is waited for longer.
        tries: How often one call is sent before it is given up (or halved, for a batch).
        lock: The shortest wait after 423: locks last 2 s.
        longest_move: A move to another data centre (477) that takes longer, by Retry-After, ends the run.
        failures: Failures in a row that open the breaker.
        probes: Failed probes of the open breaker in a row that end the run.
        longest_quiet: This long without one useful answer, be it for throttling (429), ends the run too.
    """

    base: float = 0.5
    cap: float = 60.0
    tries: int = 5
    lock: float = 2.0
    longest_move: float = 300.0
    failures: int = 8
    probes: int = 6
    longest_quiet: float = 600.0

    def pause(self, failures: int, chance: random.Random, asked: float | None = None) -> float:
        """Seconds before the next try, after so many failures of a call: what the portal asked for, and anything up to the bound on top."""
        return (asked or 0.0) + backoff(failures, self.base, self.cap, chance.random)


@dataclass(frozen=True, slots=True)
class Ruling:
    """What to do, and how many seconds to wait first; None: as backoff says, or for a pause the portal's window.

    ``why`` is there with ``Action.STOP`` only.
    """

    action: Action
    wait: float | None = None
    why: StopReason | None = None


def _stop(why: StopReason, wait: float | None = None) -> Ruling:
    return Ruling(Action.STOP, wait, why)


def rule(answer: Response, policy: RetryPolicy) -> Ruling:  # noqa: C901, PLR0911, PLR0912 - one line for each status is the point
    """The policy, from top to bottom."""
    after = answer.retry_after()
    wait = None if after is None else min(after, policy.cap)
    match answer.status:
        case 0:
            return Ruling(Action.RETRY) if answer.retryable else _stop(StopReason.UNREACHABLE)
        case 200 | 201 | 202 | 204 | 207 if answer.body is not None or answer.status == 204:
            return Ruling(Action.USE)
        case status if 200 <= status < 300:
            # A proxy's page, or half an answer: HubSpot may or may not have carried out the call.
            return Ruling(Action.RETRY)
        case 400 | 409 | 413 | 422:
            return Ruling(Action.SPLIT)
        case 401:
            return _stop(StopReason.UNAUTHORISED)
        case 403:
            return _stop(StopReason.FORBIDDEN)
        case 423:
            return Ruling(Action.RETRY, max(wait or 0.0, policy.lock))
        case 429:
            match answer.text("policyName"):
                case "DAILY":
                    return _stop(StopReason.DAILY_LIMIT)
                # A wait of 0 s would mean asking again at once, for ever.
                case "SECONDLY":
                    return Ruling(Action.PAUSE, wait or 1.0)
                case _:
                    return Ruling(Action.PAUSE, wait or None)
        case 477:
            if after is not None and after > policy.longest_move:
                return _stop(StopReason.MOVING, after)
            return Ruling(Action.PAUSE, after or policy.cap)
        case status if is_retryable(status):
            return Ruling(Action.RETRY, wait)
        case 404:
            return _stop(StopReason.NO_SUCH_PATH)
        case status:
            return _stop(StopReason.UNREACHABLE if status >= 500 else StopReason.REFUSED)


class Breaker:
    """Notices that the portal keeps failing, slows down to single probes, and in the end gives up; used by one thread.

    Closed: calls flow. Open: one probe at a time, each after a longer wait; a success closes it again.
    """

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
        """Whether the portal failed for so long that the run should end."""
        return self._probes >= self._policy.probes

    @property
    def failing_for(self) -> float:
        """Seconds since the first of the failures in a row."""
        return self._clock() - self._failing_since

    def wait(self, in_flight: int) -> float:
        """0.0: a call may go. Else seconds to wait (an answer may change this earlier)."""
        if not self.is_open:
            return 0.0
        return self._policy.cap if in_flight else max(0.0, self._next_probe - self._clock())

    def success(self) -> None:
        """The portal did what it should."""
        self.failures = self._probes = 0

    def failure(self, in_flight: int) -> None:
        """The portal failed; ``in_flight``: other calls still out, which do not count as probes."""
        if self.failures == 0:
            self._failing_since = self._clock()
        self.failures += 1
        if self.is_open and in_flight == 0:
            self._probes += 1
            # Never at once: that would help nobody.
            wait = backoff(self._probes + 1, self._policy.base, self._policy.cap, self._chance.random, certain=0.5)
            self._next_probe = self._clock() + wait
