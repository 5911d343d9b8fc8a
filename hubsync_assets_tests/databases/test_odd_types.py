"""The odd types that the tests of database sources read: they are really in the table, and what must be read is known for each.

Keep out: reading them as a source does.
"""

import pytest
import sqlalchemy as sa

from hubsync_assets_tests.databases.odd_table import make_odd
from hubsync_assets_tests.databases.odd_types import ODD
from hubsync_assets_tests.databases.server import Server

KNOWN = {
    "postgresql": {
        "numeric_nine_places": "1.123456789",
        "timestamptz_infinite": "infinity",
        "boolean": "true",
        "money": "$12.50",
        "bytea": "\\x00ff",
    },
    "mysql": {
        "decimal_nine_places": "1.123456789",
        "date_zero": "0000-00-00",
        "time_negative": "-838:59:59",
        "set_of_two": "t5,t10",
        "year_zero": "0000",
    },
    "sqlite": {
        "integer_with_text": "n/a",
        "text_with_nul": "a\0b",
        "text_of_digits": "00123",
        "integer_largest": "9223372036854775807",
    },
}


def test_what_must_be_read_is_known_for_each_column(shared_server: Server) -> None:
    engine = shared_server.engine()
    dialect = engine.dialect.name
    texts = make_odd(engine, "odd_known")
    assert texts.keys() >= {odd.column for odd in ODD[dialect] if not odd.optional}
    assert texts.items() >= KNOWN[dialect].items()


def test_the_reader_finds_every_odd_column_with_a_value_and_without_one(shared_server: Server) -> None:
    columns = list(make_odd(shared_server.engine(), "odd_rows"))
    full = ", ".join(f"{column} IS NOT NULL" for column in columns)
    reader = sa.create_engine(shared_server.url, poolclass=sa.NullPool)
    with reader.connect() as connection:
        rows = connection.exec_driver_sql(f"SELECT id, {full} FROM odd_rows ORDER BY id").all()
    number_of = {row[0]: [bool(there) for there in row[1:]] for row in rows}
    assert number_of == {1: [True] * len(columns), 2: [False] * len(columns)}


@pytest.mark.parametrize("dialect", sorted(ODD))
def test_no_odd_column_is_there_twice(dialect: str) -> None:
    columns = [odd.column for odd in ODD[dialect]]
    assert len(columns) == len(set(columns))
