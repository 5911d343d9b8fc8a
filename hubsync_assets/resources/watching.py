"""A sync from outside: whether it is at work, and how it ended the last times. What a sensor asks before it starts a run.

Put here: both locks in one question. Keep out: what follows (``automation``).
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass

from hubsync_assets.model.tables import PLAN, STATE
from hubsync_assets.resources.sync import Sync
from hubsync_assets.sync_log.log import sqlite_url
from hubsync_assets.sync_log.sync_ends import PastSync
from hubsync_assets.sync_log.watching import look_at_log
from hubsync_assets.tables.storage import Storage

__all__ = ["SyncLook", "look_at_sync"]


@dataclass(frozen=True, slots=True)
class SyncLook:
    """What a look showed.

    Attributes:
        writer: Who holds the storage's lock or the portal's, in words; None: both are free.
        past: How the last syncs ended, newest first.
    """

    writer: str | None
    past: Sequence[PastSync]

    @property
    def is_taken(self) -> bool:
        """Whether a run would be turned away now."""
        return self.writer is not None


def look_at_sync(sync: Sync) -> SyncLook:
    """Ask storage and log of a sync. Nothing is made or changed in storage: in a code server's pod it may be missing, or read-only.

    Where storage does not know its portal yet (a new disk), a run that writes to any portal of the same log counts.

    Raises:
        PermanentError: A variable is wrong, or storage cannot be used.
        TransientError: The log's database cannot be reached now.
    """
    settings = sync.settings(os.environ)
    storage = Storage(sync.model, settings.storage, only_look=True)
    log = look_at_log(settings.log_url or sqlite_url(storage.folder))
    portal_id = _portal_of(storage)
    past = [sync for sync in log.past if portal_id is None or sync.portal_id == portal_id]
    writer = storage.lock.holder() if storage.lock.is_taken() else log.writer(portal_id)
    return SyncLook(writer, past)


def _portal_of(storage: Storage) -> int | None:
    for name in (PLAN, STATE):
        version = storage.table(name).current()
        if version is not None:
            return int(version.facts["portal_id"])
    return None
