"""What may have been written without an answer: written down first, looked at before it is trusted, and put right."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from hubsync_assets.sync_log.answers import AnswerKind
from hubsync_assets.sync_log.log import SyncLog, sqlite_url
from hubsync_assets.sync_log.plan_events import PlanEvent
from hubsync_assets_tests.end_to_end.project import Project, person

pytestmark = pytest.mark.services


def kinds(project: Project) -> list[str]:
    """What the log says, row by row."""
    with SyncLog(sqlite_url(project.folder / "storage")) as log:
        return [kind for rows in log.rows_after(project.hubspot.portal_id, 0) for kind in rows["kind"]]


def reads(project: Project) -> int:
    return sum("batch/read" in call["path"] for call in project.hubspot.calls())


def run_and_lose_answers(project: Project) -> None:
    """Plan, and upload so that every write takes effect and its answer is lost, and nothing can be read back."""
    assert project.run("plan_contacts").success
    for path in ("batch/upsert", "batch/update"):
        project.hubspot.fault("reset_after", times=-1, path=path)
    project.hubspot.fault("reset_before", times=-1, path="batch/read")
    assert not project.materialise("hubspot_contacts", "failed_contacts", "settled_values").success
    project.hubspot.clear_faults()


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    from hubsync_assets.hubspot import client  # noqa: PLC0415
    from hubsync_assets.hubspot.retry import RetryPolicy  # noqa: PLC0415
    from hubsync_assets.hubspot.tuning import Tuning  # noqa: PLC0415

    quick = Tuning(policy=RetryPolicy(base=0.001, cap=0.01, failures=3, probes=2))
    monkeypatch.setattr(client, "Tuning", lambda: quick)


@pytest.mark.usefixtures("impatient")
def test_a_source_that_goes_back_after_answers_were_lost_is_what_hubspot_holds_in_the_end(project: Project) -> None:
    before = [person(n, mrr=5, phone=None) for n in range(20)]
    project.put("db1", before)
    project.put("db2", [])
    assert project.run().success
    # A phone number in so few that it may go again without a doubt about the source.
    project.put("db1", [person(n, mrr=777, phone=f"+3460012310{n}" if n < 4 else None) for n in range(20)])
    run_and_lose_answers(project)
    assert {contact["mrr"] for contact in project.held().values()} == {"777"}
    project.put("db1", before)
    run = project.run()
    assert run.success, run.failures
    assert {contact["mrr"] for contact in project.held().values()} == {"5"}
    assert not any(contact.get("phone") for contact in project.held().values())
    writes, looks = project.writes(), reads(project)
    assert project.run().success
    assert (project.writes(), reads(project)) == (writes, looks), "a run without doubt pays nothing for it"


@pytest.mark.usefixtures("impatient")
def test_what_was_created_without_an_answer_is_ours_and_is_cleared_when_the_source_drops_it(project: Project) -> None:
    project.put("db1", [person(n, phone=f"+3460012310{n}") for n in range(5)])
    project.put("db2", [])
    run_and_lose_answers(project)
    run = project.run()
    assert run.success, run.failures
    assert kinds(project).count(AnswerKind.CONFIRMED) == 5
    project.put("db1", [person(n, phone=None) for n in range(5)])
    accept = {"ops": {"raw_records": {"config": {"accept": {"db1": digest(project)}}}}}
    assert project.run(config=accept).success
    assert not any(contact.get("phone") for contact in project.held().values())


@pytest.mark.usefixtures("impatient")
def test_an_upload_that_lost_answers_and_was_killed_before_its_end_is_confirmed_once_for_each_write(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.put("db1", [person(n) for n in range(5)])
    project.put("db2", [])
    note = SyncLog.note

    def note_until_killed(
        log: SyncLog, portal_id: int, plan_id: str, event: PlanEvent, *rest: Any, **more: Any
    ) -> None:
        if event is PlanEvent.ENDED:
            raise KeyboardInterrupt
        note(log, portal_id, plan_id, event, *rest, **more)

    with monkeypatch.context() as patched:
        patched.setattr(SyncLog, "note", note_until_killed)
        run_and_lose_answers(project)
    assert kinds(project).count(AnswerKind.IN_DOUBT) == 5
    run = project.run()
    assert run.success, run.failures
    assert kinds(project).count(AnswerKind.CONFIRMED) == 5
    written = run.numbers["hubspot_contacts"]
    assert (written["created"], written["updated"], written["of_them_by_a_killed_run"]) == (5, 0, 5)


def digest(project: Project) -> str:
    """The digest by which the reading of db1 that is in doubt now can be accepted."""
    (failure,) = project.run("plan_contacts").failures
    return failure.partition("accept: {db1: ")[2][:12]


def test_a_log_that_was_put_back_from_an_older_copy_leaves_nothing_as_it_was_then(project: Project) -> None:
    project.put("db1", [person(n, mrr=5) for n in range(5)])
    project.put("db2", [])
    project.run()
    log, copy = project.folder / "storage" / "sync_log.sqlite", project.folder / "copy.sqlite"
    shutil.copy(log, copy)
    project.put("db1", [person(n, mrr=6) for n in range(5)])
    project.run()
    put_back(copy, log)
    project.put("db1", [person(n, mrr=5) for n in range(5)])
    run = project.run()
    assert run.success, run.failures
    assert run.numbers["contact_changes"]["in_doubt"] == 5
    assert {contact["mrr"] for contact in project.held().values()} == {"5"}
    again = project.run()
    assert (again.numbers["contact_changes"]["in_doubt"], again.success) == (0, True)


def test_a_new_log_under_old_tables_keeps_what_we_know_to_be_ours(project: Project) -> None:
    project.put("db1", [person(n, phone=f"+3460012310{n}") for n in range(5)])
    project.put("db2", [])
    project.run()
    for left in (project.folder / "storage").glob("sync_log.sqlite*"):
        left.unlink()
    run = project.run()
    assert run.success, run.failures
    assert run.numbers["contact_changes"]["in_doubt"] == 5
    assert kinds(project).count(AnswerKind.CONFIRMED) == 5
    assert project.table("hubspot_contacts").height == 5
    project.put("db1", [person(n, phone=f"+3460012310{n}" if n else None) for n in range(5)])
    assert project.run().success
    assert [bool(project.held()[f"person{n}@example.com"].get("phone")) for n in range(5)] == [
        False,
        True,
        True,
        True,
        True,
    ]


def test_distrust_compares_every_contact_with_what_hubspot_holds(project: Project) -> None:
    project.put("db1", [person(n, mrr=5) for n in range(5)])
    project.put("db2", [])
    project.run()
    copy = project.folder / "copy"
    shutil.copytree(project.folder / "storage", copy, symlinks=True)
    project.put("db1", [person(n, mrr=6) for n in range(5)])
    project.run()
    shutil.rmtree(project.folder / "storage")
    shutil.copytree(copy, project.folder / "storage", symlinks=True)
    project.put("db1", [person(n, mrr=5) for n in range(5)])
    assert project.run().numbers["contact_changes"]["dagster/row_count"] == 0, "nothing shows that both were put back"
    run = project.run(distrust=True)
    assert run.success, run.failures
    assert {contact["mrr"] for contact in project.held().values()} == {"5"}


def put_back(copy: Path, log: Path) -> None:
    for left in log.parent.glob(f"{log.name}-*"):
        left.unlink()
    shutil.copy(copy, log)
