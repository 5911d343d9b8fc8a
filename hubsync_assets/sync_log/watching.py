"""A look at a log from outside, every few seconds: who is writing, and how the last syncs ended.

Nothing is made or changed by it. Keep out: what follows (``automation.asking``).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from hubsync_assets.sync_log.engine import engine_of
from hubsync_assets.sync_log.failures import clear_failures
from hubsync_assets.sync_log.lock_holders import key_of, writers
from hubsync_assets.sync_log.sync_ends import PastSync, past_syncs

__all__ = ["LogLook", "look_at_log"]


@dataclass(frozen=True, slots=True)
class LogLook:
    """What a look showed.

    Attributes:
        writers: Who holds the lock of a portal, in words, by ``lock_holders.key_of`` the portal.
        past: How the last syncs ended, newest first.
    """

    writers: Mapping[int, str] = field(default_factory=dict)
    past: Sequence[PastSync] = ()

    def writer(self, portal_id: int | None) -> str | None:
        """Who is writing to a portal, in words; None: nobody is. Where nobody knows the portal yet, whoever is writing to any."""
        if portal_id is None:
            return next(iter(self.writers.values()), None)
        return self.writers.get(key_of(portal_id))


def look_at_log(url: str) -> LogLook:
    """Look at a log, which need not be there yet.

    Args:
        url: As for ``SyncLog``.

    Raises:
        PermanentError: The URL or the driver is wrong.
        TransientError: The database cannot be reached now.
    """
    engine = engine_of(url)
    try:
        file = engine.url.database if engine.dialect.name == "sqlite" else None
        if file is not None and not Path(file).exists():
            return LogLook()
        with clear_failures("read"), engine.connect() as connection:
            return LogLook(writers(connection), past_syncs(connection))
    finally:
        engine.dispose()
