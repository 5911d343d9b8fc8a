"""Another machine that writes into the same log: between a plan and its upload, or because a run has lost its lock."""

import threading
import time
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from hubsync_assets.sync_log.answers import Answer, AnswerKind
from hubsync_assets.sync_log.log import SyncLog, sqlite_url
from hubsync_assets_tests.end_to_end.project import Project, person
from hubsync_assets_tests.shipped import PROVENANCE


def test_an_answer_to_other_values_does_not_count_as_an_answer_to_the_plan(project: Project) -> None:
    project.put("db1", [person(1), person(2), person(3)])
    project.put("db2", [])
    project.run("plan_contacts")
    provenance = "{" + ",".join(f'"{name}":1' for name in PROVENANCE) + "}"
    theirs = Answer(
        project.hubspot.portal_id,
        "another run",
        datetime.now(UTC),
        "person2@example.com",
        AnswerKind.UPDATED,
        "17",
        '{"name":"Older Value"}',
        "[]",
        provenance,
        1,
    )
    with SyncLog(sqlite_url(project.folder / "storage")) as log:
        log.append([theirs])
    upload = project.materialise("hubspot_contacts", "failed_contacts", "settled_values")
    assert upload.success, upload.failures
    assert upload.numbers["hubspot_contacts"]["acknowledged"] == 3
    assert sorted(project.held()) == [f"person{n}@example.com" for n in (1, 2, 3)]


def test_a_run_whose_session_the_database_ends_stops_and_the_next_one_finishes(
    project: Project, postgresql: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def end_session_once_written() -> None:
        deadline = time.monotonic() + 60
        while not project.writes() and time.monotonic() < deadline:
            time.sleep(0.02)
        engine = sa.create_engine(postgresql)
        with engine.begin() as connection:
            connection.execute(
                sa.text("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'")
            ).all()
        engine.dispose()

    monkeypatch.setenv("HUBSYNC_LOG_URL", postgresql)
    project.put("db1", [person(n) for n in range(300)])
    project.put("db2", [])
    project.hubspot.fault("latency", times=3, path="batch/upsert", seconds=1.0)
    breaker = threading.Thread(target=end_session_once_written)
    breaker.start()
    run = project.run()
    breaker.join()
    assert not run.success
    assert len(run.failures) == 1
    assert run.failures[0].startswith("the sync log's database has ended the session that held the writer's lock")
    again = project.run()
    assert again.success, again.failures
    assert len(project.held()) == 300
    assert project.table("hubspot_contacts").height == 300
