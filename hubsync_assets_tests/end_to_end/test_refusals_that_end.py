"""``failed_contacts`` holds who is refused now: a refusal ends when its reason does, and none costs every later run its work."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import orjson
import pytest

from hubsync_assets.sync_log.answers import Answer, AnswerKind
from hubsync_assets.sync_log.log import SyncLog, sqlite_url
from hubsync_assets_tests.end_to_end.project import Project, person
from hubsync_assets_tests.shipped import MAPPING, PROVENANCE

pytestmark = pytest.mark.services


def versions(project: Project) -> set[Path]:
    return {path.resolve() for path in (project.folder / "storage").glob("*/current")}


def failed(project: Project) -> list[str]:
    return project.table("failed_contacts")["email"].to_list()


def refuse(project: Project, email: str, days_ago: int) -> None:
    """Log a conflict as a run of that day did."""
    with SyncLog(sqlite_url(project.folder / "storage")) as log:
        answer = Answer(
            project.hubspot.portal_id,
            "an old run",
            datetime.now(UTC) - timedelta(days=days_ago),
            email,
            AnswerKind.REFUSED,
            None,
            '{"name":"Somebody Else"}',
            "[]",
            orjson.dumps(dict.fromkeys(PROVENANCE, 1)).decode(),
            log.mapping_version(MAPPING.ways),
            "CONFLICT",
        )
        log.append([answer])


def test_a_contact_that_goes_back_to_what_hubspot_took_has_not_failed_any_more(project: Project) -> None:
    project.put("db1", [person(1), person(2)])
    project.put("db2", [])
    project.run()
    for number in (1, 2):
        record = project.held()[f"person{number}@example.com"]["hs_object_id"]
        project.hubspot.fault("conflict_409", times=-1, path="update", email=record)
    project.put("db1", [person(1, mrr=50), person(2, mrr=50)])
    project.run()
    assert failed(project) == ["person1@example.com", "person2@example.com"]
    writes = project.writes()
    project.put("db1", [person(1), person(2, mrr=50)])
    back = project.run()
    assert back.success, back.failures
    assert failed(project) == ["person2@example.com"]
    assert back.numbers["contact_changes"]["unchanged/as_last_written"] == 1
    assert back.numbers["contact_changes"]["held_back/refused_before"] == 1
    project.run()
    before = versions(project)
    later = project.run()
    assert later.numbers["contact_changes"]["held_back/refused_before"] == 1
    assert failed(project) == ["person2@example.com"]
    assert versions(project) == before
    assert project.writes() == writes


def test_an_old_conflict_of_a_contact_that_is_well_costs_later_runs_nothing(project: Project) -> None:
    project.put("db1", [person(1)])
    project.put("db2", [])
    project.run()
    refuse(project, "person1@example.com", days_ago=8)
    project.run()
    assert failed(project) == []
    project.run()
    before = versions(project)
    assert project.run().success
    assert versions(project) == before
    assert project.writes() == 1


def test_an_old_conflict_of_a_contact_that_left_the_sources_costs_later_runs_nothing(project: Project) -> None:
    project.put("db1", [person(1)])
    project.put("db2", [])
    project.run()
    refuse(project, "gone@example.com", days_ago=8)
    project.run()
    before = versions(project)
    assert project.run().success
    assert failed(project) == ["gone@example.com"]
    assert versions(project) == before


def test_a_conflict_that_has_grown_old_is_tried_again_though_nothing_else_has_changed(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.put("db1", [{"email": "person1@example.com", "name": "Somebody Else"}])
    project.put("db2", [])
    project.run("plan_contacts")
    refuse(project, "person1@example.com", days_ago=6)
    project.run()
    assert project.run().numbers["contact_changes"]["held_back/refused_before"] == 1
    monkeypatch.setattr("hubsync_assets.contacts.refusals._CONFLICT_STANDS_FOR", timedelta(days=5))
    assert project.run().numbers["contact_changes"]["creates"] == 1
    assert failed(project) == []
