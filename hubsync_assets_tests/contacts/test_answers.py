"""What a record says of a field, and what follows from it, by example: values, empty, unreadable, not given."""

from typing import Any

import pytest

from hubsync_assets.contacts.answers import Gives
from hubsync_assets.contacts.merge import merge_bucket
from hubsync_assets_tests.contacts.rows import records
from hubsync_assets_tests.shipped import MODEL

ANNA = "anna@example.com"

Row = dict[str, Any]
OLDER: Row = {"file_rank": 1, "name": "Anna", "phone": "1", "mrr": 9.0}
DB2: Row = {"source": "db2"}
BAD: Row = {"unreadable": ["name", "mrr"]}


def said(field: str, *rows: Row, gives: Gives | None = None) -> tuple[Any, Any]:
    """The golden value of a field, and where it is said to be from."""
    contacts = merge_bucket(MODEL, records(*({"email": ANNA, **row} for row in rows)), gives or Gives()).contacts
    return contacts.select(field, f"{field}:from").row(0)


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([{"name": "a"}], ("a", "db1")),
        ([{**DB2, "name": "a"}], ("a", "db2")),
        ([{}], (None, "empty")),
        ([{}, DB2], (None, "empty")),
        ([BAD], (None, "unreadable")),
        ([{}, {**DB2, **BAD}], (None, "unreadable")),
        ([{"not_given": ["name"]}], (None, None)),
        ([{"not_given": ["name"]}, DB2], (None, "empty")),
        ([{"not_given": ["name"]}, {**DB2, "name": "b"}], ("b", "db2")),
        ([BAD, {**DB2, "name": "b"}], ("b", "db2?")),
        ([{"name": "a"}, {**DB2, **BAD}], ("a", "db1")),
        ([BAD, {"name": "a"}], ("a", "db1?")),
        ([{"name": "a"}, BAD], ("a", "db1")),
    ],
)
def test_by_the_rule_first_what_is_unreadable_counts_only_before_the_winner(
    rows: list[Row], expected: tuple[str | None, str | None]
) -> None:
    assert said("name", *rows) == expected


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([{"mrr": 5.0}, {**DB2, "mrr": 7.0}], (7.0, "db2")),
        ([{"mrr": 7.0}, {**DB2, "mrr": 7.0}], (7.0, "db1")),
        ([{"mrr": 5.0}, {**DB2, **BAD}], (5.0, "db1?")),
        ([BAD, {**DB2, "mrr": 5.0}], (5.0, "db2?")),
        ([BAD, DB2], (None, "unreadable")),
    ],
)
def test_by_the_rule_max_what_is_unreadable_counts_wherever_it_is(
    rows: list[Row], expected: tuple[float | None, str]
) -> None:
    assert said("mrr", *rows) == expected


def test_a_newer_file_of_fewer_columns_changes_these_and_nothing_else() -> None:
    rows: list[Row] = [{"phone": "2"}, OLDER]
    delta = Gives({"db1": {0: ["email", "phone"]}})
    assert said("phone", *rows, gives=delta) == ("2", "db1")
    assert said("name", *rows, gives=delta) == ("Anna", "db1")
    assert said("mrr", *rows, gives=delta) == (9.0, "db1")
    assert said("company_name", *rows, gives=delta) == (None, "empty")
    assert said("company_name", rows[0], gives=delta) == (None, None)


def test_supersession_comes_before_the_rule() -> None:
    assert said("mrr", {"mrr": 5.0}, OLDER) == (5.0, "db1")
    assert said("mrr", {}, OLDER) == (None, "empty")
    assert said("mrr", BAD, OLDER) == (None, "unreadable")
    assert said("mrr", {"mrr": 5.0}, {**OLDER, "mrr": None, **BAD}) == (5.0, "db1")
    assert said("mrr", {"not_given": ["mrr"]}, OLDER) == (9.0, "db1")


def test_a_rejected_record_is_its_sources_newest_word_on_what_its_file_gives() -> None:
    rows: list[Row] = [{"rejected": True}, OLDER, {**DB2, "name": "b", "mrr": 1.0}]
    assert said("name", *rows) == ("b", "db2?")
    assert said("mrr", *rows) == (1.0, "db2?")
    assert said("mrr", *rows, gives=Gives({"db1": {0: ["email", "name"]}})) == (9.0, "db1")
    assert said("name", *rows[:2]) == (None, "unreadable")


def test_rejected_records_are_not_counted_and_make_no_contact() -> None:
    rows: list[Row] = [{"rejected": True}, OLDER, OLDER, {**DB2, "rejected": True}]
    done = merge_bucket(
        MODEL, records(*({"email": ANNA, **row} for row in rows), {"email": "only@x.com", "rejected": True})
    )
    assert done.contacts.drop("^.*:from$").select("email", "^db.*$").rows() == [(ANNA, 2, 0, 0, 0)]
    assert merge_bucket(MODEL, records(*[{"email": ANNA, "rejected": True}] * 2)).contacts.is_empty()


def test_the_newest_file_that_has_a_contact_is_named_even_where_it_has_a_rejected_record_and_gives_nothing() -> None:
    rows: list[Row] = [{"rejected": True}, OLDER, {**DB2, "rejected": True}, {**DB2, **OLDER}]
    nothing = {0: ["email"]}
    done = merge_bucket(
        MODEL, records(*({"email": ANNA, **row} for row in rows)), Gives({"db1": nothing, "db2": nothing})
    )
    assert done.contacts.select("^db.*_(records|file_rank)$", "name", "name:from").rows() == [
        (1, 1, 0, 0, "Anna", "db1")
    ]


def test_in_a_file_that_broke_off_a_missing_value_says_nothing() -> None:
    silent = Gives(silent={"db1": [0]})
    assert said("name", {}, gives=silent) == (None, None)
    assert said("name", {}, OLDER, gives=silent) == ("Anna", "db1")
    assert said("name", {"rejected": True}, OLDER, gives=silent) == (None, "unreadable")


def test_what_a_newer_file_superseded_is_in_no_conflict() -> None:
    rows = [{"email": ANNA, "name": "Ann"}, {"email": ANNA, **OLDER}]
    assert merge_bucket(MODEL, records(*rows)).conflicts.is_empty()
    assert merge_bucket(MODEL, records(*rows), Gives({"db1": {0: ["phone"]}})).contacts["name"].to_list() == ["Ann"]


def test_only_files_that_lack_a_field_are_told_apart_and_only_of_their_source() -> None:
    gives = Gives({"db1": {0: ["name"], 1: ["mrr"]}, "db2": {}})
    assert said("mrr", {}, gives=gives) == (None, None)
    assert said("mrr", {"file_rank": 1}, gives=gives) == (None, "empty")
    assert said("mrr", {**DB2}, gives=gives) == (None, "empty")
