"""Survivorship, supersession and conflicts by example."""

from typing import Any

import polars as pl
import pytest

from hubsync_assets.contacts import merge
from hubsync_assets.contacts.answers import Gives
from hubsync_assets.contacts.candidates import reduced
from hubsync_assets.contacts.errors import ContactsError
from hubsync_assets.contacts.merge import combine, merge_bucket, partial
from hubsync_assets.kinds.policies import Rule
from hubsync_assets.model.contact_model import ContactModel
from hubsync_assets.model.schema import CONFLICT_SCHEMA
from hubsync_assets_tests.contacts.rows import records
from hubsync_assets_tests.shipped import CONTACT_FIELDS, FIELDS, MERGED_SCHEMA, MODEL

ANNA, BRUNO, CARLA = "anna@example.com", "bruno@example.com", "carla@example.com"
FIRST_FIELDS = [field.name for field in CONTACT_FIELDS if field.rule is Rule.FIRST and field.kind != "country"]


def golden(*rows: dict[str, Any]) -> dict[str, Any]:
    """The golden record of rows that are all of one contact."""
    contacts = merge_bucket(MODEL, records(*({"email": ANNA, **row} for row in rows))).contacts
    assert contacts.height == 1
    return contacts.row(0, named=True)


@pytest.mark.parametrize("field", FIRST_FIELDS)
def test_the_first_present_value_wins_and_db1_comes_before_db2(field: str) -> None:
    merged = golden({"source": "db2", field: "two"}, {field: None}, {field: "one"}, {field: "other"})
    assert merged[field] == "one"


def test_a_missing_value_never_beats_a_present_one() -> None:
    merged = golden({"phone": None, "mrr": None}, {"source": "db2", "phone": "1", "mrr": 0.0})
    assert (merged["phone"], merged["mrr"], merged["name"], merged["company_size"]) == ("1", 0.0, None, None)


@pytest.mark.parametrize("field", ["company_size", "mrr"])
def test_the_greatest_number_wins_whoever_says_it(field: str) -> None:
    assert golden({field: 5}, {field: 7}, {"source": "db2", field: 6})[field] == 7
    assert golden({field: 5}, {"source": "db2", field: 6})[field] == 6


def test_a_size_of_64_bits_keeps_its_last_digit() -> None:
    assert (
        golden({"company_size": 9007199254740993}, {"company_size": 9007199254740992})["company_size"]
        == 9007199254740993
    )


def test_a_newer_file_that_gives_all_fields_supersedes_the_older_records_of_its_source() -> None:
    merged = golden(
        {"file_rank": 1, "position": 1, "name": "Old", "phone": "1", "mrr": 900.0},
        {"file_rank": 0, "position": 5, "name": "New", "mrr": 100.0},
        {"source": "db2", "file_rank": 3, "position": 1, "country": "ES", "mrr": 50.0},
    )
    assert (merged["name"], merged["phone"], merged["country"], merged["mrr"]) == ("New", None, "ES", 100.0)
    assert (merged["db1_records"], merged["db2_records"]) == (1, 1)
    assert (merged["db1_file_rank"], merged["db2_file_rank"]) == (0, 3)


def test_a_superseded_record_is_in_no_conflict() -> None:
    done = merge_bucket(
        MODEL, records({"email": ANNA, "file_rank": 1, "name": "Old"}, {"email": ANNA, "file_rank": 0, "name": "New"})
    )
    assert done.conflicts.is_empty()


def test_an_older_file_counts_for_the_emails_that_the_newer_one_does_not_have() -> None:
    done = merge_bucket(
        MODEL, records({"email": ANNA, "file_rank": 1, "name": "Anna"}, {"email": BRUNO, "file_rank": 0})
    )
    assert done.contacts["name"].to_list() == ["Anna", None]
    assert done.contacts["db1_file_rank"].to_list() == [1, 0]


def test_provenance_counts_the_records_of_each_source() -> None:
    merged = golden({}, {}, {"source": "db2"}, {})
    assert (merged["db1_records"], merged["db2_records"]) == (3, 1)
    alone = golden({"source": "db2", "file_rank": 2})
    assert (alone["db1_records"], alone["db2_records"], alone["db1_file_rank"], alone["db2_file_rank"]) == (
        0,
        1,
        None,
        2,
    )


def test_a_conflict_names_what_was_not_kept_once_for_each_source_that_says_it() -> None:
    done = merge_bucket(
        MODEL,
        records(
            {"email": ANNA, "name": None, "mrr": 10.0},
            {"email": ANNA, "name": "Anna", "mrr": 12.5},
            {"email": ANNA, "name": "Ann", "mrr": 10.0},
            {"email": ANNA, "name": "Ann"},
            {"email": ANNA, "source": "db2", "name": "Ann", "mrr": 12.5},
            {"email": ANNA, "source": "db2", "name": "Anna", "country": "ES"},
        ),
    )
    assert done.conflicts.to_dicts() == [
        {"email": ANNA, "field": "name", "kept": "Anna", "kept_source": "db1", "rule": "first",
         "not_kept": [{"value": "Ann", "source": "db1"}, {"value": "Ann", "source": "db2"}]},
        {"email": ANNA, "field": "mrr", "kept": "12.5", "kept_source": "db1", "rule": "max",
         "not_kept": [{"value": "10", "source": "db1"}]},
    ]  # fmt: skip


def test_the_kept_number_belongs_to_the_first_who_says_it() -> None:
    done = merge_bucket(
        MODEL, records({"email": ANNA, "company_size": 1}, {"email": ANNA, "source": "db2", "company_size": 2})
    )
    assert done.conflicts.select("kept", "kept_source").rows() == [("2", "db2")]


@pytest.mark.parametrize(
    ("mrr", "text"),
    [(148.0, "148"), (0.1, "0.1"), (1e16, "1" + "0" * 16), (1.5e20, "15" + "0" * 19), (1e-7, "0.0000001"), (1.25e-9, "0.00000000125"),
     (123456789012345678.0, "123456789012345680"), (9007199254740993.0, "9007199254740992"), (2.5e15, "2500000000000000")],
)  # fmt: skip
def test_numbers_in_conflicts_are_in_shortest_decimal_form_without_exponent(mrr: float, text: str) -> None:
    done = merge_bucket(MODEL, records({"email": ANNA, "mrr": mrr}, {"email": ANNA, "source": "db2", "mrr": 0.0}))
    assert done.conflicts.select("kept", "not_kept").rows() == [(text, [{"value": "0", "source": "db2"}])]


def test_contacts_of_one_record_come_first_and_the_rest_and_conflicts_by_email_and_field() -> None:
    twice = [
        {"email": email, "name": name, "phone": name, "mrr": mrr}
        for email, name, mrr in [
            (CARLA, "a", 1.0),
            (ANNA, "a", 1.0),
            (CARLA, "b", 2.0),
            (ANNA, "b", 2.0),
            (BRUNO, "a", 1.0),
        ]
    ]
    done = merge_bucket(MODEL, records(*twice))
    assert done.contacts["email"].to_list() == [BRUNO, ANNA, CARLA]
    assert done.conflicts.select("email", "field").rows() == [
        (email, field) for email in (ANNA, CARLA) for field in ("name", "phone", "mrr")
    ]


@pytest.mark.parametrize("rows", [[], [{"email": ANNA}], [{"email": ANNA}, {"email": ANNA}]])
def test_the_dtypes_are_the_agreed_ones_however_few_records_there_are(rows: list[dict[str, Any]]) -> None:
    done = merge_bucket(MODEL, records(*rows))
    assert done.contacts.schema == MERGED_SCHEMA
    assert done.conflicts.schema == CONFLICT_SCHEMA
    assert done.contacts.height == min(len(rows), 1)


@pytest.mark.parametrize(
    "column", [*[field.name for field in FIELDS], "source", "file_rank", "position", "unreadable", "rejected"]
)
def test_records_without_a_column_are_refused(column: str) -> None:
    with pytest.raises(ContactsError, match=f"missing: {column}"):
        merge_bucket(MODEL, records({"email": ANNA}).drop(column))


def test_an_email_that_comes_a_thousand_times_is_a_few_rows_when_it_is_reduced() -> None:
    many = records(
        *({"email": ANNA, "name": "Anna", "mrr": float(number % 3)} for number in range(1_000)), {"email": BRUNO}
    )
    small = partial(MODEL, many)
    assert small.height == 4  # the first record with each of the three numbers, and the other contact
    assert merge_bucket(MODEL, small).contacts.equals(merge_bucket(MODEL, many).contacts)
    assert merge_bucket(MODEL, small).conflicts.equals(merge_bucket(MODEL, many).conflicts)
    assert merge_bucket(MODEL, many).contacts.select("email", "db1_records").rows() == [(BRUNO, 1), (ANNA, 1_000)]


def test_a_long_value_stays_once_when_each_record_has_another_short_one() -> None:
    long = "n" * 5_000
    many = records(*({"email": ANNA, "name": long, "phone": f"{number}"} for number in range(100)))
    small = partial(MODEL, many)
    assert small.height == 100
    assert small["name"].drop_nulls().to_list() == [long]
    assert merge_bucket(MODEL, small).contacts.equals(merge_bucket(MODEL, many).contacts)
    assert merge_bucket(MODEL, small).conflicts.equals(merge_bucket(MODEL, many).conflicts)


def test_answers_that_are_not_values_stay_once_as_well_when_they_are_reduced() -> None:
    rows: list[dict[str, Any]] = [{}, {"unreadable": ["name", "mrr"]}, {"name": "Anna"}, {"rejected": True}]
    files = [{**row, "file_rank": rank} for rank in (0, 1) for row in rows for _ in range(300)]
    gives = Gives({"db1": {0: {"name"}}})
    many = records(*({"email": ANNA, **row} for row in files))
    small = partial(MODEL, many, gives)
    # Of the newer file the first record, the unreadable one and the name's; of the older one the first and the unreadable one.
    assert small.height == 5
    assert merge_bucket(MODEL, small).contacts.equals(merge_bucket(MODEL, many, gives).contacts)
    assert merge_bucket(MODEL, small).contacts.select("name", "name:from", "mrr:from", "db1_records").rows() == [
        ("Anna", "db1?", "unreadable", 900)
    ]


def test_records_that_say_nothing_but_make_the_contact_or_name_its_file_stay_when_they_are_reduced() -> None:
    many = records({"email": ANNA, "rejected": True}, *[{"email": ANNA, "file_rank": 1}] * 3)
    nothing = Gives({"db1": {0: ["email"], 1: ["email"]}})
    contacts = merge_bucket(MODEL, partial(MODEL, many, nothing)).contacts
    assert contacts.equals(merge_bucket(MODEL, many, nothing).contacts)
    assert contacts.select("email", "db1_records", "db1_file_rank", "name:from").rows() == [(ANNA, 3, 0, None)]


def test_reducing_twice_changes_nothing() -> None:
    rows = [{"email": ANNA, "name": name, "source": source} for source in ("db2", "db1") for name in "abab"]
    once = partial(MODEL, records(*rows))
    assert partial(MODEL, once).sort(pl.all()).equals(once.sort(pl.all()))


def test_no_pieces_are_no_contacts() -> None:
    done = combine(MODEL, [])
    assert done.contacts.schema == MERGED_SCHEMA
    assert done.contacts.is_empty()


def test_a_piece_without_a_column_is_refused() -> None:
    with pytest.raises(ContactsError, match="missing: mrr"):
        combine(MODEL, [records({"email": ANNA}), records({"email": BRUNO}).drop("mrr")])


def test_a_column_of_another_dtype_is_refused_by_name() -> None:
    with pytest.raises(ContactsError, match="other dtype: mrr"):
        merge_bucket(MODEL, records({"email": ANNA}).with_columns(pl.lit("5").alias("mrr")))


def test_a_bucket_that_does_not_shrink_is_reduced_only_when_it_has_doubled(monkeypatch: pytest.MonkeyPatch) -> None:
    heights = []

    def noted(model: ContactModel, rows: pl.DataFrame) -> pl.DataFrame:
        heights.append(rows.height)
        return reduced(model, rows)

    monkeypatch.setattr(merge, "reduced", noted)
    monkeypatch.setattr(merge, "_ROWS_TO_REDUCE", 10)
    done = combine(
        MODEL, (records(*({"email": f"{piece}.{row}@example.com"} for row in range(5))) for piece in range(64))
    )
    assert done.contacts.height == 320
    assert heights == [15, 35, 75, 155, 315]


def test_long_text_is_reduced_by_its_bytes_however_few_rows_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    given = []

    def noted(model: ContactModel, rows: pl.DataFrame) -> pl.DataFrame:
        given.append(rows.estimated_size())
        return reduced(model, rows)

    monkeypatch.setattr(merge, "reduced", noted)
    monkeypatch.setattr(merge, "_BYTES_TO_REDUCE", 100_000)
    rows = [{"email": ANNA, "name": "n" * 5_000, "position": position, "mrr": position} for position in range(200)]
    pieces = [records(*rows[start : start + 5]) for start in range(0, len(rows), 5)]
    done = combine(MODEL, pieces)
    assert len(given) > 5
    assert max(given) < 150_000  # all of it is more than a million
    whole = merge_bucket(MODEL, records(*rows))
    assert done.contacts.equals(whole.contacts)
    assert done.conflicts.equals(whole.conflicts)
