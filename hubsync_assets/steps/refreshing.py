"""Bringing ``hubspot_contacts``, ``failed_contacts`` and ``settled_values`` up to date with the log, without any call to HubSpot.

Keep out: the fold itself (``sync_log.refresh``).
"""

from hubsync_assets.errors import PermanentError
from hubsync_assets.hubspot.mapping import PropertyMapping
from hubsync_assets.model.tables import PLAN, STATE
from hubsync_assets.sync_log.log import SyncLog
from hubsync_assets.sync_log.refresh import refresh_state
from hubsync_assets.tables.storage import Storage

__all__ = ["refresh_tables"]


def refresh_tables(storage: Storage, log: SyncLog) -> None:
    """Fold what the log has of the portal that the storage is about.

    Args:
        storage: its lock is held by the caller.
        log: the sync log.

    Raises:
        PermanentError: no plan was ever made here, so nobody knows which portal is meant.
    """
    known = storage.table(PLAN).current() or storage.table(STATE).current()
    if known is None:
        raise PermanentError(
            f"{PLAN} was never made here, so it is not known which portal is meant: materialise it first"
        )
    refresh_state(storage, log, int(known.facts["portal_id"]), ways=PropertyMapping(storage.model).ways)
