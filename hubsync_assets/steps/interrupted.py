"""What runs that were killed got written: nobody has counted it yet, so the next upload does, once.

A killed run reports nothing. What HubSpot acknowledged to it is in the log, and what it may have done beyond that the next plan reads back.
Put here: counting both. Keep out: who is in doubt (``doubt``), and which contacts are sent again (``upload``).
"""

from collections import Counter

import polars as pl

from hubsync_assets.model.tables import PLAN
from hubsync_assets.steps.sums import Written
from hubsync_assets.sync_log.answers import AnswerKind
from hubsync_assets.sync_log.log import SyncLog
from hubsync_assets.sync_log.plan_events import EVERYTHING, OpenPlan
from hubsync_assets.tables.storage import Storage
from hubsync_assets.tables.table import Version

__all__ = ["UNCOUNTED", "uncounted_before", "uncounted_of", "written_by_others"]

UNCOUNTED = "uncounted"
"""The plan's fact with what ``uncounted_before`` gave."""


def uncounted_before(storage: Storage, log: SyncLog, portal_id: int) -> dict[str, int]:
    """What the plans that are open now created and updated, and no run has reported: JSON values, a fact of the next plan.

    Args:
        storage: where those plans are.
        log: the sync log, with what was read back.
        portal_id: the portal.
    """
    plans = [plan for plan in log.open_plans(portal_id) if plan.plan_id != EVERYTHING]
    if not plans:
        return Written().to_json()
    killed = [plan for plan in plans if not plan.ended]
    first = (killed or plans)[0]
    kinds: Counter[str] = Counter()
    confirmed: set[str] = set()
    for rows in log.rows_after(portal_id, first.after):
        if killed:
            kinds.update(rows["kind"])
        confirmed.update(rows.filter(pl.col("kind") == AnswerKind.CONFIRMED.value)["email"])
    versions = [version for plan in plans if (version := storage.table(PLAN).whole_version(plan.plan_id)) is not None]
    created = _planned_to_create(versions, confirmed)
    found = Written(kinds[AnswerKind.CREATED] + created, kinds[AnswerKind.UPDATED] + len(confirmed) - created)
    return (found + _noted(versions, killed)).to_json()


def uncounted_of(log: SyncLog, plan: Version, portal_id: int) -> tuple[Written, bool]:
    """What this upload has to count for killed ones: that of earlier plans, and whether this plan's own upload was killed before.

    Args:
        log: the sync log, before this upload has noted anything.
        plan: what is uploaded.
        portal_id: the portal.
    """
    open_now = {each.plan_id: each for each in log.open_plans(portal_id)}
    was_killed = plan.id in open_now and not open_now[plan.id].ended
    # An upload that came to its end has closed what this plan resolves, and has counted it.
    is_first = was_killed or any(each in open_now for each in plan.facts["resolves"])
    return (Written.from_json(plan.facts.get(UNCOUNTED, {})) if is_first else Written()), was_killed


def written_by_others(answers: pl.DataFrame, run_id: str) -> Written:
    """What other runs than this one created and updated, by ANSWER_SCHEMA rows."""
    kinds = Counter(answers.filter(pl.col("run_id") != run_id)["kind"])
    return Written(kinds[AnswerKind.CREATED], kinds[AnswerKind.UPDATED])


def _planned_to_create(versions: list[Version], emails: set[str]) -> int:
    if not emails:
        return 0
    wanted = pl.DataFrame({"email": sorted(emails)}).lazy()
    created = [
        version.scan().filter(pl.col("action") == "create").select("email").join(wanted, on="email", how="semi")
        for version in versions
    ]
    return pl.concat(created).unique().collect().height if created else 0


def _noted(versions: list[Version], killed: list[OpenPlan]) -> Written:
    """What the first killed plan was to count itself."""
    first = [version for version in versions if killed and version.id == killed[0].plan_id]
    return Written.from_json(first[0].facts.get(UNCOUNTED, {})) if first else Written()
