"""The daily sync, for sources that are not files (a URL), and to finish what a failed run left; and pruning, once a week.

Keep out: what it runs (``jobs``), and where its time is set (``targets``).
"""

import dagster as dg

from hubsync_assets.automation.jobs import Jobs
from hubsync_assets.automation.requests import scheduled_request
from hubsync_assets.automation.targets import daily_cron, runs_out_of_the_box, time_zone
from hubsync_assets.resources import Sync

__all__ = ["daily_sync_of", "weekly_prune_of"]

_SUNDAY_AT_THREE = "0 3 * * 0"


def daily_sync_of(sync: Sync, jobs: Jobs) -> dg.ScheduleDefinition:
    """The schedule of one sync."""
    return dg.ScheduleDefinition(
        name=sync.name("daily_sync"),
        job=jobs.sync,
        cron_schedule=daily_cron(),
        execution_fn=lambda _: scheduled_request(sync),
        execution_timezone=time_zone(),
        description=(
            f"Runs sync_contacts at {daily_cron()} ({time_zone()}); HUBSYNC_CRON and HUBSYNC_TIMEZONE change that. A run on unchanged sources "
            "makes no write call. Skips while a plan waits for a person."
        ),
        default_status=dg.DefaultScheduleStatus.RUNNING if runs_out_of_the_box() else dg.DefaultScheduleStatus.STOPPED,
    )


def weekly_prune_of(sync: Sync, prune: dg.JobDefinition) -> dg.ScheduleDefinition:
    """The schedule that prunes: off, whatever ``HUBSYNC_AUTOMATION`` says, until a person switches it on."""
    return dg.ScheduleDefinition(
        name=sync.name("weekly_prune"),
        job=prune,
        cron_schedule=_SUNDAY_AT_THREE,
        execution_timezone=time_zone(),
        description=(
            f"Runs prune on Sundays at three ({time_zone()}), which removes what is older than HUBSYNC_KEEP_LOG and HUBSYNC_KEEP_REJECTED say. "
            "Off until it is switched on."
        ),
        default_status=dg.DefaultScheduleStatus.STOPPED,
    )
