"""What is written to HubSpot and what is not, by example."""

from typing import Any

import polars as pl
import pytest

from hubsync_assets.contacts.changes import Found, find_changes
from hubsync_assets.contacts.errors import ContactsError
from hubsync_assets.model.schema import UNFIT_SCHEMA
from hubsync_assets.steps.twins import TWINS_SCHEMA
from hubsync_assets_tests.contacts.tables import (
    SHRANK,
    VERSION,
    full_row,
    plan,
    table,
)
from hubsync_assets_tests.shipped import CONTACT_FIELDS, MODEL, PLAN_SCHEMA, PORTAL_SCHEMA

ANNA = "anna@example.com"
VALUES: dict[str, tuple[Any, Any]] = {
    "name": ("Old", "New"),
    "phone": ("1", "2"),
    "country": ("ES", "IT"),
    "company_name": ("old", "new"),
    "company_size": (5, 6),
    "mrr": (148.0, 148.5),
}
TEXTS = {
    "name": ("firstname", "Old", "New"),
    "phone": ("phone", "1", "2"),
    "country": ("country", "Spain", "Italy"),
    "company_name": ("company", "old", "new"),
    "company_size": ("company_size", "5", "6"),
    "mrr": ("mrr", "148", "148.5"),
}
EACH_FIELD = pytest.mark.parametrize("field", [field.name for field in CONTACT_FIELDS])


def test_a_contact_nobody_knows_is_created_with_all_it_has() -> None:
    planned = plan([{"email": ANNA, "name": "Anna", "mrr": 148.0}])
    row = planned.row
    assert (planned.changes.creates, planned.looked_at) == (1, [ANNA])
    assert (row["action"], row["known_from"], row["hubspot_id"], row["cleared"]) == ("create", "nobody", None, [])
    assert row["changes"] == [
        {"property": "firstname", "field": "name", "old": None, "new": "Anna", "action": "create"},
        {"property": "mrr", "field": "mrr", "old": None, "new": "148", "action": "create"},
    ]
    assert row["properties"] == '{"firstname":"Anna","mrr":"148"}'
    assert (row["sent"], row["name"], row["mrr"], row["phone"]) == (["name", "mrr"], "Anna", 148.0, None)


def test_a_contact_with_an_email_only_is_created_too() -> None:
    planned = plan([{"email": ANNA}])
    assert (planned.row["action"], planned.sends) == ("create", {})


@EACH_FIELD
def test_only_the_field_that_differs_is_sent(field: str) -> None:
    before, now = VALUES[field]
    known = {"email": ANNA, **{name: value for name, (value, _) in VALUES.items()}}
    planned = plan([{**known, field: now}], state=[known])
    name, old, new = TEXTS[field]
    # A number that is none of any country is as it was given, whatever the country.
    assert planned.sends == {name: (old, new, "overwrite")}
    row = planned.row
    assert (row["action"], row["known_from"], row["hubspot_id"]) == ("update", "log", "101")
    assert (row["sent"], row[field], planned.changes.creates) == ([field], now, 0)
    assert before != now


def test_a_contact_that_is_as_the_log_says_is_not_even_looked_at() -> None:
    same = {"email": ANNA, "name": "Anna", "company_size": 2**53 + 1}
    planned = plan([same], state=[same], hubspot=[{"email": ANNA, "firstname": "Edited"}])
    assert (planned.looked_at, planned.outcome) == ([], "known")


def test_the_last_digit_of_a_great_number_is_a_difference() -> None:
    planned = plan([{"email": ANNA, "company_size": 2**53 + 1}], state=[{"email": ANNA, "company_size": 2**53}])
    assert planned.sends == {"company_size": (str(2**53), str(2**53 + 1), "overwrite")}


@EACH_FIELD
def test_a_missing_value_clears_what_we_wrote(field: str) -> None:
    name, old, _ = TEXTS[field]
    planned = plan([{"email": ANNA}], state=[{"email": ANNA, field: VALUES[field][0]}])
    assert planned.sends == {name: (old, None, "clear")}
    assert (planned.row["cleared"], planned.row["sent"], planned.row[field]) == ([field], [], None)


@EACH_FIELD
def test_a_missing_value_leaves_what_somebody_else_wrote_since(field: str) -> None:
    name, _, theirs = TEXTS[field]
    state, edited = [{"email": ANNA, field: VALUES[field][0]}], [{"email": ANNA, name: theirs}]
    planned = plan([{"email": ANNA}], state=state, hubspot=edited)
    assert (planned.outcome, planned.settled[field]["decision"]) == ("unchanged", "theirs")
    cleared = plan([{"email": ANNA}], state=state, hubspot=edited, clear_unknown=True)
    assert cleared.sends == {name: (theirs, None, "clear")}


def test_never_clear_never_clears() -> None:
    planned = plan([{"email": ANNA}], state=[{"email": ANNA, "name": "Anna"}], mode="never_clear")
    assert (planned.outcome, planned.settled["name"]["decision"]) == ("unchanged", "never_clear")
    hubspot = [{"email": ANNA, "firstname": "Anna", "phone": "1"}]
    planned = plan([{"email": ANNA, "phone": "2"}], hubspot=hubspot, mode="never_clear", clear_unknown=True)
    assert planned.sends == {"phone": ("1", "2", "overwrite_theirs")}


def test_what_sales_corrected_is_overwritten_only_where_the_source_changed_too() -> None:
    state = {"email": ANNA, "name": "Anna", "phone": "1", "mrr": 1.0}
    edited = [{"email": ANNA, "firstname": "Ana", "phone": "9"}]
    assert plan([{**state, "mrr": 2.0}], state=[state], hubspot=edited).sends == {
        "mrr": ("1", "2", "overwrite"), "firstname": ("Ana", "Anna", "overwrite_theirs"), "phone": ("9", "1", "overwrite_theirs"),
    }  # fmt: skip


def test_a_value_that_hubspot_has_lost_is_filled() -> None:
    state = {"email": ANNA, "name": "Anna", "phone": "1"}
    planned = plan([{**state, "phone": "2"}], state=[state], hubspot=[{"email": ANNA, "phone": ""}])
    assert planned.sends == {"phone": (None, "2", "fill")}


def test_a_value_that_was_written_to_another_property_is_sent_alone() -> None:
    same = {"email": ANNA, "name": "Anna", "mrr": 5.0}
    planned = plan([same], state=[{**same, "mapping_version": VERSION - 1}], hubspot=[{"email": ANNA, "mrr": None}])
    assert planned.sends == {"mrr": (None, "5", "fill")}
    assert (planned.row["sent"], planned.row["mapping_version"]) == (["mrr"], VERSION)


def test_a_value_that_was_written_to_another_property_and_is_there_all_the_same_is_noted_as_seen() -> None:
    same = {"email": ANNA, "name": "Anna", "mrr": 5.0}
    planned = plan([same], state=[{**same, "mapping_version": VERSION - 1}])
    assert planned.outcome == "unchanged"
    assert (planned.noted["seen"], planned.noted["mrr"], planned.noted["mapping_version"]) == (["mrr"], 5.0, VERSION)


def test_what_stands_where_another_property_is_written_now_is_somebody_elses() -> None:
    state = [{"email": ANNA, "mrr": 5.0, "mapping_version": VERSION - 1}]
    planned = plan([{"email": ANNA, "mrr": 6.0}], state=state)
    assert planned.sends == {"mrr": ("5", "6", "overwrite_theirs")}
    assert plan([{"email": ANNA}], state=state).outcome == "known"


def test_a_value_that_was_written_in_another_form_is_looked_at_once_and_stays_as_it_is() -> None:
    same = {"email": ANNA, "name": "Anna", "country": "ES"}
    held = [{"email": ANNA, "country": "ES"}]
    planned = plan([same], state=[{**same, "mapping_version": VERSION - 1}], hubspot=held)
    assert (planned.looked_at, planned.outcome) == ([ANNA], "unchanged")
    assert (planned.noted["seen"], planned.noted["country"], planned.noted["mapping_version"]) == (None, "ES", VERSION)
    assert plan([same], state=[same], hubspot=held).outcome == "known"


def test_a_contact_the_portal_has_with_other_values_is_updated() -> None:
    hubspot = [{"email": ANNA, "firstname": "Ann", "phone": "1", "mrr": "7"}]
    planned = plan([{"email": ANNA, "name": "Anna", "phone": "1", "country": "ES"}], hubspot=hubspot)
    row = planned.row
    assert (row["action"], row["known_from"], row["hubspot_id"], row["cleared"]) == ("update", "portal", "201", [])
    assert planned.sends == {"firstname": ("Ann", "Anna", "overwrite_theirs"), "country": (None, "Spain", "fill")}
    assert row["sent"] == ["name", "country"]
    assert (planned.noted["seen"], planned.noted["phone"], planned.noted["name"]) == (["phone"], "1", None)


def test_what_only_hubspot_has_is_cleared_when_that_is_asked_for() -> None:
    hubspot = [{"email": ANNA, "firstname": "Anna", "mrr": "7"}]
    assert plan([{"email": ANNA, "name": "Anna"}], hubspot=hubspot).outcome == "unchanged"
    planned = plan([{"email": ANNA, "name": "Anna"}], hubspot=hubspot, clear_unknown=True)
    assert planned.sends == {"mrr": ("7", None, "clear")}


def test_what_only_hubspot_has_waits_to_be_cleared_until_all_sources_are_whole() -> None:
    hubspot = [{"email": ANNA, "firstname": "Ann", "mrr": "7"}]
    told: dict[str, Any] = {"hubspot": hubspot, "doubts": {"db2": SHRANK}}
    assert plan([{"email": ANNA, "name": "Anna"}], clear_unknown=True, **told).outcome == "incomplete_source"
    assert plan([{"email": ANNA, "name": "Anna"}], **told).outcome == "planned"


def test_the_plan_keeps_order_and_dtypes() -> None:
    emails = [f"{letter}@example.com" for letter in "abcdef"]
    planned = plan(
        [{"email": email} for email in emails],
        state=[{"email": emails[1], "name": "x"}],
        hubspot=[{"email": emails[3]}],
    )
    assert planned.rows["email"].to_list() == [email for email in emails if email != emails[3]]
    assert planned.rows.schema == PLAN_SCHEMA
    assert plan([]).rows.schema == PLAN_SCHEMA


@pytest.mark.parametrize("name", ["state", "settled"])
def test_a_table_with_a_contact_twice_is_refused(name: str) -> None:
    twice: dict[str, Any] = {name: [{"email": ANNA, "field": "name"}] * 2}
    with pytest.raises(ContactsError, match=name) as caught:
        plan([{"email": ANNA, "name": "x"}], **twice)
    assert ANNA not in str(caught.value)


def test_what_hubspot_holds_is_refused_where_it_has_a_contact_twice() -> None:
    looked_at = plan([{"email": ANNA}])
    twice = pl.DataFrame([{"email": ANNA}] * 2, schema=PORTAL_SCHEMA)
    found = Found(twice, pl.DataFrame(schema=UNFIT_SCHEMA), pl.DataFrame(schema=TWINS_SCHEMA))
    with pytest.raises(ContactsError, match="portal"):
        find_changes(
            MODEL, looked_at.unlike.rows, found, table("settled", []), table("refused", []), looked_at.rules, {}
        )


def test_a_row_says_that_what_it_has_is_ours() -> None:
    assert full_row("state", {"email": ANNA, "name": "x"})["name:ours"] is True
    assert full_row("state", {"email": ANNA})["name:ours"] is False
