"""The portal's clock: what time it is in HubSpot, which tests can move.

Put here: reading, moving and formatting time. Keep out: waiting (a moved clock must never make a request slow) and anything
that measures durations, which is done with ``time.perf_counter``.
"""

import time
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from hubsync_assets.emulator.bounds import number

__all__ = ["DAY", "Clock", "iso", "midnights", "milliseconds"]

DAY = 86_400_000
"""A day in milliseconds."""
FIRST, LAST = -62_135_596_800_000, 253_402_300_800_000
"""The beginning of year 1 and the end of year 9999, in milliseconds since 1970: what ISO text can say."""
FURTHEST = LAST - 366 * DAY
"""How far the clock can be moved: a year remains for it to run on, in every time zone."""
DIGITS = 18


class Clock:
    """Wall-clock time plus an offset; ``freeze`` stops it. All times are milliseconds since 1970, as HubSpot counts them."""

    def __init__(self) -> None:
        self._offset = 0
        self._frozen: int | None = None

    def now(self) -> int:
        """The portal's time in milliseconds since 1970."""
        wall = self._frozen if self._frozen is not None else time.time_ns() // 1_000_000
        return wall + self._offset

    def advance(self, seconds: float) -> None:
        """Move the clock forward, so that windows pass and days end without waiting.

        Raises:
            ValueError: the seconds are negative or no number, or lead beyond the year 9998.
        """
        left = (FURTHEST - self.now()) / 1000
        number(seconds, "The clock moves forward, and not beyond the year 9998: advance", 0, max(0, left))
        self._offset += round(seconds * 1000)

    def freeze(self) -> None:
        """Stop the clock where it is; it still moves by ``advance``."""
        if self._frozen is None:
            self._frozen = time.time_ns() // 1_000_000

    def reset(self) -> None:
        """Back to the wall clock."""
        self._offset = 0
        self._frozen = None


@lru_cache(maxsize=4096)
def _whole_second(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat()[:19]


def iso(moment: int) -> str:
    """A time in milliseconds as HubSpot writes it: ``2026-11-22T10:00:00.000Z``; ValueError out of years 1 to 9999."""
    seconds, rest = divmod(moment, 1000)
    return f"{_whole_second(seconds)}.{rest:03d}Z"


def milliseconds(text: str) -> int | None:
    """A time from ISO text (without a zone: UTC) or from a number of milliseconds; None: it is neither, or out of years 1 to 9999."""
    digits = text.removeprefix("-")
    if digits.isascii() and digits.isdecimal():
        if len(digits) > DIGITS:  # Python itself refuses to read a number of thousands of digits
            return None
        moment = int(text)
    else:
        try:
            when = datetime.fromisoformat(text)
        except ValueError:
            return None
        moment = round((when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp() * 1000)
    return moment if FIRST <= moment < LAST else None


def midnights(now: int, zone: str) -> tuple[int, int]:
    """The midnight before and after a time, in a time zone such as ``US/Eastern``; milliseconds since 1970."""
    here = datetime.fromtimestamp(now / 1000, UTC if zone == "UTC" else ZoneInfo(zone))
    begins = here.replace(hour=0, minute=0, second=0, microsecond=0)
    ends = (begins + timedelta(days=1)).replace(hour=0)
    return round(begins.timestamp() * 1000), round(ends.timestamp() * 1000)
