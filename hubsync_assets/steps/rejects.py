"""``rejected_rows``: one table for all sources, although each is read, or kept from last time, on its own.

The table's "buckets" are the sources here, so a source that is not read now hands its files on to the next version.
Keep out: deciding what is rejected (``sources`` and ``contacts`` do).
"""

import io
import shutil
import threading
from pathlib import Path
from typing import Self

import polars as pl

from hubsync_assets.model.schema import REJECTED_SCHEMA
from hubsync_assets.model.tables import REJECTED
from hubsync_assets.steps.declared import declared_now
from hubsync_assets.tables.file_list import TableFile
from hubsync_assets.tables.parquet_writer import ParquetWriter
from hubsync_assets.tables.private import make_folder
from hubsync_assets.tables.storage import Storage
from hubsync_assets.tables.table import Version

__all__ = ["RejectedRows"]

_FIRST_SOURCES = ["db1", "db2"]
"""Whose rows the tables have that do not say it: there were no others then."""


class RejectedRows:
    """Collects what both sources reject and publishes it as one version.

    Sources are added from their own threads. ``facts`` of a version say which version of each raw table its rows belong to,
    so that a crash between publishing the two is noticed, and the source read again.
    """

    def __init__(self, storage: Storage) -> None:
        self._table = storage.table(REJECTED)
        self._before = self._table.current()
        self._origins: dict[str, str] = _raw_versions(self._before)
        self._new: set[str] = set()
        self._folder = storage.temporary_folder()
        # One writer a source: each is filled by its own thread.
        self._sources = storage.model.sources
        self._declared = declared_now(storage.model)
        self._parts = {source: ParquetWriter(self._source_folder(source), REJECTED_SCHEMA) for source in self._sources}
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        shutil.rmtree(self._folder)

    def has(self, source: str, raw_version: str) -> bool:
        """Whether the current table holds what that version of the raw table rejected."""
        return self._origins.get(source) == raw_version

    def add(self, source: str, file: str, rows: pl.DataFrame) -> None:
        """Add rows of one file: ``position, field, reason, message, raw``; of a database also ``record_id``."""
        named = rows.with_columns(pl.lit(source).alias("source"), pl.lit(file).alias("file"))
        if "record_id" not in rows.columns:
            named = named.with_columns(pl.lit(None, pl.String).alias("record_id"))
        self._parts[source].add(_compact(named))

    def read(self, source: str, raw_version: str) -> None:
        """Note that the source was read to its end and its raw table published."""
        with self._lock:
            self._new.add(source)
            self._origins[source] = raw_version

    def hand_on(self, source: str, raw_version: str) -> None:
        """The source was not read again, and its raw table has a new version all the same; its rows stay."""
        with self._lock:
            self._origins[source] = raw_version

    def publish(self) -> Version:
        """Publish a version with the new rows of what was read and the old rows of what was not."""
        if not self._new and self._is_as_before():
            return self._table.require()
        with self._table.new_version(bits=(len(self._sources) - 1).bit_length()) as writer:
            for bucket, source in enumerate(self._sources):
                if source in self._new:
                    files = self._files_of_part(source)
                else:
                    files = self._files_before(source)
                    if files and self._before is not None and not self._before.has_its_schema:
                        files = self._rewritten(source, self._before)
                for file, listed in files:
                    writer.parquet.link(file, listed, bucket)
            return writer.publish(
                {"raw_versions": self._origins, "sources": list(self._sources), "declared": self._declared}
            )

    def _is_as_before(self) -> bool:
        before = self._before
        return (
            before is not None
            and self._origins == _raw_versions(before)
            and before.facts.get("declared") == self._declared
        )

    def _files_of_part(self, source: str) -> list[tuple[Path, TableFile]]:
        """What was written of a source, with what the list says of it."""
        part = self._parts[source]
        part.close()
        return [(part.folder / listed.path, listed) for entry in part.listed() for listed in entry.files]

    def _files_before(self, source: str) -> list[tuple[Path, TableFile]]:
        """What the version before has of a source."""
        if self._before is None:
            return []
        sources = self._before.facts.get("sources", _FIRST_SOURCES)
        if source not in sources:
            return []
        bucket = sources.index(source)
        return list(zip(self._before.files(bucket), self._before.listed(bucket), strict=True))

    def _rewritten(self, source: str, before: Version) -> list[tuple[Path, TableFile]]:
        """The rows of a source that an earlier version wrote, with the columns of now."""
        sources = before.facts.get("sources", _FIRST_SOURCES)
        for batch in before.scan(sources.index(source)).collect_batches():
            self._parts[source].add(batch)
        return self._files_of_part(source)

    def _source_folder(self, source: str) -> Path:
        folder = self._folder / source
        make_folder(folder)
        return folder


def _raw_versions(before: Version | None) -> dict[str, str]:
    return dict(before.facts["raw_versions"]) if before is not None else {}


def _compact(rows: pl.DataFrame) -> pl.DataFrame:
    """The same rows with text of their own.

    A few rows taken from many keep the text of all of them in memory until they are written (measured: 20 bytes for each row
    *read*, 200 MB at 10 M); a round trip through Arrow's format copies only what these rows need.
    """
    buffer = io.BytesIO()
    rows.write_ipc(buffer)
    buffer.seek(0)
    return pl.read_ipc(buffer)
