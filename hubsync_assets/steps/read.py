"""The first pass: both sources become ``raw_db1``, ``raw_db2`` and ``rejected_rows``, read at the same time.

A source that fails does not lose the other's work. A source that has not changed since it was last read whole is not read
again. Keep out: formats and files (``sources``), what a valid value is (``contacts``).
"""

import queue
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal

import polars as pl

from hubsync_assets.contacts.fields import SOURCES
from hubsync_assets.contacts.normalise import normalise
from hubsync_assets.contacts.schema import RAW_SCHEMA
from hubsync_assets.errors import HubsyncError
from hubsync_assets.sources.chunks import Chunk
from hubsync_assets.sources.fetch import fetch
from hubsync_assets.sources.files import SourceFile
from hubsync_assets.sources.locate import locate, refuse_same_files
from hubsync_assets.sources.reading import read_chunks
from hubsync_assets.steps.rejects import RejectedRows
from hubsync_assets.steps.sums import Sum
from hubsync_assets.tables.spill import split_by_bucket
from hubsync_assets.tables.storage import Storage
from hubsync_assets.tables.table import Version, VersionWriter

__all__ = ["ReadFailure", "ReadProgress", "ReadReport", "read_sources"]

READER_VERSION = 1
"""Part of what makes an old reading reusable; raise it when reading or normalising gives other rows than before."""

BYTES_A_BUCKET = 25_000_000
"""Input bytes a bucket of the raw tables holds: merging one takes about six times that in memory, measured."""

PROGRESS_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class ReadReport:
    """What reading one source gave.

    Attributes:
        source: ``db1`` or ``db2``.
        files: how many files it had.
        size: their bytes.
        records: records found, by their positions in the files.
        kept: rows of the raw table.
        rejected: records that cannot be synced.
        dropped_values: values left out of records that were kept.
        reasons: rejected rows by reason.
        unknown: records that had a field the project does not know, by field.
        incomplete_rank: rank of the newest file that broke off; None when all were whole.
        reused: the files are those of the last reading, so nothing was read.
        version: the raw table's version.
    """

    source: str
    files: int = 0
    size: int = 0
    records: int = 0
    kept: int = 0
    rejected: int = 0
    dropped_values: int = 0
    reasons: dict[str, int] = field(default_factory=dict)
    unknown: dict[str, int] = field(default_factory=dict)
    incomplete_rank: int | None = None
    reused: bool = False
    version: str = ""

    @property
    def records_sum(self) -> Sum:
        """Every record read is kept or rejected."""
        return Sum("records_read", self.records, {"kept": self.kept, "rejected": self.rejected})


@dataclass(frozen=True, slots=True)
class ReadProgress:
    """How far a source is: rows kept so far, bytes read, bytes in all (0 when unknown)."""

    source: str
    rows: int
    bytes_read: int
    size: int
    seconds: float


@dataclass(frozen=True, slots=True)
class ReadFailure:
    """A source that could not be read; its raw table stays as it was."""

    source: str
    error: HubsyncError


Event = ReadReport | ReadProgress | ReadFailure


def read_sources(
    sources: Mapping[str, str], files: Literal["all", "newest"], storage: Storage, wanted: tuple[str, ...] = SOURCES
) -> Iterator[Event]:
    """Read the wanted sources at the same time, each in a thread of its own.

    Args:
        sources: what each source in use reads; one that is not in it gets an empty raw table.
        files: see ``Settings.files``.
        storage: its lock is held by the caller.
        wanted: the sources to read now.

    Yields:
        Progress while they work, and for each source one report or one failure, as they finish. ``rejected_rows`` is
        published after the last of them.
    """
    refuse_same_files({source: setting for source, setting in sources.items() if _is_found(setting)})
    events: queue.SimpleQueue[Event | BaseException] = queue.SimpleQueue()
    with RejectedRows(storage) as rejects:

        def work(source: str) -> None:
            try:
                with TemporaryDirectory(prefix=".download-", dir=storage.folder) as folder:
                    reading = _Reading(source, sources.get(source), files, storage, Path(folder), rejects, events)
                    events.put(reading.run())
            except HubsyncError as error:
                events.put(ReadFailure(source, error))
            except BaseException as error:  # noqa: BLE001 - handed to the caller's thread, which raises it
                events.put(error)

        threads = [threading.Thread(target=work, args=(source,), name=f"read-{source}") for source in wanted]
        for thread in threads:
            thread.start()
        left = len(threads)
        while left:
            event = events.get()
            if isinstance(event, BaseException):
                raise event
            left -= not isinstance(event, ReadProgress)
            yield event
        rejects.publish()


def _is_found(setting: str) -> bool:
    """Whether it names files; one that does not fails by itself, and must not take the other source with it."""
    try:
        locate(setting)
    except HubsyncError:
        return False
    return True


class _Reading:
    """One source being read: the counts of its report grow here."""

    def __init__(
        self,
        source: str,
        setting: str | None,
        which: Literal["all", "newest"],
        storage: Storage,
        downloads: Path,
        rejects: RejectedRows,
        events: "queue.SimpleQueue[Event | BaseException]",
    ) -> None:
        self.source = source
        self.table = storage.table(f"raw_{source}")
        self.files = [fetch(file, downloads) for file in locate(setting, which)] if setting else []
        self.rejects = rejects
        self.events = events
        self.size = sum(file.size or 0 for file in self.files)
        self.counts: Counter[str] = Counter()
        self.reasons: Counter[str] = Counter()
        self.unknown: Counter[str] = Counter()
        self.incomplete_rank: int | None = None
        self.started = self.reported = time.monotonic()

    def run(self) -> ReadReport:
        """Read all files, or find that they were read before."""
        listing = [[file.name, file.size, file.mtime_ns, file.etag] for file in self.files]
        before = self.table.current()
        if before is not None and self._is_reusable(before, listing):
            return ReadReport(**{**before.facts["report"], "reused": True, "version": before.id})
        bits = max(0, (self.size // BYTES_A_BUCKET)).bit_length()
        with self.table.new_version(bits=bits) as writer:
            done = 0
            for file in self.files:
                done = self._read_file(file, writer, done)
            report = self._report()
            version = writer.publish({"reader_version": READER_VERSION, "listing": listing, "report": asdict(report)})
        self.rejects.read(self.source, version.id)
        return ReadReport(**{**asdict(report), "version": version.id})

    def _is_reusable(self, before: Version, listing: list[list[Any]]) -> bool:
        facts = before.facts
        return (
            facts["reader_version"] == READER_VERSION
            and facts["listing"] == listing
            and facts["report"]["incomplete_rank"] is None
            and self.rejects.has(self.source, before.id)
            # Without a time or an ETag, the same size is no proof of the same content.
            and all(file.mtime_ns or file.etag for file in self.files)
        )

    def _read_file(self, file: SourceFile, writer: VersionWriter, done: int) -> int:
        last_position = 0
        for chunk in read_chunks(file):
            last_position = max(last_position, self._take(chunk, file, writer))
            if not chunk.complete and (self.incomplete_rank is None or file.rank < self.incomplete_rank):
                self.incomplete_rank = file.rank
            self._tell(done + chunk.bytes_read)
        self.counts["records"] += last_position
        return done + (file.size or 0)

    def _take(self, chunk: Chunk, file: SourceFile, writer: VersionWriter) -> int:
        """Keep what can be synced, reject the rest, and return the last position seen."""
        self.unknown.update(chunk.unknown)
        result = normalise(chunk.rows)
        whole = result.rejected.filter(pl.col("field").is_null())
        raw_text = chunk.raw_text(whole["position"])
        rejected = pl.concat(
            [
                chunk.broken.select("position", pl.lit(None, pl.String).alias("field"), "reason", "message", "raw"),
                whole.select("position", "field", "reason", "message", raw_text),
                result.rejected.filter(pl.col("field").is_not_null()).rename({"value": "raw"}),
            ]
        )
        self.rejects.add(self.source, file.name, rejected)
        self.counts["rejected"] += chunk.broken.height + whole.height
        self.counts["dropped_values"] += result.rejected.height - whole.height
        self.reasons.update(dict(rejected.group_by("reason").len().iter_rows()))
        kept = result.kept.with_columns(
            pl.lit(file.name).alias("file"), pl.lit(file.rank, pl.UInt32).alias("file_rank")
        ).select(RAW_SCHEMA.keys())
        self.counts["kept"] += kept.height
        for bucket, rows in split_by_bucket(kept, writer.bits):
            writer.parts.add(rows, bucket)
        positions = (chunk.rows["position"].max(), chunk.broken["position"].max())
        return max(int(position) for position in (*positions, 0) if isinstance(position, int))

    def _tell(self, bytes_read: int) -> None:
        now = time.monotonic()
        if now - self.reported >= PROGRESS_SECONDS:
            self.reported = now
            self.events.put(ReadProgress(self.source, self.counts["kept"], bytes_read, self.size, now - self.started))

    def _report(self) -> ReadReport:
        return ReadReport(
            source=self.source,
            files=len(self.files),
            size=self.size,
            records=self.counts["records"],
            kept=self.counts["kept"],
            rejected=self.counts["rejected"],
            dropped_values=self.counts["dropped_values"],
            reasons=dict(sorted(self.reasons.items())),
            unknown=dict(sorted(self.unknown.items())),
            incomplete_rank=self.incomplete_rank,
        )
