"""Against which HubSpot runs start by themselves."""

import importlib

import pytest

from hubsync_assets.automation import schedules, sensors


@pytest.mark.parametrize(("target", "status"), [("emulator", "RUNNING"), ("hubspot", "STOPPED")])
def test_a_schedule_and_a_sensor_run_by_themselves_only_against_the_emulator(
    monkeypatch: pytest.MonkeyPatch, target: str, status: str
) -> None:
    monkeypatch.setenv("HUBSYNC_TARGET", target)
    schedule, sensor = importlib.reload(schedules).SCHEDULES[0], importlib.reload(sensors).SENSORS[0]
    assert (schedule.default_status.value, sensor.default_status.value) == (status, status)
