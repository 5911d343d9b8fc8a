"""Who is writing: the storage folder's lock, and the portal's in PostgreSQL. Neither is taken.

Keep out: how locks are seen (``tables.lock_look``, ``sync_log.standing``).
"""

from collections.abc import Iterator

from hubsync_assets.doctor.findings import Finding
from hubsync_assets.settings import Settings
from hubsync_assets.sync_log.standing import standing_of
from hubsync_assets.tables.lock_look import look_at_lock

__all__ = ["find_locks"]

_FEW_SECONDS = 5


def find_locks(settings: Settings) -> Iterator[Finding]:
    """Look at both locks.

    Raises:
        HubsyncError: The database with the portal's lock cannot be read.
    """
    seen = look_at_lock(settings.storage)
    if seen.is_taken:
        yield Finding(f"storage is being written by {seen.holder or 'another process'}")
    elif seen.is_taken is None:
        yield Finding(f"whether storage is being written cannot be seen here; last it was by {seen.holder or 'nobody'}")
    else:
        yield Finding(f"storage: free{f', last held by {seen.holder}' if seen.holder else ''}")
    if settings.log_url is None:
        yield Finding("portal: guarded by the storage's lock, as the log is SQLite")
        return
    standing = standing_of(settings.log_url, None, _FEW_SECONDS)
    held = {} if standing is None else standing.writers
    for who in held.values():
        yield Finding(f"a portal is being written by {who}")
    if not held:
        yield Finding("portal: free")
