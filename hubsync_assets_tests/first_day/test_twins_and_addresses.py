"""F8, F9, and row F1 of the field's inputs: addresses stay as people set them, and two golden records on one contact are told apart."""

from collections.abc import Iterator

import pytest

from hubsync_assets.emulator import HubSpotEmulator
from hubsync_assets_tests.first_day.day import Day

ANN, OLD = "ann@example.com", "ann.old@example.com"


def addresses(day: Day, email: str) -> tuple[str | None, ...]:
    return day.holds(email, "email", "hs_additional_emails")


@pytest.fixture
def promoting(mature: HubSpotEmulator, day: Day) -> Iterator[Day]:
    """On a portal that makes a secondary address the primary one when it is written."""
    mature.switch(secondary_becomes_primary=True)
    yield day
    mature.switch(secondary_becomes_primary=False)


def test_a_primary_address_is_not_swapped_where_we_know_the_contact_by_a_secondary_one(promoting: Day) -> None:
    promoting.hubspot.seed([{"email": ANN, "hs_additional_emails": OLD, "firstname": "Anna"}])
    promoting.export({"email": OLD, "name": "Ann Lee", "mrr": 1})
    run = promoting.sync()
    assert run.planned == 1
    assert addresses(promoting, ANN) == (ANN, OLD)
    assert promoting.holds(ANN, "firstname", "mrr") == ("Ann", "1")
    promoting.export({"email": OLD, "name": "Ann Lee", "mrr": 2})
    promoting.sync()
    assert addresses(promoting, ANN) == (ANN, OLD)
    assert promoting.holds(ANN, "mrr") == ("2",)


def test_nobody_of_the_mature_portal_gets_another_primary_address(promoting: Day) -> None:
    before = {it["id"]: it["email"] for it in promoting.hubspot.contacts()}
    second = [
        it["hs_additional_emails"].split(";")[0]
        for it in promoting.hubspot.contacts()
        if it.get("hs_additional_emails")
    ]
    assert len(second) > 20
    promoting.export(*({"email": email, "mrr": 7} for email in second))
    run = promoting.sync()
    assert run.upload is not None
    assert run.upload.updated == len(second)
    assert {it["id"]: it["email"] for it in promoting.hubspot.contacts()} == before


def test_of_two_golden_records_on_one_contact_the_primary_address_decides(day: Day) -> None:
    day.hubspot.seed([{"email": ANN, "hs_additional_emails": OLD}])
    day.export({"email": ANN, "name": "Ann Lee"}, {"email": OLD, "name": "Annie Old"})
    run = day.sync()
    assert day.holds(ANN, "firstname", "lastname") == ("Ann", "Lee")
    assert run.plan is not None
    assert run.plan.held_back["same_hubspot_record"] == 1
    assert run.upload is not None
    assert (run.upload.planned, run.upload.inputs) == (1, 1)
    failed = day.failed()
    assert set(failed) == {(OLD, None)}
    assert failed[OLD, None]["category"] == "same_hubspot_record"
    assert ANN in failed[OLD, None]["message"]
    assert "db1 contacts.csv #2; the other one is db1 contacts.csv #1" in failed[OLD, None]["message"]
    assert failed[OLD, None]["attempts"] == 1


def test_the_other_is_logged_once_and_plans_nothing_again(day: Day) -> None:
    day.hubspot.seed([{"email": ANN, "hs_additional_emails": OLD}])
    day.export({"email": ANN, "name": "Ann Lee"}, {"email": OLD, "name": "Annie Old"})
    day.sync()
    calls = len(day.hubspot.calls("/objects/"))
    run = day.sync()
    assert run.planned == 0
    assert run.plan is not None
    assert run.plan.held_back["same_hubspot_record"] == 1
    assert len(day.hubspot.calls("/objects/")) == calls
    assert day.failed()[OLD, None]["attempts"] == 1


def test_the_other_is_held_back_though_the_owner_has_nothing_new(day: Day) -> None:
    day.hubspot.seed([{"email": ANN, "hs_additional_emails": OLD}])
    day.export({"email": ANN, "name": "Ann Lee"})
    day.sync()
    day.export({"email": ANN, "name": "Ann Lee"}, {"email": OLD, "name": "Annie Old"})
    run = day.sync()
    assert run.planned == 0
    assert day.holds(ANN, "firstname", "lastname") == ("Ann", "Lee")
    assert (OLD, None) in day.failed()


def test_the_other_may_write_when_the_owner_is_no_golden_record_any_more(day: Day) -> None:
    day.hubspot.seed([{"email": ANN, "hs_additional_emails": OLD}])
    day.export({"email": ANN, "name": "Ann Lee"}, {"email": OLD, "name": "Annie Old"})
    day.sync()
    day.export({"email": OLD, "name": "Annie New"})
    day.sync()
    assert day.holds(ANN, "firstname", "lastname") == ("Annie", "New")
    assert day.failed() == {}


def test_two_contacts_that_people_merge_are_one_and_its_primary_address_decides(day: Day) -> None:
    """Row F1 of the field's inputs."""
    lee = {"email": ANN, "firstname": "Ann", "lastname": "Lee", "phone": "+34911111111"}
    day.hubspot.seed([lee, {"email": OLD, "firstname": "Annie", "lastname": "Old"}])
    day.hubspot.merge(ANN, OLD)
    day.export(
        {"email": ANN, "name": "Ann Lee", "phone": "+34911111111"},
        {"email": OLD, "name": "Annie Old", "phone": "+34922222222"},
    )
    run = day.sync()
    assert run.success
    assert day.holds(ANN, "firstname", "lastname", "phone") == ("Ann", "Lee", "+34911111111")
    assert day.written() == 0
    assert set(day.failed()) == {(OLD, None)}


def test_a_merge_between_two_runs_makes_twins_of_contacts_that_we_wrote(day: Day) -> None:
    day.export({"email": ANN, "name": "Ann Lee"}, {"email": OLD, "name": "Annie Old"})
    day.sync()
    day.hubspot.merge(ANN, OLD)
    day.export({"email": ANN, "name": "Ann Lee", "mrr": 1}, {"email": OLD, "name": "Annie Old", "mrr": 2})
    run = day.sync()
    assert run.success
    assert day.changes(OLD) == {}
    assert day.holds(ANN, "firstname", "mrr") == ("Ann", "1")
    assert run.plan is not None
    assert run.plan.held_back["same_hubspot_record"] == 1
    assert day.sync().planned == 0


def test_a_merge_makes_twins_though_only_the_other_changes(day: Day) -> None:
    day.export({"email": ANN, "name": "Ann Lee"}, {"email": OLD, "name": "Annie Old"})
    day.sync()
    day.hubspot.merge(ANN, OLD)
    day.export({"email": ANN, "name": "Ann Lee"}, {"email": OLD, "name": "Annie Older"})
    run = day.sync()
    assert day.changes(OLD) == {}
    assert day.holds(ANN, "firstname", "lastname") == ("Ann", "Lee")
    assert run.plan is not None
    assert run.plan.held_back["same_hubspot_record"] == 1


def test_an_address_that_a_person_gave_to_another_contact_of_ours_makes_twins(day: Day) -> None:
    day.export({"email": ANN, "name": "Ann Lee"})
    day.sync()
    day.hubspot.edit(ANN, email=OLD)
    day.export({"email": ANN, "name": "Ann Lee"}, {"email": OLD, "name": "Annie Old"})
    run = day.sync()
    assert run.plan is not None
    assert day.changes(OLD) == {
        "firstname": ("overwrite_theirs", "Ann", "Annie"),
        "lastname": ("overwrite_theirs", "Lee", "Old"),
    }
    day.export({"email": ANN, "name": "Ann Leeds"}, {"email": OLD, "name": "Annie Old"})
    run = day.sync()
    assert run.plan is not None
    assert run.plan.held_back["same_hubspot_record"] == 1
    assert day.holds(OLD, "firstname", "lastname") == ("Annie", "Old")


def test_two_that_the_log_knows_as_one_record_can_both_change(day: Day) -> None:
    day.hubspot.seed([{"email": ANN, "hs_additional_emails": OLD}])
    day.export({"email": OLD, "name": "Annie Old"})
    day.sync()
    day.export({"email": ANN, "name": "Ann Lee"}, {"email": OLD, "name": "Annie Old"})
    day.sync()
    day.export({"email": ANN, "name": "Ann Leeds"}, {"email": OLD, "name": "Annie Olds"})
    run = day.sync()
    assert day.holds(ANN, "firstname", "lastname") == ("Ann", "Leeds")
    assert run.plan is not None
    assert run.plan.held_back["same_hubspot_record"] == 1


def test_the_other_is_listed_though_only_the_owner_has_news(day: Day) -> None:
    both = ({"email": ANN, "name": "Ann Lee", "mrr": 1}, {"email": OLD, "name": "Annie Old", "mrr": 2})
    day.export(*both)
    day.sync()
    day.hubspot.merge(ANN, OLD)
    day.export({**both[0], "mrr": 5}, both[1])
    run = day.sync()
    assert run.plan is not None
    assert run.plan.contacts_sum.closes
    assert (run.planned, run.plan.held_back["same_hubspot_record"]) == (1, 1)
    assert day.holds(ANN, "firstname", "mrr") == ("Ann", "5")
    assert day.failed()[OLD, None]["category"] == "same_hubspot_record"
    # And once is enough.
    day.export({**both[0], "mrr": 6}, both[1])
    again = day.sync()
    assert again.plan is not None
    assert (again.planned, again.plan.contacts_sum.closes) == (1, True)
    assert day.failed()[OLD, None]["attempts"] == 1
