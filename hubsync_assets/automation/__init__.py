"""When things run: jobs, the sensors on sources, the daily schedule.

Put here: decisions about time. Keep out: what a run does (``assets``, ``steps``).
"""

from hubsync_assets.automation.alerts import alerts_of
from hubsync_assets.automation.jobs import Jobs
from hubsync_assets.automation.schedules import daily_sync_of, weekly_prune_of
from hubsync_assets.automation.sensors import changed_rows_of, new_files_of
from hubsync_assets.automation.targets import faults, hours_until_late

__all__ = [
    "Jobs",
    "alerts_of",
    "changed_rows_of",
    "daily_sync_of",
    "faults",
    "hours_until_late",
    "new_files_of",
    "weekly_prune_of",
]
