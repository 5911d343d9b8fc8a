"""Approving a plan: the one that is stored is let through as it is.

Put here: finding it by its digest, and noting that a person approved it. Keep out: which plans need that (``guard``).
"""

from hubsync_assets.errors import PermanentError
from hubsync_assets.model.tables import PLAN
from hubsync_assets.steps.guard import Guard
from hubsync_assets.steps.plan_report import PlanReport
from hubsync_assets.sync_log.log import SyncLog
from hubsync_assets.sync_log.plan_events import PlanEvent
from hubsync_assets.tables.storage import Storage
from hubsync_assets.tables.table import Version

__all__ = ["approve_stored", "refuse_unapproved"]


def approve_stored(storage: Storage, log: SyncLog, digest: str, run_id: str) -> PlanReport:
    """Note that the stored plan is approved, and give its report; no other plan is made.

    Args:
        storage: where the plan is; its lock is held by the caller.
        log: where it is noted.
        digest: names the plan.
        run_id: the run in which it was approved.

    Raises:
        PermanentError: there is no plan, or it is another one.
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
    log.acquire(report.portal_id, run_id)
    log.note(report.portal_id, plan.id, PlanEvent.APPROVED, run_id)
    return report


def refuse_unapproved(log: SyncLog, plan: Version, guard: Guard) -> None:
    """Refuse to write a plan that waits for a person.

    Raises:
        PermanentError: it does.
    """
    report = PlanReport.of_json(plan.facts["report"])
    if guard.is_needed and (words := guard.message(report)) and not log.is_approved(report.portal_id, plan.id):
        raise PermanentError(f"the plan is not written, because it changes unusually much: {words}")
