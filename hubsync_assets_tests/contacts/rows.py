"""Small frames for the tests of the contacts room.

Put here: how a test writes down rows and records in few words. Keep out: what is expected of them.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from hubsync_assets_tests.shipped import FIELDS, RAW_SCHEMA

GIVEN_SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "position": pl.UInt64,
    **{field.name: pl.String for field in FIELDS},
    "nested": pl.List(pl.String),
    "not_given": pl.List(pl.String),
}


def given(*rows: Mapping[str, Any]) -> pl.DataFrame:
    """What a reader hands over: every value as text, positions from 1 where a row names none."""
    numbered: Sequence[Mapping[str, Any]] = [{"position": number, **row} for number, row in enumerate(rows, 1)]
    return pl.DataFrame(numbered, schema=GIVEN_SCHEMA)


def records(*rows: Mapping[str, Any]) -> pl.DataFrame:
    """Kept records of both sources: of ``db1``'s only file unless a row says otherwise, positions from 1."""
    numbered = [
        {"source": "db1", "file": "a.json", "file_rank": 0, "position": number, **row}
        for number, row in enumerate(rows, 1)
    ]
    return pl.DataFrame(numbered, schema={**RAW_SCHEMA, "source": pl.String})
