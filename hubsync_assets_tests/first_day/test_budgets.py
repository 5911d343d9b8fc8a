"""What a run may cost: calls, counted by the emulator's log."""

from collections import Counter

import pytest

from hubsync_assets_tests.end_to_end.project import Project, person
from hubsync_assets_tests.first_day.day import OURS, Day, declared
from hubsync_assets_tests.first_day.test_limits_and_numbers import people

pytestmark = pytest.mark.services

ACCOUNT, SCHEMA, QUOTA, COUNT, READ, LIST, WRITE = "account", "schema", "quota", "count", "read", "list", "write"


def kind_of(method: str, path: str) -> str:
    if path.startswith("/account-info/"):
        return QUOTA if "usage" in path else ACCOUNT
    if path.startswith("/crm/properties/"):
        return SCHEMA if method == "GET" else WRITE
    endings = {"/search": COUNT, "/batch/read": READ, "/batch/upsert": WRITE, "/batch/update": WRITE}
    return next((kind for ending, kind in endings.items() if path.endswith(ending)), LIST)


def spent(day: Day | Project, since: int) -> Counter[str]:
    """The calls after the first ``since``, by kind."""
    return Counter(kind_of(call["method"], call["path"]) for call in day.hubspot.calls()[since:])


def calls(day: Day | Project) -> int:
    return len(day.hubspot.calls())


@pytest.mark.parametrize(("new", "writes"), [(1_000, 10), (1_001, 11), (100, 1)])
def test_new_contacts_cost_ten_batches_a_thousand(day: Day, new: int, writes: int) -> None:
    day.export(*people(range(new)))
    before = calls(day)
    run = day.sync()
    assert spent(day, before)[WRITE] == writes
    assert run.plan is not None
    assert run.plan.cost.write_calls == writes


def test_creates_and_updates_are_batched_apart_which_costs_one_more(day: Day) -> None:
    day.hubspot.seed({"email": f"p{n}@example.com"} for n in range(250))
    day.export(*people(range(500)))
    before = calls(day)
    day.sync()
    assert spent(day, before)[WRITE] == 3 + 3


def test_an_unchanged_run_asks_for_the_account_and_the_schema_and_nothing_else(day: Day) -> None:
    day.hubspot.seed({"email": f"p{n}@example.com", "phone": "+34911111111"} for n in range(50))
    day.export(*people(range(300), phone="+34600000001"))
    day.sync()
    before = calls(day)
    assert day.sync().planned == 0
    assert spent(day, before) == {ACCOUNT: 1, SCHEMA: 1}


def test_what_is_settled_held_back_refused_or_gone_costs_an_unchanged_run_nothing(day: Day) -> None:
    size = {"name": "company_size", "type": "enumeration", "fieldType": "select"}
    day.hubspot.seed(
        [{"email": "p1@example.com", "hs_additional_emails": "p2@example.com", "lastname": "Old"}],
        properties=[{**size, "options": [{"label": "1-10", "value": "1-10"}]}],
    )
    day.export(*people(range(9), company_size=7), {"email": "p@example.notatld", "name": "Ana P"})
    day.sync()
    day.hubspot.archive("p5@example.com")
    day.export(*people(range(9), company_size=8), {"email": "p@example.notatld", "name": "Ana P"})
    day.sync()
    day.export(*people(range(9), company_size=8, phone="+34600000001"), {"email": "p@example.notatld", "name": "Ana P"})
    day.sync()
    before = calls(day)
    assert day.sync().planned == 0
    assert spent(day, before) == {ACCOUNT: 1, SCHEMA: 1}
    categories = {row["category"] for row in day.failed().values()}
    assert categories >= {"gone_in_hubspot", "same_hubspot_record", "INVALID_EMAIL"}


def test_the_unchanged_job_asks_no_more_than_that_in_each_of_its_two_steps(project: Project) -> None:
    project.hubspot.seed(preset="mature")
    project.hubspot.seed(properties=OURS)
    project.put("db1", [person(number) for number in range(150)])
    project.put("db2", [])
    assert project.run().success
    before = calls(project)
    assert project.run().success
    found = spent(project, before)
    assert found.keys() <= {ACCOUNT, SCHEMA}
    assert found[SCHEMA] == 1
    assert found.total() <= 2 + 1  # the upload asks once more whose key it has


@pytest.mark.parametrize(("changed", "reads"), [(1, 1), (100, 1), (101, 2), (250, 3)])
def test_a_plan_reads_a_hundred_planned_contacts_a_call(day: Day, changed: int, reads: int) -> None:
    day.export(*people(range(300)))
    day.sync()
    day.export(*people(range(changed), phone="+34600000001"), *people(range(changed, 300)))
    before = calls(day)
    run = day.sync(only_plan=True)
    assert run.planned == changed
    assert spent(day, before) == {ACCOUNT: 1, SCHEMA: 1, QUOTA: 1, READ: reads}


def test_those_not_found_by_id_cost_one_more_read_a_hundred(day: Day) -> None:
    day.export(*people(range(300)))
    day.sync()
    for number in range(110):
        day.hubspot.archive(f"p{number}@example.com")
    day.export(*people(range(300), phone="+34600000001"))
    before = calls(day)
    run = day.sync(only_plan=True)
    assert run.planned == 190
    assert spent(day, before) == {ACCOUNT: 1, SCHEMA: 1, QUOTA: 1, READ: 3 + 2}


@pytest.mark.parametrize(("in_portal", "unknown"), [(0, 250), (200, 250), (900, 250), (900, 90), (0, 90)])
def test_a_plan_of_strangers_counts_the_portal_once_at_most_and_reads_a_hundred_a_call(
    day: Day, in_portal: int, unknown: int
) -> None:
    day.hubspot.reset()
    day.hubspot.seed(({"email": f"p{n}@example.com"} for n in range(in_portal)), properties=[OURS[0]])
    day.hubspot.advance(60)  # past the lag of HubSpot's search
    day.export(*people(range(unknown)))
    before = calls(day)
    run = day.sync(only_plan=True)
    assert run.planned == unknown
    found = spent(day, before)
    assert {found[each] for each in (ACCOUNT, SCHEMA, QUOTA)} == {1}
    assert found[COUNT] <= 1
    assert found[READ] + found[LIST] <= -(-unknown // 100)
    assert found.total() <= 3 + 1 + -(-unknown // 100)


def test_a_field_that_the_source_does_not_speak_of_any_more_costs_nothing(day: Day) -> None:
    day.export(*people(range(30), phone="+34600000001"))
    day.sync()
    day.export(*people(range(30)))
    day.sync()
    before = calls(day)
    day.sync()
    assert spent(day, before) == {ACCOUNT: 1, SCHEMA: 1}
    day.sync(accept={"db1": day.digest("db1")})
    before = calls(day)
    assert day.sync(accept={"db1": day.digest("db1")}).planned == 0
    assert spent(day, before) == {ACCOUNT: 1, SCHEMA: 1}
    assert day.holds("p1@example.com", "phone") == ("+34600000001",)


def test_a_value_that_was_settled_and_is_gone_now_costs_nothing(day: Day) -> None:
    day.model = declared({"phone": {"write": "set_once"}})
    day.hubspot.seed({"email": f"p{n}@example.com", "phone": "+34911111111"} for n in range(0, 20, 2))
    day.hubspot.seed({"email": f"p{n}@example.com", "firstname": "Ana"} for n in range(1, 20, 2))
    day.export(*people(range(20), phone="+34600000001"), *people(range(20, 60), phone="+34600000001"))
    day.sync()
    day.export(*people(range(20), phone=""), *people(range(20, 60), phone="+34600000001"))
    day.sync()
    before = calls(day)
    assert day.sync().planned == 0
    assert spent(day, before) == {ACCOUNT: 1, SCHEMA: 1}
