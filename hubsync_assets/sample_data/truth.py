"""The true answer: what any correct sync has to count.

Put here: counts of what was made up. Keep out: counting what came out.
"""

from collections import Counter
from dataclasses import asdict, dataclass, field

__all__ = ["SourceTruth", "Truth"]


@dataclass(slots=True)
class SourceTruth:
    """The truth about one source.

    Attributes:
        records: Elements of its array.
        kept: Those that are a record of a contact.
        rejected: How many are not, by reason (``missing_email``, ``invalid_email``, ``not_an_object``).
        invalid_values: Values that have to be dropped from kept records.
    """

    records: int = 0
    kept: int = 0
    rejected: dict[str, int] = field(default_factory=dict)
    invalid_values: int = 0


@dataclass(slots=True)
class Truth:
    """The truth about a sample.

    Attributes:
        sources: By name.
        contacts: Golden records.
        in_both: Those that both sources know.
        conflicts: Fields of a contact on which its records disagree.
        refused: Contacts that HubSpot refuses for their email, although nothing is wrong with its form.
    """

    sources: dict[str, SourceTruth]
    contacts: int = 0
    in_both: int = 0
    conflicts: int = 0
    refused: int = 0

    @property
    def records(self) -> int:
        """Elements of both arrays."""
        return sum(source.records for source in self.sources.values())

    @property
    def kept(self) -> int:
        """Records that take part in merging."""
        return sum(source.kept for source in self.sources.values())

    @property
    def rejected(self) -> dict[str, int]:
        """What ``rejected_rows`` has to list, by reason."""
        reasons: Counter[str] = Counter()
        for source in self.sources.values():
            reasons.update(source.rejected)
            reasons["invalid_value"] += source.invalid_values
        return dict(sorted(reasons.items()))

    def as_dict(self) -> dict[str, object]:
        """Everything, with the totals, for printing as JSON."""
        return {"records": self.records, "kept": self.kept, "rejected": self.rejected, **asdict(self)}
