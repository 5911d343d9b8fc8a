"""People put into a table of each kind of database, with the column types that such a table has there, fast.

Keep out: who they are (people.py).
"""

import json
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Any, Literal

import sqlalchemy as sa

from hubsync_assets_tests.databases.people import CHANNELS, PLANS, Person, text_id

Key = Literal["text", "integer"]

BATCH = 5_000

_PLANS = ", ".join(f"'{plan}'" for plan in PLANS)
_CHANNELS = ", ".join(f"'{channel}'" for channel in CHANNELS)

KEYS: dict[str, dict[Key, str]] = {
    "postgresql": {"text": "text", "integer": "bigint"},
    "mysql": {"text": "varchar(40)", "integer": "bigint"},
    "sqlite": {"text": "TEXT", "integer": "INTEGER"},
}

COLUMNS: dict[str, tuple[str, ...]] = {
    # In the order of a Person's fields, after the key.
    "postgresql": (
        *(
            "email text",
            "first_name text",
            "last_name text",
            "phone text",
            "country text",
            "company text",
            "employees integer",
        ),
        *(
            "mrr numeric(12,2)",
            "is_customer boolean",
            "plan people_plan",
            "tags text[]",
            "channels text[]",
            "born date",
            "updated_at timestamptz",
        ),
    ),
    "mysql": (
        *(
            "email varchar(255)",
            "first_name varchar(100)",
            "last_name varchar(100)",
            "phone varchar(40)",
            "country varchar(60)",
            "company text",
        ),
        *(
            "employees integer",
            "mrr decimal(12,2)",
            "is_customer tinyint(1)",
            f"plan enum({_PLANS})",
            "tags json",
            f"channels set({_CHANNELS})",
        ),
        *("born date", "updated_at datetime(6)"),
    ),
    "sqlite": (
        *(
            "email TEXT",
            "first_name TEXT",
            "last_name TEXT",
            "phone TEXT",
            "country TEXT",
            "company TEXT",
            "employees INTEGER",
        ),
        *(
            "mrr NUMERIC",
            "is_customer BOOLEAN",
            "plan TEXT",
            "tags TEXT",
            "channels TEXT",
            "born DATE",
            "updated_at TIMESTAMP",
        ),
    ),
}


def fill(engine: sa.Engine, table: str, people: Sequence[Person], key: Key = "integer") -> None:
    """A new table of them; one of the name that is there is replaced."""
    dialect = engine.dialect.name
    columns = ", ".join((f"id {KEYS[dialect][key]} PRIMARY KEY", *COLUMNS[dialect]))
    with engine.begin() as connection:
        if dialect == "postgresql":
            connection.exec_driver_sql(_PLAN_TYPE)
        connection.exec_driver_sql(f"DROP TABLE IF EXISTS {table}")
        connection.exec_driver_sql(f"CREATE TABLE {table} ({columns})")
        add(connection, table, people, key)


def add(connection: sa.Connection, table: str, people: Sequence[Person], key: Key = "integer") -> None:
    """More of them, in the connection's transaction."""
    dialect = connection.dialect.name
    rows = (_row(person, key, ROWS[dialect]) for person in people)
    if dialect == "postgresql":
        _copy(connection, table, rows)
        return
    mark = "?" if dialect == "sqlite" else "%s"
    marks = ", ".join([mark] * (len(COLUMNS[dialect]) + 1))
    statement = f"INSERT INTO {table} VALUES ({marks})"
    while batch := list(islice(rows, BATCH)):
        connection.exec_driver_sql(statement, batch)


# Two tests in one database may make the type at once; CREATE TYPE has no IF NOT EXISTS.
_PLAN_TYPE = (
    f"DO $$ BEGIN CREATE TYPE people_plan AS ENUM ({_PLANS}); EXCEPTION WHEN duplicate_object THEN NULL; END $$"
)


def _copy(connection: sa.Connection, table: str, rows: Iterator[tuple[Any, ...]]) -> None:
    driver: Any = connection.connection.driver_connection
    with driver.cursor() as cursor, cursor.copy(f"COPY {table} FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def _row(person: Person, key: Key, convert: Callable[[Person], dict[str, Any]]) -> tuple[Any, ...]:
    values: dict[str, Any] = {**person, **convert(person)}
    if key == "text":
        values["id"] = text_id(person["id"])
    return tuple(values.values())


def _postgresql(person: Person) -> dict[str, Any]:
    return {}


def _mysql(person: Person) -> dict[str, Any]:
    """It has no zones: UTC, as the server's clock here."""
    return {
        "tags": None if person["tags"] is None else json.dumps(person["tags"], ensure_ascii=False),
        "channels": ",".join(person["channels"]),
        "updated_at": person["updated_at"].replace(tzinfo=None),
    }


def _sqlite(person: Person) -> dict[str, Any]:
    """It has numbers and texts, and a NUMERIC column makes a number of a text that is one."""
    return {
        "mrr": None if person["mrr"] is None else str(person["mrr"]),
        "tags": None if person["tags"] is None else json.dumps(person["tags"], ensure_ascii=False),
        "channels": json.dumps(person["channels"]),
        "born": None if person["born"] is None else person["born"].isoformat(),
        "updated_at": person["updated_at"].isoformat(),
    }


ROWS: dict[str, Callable[[Person], dict[str, Any]]] = {"postgresql": _postgresql, "mysql": _mysql, "sqlite": _sqlite}
