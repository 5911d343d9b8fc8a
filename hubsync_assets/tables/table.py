"""One table and its versions.

``<storage>/<table>/v7/`` holds version 7: its Parquet files and its manifest, never changed once written. ``current`` is a
symlink to the newest, swapped with one rename (measured: other ways of swapping a folder under a reader give it mixed
versions or errors). The version before, or as many as are wanted, stays for whoever is still reading it; older ones and left-overs are swept when the
next version is published. Keep out: what is in the columns.
"""

import shutil
import uuid
from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from hubsync_assets.errors import PermanentError
from hubsync_assets.tables.errors import DamagedTableError, damaged_table
from hubsync_assets.tables.manifest import Manifest, columns_of, fsync_folder
from hubsync_assets.tables.parquet_writer import ParquetWriter
from hubsync_assets.tables.private import make_folder
from hubsync_assets.tables.version import Schema, Version

__all__ = ["Schema", "Table", "Version", "VersionWriter"]

CURRENT = "current"


class Table:
    """A named table in storage.

    Args:
        folder: the table's folder, ``<storage>/<name>``.
        schema: column names and polars dtypes; what a version without rows is read as.
        versions: how many versions a new one leaves beside it, at least 1.
    """

    def __init__(self, folder: Path, schema: Schema, versions: int = 1) -> None:
        self.folder = folder
        self.schema = schema
        self._versions = versions

    @property
    def name(self) -> str:
        """The table's name, equal to the asset's key."""
        return self.folder.name

    def current(self) -> Version | None:
        """The newest version, or None when the table was never written.

        Raises:
            DamagedTableError: it was, and what is there is not what was written; the text names it, and what to do.
        """
        folder = self._current_folder()
        if folder is None:
            return None
        version = Version(folder, Manifest.read(folder), self.schema)
        version.check()
        return version

    def _current_folder(self) -> Path | None:
        link = self.folder / CURRENT
        if link.is_symlink():
            return link.resolve()
        if link.exists():
            raise damaged_table(self.folder, f"{link} is no link to the newest version")
        # A writer that was killed before its first version was complete leaves v1, and nothing had been read of that.
        if max(self.numbers(), default=0) > 1:
            raise damaged_table(self.folder, f"{link} is missing")
        return None

    def last_noted(self) -> Version | None:
        """The newest version whose manifest can be read, for what is noted there: its files may be damaged, or lost.

        None where there is none.
        """
        numbers = self.numbers()
        link = self.folder / CURRENT
        newest = link.readlink().name[1:] if link.is_symlink() else ""
        # What is newer than the current one was never looked at, and would have been swept.
        known = [number for number in numbers if not newest.isdigit() or number <= int(newest)]
        for number in reversed(known):
            folder = self.folder / f"v{number}"
            try:
                return Version(folder, Manifest.read(folder), self.schema)
            except DamagedTableError:
                continue
        return None

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
        """An older version that was pinned, or the current one, by its id; None when it is not there any more.

        Raises:
            DamagedTableError: it is not what was written any more.
        """
        version = self._find(version_id)
        if version is not None:
            version.check()
        return version

    def whole_version(self, version_id: str) -> Version | None:
        """The same; None also where it is damaged, for whoever can do without it, since ``rebuild`` mends current versions alone."""
        try:
            return self.version(version_id)
        except DamagedTableError:
            return None

    def _find(self, version_id: str) -> Version | None:
        for number in reversed(self.numbers()):
            folder = self.folder / f"v{number}"
            try:
                manifest = Manifest.read(folder)
            except DamagedTableError:
                continue  # which one it was nobody knows, and a writer killed while it swept leaves one like this
            if manifest.id == version_id:
                return Version(folder, manifest, self.schema)
        return None

    def kept_versions(self, pinned: Collection[str]) -> set[Path]:
        """The folders that the next version leaves: the last ones, up to the current one, and those that are pinned, whole or not."""
        current = self._current_folder()
        found = {version.folder for version in map(self._find, pinned) if version is not None}
        if current is None:
            return found
        newest = int(current.name[1:])
        last = [number for number in self.numbers() if number < newest][: -self._versions : -1]
        return found | {current, *(current.with_name(f"v{number}") for number in last)}

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
            make_folder(self.table.folder)
            make_folder(self.folder)
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
        self.parquet.close()
        manifest = Manifest(
            id=uuid.uuid4().hex,
            table=self.table.name,
            rows=self.parquet.rows,
            bits=self.bits,
            created_at=datetime.now(UTC).isoformat(),
            columns=columns_of(self.table.schema),
            facts=dict(facts),
            buckets=self.parquet.listed(),
        )
        manifest.write(self.folder)
        fsync_folder(self.folder)
        folder = self.table.folder / f"v{max(self.table.numbers(), default=0) + 1}"
        self.folder.rename(folder)
        kept = self.table.kept_versions(pinned)
        self._point_current_at(folder)
        self.table.sweep({folder, *kept})
        return Version(folder, manifest, self.table.schema)

    def _point_current_at(self, folder: Path) -> None:
        link = self.table.folder / f".current-{uuid.uuid4().hex[:12]}"
        link.symlink_to(folder.name)
        link.replace(self.table.folder / CURRENT)
        fsync_folder(self.table.folder)
