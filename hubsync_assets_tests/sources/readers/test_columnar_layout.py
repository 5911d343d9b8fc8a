"""What Parquet and Arrow files say of their parts, and that a length that cannot be is found before polars believes it."""

import random
from pathlib import Path

import polars as pl
import pytest

from hubsync_assets.sources.readers.arrow_layout import heights_of_batches
from hubsync_assets.sources.readers.parquet_groups import heights_of_groups
from hubsync_assets_tests.sources.readers.test_columnar import write
from hubsync_assets_tests.sources.readers.test_columnar_file import by_duckdb

ZSTD = b"\x28\xb5\x2f\xfd"
FRAME = pl.DataFrame(
    {
        "email": [f"{number}@x.io" for number in range(95)],
        "some": [[number, None] for number in range(95)],
        "of": [{"a": number > 3, "b": pl.Series(["x"])} for number in range(95)],
        "kind": pl.Series(["red", "blue", None, "red", "red"] * 19, dtype=pl.Categorical),
        "none": [None] * 95,
    }
)


def groups(path: Path) -> list[int]:
    with path.open("rb") as file:
        return heights_of_groups(file.fileno(), path.stat().st_size)


def batches(path: Path) -> list[int] | None:
    with path.open("rb") as file:
        return heights_of_batches(file.fileno(), path.stat().st_size)


@pytest.mark.parametrize("rows", [1, 7, 10, 94, 95, 1000])
def test_the_parts_have_the_heights_with_which_they_were_written(tmp_path: Path, rows: int) -> None:
    expected = [min(rows, 95 - start) for start in range(0, 95, rows)]
    assert groups(write(tmp_path / "a.parquet", FRAME, rows)) == expected
    assert batches(write(tmp_path / "a.arrow", FRAME, rows)) == expected
    assert batches(write(tmp_path / "b.arrow", FRAME, rows, "uncompressed")) == expected


def test_the_row_groups_of_another_writer_have_theirs(tmp_path: Path) -> None:
    by_duckdb(tmp_path / "a.parquet", "select range as a, {'x': [range]} as b, map{1: true} as c from range(300_000)")
    heights = groups(tmp_path / "a.parquet")
    assert (sum(heights), len(heights) > 1) == (300_000, True)


@pytest.mark.parametrize("size", [2**60, 2**35, -2])
def test_a_buffer_that_cannot_have_been_so_large_is_found(tmp_path: Path, size: int) -> None:
    path = write(tmp_path / "a.arrow", FRAME, 50)
    content = bytearray(path.read_bytes())
    at = content.index(ZSTD)
    content[at - 8 : at] = size.to_bytes(8, "little", signed=True)
    path.write_bytes(content)
    assert batches(path) is None


@pytest.mark.parametrize("name", ["a.arrow", "a.parquet"])
def test_random_damage_is_found_or_does_no_harm_to_whoever_looks(tmp_path: Path, name: str) -> None:
    path = write(tmp_path / name, FRAME, 50)
    good = path.read_bytes()
    for seed in range(300):
        chance = random.Random(seed)
        content = bytearray(good)
        at = chance.randrange(len(good))
        content[at : at + 8] = chance.randbytes(8)
        path.write_bytes(content[: len(good)])
        found = batches(path) if name == "a.arrow" else groups(path)
        assert found is None or all(-(2**70) < height < 2**70 for height in found)
