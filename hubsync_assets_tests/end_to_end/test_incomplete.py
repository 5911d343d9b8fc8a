"""Sources that break off or cannot be opened: what was whole is synced, nothing is cleared by a lie, and the run says so."""

import json
from typing import Any

import pytest

from hubsync_assets_tests.end_to_end.project import Project, person

pytestmark = pytest.mark.services


def test_a_source_cut_off_in_the_middle_gives_what_was_whole_and_holds_the_rest_back(project: Project) -> None:
    project.put("db1", [person(n, phone=f"60012312{n}") for n in range(4)])
    project.put("db2", [person(n, name=f"Other {n}") for n in range(4)])
    assert project.run().success
    whole = json.dumps([person(0, mrr=77), person(1, phone="600123121"), person(2), person(3)])
    project.put("db1", whole[: whole.index("person2@")])
    run = project.run()
    assert not run.success
    (failure,) = run.failures
    assert failure.startswith("db1 is in doubt (")
    assert "contacts.json: it broke off): what it adds and changes is written, " in failure
    held = project.held()
    assert held["person0@example.com"]["mrr"] == "77"
    assert held["person2@example.com"]["phone"] == "+34600123122"
    assert held["person3@example.com"]["firstname"] == "Ana"
    assert run.numbers["contact_changes"]["held_back/incomplete_source"] == 2
    rejected = project.table("rejected_rows")
    assert rejected["reason"].to_list() == ["malformed"]
    failed = [check for check, passed in run.checks.items() if not passed]
    assert failed == ["raw_db1.agrees_with_last_accepted_reading"]


def test_nothing_is_cleared_while_a_source_is_incomplete(project: Project) -> None:
    project.put("db1", [person(0, phone="600123120"), person(1)])
    project.put("db2", [])
    project.run()
    whole = json.dumps([person(0, mrr=5), person(1)])
    project.put("db1", whole[:-10])
    project.run()
    held = project.held()["person0@example.com"]
    assert (held["mrr"], held["phone"]) == ("5", "+34600123120")


def test_the_next_whole_export_finishes_what_was_held_back(project: Project) -> None:
    project.put("db1", [person(n) for n in range(3)])
    project.put("db2", [])
    project.run()
    export = [person(n, mrr=50 + n) for n in range(3)]
    project.put("db1", json.dumps(export)[:-40])
    assert not project.run().success
    project.put("db1", export)
    run = project.run()
    assert run.success, run.failures
    assert [project.held()[f"person{n}@example.com"]["mrr"] for n in range(3)] == ["50", "51", "52"]


@pytest.mark.parametrize("missing", ["db1", "db2"])
def test_a_source_that_cannot_be_opened_fails_the_run_before_any_write_and_keeps_the_others_work(
    project: Project, missing: str
) -> None:
    other = "db2" if missing == "db1" else "db1"
    project.put(other, [person(1)])
    run = project.run()
    assert not run.success
    assert len(run.failures) >= 1
    assert run.failures[0].startswith(f"{missing} could not be read: ")
    assert project.writes() == 0
    assert project.table(f"raw_{other}").height == 1


def test_both_sources_the_same_file_is_refused(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    path = project.put("db1", [person(1)])
    monkeypatch.setenv("HUBSYNC_DB2", str(path))
    run = project.run()
    assert not run.success
    assert "db1" in run.failures[0]
    assert "db2" in run.failures[0]
    assert project.writes() == 0


def test_a_contact_that_gained_a_source_without_changing_is_held_back_when_that_source_breaks_off(
    project: Project,
) -> None:
    project.put("db1", [person(0)])
    project.put("db2", [person(7, name="Ana")])
    project.run()
    project.put("db1", [person(0), person(7, name="Ana")])
    project.put("db2", [person(7, name="Beatriz")])
    assert project.run().numbers["contact_changes"]["dagster/row_count"] == 0
    project.put("db1", json.dumps([person(0), person(7, name="Ana")])[:-60])
    run = project.run()
    assert run.numbers["contact_changes"]["held_back/incomplete_source"] == 1
    assert project.held()["person7@example.com"]["firstname"] == "Ana"


def test_how_much_a_source_may_shrink_is_a_setting_and_accepting_takes_just_this_reading(project: Project) -> None:
    project.put("db1", [person(n) for n in range(20)])
    project.put("db2", [])
    project.run()
    project.put("db1", [person(n) for n in range(10)])
    strict = project.run()
    assert not strict.success
    assert "it had 20 records and has 10" in strict.failures[0]
    digest = strict.failures[0].partition("accept: {db1: ")[2][:12]
    assert not project.run(config=reading(accept={"db1": "0" * 12})).success
    assert project.run(config=reading(accept={"db1": digest})).success
    assert project.run().success, "what was accepted is what the next reading is compared with"
    project.put("db1", [person(n) for n in range(4)])
    assert project.run(config=reading(shrank=0.7)).success


def reading(**config: Any) -> dict[str, Any]:
    """The run config of ``raw_records``."""
    return {"ops": {"raw_records": {"config": config}}}
