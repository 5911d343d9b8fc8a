"""A Parquet or Arrow file, opened: what it is by its first and last bytes, and how columns and rows are got from it.

Put here: polars' readers, what is wrong with a file as a whole, and that none of polars' own words come out. Keep out: what values mean
(``column_text``), and chunks (``columnar``).

A Parquet file is handed to polars open, so that all questions go to one file, whatever takes its name meanwhile. An Arrow file is named as
a URL: any other way polars maps it into memory, and if somebody then writes it anew the whole process dies of SIGBUS (measured; Parquet
files are not mapped).
"""

import json
import os
import zlib
from collections.abc import Iterator, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import BinaryIO, Final, Literal

import polars as pl
from polars import selectors

from hubsync_assets.sources import errors
from hubsync_assets.sources.files.source_file import SourceFile
from hubsync_assets.sources.looks_like import ENOUGH, looks_like
from hubsync_assets.sources.readers.arrow_layout import heights_of_batches
from hubsync_assets.sources.readers.parquet_groups import heights_of_groups

__all__ = ["FAULTS", "ColumnarFile", "ColumnarForm", "columnar_form", "unusable"]

FAULTS: Final = (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError)
"""What polars raises over bytes that it cannot make sense of. A panic is no ``Exception``, and writes two lines to stderr before anybody can
catch it."""

ColumnarForm = Literal["parquet", "arrow"]

_WORDS: dict[str, str] = {"parquet": "a Parquet file", "arrow": "an Arrow file"}
_MAGIC: dict[bytes, ColumnarForm] = {b"PAR1": "parquet", b"PARE": "parquet", b"ARROW1": "arrow"}
_LAST: dict[str, tuple[bytes, ...]] = {"parquet": (b"PAR1", b"PARE"), "arrow": (b"ARROW1",)}
_OTHERS = {b"\xff\xff\xff\xff": "a stream of Arrow batches", b"FEA1": "a Feather file of version 1"}
_ENCRYPTED = b"PARE"
_INTERVALS = "POLARS_IMPORT_INTERVAL_AS_STRUCT"
_GZIP_MAGIC = b"\x1f\x8b"


def columnar_form(file: SourceFile) -> ColumnarForm | None:
    """Which of the two a file is, whatever its name; None: neither, so it is text, or nothing that can be opened.

    Raises:
        FileRefusedError: It is one inside of gzip, a relative of them that cannot be read, or its name says that it is one and it is not.
    """
    head = _head(file.path)
    if head is None:
        return None
    form = _by_magic(head)
    packed = file.name.lower().endswith(".gz")
    inside = _by_magic(_unpacked(head)) if head.startswith(_GZIP_MAGIC) else None
    if inside is not None or (form is not None and packed):
        raise errors.packed_again(file.name, _WORDS[inside or form or ""])
    if form is not None:
        return form
    other = next((words for magic, words in _OTHERS.items() if head.startswith(magic)), None)
    if other is not None:
        raise errors.not_columnar(file.name, other)
    if file.form in _WORDS:
        if not head:
            raise errors.cut_off(file.name, _WORDS[file.form], file.missing)
        raise errors.not_columnar(file.name, looks_like(head, file.form), _WORDS[file.form])
    return None


def _by_magic(head: bytes) -> ColumnarForm | None:
    return next((form for magic, form in _MAGIC.items() if head.startswith(magic)), None)


def _head(path: Path | None) -> bytes | None:
    try:
        with open(path or "", "rb") as file:  # noqa: PTH123 - a file that was not fetched has no path
            return file.read(ENOUGH)
    except OSError:
        return None  # whoever reads it as text says what is wrong


def _unpacked(head: bytes) -> bytes:
    try:
        return zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(head, 16)
    except zlib.error:
        return b""


@cache
def _let_intervals_be() -> None:
    """Otherwise one column of intervals, which need not even be wanted, is a panic of polars, and costs the whole file."""
    if _INTERVALS not in os.environ:
        pl.Config.load(json.dumps({"environment": {_INTERVALS: "1"}}))


def unusable(name: str, form: ColumnarForm, why: str) -> errors.FileRefusedError:
    """The error that nothing of a file can be used."""
    return errors.unreadable(name, _WORDS[form], why)


class ColumnarFile:
    """One file; close it.

    Attributes:
        schema: Its columns as they are spelled, and their types.
        height: How many rows it says it has.
        opened_as: Size, time and number of what was opened.
    """

    def __init__(self, file: SourceFile, form: ColumnarForm) -> None:
        """Open it and read its footer.

        Raises:
            PermanentError: No permission.
            FileRefusedError: It has no end, is encrypted, or polars cannot make sense of its footer.
            TransientError: It vanished.
        """
        self._name, self._form, self._what = file.name, form, _WORDS[form]
        self._path = file.path or Path()
        try:
            self._file: BinaryIO = self._path.open("rb", buffering=0)
        except FileNotFoundError:
            raise errors.vanished(file.name) from None
        except PermissionError:
            raise errors.denied(file.name) from None
        try:
            self.opened_as = self._stat()
            self._check_ends(file)
            self._scan = self._scanned()
        except BaseException:
            self.close()
            raise

    @property
    def names(self) -> tuple[str, ...]:
        """Its columns as they are spelled."""
        return tuple(self.schema)

    def close(self) -> None:
        """Let go of it; more than once does no harm."""
        self._file.close()

    @property
    def has_changed(self) -> bool:
        """Somebody has written to it since it was opened."""
        return self._stat() != self.opened_as

    def batches(self, names: Sequence[str], rows: int) -> Iterator[pl.DataFrame]:
        """These columns, in the order of the file, about so many rows at a time."""
        return iter(
            self._of(names).collect_batches(chunk_size=rows, maintain_order=True, lazy=True, engine="streaming")
        )

    def piece(self, names: Sequence[str], start: int, rows: int) -> pl.DataFrame:
        """These columns of some rows."""
        return self._of(names).slice(start, rows).collect(engine="streaming")

    def parts(self) -> Iterator[tuple[int, int]]:
        """Of each row group or record batch, the number of its first row, from 0, and how many it has; nothing where nobody knows."""
        ask = heights_of_groups if self._form == "parquet" else heights_of_batches
        heights = ask(self._file.fileno(), self.opened_as[0]) or ()
        start = 0
        # Where they are not the rows that polars knows of, the footer is damaged, and each has understood it in another way.
        for height in heights if sum(heights) == self.height else ():
            yield start, height
            start += height

    def counts(self, names: Sequence[str]) -> dict[str, int]:
        """How many values columns have; NaN is none, as where pandas has written a missing number."""
        floats = selectors.float().fill_nan(None)
        counts = self._of(names).with_columns(floats).select(pl.all().count()).collect(engine="streaming")
        return counts.row(0, named=True) if counts.width else {}

    def _of(self, names: Sequence[str]) -> pl.LazyFrame:
        # Not by name alone: to polars some names are patterns.
        return self._scan.select(selectors.by_index(*(self.names.index(name) for name in names)))

    def _scanned(self) -> pl.LazyFrame:
        where = "its footer" if self._form == "parquet" else "what says where its records are"
        damaged = unusable(self._name, self._form, f"{where} is damaged, or of a version that is not known here")
        _let_intervals_be()
        try:
            if self._form == "parquet":
                scan = pl.scan_parquet(self._file, glob=False, hive_partitioning=False)
                height = int(scan.select(pl.len()).collect(engine="streaming").item()) if scan.collect_schema() else 0
            else:
                heights = heights_of_batches(self._file.fileno(), self.opened_as[0])
                if heights is None:
                    raise damaged
                scan = pl.scan_ipc(self._path.absolute().as_uri(), glob=False, hive_partitioning=False)
                height = sum(heights)
            self.schema, self.height = scan.collect_schema(), height
        except pl.exceptions.DuplicateError:
            raise unusable(self._name, self._form, "two of its columns have one name") from None
        except FAULTS:
            raise damaged from None
        return scan

    def _check_ends(self, file: SourceFile) -> None:
        size = self.opened_as[0]
        last = os.pread(self._file.fileno(), 6, max(size - 6, 0))
        if size < 12 or not last.endswith(_LAST[self._form]):
            raise errors.cut_off(file.name, self._what, file.missing)
        if self._form == "parquet" and last.endswith(_ENCRYPTED):
            raise unusable(self._name, self._form, "it is encrypted")

    def _stat(self) -> tuple[int, int, int]:
        found = os.fstat(self._file.fileno())
        with suppress(OSError):
            # polars opens an Arrow file anew each time.
            found = self._path.stat() if self._form == "arrow" else found
        return found.st_size, found.st_mtime_ns, found.st_ino
