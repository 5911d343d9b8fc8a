"""Sources that have other names now than in older rows of the log.

Put here: the table, and what a name of then is called now. Keep out: what a source's name decides (``fold``).
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

import sqlalchemy as sa

from hubsync_assets.sync_log.answers import METADATA, sequence_type

__all__ = ["RENAMES", "names_now", "note_renames", "renames"]

RENAMES = sa.Table(
    "renames",
    METADATA,
    sa.Column("seq", sequence_type(), primary_key=True, autoincrement=True),
    sa.Column("was", sa.Text, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("at", sa.DateTime(timezone=True), nullable=False),
)


def note_renames(connection: sa.Connection, renamed: Mapping[str, str]) -> None:
    """Note new names of sources, by the old one; those that are known are not noted again."""
    known = names_now(_rows(connection))
    for was, name in renamed.items():
        if known.get(was, was) != name:
            connection.execute(RENAMES.insert().values(was=was, name=name, at=datetime.now(UTC)))


def renames(connection: sa.Connection) -> dict[str, str]:
    """What each name that there was is called now."""
    return names_now(_rows(connection))


def names_now(rows: Iterable[tuple[str, str]]) -> dict[str, str]:
    """By name of then, the name of now.

    Args:
        rows: Old and new names, the oldest first.

    Example:
        >>> names_now([("db2", "billing"), ("billing", "money")])
        {'db2': 'money', 'billing': 'money'}
    """
    now: dict[str, str] = {}
    for was, name in rows:
        now.pop(name, None)  # It is a name of now again.
        now = {old: name if new == was else new for old, new in now.items()}
        now[was] = name
    return now


def _rows(connection: sa.Connection) -> list[tuple[str, str]]:
    found = connection.execute(sa.select(RENAMES.c.was, RENAMES.c.name).order_by(RENAMES.c.seq)).all()
    return [(str(was), str(name)) for was, name in found]
