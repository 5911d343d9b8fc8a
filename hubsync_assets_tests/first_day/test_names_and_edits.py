"""F1 to F3: what people did in HubSpot is kept, or shown before it is lost."""

import pytest

from hubsync_assets_tests.first_day.day import Day, declared

ANA, BOB = "ana.first@example.com", "bob.first@example.com"
SALES = {"updatedByUserId": 1003}
SYNCED = {"email": ANA, "name": "Ana García", "phone": "+34600000001", "country": "ES", "mrr": 10}


def synced_then_edited(day: Day, **edits: str) -> None:
    """Ana is written by us; then sales change her in HubSpot, and db1 changes her ``mrr``."""
    day.export(SYNCED)
    assert day.sync().success
    day.hubspot.edit(ANA, edits, by=SALES)
    day.export({**SYNCED, "mrr": 20})


@pytest.mark.parametrize("mode", ["replace", "never_clear"])
def test_a_name_of_one_word_never_erases_a_last_name_that_people_wrote(day: Day, mode: str) -> None:
    day.hubspot.seed([{"email": ANA, "firstname": "Ana", "lastname": "García López"}])
    day.export({"email": ANA, "name": "Ana", "mrr": 10})
    run = day.sync(mode=mode)  # type: ignore[arg-type]
    assert run.success
    assert day.changes(ANA) == {"mrr": ("fill", None, "10")}
    assert day.holds(ANA, "firstname", "lastname") == ("Ana", "García López")


@pytest.mark.parametrize(("mode", "rest"), [("replace", None), ("never_clear", "García")])
def test_a_last_name_that_we_wrote_goes_with_the_source_unless_nothing_is_cleared(
    day: Day, mode: str, rest: str | None
) -> None:
    day.export(SYNCED)
    day.sync()
    day.export({**SYNCED, "name": "Ana"})
    day.sync(mode=mode)  # type: ignore[arg-type]
    assert day.holds(ANA, "firstname", "lastname") == ("Ana", rest)
    assert day.changes(ANA) == ({} if rest else {"lastname": ("clear", "García", None)})


def test_a_one_word_name_leaves_the_last_name_that_people_wrote_over_ours(day: Day) -> None:
    synced_then_edited(day, lastname="García López")
    day.export({**SYNCED, "name": "Eva"})
    day.sync()
    assert day.changes(ANA) == {"firstname": ("overwrite_theirs", "Ana", "Eva")}
    assert day.holds(ANA, "firstname", "lastname") == ("Eva", "García López")


def test_the_plan_shows_every_human_edit_that_it_would_undo_with_the_value_that_hubspot_holds_now(day: Day) -> None:
    synced_then_edited(day, lastname="García López", phone="+34911111111", country="france")
    plan = day.sync(only_plan=True).plan
    assert day.changes(ANA) == {
        "lastname": ("overwrite_theirs", "García López", "García"),
        "phone": ("overwrite_theirs", "+34911111111", "+34600000001"),
        "country": ("overwrite_theirs", "france", "spain"),
        "mrr": ("overwrite", "10", "20"),
    }
    assert plan is not None
    assert plan.actions == {"overwrite_theirs": 3, "overwrite": 1}
    assert plan.weight.theirs == 1
    day.sync()
    assert day.holds(ANA, "lastname", "phone", "country", "mrr") == ("García", "+34600000001", "spain", "20")
    assert day.writers(ANA, "firstname") == ["INTEGRATION"], "what does not differ is not sent"


def test_human_edits_that_mean_what_we_wrote_are_no_change(day: Day) -> None:
    synced_then_edited(day, phone="600 00 00 01", firstname=" Ana ")
    day.sync()
    assert day.changes(ANA) == {"mrr": ("overwrite", "10", "20")}
    assert day.holds(ANA, "phone", "mrr") == ("600 00 00 01", "20")


def test_human_edits_stay_where_edited_is_theirs_until_the_source_changes(day: Day) -> None:
    theirs = {"write": {"edited": "theirs"}}
    day.model = declared({"name": theirs, "phone": theirs, "country": theirs})
    synced_then_edited(day, lastname="García López", phone="+34911111111", country="france")
    run = day.sync()
    assert day.changes(ANA) == {"mrr": ("overwrite", "10", "20")}
    assert run.plan is not None
    assert run.plan.settled == {"theirs": {"name": 1, "phone": 1, "country": 1}}
    assert day.holds(ANA, "lastname", "phone", "country") == ("García López", "+34911111111", "france")
    assert day.sync().planned == 0
    day.export({**SYNCED, "mrr": 20, "phone": "+34600000002"})
    day.sync()
    assert day.changes(ANA) == {"phone": ("overwrite_theirs", "+34911111111", "+34600000002")}
    assert day.holds(ANA, "lastname", "phone", "country") == ("García López", "+34600000002", "france")


def test_what_stood_there_before_us_is_somebody_elses_too(day: Day) -> None:
    day.hubspot.seed([{"email": ANA, "firstname": "Ana", "lastname": "García", "phone": "+34911111111"}])
    day.export(SYNCED)
    day.sync(only_plan=True)
    assert day.changes(ANA)["phone"] == ("overwrite_theirs", "+34911111111", "+34600000001")
    day.model = declared({"phone": {"write": {"edited": "theirs"}}})
    day.sync()
    assert day.holds(ANA, "phone") == ("+34911111111",)


def test_fill_fills_the_blanks_and_nothing_else(day: Day) -> None:
    fill = {"write": "fill"}
    day.model = declared({"name": fill, "phone": fill, "country": fill, "mrr": fill})
    day.hubspot.seed([{"email": ANA, "firstname": "Anita", "phone": "+34911111111"}])
    day.export(SYNCED, {**SYNCED, "email": BOB})
    run = day.sync()
    assert day.holds(ANA, "firstname", "lastname", "phone", "country", "mrr") == (
        "Anita",
        None,
        "+34911111111",
        "spain",
        "10",
    )
    assert day.holds(BOB, "firstname", "lastname", "phone") == ("Ana", "García", "+34600000001")
    assert run.plan is not None
    assert run.plan.settled == {"only_fill": {"name": 1, "phone": 1}}
    day.hubspot.edit(ANA, country="", by=SALES)
    day.export({**SYNCED, "mrr": 30})
    assert day.sync().planned == 1
    assert day.holds(ANA, "country", "mrr") == ("spain", "10")


def test_set_once_is_written_with_a_new_contact_and_never_again(day: Day) -> None:
    day.model = declared({"phone": {"write": "set_once"}})
    day.hubspot.seed([{"email": ANA, "firstname": "Ana", "lastname": "García"}])
    day.export(SYNCED, {**SYNCED, "email": BOB})
    day.sync()
    assert day.holds(ANA, "phone") == (None,)
    assert day.holds(BOB, "phone") == ("+34600000001",)
    day.export(SYNCED, {**SYNCED, "email": BOB, "phone": "+34600000009"})
    assert day.sync().planned == 0
    assert day.holds(BOB, "phone") == ("+34600000001",)


def test_a_clear_removes_only_what_still_means_what_we_wrote(day: Day) -> None:
    day.export(SYNCED, {**SYNCED, "email": BOB})
    day.sync()
    day.hubspot.edit(ANA, phone="+34911111111", by=SALES)
    day.hubspot.edit(BOB, phone="600 000 001", by=SALES)
    day.export({**SYNCED, "phone": ""}, {**SYNCED, "email": BOB, "phone": ""})
    day.sync()
    assert day.changes(BOB) == {"phone": ("clear", "600 000 001", None)}
    assert day.changes(ANA) == {}
    assert day.holds(ANA, "phone") == ("+34911111111",)
    assert day.holds(BOB, "phone") == (None,)
