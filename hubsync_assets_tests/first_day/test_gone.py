"""F10: contacts that people archived, erased or merged do not come back by themselves."""

import pytest

from hubsync_assets_tests.first_day.day import Day, declared

ANA, BOB = "ana.first@example.com", "bob.first@example.com"


def rows(mrr: int) -> tuple[dict[str, object], ...]:
    return tuple({"email": email, "name": "Ana García", "mrr": mrr} for email in (ANA, BOB))


def remove(day: Day, how: str) -> None:
    getattr(day.hubspot, how)(ANA)


def live(day: Day) -> set[str]:
    return {it["email"] for it in day.hubspot.contacts()}


@pytest.mark.parametrize("how", ["archive", "erase"])
def test_a_contact_that_people_removed_is_reported_and_not_made_again(day: Day, how: str) -> None:
    day.export(*rows(1))
    day.sync()
    remove(day, how)
    day.export(*rows(2))
    run = day.sync()
    assert run.success
    assert ANA not in live(day)
    assert run.plan is not None
    assert (run.plan.updates, run.plan.creates, run.plan.held_back["gone_in_hubspot"]) == (1, 0, 1)
    row = day.failed()[ANA, None]
    assert row["category"] == "gone_in_hubspot"
    assert "recreate" in row["message"]
    written = day.written()
    again = day.sync()
    assert (again.planned, day.written()) == (0, written)
    assert again.plan is not None
    assert again.plan.held_back["gone_in_hubspot"] == 1


@pytest.mark.parametrize("how", ["archive", "erase"])
def test_it_is_made_again_where_that_is_declared(day: Day, how: str) -> None:
    day.export(*rows(1))
    day.sync()
    remove(day, how)
    day.model = declared(gone_in_hubspot="recreate")
    day.export(*rows(2))
    run = day.sync()
    assert run.plan is not None
    assert (run.plan.updates, run.plan.creates) == (1, 1)
    assert day.holds(ANA, "firstname", "lastname", "mrr") == ("Ana", "García", "2")
    assert day.failed() == {}
    assert day.sync().planned == 0


def test_declaring_it_later_brings_back_who_was_reported(day: Day) -> None:
    day.export(*rows(1))
    day.sync()
    remove(day, "archive")
    day.export(*rows(2))
    day.sync()
    day.model = declared(gone_in_hubspot="recreate")
    day.sync()
    assert day.holds(ANA, "firstname", "mrr") == ("Ana", "2")
    assert day.failed() == {}


@pytest.mark.parametrize("how", ["archive", "erase"])
def test_one_that_goes_between_plan_and_write_is_gone_and_not_made_again(day: Day, how: str) -> None:
    day.export(*rows(1))
    day.sync()
    day.export(*rows(2))
    day.between(lambda: remove(day, how))
    run = day.sync()
    assert run.upload is not None
    assert all(total.closes for total in run.upload.sums)
    assert ANA not in live(day)
    assert day.failed()[ANA, None]["category"] == "gone_in_hubspot"
    assert day.holds(BOB, "mrr") == ("2",)


@pytest.mark.parametrize("keeps", [False, True])
def test_the_survivor_of_a_merge_is_updated_under_its_new_id(day: Day, *, keeps: bool) -> None:
    day.hubspot.switch(merge_keeps_primary_id=keeps)
    stranger = "stranger@example.com"
    day.hubspot.seed([{"email": stranger, "jobtitle": "Buyer"}])
    day.export(*rows(1))
    day.sync()
    was = day.hubspot.contact(ANA)["id"]
    now = day.hubspot.merge(ANA, stranger)
    day.hubspot.switch(merge_keeps_primary_id=False)
    assert (was == now) is keeps
    before = len(day.hubspot.contacts())
    day.export(*rows(2))
    run = day.sync()
    assert run.plan is not None
    assert (run.plan.updates, run.plan.creates) == (2, 0)
    assert day.holds(ANA, "mrr", "jobtitle") == ("2", "Buyer")
    assert len(day.hubspot.contacts()) == before
    known = day.table("hubspot_contacts")
    assert dict(known.select("email", "hubspot_id").iter_rows())[ANA] == now
    assert day.failed() == {}


def test_a_merge_between_plan_and_write_is_found_and_nothing_is_made(day: Day) -> None:
    day.hubspot.seed([{"email": "stranger@example.com"}])
    day.export(*rows(1))
    day.sync()
    day.export(*rows(2))
    day.between(lambda: day.hubspot.merge("stranger@example.com", ANA))
    run = day.sync()
    assert run.upload is not None
    assert all(total.closes for total in run.upload.sums)
    assert live(day) >= {"stranger@example.com", BOB}
    assert ANA not in live(day)
    day.sync()
    assert day.holds(ANA, "email", "mrr") == ("stranger@example.com", "2")
    assert day.sync().planned == 0
