"""What a version's manifest says of its files, and whether they still are what was written.

Put here: the list as the manifest keeps it, and its checks: size and rows (cheap, at each open) and content (a whole read). A name in the
list is all that makes a file part of a table, so one that is lost is missed. Keep out: which version counts (``table``).
"""

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import polars as pl
import xxhash

from hubsync_assets.tables.disk import clear_disk_failures
from hubsync_assets.tables.errors import damaged_file

__all__ = ["BucketFiles", "TableFile", "check_content", "check_sizes_and_rows", "describe", "hash_of"]

FORMAT = "parquet"
_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class TableFile:
    """One file of a version.

    Attributes:
        path: relative to the version's folder.
        rows: in it.
        bytes: its size.
        xxh3: ``xxh3_64`` of all its bytes, as 16 hexadecimal digits.
    """

    path: str
    rows: int
    bytes: int
    xxh3: str


@dataclass(frozen=True, slots=True)
class BucketFiles:
    """The files of one bucket.

    Attributes:
        bucket: its number.
        files: in the order in which their rows were added.
        format: of the files.
        base: the version that this one only differs from (none is written so yet).
        deletes: what it takes away from that (none is written so yet).
    """

    bucket: int
    files: Sequence[TableFile]
    format: str = FORMAT
    base: str | None = None
    deletes: str | None = field(default=None)

    @classmethod
    def from_json(cls, content: dict[str, Any]) -> "BucketFiles":
        """As the manifest has it.

        Raises:
            TypeError: it is no such thing.
        """
        return cls(**{**content, "files": [TableFile(**file) for file in content["files"]]})


def describe(path: Path, rows: int | None = None) -> TableFile:
    """What a list says of a file that was just written.

    Args:
        path: the file.
        rows: in it; None: its footer knows.
    """
    return TableFile(path.name, _rows(path) if rows is None else rows, path.stat().st_size, hash_of(path))


def hash_of(path: Path) -> str:
    """``xxh3_64`` of a file's bytes, as hexadecimal digits. A file that was just written is read from memory: some 0.2 ms a megabyte."""
    found = xxhash.xxh3_64()
    block = memoryview(bytearray(_BLOCK))
    with clear_disk_failures(path), path.open("rb", buffering=0) as file:
        while count := file.readinto(block):
            found.update(block[:count])
    return found.hexdigest()


_Identity = tuple[str, int, int, int, int]

# Versions never change, so what was looked into once need not be again, unless the file is another one now.
_ROWS_SEEN: set[tuple[_Identity, int]] = set()
_CONTENT_SEEN: set[tuple[_Identity, str]] = set()
_MOST_SEEN = 100_000
_T = TypeVar("_T")


def check_sizes_and_rows(folder: Path, files: Iterable[TableFile]) -> None:
    """Look whether a version's files are all there, as large and with as many rows as was written; a file's footer is read once a process.

    Raises:
        DamagedTableError: one is not; the text names it, and what to do.
    """
    fresh: list[tuple[TableFile, _Identity]] = []
    for listed in files:
        identity = _look(folder, listed)
        if (identity, listed.rows) not in _ROWS_SEEN:
            fresh.append((listed, identity))
    if not fresh:
        return
    if _rows_of_all([folder / listed.path for listed, _ in fresh]) != sum(listed.rows for listed, _ in fresh):
        for listed, _ in fresh:
            path = folder / listed.path
            try:
                rows = _rows(path)
            except (pl.exceptions.PolarsError, OSError):
                raise damaged_file(path, "is no Parquet file any more") from None
            if rows != listed.rows:
                raise damaged_file(path, f"has {rows:,} rows where {listed.rows:,} were written")
    _remember(_ROWS_SEEN, {(identity, listed.rows) for listed, identity in fresh})


def check_content(folder: Path, files: Iterable[TableFile], *, again: bool = False) -> None:
    """Look whether files have the very bytes that were written; each is read whole, once a process.

    Args:
        folder: the version's.
        files: of its list.
        again: also those that were looked at before (a disk can lose what it had).

    Raises:
        DamagedTableError: one has not; the text names it, and what to do.
    """
    for listed in files:
        identity = _look(folder, listed)
        if not again and (identity, listed.xxh3) in _CONTENT_SEEN:
            continue
        if hash_of(folder / listed.path) != listed.xxh3:
            raise damaged_file(folder / listed.path, "has other bytes than were written")
        _remember(_CONTENT_SEEN, {(identity, listed.xxh3)})


def _look(folder: Path, listed: TableFile) -> _Identity:
    path = folder / listed.path
    try:
        found = path.stat()
    except (FileNotFoundError, NotADirectoryError):
        raise damaged_file(path, "is missing") from None
    if found.st_size != listed.bytes:
        raise damaged_file(path, f"has {found.st_size:,} bytes where {listed.bytes:,} were written")
    return os.fspath(path), found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns


def _remember(seen: set[_T], more: set[_T]) -> None:
    if len(seen) > _MOST_SEEN:
        seen.clear()
    seen |= more


def _rows(path: Path) -> int:
    return int(pl.scan_parquet(path, glob=False, hive_partitioning=False).select(pl.len()).collect().item())


def _rows_of_all(paths: list[Path]) -> int | None:
    """All rows, from the footers, which polars reads side by side; None: some footer cannot be read."""
    try:
        return int(pl.scan_parquet(paths, glob=False, hive_partitioning=False).select(pl.len()).collect().item())
    except (pl.exceptions.PolarsError, OSError):
        return None
