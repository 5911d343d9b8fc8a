"""What the plan says when something else with our key writes to the portal, and when a log is new and the portal is not."""

import logging

import pytest

from hubsync_assets_tests.end_to_end.project import Project, Run, person

pytestmark = pytest.mark.services

ELSEWHERE = "another installation may be writing"
NEW_LOG = "knows of nothing written to portal"
FIVE = range(5)


def warnings(project: Project, run: Run) -> list[str]:
    """What a run said in yellow."""
    entries = project.instance.all_logs(run.run_id)
    return [entry.user_message for entry in entries if entry.level == logging.WARNING]


def reads(project: Project) -> int:
    return len(project.hubspot.calls("/batch/read"))


def planned(project: Project, first_mrr: int) -> list[str]:
    """What the plan says when the source has other numbers; the emulator's clock has gone on."""
    project.put("db1", [person(n, mrr=first_mrr + n) for n in FIVE])
    run = project.run("plan_contacts")
    assert run.success
    assert run.numbers["contact_changes"]["updates"] == len(FIVE)
    return warnings(project, run)


@pytest.fixture
def synced(project: Project, monkeypatch: pytest.MonkeyPatch) -> Project:
    """Five contacts that this installation wrote, ten minutes ago by HubSpot's clock."""
    monkeypatch.setenv("HUBSYNC_APPROVAL", "never")
    monkeypatch.setenv("HUBSYNC_DB2", "")
    project.put("db1", [person(n) for n in FIVE])
    assert project.run().success
    project.hubspot.advance(600)
    return project


def test_values_that_our_key_wrote_and_our_log_does_not_have_are_said_to_be_another_installations(
    synced: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as elsewhere:
        elsewhere.setenv("HUBSYNC_STORAGE", str(synced.folder / "elsewhere"))
        synced.put("db1", [person(n, mrr=100 + n) for n in FIVE])
        other = synced.run()
        assert other.success
        assert [line for line in warnings(synced, other) if ELSEWHERE in line] == []
    before = reads(synced)
    said = [line for line in planned(synced, 200) if ELSEWHERE in line]
    assert len(said) == 1
    assert "of 5 planned contacts, 5 hold values that this app wrote" in said[0]
    assert "person" not in said[0]
    assert reads(synced) == before + 2  # what a plan reads, and one call for the histories


@pytest.mark.parametrize("by", [{"updatedByUserId": 7}, {"sourceType": "INTEGRATION", "sourceId": "77"}])
def test_what_a_person_or_another_app_wrote_is_no_installation_of_ours(synced: Project, by: dict[str, object]) -> None:
    for contact in synced.hubspot.contacts():
        synced.hubspot.edit(contact["email"], mrr="999", by=by)
    assert [line for line in planned(synced, 200) if ELSEWHERE in line] == []


def test_what_the_log_has_is_no_sign_and_nobody_asks_for_histories(synced: Project) -> None:
    before = reads(synced)
    assert planned(synced, 200) == []
    assert reads(synced) == before + 1


def test_a_new_log_on_a_portal_that_has_these_contacts_is_said(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HUBSYNC_DB2", "")
    project.put("db1", [person(n) for n in FIVE])
    project.hubspot.seed([{"email": "person1@example.com", "firstname": "Eva"}])
    run = project.run("plan_contacts")
    said = [line for line in warnings(project, run) if NEW_LOG in line]
    assert len(said) == 1
    assert "has 1 of these contacts already" in said[0]


def test_a_new_log_on_a_new_portal_is_nothing_to_say(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUBSYNC_DB2", "")
    project.put("db1", [person(n) for n in FIVE])
    project.hubspot.seed([{"email": "somebody@example.com"}])
    assert warnings(project, project.run("plan_contacts")) == []
