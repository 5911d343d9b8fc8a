"""The second pass: the records of both sources become ``merged_contacts`` and ``contact_conflicts``, bucket by bucket.

Memory follows the largest bucket, not the input. Nothing is merged again while both raw tables are the ones it was made from.
Keep out: the rules (``contacts.merge``).
"""

import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from functools import partial

import polars as pl

from hubsync_assets.contacts.fields import SOURCES
from hubsync_assets.contacts.merge import Merged, combine, merge_bucket
from hubsync_assets.contacts.schema import RAW_SCHEMA
from hubsync_assets.steps.sums import Sum
from hubsync_assets.tables.ahead import BUCKETS_AT_ONCE, in_turn
from hubsync_assets.tables.spill import read_bucket
from hubsync_assets.tables.storage import Storage
from hubsync_assets.tables.table import Version

__all__ = ["MergeProgress", "MergeReport", "merge_sources"]

MERGE_VERSION = 1
"""Part of what makes an old merge reusable; raise it when merging gives other rows than before."""

ROWS_AT_ONCE = 500_000
"""Records of a bucket that are merged at once: four times what an even spread of keys gives."""

PROGRESS_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class MergeReport:
    """What merging gave.

    Attributes:
        records: rows of the raw tables together.
        emails: distinct emails among them, counted on the raw tables.
        contacts: rows of ``merged_contacts``.
        in_several: contacts that more than one source knows.
        conflicts: rows of ``contact_conflicts``.
        conflicts_by_field: the same by field.
        merged_records: rows of the raw tables that were found in the buckets.
        incomplete: for each source that broke off, the rank of its newest incomplete file.
        reused: both raw tables are those of the last merge, so nothing was done.
    """

    records: int = 0
    emails: int = 0
    contacts: int = 0
    in_several: int = 0
    conflicts: int = 0
    conflicts_by_field: dict[str, int] = field(default_factory=dict)
    incomplete: dict[str, int] = field(default_factory=dict)
    merged_records: int = 0
    reused: bool = False

    @property
    def records_sum(self) -> Sum:
        """Every row of the raw tables took part in the merge of one bucket."""
        return Sum("raw_records", self.records, {"merged": self.merged_records})

    @property
    def contacts_sum(self) -> Sum:
        """Every distinct valid email is one contact."""
        return Sum("distinct_emails", self.emails, {"merged": self.contacts})


@dataclass(frozen=True, slots=True)
class MergeProgress:
    """How far the merge is."""

    buckets_done: int
    buckets: int
    contacts: int
    seconds: float


def merge_sources(storage: Storage) -> Iterator[MergeProgress | MergeReport]:
    """Merge the current raw tables.

    Args:
        storage: its lock is held by the caller.

    Yields:
        Progress every few seconds, and the report at the end.

    Raises:
        PermanentError: a raw table was never written.
    """
    raw = {source: storage.table(f"raw_{source}").require() for source in SOURCES}
    made_from = {source: version.id for source, version in raw.items()}
    contacts_table, conflicts_table = storage.table("merged_contacts"), storage.table("contact_conflicts")
    before, conflicts_before = contacts_table.current(), conflicts_table.current()
    if before is not None and conflicts_before is not None and _is_reusable(before, conflicts_before, made_from):
        yield MergeReport(**{**before.facts["report"], "reused": True})
        return
    bits = max(version.bits for version in raw.values())
    started = reported = time.monotonic()
    rows = emails = in_several = 0
    by_field: Counter[str] = Counter()
    with contacts_table.new_version(bits=bits) as contacts, conflicts_table.new_version(bits=bits) as conflicts:
        for bucket, found in enumerate(in_turn(partial(_merge, raw, bits), range(1 << bits), BUCKETS_AT_ONCE)):
            for parts, frame in ((contacts.parts, found.merged.contacts), (conflicts.parts, found.merged.conflicts)):
                parts.add(frame, bucket)
                parts.flush()  # The bucket is complete, so holding it back would only cost memory.
            rows, emails, in_several = rows + found.records, emails + found.emails, in_several + found.in_several
            by_field.update(found.conflicts_by_field)
            if (now := time.monotonic()) - reported >= PROGRESS_SECONDS:
                reported = now
                yield MergeProgress(bucket + 1, 1 << bits, contacts.parts.rows, now - started)
        report = MergeReport(
            records=sum(version.manifest.rows for version in raw.values()),
            emails=emails,
            contacts=contacts.parts.rows,
            in_several=in_several,
            conflicts=conflicts.parts.rows,
            conflicts_by_field=dict(sorted(by_field.items())),
            incomplete=_incomplete(raw),
            merged_records=rows,
        )
        facts = {"merge_version": MERGE_VERSION, "made_from": made_from, "report": asdict(report)}
        conflicts.publish(facts)
        contacts.publish(facts)
    yield report


def _is_reusable(contacts: Version, conflicts: Version, made_from: dict[str, str]) -> bool:
    wanted = (MERGE_VERSION, made_from)
    return all(
        (version.facts["merge_version"], version.facts["made_from"]) == wanted for version in (contacts, conflicts)
    )


@dataclass(frozen=True, slots=True)
class _Bucket:
    """A merged bucket, with what the sums need."""

    merged: Merged
    records: int
    emails: int

    @property
    def in_several(self) -> int:
        return _in_several(self.merged.contacts)

    @property
    def conflicts_by_field(self) -> dict[str, int]:
        return dict(self.merged.conflicts["field"].value_counts().iter_rows())


def _merge(raw: dict[str, Version], bits: int, bucket: int) -> _Bucket:
    """Merge a bucket whole, or in slices where a skewed key made it too large to hold."""
    sources = [
        read_bucket(version, bucket, bits, RAW_SCHEMA).with_columns(pl.lit(source).alias("source"))
        for source, version in raw.items()
    ]
    rows = [int(frame.select(pl.len()).collect().item()) for frame in sources]
    if sum(rows) <= ROWS_AT_ONCE:
        records = pl.concat(sources).collect()
        merged = merge_bucket(records)
        return _Bucket(merged, records.height, _distinct(records["email"], merged.contacts.height))
    merged = combine(
        frame.slice(start, ROWS_AT_ONCE // 4).collect()
        for frame, height in zip(sources, rows, strict=True)
        for start in range(0, height, ROWS_AT_ONCE // 4)
    )
    emails = pl.concat(sources).select(pl.col("email").n_unique()).collect().item()
    return _Bucket(merged, sum(rows), int(emails))


def _distinct(emails: pl.Series, expected: int) -> int:
    """How many different emails there are, from their hashes if that is as many as expected: then none share one."""
    hashes = emails.hash().n_unique()
    return hashes if hashes == expected else emails.n_unique()


def _in_several(contacts: pl.DataFrame) -> int:
    known_by = pl.sum_horizontal((pl.col(f"{source}_records") > 0).cast(pl.UInt32) for source in SOURCES)
    return int(contacts.select((known_by > 1).sum()).item())


def _incomplete(raw: dict[str, Version]) -> dict[str, int]:
    ranks = {source: version.facts["report"]["incomplete_rank"] for source, version in raw.items()}
    return {source: rank for source, rank in ranks.items() if rank is not None}
