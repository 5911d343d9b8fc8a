"""Bringing a log of an earlier layout to today's: columns are added, and no row is touched.

Keep out: the columns (``answers``), and refusing a log of a later layout (``log``).
"""

import sqlalchemy as sa

from hubsync_assets.sync_log.answers import ANSWERS

__all__ = ["add_columns"]


def add_columns(connection: sa.Connection) -> None:
    """Add to the table of answers the columns that it lacks; they are null in all its rows."""
    there = {column["name"] for column in sa.inspect(connection).get_columns(ANSWERS.name)}
    # Another machine may be adding them at the same moment, which only PostgreSQL has words for; a SQLite log has one machine.
    unless_there = "IF NOT EXISTS " if connection.dialect.name == "postgresql" else ""
    for column in ANSWERS.columns:
        if column.name not in there:
            kind = column.type.compile(connection.dialect)
            connection.exec_driver_sql(f"ALTER TABLE {ANSWERS.name} ADD COLUMN {unless_there}{column.name} {kind}")
