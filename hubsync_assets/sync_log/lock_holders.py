"""Who holds the locks of a log in PostgreSQL, as any session of the same database sees it.

Put here: how a portal's lock is called, and reading ``pg_locks``. Keep out: taking one (``database_lock``).
"""

import sqlalchemy as sa

from hubsync_assets.tables.holder import Holder

__all__ = ["NAMESPACE", "key_of", "writers"]

NAMESPACE = 0x68756273
"""The first of the two numbers of our locks; other applications of the database have others."""

_LOCKS = sa.text(
    "SELECT l.objid::bigint, a.application_name, a.pid FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid "
    "WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 2 AND l.classid::bigint = :namespace "
    "AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)


def key_of(portal_id: int) -> int:
    """The second number of a portal's lock: a portal's id as far as four bytes go, with a sign.

    Example:
        >>> key_of(4_294_967_295), key_of(146_000_000)
        (-1, 146000000)
    """
    low = portal_id & 0xFFFFFFFF
    return low - (1 << 32) if low >= 1 << 31 else low


def writers(connection: sa.Connection) -> dict[int, str]:
    """Who is writing, in words, by ``key_of`` the portal; nothing of a log that is no PostgreSQL."""
    if connection.dialect.name != "postgresql":
        return {}
    found = {}
    for key, name, pid in connection.execute(_LOCKS, {"namespace": NAMESPACE}):
        holder = Holder.of(name or "")
        found[key_of(int(key))] = str(holder) if holder else f"another run (PostgreSQL's process {pid})"
    return found
