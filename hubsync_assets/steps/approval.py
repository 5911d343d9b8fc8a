"""Approving a plan: the one that is stored is let through as it is.

Put here: finding it by its digest, and noting that a person approved it. Keep out: which plans need that (``guard``).
"""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any

from hubsync_assets.errors import PermanentError
from hubsync_assets.model.tables import PLAN, STATE
from hubsync_assets.steps.ages import is_older
from hubsync_assets.steps.guard import Guard
from hubsync_assets.steps.plan_origin import PLAN_VERSION
from hubsync_assets.steps.plan_report import PlanOptions, PlanReport
from hubsync_assets.sync_log.log import SyncLog
from hubsync_assets.sync_log.plan_events import PlanEvent
from hubsync_assets.tables.storage import Storage
from hubsync_assets.tables.table import Version

__all__ = ["approve_stored", "is_too_old", "refuse_unapproved", "waiting_plan"]

WAITS = timedelta(days=7)


def approve_stored(
    storage: Storage, log: SyncLog, digest: str, run_id: str, options: PlanOptions | None = None
) -> PlanReport:
    """Note that the stored plan is approved, and give its report; no other plan is made.

    Args:
        storage: where the plan is; its lock is held by the caller.
        log: where it is noted.
        digest: names the plan.
        run_id: the run in which it was approved.
        options: what the run was told beside it.

    Raises:
        PermanentError: there is no plan, or it is another one, or the run was told something that the plan was not made with.
        TransientError: another run is writing to its portal.
    """
    plan = storage.table(PLAN).current()
    if plan is None or "report" not in plan.facts or "digest" not in plan.facts["report"]:
        raise PermanentError(f"there is no plan to approve: materialise {PLAN} without approve first")
    report = PlanReport.of_json(plan.facts["report"], reused=True)
    if report.digest != digest:
        msg = (
            f"the stored plan is {report.digest}, and {digest} was approved: something has been planned anew since; look at {PLAN}, "
            "and approve that one or none"
        )
        raise PermanentError(msg)
    if is_too_old(plan, datetime.now(UTC)):
        made = datetime.fromisoformat(plan.facts["made_at"])
        msg = (
            f"plan {digest} is older than {WAITS.days} days, or was made by a clock that has been set back since ({made:%Y-%m-%d %H:%M} UTC), "
            "so much may have changed in HubSpot: look at a new one"
        )
        raise PermanentError(msg)
    if options is not None and (others := _told_otherwise(options, plan.facts["options"])):
        msg = (
            f"plan {digest} is written as it was made, which was without {', '.join(others)}: leave that out beside approve, or plan "
            "again with it and approve that plan"
        )
        raise PermanentError(msg)
    log.acquire(report.portal_id, run_id)
    log.note(report.portal_id, plan.id, PlanEvent.APPROVED, run_id)
    return report


def _told_otherwise(options: PlanOptions, made_with: Mapping[str, Any]) -> list[str]:
    """The names of what was asked for and is not so in the stored plan: as it is written all the same, that would be passed over."""
    usual = asdict(PlanOptions())
    names = {"sources_off": "sources"}
    return [
        names.get(name, name)
        for name, told in asdict(options).items()
        if told not in (usual[name], made_with.get(name, usual[name]))
    ]


def is_too_old(plan: Version, now: datetime) -> bool:
    """Whether a plan has waited for longer than one may, or nobody knows for how long."""
    return is_older(datetime.fromisoformat(plan.facts["made_at"]), now, WAITS)


def waiting_plan(storage: Storage, guard: Guard, now: datetime) -> str | None:
    """The digest of the stored plan, if it waits for a person; needs no log, so that a sensor can ask.

    Args:
        storage: where the plan is, for reading.
        guard: which plans wait.
        now: an aware time.
    """
    plan, state = storage.table(PLAN).current(), storage.table(STATE).current()
    if plan is None or plan.facts.get("plan_version") != PLAN_VERSION or is_too_old(plan, now):
        return None
    if state is not None and state.facts.get("plan_id") == plan.id:
        return None  # it was written
    report = PlanReport.of_json(plan.facts["report"])
    return report.digest if guard.waits_for(report) else None


def refuse_unapproved(log: SyncLog, plan: Version, guard: Guard) -> None:
    """Refuse to write a plan that waits for a person.

    Raises:
        PermanentError: it does.
    """
    report = PlanReport.of_json(plan.facts["report"])
    if (words := guard.told_to_wait(report)) and not log.is_approved(report.portal_id, plan.id):
        raise PermanentError(words)
