"""A plan that is not new any more is read again while it is sent, and contacts that people changed meanwhile wait."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from hubsync_assets_tests.end_to_end.project import Project, Run, person

pytestmark = pytest.mark.services

UPLOAD = ("hubspot_contacts", "failed_contacts", "settled_values")


@pytest.fixture
def planned(project: Project) -> Project:
    """Two contacts of ours that are to change, and two new ones."""
    project.put("db1", [person(1), person(2)])
    project.put("db2", [])
    assert project.run().success
    project.put("db1", [person(1, mrr=50), person(2, mrr=50), person(3), person(4)])
    assert project.run("plan_contacts").success
    return project


def upload(project: Project) -> Run:
    run = project.materialise(*UPLOAD)
    assert run.success, run.failures
    assert all(run.checks.values())
    return run


def reads(project: Project) -> int:
    return sum(call["path"].endswith("/batch/read") for call in project.hubspot.calls())


def mrr(project: Project) -> dict[str, str]:
    return {email.partition("@")[0]: contact["mrr"] for email, contact in project.held().items()}


def test_a_new_plan_is_written_as_it_is(planned: Project) -> None:
    before = reads(planned)
    assert upload(planned).numbers["hubspot_contacts"]["acknowledged"] == 4
    assert reads(planned) == before


def test_one_of_a_clock_that_was_set_back_since_is_read_again_as_nobody_knows_its_age(planned: Project) -> None:
    manifest = planned.folder / "storage" / "contact_changes" / "current" / "_manifest.json"
    text = json.loads(manifest.read_text())
    text["facts"]["made_at"] = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    manifest.write_text(json.dumps(text))
    planned.hubspot.edit("person2@example.com", mrr="17")
    numbers = upload(planned).numbers["hubspot_contacts"]
    assert (numbers["acknowledged"], numbers["changed_in_hubspot_meanwhile"]) == (3, 1)
    assert mrr(planned)["person2"] == "17"


def test_of_an_old_one_those_are_written_that_are_still_as_it_says(
    planned: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hubsync_assets.steps.upload.OLD", timedelta(0))
    planned.hubspot.edit("person2@example.com", mrr="17")
    planned.hubspot.seed([{"email": "person4@example.com", "mrr": "18"}])
    before = reads(planned)
    numbers = upload(planned).numbers["hubspot_contacts"]
    assert (
        numbers["planned"],
        numbers["acknowledged"],
        numbers["changed_in_hubspot_meanwhile"],
        numbers["unsent"],
    ) == (4, 2, 2, 0)
    assert reads(planned) == before + 2, "one by id, one by email"
    assert mrr(planned) == {"person1": "50", "person2": "17", "person3": "3", "person4": "18"}
    later = planned.run()
    assert later.success
    assert later.numbers["contact_changes"]["values/overwrite_theirs"] == 2
    assert mrr(planned) == {"person1": "50", "person2": "50", "person3": "3", "person4": "4"}


def test_a_contact_that_is_gone_meanwhile_is_told_and_not_made_again(
    planned: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hubsync_assets.steps.upload.OLD", timedelta(0))
    planned.hubspot.erase("person2@example.com")
    run = planned.materialise(*UPLOAD)
    assert run.success, run.failures
    assert run.numbers["hubspot_contacts"]["refused"] == 1
    assert not run.checks["failed_contacts.nothing_is_refused"]
    assert "gone_in_hubspot, 1 contact:" in run.words["failed_contacts.nothing_is_refused"]
    assert planned.table("failed_contacts").select("email", "category").rows() == [
        ("person2@example.com", "gone_in_hubspot")
    ]
    assert sorted(mrr(planned)) == ["person1", "person3", "person4"]
    assert planned.run().numbers["contact_changes"]["held_back/gone_in_hubspot"] == 1
