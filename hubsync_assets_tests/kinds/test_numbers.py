"""Kinds whole and number: fractions, places, defaults, and what is written. Signs and thousands: ``test_number_signs``."""

import re
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import polars as pl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hubsync_assets.contacts.normalise import normalise
from hubsync_assets.kinds.numbers import Number, Whole
from hubsync_assets.kinds.reading import Conventions
from hubsync_assets.kinds.text import Text
from hubsync_assets_tests.contacts.rows import given as rows_of
from hubsync_assets_tests.kinds.outcomes import BAD, UNKNOWN, fault_keys, outcomes, read_texts
from hubsync_assets_tests.kinds.unhurried import UNHURRIED
from hubsync_assets_tests.shipped import MODEL


def number(**keys: Any) -> Number:
    return Number.model_validate({"name": "mrr", **keys})


def whole(**keys: Any) -> Whole:
    return Whole.model_validate({"name": "size", **keys})


def test_minus_0_is_0_wherever_it_comes_from() -> None:
    for field in (number(negative=True), number(), number(negative=True, places=1), number(decimal=",", negative=True)):
        for value in read_texts(field, ["-0", "-0" + (field.decimal or ".") + "0"]):
            assert str(value) == "0.0"
    assert str(read_texts(number(negative=True, places=2), ["-0.001"])[0]) == "0.0"
    given = pl.Series([-0.0, -0.001])
    assert [str(value) for value in outcomes(number(negative=True, places=2).read(given, Conventions()))] == [
        "0.0",
        "0.0",
    ]


def test_the_apostrophe_that_keeps_excel_from_counting_is_no_part_of_a_number_and_stays_in_a_text() -> None:
    assert read_texts(number(), ["'12.5", "'+1", "''1", "'x", "1'"]) == [12.5, 1.0, BAD, BAD, BAD]
    assert read_texts(number(decimal=","), ["'12,5"]) == [12.5]
    assert read_texts(whole(), ["'600"]) == [600]
    assert read_texts(Text(name="name"), ["'t Hooft", "'600"]) == ["'t Hooft", "'600"]


@pytest.mark.parametrize("text", ["12,5", "1.234,56", "+1 234,5", "12,3456", " 7,5 "])
def test_a_number_with_a_comma_before_its_fraction_is_named_and_not_guessed(text: str) -> None:
    words = 'not a finite number that is 0 or more; it looks like decimal: ","; the record is kept without this value'
    assert read_texts(number(), [text]) == [BAD]
    assert normalise(MODEL, rows_of({"email": "a@example.com", "mrr": text})).rejected["message"].to_list() == [words]


@pytest.mark.parametrize("text", ["1,234", "1,2,3", "x,5", "1.2.3,4"])
def test_what_may_be_something_else_is_not_called_a_decimal_comma(text: str) -> None:
    messages = normalise(MODEL, rows_of({"email": "a@example.com", "mrr": text})).rejected["message"].to_list()
    assert ["decimal" in message for message in messages] == [False]
    assert number(decimal=",").suspicion(Conventions()) is None
    assert number().suspicion(Conventions(decimal=",")) is None


def test_a_number_less_than_0_has_to_be_allowed() -> None:
    assert read_texts(number(), ["-1.5", "-0"]) == [BAD, 0]
    assert read_texts(number(negative=True), ["-1.5"]) == [-1.5]
    assert read_texts(whole(negative=True), ["-9223372036854775808", "-9223372036854775809", "-3.0"]) == [
        -(2**63),
        BAD,
        -3,
    ]


@pytest.mark.parametrize(
    "text",
    ["(5)", "5-", "\u22125", "5 EUR", "$5", "5%", "1_000", "0x10", "\u0665", "inf", "-inf", "1e999", "1.2.3", "--5"],
)
def test_what_is_written_in_another_way_is_unreadable(text: str) -> None:
    assert read_texts(number(negative=True), [text]) == [BAD]
    assert read_texts(number(negative=True, decimal=",", thousands="."), [text]) == [BAD]


def test_a_comma_is_no_point_and_a_point_no_comma() -> None:
    assert read_texts(number(), ["1,5", "1.5"]) == [BAD, 1.5]
    assert read_texts(number(decimal=","), ["1,5", "1.5"]) == [1.5, BAD]
    assert read_texts(number(decimal=",", thousands="."), ["1.234,5", "1.234", "1.23", "1.234.5", "1234,5"]) == [
        1234.5,
        1234,
        BAD,
        BAD,
        1234.5,
    ]


def test_the_sources_sign_counts_where_the_field_has_none() -> None:
    comma = Conventions(decimal=",")
    assert read_texts(number(), ["1,5", "1.5", "n/a", "-"], comma) == [1.5, BAD, UNKNOWN, None]
    assert read_texts(number(decimal="."), ["1,5", "1.5"], comma) == [BAD, 1.5]
    assert read_texts(whole(), ["1.000", "1,0"], comma) == [BAD, 1]
    assert read_texts(number(thousands=","), ["1,5", "1,234"], comma) == [1.5, 1.234]


def test_numbers_that_come_as_numbers_are_taken_as_they_are() -> None:
    field = number(decimal=",", thousands=".", negative=True)
    assert outcomes(field.read(pl.Series([1.5, -2.0, None, float("nan"), float("inf")]), Conventions())) == [
        1.5,
        -2.0,
        None,
        BAD,
        BAD,
    ]
    assert outcomes(whole(decimal=",").read(pl.Series([1, -1, None]), Conventions())) == [1, BAD, None]
    assert outcomes(whole().read(pl.Series([1.0, 1.5, 1e300]), Conventions())) == [1, BAD, BAD]


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False)), st.integers(0, 12))
@example([0.125, -0.125, 2.5, -2.5, 1e300, -1e-300, 2.0**52, 1e15 + 0.3, 5e-13], 2)
@UNHURRIED
def test_places_round_to_the_nearest_and_never_lose_a_digit_before_the_point(values: list[float], places: int) -> None:
    step = Decimal(1).scaleb(-places)
    read = read_texts(number(negative=True, places=places), [repr(value) for value in values])
    for value, got in zip(values, read, strict=True):
        exact, rounded = Decimal(value), Decimal(repr(got))
        # A double next to the half way may go either way: the decimals that people read decide nothing here.
        assert abs(rounded - exact) <= step / 2 + abs(exact) * Decimal(2) ** -51
        if abs(value) < 2.0**52 / 10**places:
            assert rounded == rounded.quantize(step, ROUND_HALF_UP)
        else:
            assert got == value
    assert read_texts(number(negative=True, places=2), ["0.125", "-0.125", "0.135"])[:2] == [0.13, -0.13]


@given(st.lists(st.integers(-(2**63), 2**63 - 1)))
@UNHURRIED
def test_no_digit_of_a_whole_number_passes_through_a_float(values: list[int]) -> None:
    assert read_texts(whole(negative=True), [f"{value}.0" for value in values]) == values
    assert (
        read_texts(
            whole(negative=True, decimal=",", thousands="."), [f"{value:,}".replace(",", ".") for value in values]
        )
        == values
    )


@given(st.floats(allow_nan=False, allow_infinity=False))
@example(-0.0)
@UNHURRIED
def test_a_number_is_written_as_plain_decimals_that_give_it_back(value: float) -> None:
    (read,) = read_texts(number(negative=True), [repr(value)])
    written = number().written(read, "as_is")
    assert re.fullmatch(r"-?(0|[1-9][0-9]*)(\.[0-9]*[1-9])?", written)
    assert written != "-0"
    assert float(written) == value
    text = pl.Series([read]).to_frame("it").select(number().text(pl.col("it"))).item()
    assert text == written


@pytest.mark.parametrize(
    ("ours", "theirs", "same"),
    [
        ("1000", "1000.0", True),
        ("0.1", ".10", True),
        ("1", "2", False),
        ("1", "one", False),
        ("1", "NaN", False),
        ("1", "sNaN", False),
    ],
)
def test_in_a_number_property_a_number_is_the_same_however_it_is_written(ours: str, theirs: str, same: bool) -> None:
    assert number().same(ours, theirs, "number") is same
    assert not number().same(ours, theirs, "string")


@pytest.mark.parametrize(
    ("keys", "faults"),
    [
        ({"decimal": ",", "thousands": ","}, ["thousands"]),
        # Which sign stands before the fraction is then the sources' business (model.field_faults).
        ({"thousands": "."}, []),
        ({"thousands": ",", "default": 1.5}, []),
        ({"decimal": ",", "default": 1.5}, []),
        ({"decimal": ",", "default": "1,5"}, []),
        ({"decimal": ",", "default": "1.5"}, ["default"]),
        ({"default": -1}, ["default"]),
        ({"default": float("inf")}, ["default"]),
        ({"default": True}, ["default"]),
        ({"keep": "union"}, ["keep"]),
    ],
)
def test_what_is_wrong_with_a_declaration_is_said_under_its_key(keys: dict[str, Any], faults: list[str]) -> None:
    assert fault_keys(number(**keys)) == faults
    assert faults or number(**keys).default_value in {None, 1.5}
