"""What a run's page says, before it is a page: numbers and rows, of which there are never more than the page can hold.

Put here: the dataclasses. Keep out: where they come from (``looking_back``) and how they look (``run_page``, ``run_table``).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum
from typing import Any

from hubsync_assets.reporting.record_links import RecordPages

__all__ = ["MOST_ROWS", "Change", "Disagreement", "Listed", "RunContents", "RunHead", "Stage", "Trouble"]

MOST_ROWS = 1_000
"""Rows of one kind on a page; the table has the rest."""


class Stage(IntEnum):
    """How far a run has come."""

    READ = 1
    PLANNED = 2
    WRITTEN = 3


@dataclass(frozen=True, slots=True)
class RunHead:
    """Which run this is.

    Attributes:
        run_id: Dagster's.
        at: when the page was made, UTC.
        stage: how far the run has come.
        pages: where its records are looked at.
        notes: what somebody has to know first, without contact data: what waits, what stopped.
        results: after writing, how many contacts came to what, in words.
    """

    run_id: str
    at: datetime
    stage: Stage
    pages: RecordPages
    notes: tuple[str, ...] = ()
    results: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Change:
    """One value that is changed in HubSpot.

    Attributes:
        contact: where the contact stands in its sources.
        email: the contact.
        hubspot_id: None: it is not known yet.
        field_name: whose value it is.
        property_name: HubSpot's property.
        old: what HubSpot held; None: nothing.
        new: what it is to hold; None: nothing.
        outcome: what became of it, in words.
    """

    contact: str
    email: str = field(repr=False)
    hubspot_id: str | None
    field_name: str
    property_name: str
    old: str | None = field(repr=False)
    new: str | None = field(repr=False)
    outcome: str


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A field on which a contact's records disagree.

    Attributes:
        contact: where it stands in the sources.
        email: the contact.
        field_name: the field.
        kept: the value that was kept.
        kept_source: whose it is.
        others: the other values, each with its source.
        rule: what decided.
    """

    contact: str
    email: str = field(repr=False)
    field_name: str
    kept: str | None = field(repr=False)
    kept_source: str
    others: tuple[tuple[str, str], ...] = field(repr=False)
    rule: str


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something that a person has to look at.

    Attributes:
        contact: where it stands in the sources.
        email: whose it is; None: nobody's that is known.
        hubspot_id: None: there is none, or it is not known.
        name: the property or field; None: the whole contact or record.
        field_name: whose kind the value has; None: it is not known.
        value: what was not taken.
        why: the category of HubSpot, or the reason of ours.
        message: why, in a sentence that may quote the contact.
        correlation_id: what HubSpot's support asks for.
    """

    contact: str
    email: str | None = field(repr=False)
    hubspot_id: str | None
    name: str | None
    field_name: str | None
    value: str | None = field(repr=False)
    why: str
    message: str = field(repr=False)
    correlation_id: str | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """The first rows of a kind, how many there are, and the Parquet files that have all.

    Attributes:
        total: of all rows.
        rows: ``Change``, ``Disagreement`` or ``Trouble``.
        table: the table's folder.
    """

    total: int
    rows: Sequence[Any]
    table: str


@dataclass(frozen=True, slots=True)
class RunContents:
    """All that a page says.

    Attributes:
        head: which run this is.
        sources: by source, the numbers of its last reading (``steps.read_report.ReadReport``, as JSON values).
        doubts: by source, what is not believed of it, in words.
        merged: the numbers of the merge (``steps.merge.MergeReport``).
        planned: the numbers of the plan (``steps.plan_report.PlanReport``).
        disagreements: fields on which records of one contact disagree.
        changes: by action (``model.actions.ACTIONS``), the values.
        refused: contacts and values that HubSpot refuses.
        rejected: records and values that could not be read.
        rejected_by: how many of them by reason.
    """

    head: RunHead
    sources: Mapping[str, Mapping[str, Any]]
    doubts: Mapping[str, str]
    merged: Mapping[str, Any]
    disagreements: Listed
    planned: Mapping[str, Any]
    changes: Mapping[str, Listed]
    refused: Listed
    rejected: Listed
    rejected_by: Mapping[str, int]
