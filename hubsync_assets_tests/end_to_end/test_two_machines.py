"""Two machines with storage of their own and one log in PostgreSQL: from plan to last answer only one of them writes to the portal."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from hubsync_assets.hubspot.writer import Writer
from hubsync_assets.sync_log.lock_holders import writers
from hubsync_assets_tests.end_to_end.project import Project, person

pytestmark = pytest.mark.services

DAGSTER = Path(sys.executable).with_name("dagster")
COMMAND = [str(DAGSTER), "job", "execute", "-m", "hubsync_assets.definitions", "-j", "sync_contacts"]
PEOPLE = 300


@pytest.fixture
def pods(project: Project, postgresql: str, monkeypatch: pytest.MonkeyPatch) -> Project:
    """This process is one machine; see ``other_pod``."""
    (project.folder / "dagster_home" / "dagster.yaml").write_text("telemetry: {enabled: false}\n")
    monkeypatch.setenv("HUBSYNC_LOG_URL", postgresql)
    project.put("db1", [person(n) for n in range(PEOPLE)])
    project.put("db2", [])
    return project


@contextmanager
def other_pod(project: Project) -> Iterator[subprocess.Popen[bytes]]:
    """A run on a disk of its own."""
    environment = {**os.environ, "HUBSYNC_STORAGE": str(project.folder / "disk of the other")}
    with subprocess.Popen(COMMAND, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment) as process:
        yield process
        process.kill()


def wait_for(what: Callable[[], object], seconds: float = 120) -> None:
    deadline = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def writing(url: str) -> dict[int, str]:
    engine = sa.create_engine(url)
    try:
        with engine.connect() as connection:
            return writers(connection)
    finally:
        engine.dispose()


def test_between_plan_and_upload_the_portal_stays_taken(
    pods: Project, postgresql: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[dict[int, str]] = []
    write = Writer.write

    def look_and_write(*arguments: Any) -> Any:
        seen.append(writing(postgresql))
        return write(*arguments)

    def look_and_summarise(*_: object) -> str:
        seen.append(writing(postgresql))
        return "summary"

    monkeypatch.setattr("hubsync_assets.assets.plan.plan_summary", look_and_summarise)  # when the plan is made
    monkeypatch.setattr(Writer, "write", look_and_write)
    run = pods.run()
    assert run.success, run.failures
    assert len(seen) == 2
    # Nobody could have come in between: it is the same session, which the process has held since.
    assert all(each == seen[0] for each in seen)
    assert seen[0].keys() == {pods.hubspot.portal_id}
    assert seen[0][pods.hubspot.portal_id].startswith(f"run {run.run_id[:8]} (process {os.getpid()} on ")
    assert writing(postgresql) == {}


def test_a_run_on_another_disk_is_told_who_writes_and_one_that_was_killed_lets_it_in(
    pods: Project, postgresql: str
) -> None:
    pods.hubspot.fault("burst_429", times=-1, path="/batch/upsert", retry_after=1)
    with other_pod(pods) as other:
        wait_for(lambda: pods.writes() or other.poll() is not None)
        run = pods.run()
        assert not run.success
        assert len(run.failures) == 1
        assert f"(process {other.pid} on {os.uname().nodename[:20]}" in run.failures[0]
        assert f"is writing to portal {pods.hubspot.portal_id}: wait until it has finished" in run.failures[0]
        assert other.poll() is None
        other.send_signal(signal.SIGKILL)
        other.wait()
    pods.hubspot.clear_faults()
    wait_for(lambda: not writing(postgresql))
    run = pods.run()
    assert run.success, run.failures
    assert len(pods.held()) == PEOPLE
    assert len(pods.hubspot.contacts()) == PEOPLE


def test_a_session_that_is_lost_while_hubspot_makes_the_run_wait_stops_it_before_its_next_call(
    pods: Project, postgresql: str
) -> None:
    pods.hubspot.fault("burst_429", times=-1, path="/batch/upsert", retry_after=1)
    with other_pod(pods) as other:
        wait_for(lambda: pods.writes() or other.poll() is not None)
        engine = sa.create_engine(postgresql)
        with engine.begin() as connection:
            connection.execute(
                sa.text("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'")
            ).all()
        engine.dispose()
        # No answer came that would have been committed: the lock alone tells.
        wait_for(lambda: other.poll() is not None)
    assert other.returncode == 1
    assert not pods.held()
