"""What became of plans: an upload of one has begun, has ended, or what it left in doubt has been looked at.

One durable row before a plan's first call. What has no answer in the log when a process dies was in a call or was not, and this row is
all that says so. Put here: the table, and which plans are open. Keep out: which contacts are in doubt (``steps.doubt``).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from hubsync_assets.sync_log.answers import ANSWERS, METADATA, sequence_type

__all__ = ["EVERYTHING", "PLANS", "OpenPlan", "PlanEvent", "event_row", "open_plans"]

EVERYTHING = "*"
"""In place of a plan's id: the log and the tables do not agree, so every contact is in doubt."""


class PlanEvent(StrEnum):
    """What happened to a plan."""

    BEGUN = "begun"
    ENDED = "ended"
    RESOLVED = "resolved"
    APPROVED = "approved"
    PARTLY = "partly"
    """A first sync, or another one that is staged, has begun, with a part of its contacts."""
    WHOLE = "whole"
    """It has gone on to all of them."""


PLANS = sa.Table(
    "plans",
    METADATA,
    sa.Column("seq", sequence_type(), primary_key=True, autoincrement=True),
    sa.Column("portal_id", sa.BigInteger, nullable=False),
    sa.Column("plan_id", sa.Text, nullable=False),
    sa.Column("event", sa.Text, nullable=False),
    # Answers to the plan have greater numbers than the newest answer of any portal had when its upload began.
    sa.Column("after_answer", sa.BigInteger, nullable=False),
    sa.Column("in_doubt", sa.BigInteger, nullable=False),
    sa.Column("run_id", sa.Text, nullable=False),
    sa.Column("at", sa.DateTime(timezone=True), nullable=False),
)


@dataclass(frozen=True, slots=True)
class OpenPlan:
    """A plan that left contacts in doubt which nobody has looked at since.

    Attributes:
        plan_id: The version of ``contact_changes``, or ``EVERYTHING``.
        after: Its answers have greater numbers than this.
        ended: Whether its upload came to an orderly end: then its rows ``in_doubt`` name everybody. Else each of its contacts without
            an answer is in doubt.
    """

    plan_id: str
    after: int
    ended: bool


def event_row(
    connection: sa.Connection, portal_id: int, plan_id: str, event: PlanEvent, run_id: str, in_doubt: int
) -> dict[str, object]:
    """The row that says that something happened to a plan, as of now."""
    newest = connection.execute(sa.select(sa.func.max(ANSWERS.c.seq))).scalar()
    return {
        "portal_id": portal_id,
        "plan_id": plan_id,
        "event": event.value,
        "after_answer": int(newest or 0),
        "in_doubt": in_doubt,
        "run_id": run_id,
        "at": datetime.now(UTC),
    }


def open_plans(rows: Iterable[Sequence[Any]]) -> list[OpenPlan]:
    """The plans that are open after some events.

    Args:
        rows: ``plan_id, event, after_answer, in_doubt`` of one portal, oldest first.

    Returns:
        In the order in which they began. One that was begun again, to be continued, counts from its first beginning.
    """
    found: dict[str, OpenPlan] = {}
    for plan_id, event, after, in_doubt in rows:
        match PlanEvent(event):
            case PlanEvent.BEGUN:
                since = found[plan_id].after if plan_id in found else after
                found[plan_id] = OpenPlan(plan_id, since, ended=False)
            case PlanEvent.ENDED if in_doubt and plan_id in found:
                found[plan_id] = OpenPlan(plan_id, found[plan_id].after, ended=True)
            case PlanEvent.ENDED | PlanEvent.RESOLVED:
                found.pop(plan_id, None)
            case PlanEvent.APPROVED | PlanEvent.PARTLY | PlanEvent.WHOLE:
                pass  # nobody is in doubt because of that
    return list(found.values())
