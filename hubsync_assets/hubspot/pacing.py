"""When the next request may go: under the portal's burst limit in every window as the portal sees it, and evenly spaced.

Put here: the pace. Keep out: waiting (callers sleep, or do something else) and what 429 means.

Our own code, because what counts is when requests *arrive*, and rate limiters know only when they let one go. A sliding log of grants
(pyrate-limiter's was tried, exact at the client) refills in the bursts in which it was used up, and a stall on the way bunches requests. Ten
seconds later the server sees more in its window than the client does. So here (1) grants are spaced evenly, and (2) a
request holds its place from its grant until a window after the server counted it, which is learned from when the answer came:
an answer later than usual means that the request was counted later.
"""

import heapq
import math
import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable, Mapping

from hubsync_assets.errors import PermanentError

__all__ = ["SAFE_LIMIT", "Pacer"]

SAFE_LIMIT = 100
"""Calls in 10 s that every portal allows (HubSpot's usage guidelines, Free and Starter), until the first answer says more."""
MARGIN = 0.01
"""The share of the limit that is left free, for jitter on the way that the client cannot see."""
CATCH_UP = 2
"""How many missed slots may be made up for at once."""
USUAL = 65
"""The newest so many answers of a kind say how long one usually takes: their lower quartile, because stalls only make answers later."""
UNSURE = 0.02
"""Seconds by which a request may have been counted later than its answer says."""
ALONE = 0.9
"""A client that has used this share of a limit when it is refused has used it up alone."""


class Pacer:
    """Grants requests, for any number of threads.

    Args:
        reserve: Calls of each window that are left to the portal's other users of this limit.
        clock: Seconds that never go back.
    """

    def __init__(self, *, reserve: int = 0, clock: Callable[[], float] = time.monotonic) -> None:
        if reserve < 0:
            raise PermanentError(
                "the reserve of calls is negative: give the number of calls to leave to others in each window"
            )
        self._reserve = reserve
        self._clock = clock
        self._lock = threading.Lock()
        self._next = self._quiet_until = clock()
        self._throttled_at, self._throttles = -math.inf, 0
        self._under_way = 0
        self._counted: list[float] = []
        self._durations: defaultdict[str, deque[float]] = defaultdict(lambda: deque(maxlen=USUAL))
        self.limit, self.window, self.learned = SAFE_LIMIT, 10.0, False
        self._set(SAFE_LIMIT, 10.0)

    def learn(self, headers: Mapping[str, str]) -> None:
        """Take the limit from an answer's headers (search answers have none, and change nothing)."""
        limit = headers.get("x-hubspot-ratelimit-max", "")
        window = headers.get("x-hubspot-ratelimit-interval-milliseconds", "")
        if limit.isdecimal() and window.isdecimal() and int(limit) > 0 and int(window) > 0:
            with self._lock:
                news = not self.learned or (int(limit), int(window) / 1000) != (self.limit, self.window)
                self.learned = True
                if news:
                    self._set(int(limit), int(window) / 1000)

    def take(self) -> float:
        """0.0: go now; it counts until ``answered``, and a window more. Else the seconds after which to ask again."""
        with self._lock:
            now = self._clock()
            if (wait := max(self._next, self._quiet_until) - now) > 0:
                return wait
            if self._used(now) >= self._most:
                # With all places under way, an answer is what to wait for. Never 0.0, which would be a grant.
                free = self._counted[0] + self.window - now if self._counted else self._interval
                return max(free, 0.001)
            self._under_way += 1
            self._next = max(self._next, now - CATCH_UP * self._interval) + self._interval
            return 0.0

    def answered(self, sent: float, kind: str = "") -> None:
        """A granted request, sent at this time of the clock, has its answer (or will have none).

        ``kind``: names requests that usually take equally long; there are few kinds.
        """
        with self._lock:
            now = self._clock()
            durations = self._durations[kind]
            durations.append(now - sent)
            self._under_way -= 1
            usual = sorted(durations)[len(durations) // 4]
            heapq.heappush(self._counted, max(sent, now - max(0.0, usual - UNSURE)))

    def throttled(self, sent: float, wait: float | None) -> None:
        """A request, sent at this time of the clock, was refused for the limit: nobody goes for a while.

        ``wait``: what the portal asked for. Else a window, because others use the limit too; but if we were alone and merely one call
        too early, a tenth of a window, doubled each time that this happens again soon. Refusals of requests that were already under way
        say nothing new.
        """
        with self._lock:
            now = self._clock()
            if wait is None:
                if sent < self._throttled_at:
                    return
                soon = now - self._throttled_at < 2 * self.window
                self._throttled_at, self._throttles = now, self._throttles + 1 if soon else 0
                alone = self._used(now) >= ALONE * self.limit
                wait = min(self.window, self.window / 10 * 2**self._throttles) if alone else self.window
            self._quiet_until = max(self._quiet_until, now + wait)

    def used(self) -> int:
        """How many places of the window are taken."""
        with self._lock:
            return self._used(self._clock())

    def _used(self, now: float) -> int:
        while self._counted and self._counted[0] <= now - self.window:
            heapq.heappop(self._counted)
        return self._under_way + len(self._counted)

    def _set(self, limit: int, window: float) -> None:
        ours = limit - self._reserve
        if ours < 1 and self.learned:
            raise PermanentError(
                f"the reserve of {self._reserve} calls leaves none of the portal's {limit} in {window:.0f} s: lower it"
            )
        # Before the portal has said its limit, a reserve above the safe one leaves the one call that asks.
        ours = max(ours, 1)
        self.limit, self.window = limit, window
        self._most = max(1, ours - max(1, round(ours * MARGIN)))
        self._interval = window / (ours * (1 - MARGIN))
        self._next = min(self._next, self._clock() + self._interval)
