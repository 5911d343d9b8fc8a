"""Kinds whole and number against a naive model: every sign that may stand in a number, and texts that are nearly one."""

import re
from decimal import Decimal
from itertools import product
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from hubsync_assets.kinds.numbers import Number, Whole
from hubsync_assets_tests.kinds.outcomes import BAD, read_texts
from hubsync_assets_tests.kinds.unhurried import UNHURRIED

SIGNS = [".", ","]
BETWEEN = [None, ".", ",", "'", " ", "\u00a0", "\u202f", "\u2019"]
COMBINATIONS = [
    (decimal, between) for decimal, between in product([None, *SIGNS], BETWEEN) if between != (decimal or ".")
]


def number(**keys: Any) -> Number:
    return Number.model_validate({"name": "mrr", **keys})


def whole(**keys: Any) -> Whole:
    return Whole.model_validate({"name": "size", **keys})


def by_hand(text: str, decimal: str, between: str | None, *, negative: bool) -> Any:
    """The exact number that a text is, character by character."""
    text = " ".join(text.split())
    if text in {"", "-", "--"}:
        return None
    if re.match("'[-+=@0-9]", text):
        text = text[1:]  # what keeps Excel from counting
    unsigned = text[1:] if text[0] in "+-" else text
    mantissa, e, exponent = unsigned.replace("E", "e").partition("e")
    before, _, after = mantissa.partition(decimal)
    if between is not None:
        alike = {"'": "'\u2019", "\u2019": "'\u2019"}.get(between, " " if between.isspace() else between)
        groups = re.split(f"[{alike}]", before)
        if len(groups) > 1:
            if e or not 1 <= len(groups[0]) <= 3 or groups[0][0] == "0" or any(len(group) != 3 for group in groups[1:]):
                return BAD
            before = "".join(groups)
    digits = before + after
    whole_exponent = exponent[1:] if exponent[:1] in {"+", "-"} else exponent
    if not (digits.isdecimal() and digits.isascii()) or (
        e and not (whole_exponent.isdecimal() and whole_exponent.isascii())
    ):
        return BAD
    value = Decimal(f"{text[0] if text[0] == '-' else ''}{before or '0'}.{after or '0'}e{exponent or '0'}")
    return BAD if value < 0 and not negative else value


def as_number(value: Any) -> Any:
    if not isinstance(value, Decimal):
        return value
    return float(value) + 0.0 if abs(float(value)) < float("inf") else BAD


def as_whole(value: Any) -> Any:
    if not isinstance(value, Decimal):
        return value
    return int(value) if value == value.to_integral_value() and -(2**63) <= value < 2**63 else BAD


numerals = st.text("0123456789", min_size=1, max_size=4)
near_numbers = st.lists(
    st.one_of(numerals, st.sampled_from([".", ",", "'", "\u2019", " ", "\u00a0", "+", "-", "e", "000", "123", "x"])),
    max_size=7,
).map("".join)
grouped = st.tuples(
    st.sampled_from(["", "-", "+"]), st.integers(0, 10**9), st.sampled_from(["", "5", "25", "250"])
).map(lambda parts: f"{parts[0]}{parts[1]:,}.{parts[2]}".removesuffix("."))


def may_be_thousands(text: str) -> bool:
    return re.fullmatch(r"'?[+-]?[1-9][0-9]{0,2}[.]000", " ".join(text.split())) is not None


def in_other_signs(text: str, decimal: str, between: str | None) -> str:
    return text.replace(",", "T").replace(".", decimal).replace("T", between or "")


@pytest.mark.parametrize(("decimal", "between"), COMBINATIONS)
@pytest.mark.parametrize("negative", [False, True])
@given(st.lists(near_numbers, max_size=8), st.lists(grouped, max_size=4))
@example(
    [
        "-0",
        "0.500",
        "0,500",
        "1.234",
        "1,234",
        "1.23",
        "-1",
        "+1",
        ".5",
        ",5",
        "5.",
        "5,",
        "1e3",
        "1 234",
        "1'234",
        "00.123",
    ],
    [],
)
@settings(UNHURRIED, max_examples=25)
def test_a_number_is_read_in_its_signs_or_not_at_all(
    decimal: str | None, between: str | None, negative: bool, near: list[str], right: list[str]
) -> None:
    keys = {"decimal": decimal, "thousands": between, "negative": negative}
    point = decimal or "."
    texts = [*near, *(in_other_signs(text, point, between) for text in right)]
    exact = [by_hand(text, point, between, negative=negative) for text in texts]
    assert read_texts(number(**keys), texts) == [as_number(value) for value in exact]
    wholes = [as_whole(value) for value in exact]
    if decimal is None and between is None:
        wholes = [BAD if may_be_thousands(text) else value for text, value in zip(texts, wholes, strict=True)]
    assert read_texts(whole(**keys), texts) == wholes
