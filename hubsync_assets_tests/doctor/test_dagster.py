"""Dagster's side: where runs are kept, runs that are dead and not noticed, what is on."""

import sqlite3
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.test_utils import create_run_for_test

from hubsync_assets_tests.doctor.installation import Installation
from hubsync_assets_tests.doctor.test_storage import storage_held

SECRET = "pass-xyzzy"
RUN = "1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed"
POSTGRES = "storage:\n  postgres:\n    postgres_url:\n      env: DAGSTER_PG_URL\n"
PARTS = (
    "storage:\n  postgres:\n    postgres_db: {username: sync, password: pass-xyzzy, hostname: db, db_name: dagster}\n"
)


@pytest.fixture
def home(installation: Installation) -> Path:
    home = installation.folder / "home"
    home.mkdir()
    installation.environment["DAGSTER_HOME"] = str(home)
    return home


def run_of_an_hour_ago(home: Path, status: dg.DagsterRunStatus) -> None:
    (home / "dagster.yaml").write_text("telemetry: {enabled: false}\n")
    with dg.DagsterInstance.from_config(str(home)) as instance:
        create_run_for_test(instance, run_id=RUN, job_name="sync_contacts", status=status)
    with sqlite3.connect(home / "history" / "runs.db") as runs:
        runs.execute("UPDATE runs SET create_timestamp = datetime('now', '-1 hour')")
    runs.close()


@pytest.mark.parametrize("yaml", [POSTGRES, PARTS])
def test_a_url_under_which_no_run_starts_is_named_without_connecting(
    installation: Installation, home: Path, yaml: str
) -> None:
    (home / "dagster.yaml").write_text(yaml)
    installation.environment["DAGSTER_PG_URL"] = f"postgresql://sync:{SECRET}@127.0.0.1:1/dagster"
    told = installation.look()
    assert (told.code, told.worse()) == (2, {"Dagster": "broken"})
    assert "no run would start" in told.said("Dagster")
    assert SECRET not in told.text


def test_a_url_that_is_not_set_is_named(installation: Installation, home: Path) -> None:
    (home / "dagster.yaml").write_text(POSTGRES)
    told = installation.look()
    assert (told.code, told.worse()) == (2, {"Dagster": "broken"})


def test_a_run_that_stays_started_and_holds_no_lock_is_named(installation: Installation, home: Path) -> None:
    run_of_an_hour_ago(home, dg.DagsterRunStatus.STARTED)
    told = installation.look()
    assert told.worse() == {"Dagster": "attention"}
    assert "run 1b9d6bcd of sync_contacts is STARTED since" in told.said("Dagster")
    assert "holds no lock" in told.said("Dagster")
    assert any(RUN in finding["do"] for finding in told.parts["Dagster"]["findings"])


def test_a_run_that_is_at_work_is_nothing_to_look_at(installation: Installation, home: Path) -> None:
    run_of_an_hour_ago(home, dg.DagsterRunStatus.STARTED)
    with storage_held(installation.storage):
        told = installation.look()
    assert "run 1b9d6bcd of sync_contacts is at work since" in told.said("Dagster")
    assert "holds no lock" not in told.said("Dagster")


def test_what_is_on_without_a_daemon_is_said(installation: Installation, home: Path) -> None:
    run_of_an_hour_ago(home, dg.DagsterRunStatus.SUCCESS)
    told = installation.look()
    assert told.worse() == {"Dagster": "attention"}
    assert "sensor new_files: on" in told.said("Dagster")
    assert "schedule daily_sync: on" in told.said("Dagster")
    assert "dagster-daemon is not running (never seen)" in told.said("Dagster")


def test_a_failure_is_followed_by_what_to_do(installation: Installation, home: Path) -> None:
    run_of_an_hour_ago(home, dg.DagsterRunStatus.FAILURE)
    told = installation.look()
    assert "sync_contacts failed the last time" in told.said("Dagster")


def test_what_cannot_be_meant_is_told_before_there_is_any_run(installation: Installation, home: Path) -> None:
    installation.environment |= {
        "HUBSYNC_CRON": "at five",
        "HUBSYNC_FILES_EVERY": "0",
        "HUBSYNC_ALERT_URL": f"x:{SECRET}",
    }
    told = installation.look()
    assert told.worse() == {"Dagster": "attention"}
    for name in ("HUBSYNC_CRON cannot be", "HUBSYNC_FILES_EVERY is less", "HUBSYNC_ALERT_URL is no URL"):
        assert name in told.said("Dagster")
    assert SECRET not in told.text
    assert home.exists()


def test_a_home_without_runs_is_most_likely_the_wrong_one(installation: Installation, home: Path) -> None:
    told = installation.look()
    assert told.worse() == {"Dagster": "attention"}
    assert "no run so far" in told.said("Dagster")
    assert list(home.iterdir()) == []
