"""What is written to HubSpot and what is not, by example."""

from datetime import timedelta
from typing import Any

import pytest

from hubsync_assets.contacts.changes import Changes
from hubsync_assets.contacts.errors import ContactsError
from hubsync_assets_tests.contacts.tables import NOW, SHRANK, VERSION, plan
from hubsync_assets_tests.shipped import CONTACT_FIELDS, PLAN_SCHEMA

ANNA = "anna@example.com"
VALUES = {
    "text": ("old", "new"),
    "phone": ("1", "2"),
    "country": ("ES", "IT"),
    "whole": (5, 6),
    "number": (148.0, 148.5),
}
TEXTS = {
    "text": ("old", "new"),
    "phone": ("1", "2"),
    "country": ("ES", "IT"),
    "whole": ("5", "6"),
    "number": ("148", "148.5"),
}
FIELDS = [pytest.param(field.name, VALUES[field.kind], TEXTS[field.kind], id=field.name) for field in CONTACT_FIELDS]

Pair = tuple[Any, Any]


def only(changes: Changes) -> dict[str, Any]:
    """The plan's one row."""
    assert changes.planned.height == 1
    return changes.planned.row(0, named=True)


def unchanged(changes: Changes) -> bool:
    return (
        changes.planned.height,
        changes.unchanged.height,
        changes.unchanged_by_log,
        sum(changes.held_back.values()),
    ) == (0, 0, 1, 0)


def held(changes: Changes) -> list[str]:
    assert (changes.planned.height, changes.unchanged.height, changes.unchanged_by_log) == (0, 0, 0)
    return [reason for reason, count in changes.held_back.items() if count]


def test_a_contact_nobody_knows_is_created_with_all_it_has() -> None:
    changes = plan([{"email": ANNA, "name": "Anna", "mrr": 148.0}])
    row = only(changes)
    assert (changes.creates, changes.updates) == (1, 0)
    assert (row["action"], row["known_from"], row["hubspot_id"], row["cleared"]) == ("create", "nobody", None, [])
    assert row["changes"] == [
        {"field": "name", "old": None, "new": "Anna"},
        {"field": "mrr", "old": None, "new": "148"},
    ]
    assert (row["name"], row["mrr"], row["phone"]) == ("Anna", 148.0, None)


def test_a_contact_with_an_email_only_is_created_too() -> None:
    assert only(plan([{"email": ANNA}]))["changes"] == []


@pytest.mark.parametrize(("field", "values", "texts"), FIELDS)
def test_one_field_that_differs_from_the_log_sends_the_whole_contact(field: str, values: Pair, texts: Pair) -> None:
    known = {"email": ANNA, "name": "Anna", "phone": "1"}
    changes = plan([{**known, field: values[1]}], state=[{**known, field: values[0]}])
    row = only(changes)
    assert (changes.creates, changes.updates) == (0, 1)
    assert (row["action"], row["known_from"], row["hubspot_id"]) == ("update", "log", "101")
    assert row["changes"] == [{"field": field, "old": texts[0], "new": texts[1]}]
    assert {**known, field: values[1]}.items() <= row.items()


def test_a_contact_that_is_as_the_log_says_is_not_planned() -> None:
    same = {"email": ANNA, "name": "Anna", "company_size": 2**53 + 1}
    assert unchanged(plan([same], state=[same]))


def test_the_last_digit_of_a_great_number_is_a_difference() -> None:
    changes = plan([{"email": ANNA, "company_size": 2**53 + 1}], state=[{"email": ANNA, "company_size": 2**53}])
    assert only(changes)["changes"] == [{"field": "company_size", "old": str(2**53), "new": str(2**53 + 1)}]


@pytest.mark.parametrize(("field", "values", "texts"), FIELDS)
def test_a_missing_value_clears_what_we_wrote(field: str, values: Pair, texts: Pair) -> None:
    row = only(plan([{"email": ANNA}], state=[{"email": ANNA, field: values[0]}]))
    assert row["cleared"] == [field]
    assert row["changes"] == [{"field": field, "old": texts[0], "new": None}]
    assert row[field] is None


def test_fill_never_clears() -> None:
    assert unchanged(plan([{"email": ANNA}], state=[{"email": ANNA, "name": "Anna"}], mode="fill"))
    portal = [{"email": ANNA, "name_old": "Anna", "phone_old": "1", "phone_same": False}]
    row = only(plan([{"email": ANNA, "phone": "2"}], portal=portal, mode="fill", clear_unknown=True))
    assert (row["cleared"], row["changes"]) == ([], [{"field": "phone", "old": "1", "new": "2"}])


def test_a_value_that_was_written_another_way_is_sent_alone() -> None:
    same = {"email": ANNA, "name": "Anna", "mrr": 5.0}
    row = only(plan([same], state=[{**same, "mapping_version": VERSION - 1}]))
    assert (row["action"], row["known_from"], row["name"], row["mrr"]) == ("update", "log", None, 5.0)
    assert row["changes"] == [{"field": "mrr", "old": None, "new": "5"}]
    assert row["mapping_version"] == VERSION


def test_a_value_that_was_written_another_way_and_is_there_all_the_same_is_noted_as_seen() -> None:
    same = {"email": ANNA, "name": "Anna", "mrr": 5.0}
    portal = [{"email": ANNA, "name_old": "Anna", "name_same": True, "mrr_old": "5", "mrr_same": True}]
    changes = plan([same], state=[{**same, "mapping_version": VERSION - 1}], portal=portal)
    (row,) = changes.unchanged.to_dicts()
    assert (changes.planned.height, row["seen"], row["mrr"], row["mapping_version"]) == (0, ["mrr"], 5.0, VERSION)


def test_a_contact_without_such_a_value_is_left_alone() -> None:
    same = {"email": ANNA, "name": "Anna"}
    changes = plan([same], state=[{**same, "mapping_version": VERSION - 1}])
    assert (changes.planned.height, changes.unchanged.height, changes.unchanged_by_log) == (0, 0, 1)


def test_a_contact_the_portal_has_with_other_values_is_updated_with_hubspots_old_ones() -> None:
    portal = [
        {"email": ANNA, "name_old": "Ann", "name_same": False, "phone_old": "+341", "phone_same": True, "mrr_old": "7"}
    ]
    row = only(plan([{"email": ANNA, "name": "Anna", "phone": "1", "country": "ES"}], portal=portal))
    assert (row["action"], row["known_from"], row["hubspot_id"], row["cleared"]) == ("update", "portal", "201", [])
    assert row["changes"] == [
        {"field": "name", "old": "Ann", "new": "Anna"},
        {"field": "country", "old": None, "new": "ES"},
    ]
    assert (row["phone"], row["mrr"]) == ("1", None)


def test_a_contact_the_portal_holds_exactly_is_unchanged_and_named_for_the_log() -> None:
    changes = plan(
        [{"email": ANNA, "name": "Anna"}],
        portal=[{"email": ANNA, "name_old": "ANNA", "name_same": True, "mrr_old": "7"}],
    )
    assert changes.unchanged.select("email", "hubspot_id", "cleared", "name").rows() == [(ANNA, "201", [], "Anna")]
    assert (changes.planned.height, changes.unchanged_by_log) == (0, 0)


def test_what_only_hubspot_has_is_cleared_when_that_is_asked_for() -> None:
    portal = [{"email": ANNA, "name_old": "Anna", "name_same": True, "mrr_old": "7", "mrr_same": False}]
    row = only(plan([{"email": ANNA, "name": "Anna"}], portal=portal, clear_unknown=True))
    assert (row["cleared"], row["changes"]) == (["mrr"], [{"field": "mrr", "old": "7", "new": None}])


def test_what_the_portal_says_of_a_contact_that_the_state_knows_does_not_count() -> None:
    portal = [{"email": ANNA, "name_old": "Ann", "phone_old": "2", "phone_same": True}]
    row = only(
        plan([{"email": ANNA, "phone": "2"}], state=[{"email": ANNA, "phone": "1"}], portal=portal, clear_unknown=True)
    )
    assert (row["known_from"], row["hubspot_id"], row["cleared"]) == ("log", "101", [])
    assert row["changes"] == [{"field": "phone", "old": "1", "new": "2"}]


def test_what_only_hubspot_has_waits_to_be_cleared_until_all_sources_are_whole() -> None:
    portal = [{"email": ANNA, "name_old": "Ann", "name_same": False, "mrr_old": "7"}]
    changes = plan([{"email": ANNA, "name": "Anna"}], portal=portal, clear_unknown=True, doubts={"db2": SHRANK})
    assert held(changes) == ["incomplete_source"]
    assert plan([{"email": ANNA, "name": "Anna"}], portal=portal, doubts={"db2": SHRANK}).planned.height == 1


REFUSED = {"email": ANNA, "name": "Anna", "mrr": 5.0}


def test_a_contact_that_was_refused_as_it_is_stays_held_back() -> None:
    assert held(plan([REFUSED], refused=[REFUSED])) == ["refused_before"]
    assert held(plan([REFUSED], refused=[REFUSED], state=[{"email": ANNA, "name": "Ann"}])) == ["refused_before"]


@pytest.mark.parametrize(
    ("merged", "refused", "options"),
    [
        ({"name": "Ann"}, {}, {}),
        ({"phone": "1"}, {}, {}),
        ({"name": None}, {}, {}),
        ({}, {"mapping_version": VERSION - 1}, {}),
        ({}, {}, {"retry_failed": True}),
        ({}, {"category": "CONFLICT", "last_at": NOW - timedelta(days=7, seconds=1)}, {}),
        ({}, {"category": "CONFLICTING_UNIQUE_VALUE", "last_at": NOW - timedelta(days=7, seconds=1)}, {}),
        ({}, {"category": "OBJECT_ALREADY_EXISTS", "last_at": NOW - timedelta(days=7, seconds=1)}, {}),
        ({}, {"email": "other@example.com"}, {}),
    ],
    ids=[
        "other value",
        "one more value",
        "one value less",
        "other mapping",
        "told to retry",
        "old conflict",
        "old clash",
        "old second contact",
        "other contact",
    ],
)
def test_a_refused_contact_is_tried_again(
    merged: dict[str, Any], refused: dict[str, Any], options: dict[str, Any]
) -> None:
    assert plan([{**REFUSED, **merged}], refused=[{**REFUSED, **refused}], **options).planned.height == 1


@pytest.mark.parametrize(
    "refused",
    [
        {"category": "CONFLICT", "last_at": NOW - timedelta(days=7)},
        {"category": "OTHER", "last_at": NOW - timedelta(days=99)},
    ],
)
def test_a_fresh_conflict_and_an_old_refusal_of_another_kind_stand(refused: dict[str, Any]) -> None:
    assert held(plan([REFUSED], refused=[{**REFUSED, **refused}])) == ["refused_before"]


def test_a_contact_that_went_back_to_what_the_log_holds_is_unchanged_though_it_was_refused_between() -> None:
    assert unchanged(plan([REFUSED], state=[REFUSED], refused=[REFUSED]))


def test_the_plan_keeps_order_and_dtypes() -> None:
    emails = [f"{letter}@example.com" for letter in "abcdef"]
    changes = plan(
        [{"email": email} for email in emails], state=[{"email": emails[1], "name": "x"}], portal=[{"email": emails[3]}]
    )
    assert changes.planned["email"].to_list() == [email for email in emails if email != emails[3]]
    assert changes.planned.schema == PLAN_SCHEMA
    assert plan([]).planned.schema == PLAN_SCHEMA


@pytest.mark.parametrize("name", ["state", "portal", "in_doubt"])
def test_a_table_with_a_contact_twice_is_refused(name: str) -> None:
    twice: dict[str, Any] = {name: [{"email": ANNA}, {"email": ANNA}]}
    with pytest.raises(ContactsError, match="doubt" if name == "in_doubt" else name) as caught:
        plan([{"email": ANNA, "name": "x"}], **twice)
    assert ANNA not in str(caught.value)


def test_what_was_written_to_another_property_is_not_cleared_where_it_belongs_now() -> None:
    state = [{"email": ANNA, "name": "Anna", "country": "ES", "mrr": 5.0, "mapping_version": VERSION - 1}]
    row = only(plan([{"email": ANNA, "name": "Anna"}], state=state))
    assert row["cleared"] == ["country"]


def test_a_value_that_was_written_in_another_form_and_is_there_all_the_same_stays_ours() -> None:
    same = {"email": ANNA, "country": "ES"}
    portal = [{"email": ANNA, "country_old": "ES", "country_same": True}]
    (row,) = plan([same], state=[{**same, "mapping_version": VERSION - 1}], portal=portal).unchanged.to_dicts()
    assert (row["seen"], row["country"], row["mapping_version"]) == ([], "ES", VERSION)
