"""How to plan, and what planning gave: the two values that pass between the plan and whoever asks for it.

Keep out: planning (``plan``).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from hubsync_assets.model.doubts import SourceDoubts
from hubsync_assets.steps.sums import Sum, Total

__all__ = ["MERGED_CONTACTS", "PlanOptions", "PlanReport"]

MERGED_CONTACTS = Sum("merged_contacts", "Every golden record is unchanged, planned or held back.")


@dataclass(frozen=True, slots=True)
class PlanOptions:
    """How to plan.

    Attributes:
        mode: ``replace``: a value that is missing now clears what we wrote before. ``fill``: a missing value leaves HubSpot's.
        clear_unknown: with ``replace``, also clear what only HubSpot has.
        retry_failed: plan contacts that HubSpot refused before, although they did not change.
        reserve: calls of each ten seconds that are left to the portal's other apps; the upload reads it here.
        distrust: trust neither log nor tables: read every contact from HubSpot, and plan from what it holds.
    """

    mode: Literal["replace", "fill"] = "replace"
    clear_unknown: bool = False
    retry_failed: bool = False
    reserve: int = 0
    distrust: bool = False


@dataclass(frozen=True, slots=True)
class PlanReport:
    """What planning gave.

    Attributes:
        portal_id: the portal the plan is for.
        merged: contacts in ``merged_contacts``.
        creates: contacts the portal does not have.
        updates: contacts it has with other values.
        unchanged: contacts it holds exactly, by how that is known (``log`` or ``portal``).
        held_back: contacts that are not written now, by reason.
        fields: contacts to write by field that changes.
        learned: contacts the log did not know, so the portal was asked.
        in_doubt: contacts that an earlier run may have written without an answer, so they were read.
        calls: requests made to HubSpot, all of them reads.
        folded: answers of an earlier run that had not been folded yet.
        other_portal: the portal the state belonged to before, if it was a different one.
        doubts: by source that somebody has to look at, what is not believed of it.
        reused: nothing has changed since the last plan, which had nothing to do.
    """

    portal_id: int
    merged: int
    creates: int
    updates: int
    unchanged: dict[str, int]
    held_back: dict[str, int]
    fields: dict[str, int] = field(default_factory=dict)
    learned: int = 0
    in_doubt: int = 0
    calls: int = 0
    folded: int = 0
    other_portal: int | None = None
    reused: bool = False
    doubts: Mapping[str, SourceDoubts] = field(default_factory=dict)

    @property
    def planned(self) -> int:
        """Contacts to write."""
        return self.creates + self.updates

    @property
    def contacts_sum(self) -> Total:
        """See ``MERGED_CONTACTS``."""
        parts = {
            "unchanged": sum(self.unchanged.values()),
            "planned": self.planned,
            "held_back": sum(self.held_back.values()),
        }
        return MERGED_CONTACTS.of(self.merged, parts)
