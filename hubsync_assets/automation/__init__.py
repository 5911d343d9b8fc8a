"""When things run: jobs, the sensor on new files, the daily schedule.

Put here: decisions about time. Keep out: what a run does (``assets``, ``steps``).
"""

from hubsync_assets.automation.jobs import Jobs
from hubsync_assets.automation.schedules import daily_sync_of
from hubsync_assets.automation.sensors import new_files_of

__all__ = ["Jobs", "daily_sync_of", "new_files_of"]
