"""Frames appended to a stream come back as they were, of any dtype that the tables have."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from hubsync_assets.tables.arrow_stream import append, read_back
from hubsync_assets_tests.shipped import TABLES

VALUES: dict[type[pl.DataType], list[Any]] = {
    pl.String: ["a", "more than twelve bytes, so not in the view", None, "", "\u00e9\U0001f600"],
    pl.Int64: [0, -1, None, 2**63 - 1, 5],
    pl.Int32: [0, -1, None, 2**31 - 1, 5],
    pl.UInt32: [0, 1, None, 2**32 - 1, 5],
    pl.UInt64: [0, 1, None, 2**64 - 1, 5],
    pl.Float64: [0.0, 1.5, None, 1e300, 5.0],
    pl.Boolean: [True, False, None, True, True],
}


def values(dtype: pl.DataType) -> pl.Series:
    match dtype:
        case pl.Datetime():
            return pl.Series([datetime(2026, 11, 23, number, tzinfo=UTC) for number in range(4)] + [None], dtype=dtype)
        case pl.Enum():
            first, last = dtype.categories[0], dtype.categories[-1]
            return pl.Series([last, first, None, first, last], dtype=dtype)
        case pl.List() if dtype.inner == pl.String:
            return pl.Series([["a"], [], None, ["b", None], ["c", "d"]], dtype=dtype)
        case pl.List(inner=pl.Struct(fields=fields)):
            names = [field.name for field in fields]
            return pl.Series([[dict.fromkeys(names, "x")], [], None, [dict.fromkeys(names)], []], dtype=dtype)
        case _:
            return pl.Series(VALUES[type(dtype)], dtype=dtype)


@pytest.mark.parametrize("table", TABLES)
def test_the_rows_of_every_table_come_back_as_they_were(tmp_path: Path, table: str) -> None:
    schema = pl.Schema(TABLES[table])
    frame = pl.DataFrame({name: values(dtype) for name, dtype in schema.items()}, schema=schema)
    for part in (frame.head(2), frame.slice(2, 2), frame.clear(), frame.tail(1)):
        append(tmp_path / "t", part)
    (back,) = read_back(tmp_path / "t")
    assert back.schema == schema
    assert back.equals(frame)


def test_where_nothing_was_added_nothing_comes_back(tmp_path: Path) -> None:
    assert list(read_back(tmp_path / "t")) == []
