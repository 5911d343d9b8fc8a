"""The promise: HubSpot holds the golden records, nothing is sent twice, and every sum closes."""

import pytest

from hubsync_assets_tests.end_to_end.project import Project, person


def test_two_messy_sources_become_one_clean_hubspot(project: Project) -> None:
    project.put(
        "db1", [person(1, company_size="12"), {"email": " PERSON1@example.com", "mrr": 7.5}, {"name": "no email"}]
    )
    project.put("db2", [person(1, name="Ana Maria Lopez", company_name="Acme"), person(2, country="xx")])
    run = project.run()
    assert run.success, run.failures
    held = project.held()
    assert sorted(held) == ["person1@example.com", "person2@example.com"]
    one = held["person1@example.com"]
    assert (one["firstname"], one["lastname"], one["company"], one["company_size"], one["mrr"]) == (
        "Ana",
        "1",
        "Acme",
        "12",
        "7.5",
    )
    assert all(run.checks.values())
    assert len(run.checks) == 24
    assert project.table("rejected_rows").select("source", "field", "reason").rows() == [
        ("db1", None, "missing_email"),
        ("db2", "country", "invalid_value"),
    ]
    assert project.table("contact_conflicts").select("email", "field", "kept").rows() == [
        ("person1@example.com", "name", "Ana 1"),
        ("person1@example.com", "mrr", "7.5"),
    ]


def test_a_second_run_on_the_same_input_makes_no_write_call_and_no_read_of_a_contact(project: Project) -> None:
    project.put("db1", [person(n) for n in range(250)])
    project.put("db2", [])
    assert project.run().success
    assert project.writes() == 3
    before = len(project.hubspot.calls())
    again = project.run()
    assert again.success
    assert [call["path"] for call in project.hubspot.calls()[before:]] == [
        "/account-info/2026-03/details",
        "/crm/properties/2026-09/contacts",
    ]
    assert again.numbers["contact_changes"]["unchanged/as_last_written"] == 250
    assert again.numbers["raw_db1"]["read_again"] is False


def test_one_changed_record_makes_one_call_with_one_input(project: Project) -> None:
    project.put("db1", [person(n) for n in range(150)])
    project.put("db2", [])
    project.run()
    project.put("db1", [person(n, mrr=999) if n == 7 else person(n) for n in range(150)])
    before = project.writes()
    run = project.run()
    assert run.success
    assert project.writes() == before + 1
    assert run.numbers["hubspot_contacts"]["acknowledged"] == 1
    assert project.table("contact_changes").select("email", "action", "known_from", "changes").rows() == [
        (
            "person7@example.com",
            "update",
            "log",
            [{"property": "mrr", "field": "mrr", "old": "7", "new": "999", "action": "overwrite"}],
        )
    ]
    assert project.held()["person7@example.com"]["mrr"] == "999"


def test_planning_writes_nothing_and_the_plan_can_then_be_uploaded_alone(project: Project) -> None:
    project.put("db1", [person(1)])
    project.put("db2", [person(2)])
    plan = project.run("plan_contacts")
    assert plan.success
    assert plan.numbers["contact_changes"]["creates"] == 2
    assert project.writes() == 0
    upload = project.materialise("hubspot_contacts", "failed_contacts", "settled_values")
    assert upload.success, upload.failures
    assert sorted(project.held()) == ["person1@example.com", "person2@example.com"]


def test_uploading_the_same_plan_again_finds_that_all_of_it_is_answered(project: Project) -> None:
    project.put("db1", [person(1)])
    project.put("db2", [])
    project.run()
    again = project.materialise("hubspot_contacts", "failed_contacts", "settled_values")
    assert again.success, again.failures
    assert again.numbers["hubspot_contacts"]["acknowledged"] == 1
    assert project.writes() == 1


def test_a_plan_made_before_the_contacts_last_changed_is_refused(project: Project) -> None:
    project.put("db1", [person(1)])
    project.put("db2", [])
    project.run("plan_contacts")
    project.put("db1", [person(1, mrr=5)])
    assert project.materialise("raw_db1", "raw_db2", "rejected_rows", "merged_contacts", "contact_conflicts").success
    upload = project.materialise("hubspot_contacts", "failed_contacts", "settled_values")
    assert upload.failures == [
        "merged_contacts has changed since contact_changes was made from it: materialise contact_changes first"
    ]
    assert project.writes() == 0


def test_one_source_can_be_materialised_alone_and_its_rejects_are_kept(project: Project) -> None:
    project.put("db1", [person(1), {"email": "no"}])
    project.put("db2", [person(2), 5])
    assert project.materialise("raw_db1").success
    assert project.table("rejected_rows")["reason"].to_list() == ["invalid_email"]
    assert not (project.folder / "storage" / "raw_db2").exists()
    assert project.materialise("raw_db2").success
    assert project.table("rejected_rows")["reason"].to_list() == ["invalid_email", "not_an_object"]


def test_a_contact_that_hubspot_refuses_costs_nobody_else_and_is_not_sent_again(project: Project) -> None:
    project.put("db1", [*[person(n) for n in range(199)], {"email": "typo@example.invalidtld", "name": "Typo"}])
    project.put("db2", [])
    run = project.run()
    assert run.success, run.failures
    assert project.writes() == 2
    assert len(project.held()) == 199
    assert project.table("failed_contacts").select("email", "attempts").rows() == [("typo@example.invalidtld", 1)]
    again = project.run()
    assert again.success
    assert project.writes() == 2
    assert again.numbers["contact_changes"]["held_back/refused_before"] == 1
    assert again.numbers["contact_changes"]["read_from_hubspot"] == 0


def test_a_refused_contact_is_sent_again_when_it_changes_or_when_somebody_asks(project: Project) -> None:
    project.put("db1", [{"email": "typo@example.invalidtld", "name": "Typo"}])
    project.put("db2", [])
    project.run()
    assert project.run("retry_failed_contacts").success
    assert project.writes() == 2
    assert project.table("failed_contacts")["attempts"].to_list() == [2]
    project.put("db1", [{"email": "typo@example.invalidtld", "name": "Typo Corrected"}])
    project.run()
    assert project.writes() == 3


@pytest.mark.parametrize("source", ["db1", "db2"])
def test_an_empty_source_is_valid(project: Project, source: str) -> None:
    other = "db2" if source == "db1" else "db1"
    project.put(source, "[]")
    project.put(other, [person(1)])
    assert project.run().success
    assert len(project.held()) == 1


def test_a_source_that_is_set_to_nothing_is_not_used(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUBSYNC_DB2", "")
    project.put("db1", [person(1)])
    run = project.run()
    assert run.success, run.failures
    assert run.numbers["raw_db2"]["files"] == 0


def test_a_field_that_went_missing_clears_only_what_we_wrote(project: Project) -> None:
    project.put("db1", [person(1, phone="600123123"), person(2, phone="600123124")])
    project.put("db2", [])
    project.run()
    assert project.held()["person1@example.com"]["phone"] == "+34600123123"
    project.put("db1", [person(1), person(2, phone="600123124")])
    assert project.run("plan_contacts", mode="never_clear").numbers["contact_changes"]["updates"] == 0
    run = project.run()
    assert run.numbers["contact_changes"]["updates"] == 1
    assert project.table("contact_changes")["cleared"].to_list() == [["phone"]]
    held = project.held()
    assert not held["person1@example.com"].get("phone")
    assert held["person2@example.com"]["phone"] == "+34600123124"


def test_the_log_can_be_in_postgresql(project: Project, postgresql: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUBSYNC_LOG_URL", postgresql)
    project.put("db1", [person(n) for n in range(150)])
    project.put("db2", [])
    run = project.run()
    assert run.success, run.failures
    assert not (project.folder / "storage" / "sync_log.sqlite").exists()
    again = project.run()
    assert again.numbers["contact_changes"]["unchanged/as_last_written"] == 150
    assert project.writes() == 2


def test_once_there_is_nothing_to_do_the_next_run_does_nothing_at_all(project: Project) -> None:
    project.put("db1", [person(1), {"email": "typo@example.invalidtld"}])
    project.put("db2", [])
    project.run()
    project.run()
    versions = {path.resolve() for path in (project.folder / "storage").glob("*/current")}
    third = project.run()
    assert third.success
    assert {path.resolve() for path in (project.folder / "storage").glob("*/current")} == versions
    assert third.numbers["contact_changes"]["unchanged/as_last_written"] == 1
    assert third.numbers["contact_changes"]["held_back/refused_before"] == 1
    retried = project.run("retry_failed_contacts")
    assert retried.numbers["contact_changes"]["creates"] == 1
