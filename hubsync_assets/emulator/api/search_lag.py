"""Search's lag: the portal as it was some seconds ago.

Put here: undoing the writes that search doesn't see yet. Keep out: everything else of search.
"""

from collections.abc import Sequence

import orjson

from hubsync_assets.emulator.portal import Portal
from hubsync_assets.emulator.records import Contact, Version

__all__ = ["as_of"]

COLUMNS = "id, properties, created, updated, archived, version"
AT_ONCE = 500


def as_of(portal: Portal, moment: int) -> str:
    """The SQL of a table of contacts as they were at a time; those written since are replaced by what they were then."""
    late = sorted(portal.contacts.written_since(moment))
    if not late:
        return "contacts"
    run = portal.database.connection.execute
    run("CREATE TEMP TABLE IF NOT EXISTS late(id INTEGER PRIMARY KEY, properties, created, updated, archived, version)")
    run("DELETE FROM late")
    for start in range(0, len(late), AT_ONCE):
        ids = late[start : start + AT_ONCE]
        history: dict[int, list[Version]] = {}
        for version in portal.contacts.versions(ids):
            history.setdefault(version.contact, []).append(version)
        rows = [_row(contact, history.get(contact.id, []), moment) for contact in portal.contacts.get(ids).values()]
        portal.database.connection.executemany("INSERT INTO late VALUES (?, ?, ?, ?, ?, 0)", rows)
    return (
        f"(SELECT {COLUMNS} FROM contacts WHERE id NOT IN (SELECT id FROM late) UNION ALL SELECT {COLUMNS} FROM late)"
    )


def _row(contact: Contact, history: Sequence[Version], moment: int) -> tuple[int, str, int, int, int | None]:
    """A contact's row as it was at a time; one that wasn't there yet counts as archived."""
    if contact.created > moment:
        return contact.id, "{}", contact.created, contact.created, contact.created
    seen = [version for version in history if version.at <= moment]
    properties: dict[str, str] = {}
    for version in seen:
        properties.update(version.changes)
    kept = {name: value for name, value in properties.items() if value}
    return contact.id, orjson.dumps(kept).decode(), contact.created, seen[-1].at if seen else contact.created, None
