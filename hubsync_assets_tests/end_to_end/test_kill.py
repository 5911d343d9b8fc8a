"""A run killed with SIGKILL in the middle of the upload is finished by the next one."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from hubsync_assets_tests.end_to_end.project import Project, person

pytestmark = pytest.mark.services

CONTACTS = 3_000
DAGSTER = Path(sys.executable).with_name("dagster")
COMMAND = [str(DAGSTER), "job", "execute", "-m", "hubsync_assets.definitions", "-j", "sync_contacts"]


def kill_after(project: Project, write_calls: int) -> None:
    """Start a run as a process of its own and kill it once HubSpot has seen so many more write calls."""
    (project.folder / "dagster_home" / "dagster.yaml").write_text("telemetry: {enabled: false}\n")
    target = project.writes() + write_calls
    with subprocess.Popen(COMMAND, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        deadline = time.monotonic() + 120
        while project.writes() < target:
            assert process.poll() is None, "the run ended before it could be killed"
            assert time.monotonic() < deadline, "the run did not write"
            time.sleep(0.02)
        os.kill(process.pid, signal.SIGKILL)


def test_the_next_run_finishes_and_sends_only_the_last_group_again(project: Project) -> None:
    project.put("db1", [person(n) for n in range(CONTACTS)])
    project.put("db2", [])
    kill_after(project, 8)
    kill_after(project, 8)
    run = project.run()
    assert run.success, run.failures
    held = project.held()
    merged = project.table("merged_contacts")
    assert {email: (c["firstname"], c["mrr"]) for email, c in held.items()} == {
        email: ("Ana", str(int(mrr))) for email, mrr in merged.select("email", "mrr").iter_rows()
    }
    state = project.table("hubspot_contacts")
    assert state["email"].to_list() == merged["email"].to_list()
    assert {email: c["id"] for email, c in held.items()} == dict(state.select("email", "hubspot_id").iter_rows())
    inputs = sum(call["inputs"] for call in project.hubspot.calls() if "batch/upsert" in call["path"])
    # Each kill may cost what was not yet committed: at most two seconds or 5,000 contacts, and what was in flight.
    assert inputs - CONTACTS <= 2 * 100 * 35
    kinds = run.numbers["hubspot_contacts"]
    assert (kinds["created"], kinds["updated"]) == (CONTACTS, 0), "each is counted once, as created, by whichever run"
    assert kinds["of_them_by_a_killed_run"] > 0
    again = project.run()
    assert again.numbers["hubspot_contacts"]["created"] == 0
    assert again.numbers["contact_changes"]["unchanged/as_last_written"] == CONTACTS


def test_two_runs_at_once_on_one_storage_the_second_stops_and_names_the_first(project: Project) -> None:
    (project.folder / "dagster_home" / "dagster.yaml").write_text("telemetry: {enabled: false}\n")
    project.put("db1", [person(n) for n in range(CONTACTS)])
    project.put("db2", [])
    # The first run is told to wait for as long as the second takes, however busy the machine is.
    project.hubspot.fault("burst_429", times=-1, path="/batch/upsert", retry_after=1)
    with subprocess.Popen(COMMAND, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as first:
        deadline = time.monotonic() + 120
        while not project.writes():
            assert time.monotonic() < deadline
            time.sleep(0.02)
        second = project.run()
        assert first.poll() is None, "the first run ended before the second"
        project.hubspot.clear_faults()
        assert first.wait(120) == 0
    assert not second.success
    assert "is writing into this storage folder: wait until it has finished, then start again" in second.failures[0]
    assert len(project.held()) == CONTACTS
    assert max(Counter(contact["email"] for contact in project.hubspot.contacts()).values()) == 1
