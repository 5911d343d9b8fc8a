"""Against which HubSpot runs start by themselves."""

import pytest

from hubsync_assets.automation import Jobs, daily_sync_of, new_files_of
from hubsync_assets.resources import Sync
from hubsync_assets_tests.shipped import MODEL


@pytest.mark.parametrize(("target", "status"), [("emulator", "RUNNING"), ("hubspot", "STOPPED")])
def test_a_schedule_and_a_sensor_run_by_themselves_only_against_the_emulator(
    monkeypatch: pytest.MonkeyPatch, target: str, status: str
) -> None:
    monkeypatch.setenv("HUBSYNC_TARGET", target)
    sync = Sync(MODEL)
    jobs = Jobs.of(sync)
    schedule, sensor = daily_sync_of(sync, jobs), new_files_of(sync, jobs)
    assert (schedule.default_status.value, sensor.default_status.value) == (status, status)
