"""How each sync ended, and what its sources looked like: what a sensor compares them with.

A sync that was killed has no row, which is how it is known. Put here: the table and its rows. Keep out: when to ask for another run
(``automation.asking``), and what a source looks like (``sources``).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

import sqlalchemy as sa

from hubsync_assets.sync_log.answers import METADATA, sequence_type
from hubsync_assets.sync_log.plan_events import EVERYTHING, PLANS, PlanEvent

__all__ = ["SYNCS", "PastSync", "SyncEnd", "end_row", "past_syncs"]

MOST = 200
"""So many are looked at, over all who share a log: weeks of them, and milliseconds."""


class SyncEnd(StrEnum):
    """How a sync ended.

    ``FINISHED``: HubSpot holds what the sources say. ``DOUBT``: the same, but a source is in doubt, which a person has to look at. ``WAITS``: its
    plan waits for a person. ``UNFINISHED``: contacts are unsent.
    """

    FINISHED = "finished"
    DOUBT = "doubt"
    WAITS = "waits"
    UNFINISHED = "unfinished"


SYNCS = sa.Table(
    "syncs",
    METADATA,
    sa.Column("seq", sequence_type(), primary_key=True, autoincrement=True),
    sa.Column("portal_id", sa.BigInteger, nullable=False),
    sa.Column("run_id", sa.Text, nullable=False),
    sa.Column("ended", sa.Text, nullable=False),
    # JSON: by source, the digest of a look at it, taken before it was read.
    sa.Column("looks", sa.Text, nullable=False),
    sa.Column("why", sa.Text, nullable=False),
    # The newest row of ``plans`` then: an upload that has begun since did not come to an end.
    sa.Column("after_plan", sa.BigInteger, nullable=False),
    sa.Column("at", sa.DateTime(timezone=True), nullable=False),
)


@dataclass(frozen=True, slots=True)
class PastSync:
    """A sync that came to an end.

    Attributes:
        seq: Its row.
        portal_id: Where it wrote.
        end: How it ended.
        looks: By source, what it looked like before it was read; sources that nobody can look at are not in it.
        why: For a person, where it did not finish; without contact data.
        cut_off_since: An upload to its portal has begun since, and has no end.
    """

    seq: int
    portal_id: int
    end: SyncEnd
    looks: Mapping[str, str]
    why: str = ""
    cut_off_since: bool = False


def end_row(
    connection: sa.Connection, portal_id: int, run_id: str, end: SyncEnd, looks: Mapping[str, str], why: str
) -> dict[str, object]:
    """The row that says that a sync ended, as of now."""
    newest = connection.execute(sa.select(sa.func.max(PLANS.c.seq))).scalar()
    return {
        "portal_id": portal_id,
        "run_id": run_id,
        "ended": end.value,
        "looks": json.dumps(dict(looks), sort_keys=True),
        "why": why,
        "after_plan": int(newest or 0),
        "at": datetime.now(UTC),
    }


def past_syncs(connection: sa.Connection) -> list[PastSync]:
    """The last of them, newest first; none of a log that is empty or of an earlier version."""
    if not sa.inspect(connection).has_table(SYNCS.name):
        return []
    began = (
        sa.select(PLANS.c.portal_id, sa.func.max(PLANS.c.seq))
        .where(PLANS.c.event == PlanEvent.BEGUN.value, PLANS.c.plan_id != EVERYTHING)
        .group_by(PLANS.c.portal_id)
    )
    last = {int(portal): int(seq) for portal, seq in connection.execute(began)}
    rows = connection.execute(sa.select(SYNCS).order_by(SYNCS.c.seq.desc()).limit(MOST))
    return [
        PastSync(
            int(row.seq),
            int(row.portal_id),
            SyncEnd(row.ended),
            json.loads(row.looks),
            row.why,
            cut_off_since=last.get(int(row.portal_id), 0) > int(row.after_plan),
        )
        for row in rows
    ]
