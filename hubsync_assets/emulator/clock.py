"""The portal's clock: what time it is in HubSpot, which tests can move.

Put here: reading, moving and formatting time. Keep out: waiting (a moved clock must never make a request slow) and anything
that measures durations, which is done with ``time.perf_counter``.
"""

import time
from datetime import UTC, datetime

__all__ = ["Clock", "iso"]


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
        """Move the clock forward, so that windows pass and tokens expire without waiting."""
        self._offset += round(seconds * 1000)

    def freeze(self) -> None:
        """Stop the clock where it is; it still moves by ``advance``."""
        if self._frozen is None:
            self._frozen = time.time_ns() // 1_000_000

    def reset(self) -> None:
        """Back to the wall clock."""
        self._offset = 0
        self._frozen = None


def iso(milliseconds: int) -> str:
    """A time as HubSpot writes it: ``2026-11-22T10:00:00.000Z``."""
    whole, rest = divmod(milliseconds, 1000)
    return f"{datetime.fromtimestamp(whole, UTC):%Y-%m-%dT%H:%M:%S}.{rest:03d}Z"
