"""The odd types as a table of each kind of database, and what must be read from it.

Keep out: the types and their values (odd_types.py).
"""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from hubsync_assets_tests.databases.odd_types import ODD, POSTGRESQL_TYPES, Odd

TEXT = {"postgresql": "text", "mysql": "char", "sqlite": "text"}
"""What a column is cast to for its text."""


def make_odd(engine: sa.Engine, table: str) -> dict[str, str]:
    """A new table: `id` 1 has every odd value, `id` 2 has NULL in each column. Returns the text that must be read for each column of 1."""
    with engine.begin() as connection:
        dialect = connection.dialect.name
        if dialect == "postgresql":
            _make_types(connection)
        if dialect == "mysql":
            connection.exec_driver_sql("SET sql_mode = ''")  # of the session; it takes dates of zeros then
        there = [odd for odd in ODD[dialect] if not odd.optional or _has(connection, odd)]
        columns = "".join(f", {odd.column} {odd.type}" for odd in there)
        connection.exec_driver_sql(f"DROP TABLE IF EXISTS {table}")
        connection.exec_driver_sql(f"CREATE TABLE {table} (id INTEGER PRIMARY KEY{columns})")
        connection.exec_driver_sql(f"INSERT INTO {table} VALUES (1{''.join(f', {odd.value}' for odd in there)})")
        connection.exec_driver_sql(f"INSERT INTO {table} (id) VALUES (2)")
        return _cast(connection, table, there) | {odd.column: odd.text for odd in there if odd.text is not None}


def _make_types(connection: sa.Connection) -> None:
    for definition in POSTGRESQL_TYPES:
        # Another table of the same database may have them; CREATE TYPE has no IF NOT EXISTS.
        connection.exec_driver_sql(
            f"DO $$ BEGIN CREATE {definition}; EXCEPTION WHEN duplicate_object THEN NULL; END $$"
        )


def _has(connection: sa.Connection, odd: Odd) -> bool:
    """Tried, because a server knows the name of a type that it was built without."""
    if connection.dialect.name == "postgresql":
        statements = [
            f"CREATE TEMPORARY TABLE tried (x {odd.type}) ON COMMIT DROP",
            f"INSERT INTO tried VALUES ({odd.value})",
            "DROP TABLE tried",
        ]
    else:
        statements = ["DROP TEMPORARY TABLE IF EXISTS tried", f"CREATE TEMPORARY TABLE tried (x {odd.type})"]
    try:
        with connection.begin_nested():
            for statement in statements:
                connection.exec_driver_sql(statement)
    except DBAPIError:
        return False
    return True


def _cast(connection: sa.Connection, table: str, odds: Sequence[Odd]) -> dict[str, str]:
    """Of those that have no text of their own."""
    wanted = [odd.column for odd in odds if odd.text is None]
    casts = ", ".join(f"CAST({column} AS {TEXT[connection.dialect.name]})" for column in wanted)
    row = connection.exec_driver_sql(f"SELECT {casts} FROM {table} WHERE id = 1").one()
    return dict(zip(wanted, map(_some, row), strict=True))


def _some(text: object) -> str:
    """A value whose cast is NULL would make every reader right."""
    assert isinstance(text, str)
    return text
