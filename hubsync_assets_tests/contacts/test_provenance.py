"""Whose value a field is, by example and against the naive merge."""

import pytest
from hypothesis import given as cases

from hubsync_assets.contacts.answers import Gives
from hubsync_assets.contacts.errors import ContactsError
from hubsync_assets.contacts.merge import merge_bucket
from hubsync_assets.contacts.provenance import Origin, Place, field_origins
from hubsync_assets.kinds.policies import Rule
from hubsync_assets_tests.contacts import oracle_merge
from hubsync_assets_tests.contacts.merge_cases import FEW, Case, many_records
from hubsync_assets_tests.contacts.rows import records
from hubsync_assets_tests.shipped import CONTACT_FIELDS, MODEL

ANNA, BRUNO = "anna@example.com", "bruno@example.com"


def test_where_the_records_agree_a_value_is_of_the_first_that_has_it() -> None:
    found = field_origins(
        MODEL,
        records(
            {"email": ANNA, "source": "db2", "file": "two.csv", "name": "Anna", "mrr": 9.0},
            {"email": ANNA, "file": "one.json", "position": 9, "name": "Anna", "mrr": 9.0},
            {"email": ANNA, "file": "one.json", "position": 4, "mrr": 5.0},
        ),
        Gives(),
    )
    place = Place("db1", "one.json", 9)
    assert [(origin.field, origin.place, origin.said) for origin in found if origin.value is not None] == [
        ("name", place, "db1"),
        ("mrr", place, "db1"),
    ]


def test_each_field_names_the_file_that_gives_it() -> None:
    files = Gives({"db1": {0: {"phone"}}})
    found = field_origins(
        MODEL,
        records(
            {"email": ANNA, "file": "delta.csv", "phone": "2"},
            {"email": ANNA, "file": "all.csv", "file_rank": 1, "name": "Anna", "phone": "1"},
        ),
        files,
    )
    by_field = {origin.field: origin for origin in found}
    assert by_field["phone"] == Origin("phone", "2", "db1", Place("db1", "delta.csv", 1), Rule.FIRST, ())
    assert by_field["name"] == Origin("name", "Anna", "db1", Place("db1", "all.csv", 2), Rule.FIRST, ())
    assert by_field["country"] == Origin("country", None, "empty", None, Rule.FIRST, ())


def test_of_an_uncertain_field_the_unreadable_records_are_named() -> None:
    found = field_origins(
        MODEL,
        records(
            {"email": ANNA, "file": "a.csv", "unreadable": ["mrr"]},
            {"email": ANNA, "file": "a.csv", "rejected": True},
            {"email": ANNA, "source": "db2", "file": "b.csv", "mrr": 5.0},
        ),
        Gives(),
    )
    mrr = next(origin for origin in found if origin.field == "mrr")
    assert (mrr.said, mrr.place) == ("db2?", Place("db2", "b.csv", 3))
    assert mrr.unreadable == (Place("db1", "a.csv", 1), Place("db1", "a.csv", 2))


def test_nobodys_records_have_no_origins() -> None:
    assert field_origins(MODEL, records(), Gives()) == []


def test_records_of_two_contacts_are_refused() -> None:
    with pytest.raises(ContactsError, match="more than one contact"):
        field_origins(MODEL, records({"email": ANNA}, {"email": BRUNO}), Gives())


@FEW
@cases(many_records())
def test_origins_are_those_of_the_merge_and_of_the_naive_merge(case: Case) -> None:
    merged = {row["email"]: row for row in merge_bucket(MODEL, case.frame, case.gives).contacts.to_dicts()}
    for email in {row["email"] for row in case.rows}:
        theirs = [row for row in case.rows if row["email"] == email]
        found = field_origins(MODEL, records(*theirs), case.gives)
        for field, origin in zip(CONTACT_FIELDS, found, strict=True):
            done = oracle_merge.decide(theirs, field, case.files)
            winner = done.winner and (done.winner["source"], done.winner["position"])
            assert (origin.place and (origin.place.source, origin.place.position)) == winner
            assert [(place.source, place.position) for place in origin.unreadable] == [
                (record["source"], record["position"]) for record in done.unreadable
            ]
            assert (origin.field, origin.said, origin.rule) == (field.name, done.said, field.rule)
            if email in merged:
                assert (origin.value, origin.said) == (merged[email][field.name], merged[email][f"{field.name}:from"])
