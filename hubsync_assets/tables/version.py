"""One version of a table, as its manifest says it is: its files, its rows, and whether they are whole.

Keep out: which version is the current one, and how one is written (``table``).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from hubsync_assets.tables.file_list import TableFile, check_content, check_sizes_and_rows, describe
from hubsync_assets.tables.manifest import Manifest, columns_of

__all__ = ["Schema", "Version"]

Schema = Mapping[str, pl.DataType | type[pl.DataType]]


@dataclass(frozen=True, slots=True)
class Version:
    """One immutable version of a table, resolved once; reading it is safe while newer versions are published."""

    folder: Path
    manifest: Manifest
    schema: Schema

    @property
    def id(self) -> str:
        """Identity of this version, unique for ever."""
        return self.manifest.id

    @property
    def bits(self) -> int:
        """The version has 2**bits buckets."""
        return self.manifest.bits

    @property
    def facts(self) -> dict[str, Any]:
        """What the step that wrote the version noted."""
        return self.manifest.facts

    def files(self, bucket: int | None = None) -> list[Path]:
        """The Parquet files of one bucket, or of all, in a stable order."""
        listed = self._listed(bucket)
        if listed is None:
            return sorted(self.folder.glob("*.parquet" if bucket is None else f"b{bucket:05d}-*.parquet"))
        return [self.folder / file.path for file in listed]

    def listed(self, bucket: int) -> list[TableFile]:
        """What is known of the files of one bucket, in the order of ``files``; of an earlier version's they are read now."""
        listed = self._listed(bucket)
        return [describe(path) for path in self.files(bucket)] if listed is None else listed

    def check(self) -> None:
        """Look whether all files are there, as large and with as many rows as was written. Nothing is known of an earlier version's.

        Raises:
            DamagedTableError: one is not; the text names it, and what to do.
        """
        check_sizes_and_rows(self.folder, self._listed(None) or ())

    def verify(self) -> None:
        """Read every file and look whether it has the very bytes that were written (0.2 s a gigabyte from memory).

        Raises:
            DamagedTableError: one has not; the text names it, and what to do.
        """
        check_content(self.folder, self._listed(None) or (), again=True)

    def _listed(self, bucket: int | None) -> list[TableFile] | None:
        buckets = self.manifest.buckets
        if buckets is None:
            return None
        return [file for entry in buckets if bucket is None or entry.bucket == bucket for file in entry.files]

    def scan(self, bucket: int | None = None) -> pl.LazyFrame:
        """All rows, or those of one bucket, lazily; an empty frame with the table's columns where there are none.

        What was written with another schema has the columns of this one: those that it lacks are null, and so are values that do not
        fit a column's dtype now. The files of one bucket are about to be read whole, so their bytes are compared with what was written.

        Raises:
            DamagedTableError: a file of the bucket is not what was written; the text names it, and what to do.
        """
        files = self.files(bucket)
        if bucket is not None:
            check_content(self.folder, self._listed(bucket) or ())
        if not files:
            return pl.LazyFrame(schema=self.schema)
        if self.has_its_schema:
            return pl.scan_parquet(files, schema=dict(self.schema), glob=False, hive_partitioning=False)
        written = pl.read_parquet_schema(files[0])
        stored = pl.scan_parquet(files, schema=written, glob=False, hive_partitioning=False)
        return stored.select(_converted(name, dtype, written) for name, dtype in self.schema.items())

    @property
    def has_its_schema(self) -> bool:
        """Whether it was written with just the schema that it is read with."""
        return self.manifest.columns == columns_of(self.schema)


def _converted(name: str, dtype: pl.DataType | type[pl.DataType], written: Schema) -> pl.Expr:
    if name not in written:
        return pl.lit(None, dtype=dtype).alias(name)
    if written[name] == dtype:
        return pl.col(name)
    column = pl.col(name)
    return (column.cast(pl.String) if isinstance(dtype, pl.Enum) else column).cast(dtype, strict=False)
