"""One table and its versions.

``<storage>/<table>/v7/`` holds version 7: its Parquet files and its manifest, never changed once written. ``current`` is a
symlink to the newest, swapped with one rename (measured: other ways of swapping a folder under a reader give it mixed
versions or errors). The version before stays for whoever is still reading it; older ones and left-overs are swept when the
next version is published. Keep out: what is in the columns.
"""

import shutil
import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import polars as pl

from hubsync_assets.errors import PermanentError
from hubsync_assets.tables.manifest import Manifest, columns_of, fsync_folder
from hubsync_assets.tables.parquet_writer import ParquetWriter

__all__ = ["Schema", "Table", "Version", "VersionWriter"]

Schema = Mapping[str, pl.DataType | type[pl.DataType]]

CURRENT = "current"


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
        return sorted(self.folder.glob("*.parquet" if bucket is None else f"b{bucket:05d}-*.parquet"))

    def scan(self, bucket: int | None = None) -> pl.LazyFrame:
        """All rows, or those of one bucket, lazily; an empty frame with the table's columns where there are none.

        What was written with another schema has the columns of this one: those that it lacks are null, and so are values that do not
        fit a column's dtype now.
        """
        files = self.files(bucket)
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


class Table:
    """A named table in storage.

    Args:
        folder: the table's folder, ``<storage>/<name>``.
        schema: column names and polars dtypes; what a version without rows is read as.
    """

    def __init__(self, folder: Path, schema: Schema) -> None:
        self.folder = folder
        self.schema = schema

    @property
    def name(self) -> str:
        """The table's name, equal to the asset's key."""
        return self.folder.name

    def current(self) -> Version | None:
        """The newest version, or None when the table was never written."""
        link = self.folder / CURRENT
        if not link.is_symlink():
            return None
        folder = link.resolve()
        return Version(folder, Manifest.read(folder), self.schema)

    def require(self) -> Version:
        """The newest version.

        Raises:
            PermanentError: the table was never written; the text says what to materialise.
        """
        version = self.current()
        if version is None:
            msg = f"{self.name} was never materialised: materialise it first, or run the job sync_contacts"
            raise PermanentError(msg)
        return version

    def version(self, version_id: str) -> Version | None:
        """An older version that was pinned, or the current one, by its id; None when it is not there any more."""
        for number in reversed(self.numbers()):
            folder = self.folder / f"v{number}"
            manifest = Manifest.read(folder)
            if manifest.id == version_id:
                return Version(folder, manifest, self.schema)
        return None

    def new_version(self, *, bits: int = 0) -> "VersionWriter":
        """A writer for the next version, to be used with ``with``; nothing is seen of it before ``publish``."""
        return VersionWriter(self, bits)

    def numbers(self) -> list[int]:
        """Numbers of the complete version folders, in order."""
        names = [path.name[1:] for path in self.folder.glob("v*") if path.is_dir()]
        return sorted(int(name) for name in names if name.isdigit())

    def sweep(self, keep: set[Path]) -> None:
        """Delete version folders and left-overs of killed writers, all but ``keep``."""
        for path in self.folder.iterdir():
            if path.name != CURRENT and path not in keep:
                shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()


class VersionWriter:
    """Writes the next version of a table beside the current one.

    Add rows to ``parquet``, then ``publish``. Leaving the ``with`` block without publishing deletes what was written.
    """

    def __init__(self, table: Table, bits: int) -> None:
        self.table = table
        self.bits = bits
        self.folder = table.folder / f".writing-{uuid.uuid4().hex[:12]}"
        self.parquet = ParquetWriter(self.folder, table.schema)

    def __enter__(self) -> Self:
        try:
            self.folder.mkdir(parents=True)
        except OSError as error:
            msg = f"cannot write into {self.table.folder} ({error.strerror}): make it writable, or set HUBSYNC_STORAGE"
            raise PermanentError(msg) from None
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self.folder.exists():
            shutil.rmtree(self.folder)

    def publish(self, facts: Mapping[str, Any], pinned: Collection[str] = ()) -> Version:
        """Make the version the current one, durably, and sweep all but it, its predecessor and those that are pinned.

        Args:
            facts: what later steps want to know, as JSON values.
            pinned: ids of versions that somebody still needs.

        Returns:
            The published version.
        """
        before = self.table.current()
        self.parquet.close()
        manifest = Manifest(
            id=uuid.uuid4().hex,
            table=self.table.name,
            rows=self.parquet.rows,
            bits=self.bits,
            created_at=datetime.now(UTC).isoformat(),
            columns=columns_of(self.table.schema),
            facts=dict(facts),
        )
        manifest.write(self.folder)
        fsync_folder(self.folder)
        folder = self.table.folder / f"v{max(self.table.numbers(), default=0) + 1}"
        self.folder.rename(folder)
        self._point_current_at(folder)
        kept = [version.folder for version in map(self.table.version, pinned) if version is not None]
        self.table.sweep({folder, *kept} | ({before.folder} if before else set()))
        return Version(folder, manifest, self.table.schema)

    def _point_current_at(self, folder: Path) -> None:
        link = self.table.folder / f".current-{uuid.uuid4().hex[:12]}"
        link.symlink_to(folder.name)
        link.replace(self.table.folder / CURRENT)
        fsync_folder(self.table.folder)
