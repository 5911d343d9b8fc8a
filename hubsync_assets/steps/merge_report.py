"""What merging gave: its numbers, the sums between them, and what is not believed of the sources behind it.

Keep out: the merging itself (``merge_groups``) and the order of things (``merge``).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from hubsync_assets.model.doubts import MISSING, SourceDoubts
from hubsync_assets.steps.sums import Sum, Total
from hubsync_assets.tables.table import Version

__all__ = ["DISTINCT_EMAILS", "RAW_RECORDS", "MergeProgress", "MergeReport", "doubts_of", "doubts_to_look_at"]

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


def doubts_to_look_at(merged: Version) -> dict[str, SourceDoubts]:
    """By source, the doubts under which the golden records were made, where a person has to look at them."""
    doubts = {name: SourceDoubts.from_json(values) for name, values in merged.facts["report"]["doubts"].items()}
    return {name: found for name, found in doubts.items() if found.reasons}


def doubts_of(raw: Mapping[str, Version]) -> dict[str, dict[str, Any]]:
    """By source, what is not believed of its raw table, as JSON values; those that nothing is doubted of are left out."""
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
