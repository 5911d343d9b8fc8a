"""One source being read: its files become the rows of its raw table, and what cannot be kept becomes rejected rows.

Keep out: reading both sources at the same time (``read``), cleaning (``normalise_chunks``), formats and files (``sources``), what a valid
value is (``contacts``).
"""

import shutil
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, replace
from functools import partial

import polars as pl

from hubsync_assets.hubspot.mapping import PropertyMapping
from hubsync_assets.model.aliases import RELEASE
from hubsync_assets.model.doubts import SourceDoubts
from hubsync_assets.sources.connectors.source import Description, Reading, Source
from hubsync_assets.sources.errors import FileRefusedError
from hubsync_assets.sources.files.source_file import SourceFile
from hubsync_assets.steps.acceptance import Judging
from hubsync_assets.steps.bucket_count import bits_for_files
from hubsync_assets.steps.given_before import GivenBefore
from hubsync_assets.steps.last_reading import READER_VERSION, LastReading, listing_of, new_names
from hubsync_assets.steps.normalise_chunks import NormalisedChunks, normalise_chunks, together
from hubsync_assets.steps.raw_marks import RawMarks
from hubsync_assets.steps.read_counts import ReadCounts
from hubsync_assets.steps.read_report import ReadProgress, ReadReport
from hubsync_assets.steps.rejects import RejectedRows
from hubsync_assets.tables.bucket_spill import BucketSpill
from hubsync_assets.tables.in_turn import in_turn
from hubsync_assets.tables.storage import Storage
from hubsync_assets.tables.table import Version, VersionWriter

__all__ = ["SourceReading"]

PROGRESS_SECONDS = 5.0

_NO_ID = pl.lit(None, pl.String).alias("record_id")


@dataclass(frozen=True, slots=True)
class Found:
    """A source that is used, its exports, newest first, what a person should know of them, read or not, and its release of aliases."""

    source: Source
    files: Sequence[SourceFile]
    warnings: tuple[str, ...] = ()
    release: int = RELEASE


class SourceReading:
    """One source being read in a thread of its own: the counts of its report grow here.

    Args:
        source: its name.
        found: where it is and what it has; None: the source is not used, and its raw table becomes empty.
        storage: its lock is held by the caller.
        rejects: where rejected rows go.
        tell: takes progress.
        ahead: asked again and again how much is parsed, and how much cleaned, ahead of the thread that spills; at most 0 is nothing but what one
            parsing thread has ready.
        judging: how the reading is judged.
    """

    def __init__(
        self,
        source: str,
        found: Found | None,
        storage: Storage,
        rejects: RejectedRows,
        tell: Callable[[ReadProgress], None],
        ahead: Callable[[], int],
        judging: Judging,
    ) -> None:
        self.source = source
        self.storage = storage
        self.model = storage.model
        self.release = found.release if found else RELEASE
        self.columns = self.model.columns(source, self.release)
        self.marks = RawMarks(self.model.names)
        # The name of the file is put in at the end: it would be as long as the rest of a record. So are the marks made lists again.
        self.spilled: dict[str, pl.DataType | type[pl.DataType]] = {
            **self.model.schema.record,
            "file_rank": pl.UInt32,
            "position": pl.UInt64,
            **self.marks.schema,
        }
        self.table = storage.table(self.model.tables.raw[source])
        self.found = found
        # In storage, because a download may be larger than what /tmp holds.
        self.downloads = storage.temporary_folder()
        self.rejects = rejects
        self.last = LastReading(storage, source, rejects, found.source.reread_after if found else None, self.release)
        self.ways = PropertyMapping(self.model).ways
        self.files: list[SourceFile] = []
        self.tell = tell
        self.ahead = ahead
        self.judging = judging
        self.given = GivenBefore()
        self.size = 0
        self.counts = ReadCounts(self.model)
        self.started = self.reported = time.monotonic()

    def run(self) -> ReadReport:
        """Read all files, or find that they were read before; what was downloaded is deleted."""
        try:
            with ExitStack() as held:
                readings = self._get_hold(held)
                report = self._run(readings)
                # Not of a reading that is used again: other files may have come since.
                beside = readings[0].describe() if readings else Description()
                return replace(
                    report,
                    left_out=dict(beside.left_out),
                    warnings=(*(self.found.warnings if self.found else ()), *report.warnings),
                )
        finally:
            shutil.rmtree(self.downloads)

    def _get_hold(self, held: ExitStack) -> list[Reading]:
        """All files, downloaded or connected to."""
        known = self.last.known()
        readings = []
        for file in self.found.files if self.found else ():
            reading = self.found.source.read(file, self.downloads, known.get(file.name))  # type: ignore[union-attr]
            held.callback(reading.close)
            readings.append(reading)
        return readings

    def _run(self, readings: Sequence[Reading]) -> ReadReport:
        self.files = [reading.file for reading in readings]
        self.size = sum(file.size or 0 for file in self.files)
        if any(file.form == "query" for file in self.files):
            self.spilled["record_id"] = pl.String  # of files it is put in at the end, too: there is none
        listing = listing_of(self.files)
        before = self.last.version
        if before is not None and self.last.is_reusable(self.files, is_used=self.found is not None):
            return self._reused(before)
        self.given = self.judging.given(self.storage, self.source, before)
        bits = bits_for_files(self.files)
        with (
            self.table.new_version(bits=bits) as writer,
            BucketSpill(self.storage.temporary_folder(), self.spilled, bits) as spill,
        ):
            done = 0
            for reading in readings:
                done = self._read_file(reading, spill, done)
            self._write(spill, writer)
            counted = self.counts.report(self.source, len(self.files), self.size)
            counted = replace(counted, new_aliases=new_names(self.model, self.source, self.release, counted.unknown))
            listed = listing if self.found else None
            report, health = self.judging.of(counted, listed, before, self.ways, self.given.unseen)
            facts = {
                "reader_version": READER_VERSION,
                "declared": self.last.digests,
                "ways": self.ways,
                "listing": listing,
                "is_used": self.found is not None,
                "read_at": time.time(),
                "aliases": self.release,
            }
            version = writer.publish({**facts, "report": asdict(report), **self.counts.facts(), **health})
        self.rejects.read(self.source, version.id)
        return replace(report, version=version.id)

    def _reused(self, before: Version) -> ReadReport:
        """The reading of the last time; in a version of its own where what was doubted then is accepted now."""
        report = ReadReport(**{**before.facts["report"], "reused": True, "version": before.id})
        accept = self.judging.accept
        if accept is None or not SourceDoubts.from_json(report.doubts) or report.digest != accept:
            return report
        listing, unseen = before.facts["listing"] if self.found else None, before.facts.get("unseen", (0, 0))
        accepted, health = self.judging.of(report, listing, before, self.ways, unseen)
        with self.table.new_version(bits=before.bits) as writer:
            for bucket in range(1 << before.bits):
                for file, listed in zip(before.files(bucket), before.listed(bucket), strict=True):
                    writer.parquet.link(file, listed, bucket)
            version = writer.publish({**before.facts, "report": asdict(replace(accepted, reused=False)), **health})
        self.rejects.hand_on(self.source, version.id)
        return replace(accepted, version=version.id)

    def _read_file(self, reading: Reading, spill: BucketSpill, done: int) -> int:
        """Read one file, or find that nothing of it can be used: then the others still are."""
        try:
            self._read_records(reading, spill, done)
        except FileRefusedError as refused:
            self.counts.refuse(reading.file, refused)
        return done + (reading.file.size or 0)

    def _read_records(self, reading: Reading, spill: BucketSpill, done: int) -> None:
        file = reading.file
        last_position, with_email = 0, self.counts.with_email
        # One thread parses CSV while this one cleans, which takes longer. While the other source is being read, more would cost memory
        # and gain nothing on two cores; alone, cleaning runs ahead of this thread as well, which is busy enough spilling.
        declared = self.model.source(self.source)
        superseding = any(other.rank > file.rank for other in self.files)
        if declared.absent is not None:
            superseding = declared.absent == "not_given"
        read = reading.chunks(superseding=superseding, threads=max(1, self.ahead()))
        clean = partial(normalise_chunks, self.model, self.source, superseding=superseding, release=self.release)
        for normalised in in_turn(clean, together(read), lambda: max(0, self.ahead())):
            last_position = max(last_position, normalised.last_position)
            self._keep(normalised, file, spill)
            self._tell(done + normalised.bytes_read)
            if normalised.end is not None:
                has_emails = self.counts.with_email > with_email
                gives = self.columns.given(normalised.end.gives)
                self.counts.end_file(file, last_position, normalised.end, gives, has_emails=has_emails)

    def _keep(self, normalised: NormalisedChunks, file: SourceFile, spill: BucketSpill) -> None:
        self.rejects.add(self.source, file.name, normalised.rejected)
        self.counts.add(normalised, file)
        rank = pl.lit(file.rank, pl.UInt32).alias("file_rank")
        kept = normalised.kept
        if "record_id" in self.spilled and "record_id" not in kept.columns:
            kept = kept.with_columns(_NO_ID)
        spill.add(kept.with_columns(rank, *self.marks.pack(kept["unreadable"], kept["not_given"])))
        for rows, marks in ((normalised.named, self.marks.rejected), (normalised.filtered, self.marks.filtered)):
            if rows.height:
                no_values = pl.DataFrame(schema=self.spilled)
                spill.add(pl.concat([no_values, rows.with_columns(rank, *marks)], how="diagonal"))

    def _write(self, spill: BucketSpill, writer: VersionWriter) -> None:
        """Make each bucket one file."""
        names = {file.rank: file.name for file in self.files}
        name = pl.col("file_rank").replace_strict(names, return_dtype=pl.String).alias("file")
        for bucket in range(1 << spill.bits):
            for spilled in spill.pieces(bucket):
                self.given.see(spilled["email"])
                piece = spilled if "record_id" in self.spilled else spilled.with_columns(_NO_ID)
                marks = self.marks.unpack(piece).get_columns()
                writer.parquet.add(piece.drop(self.marks.schema).with_columns(name, *marks), bucket)
            writer.parquet.flush()

    def _tell(self, bytes_read: int) -> None:
        now = time.monotonic()
        if now - self.reported >= PROGRESS_SECONDS:
            self.reported = now
            self.tell(ReadProgress(self.source, self.counts.kept, bytes_read, self.size, now - self.started))
