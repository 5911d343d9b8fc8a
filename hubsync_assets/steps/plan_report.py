"""How to plan, and what planning gave: the two values that pass between the plan and whoever asks for it.

Keep out: planning (``plan``), and whether a person has to look at a plan (``guard``).
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Self

from hubsync_assets.contacts.rules import Mode
from hubsync_assets.contacts.scope import Writes
from hubsync_assets.model.doubts import SourceDoubts
from hubsync_assets.steps.sums import Sum, Total

__all__ = ["MERGED_CONTACTS", "PLAN_SUMS", "VALUES", "Cost", "PlanOptions", "PlanReport", "Weight"]

MERGED_CONTACTS = Sum("every_contact_is_decided", "Every golden record is unchanged, planned or held back.")
VALUES = Sum(
    "every_difference_is_decided",
    "Every value that HubSpot does not hold in this meaning, of the contacts that were looked at, is written, settled or held back.",
)
PLAN_SUMS = (MERGED_CONTACTS, VALUES)


@dataclass(frozen=True, slots=True)
class PlanOptions:
    """How to plan.

    Attributes:
        mode: ``replace``: a value that is missing now clears what we wrote before. ``never_clear``: nothing is made empty.
        clear_unknown: with ``replace``, also clear what only HubSpot has.
        retry_failed: plan contacts and values that HubSpot refused before, although they did not change.
        reserve: calls of each ten seconds that are left to the portal's other apps; the upload reads it here.
        distrust: trust neither log nor tables: read every contact from HubSpot, and plan from what it holds.
        reformat: write again what we wrote and what is written otherwise now, though it means the same.
        only_file: path of a file of emails: nobody else is written; empty: everybody.
        max_contacts: the most contacts to write; None: all.
        sources_off: sources of whose contacts none is written.
        writes: whether only new contacts are written, or only those that HubSpot has.
        staged: ten contacts first, then a hundred, then the rest; the upload reads it here.
    """

    mode: Mode = "replace"
    clear_unknown: bool = False
    retry_failed: bool = False
    reserve: int = 0
    distrust: bool = False
    reformat: bool = False
    only_file: str = ""
    max_contacts: int | None = None
    # A list, as it is compared with what JSON gave back.
    sources_off: list[str] = field(default_factory=list)
    writes: Writes = "all"
    staged: bool = False

    @property
    def is_narrow(self) -> bool:
        """Whether the plan leaves out contacts that it would write otherwise."""
        return bool(self.only_file or self.sources_off) or self.writes != "all" or self.max_contacts is not None


@dataclass(frozen=True, slots=True)
class Weight:
    """What a person wants to know before a plan is written: how much it changes. Contacts in doubt are not counted.

    Attributes:
        first: we have not written any contact of the portal yet.
        existing: contacts that the portal has.
        clears: contacts that lose a value.
        theirs: contacts of which a value that somebody else wrote is overwritten.
        updates: contacts that are updated.
    """

    first: bool = False
    existing: int = 0
    clears: int = 0
    theirs: int = 0
    updates: int = 0


@dataclass(frozen=True, slots=True)
class Cost:
    """What writing a plan costs; None: HubSpot does not say.

    Attributes:
        write_calls: batches of a hundred.
        daily_limit: calls of all the portal's apps in a day.
        daily_left: how many of them are left today.
        burst_limit: calls in ``burst_seconds``.
    """

    write_calls: int = 0
    daily_limit: int | None = None
    daily_left: int | None = None
    burst_limit: int | None = None
    burst_seconds: float = 10.0

    @property
    def seconds(self) -> float | None:
        """How long it takes at the burst limit."""
        return None if not self.burst_limit else self.write_calls / self.burst_limit * self.burst_seconds

    @property
    def share_of_day(self) -> float | None:
        """The share of the day's calls that it takes."""
        return None if not self.daily_limit else self.write_calls / self.daily_limit


@dataclass(frozen=True, slots=True)
class PlanReport:
    """What planning gave.

    Attributes:
        portal_id: the portal the plan is for.
        merged: contacts in ``merged_contacts``.
        creates: contacts the portal does not have.
        updates: contacts it has with other values.
        unchanged: contacts to which nothing is to be sent, by how that is known (``log`` or ``portal``).
        held_back: contacts that are not written now, by reason.
        changes: by property and action (``model.actions``), how many contacts.
        settled: by reason and field, how many values are not sent until something changes.
        other_forms: by field, how many values HubSpot holds in another form than ours, which mean the same and stay.
        values_decided: values that HubSpot does not hold in this meaning, of the contacts that were looked at.
        values_written: of those, the ones in the plan, counted there.
        values_settled: those that are settled, by reason.
        values_held: those that what is not known keeps as they are.
        weight: how much the plan changes.
        cost: what writing it costs.
        digest: names the plan: the same for the same writes.
        learned: contacts that HubSpot was asked for.
        in_doubt: contacts that an earlier run may have written without an answer, so they were read.
        calls: requests made to HubSpot, all of them reads.
        folded: answers of an earlier run that had not been folded yet.
        other_portal: the portal the state belonged to before, if it was a different one.
        doubts: by source that somebody has to look at, what is not believed of it.
        first: no plan of the portal has been written as a whole yet.
        account_type: what HubSpot calls the portal's kind, such as ``SANDBOX``.
        ui_domain: where people see it.
        reused: nothing has changed since the last plan, which had nothing to do; or it is the one that was approved.
    """

    portal_id: int
    merged: int
    creates: int
    updates: int
    unchanged: dict[str, int]
    held_back: dict[str, int]
    changes: dict[str, dict[str, int]] = field(default_factory=dict)
    settled: dict[str, dict[str, int]] = field(default_factory=dict)
    other_forms: dict[str, int] = field(default_factory=dict)
    values_decided: int = 0
    values_written: int = 0
    values_settled: dict[str, int] = field(default_factory=dict)
    values_held: int = 0
    weight: Weight = field(default_factory=Weight)
    cost: Cost = field(default_factory=Cost)
    digest: str = ""
    learned: int = 0
    in_doubt: int = 0
    calls: int = 0
    folded: int = 0
    other_portal: int | None = None
    reused: bool = False
    doubts: Mapping[str, SourceDoubts] = field(default_factory=dict)
    first: bool = False
    account_type: str = ""
    ui_domain: str = ""

    @classmethod
    def of_json(cls, said: Mapping[str, Any], **changed: Any) -> Self:  # noqa: ANN401 - of several fields
        """What ``dataclasses.asdict`` gave, with some values of another run."""
        report = cls(**{**said, "weight": Weight(**said["weight"]), "cost": Cost(**said["cost"]), "doubts": {}})
        return replace(report, **changed)

    @property
    def planned(self) -> int:
        """Contacts to write."""
        return self.creates + self.updates

    @property
    def actions(self) -> dict[str, int]:
        """By action, how many values are written."""
        counts: Counter[str] = Counter()
        for by_action in self.changes.values():
            counts.update(by_action)
        return dict(counts)

    @property
    def sums(self) -> tuple[Total, ...]:
        """Those of ``PLAN_SUMS``."""
        return (self.contacts_sum, self.values_sum)

    @property
    def contacts_sum(self) -> Total:
        """See ``MERGED_CONTACTS``."""
        parts = {
            "unchanged": sum(self.unchanged.values()),
            "planned": self.planned,
            "held_back": sum(self.held_back.values()),
        }
        return MERGED_CONTACTS.of(self.merged, parts)

    @property
    def values_sum(self) -> Total:
        """See ``VALUES``."""
        parts = {"written": self.values_written, **self.values_settled, "held_back": self.values_held}
        return VALUES.of(self.values_decided, parts)
