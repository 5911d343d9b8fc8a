"""Against which HubSpot runs start by themselves, how often and when; and what is said of a setting that cannot be meant."""

import pytest

from hubsync_assets.automation import Jobs, daily_sync_of, faults, new_files_of
from hubsync_assets.resources import Sync
from hubsync_assets_tests.shipped import MODEL

SETTINGS = ("AUTOMATION", "FILES_EVERY", "LOOK_EVERY", "CRON", "TIMEZONE", "LATE_AFTER", "TARGET")


@pytest.fixture(autouse=True)
def _nothing_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in SETTINGS:
        monkeypatch.delenv(f"HUBSYNC_{name}", raising=False)


@pytest.mark.parametrize(
    ("target", "automation", "status"),
    [
        ("emulator", None, "RUNNING"),
        ("hubspot", None, "STOPPED"),
        ("hubspot", "on", "RUNNING"),
        ("emulator", "off", "STOPPED"),
        ("hubspot", "perhaps", "STOPPED"),
    ],
)
def test_a_schedule_and_a_sensor_run_by_themselves_only_against_the_emulator_or_when_told_to(
    monkeypatch: pytest.MonkeyPatch, target: str, automation: str | None, status: str
) -> None:
    monkeypatch.setenv("HUBSYNC_TARGET", target)
    if automation is not None:
        monkeypatch.setenv("HUBSYNC_AUTOMATION", automation)
    sync = Sync(MODEL)
    jobs = Jobs.of(sync)
    schedule, sensor = daily_sync_of(sync, jobs), new_files_of(sync, jobs)
    assert (schedule.default_status.value, sensor.default_status.value) == (status, status)


def test_cron_zone_and_interval_are_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"CRON": "30 6 * * 1-5", "TIMEZONE": "Europe/Madrid", "FILES_EVERY": "60"}.items():
        monkeypatch.setenv(f"HUBSYNC_{name}", value)
    sync = Sync(MODEL)
    jobs = Jobs.of(sync)
    schedule = daily_sync_of(sync, jobs)
    assert (schedule.cron_schedule, schedule.execution_timezone) == ("30 6 * * 1-5", "Europe/Madrid")
    assert "30 6 * * 1-5 (Europe/Madrid)" in (schedule.description or "")
    assert new_files_of(sync, jobs).minimum_interval_seconds == 60
    assert list(faults()) == []


def test_what_cannot_be_meant_is_said_and_the_definitions_load_with_the_defaults(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    wrong = {"CRON": "at five", "TIMEZONE": "Europe/../Atlantis", "FILES_EVERY": "often", "LATE_AFTER": "-1"}
    for name, value in {**wrong, "AUTOMATION": "perhaps", "LOOK_EVERY": "1.5"}.items():
        monkeypatch.setenv(f"HUBSYNC_{name}", value)
    sync = Sync(MODEL)
    jobs = Jobs.of(sync)
    schedule = daily_sync_of(sync, jobs)
    assert (schedule.cron_schedule, schedule.execution_timezone) == ("0 5 * * *", "UTC")
    assert new_files_of(sync, jobs).minimum_interval_seconds == 5
    assert sorted(line.partition(" cannot be what it is set to: ")[0] for line in faults()) == [
        "HUBSYNC_AUTOMATION",
        "HUBSYNC_CRON",
        "HUBSYNC_FILES_EVERY",
        "HUBSYNC_LATE_AFTER",
        "HUBSYNC_LOOK_EVERY",
        "HUBSYNC_TIMEZONE",
    ]


@pytest.mark.parametrize(("name", "least"), [("FILES_EVERY", 1), ("LOOK_EVERY", 30), ("LATE_AFTER", 1)])
def test_a_number_that_is_raised_to_the_least_is_told(monkeypatch: pytest.MonkeyPatch, name: str, least: int) -> None:
    monkeypatch.setenv(f"HUBSYNC_{name}", "0")
    (told,) = faults()
    assert told.startswith(f"HUBSYNC_{name} is less than it can be: {least} counts")
    monkeypatch.setenv(f"HUBSYNC_{name}", str(least))
    assert list(faults()) == []
