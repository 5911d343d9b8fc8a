"""Versioned tables: readers see one whole version, always."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import polars as pl
import pytest

from hubsync_assets.errors import PermanentError
from hubsync_assets.tables.bucket_spill import read_bucket
from hubsync_assets.tables.table import Table

SCHEMA = {"email": pl.String, "n": pl.Int64}


def frame(*numbers: int) -> pl.DataFrame:
    return pl.DataFrame({"email": [f"p{n}@example.com" for n in numbers], "n": numbers}, schema=SCHEMA)


def publish(table: Table, *numbers: int) -> None:
    with table.new_version() as writer:
        writer.parquet.add(frame(*numbers))
        writer.publish({"numbers": len(numbers)})


def test_a_table_that_was_never_written_says_what_to_materialise(tmp_path: Path) -> None:
    with pytest.raises(PermanentError, match="raw_db1 was never materialised: materialise it first"):
        Table(tmp_path / "raw_db1", SCHEMA).require()


def test_the_newest_version_is_read_with_its_facts(tmp_path: Path) -> None:
    table = Table(tmp_path / "t", SCHEMA)
    publish(table, 1)
    publish(table, 2, 3)
    version = table.require()
    assert version.scan().collect()["n"].to_list() == [2, 3]
    assert (version.manifest.rows, version.facts) == (2, {"numbers": 2})


def test_a_reader_that_resolved_a_version_can_finish_it_while_the_next_is_published(tmp_path: Path) -> None:
    table = Table(tmp_path / "t", SCHEMA)
    publish(table, 1)
    reading = table.require()
    publish(table, 2)
    assert reading.scan().collect()["n"].to_list() == [1]


def test_only_the_current_version_and_the_one_before_are_kept(tmp_path: Path) -> None:
    table = Table(tmp_path / "t", SCHEMA)
    for number in range(5):
        publish(table, number)
    assert sorted(path.name for path in table.folder.iterdir()) == ["current", "v4", "v5"]


def test_more_versions_are_kept_where_that_is_wanted_until_fewer_are(tmp_path: Path) -> None:
    table = Table(tmp_path / "t", SCHEMA, versions=3)
    for number in range(6):
        publish(table, number)
    assert sorted(path.name for path in table.folder.iterdir()) == ["current", "v3", "v4", "v5", "v6"]
    publish(Table(tmp_path / "t", SCHEMA), 7)
    assert sorted(path.name for path in table.folder.iterdir()) == ["current", "v6", "v7"]


def test_a_version_that_is_not_published_leaves_nothing_behind(tmp_path: Path) -> None:
    table = Table(tmp_path / "t", SCHEMA)
    publish(table, 1)

    class Broken(Exception):
        pass

    with pytest.raises(Broken), table.new_version() as writer:
        writer.parquet.add(frame(2))
        writer.parquet.flush()
        raise Broken
    assert sorted(path.name for path in table.folder.iterdir()) == ["current", "v1"]
    assert table.require().scan().collect()["n"].to_list() == [1]


ADDED: dict[str, pl.DataType | type[pl.DataType]] = {
    "tags": pl.List(pl.String),
    "source": pl.Enum(["db1", "db2"]),
    "sure": pl.Boolean,
    "count": pl.UInt32,
}


def test_what_was_written_with_fewer_columns_has_the_new_ones_empty(tmp_path: Path) -> None:
    publish(Table(tmp_path / "t", SCHEMA), 1, 2)
    version = Table(tmp_path / "t", {"source": ADDED["source"], **SCHEMA, **ADDED}).require()
    read = version.scan().collect()
    assert dict(read.schema) == {"source": ADDED["source"], **SCHEMA, **ADDED}
    assert read["n"].to_list() == [1, 2]
    assert read.select(ADDED.keys()).null_count().row(0) == (2, 2, 2, 2)


def test_what_was_written_with_more_columns_is_read_without_them(tmp_path: Path) -> None:
    table = Table(tmp_path / "t", {**SCHEMA, **ADDED})
    with table.new_version() as writer:
        writer.parquet.add(frame(1, 2).with_columns(pl.lit(None, dtype).alias(name) for name, dtype in ADDED.items()))
        writer.publish({})
    assert Table(tmp_path / "t", SCHEMA).require().scan().collect().equals(frame(1, 2))


def test_a_bucket_of_an_earlier_schema_is_read_with_the_columns_of_this_one(tmp_path: Path) -> None:
    publish(Table(tmp_path / "t", SCHEMA), *range(8))
    wider = {**SCHEMA, **ADDED}
    version = Table(tmp_path / "t", wider).require()
    parts = [read_bucket(version, bucket, 1, wider).collect() for bucket in range(2)]
    assert [dict(part.schema) for part in parts] == [wider, wider]
    assert sorted(pl.concat(parts)["n"]) == list(range(8))


def test_a_table_without_rows_still_has_its_columns_for_whoever_globs_it(tmp_path: Path) -> None:
    table = Table(tmp_path / "t", SCHEMA)
    publish(table)
    globbed = pl.scan_parquet(table.folder / "current" / "**" / "*.parquet").collect()
    assert dict(globbed.schema) == SCHEMA
    assert globbed.height == 0


def test_rows_come_back_in_the_order_in_which_they_went_in_over_many_files(tmp_path: Path) -> None:
    table = Table(tmp_path / "t", SCHEMA)
    with table.new_version() as writer:
        writer.parquet._buffer_bytes = 1
        for number in range(12):
            writer.parquet.add(frame(number))
        version = writer.publish({})
    assert len(version.files()) == 12
    assert version.scan().collect()["n"].to_list() == list(range(12))


def test_a_newer_layout_is_refused_with_what_to_do(tmp_path: Path) -> None:
    table = Table(tmp_path / "t", SCHEMA)
    publish(table, 1)
    manifest = table.require().folder / "_manifest.json"
    manifest.write_text(json.dumps({**json.loads(manifest.read_text()), "layout": 99}))
    with pytest.raises(PermanentError, match="written by a newer version of hubsync_assets .storage layout 99"):
        table.require()


def test_a_damaged_manifest_is_named(tmp_path: Path) -> None:
    table = Table(tmp_path / "t", SCHEMA)
    publish(table, 1)
    (table.require().folder / "_manifest.json").write_text("{")
    with pytest.raises(
        PermanentError, match=r"_manifest.json cannot be read, so the table t is damaged: .*rebuild makes it again"
    ):
        table.require()


def test_a_folder_that_cannot_be_written_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(PermanentError, match="cannot write into .*: make it writable, or set HUBSYNC_STORAGE"):
        Table(tmp_path / "file" / "t", SCHEMA).new_version().__enter__()


def test_readers_beside_a_writer_never_see_half_a_version(tmp_path: Path) -> None:
    table = Table(tmp_path / "t", SCHEMA)
    publish(table, *[0] * 10)
    seen: list[list[int]] = []
    stop = threading.Event()

    def read() -> None:
        while not stop.is_set():
            seen.append(table.require().scan().collect()["n"].to_list())

    reader = threading.Thread(target=read)
    reader.start()
    for number in range(1, 40):
        publish(table, *[number] * 10)
        before = len(seen)
        # A reader may hold one version back, not more: that is the promise. So whoever reads now is let finish.
        while len(seen) == before and reader.is_alive():
            time.sleep(0)
    stop.set()
    reader.join()
    assert len(seen) >= 39
    assert all(len(rows) == 10 and len(set(rows)) == 1 for rows in seen)


WRITE_FOR_EVER = """
import sys
from pathlib import Path
import polars as pl
from hubsync_assets.tables.bucket_spill import read_bucket
from hubsync_assets.tables.table import Table
table = Table(Path(sys.argv[1]), {"email": pl.String, "n": pl.Int64})
number = 0
while True:
    number += 1
    with table.new_version() as writer:
        for _ in range(10):
            writer.parquet.add(pl.DataFrame({"email": ["a@example.com"], "n": [number]}))
            writer.parquet.flush()
        writer.publish({})
    print(number, flush=True)
"""


def test_a_writer_killed_at_any_point_leaves_a_whole_version(tmp_path: Path) -> None:
    table = Table(tmp_path / "t", SCHEMA)
    for versions_before_the_kill in (1, 3, 2, 4):
        with subprocess.Popen(
            [sys.executable, "-c", WRITE_FOR_EVER, str(table.folder)], stdout=subprocess.PIPE
        ) as process:
            assert process.stdout is not None
            for _ in range(versions_before_the_kill):
                process.stdout.readline()
            os.kill(process.pid, signal.SIGKILL)
        rows = table.require().scan().collect()["n"].to_list()
        assert len(rows) == 10
        assert len(set(rows)) == 1
    publish(table, 7)
    assert table.require().scan().collect()["n"].to_list() == [7]
    assert not list(table.folder.glob(".writing-*"))


def test_a_pinned_version_outlives_any_number_of_newer_ones(tmp_path: Path) -> None:
    table = Table(tmp_path / "t", SCHEMA)
    publish(table, 1)
    first = table.require()
    for number in (2, 3, 4):
        with table.new_version() as writer:
            writer.parquet.add(frame(number))
            writer.publish({}, pinned=[first.id, "an id that was never there"])
    found = table.version(first.id)
    assert found is not None
    assert found.scan().collect()["n"].to_list() == [1]
    publish(table, 5)
    assert table.version(first.id) is None
