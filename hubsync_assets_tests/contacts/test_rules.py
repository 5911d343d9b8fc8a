"""The rules by example, where several records, files or fields decide together."""

from typing import Any

import pytest

from hubsync_assets.contacts.answers import Gives
from hubsync_assets.contacts.merge import merge_bucket, partial
from hubsync_assets_tests.contacts.declared import day, declared, golden, raw, said

ADDRESS = declared(
    {"city": {"kind": "text"}, "zip": {"kind": "text", "default": "unknown"}}, together=[["city", "zip"]]
)
PLAN = declared(
    {
        "plan": {"kind": "text", "keep": {"rule": "newest", "by": "changed"}},
        "changed": {"kind": "datetime", "keep": "max"},
        "phone": {"kind": "text"},
    }
)


def test_all_of_a_group_are_from_the_first_record_that_has_any_of_it() -> None:
    assert said(ADDRESS, {}, {"city": "Vigo"}, {"city": "Faro", "zip": "8000"}) == {
        "city": ("Vigo", "crm"),
        "zip": (None, "empty"),
    }


def test_the_default_of_a_member_is_for_those_of_whom_no_record_has_one() -> None:
    assert golden(ADDRESS, {}, {"city": "Vigo"})["zip"] == "unknown"
    assert golden(ADDRESS, {"city": "Vigo"}, {"city": "Faro", "zip": "8000"})["zip"] is None
    assert golden(ADDRESS, {"city": "Vigo"}, {"city": "Faro", "unreadable": ["zip"]})["zip"] is None


@pytest.mark.parametrize("others", [[], [{"source": "shop"}]])
def test_an_unreadable_member_leaves_its_whole_group_uncertain_of_however_many_records(
    others: list[dict[str, Any]],
) -> None:
    assert said(ADDRESS, {"city": "Vigo", "unreadable": ["zip"]}, *others) == {
        "city": ("Vigo", "crm?"),
        "zip": (None, "unreadable"),
    }


def test_what_the_taken_records_file_does_not_give_is_from_an_older_file_and_is_not_empty_where_that_is_unreadable() -> (
    None
):
    gives = Gives({"crm": {0: {"city"}}})
    rows = [{"city": "Vigo"}, {"source": "shop", "city": "Faro", "zip": "8000"}]
    assert said(ADDRESS, *rows, {"file_rank": 1, "city": "Lugo", "zip": "27001"}, gives=gives) == {
        "city": ("Vigo", "crm"),
        "zip": ("27001", "crm"),
    }
    assert said(ADDRESS, *rows, {"file_rank": 1, "city": "Lugo", "unreadable": ["zip"]}, gives=gives) == {
        "city": ("Vigo", "crm?"),
        "zip": (None, "unreadable"),
    }
    assert said(ADDRESS, *rows, gives=gives) == {"city": ("Vigo", "crm"), "zip": (None, None)}


def test_what_a_newer_file_says_is_empty_is_empty_though_the_older_files_record_is_taken() -> None:
    rows = [{}, {"file_rank": 1, "city": "Lugo", "zip": "27001"}]
    assert said(ADDRESS, *rows, gives=Gives({"crm": {0: {"city"}}})) == {
        "city": (None, "empty"),
        "zip": ("27001", "crm"),
    }


def test_of_another_record_of_the_same_file_nothing_is_taken() -> None:
    rows: list[dict[str, Any]] = [{"city": "Vigo", "not_given": ["zip"]}, {"city": "Lugo", "zip": "27001"}]
    assert said(ADDRESS, *rows) == {"city": ("Vigo", "crm"), "zip": (None, None)}


def test_the_newest_record_wins_and_one_without_a_date_counts_least() -> None:
    old, new = {"plan": "free", "changed": day(1)}, {"plan": "pro", "changed": day(2), "source": "shop"}
    assert said(PLAN, {"plan": "trial"}, old, new)["plan"] == ("pro", "shop")
    assert said(PLAN, {"plan": "trial"}, old)["plan"] == ("free", "crm")
    assert said(PLAN, {"plan": "trial"}, {"changed": day(3)})["plan"] == ("trial", "crm")


def test_an_unreadable_date_leaves_the_newest_uncertain_where_there_is_something_to_decide() -> None:
    nobody_knows = {"plan": "trial", "unreadable": ["changed"]}
    new = {"plan": "pro", "changed": day(2)}
    assert said(PLAN, nobody_knows, new)["plan"] == ("pro", "crm?")
    assert said(PLAN, nobody_knows)["plan"] == ("trial", "crm")
    assert said(PLAN, nobody_knows, {"changed": day(2)})["plan"] == ("trial", "crm")
    assert said(PLAN, nobody_knows, {**new, "plan": "trial"})["plan"] == ("trial", "crm")
    assert said(PLAN, {"unreadable": ["changed"]}, new)["plan"] == ("pro", "crm")


def test_a_record_whose_date_a_newer_file_superseded_is_as_new_as_its_source_and_as_unknown() -> None:
    gives = Gives({"crm": {0: {"changed"}}})
    before = {"file_rank": 1, "plan": "free", "changed": day(1)}
    theirs = {"source": "shop", "plan": "pro", "changed": day(2)}
    assert said(PLAN, {"changed": day(3)}, before, theirs, gives=gives)["plan"] == ("free", "crm")
    assert said(PLAN, {"unreadable": ["changed"]}, before, theirs, gives=gives)["plan"] == ("pro", "shop?")
    assert said(PLAN, {}, before, theirs, gives=gives)["plan"] == ("pro", "shop")


def test_a_field_may_have_its_own_order_of_sources_in_which_what_is_unreadable_decides_too() -> None:
    model = declared({"name": {"kind": "text", "keep": {"rule": "first", "order": ["shop", "crm"]}}})
    ours, theirs = {"name": "Ana"}, {"source": "shop", "name": "Anna"}
    bad = {"unreadable": ["name"]}
    assert said(model, ours, theirs)["name"] == ("Anna", "shop")
    assert said(model, bad, theirs)["name"] == ("Anna", "shop")
    assert said(model, ours, {**bad, "source": "shop"})["name"] == ("Ana", "crm?")


def test_a_long_value_stays_once_in_what_is_reduced_though_every_record_has_another_date() -> None:
    model = declared(
        {
            "name": {"kind": "text", "keep": {"rule": "newest", "by": "changed"}},
            "plan": {"kind": "text", "keep": {"rule": "newest", "by": "changed"}},
            "changed": {"kind": "datetime", "keep": "max"},
        }
    )
    long = "n" * 5_000
    rows = [{"name": long, "plan": f"{number}", "changed": day(1 + number % 28)} for number in range(200)]
    many = raw(model, *rows)
    small = partial(model, many)
    # The first record that has it, and the newest one.
    assert small["name"].drop_nulls().to_list() == [long] * 2
    assert merge_bucket(model, small).contacts.equals(merge_bucket(model, many).contacts)


GONE = {"filtered": True}


def test_a_contact_that_only_filtered_records_know_is_none() -> None:
    rows = raw(PLAN, GONE, {"file_rank": 1, "plan": "free"}, {"source": "shop", **GONE})
    assert merge_bucket(PLAN, rows).contacts.is_empty()


def test_of_a_source_that_filters_a_contact_older_files_do_not_count_and_records_of_the_same_or_a_newer_file_do() -> (
    None
):
    old, theirs = {"file_rank": 2, "phone": "1"}, {"source": "shop", "phone": "2"}
    gone = {**GONE, "file_rank": 1}

    def merged(*rows: dict[str, Any]) -> tuple[Any, ...]:
        contact = golden(PLAN, *rows)
        return tuple(contact[name] for name in ("phone", "crm_records", "crm_file_rank", "shop_records"))

    assert merged(old, theirs) == ("1", 1, 2, 1)
    assert merged(old, theirs, gone) == ("2", 0, None, 1)
    assert merged(old, theirs, gone, {"file_rank": 1, "phone": "3"}) == ("3", 1, 1, 1)
    assert merged(old, theirs, gone, {"file_rank": 0, "phone": "4"}) == ("4", 1, 0, 1)
    # What the newer file does not give is not taken from the one that was filtered away.
    assert merged(old, theirs, gone, {"file_rank": 0, "not_given": ["phone"]}) == ("2", 1, 0, 1)
    assert merged(old, {"source": "shop", **GONE}) == ("1", 1, 2, 0)
