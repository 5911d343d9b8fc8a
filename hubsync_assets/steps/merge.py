"""The second step: the records of all sources become ``merged_contacts`` and ``contact_conflicts``, bucket by bucket.

Memory follows the largest share of a bucket, not the input. Nothing is merged again while both raw tables are the ones it was made from.
Keep out: one bucket's work (``merge_share``) and the rules (``contacts.merge``).
"""

import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from functools import partial
from typing import Any

from hubsync_assets.model.digests import merging_digest
from hubsync_assets.model.doubts import MISSING, SourceDoubts
from hubsync_assets.model.tables import CONFLICTS, MERGED
from hubsync_assets.steps.declared import refuse_other_declaration
from hubsync_assets.steps.merge_share import gives_of, merge_share, shares
from hubsync_assets.steps.sums import Sum, Total
from hubsync_assets.tables.in_turn import BUCKETS_AT_ONCE, in_turn
from hubsync_assets.tables.storage import Storage
from hubsync_assets.tables.table import Version

__all__ = ["DISTINCT_EMAILS", "RAW_RECORDS", "MergeProgress", "MergeReport", "doubts_to_look_at", "merge_sources"]

MERGE_VERSION = 3
"""Part of what makes an old merge reusable; raise it when merging gives other rows than before."""

PROGRESS_SECONDS = 5.0

RAW_RECORDS = Sum("every_record_is_merged", "Every row of the raw tables took part in the merge of one bucket.")
DISTINCT_EMAILS = Sum(
    "emails_are_unique",
    "Every distinct email of records that were not rejected is one contact, and no contact is there twice.",
)


@dataclass(frozen=True, slots=True)
class MergeReport:
    """What merging gave.

    Attributes:
        records: rows of the raw tables together, with those of rejected records that name a contact.
        kept: those of records that can be synced.
        emails: distinct emails among those that were not rejected, counted on the raw tables.
        contacts: rows of ``merged_contacts``.
        in_several: contacts that more than one source knows.
        conflicts: rows of ``contact_conflicts``.
        conflicts_by_field: the same by field.
        merged_records: rows of the raw tables that were found in the buckets.
        twice: contacts beyond the first of one email.
        doubts: for each source that is in doubt, what is not believed of it: ``SourceDoubts`` as JSON values.
        reused: both raw tables are those of the last merge, so nothing was done.
    """

    records: int = 0
    kept: int = 0
    emails: int = 0
    contacts: int = 0
    in_several: int = 0
    conflicts: int = 0
    conflicts_by_field: dict[str, int] = field(default_factory=dict)
    doubts: dict[str, dict[str, Any]] = field(default_factory=dict)
    merged_records: int = 0
    twice: int = 0
    reused: bool = False

    @property
    def incomplete(self) -> dict[str, int]:
        """For each source that broke off, the rank of its newest incomplete file."""
        ranks = {source: doubts["newest_broken"] for source, doubts in self.doubts.items()}
        return {source: rank for source, rank in ranks.items() if rank not in (None, MISSING)}

    @property
    def records_sum(self) -> Total:
        """See ``RAW_RECORDS``."""
        return RAW_RECORDS.of(self.records, {"merged": self.merged_records})

    @property
    def contacts_sum(self) -> Total:
        """See ``DISTINCT_EMAILS``."""
        return DISTINCT_EMAILS.of(self.emails, {"merged": self.contacts, "there_twice": self.twice})


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
        PermanentError: a raw table was never written, or was read under another declaration.
    """
    model = storage.model
    raw = {source: storage.table(table).require() for source, table in model.tables.raw.items()}
    refuse_other_declaration(storage)
    made_from = {**{source: version.id for source, version in raw.items()}, "declaration": merging_digest(model)}
    contacts_table, conflicts_table = storage.table(MERGED), storage.table(CONFLICTS)
    before, conflicts_before = contacts_table.current(), conflicts_table.current()
    if before is not None and conflicts_before is not None and _is_reusable(before, conflicts_before, made_from):
        yield MergeReport(**{**before.facts["report"], "reused": True})
        return
    bits = max(version.bits for version in raw.values())
    started = reported = time.monotonic()
    rows = emails = in_several = twice = 0
    by_field: Counter[str] = Counter()
    with contacts_table.new_version(bits=bits) as contacts, conflicts_table.new_version(bits=bits) as conflicts:
        for found in in_turn(
            partial(merge_share, model, raw, gives_of(raw)), shares(model, raw, bits), BUCKETS_AT_ONCE
        ):
            bucket = found.share.bucket
            for parquet, frame in (
                (contacts.parquet, found.merged.contacts),
                (conflicts.parquet, found.merged.conflicts),
            ):
                parquet.add(frame, bucket)
                parquet.flush()  # Nothing more comes to the bucket, so holding it back would only cost memory.
            rows, emails, in_several = rows + found.records, emails + found.emails, in_several + found.in_several
            twice += found.merged.contacts.height - found.merged.contacts["email"].n_unique()
            by_field.update(found.conflicts_by_field)
            if (now := time.monotonic()) - reported >= PROGRESS_SECONDS:
                reported = now
                yield MergeProgress(bucket + 1, 1 << bits, contacts.parquet.rows, now - started)
        report = MergeReport(
            records=sum(version.manifest.rows for version in raw.values()),
            kept=sum(version.facts["report"]["kept"] for version in raw.values()),
            emails=emails,
            contacts=contacts.parquet.rows,
            in_several=in_several,
            conflicts=conflicts.parquet.rows,
            conflicts_by_field=dict(sorted(by_field.items())),
            doubts=_doubts(raw),
            merged_records=rows,
            twice=twice,
        )
        facts = {"merge_version": MERGE_VERSION, "made_from": made_from, "report": asdict(report)}
        conflicts.publish(facts)
        contacts.publish(facts)
    yield report


def doubts_to_look_at(merged: Version) -> dict[str, SourceDoubts]:
    """By source, the doubts under which the golden records were made, where a person has to look at them."""
    doubts = {name: SourceDoubts.from_json(values) for name, values in merged.facts["report"]["doubts"].items()}
    return {name: found for name, found in doubts.items() if found.reasons}


def _is_reusable(contacts: Version, conflicts: Version, made_from: dict[str, str]) -> bool:
    wanted = (MERGE_VERSION, made_from)
    return all(
        (version.facts["merge_version"], version.facts["made_from"]) == wanted for version in (contacts, conflicts)
    )


def _doubts(raw: dict[str, Version]) -> dict[str, dict[str, Any]]:
    found = {source: _doubts_of(version) for source, version in raw.items()}
    return {source: doubts.to_json() for source, doubts in found.items() if doubts}


def _doubts_of(version: Version) -> SourceDoubts:
    if "doubts" in version.facts:
        return SourceDoubts.from_json(version.facts["doubts"])
    # An earlier version knew one doubt: a file that broke off.
    rank = version.facts["report"]["incomplete_rank"]
    if rank is None:
        return SourceDoubts()
    return SourceDoubts(absence=True, newest_broken=rank, reasons=("a file of it could not be read whole",))
