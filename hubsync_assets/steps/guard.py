"""The guard before the first write: which plans wait until a person has approved them, and why.

A plan that changes unusually much, the first ones of a real portal, or every one. Put here: that, and the words that say so. Keep out: where limits are set (``settings``), and how a person approves (``assets``).
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from hubsync_assets.model.actions import CLEAR, CREATE, OVERWRITE_THEIRS
from hubsync_assets.steps.plan_report import PlanReport

__all__ = ["CLEARS", "THEIRS", "UPDATES", "USUAL", "Guard", "Limit"]

CLEARS, THEIRS, UPDATES = "clears", "overwrites", "updates"

_MOST_NAMED = 3


@dataclass(frozen=True, slots=True)
class Limit:
    """More than both is unusual: a share of the contacts that HubSpot has, and a number of contacts."""

    share: float
    contacts: int

    def is_passed(self, count: int, existing: int) -> bool:
        """Whether so many contacts are unusual."""
        return count > self.contacts and count > self.share * existing


USUAL: Mapping[str, Limit] = {CLEARS: Limit(0.01, 20), THEIRS: Limit(0.05, 100), UPDATES: Limit(0.30, 1_000)}


@dataclass(frozen=True, slots=True)
class Guard:
    """When a plan waits.

    Attributes:
        limits: by what is counted, what is still usual.
        is_needed: whether an unusual plan waits for approval; else it is only said, and nothing waits.
        always: whether every plan that writes something waits.
        first: whether plans wait, and are written in stages, until one of a portal was written as a whole, and again after stages that did not go on to the rest: what is done to a real portal.
        apply: the command that lets a plan through, with ``{digest}`` in it.
    """

    limits: Mapping[str, Limit] = field(default_factory=lambda: USUAL)
    is_needed: bool = True
    always: bool = False
    first: bool = False
    apply: str = "approve: {digest} in the config of apply_plan"

    def reasons(self, report: PlanReport) -> list[str]:
        """What is unusual about a plan, each in a few words; nothing: it is usual.

        On a first sync, when we have not written any contact, only what overwrites other people's values counts.
        """
        weight = report.weight
        counts = {CLEARS: weight.clears, THEIRS: weight.theirs, UPDATES: weight.updates}
        words = {
            CLEARS: "contacts lose a value",
            THEIRS: "contacts get another value where somebody else wrote one",
            UPDATES: "contacts are updated",
        }
        counted = [THEIRS] if weight.first else list(counts)
        return [
            f"{counts[what]:,} of {weight.existing:,} {words[what]} "
            f"(usual: up to {limit.share:.0%} or {limit.contacts:,})"
            for what in counted
            if (limit := self.limits[what]).is_passed(counts[what], weight.existing)
        ]

    def message(self, report: PlanReport) -> str:
        """For a person: what is unusual, where, and how to let it through; empty: nothing is."""
        reasons = self.reasons(report)
        if not reasons:
            return ""
        words = f"{'; '.join(reasons)}. {_most(report)}The plan is {report.digest}"
        if not self.is_needed:
            return f"{words}; it is written, since HUBSYNC_APPROVAL is never"
        return f"{words}: look at contact_changes, and if it is meant so: {self.apply.format(digest=report.digest)}"

    def waits_for(self, report: PlanReport) -> list[str]:
        """Why a plan waits for a person, each in a few words; nothing: it does not."""
        if not self.is_needed or not report.planned:
            return []
        stopped = "" if report.weight.first else ", or the first since one that was staged did not go on to its rest"
        first = [f"it is the first sync of portal {report.portal_id}{stopped}"] if self.first and report.first else []
        always = ["HUBSYNC_APPROVAL is always"] if self.always else []
        return [*self.reasons(report), *first, *always]

    def told_to_wait(self, report: PlanReport) -> str:
        """One line for the end of a run: why its plan waits, its digest and what lets it through; empty: it does not wait."""
        why = self.why_it_waits(report)
        return f"plan {report.digest} is not written, it waits for a person: {why}" if why else ""

    def why_it_waits(self, report: PlanReport) -> str:
        """The same without the plan: what is unusual, and what lets it through."""
        why = self.waits_for(report)
        return f"{'; '.join(why)}. If it is meant so: {self.apply.format(digest=report.digest)}" if why else ""


def _most(report: PlanReport) -> str:
    changed = {name: Counter(by_action) for name, by_action in report.changes.items()}
    for by_action in changed.values():
        del by_action[CREATE]
    most = sorted(filter(lambda name: changed[name].total(), changed), key=lambda name: -changed[name].total())
    named = [f"{name} ({_changes(changed[name])})" for name in most[:_MOST_NAMED]]
    return f"Most changes: {', '.join(named)}. " if named else ""


def _changes(by_action: Counter[str]) -> str:
    of_them = {"of somebody else's": by_action[OVERWRITE_THEIRS], "emptied": by_action[CLEAR]}
    named = [f"{count:,} {words}" for words, count in of_them.items() if count]
    return f"{by_action.total():,}{': ' if named else ''}{', '.join(named)}"
