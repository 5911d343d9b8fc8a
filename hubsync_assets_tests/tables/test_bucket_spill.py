"""Buckets: every row is in exactly one, whatever the count, and tables of different counts line up."""

from pathlib import Path

import polars as pl
import pytest

from hubsync_assets.tables import arrow_stream
from hubsync_assets.tables.bucket_spill import BucketSpill, bits_for_rows, read_bucket, split_by_bucket
from hubsync_assets.tables.table import Table, Version

SCHEMA = {"email": pl.String, "n": pl.Int64}
ROWS = pl.DataFrame({"email": [f"p{n}@example.com" for n in range(500)], "n": list(range(500))}, schema=SCHEMA)


def version_of(folder: Path, bits: int) -> Version:
    with Table(folder, SCHEMA).new_version(bits=bits) as writer:
        for bucket, rows in split_by_bucket(ROWS, bits):
            writer.parquet.add(rows, bucket)
        return writer.publish({})


@pytest.mark.parametrize("written", [0, 1, 3, 5])
@pytest.mark.parametrize("read", [0, 1, 3, 5])
def test_any_bucket_count_reads_any_other(tmp_path: Path, written: int, read: int) -> None:
    version = version_of(tmp_path / "t", written)
    expected = dict(split_by_bucket(ROWS, read))
    for bucket in range(1 << read):
        rows = read_bucket(version, bucket, read, SCHEMA).collect().sort("n")
        assert rows["n"].to_list() == expected.get(bucket, ROWS.clear())["n"].to_list()


def test_no_version_is_no_rows_with_the_right_columns() -> None:
    assert read_bucket(None, 0, 3, SCHEMA).collect().schema == SCHEMA


@pytest.mark.parametrize(("buffer", "on_disk"), [(1 << 20, False), (2_000, True), (0, True)])
def test_a_spill_gives_each_bucket_back_in_order_and_leaves_nothing(tmp_path: Path, buffer: int, on_disk: bool) -> None:
    (tmp_path / "spill").mkdir()
    with BucketSpill(tmp_path / "spill", SCHEMA, bits=2, buffer_bytes=buffer) as spill:
        for rows in ROWS.iter_slices(37):
            spill.add(rows)
        assert any((tmp_path / "spill").iterdir()) == on_disk
        got = [spill.bucket(bucket) for bucket in range(4)]
        assert spill.rows == 500
    assert all(rows["n"].is_sorted() for rows in got)
    assert pl.concat(got).sort("n").equals(ROWS)
    assert list(tmp_path.iterdir()) == []


def test_a_spilled_bucket_comes_back_in_pieces_of_a_bounded_size(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(arrow_stream, "SEGMENT_BYTES", 5_000)
    (tmp_path / "spill").mkdir()
    with BucketSpill(tmp_path / "spill", SCHEMA, bits=0, buffer_bytes=0) as spill:
        for rows in ROWS.iter_slices(50):
            spill.add(rows)
        pieces = list(spill.pieces(0))
    assert pl.concat(pieces).equals(ROWS)
    assert [piece.height for piece in pieces] == [150, 150, 150, 50]


@pytest.mark.parametrize(
    ("rows", "bits"), [(0, 0), (1, 0), (131_072, 0), (131_073, 1), (262_144, 1), (262_145, 2), (10_000_000, 7)]
)
def test_the_bucket_count_follows_the_rows(rows: int, bits: int) -> None:
    assert bits_for_rows(rows) == bits
    assert rows <= 131_072 << bits
