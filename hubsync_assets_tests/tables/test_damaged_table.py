"""Files that were lost or changed behind a table's back: found when the table is opened, or when its bytes are used."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
import xxhash

from hubsync_assets.tables.errors import DamagedTableError
from hubsync_assets.tables.table import Table
from hubsync_assets.tables.version import Version

SCHEMA = {"email": pl.String, "n": pl.Int64}


@pytest.fixture
def table(tmp_path: Path) -> Table:
    """Two versions; the newest has two buckets, of which the second has two files."""
    table = Table(tmp_path / "t", SCHEMA)
    for _ in range(2):
        with table.new_version(bits=1) as writer:
            for bucket, size in ((0, 1000), (1, 500), (1, 700)):
                writer.parquet.add(pl.DataFrame({"email": ["a"] * size, "n": range(size)}, schema=SCHEMA), bucket)
                writer.parquet.flush()
            writer.publish({})
    return table


def last_file(version: Version) -> Path:
    return version.files()[-1]


def test_the_manifest_lists_each_file_with_its_bucket_size_rows_and_checksum(table: Table) -> None:
    folder = table.require().folder
    listed = json.loads((folder / "_manifest.json").read_text())["buckets"]
    assert [(entry["format"], entry["bucket"], entry["base"], entry["deletes"]) for entry in listed] == [
        ("parquet", 0, None, None),
        ("parquet", 1, None, None),
    ]
    files = [file for entry in listed for file in entry["files"]]
    assert [file["rows"] for file in files] == [1000, 500, 700]
    for file in files:
        content = (folder / file["path"]).read_bytes()
        assert (file["bytes"], file["xxh3"]) == (len(content), xxhash.xxh3_64_hexdigest(content))


def cut(path: Path) -> None:
    os.truncate(path, path.stat().st_size - 1)


def of_the_same_size(path: Path) -> None:
    path.write_bytes(b"\0" * path.stat().st_size)


def fewer_rows(path: Path) -> None:
    """Another Parquet file, which happens to be as large."""
    size = path.stat().st_size
    pl.DataFrame({"email": ["a"], "n": [1]}, schema=SCHEMA).write_parquet(path)
    content = path.read_bytes()
    path.write_bytes(content[:4] + b"\0" * (size - len(content)) + content[4:])


DAMAGE: dict[str, tuple[Callable[[Path], object], str]] = {
    "missing": (Path.unlink, "is missing"),
    "cut": (cut, "bytes where .* were written"),
    "zeros": (of_the_same_size, "is no Parquet file any more"),
    "other rows": (fewer_rows, "is no Parquet file any more|has 1 rows where 700 were written"),
}


@pytest.mark.parametrize("what", DAMAGE)
def test_a_file_that_is_not_what_was_written_is_named_when_the_table_is_opened(table: Table, what: str) -> None:
    damage, words = DAMAGE[what]
    path = last_file(table.require())
    damage(path)
    with pytest.raises(
        DamagedTableError, match=f"{path}.*({words}), so the table t is damaged: .*hubsync_assets.rebuild"
    ):
        table.require()


def flip_a_bit(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def test_one_flipped_bit_is_found_when_its_bucket_is_read_and_other_buckets_are_fine(table: Table) -> None:
    flip_a_bit(last_file(table.require()))
    version = table.require()
    assert version.scan(0).collect().height == 1000
    with pytest.raises(DamagedTableError, match="has other bytes than were written"):
        version.scan(1)
    with pytest.raises(DamagedTableError, match="has other bytes than were written"):
        version.verify()


def test_verifying_reads_again_what_was_whole_when_it_was_read_first(table: Table) -> None:
    version = table.require()
    version.verify()
    version.scan(1)
    path = last_file(version)
    times = path.stat()
    flip_a_bit(path)
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
    with pytest.raises(DamagedTableError, match="has other bytes"):
        version.verify()


def test_a_current_that_is_no_link_is_no_table_that_was_never_written(table: Table) -> None:
    current = table.folder / "current"
    current.unlink()
    current.write_text("v2")
    with pytest.raises(DamagedTableError, match="current is no link to the newest version"):
        table.current()


def test_a_current_that_is_gone_is_no_table_that_was_never_written(table: Table) -> None:
    (table.folder / "current").unlink()
    with pytest.raises(DamagedTableError, match="current is missing, so the table t is damaged"):
        table.current()


def test_a_current_that_points_nowhere_is_named(table: Table) -> None:
    version = table.require()
    version.folder.rename(table.folder / "elsewhere")
    with pytest.raises(DamagedTableError, match="_manifest.json is missing, so the table t is damaged"):
        table.current()


def test_what_a_killed_first_writer_left_is_a_table_that_was_never_written(tmp_path: Path) -> None:
    table = Table(tmp_path / "t", SCHEMA)
    with table.new_version() as writer:
        writer.publish({})
    (table.folder / "current").unlink()
    assert table.current() is None


def test_a_version_without_a_list_of_an_earlier_layout_is_read_as_it_lies(table: Table) -> None:
    manifest = table.require().folder / "_manifest.json"
    content = {key: value for key, value in json.loads(manifest.read_text()).items() if key != "buckets"}
    manifest.write_text(json.dumps({**content, "layout": 2}))
    version = table.require()
    version.verify()
    assert version.scan().collect().height == 2200
    assert [file.rows for file in version.listed(1)] == [500, 700]


def test_linked_files_are_listed_in_the_new_version_too(table: Table) -> None:
    before = table.require()
    with table.new_version(bits=1) as writer:
        for file, listed in zip(before.files(1), before.listed(1), strict=True):
            writer.parquet.link(file, listed, 1)
        after = writer.publish({})
    assert [(file.rows, file.xxh3) for file in after.listed(1)] == [(file.rows, file.xxh3) for file in before.listed(1)]
    after.verify()
    last_file(after).unlink()
    with pytest.raises(DamagedTableError, match="is missing"):
        table.require()
