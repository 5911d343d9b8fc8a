"""What sensor and schedule ask for: a sync as the settings narrow it; while a plan waits for a person, only another plan, or nothing.

Keep out: when they ask (``sensors``, ``schedules``).
"""

import os
from typing import Any

import dagster as dg

from hubsync_assets.assets import waiting_for
from hubsync_assets.automation.jobs import Jobs
from hubsync_assets.model.tables import PLAN
from hubsync_assets.resources import StorageResource, Sync

__all__ = ["config_of_settings", "run_request", "scheduled_request"]


def config_of_settings(sync: Sync) -> dict[str, Any]:
    """The run config of a run that nobody started by hand.

    Raises:
        PermanentError: A variable is wrong or missing.
    """
    scope = sync.settings(os.environ).scope
    return {"ops": {sync.name(PLAN): {"config": dict(scope)}}} if scope else {}


def run_request(sync: Sync, jobs: Jobs, context: dg.SensorEvaluationContext) -> dg.RunRequest:
    """One run, of the job that may run now.

    A run that writes would take away the plan that somebody looks at, and write what nobody has seen.

    Raises:
        PermanentError: A variable is wrong or missing, or the storage cannot be used.
    """
    waits = _waiting(sync)
    config = config_of_settings(sync)
    if waits is None:
        return dg.RunRequest(job_name=jobs.sync.name, run_config=config)
    context.log.info(
        f"plan {waits} waits for a person, so {jobs.plan.name} is started: it may replace that plan, and writes nothing"
    )
    return dg.RunRequest(job_name=jobs.plan.name, run_config=config)


def scheduled_request(sync: Sync) -> dg.RunRequest | dg.SkipReason:
    """One run of the schedule, which has one job, and that one writes: none while a plan waits for a person.

    Raises:
        PermanentError: A variable is wrong or missing, or the storage cannot be used.
    """
    if waits := _waiting(sync):
        return dg.SkipReason(
            f"plan {waits} waits for a person: apply it, or run sync_contacts by hand, which makes another one; "
            "after seven days the schedule goes on"
        )
    return dg.RunRequest(run_config=config_of_settings(sync))


def _waiting(sync: Sync) -> str | None:
    return waiting_for(sync, sync.settings(os.environ), StorageResource().open(sync))
