"""F11 and F14: sums close whatever ends a run, and the plan's numbers say what it does and what it costs."""

from collections.abc import Iterator, Mapping

import pytest

from hubsync_assets_tests.end_to_end.project import Project
from hubsync_assets_tests.first_day.day import OURS, Day

TEXT = {"name": "country", "type": "string", "fieldType": "text", "options": []}


def people(numbers: range, **values: object) -> Iterator[dict[str, object]]:
    for number in numbers:
        yield {"email": f"p{number}@example.com", "name": f"Ana P{number}", "country": "ES", "mrr": number, **values}


@pytest.mark.parametrize("left", range(6))
def test_a_daily_limit_in_mid_run_closes_all_sums(day: Day, left: int) -> None:
    """The day ends at one of the calls that write, reading back included."""
    second = [
        {"email": f"p{n}@example.com", "hs_additional_emails": f"q{n}@example.com", "firstname": "Old"}
        for n in range(40)
    ]
    day.hubspot.seed(second)
    rows: list[Mapping[str, object]] = [
        *people(range(40, 250)),
        *({"email": f"q{n}@example.com", "name": "Ana Q"} for n in range(40)),
    ]
    day.export(*rows)
    day.between(lambda: day.hubspot.set_limit(1_000, daily=1 + left))
    run = day.sync()
    assert run.upload is not None
    assert [str(total) for total in run.upload.sums if not total.closes] == []
    assert run.plan is not None
    assert all(total.closes for total in run.plan.sums)
    assert (run.unsent > 0) is (left < 4)
    if run.unsent:
        assert "daily" in str(run.upload.stopped).lower()
    day.hubspot.set_limit(1_000, daily=None)
    last = day.sync()
    assert last.unsent == 0
    assert day.sync().planned == 0
    assert all(len(day.writers(f"q{n}@example.com", "lastname")) == 1 for n in range(40)), "nothing is written twice"


def test_a_run_that_the_daily_limit_ends_is_red_and_says_nothing_of_sums(project: Project) -> None:
    project.hubspot.seed(preset="mature")
    project.hubspot.seed(properties=OURS)
    project.put("db1", list(people(range(400))))
    project.put("db2", [])
    # The plan's calls, and two of those that write.
    project.run("plan_contacts")
    project.hubspot.set_limit(1_000, daily=1 + 1 + 2)
    run = project.materialise("hubspot_contacts", "failed_contacts", "settled_values")
    assert not run.success
    words = " ".join(run.failures)
    assert "200 contacts are unsent" in words
    assert "daily" in words
    assert "sum" not in words
    assert all(passed for name, passed in run.checks.items() if "sum" in name or "inputs" in name), run.checks


def test_the_plans_numbers_are_by_property_and_action(day: Day) -> None:
    day.hubspot.seed(
        [
            {"email": "p1@example.com", "firstname": "Ana", "lastname": "P1", "country": "France"},
            {"email": "p2@example.com", "firstname": "Ana", "lastname": "P2", "country": "España", "mrr": 7},
            {"email": "p3@example.com", "firstname": "Ana", "lastname": "P3"},
        ],
        properties=[TEXT],
    )
    day.export(*people(range(1, 5)))
    plan = day.sync(only_plan=True).plan
    assert plan is not None
    assert plan.changes == {
        "country": {"create": 1, "fill": 1, "overwrite_theirs": 1},
        "firstname": {"create": 1},
        "hs_country_region_code": {"create": 1, "fill": 2},
        "lastname": {"create": 1},
        "mrr": {"create": 1, "fill": 2, "overwrite_theirs": 1},
    }
    assert plan.other_forms == {"country": 1}
    assert (plan.creates, plan.updates) == (1, 3)
    assert (plan.weight.first, plan.weight.theirs, plan.weight.clears) == (True, 2, 0)


def test_clears_are_counted_in_the_plan(day: Day) -> None:
    day.export(*people(range(5), phone="+34600000001"))
    day.sync()
    day.export(*people(range(3), phone=""), *people(range(3, 5), phone="+34600000001"))
    plan = day.sync(only_plan=True).plan
    assert plan is not None
    assert plan.changes == {"phone": {"clear": 3}}
    assert (plan.weight.first, plan.weight.clears, plan.weight.updates, plan.weight.existing) == (False, 3, 3, 5)


def test_the_plan_says_its_calls_its_share_of_the_day_and_its_seconds(day: Day) -> None:
    day.hubspot.seed({"email": f"p{n}@example.com"} for n in range(150))
    day.export(*people(range(400)))
    cost = day.sync(only_plan=True)
    assert cost.plan is not None
    found = cost.plan.cost
    assert found.write_calls == 3 + 2
    assert (found.daily_limit, found.burst_limit) == (625_000, 190)
    assert found.share_of_day == pytest.approx(5 / 625_000)
    assert found.seconds == pytest.approx(5 / 190 * 10)
    assert found.daily_left == 625_000 - len(day.hubspot.calls())
    before = day.written()
    assert before == 0
    day.sync()
    assert day.written() == found.write_calls


def test_the_numbers_stand_where_people_look(project: Project) -> None:
    project.hubspot.seed(preset="mature")
    project.hubspot.seed([{"email": "p1@example.com", "firstname": "Eva", "lastname": "P1"}], properties=OURS)
    project.put("db1", list(people(range(3))))
    project.put("db2", [])
    numbers = project.run("plan_contacts").numbers["contact_changes"]
    assert numbers["changes/firstname/create"] == 2
    assert numbers["changes/firstname/overwrite_theirs"] == 1
    assert numbers["values/overwrite_theirs"] == 1
    assert numbers["write_calls_needed"] == 2
    assert numbers["share_of_day"] == pytest.approx(2 / 625_000)
    summary = numbers["summary"] + numbers.get("summary_continued", "")
    assert "somebody else's overwritten" in summary
    assert "| firstname | 2 | 0 | 1 |" in summary
    assert "2 calls, less than 0.1 % of the day's quota" in summary
