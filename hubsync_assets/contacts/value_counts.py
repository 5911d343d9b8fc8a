"""What becomes of the values of the contacts that are looked at, in numbers.

Put here: counting decisions. Keep out: making them (``deciding``).
"""

from collections import Counter
from dataclasses import dataclass, field

import polars as pl

from hubsync_assets.contacts.decision_columns import decided
from hubsync_assets.model.actions import DECISION, SAME
from hubsync_assets.model.contact_model import ContactModel

__all__ = ["ValueCounts", "count_values"]


@dataclass(slots=True)
class ValueCounts:
    """Counts of values; they grow bucket by bucket.

    Attributes:
        decided: How many values were decided of: those that HubSpot does not hold in this meaning.
        by_decision: By field and decision, how many there are; ``same`` is not among ``decided``.
        other_forms: By field, how many values of ``same`` HubSpot holds in another form than ours.
    """

    decided: int = 0
    by_decision: Counter[tuple[str, str]] = field(default_factory=Counter)
    other_forms: Counter[str] = field(default_factory=Counter)

    def add(self, more: "ValueCounts") -> None:
        """Count those of another bucket, too."""
        self.decided += more.decided
        self.by_decision.update(more.by_decision)
        self.other_forms.update(more.other_forms)

    def of(self, *decisions: str) -> dict[str, int]:
        """By field, how many values became one of these."""
        counts: Counter[str] = Counter()
        for (name, decision), count in self.by_decision.items():
            if decision in decisions:
                counts[name] += count
        return dict(sorted(counts.items()))

    def total(self, *decisions: str) -> int:
        """How many values became one of these."""
        return sum(count for (_, decision), count in self.by_decision.items() if decision in decisions)


def count_values(model: ContactModel, written: pl.DataFrame, there: pl.DataFrame) -> ValueCounts:
    """Count.

    Args:
        model: What a contact is.
        written: The contacts that are planned.
        there: Those that HubSpot has, planned or unchanged. What is settled or held of others counts with the contact.
    """
    counts = ValueCounts()
    if not model.sent_fields:
        return counts
    everybody = pl.concat([written.filter(~pl.col("portal")), there], how="vertical")
    words = DECISION.categories.to_list()
    asked = {
        f"{each.name}/{word}": (pl.col(decided(each)) == word).sum() for each in model.sent_fields for word in words
    }
    others = {
        f"{each.name}/": ((pl.col(decided(each)) == SAME) & ~pl.col(f"portal:{each.name}_exact")).sum()
        for each in model.sent_fields
    }
    for key, count in everybody.select(**asked, **others).row(0, named=True).items():
        name, _, word = key.partition("/")
        if not count:
            continue
        if not word:
            counts.other_forms[name] += count
            continue
        counts.by_decision[name, word] += count
        counts.decided += count if word != SAME else 0
    return counts
