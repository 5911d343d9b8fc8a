"""Counts what was asked of the portal and what its limits are, for reports.

Put here: numbers. Keep out: decisions based on them.
"""

import threading
from dataclasses import dataclass, replace

from hubsync_assets.hubspot.response import Response
from hubsync_assets.hubspot.retry import Action, Ruling

__all__ = ["Meter", "Usage"]


@dataclass(frozen=True, slots=True)
class Usage:
    """What a client did so far.

    Attributes:
        calls: Requests sent, retries included.
        failed: Of those, the ones that the portal or the network failed.
        throttled: Of those, the ones that were asked to wait (429, 477).
        daily_limit: The portal's calls a day, all its apps together; None: HubSpot has not said.
        daily_remaining: What was left of them at the newest answer that said so.
        seconds: Waited for answers, added up over all requests.
    """

    calls: int = 0
    failed: int = 0
    throttled: int = 0
    daily_limit: int | None = None
    daily_remaining: int | None = None
    seconds: float = 0.0


class Meter:
    """Adds up one client's requests, from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._usage = Usage()
        self.answered = False

    def count(self, answer: Response, ruling: Ruling) -> None:
        """Add one request."""
        limit, remaining = (answer.headers.get(f"x-hubspot-ratelimit-daily{it}", "") for it in ("", "-remaining"))
        with self._lock:
            self.answered = self.answered or answer.status > 0
            old = self._usage
            self._usage = replace(
                old,
                calls=old.calls + 1,
                failed=old.failed + (ruling.action is Action.RETRY),
                throttled=old.throttled + (ruling.action is Action.PAUSE),
                daily_limit=int(limit) if limit.isdecimal() else old.daily_limit,
                daily_remaining=int(remaining) if remaining.isdecimal() else old.daily_remaining,
                seconds=old.seconds + answer.seconds,
            )

    def usage(self) -> Usage:
        """The sums now."""
        with self._lock:
            return self._usage
