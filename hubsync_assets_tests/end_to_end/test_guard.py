"""A plan that changes unusually much waits for a person, who approves just that plan."""

import pytest

from hubsync_assets_tests.end_to_end.project import Project, Run, person

CHECK = "contact_changes.changes_as_much_as_usual"
PEOPLE = 40


@pytest.fixture
def emptied(project: Project) -> Run:
    """A sync, and a plan after which every contact is to lose its phone."""
    project.put("db1", [person(n, phone=f"6001231{n:02}") for n in range(PEOPLE)])
    project.put("db2", [])
    assert project.run().success
    project.put("db1", [person(n, phone=None) for n in range(PEOPLE)])
    accept = project.run("plan_contacts").failures[0].partition("accept: {db1: ")[2][:12]
    return project.run(config={"ops": {"raw_records": {"config": {"accept": {"db1": accept}}}}})


def digest(project: Project) -> str:
    return str(project.facts("contact_changes")["report"]["digest"])


def phones(project: Project) -> int:
    return sum(bool(contact.get("phone")) for contact in project.held().values())


def test_nothing_is_written_and_the_check_says_what_is_unusual(project: Project, emptied: Run) -> None:
    assert not emptied.success
    assert not emptied.checks[CHECK]
    assert phones(project) == PEOPLE
    words = emptied.words[CHECK]
    assert words.startswith(
        f"{PEOPLE} of {PEOPLE} contacts lose a value (usual: up to 1% or 20). Most changes: phone (40:"
    )
    assert f"approve: {digest(project)}" in words


@pytest.mark.usefixtures("emptied")
def test_the_upload_alone_is_refused_too(project: Project) -> None:
    upload = project.materialise("hubspot_contacts", "failed_contacts", "settled_values")
    assert not upload.success
    assert upload.failures[0].startswith(f"plan {digest(project)} is not written, it waits for a person: {PEOPLE} of")
    assert phones(project) == PEOPLE


@pytest.mark.usefixtures("emptied")
def test_the_stored_plan_is_written_when_it_is_approved_and_no_other_is_made(project: Project) -> None:
    plan = (project.folder / "storage" / "contact_changes" / "current").resolve()
    wrong = project.run(approve="0123456789ab")
    assert "the stored plan is" in wrong.failures[0]
    approved = project.run(approve=digest(project))
    assert approved.success, approved.failures
    assert (project.folder / "storage" / "contact_changes" / "current").resolve() == plan
    assert approved.checks[CHECK]
    assert phones(project) == 0
    assert project.run().numbers["contact_changes"]["dagster/row_count"] == 0


@pytest.mark.usefixtures("emptied")
def test_a_plan_is_not_approved_for_sources_that_have_changed_since(project: Project) -> None:
    project.put("db1", [person(n, mrr=1, phone=None) for n in range(PEOPLE)])
    run = project.run(approve=digest(project))
    assert not run.success
    assert "merged_contacts has changed since contact_changes was made from it" in run.failures[0]
    assert phones(project) == PEOPLE


@pytest.mark.usefixtures("emptied")
def test_without_approval_it_is_a_warning(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUBSYNC_APPROVAL", "never")
    run = project.run()
    assert run.success, run.failures
    assert not run.checks[CHECK]
    assert phones(project) == 0


@pytest.mark.usefixtures("emptied")
def test_what_is_unusual_can_be_set(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUBSYNC_UNUSUAL_CLEARS", "100% 40")
    run = project.run()
    assert run.success, run.failures
    monkeypatch.setenv("HUBSYNC_UNUSUAL_CLEARS", "many")
    assert "HUBSYNC_UNUSUAL_CLEARS cannot be what it is set to" in project.run().failures[0]
