"""When things run: jobs, the sensor on new files, the daily schedule.

Put here: decisions about time. Keep out: what a run does (``assets``, ``steps``).
"""

from hubsync_assets.automation.jobs import JOBS
from hubsync_assets.automation.schedules import SCHEDULES
from hubsync_assets.automation.sensors import SENSORS

__all__ = ["JOBS", "SCHEDULES", "SENSORS"]
