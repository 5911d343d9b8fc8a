"""F5 and F13: a value that the portal cannot take costs the value, and what is said of it is a sentence."""

import re
from typing import Any

import dagster as dg
import pytest

from hubsync_assets.emulator import HubSpotEmulator
from hubsync_assets_tests.end_to_end.project import Project, person
from hubsync_assets_tests.first_day.day import BUCKETS, Day

ANA, BOB = "ana.first@example.com", "bob.first@example.com"
SIZE = "company_size"
LIMITED = {
    "name": "country",
    "type": "enumeration",
    "fieldType": "select",
    "options": [{"label": "Spain", "value": "spain"}],
}


@pytest.fixture
def bucketed(mature: HubSpotEmulator, day: Day) -> Day:
    """The portal as it was, where a company's size is one of seven options."""
    mature.restore("mature")
    mature.seed(properties=BUCKETS)
    return day


def is_a_sentence(words: str) -> bool:
    """Words for a person: no JSON, and what would help."""
    return (
        not re.search(r'[{\[]\s*["{]|isValid|correlationId', words)
        and re.search("[;:] ", words) is not None
        and len(words) < 400
    )


def test_a_bucketed_company_size_costs_the_value_and_not_the_contact(bucketed: Day) -> None:
    bucketed.hubspot.seed([{"email": ANA, "company_size": "11-50", "firstname": "Old"}])
    bucketed.export(
        {"email": ANA, "name": "Ana García", SIZE: 22, "mrr": 10},
        {"email": BOB, "name": "Bob Díaz", SIZE: 7, "mrr": 20},
    )
    run = bucketed.sync()
    assert run.success
    assert run.upload is not None
    assert (run.upload.acknowledged, run.upload.refused) == (2, 0)
    assert bucketed.holds(ANA, "firstname", "mrr", SIZE) == ("Ana", "10", "11-50")
    assert bucketed.holds(BOB, "firstname", "mrr", SIZE) == ("Bob", "20", None)
    failed = bucketed.failed()
    assert set(failed) == {(ANA, SIZE), (BOB, SIZE)}
    message = failed[ANA, SIZE]["message"]
    assert is_a_sentence(message)
    assert "22" in message
    assert "11-50" in message


def test_the_run_is_green_and_warns_of_the_values_that_are_not_in_hubspot(project: Project) -> None:
    project.hubspot.seed(preset="mature")
    project.hubspot.seed(properties=BUCKETS)
    project.put("db1", [person(number, company_size=22) for number in range(20)])
    project.put("db2", [])
    run = project.run()
    assert run.success, run.failures
    assert len(project.held().keys() & {person(number)["email"] for number in range(20)}) == 20
    assert project.table("failed_contacts")["property"].to_list() == [SIZE] * 20
    events = project.instance.all_logs(run.run_id, of_type=dg.DagsterEventType.ASSET_CHECK_EVALUATION)
    found = [it.dagster_event.asset_check_evaluation_data for it in events if it.dagster_event is not None]
    warned = [it for it in found if it.severity is dg.AssetCheckSeverity.WARN and not it.passed]
    assert [it.asset_check_key.asset_key.to_user_string() for it in warned] == ["failed_contacts"]
    told = f"{SIZE}: not_an_option, 20 values: HubSpot wants one of the property's options; to do: add the option"
    assert told in str(warned[0].description), warned[0].description
    assert "person" not in str(warned[0].description)
    assert not [it for it in found if it.severity is dg.AssetCheckSeverity.ERROR and not it.passed]


def test_a_value_that_is_refused_is_counted_and_planned_again_only_when_something_changes(bucketed: Day) -> None:
    bucketed.export({"email": BOB, "name": "Bob Díaz", SIZE: 7})
    run = bucketed.sync()
    assert run.plan is not None
    assert run.plan.settled == {"refused": {SIZE: 1}}
    assert run.plan.values_sum.closes
    written = bucketed.written()
    assert bucketed.sync().planned == 0
    assert bucketed.written() == written
    bucketed.hubspot.seed(properties=[{"name": SIZE, "options": [{"label": "7", "value": "7"}]}])
    assert bucketed.sync().planned == 1
    assert bucketed.holds(BOB, SIZE) == ("7",)
    assert bucketed.failed() == {}


def test_a_contact_of_which_only_the_refused_value_differs_is_unchanged(bucketed: Day) -> None:
    bucketed.hubspot.seed([{"email": ANA, "firstname": "Ana", "lastname": "García", SIZE: "11-50"}])
    bucketed.export({"email": ANA, "name": "Ana García", SIZE: 22})
    run = bucketed.sync()
    assert run.planned == 0
    assert bucketed.written() == 0
    assert set(bucketed.failed()) == {(ANA, SIZE)}


def test_a_portal_that_lacks_one_of_our_options_costs_the_value_of_those_who_have_it(day: Day) -> None:
    day.hubspot.seed([{"email": ANA, "country": "spain"}], properties=[LIMITED])
    day.export({"email": ANA, "country": "IT", "mrr": 1}, {"email": BOB, "country": "ES", "name": "Bob Díaz"})
    run = day.sync()
    assert run.success
    assert day.holds(ANA, "country", "mrr") == ("spain", "1")
    assert day.holds(BOB, "country", "firstname") == ("spain", "Bob")
    failed = day.failed()
    assert set(failed) == {(ANA, "country")}
    assert is_a_sentence(failed[ANA, "country"]["message"])
    assert "Italy" in failed[ANA, "country"]["message"]


def test_a_value_found_bad_only_at_the_write_is_left_out_in_one_more_call(day: Day) -> None:
    day.export(*({"email": f"p{n}@example.com", "country": "IT", "mrr": n} for n in range(150)))
    day.between(lambda: day.hubspot.seed(properties=[LIMITED]))
    run = day.sync()
    assert run.upload is not None
    assert run.upload.acknowledged == 150
    assert run.upload.refused_values == {"country": 150}
    assert day.written() <= 2 + 2
    assert day.holds("p7@example.com", "country", "mrr") == (None, "7")
    assert len(day.failed()) == 150
    assert all(is_a_sentence(row["message"]) for row in day.failed().values())
    written = day.written()
    assert day.sync().planned == 0
    assert day.written() == written


def test_a_contact_that_is_refused_whole_says_so_in_a_sentence_too(day: Day) -> None:
    day.export({"email": "ana@example.notatld", "name": "Ana García"}, {"email": BOB, "name": "Bob Díaz"})
    run = day.sync()
    assert run.upload is not None
    assert (run.upload.acknowledged, run.upload.refused) == (1, 1)
    row: dict[str, Any] = day.failed()["ana@example.notatld", None]
    assert is_a_sentence(row["message"])
    assert row["category"] == "INVALID_EMAIL"
