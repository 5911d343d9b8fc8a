"""One source being read: how many buckets it gets, what is held in memory, and what is left behind when it fails."""

import gzip
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from hubsync_assets.sources.readers.chunks import BROKEN_SCHEMA, Chunk, row_schema
from hubsync_assets.steps.normalise_chunks import CHUNKS_AT_ONCE, ROWS_AT_ONCE, together
from hubsync_assets.steps.read import ReadFailure, read_sources
from hubsync_assets.tables.storage import Storage
from hubsync_assets_tests.shipped import MODEL
from hubsync_assets_tests.sources.web import Answer, site


@pytest.fixture
def storage(tmp_path: Path) -> Storage:
    made = Storage(MODEL, tmp_path / "storage")
    made.lock.acquire("test")
    return made


def chunk(rows: int) -> Chunk:
    return Chunk(
        pl.DataFrame(schema=row_schema(MODEL.columns("db1"))).clear(rows),
        pl.DataFrame(schema=BROKEN_SCHEMA),
        {},
        True,
        0,
        lambda _: [],
    )


@pytest.mark.parametrize(("rows", "most"), [(100, CHUNKS_AT_ONCE), (20_000, 3), (ROWS_AT_ONCE, 1)])
def test_few_wide_records_are_not_held_by_the_block_until_they_are_many(rows: int, most: int) -> None:
    taken = 0

    def chunks() -> Iterator[Chunk]:
        nonlocal taken
        for _ in range(20):
            taken += 1
            yield chunk(rows)

    given = 0
    for group in together(chunks()):
        assert len(group) <= most
        given += len(group)
        assert taken - given <= 1
    assert given == 20


def test_a_chunk_without_rows_is_cleaned_with_what_stands_before_it_whatever_its_numbers_are() -> None:
    numbers = chunk(3)
    numbers = replace(numbers, rows=numbers.rows.with_columns(pl.lit(1.5).alias("mrr")))
    (group,) = together([numbers, chunk(0)])
    assert [each.rows.height for each in group] == [3, 0]
    assert pl.concat([each.rows for each in group]).schema == numbers.rows.schema
    assert [len(group) for group in together([numbers, chunk(1)])] == [1, 1]


@pytest.mark.parametrize("name", ["a.json.gz", "a.json.GZ"])
def test_a_packed_source_gets_buckets_for_its_text_however_its_name_is_spelled(
    tmp_path: Path, storage: Storage, name: str
) -> None:
    records = ",".join(f'{{"email":"a{number}@x.io","name":"{number * 7919 % 100_003}"}}' for number in range(300_000))
    (tmp_path / name).write_bytes(gzip.compress(f"[{records}]".encode(), compresslevel=1))
    list(read_sources({"db1": str(tmp_path / name)}, "all", storage, ("db1",)))
    version = storage.table("raw_db1").require()
    assert version.bits >= 1
    assert version.manifest.rows == 300_000


def test_a_download_that_fails_leaves_nothing_behind(storage: Storage) -> None:
    with site(Answer(404)) as web:
        (event,) = read_sources({"db1": f"{web.url}/export.json"}, "all", storage, ("db1",))
    assert isinstance(event, ReadFailure)
    assert not [path for path in storage.folder.iterdir() if "temporary" in path.name]
