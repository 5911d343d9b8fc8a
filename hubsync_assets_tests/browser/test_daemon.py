"""The real daemon under ``make dev``: a dropped file arrives, a killed run is finished by itself, an alert is heard."""

import os
import re
import signal
from pathlib import Path

import dagster as dg
import pytest

from hubsync_assets_tests.browser.dev_project import DevProject, until
from hubsync_assets_tests.webhook import webhook

pytestmark = pytest.mark.services

PEOPLE = 60
NEW = 2_000
ARRIVED = 4_242
SLOW_SECONDS = 2.0
"""What each call takes while a run is to be killed in the middle of its writing."""


def statuses(project: DevProject) -> list[dg.DagsterRunStatus]:
    """Of all runs, the oldest first."""
    return [run.status for run in reversed(project.runs())]


def person(number: int) -> dict[str, object]:
    """A record with all that db2 gives: one with less would put the source in doubt."""
    return {
        "email": f"dropped{number}@example.com",
        "name": f"Dropped Person{number}",
        "phone": f"+34 600{number:06}",
        "company_name": "Dropped S.L.",
        "country": "ES",
        "mrr": ARRIVED,
    }


def kill_the_writer(project: DevProject) -> None:
    """SIGKILL for the run's process, once some of the new contacts are in HubSpot."""
    before = len(project.hubspot.write_calls())
    until("the run writes", lambda: len(project.hubspot.write_calls()) > before + 1)
    found = re.search(r"process (\d+) on", (project.folder / "storage" / ".writer.json").read_text())
    assert found is not None
    os.kill(int(found[1]), signal.SIGKILL)


@pytest.mark.timeout(900)
def test_a_dropped_file_arrives_a_killed_run_is_finished_and_somebody_is_told(tmp_path: Path) -> None:
    with webhook() as (url, told):
        project = DevProject(tmp_path, PEOPLE, {"HUBSYNC_ALERT_URL": url, "HUBSYNC_AGAIN_AFTER": "1"})

        def arrived() -> int:
            return sum(str(contact.get("mrr")) == str(ARRIVED) for contact in project.hubspot.contacts())

        with project.running():
            until("the first sync ends", lambda: statuses(project) == [dg.DagsterRunStatus.SUCCESS])
            assert arrived() == 0
            project.put("db2", [person(0)], "dropped.json")
            until("what was dropped is in HubSpot", lambda: arrived() == 1)
            until("its run ends", lambda: statuses(project) == [dg.DagsterRunStatus.SUCCESS] * 2)
            project.assert_nobody_is_kept()

            project.hubspot.fault("latency", times=-1, path="/batch/", seconds=SLOW_SECONDS)
            project.put("db2", [person(number) for number in range(NEW)], "dropped.json")
            kill_the_writer(project)
            assert arrived() < NEW
            project.hubspot.clear_faults()
            until("the killed run is finished by the next one", lambda: arrived() == NEW)
            until("the next run ends", lambda: statuses(project)[3:] == [dg.DagsterRunStatus.SUCCESS])
            assert statuses(project)[2] == dg.DagsterRunStatus.FAILURE
            project.assert_nobody_is_kept()

            killed = project.runs()[1].run_id
            until("the alert arrives", lambda: [text for text in told if killed in text])
        text = next(text for text in told if killed in text)
        assert "sync_contacts failed" in text
        assert "It ended without a word: it may have been killed" in text
        assert "example.com" not in "".join(told)
        assert not [
            path for path in project.home.rglob("*") if path.is_file() and b"hook-of-a-secret" in path.read_bytes()
        ]
