"""HubSpot's limits on the number of calls, the headers that report them, and how busy the last two minutes were.

Put here: counting calls against windows. Keep out: what a refused caller is told (``responses``) and when counting happens
(``gate``). The windows roll, as their policy's name says; that a refused call uses up nothing is assumed (a switch).
"""

from collections import deque
from dataclasses import asdict, dataclass

from hubsync_assets.emulator.clock import midnights

__all__ = ["TIERS", "Limits", "RollingWindow", "Second", "Tier"]

TEN_SECONDS = 10_000
SECOND = 1_000
MOST_TOKENS = 1_000


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


@dataclass(slots=True)
class Second:
    """One second for the plot: calls served and refused in it, and the most calls that a token had in its window."""

    at: int
    served: int = 0
    refused: int = 0
    window: int = 0


class RollingWindow:
    """Counts what happened in the last ``length`` milliseconds; at most ``most`` times, so it stays small."""

    def __init__(self, most: int, length: int) -> None:
        self.most = most
        self.length = length
        self._times: deque[int] = deque()

    def used(self, now: int) -> int:
        """How many calls count at this time."""
        while self._times and self._times[0] <= now - self.length:
            self._times.popleft()
        return len(self._times)

    def is_full(self, now: int) -> bool:
        """Whether one more call would be too many."""
        return self.used(now) >= self.most

    def count(self, now: int) -> None:
        """Count a call; in a full window it takes the place of the oldest."""
        if self.is_full(now) and self._times:
            self._times.popleft()
        self._times.append(now)

    def wait_seconds(self, now: int) -> int:
        """Whole seconds until the oldest call no longer counts, at least 1."""
        oldest = self._times[0] if self._times else now
        return max(1, -(-(oldest + self.length - now) // SECOND))


class Limits:
    """The counters of one portal. All times are milliseconds since 1970 by the portal's clock."""

    def __init__(self, tier: Tier = TIERS["free"]) -> None:
        self.tier = tier
        self.reset()

    def reset(self) -> None:
        """Forget what was counted."""
        self._bursts: dict[str, RollingWindow] = {}
        self._day = (0, 0)
        self.today = 0
        self.search = RollingWindow(5, SECOND)
        self.seconds: deque[Second] = deque(maxlen=120)

    def burst(self, token: str, now: int) -> RollingWindow:
        """The rolling window of a token."""
        window = self._bursts.get(token)
        if window is None:
            if len(self._bursts) >= MOST_TOKENS:
                self._bursts = {name: window for name, window in self._bursts.items() if window.used(now)}
            window = self._bursts[token] = RollingWindow(self.tier.burst, TEN_SECONDS)
        window.most = self.tier.burst
        return window

    def fullest(self, now: int) -> int:
        """How many calls the busiest token made in the last 10 s."""
        return max((window.used(now) for window in self._bursts.values()), default=0)

    def refuses(self, token: str, now: int, *, search: bool, zone: str = "UTC", count_refused: bool = False) -> str:
        """The policy that refuses a call now (empty: none, and the call is counted)."""
        self.roll(now, zone)
        window = self.search if search else self.burst(token, now)
        policy = ""
        if window.is_full(now):
            policy = "SECONDLY" if search else "TEN_SECONDLY_ROLLING"
        elif self.tier.daily is not None and self.today >= self.tier.daily:
            policy = "DAILY"
        if not policy or count_refused:
            window.count(now)
            self.today += 1
        self._plot(now, refused=bool(policy))
        return policy

    def roll(self, now: int, zone: str) -> None:
        """Start a new day when midnight has passed in the portal's time zone."""
        if not self._day[0] <= now < self._day[1]:
            self._day, self.today = midnights(now, zone), 0

    def resets_at(self) -> int:
        """When the day ends."""
        return self._day[1]

    def _plot(self, now: int, *, refused: bool) -> None:
        second = now // SECOND
        if not self.seconds or self.seconds[-1].at != second:
            self.seconds.append(Second(second))
        last = self.seconds[-1]
        last.served += not refused
        last.refused += refused
        last.window = max(last.window, self.fullest(now))

    def recent(self) -> list[dict[str, int]]:
        """The busy seconds of the last while, oldest first."""
        return [asdict(second) for second in self.seconds]

    def headers(self, token: str, now: int) -> dict[str, str]:
        """The headers of every answer but search's."""
        window = self.burst(token, now)
        left = max(window.most - window.used(now), 0)
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

    def until_free(self, policy: str, token: str, now: int) -> int:
        """Whole seconds until a refused call would pass, at least 1."""
        if policy == "DAILY":
            return max(1, -(-(self._day[1] - now) // SECOND))
        window = self.search if policy == "SECONDLY" else self.burst(token, now)
        return window.wait_seconds(now)
