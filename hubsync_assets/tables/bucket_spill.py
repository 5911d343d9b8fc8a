"""Rows sorted into buckets: how work on any number of contacts is done one bucket at a time.

Put here: splitting frames by bucket, a temporary folder of buckets, and reading a version's bucket at another bucket count.
Keep out: how an email finds its bucket (``tables.buckets``) and versions that stay (``table``).
"""

import shutil
import threading
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Self

import polars as pl

from hubsync_assets.tables.arrow_stream import append, read_back
from hubsync_assets.tables.buckets import bits_for, bucket_of
from hubsync_assets.tables.table import Schema, Version

__all__ = ["BucketSpill", "bits_for_answers", "bits_for_rows", "read_bucket", "split_by_bucket"]

ROWS_A_BUCKET = 1 << 17
"""Contacts that are compared or folded together; with all that a log says of them, some 100 MB. As many as a bucket of the raw tables
usually gives, so that tables of the same contacts have as many buckets."""

BUFFER_BYTES = 16 << 20
"""By polars' estimate, which leaves out 16 bytes for each text: really about twice as much."""

_BUCKET = "_bucket"


def bits_for_rows(rows: int) -> int:
    """The bucket count for a table of ``rows`` rows, as the exponent of two."""
    return bits_for(rows, ROWS_A_BUCKET)


def bits_for_answers(rows: int) -> int:
    """The same for answers of the log that are folded: with all that they say, half as many are as much to hold."""
    return bits_for(2 * rows, ROWS_A_BUCKET)


def split_by_bucket(frame: pl.DataFrame, bits: int) -> Iterator[tuple[int, pl.DataFrame]]:
    """The rows of each bucket that has any, in the frame's order; ``frame`` has the column ``email``."""
    if bits == 0:
        if not frame.is_empty():
            yield 0, frame
        return
    keyed = frame.with_columns(bucket_of(pl.col("email"), bits).alias(_BUCKET))
    for key, rows in keyed.partition_by(_BUCKET, as_dict=True, include_key=False, maintain_order=True).items():
        yield int(key[0]), rows


def read_bucket(version: Version | None, bucket: int, bits: int, schema: Schema) -> pl.LazyFrame:
    """Bucket ``bucket`` of 2**bits, whatever count the version was written with; no rows when there is no version.

    Buckets are leading bits of one hash, so a bucket of the coarser count is made of whole buckets of the finer one.
    """
    if version is None:
        return pl.LazyFrame(schema=schema)
    if version.bits <= bits:
        rows = version.scan(bucket >> (bits - version.bits))
        return rows if version.bits == bits else rows.filter(bucket_of(pl.col("email"), bits) == bucket)
    finer = version.bits - bits
    return pl.concat([version.scan((bucket << finer) + part) for part in range(1 << finer)])


class BucketSpill:
    """A temporary folder of buckets; deleted when the ``with`` block ends. What fits in memory never reaches the disk.

    Args:
        folder: an empty folder that is the spill's own; it may hold as much as the tables do uncompressed.
        schema: columns and dtypes, ``email`` among them.
        bits: 2**bits buckets.
        buffer_bytes: estimated size of the rows that are held in memory.
    """

    def __init__(self, folder: Path, schema: Schema, bits: int, *, buffer_bytes: int = BUFFER_BYTES) -> None:
        self.bits = bits
        self.rows = 0
        self._schema = schema
        self._folder = folder
        self._buffer_bytes = buffer_bytes
        self._held: list[pl.DataFrame] = []
        self._held_bytes = 0
        self._in_memory: dict[int, list[pl.DataFrame]] = defaultdict(list)
        self._reading = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        shutil.rmtree(self._folder)

    def add(self, frame: pl.DataFrame) -> None:
        """Sort a frame's rows into their buckets; later, together with others, since splitting many rows at once is cheaper."""
        self._held.append(frame.select(self._schema.keys()))
        self._held_bytes += int(frame.estimated_size())
        self.rows += frame.height
        if self._held_bytes > self._buffer_bytes:
            for bucket, rows in self._split():
                append(self._folder / f"b{bucket:05d}", rows)

    def pieces(self, bucket: int, columns: Sequence[str] | None = None) -> Iterator[pl.DataFrame]:
        """The rows of one bucket, in the order in which they were added, in frames of a bounded size; of all columns, or of some.

        Several threads may read at the same time. What is added afterwards comes out of order.
        """
        with self._reading:
            for number, rows in self._split():
                self._in_memory[number].append(rows)
        names = list(self._schema if columns is None else columns)
        for rows in read_back(self._folder / f"b{bucket:05d}", columns):
            yield rows.select(names)
        for rows in self._in_memory.get(bucket, []):
            yield rows.select(names)

    def _split(self) -> Iterator[tuple[int, pl.DataFrame]]:
        if self._held:
            held, self._held, self._held_bytes = self._held, [], 0
            yield from split_by_bucket(pl.concat(held), self.bits)

    def bucket(self, bucket: int, columns: Sequence[str] | None = None) -> pl.DataFrame:
        """What ``pieces`` gives, as one frame."""
        none = pl.DataFrame(schema=self._schema)
        return pl.concat([none if columns is None else none.select(columns), *self.pieces(bucket, columns)])
