"""HubSpot's limits on the number of calls, and the headers that tell of them.

Put here: counting calls against windows. Keep out: what a refused caller is told (``answers``) and when counting happens
(``gate``). Sources: HubSpot's usage guidelines; that calls answered with 429 use up nothing is assumed.
"""

from collections import deque
from dataclasses import dataclass

__all__ = ["TIERS", "Limits", "RollingWindow", "Tier"]

TEN_SECONDS = 10_000
SECOND = 1_000


@dataclass(frozen=True, slots=True)
class Tier:
    """What a plan allows: calls in any 10 s by token, calls a day by portal (None: no daily limit, no daily headers)."""

    burst: int
    daily: int | None


TIERS = {
    "free": Tier(100, 250_000),
    "professional": Tier(190, 625_000),
    "enterprise": Tier(190, 1_000_000),
    "increased": Tier(250, 2_000_000),
    "oauth": Tier(110, None),
}


class RollingWindow:
    """Counts what happened in the last ``length`` milliseconds."""

    def __init__(self, most: int, length: int) -> None:
        self.most = most
        self.length = length
        self._times: deque[int] = deque()

    def used(self, now: int) -> int:
        """How many calls count at this time."""
        while self._times and self._times[0] <= now - self.length:
            self._times.popleft()
        return len(self._times)

    def take(self, now: int) -> bool:
        """Count one call, unless the window is full."""
        if self.used(now) >= self.most:
            return False
        self._times.append(now)
        return True


class Limits:
    """The counters of one portal."""

    def __init__(self, tier: Tier = TIERS["free"]) -> None:
        self.tier = tier
        self._bursts: dict[str, RollingWindow] = {}
        self._day = -1
        self.today = 0
        self.search = RollingWindow(5, SECOND)

    def reset(self) -> None:
        """Forget what was counted."""
        self.__init__(self.tier)  # type: ignore[misc]

    def burst(self, token: str) -> RollingWindow:
        """The rolling window of a token."""
        window = self._bursts.setdefault(token, RollingWindow(self.tier.burst, TEN_SECONDS))
        window.most = self.tier.burst
        return window

    def refuses(self, token: str, now: int, *, search: bool) -> str:
        """The policy that refuses a call now (empty: none, and the call is counted)."""
        day = now // 86_400_000
        if day != self._day:
            self._day, self.today = day, 0
        if self.tier.daily is not None and self.today >= self.tier.daily:
            return "DAILY"
        if search:
            if not self.search.take(now):
                return "SECONDLY"
        elif not self.burst(token).take(now):
            return "TEN_SECONDLY_ROLLING"
        self.today += 1
        return ""

    def headers(self, token: str, now: int) -> dict[str, str]:
        """The headers of an answer that isn't a search's."""
        window = self.burst(token)
        left = window.most - window.used(now)
        told = {
            "X-HubSpot-RateLimit-Interval-Milliseconds": str(TEN_SECONDS),
            "X-HubSpot-RateLimit-Max": str(window.most),
            "X-HubSpot-RateLimit-Remaining": str(left),
            "X-HubSpot-RateLimit-Secondly": str(window.most // 10),
            "X-HubSpot-RateLimit-Secondly-Remaining": str(min(left, window.most // 10)),
        }
        if self.tier.daily is not None:
            told["X-HubSpot-RateLimit-Daily"] = str(self.tier.daily)
            told["X-HubSpot-RateLimit-Daily-Remaining"] = str(max(self.tier.daily - self.today, 0))
        return told
