"""Counts what was asked of the portal, and how many calls of the day are left, for reports.

Put here: numbers. Keep out: decisions based on them.
"""

import threading
from dataclasses import dataclass

from hubsync_assets.hubspot.response import Response

__all__ = ["Meter", "Usage"]


@dataclass(frozen=True, slots=True)
class Usage:
    """What a client did so far.

    Attributes:
        calls: Requests sent, retries included.
        daily_limit: The portal's calls a day, all its apps together; None: HubSpot has not said.
        daily_remaining: What was left of them at the newest answer that said so.
    """

    calls: int = 0
    daily_limit: int | None = None
    daily_remaining: int | None = None


class Meter:
    """Adds up one client's requests, from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._usage = Usage()
        self.answered = False

    def count(self, answer: Response) -> None:
        """Add one request."""
        limit, remaining = (answer.headers.get(f"x-hubspot-ratelimit-daily{end}", "") for end in ("", "-remaining"))
        with self._lock:
            self.answered = self.answered or answer.status > 0
            self._usage = Usage(
                self._usage.calls + 1,
                int(limit) if limit.isdecimal() else self._usage.daily_limit,
                int(remaining) if remaining.isdecimal() else self._usage.daily_remaining,
            )

    def usage(self) -> Usage:
        """The sums now."""
        with self._lock:
            return self._usage
