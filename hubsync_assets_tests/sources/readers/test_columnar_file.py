"""Parquet and Arrow files that are not what they should be: cut off, damaged, packed, or under another name."""

import gzip
import os
import random
from collections.abc import Callable
from dataclasses import replace
from itertools import islice
from pathlib import Path

import duckdb
import polars as pl
import pytest

from hubsync_assets.sources.connectors.exports import FileReading
from hubsync_assets.sources.errors import FileRefusedError
from hubsync_assets.sources.files.locate import locate
from hubsync_assets.sources.files.source_file import SourceFile
from hubsync_assets.sources.readers.column_names import column_names
from hubsync_assets.sources.readers.columnar_process import ColumnarProcess
from hubsync_assets.sources.readers.read_chunks import read_chunks
from hubsync_assets.steps.bucket_count import bits_for_files
from hubsync_assets_tests.shipped import MODEL
from hubsync_assets_tests.sources.declared import columns_of
from hubsync_assets_tests.sources.readers.test_columnar import write
from hubsync_assets_tests.sources.seen import see

COLUMNS = columns_of()
ROWS, GROUP = 10_000, 1_000
EMAILS = [f"{number * 7919 % 10_007}@example.com" for number in range(ROWS)]
FRAME = pl.DataFrame(
    {
        "email": EMAILS,
        "name": [f"José {random.Random(number).random()}" for number in range(ROWS)],
        "note": ["x"] * ROWS,
    }
)
SECRET = "@example.com"
BOTH = pytest.mark.parametrize("suffix", ["parquet", "arrow"])


@pytest.fixture(params=["parquet", "arrow"])
def whole(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A good file of many row groups."""
    return write(tmp_path / f"a.{request.param}", FRAME, GROUP)


def the_file(path: Path) -> SourceFile:
    (file,) = locate(str(path))
    return file


def refusal(file: SourceFile) -> str:
    with pytest.raises(FileRefusedError) as refused:
        list(read_chunks(file, COLUMNS))
    assert SECRET not in refused.value.what
    return refused.value.what


def by_duckdb(path: Path, sql: str) -> None:
    """Written by somebody else than polars."""
    answer = duckdb.sql(sql)
    assert answer is not None
    answer.write_parquet(str(path))


def test_a_file_without_its_end_is_refused(whole: Path) -> None:
    content = whole.read_bytes()
    for size in (0, 1, 4, 11, 12, len(content) // 2, len(content) - 1):
        whole.write_bytes(content[:size])
        assert column_names(the_file(whole), COLUMNS) == ()
        assert "without its end" in refusal(the_file(whole)) or size in {1, 4}


def test_a_download_that_broke_off_is_refused_with_its_reason(whole: Path) -> None:
    whole.write_bytes(whole.read_bytes()[:5000])
    file = replace(the_file(whole), missing="the download broke off at byte 5000: HTTP 503")
    assert "the download broke off at byte 5000: HTTP 503" in refusal(file)


def test_a_footer_of_garbage_is_refused(whole: Path) -> None:
    content = bytearray(whole.read_bytes())
    content[-300:-12] = random.Random(1).randbytes(288)
    whole.write_bytes(content)
    assert "is damaged, or of a version" in refusal(the_file(whole))


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.parquet", b"email,name\nann@example.com,Ann\n", "its name promises a Parquet file, and it is none (it looks like CSV)"),
        ("a.arrow", b'{"data": [{"email": "ann@example.com"}]}', "an envelope with the key data"),
        ("a.feather", b"FEA1" + bytes(20), "a Feather file of version 1"),
        ("a.arrow", b"\xff\xff\xff\xff" + bytes(20), "a stream of Arrow batches"),
        ("a.parquet", b"PAR1" + bytes(20) + b"PARE", "it is encrypted"),
        ("a.parquet", b"PK\x03\x04" + bytes(20), "an Excel spreadsheet"),
    ],
)  # fmt: skip
def test_a_file_that_is_something_else_is_refused_with_what_it_is(
    tmp_path: Path, name: str, content: bytes, words: str
) -> None:
    (tmp_path / name).write_bytes(content)
    assert words in refusal(the_file(tmp_path / name))


def test_a_file_inside_of_gzip_is_refused(whole: Path) -> None:
    packed = Path(f"{whole}.gz")
    for content in (gzip.compress(whole.read_bytes()), whole.read_bytes()):
        packed.write_bytes(content)
        assert "inside of gzip" in refusal(the_file(packed))


def test_a_file_of_any_name_or_none_is_what_its_first_bytes_say(whole: Path, tmp_path: Path) -> None:
    for name in ("a.csv", "a.json", "b.parquet", "b.feather"):
        other = whole.rename(tmp_path / name)
        seen = see(the_file(other), COLUMNS)
        assert (seen.column("email"), seen.complete) == (EMAILS, True)
        whole = other
    download = SourceFile("https://x.io/export", path=whole, url="https://x.io/export?key=1")
    assert see(download, COLUMNS).column("email") == EMAILS


@BOTH
def test_a_file_whose_name_is_no_text_is_read(tmp_path: Path, suffix: str) -> None:
    path = write(tmp_path / f"a.{suffix}", FRAME)
    other = os.fsencode(path.parent) + b"/\xff [1] %20*?#.parquet"
    path.rename(os.fsdecode(other))
    (file,) = locate(str(tmp_path))
    if suffix == "parquet":
        assert see(file, COLUMNS).column("email") == EMAILS
    else:
        refusal(file)


def test_what_stands_before_the_damage_is_kept(whole: Path) -> None:
    if whole.suffix == ".arrow":
        write(whole, FRAME, GROUP, "uncompressed")
    content = bytearray(whole.read_bytes())
    at = len(content) * 55 // 100
    content[at : at + 300] = random.Random(1).randbytes(300)
    whole.write_bytes(content)
    chunks = list(read_chunks(the_file(whole), COLUMNS, block_bytes=3000))
    rows = pl.concat(chunk.rows for chunk in chunks)
    assert rows.height in {4 * GROUP, 5 * GROUP}
    assert rows["email"].to_list() == EMAILS[: rows.height]
    assert rows["name"].to_list() == FRAME["name"].to_list()[: rows.height]
    assert [chunk.complete for chunk in chunks] == [True] * (len(chunks) - 1) + [False]
    (broken,) = [row for chunk in chunks for row in chunk.broken.to_dicts()]
    assert (broken["position"], broken["reason"]) == (rows.height + 1, "malformed")
    assert f"record {rows.height + 1}: column" in broken["message"]
    assert "is damaged" in broken["message"]
    assert f"{rows.height} rows came of {ROWS}" in broken["message"]
    end = chunks[-1].end
    assert end is not None
    assert end.gives == {"email", "name"}


@pytest.mark.parametrize("frames", [0, 1, 3])
def test_rows_that_polars_reader_ends_before_in_silence_are_fetched_group_by_group(
    whole: Path, monkeypatch: pytest.MonkeyPatch, frames: int
) -> None:
    # It does so where a thread of it panics over a damaged group that it reads ahead (benchmarks.fuzz, document 22804 of seed 2030).
    batches = ColumnarProcess.batches
    monkeypatch.setattr(ColumnarProcess, "batches", lambda *given: islice(batches(*given), frames))
    seen = see(the_file(whole), COLUMNS)
    assert (seen.column("email"), seen.complete) == (EMAILS, True)


def test_where_the_row_groups_are_unknown_the_rows_before_the_damage_do_not_depend_on_the_block_size(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path / "a.parquet", FRAME, GROUP, "uncompressed")
    content = bytearray(path.read_bytes())
    at = content.index(FRAME["name"][6 * GROUP].encode()) - 4  # the text's length
    content[at : at + 4] = b"\xff" * 4
    path.write_bytes(content)
    monkeypatch.setattr(ColumnarProcess, "parts", lambda _file: [])
    counts = []
    for size in (300, 3_000, 1 << 24):
        chunks = list(read_chunks(the_file(path), COLUMNS, block_bytes=size))
        emails = [email for chunk in chunks for email in chunk.rows["email"]]
        assert emails == EMAILS[: len(emails)]
        counts.append(len(emails))
    assert counts == [6 * GROUP] * 3


def test_damage_in_a_column_that_nobody_looks_for_costs_no_row(tmp_path: Path) -> None:
    frame = FRAME.with_columns(note=pl.Series([random.Random(number).randbytes(40).hex() for number in range(ROWS)]))
    path = write(tmp_path / "a.parquet", frame, ROWS)
    content = bytearray(path.read_bytes())
    notes = slice(len(content) - 120_000, len(content) - 3_000)
    content[notes] = bytes(117_000)
    path.write_bytes(content)
    seen = see(the_file(path), COLUMNS)
    assert (seen.column("email"), seen.complete, seen.unknown) == (EMAILS, True, {})


def test_a_column_that_polars_cannot_decode_costs_nothing_where_nobody_looks_for_it(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    by_duckdb(path, "select 'a@x.io' as email, 'Ada' as name, interval 3 day as size")
    columns = columns_of({"email": {"kind": "email"}, "name": {"kind": "text"}})
    assert see(the_file(path), columns).column("name") == ["Ada"]
    assert "column size is damaged or of a type that cannot be decoded" in refusal(the_file(path))


def test_another_writers_types_are_read(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    sql = """select 'a@x.io' as email, '{"a":1}'::json as name, map{'k': 1} as city, 12::hugeint as size, 1.50::decimal(9,2) as price,
        timestamptz '2026-01-01 10:00:00+02' as other"""
    by_duckdb(path, sql)
    seen = see(the_file(path), COLUMNS)
    assert [seen.column(name) for name in ("name", "city", "size", "price")] == [
        ['{"a":1}'],
        ['{"k":1}'],
        ["12"],
        ["1.5"],
    ]
    assert seen.rows[0]["nested"] == ["city"]
    assert seen.unknown == {"other": 1}


def test_a_file_without_an_email_column_is_refused_with_its_columns(whole: Path) -> None:
    write(whole, FRAME.select("name", "note"))
    with pytest.raises(FileRefusedError, match="no column is an email: it has name, note"):
        list(read_chunks(the_file(whole), COLUMNS))


def test_a_file_without_a_column_or_a_row_is_no_crash(whole: Path) -> None:
    write(whole, FRAME.clear())
    seen = see(the_file(whole), COLUMNS)
    assert (seen.rows, seen.complete, seen.chunks) == ([], True, 1)
    write(whole, pl.DataFrame())
    with pytest.raises(FileRefusedError, match="no column is an email"):
        list(read_chunks(the_file(whole), COLUMNS))


def rewritten(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:100])


def replaced(path: Path) -> None:
    other = write(path.with_name(f"other{path.suffix}"), FRAME.reverse(), GROUP)
    other.replace(path)


@pytest.mark.parametrize("change", [rewritten, replaced])
def test_a_file_that_changes_while_it_is_read_kills_nobody(whole: Path, change: Callable[[Path], None]) -> None:
    chunks = read_chunks(the_file(whole), COLUMNS, block_bytes=1)
    first = next(chunks)
    change(whole)
    rest = list(chunks)
    emails = [email for chunk in [first, *rest] for email in chunk.rows["email"]]
    assert emails == EMAILS[: len(emails)]
    is_told = not rest[-1].complete
    assert is_told or (change is replaced and whole.suffix == ".parquet" and len(emails) == ROWS)


def test_the_number_of_buckets_follows_the_rows_and_not_the_packed_bytes(tmp_path: Path) -> None:
    columns = MODEL.columns("db1")
    path = write(
        tmp_path / "a.parquet",
        pl.DataFrame({"email": ["ann@x.io"], "name": ["Ann"], "note": ["x"]}).sample(500_000, with_replacement=True),
    )
    file = the_file(path)
    reading = FileReading.of(file, columns, MODEL.source("db1"))
    assert reading.file.text_size == 500_000 * 2 * 24
    assert bits_for_files([file]) < bits_for_files([reading.file])
    path.write_bytes(b"PAR1")
    assert FileReading.of(file, columns, MODEL.source("db1")).file.text_size is None
