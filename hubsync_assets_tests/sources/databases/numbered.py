"""Tables that are made where they are needed, and one of numbered rows, for tests to which it does not matter what a row says.

Keep out: rows of which it does (``databases.people``, ``databases.odd_table``).
"""

import sqlalchemy as sa

from hubsync_assets_tests.databases.server import Server

__all__ = ["numbered", "run"]

_NUMBERS = {
    "postgresql": "SELECT i FROM generate_series({first}, {last}) AS s(i)",
    "mysql": "SELECT seq AS i FROM seq_{first}_to_{last}",
    "sqlite": "WITH RECURSIVE s(i) AS (SELECT {first} UNION ALL SELECT i + 1 FROM s WHERE i < {last}) SELECT i FROM s",
}
_EMAIL = {"mysql": "concat('p', i, '@example.com')"}
_LONG = {"sqlite": "printf('%.*c', {width}, 'x')"}


def numbered(server: Server, table: str, rows: int, *, width: int = 1) -> None:
    """A table with an id from 1 on, an email and a text of some width; one of its name is replaced."""
    with server.engine().begin() as connection:
        dialect = connection.dialect.name
        connection.exec_driver_sql(f"DROP TABLE IF EXISTS {table}")
        connection.exec_driver_sql(f"CREATE TABLE {table} (id integer PRIMARY KEY, email varchar(40), name text)")
        if rows:
            numbers = _NUMBERS[dialect].format(first=1, last=rows)
            email = _EMAIL.get(dialect, "'p' || i || '@example.com'")
            text = _LONG.get(dialect, "repeat('x', {width})").format(width=width)
            sql = f"INSERT INTO {table} SELECT i, {email}, {text} FROM ({numbers}) n"
            connection.execution_options(no_parameters=True).execute(sa.text(sql.replace(":", r"\:")))


def run(server: Server, *statements: str) -> None:
    """These statements as they are, by who may do everything."""
    with server.engine().begin() as connection:
        for statement in statements:
            connection.execution_options(no_parameters=True).exec_driver_sql(statement)
