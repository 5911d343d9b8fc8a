"""Parquet and Arrow files: every type as text, in the order of the file, whatever its row groups."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hubsync_assets.contacts.source_columns import as_fields
from hubsync_assets.model.columns import Columns
from hubsync_assets.sources.files.locate import locate
from hubsync_assets.sources.readers.column_names import column_names
from hubsync_assets.sources.readers.column_text import as_text
from hubsync_assets.sources.readers.read_chunks import read_chunks
from hubsync_assets_tests.sources.declared import columns_of
from hubsync_assets_tests.sources.readers.columnar_oracle import ANY_TYPE, NUMBERS, Typed
from hubsync_assets_tests.sources.seen import Seen, see

COLUMNS = columns_of()
SUFFIXES = ["parquet", "arrow", "feather", "ipc"]
EMAILS = ["ada@x.io", "bob@x.io", "eve@x.io"]

Compression = Literal["zstd", "lz4", "uncompressed"]


def write(path: Path, frame: pl.DataFrame, rows: int = 1 << 16, compression: Compression = "zstd") -> Path:
    """In the format of the suffix."""
    if path.suffix == ".parquet":
        frame.write_parquet(path, row_group_size=rows, compression=compression)
    else:
        frame.write_ipc(path, record_batch_size=rows, compression=compression)
    return path


def see_frame(folder: Path, suffix: str = "parquet", columns: Columns = COLUMNS, **others: Any) -> Seen:
    frame = pl.DataFrame({"email": EMAILS, **others})
    return see(locate(str(write(folder / f"a.{suffix}", frame)))[0], columns)


@settings(max_examples=200, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(st.data(), st.sampled_from(SUFFIXES), st.sampled_from(["zstd", "lz4", "uncompressed"]))
def test_a_random_file_reads_as_its_values_are_written(
    data: st.DataObject, suffix: str, compression: Compression
) -> None:
    count = data.draw(st.integers(0, 40))
    types = {"name": ANY_TYPE, "city": ANY_TYPE, "size": NUMBERS[:5], "other": ANY_TYPE}
    drawn: dict[str, tuple[Typed, list[Any]]] = {}
    for name, some in types.items():
        typed = data.draw(st.sampled_from(some))
        drawn[name] = typed, data.draw(st.lists(st.none() | typed.values, min_size=count, max_size=count))
    texts = {
        name: [None if each is None else typed.text(each) for each in cells] for name, (typed, cells) in drawn.items()
    }
    frame = pl.DataFrame(
        {"email": [f"{number}@x.io" for number in range(count)]}
        | {name: pl.Series(cells, dtype=typed.dtype) for name, (typed, cells) in drawn.items()},
        schema_overrides={"email": pl.String},
    )
    with TemporaryDirectory() as folder:
        path = write(Path(folder, f"a.{suffix}"), frame, data.draw(st.integers(1, 50)), compression)
        seen = see(locate(str(path))[0], COLUMNS, block_bytes=data.draw(st.sampled_from([1, 500, 1 << 20])))
        assert column_names(locate(str(path))[0], COLUMNS) == ("email", "name", "city", "size", "other")
    assert (seen.complete, seen.broken, seen.positions) == (True, [], list(range(1, count + 1)))
    assert {name: seen.column(name) for name in ("name", "city", "size")} == {
        name: texts[name] for name in ("name", "city", "size")
    }
    of_values = sum(text is not None for text in texts["other"])
    assert seen.unknown == ({"other": of_values} if of_values else {})
    assert seen.end.gives == {"email", "name", "city", "size"}
    nested = [name for name in ("name", "city") if drawn[name][0].dtype.is_nested()]
    for number, row in enumerate(seen.rows):
        assert (row["nested"] or []) == [name for name in nested if texts[name][number] is not None]
        assert row["not_given"] is None


NOT_IN_FOUR_DIGITS = {
    "2147483647 days since 1970": pl.Series([2**31 - 1], dtype=pl.Int32).cast(pl.Date),
    "9223372036854775807 us since 1970": pl.Series([2**63 - 1]).cast(pl.Datetime("us")),
    "-9223372036854775807 ms since 1970": pl.Series([-(2**63) + 1]).cast(pl.Datetime("ms", "UTC")),
}
ODD: dict[str, pl.Series] = {
    "P1DT2.5S": pl.Series([timedelta(days=1, seconds=2.5)]),
    '{"a":1,"b":"\\\\xff"}': pl.Series([{"a": 1, "b": b"\\xff"}]),
    '{"at":"2026-01-02","of":[true,null]}': pl.Series([{"at": date(2026, 1, 2), "of": [True, None]}]),
    '{"at":2147483647}': pl.Series([{"at": 2**31 - 1}], dtype=pl.Struct({"at": pl.Int32})).cast(pl.Struct({"at": pl.Date})),
    '{"x":1,"y":2}': pl.Series([[{"key": "x", "value": 1}, {"key": "y", "value": 2}]]).cast(pl.Map(pl.String, pl.Int64)),
    "12.50": pl.Series(["12.50"]).cast(pl.Decimal(38, 2)),
    "123456789012345678901234567890": pl.Series(["123456789012345678901234567890"]).cast(pl.Decimal(38, 0)),
    "340282366920938463463374607431768211455": pl.Series([2**128 - 1], dtype=pl.UInt128),
    **NOT_IN_FOUR_DIGITS,
}  # fmt: skip


@pytest.mark.parametrize("text", ODD)
def test_an_odd_value_has_a_text(text: str) -> None:
    own = as_text(ODD[text], is_number=False)
    assert own.cast(pl.String).to_list()[0].replace('": ', '":').replace(", ", ",") == text


def test_bytes_that_are_no_text_are_shown_with_backslashes(tmp_path: Path) -> None:
    seen = see_frame(tmp_path, name=[b"Ada", "é".encode(), b"a\xff"], city=[[b"\xff"], [b"ok"], None])
    assert seen.column("name") == ["Ada", "é", "a\\xff"]
    assert seen.column("city") == ['["\\\\xff"]', '["ok"]', None]


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_numbers_come_as_numbers_where_a_field_is_one(tmp_path: Path, suffix: str) -> None:
    frame = pl.DataFrame(
        {"email": EMAILS, "size": [1.0, None, 3.0], "price": pl.Series([0.1, 2, None], dtype=pl.Float32)}
    )
    path = write(tmp_path / f"a.{suffix}", frame)
    chunk, _ = read_chunks(locate(str(path))[0], COLUMNS)
    assert chunk.rows["size"].to_list() == [1, None, 3]
    assert chunk.rows["size"].dtype == pl.Int64
    assert chunk.rows["price"].to_list() == [0.1, 2, None]


def test_what_is_no_number_in_a_number_column_stays_text_and_is_nothing_elsewhere(tmp_path: Path) -> None:
    floats = [float("nan"), float("inf"), 1.0]
    seen = see_frame(tmp_path, price=floats, name=floats)
    assert seen.column("price") == ["NaN", "inf", "1"]
    assert seen.column("name") == [None, "inf", "1.0"]


def test_an_id_that_pandas_made_a_float_is_its_digits(tmp_path: Path) -> None:
    columns = columns_of({"email": {"kind": "email"}, "crm_id": {"kind": "id"}})
    assert see_frame(tmp_path, columns=columns, crm_id=[12.0, None, 1e15]).column("crm_id") == [
        "12",
        None,
        "1" + "0" * 15,
    ]


def test_nan_in_a_column_that_nobody_looks_for_is_no_value(tmp_path: Path) -> None:
    seen = see_frame(tmp_path, score=[float("nan"), None, 1.0], note=["", None, "x"], nothing=[None] * 3)
    assert seen.unknown == {"score": 1, "note": 2}


def test_a_time_with_a_zone_keeps_its_instant_and_its_day(tmp_path: Path) -> None:
    fields = {"email": {"kind": "email"}, "day": {"kind": "date"}, "at": {"kind": "datetime"}}
    columns = columns_of(fields)
    instant = pl.Series([datetime(2026, 1, 1, 23, 30, 0, 5, tzinfo=UTC)] * 3).dt.convert_time_zone("Europe/Berlin")
    seen = see_frame(tmp_path, columns=columns, day=instant, at=instant)
    (text,) = set(seen.column("at"))
    assert datetime.fromisoformat(text) == instant[0]
    assert text.startswith("2026-01-02T00:30")
    assert seen.column("day") == seen.column("at")


@pytest.mark.parametrize("suffix", ["parquet", "arrow"])
def test_rows_keep_the_order_of_the_file_over_many_row_groups(tmp_path: Path, suffix: str) -> None:
    emails = [f"{number * 7919 % 50_000}@x.io" for number in range(50_000)]
    path = write(tmp_path / f"a.{suffix}", pl.DataFrame({"email": emails, "note": emails}), 300)
    seen = see(locate(str(path))[0], COLUMNS, block_bytes=1 << 15)
    assert (seen.positions, seen.column("email")) == (list(range(1, 50_001)), emails)
    assert (seen.unknown, seen.complete, seen.chunks > 20) == ({"note": 50_000}, True, True)


def test_long_texts_make_chunks_of_fewer_rows(tmp_path: Path) -> None:
    path = write(tmp_path / "a.parquet", pl.DataFrame({"email": EMAILS * 100, "name": ["x" * 10_000] * 300}))
    chunks = list(read_chunks(locate(str(path))[0], COLUMNS, block_bytes=1 << 16))
    assert max(chunk.rows.height for chunk in chunks) <= 32
    assert [row for chunk in chunks for row in chunk.rows["email"]] == EMAILS * 100


def test_a_rejected_row_is_shown_as_json(tmp_path: Path) -> None:
    seen = see_frame(tmp_path, name=["Ada", None, "x"], size=[1, 2, 3], address=[{"zip": 1}] * 3)
    assert seen.raw[0] == '{"email":"ada@x.io","name":"Ada","size":1}'


@pytest.mark.parametrize("kind", [lambda value: {"city": value}, lambda value: {"city": value, "more": [{"x": b"1"}]}])
def test_a_path_leads_into_a_struct(tmp_path: Path, kind: Callable[[str | None], object]) -> None:
    columns = columns_of(columns={"city": "address.city"})
    frame = pl.DataFrame({"email": EMAILS, "address": [kind("Berlin"), kind(None), kind('"Q"')]})
    (chunk, _) = read_chunks(locate(str(write(tmp_path / "a.parquet", frame)))[0], columns)
    assert as_fields(columns, chunk.rows)["city"].to_list() == ["Berlin", None, '"Q"']


def test_names_that_are_patterns_to_polars_are_names(tmp_path: Path) -> None:
    nothing = pl.Series([None] * 3, dtype=pl.String)
    days = pl.Series([date(2026, 1, 2)] * 3)
    frame = pl.DataFrame(
        {"*": [1, 2, 3], "^.*il$": [None, 1, 1], "^E-mail$": nothing, "^email$": EMAILS, "^name$": days}
    )
    seen = see(
        locate(str(write(tmp_path / "a.parquet", frame.with_columns(pl.Series("^city$", [[1]] * 3)))))[0], COLUMNS
    )
    assert (seen.column("email"), seen.unknown) == (EMAILS, {"*": 3, "^.*il$": 2})
    assert (seen.column("name"), seen.column("city")) == (["2026-01-02"] * 3, ["[1]"] * 3)
    assert [row["nested"] for row in seen.rows] == [["city"]] * 3
