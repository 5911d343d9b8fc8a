"""What spreadsheets, databases and keyboards leave in cells: no value of anybody, or another spelling of one.

Put here: texts that would stand in HubSpot as they are, if nobody knew them. Keep out: the words of ``null_words`` under every kind
(``test_every_kind``).
"""

import polars as pl
import pytest

from hubsync_assets.contacts.source_columns import as_fields
from hubsync_assets.kinds.email_text import read_emails
from hubsync_assets.kinds.numbers import Whole
from hubsync_assets.kinds.reading import Conventions
from hubsync_assets.kinds.text import Text
from hubsync_assets.model.contact_model import ContactModel
from hubsync_assets.model.declaration import ContactSync
from hubsync_assets_tests.kinds.outcomes import BAD, UNKNOWN, read_texts
from hubsync_assets_tests.shipped import MODEL

TEXT = Text.model_validate({"name": "company"})


@pytest.mark.parametrize(
    "word", ["#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NV", "#BEZUG!", "#N/D", "<NA>", "undefined"]
)
def test_what_a_program_writes_for_an_error_is_no_value(word: str) -> None:
    assert read_texts(TEXT, [word, f" {word} ", "Acme"]) == [UNKNOWN, UNKNOWN, "Acme"]


def test_nothing_as_database_programs_show_it_is_nothing() -> None:
    assert read_texts(TEXT, ["<null>", "[NULL]", "null and void"]) == [None, None, "null and void"]


def test_a_word_that_a_source_declares_empty_is_empty_even_if_it_means_an_error_elsewhere() -> None:
    how = Conventions(empty_words=frozenset({"undefined", "#value!"}))
    assert read_texts(TEXT, ["undefined", "#VALUE!", "#DIV/0!"], how) == [None, None, UNKNOWN]


def test_a_name_of_which_a_part_is_an_error_is_none() -> None:
    names = ("email", "name", "@first name", "@last name")
    rows = pl.DataFrame(
        {"position": [1, 2], "email": ["a@b.co"] * 2, "@first name": ["undefined", "Ann"], "@last name": ["Lee", "Lee"]}
    )
    columns = MODEL.columns("db1")
    other = [pl.lit(None, pl.String).alias(name) for name in columns.names if name not in rows.columns]
    lists = [pl.lit(None, pl.List(pl.String)).alias(name) for name in ("nested", "not_given")]
    fields = as_fields(columns, rows.with_columns(*other, *lists))
    assert set(names) <= set(columns.names)
    assert fields["name"].to_list() == ["undefined", "Ann Lee"]


def test_the_apostrophe_that_keeps_digits_text_is_no_part_of_them() -> None:
    given = ["'28001", "'1010", "'123-4567", "'68", "'90s", "'28001'", "'tHart", "O'28001"]
    assert read_texts(TEXT, given) == ["28001", "1010", "123-4567", *given[3:]]


def test_one_or_one_thousand_is_not_guessed_of_a_whole_number() -> None:
    given = ["1.000", "20.000", "+1.000", "'1.000", "1.0", "1.00", "0.000", "1234.000", "1.000e0", "250"]
    read = [BAD, BAD, BAD, BAD, 1, 1, 0, 1234, 1, 250]
    assert read_texts(whole(), given) == read
    assert read_texts(whole(decimal="."), ["1.000", "20.000"]) == [1, 20]
    assert read_texts(whole(), ["1.000"], Conventions(decimal=".")) == [1]
    assert read_texts(whole(decimal=",", thousands="."), ["1.000"]) == [1000]
    assert read_texts(whole(thousands=","), ["1.000", "1,000"]) == [1, 1000]


def test_a_number_that_may_be_thousands_is_named_with_what_to_declare() -> None:
    pattern, declared = whole().suspicion(Conventions()) or ("", "")
    like = pl.Series(["1.000", " 250.000", "1,5", "1.0", "1234.000", "x"]).str.contains(pattern).to_list()
    assert (like, declared) == ([True, True, True, False, False, False], 'decimal: ","')


def test_a_database_writes_a_point_before_fractions() -> None:
    database = {"read": "env:SHOP", "table": "people", "id": "id"}
    fields = {"email": {"kind": "email"}, "size": {"kind": "whole"}}
    model = ContactModel(ContactSync.model_validate({"sources": {"a": database, "b": {"read": "b"}}, "fields": fields}))
    assert read_texts(whole(), ["1.000"], model.conventions("a")) == [1]
    assert read_texts(whole(), ["1.000"], model.conventions("b")) == [BAD]


@pytest.mark.parametrize(
    "wide", ["\uff41nn@example.com", "ann\uff20example.com", "ann@example\u3002com", "\uff21nn@example\uff0ecom"]
)
def test_an_email_in_wide_letters_is_that_email(wide: str) -> None:
    read, fits = read_emails(pl.Series([wide]), Conventions())
    assert (read.to_list(), fits.to_list()) == (["ann@example.com"], [True])
    assert read_texts(TEXT, ["\uff21cme"]) == ["\uff21cme"]


def whole(**keys: str) -> Whole:
    return Whole.model_validate({"name": "size", **keys})
