"""What became of the contacts of an upload, counted as the answers come in.

Keep out: the numbers of the calls (``hubspot.report``), and what the counts are shown as (``upload_report``).
"""

from collections import Counter
from dataclasses import dataclass, field

from hubsync_assets.contacts.held_back import GONE_IN_PORTAL
from hubsync_assets.hubspot.values import Outcome

__all__ = ["UploadCounts"]


@dataclass(slots=True)
class UploadCounts:
    """The counts of one upload.

    Attributes:
        pulled: planned contacts that were looked at, to be sent or to be left to the next plan.
        moved: those of them that people have changed since the plan was made.
        in_doubt: those that may have been written though no answer says so.
        reasons: refusals, by category.
        refused_values: values that were left out, by property.
        unsent: contacts without an answer, by category.
    """

    pulled: int = 0
    moved: int = 0
    in_doubt: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    refused_values: Counter[str] = field(default_factory=Counter)
    unsent: Counter[str] = field(default_factory=Counter)

    def add(self, outcome: Outcome) -> bool:
        """Count a contact's outcome; whether it is one to log: what was not sent at all is no answer."""
        if outcome.kind == "unsent":
            self.unsent[outcome.category or "unknown"] += 1
            if not outcome.attempts:
                return False
            self.in_doubt += 1
        if outcome.kind == "refused":
            self.reasons[outcome.category or "UNKNOWN"] += 1
        elif outcome.kind == "gone":
            self.reasons[GONE_IN_PORTAL] += 1
        self.refused_values.update(value.property_name for value in outcome.left_out)
        return True
