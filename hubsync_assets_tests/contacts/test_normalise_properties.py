"""Normalising equals the naive rules of the oracle, value by value, and does not depend on how rows are cut into chunks."""

from collections.abc import Sequence
from typing import Any

import polars as pl
import pytest
from hypothesis import given as cases
from hypothesis import settings
from hypothesis import strategies as st

from hubsync_assets.contacts.normalise import normalise
from hubsync_assets.kinds import cleaning as text
from hubsync_assets.kinds.email_text import email_within, valid
from hubsync_assets.kinds.number_reading import read_numbers, read_wholes
from hubsync_assets_tests.contacts import oracle
from hubsync_assets_tests.contacts.rows import given
from hubsync_assets_tests.shipped import CONTACT_FIELDS, MODEL, RECORD_COLUMNS

MANY = settings(max_examples=120, deadline=None, derandomize=True)

# Letters, letters that compose, capitals that grow when lowered, blanks of all kinds, controls and what cannot be seen.
CLUSTERS = ["a", "B", "\u00e9", "e\u0301", "\u0130", "\u00df", "\u0391\u03a3", "\u1100\u1161", "\u4e2d", "\U0001f600", " ", "  ",
            "\u200e", "\u202a", "\ufe0f", "\U000e0101", "\u2800", "\u3164",
            "\t", "\n", "\u0000", "\u001f", "\u0085", "\u00a0", "\u00ad", "\u2003", "\u2028", "\u3000", "\u180e", "\u200b", "\u200c",
            "\u200d", "\u2060", "\ufeff", "\u0301", "\u212b", "\u037e", "0", "-"]  # fmt: skip
TEXTS = st.lists(st.sampled_from(CLUSTERS), max_size=8).map("".join) | st.text(max_size=12)

LOCAL_PARTS = st.lists(
    st.sampled_from(["a", "Z", "7", ".", "..", "+", "-", "_", "'", "\u00e9", " ", '"', "(", "@", "\\", "x" * 62]),
    max_size=5,
)
LABELS = st.lists(
    st.sampled_from(["a", "B", "7", "-", "--", "_", "\u00e9", "e\u0301", "\u0661", "\u4e2d", "\u20ac", "x" * 61]),
    max_size=3,
)
EMAILS = st.builds(
    lambda local, at, labels: "".join(local) + at + ".".join("".join(label) for label in labels),
    LOCAL_PARTS,
    st.sampled_from(["@", "@", "@", "@", "", "@@", "\u200b@ "]),
    st.lists(LABELS | st.sampled_from([["com"], ["example"], ["12"]]), max_size=5),
) | st.sampled_from(["a@" + ".".join(["b" * 62] * 4) + "." + "c" * 3 * n for n in range(1, 4)])

DIGITS = st.sampled_from(
    ["", "0", "00", "1", "5", "120", "000", "9007199254740993", "9223372036854775807", "9223372036854775808", "9" * 25]
)
NUMERALS = st.builds(
    lambda *parts: "".join(parts),
    st.sampled_from(["", "", "", " ", "\u200b"]),
    st.sampled_from(["", "", "", "+", "-", "--"]),
    DIGITS,
    st.sampled_from(["", "", ".", ",", " "]),
    DIGITS,
    st.sampled_from(["", "", "", "e", "E"]),
    st.sampled_from(["", "", "+", "-"]),
    st.sampled_from(["", "", "0", "2", "3", "16", "18", "19", "20", "400", "99999999999999999999"]),
    st.sampled_from(["", "", "\n", "x"]),
) | st.sampled_from(
    [
        "NaN",
        "nan",
        "inf",
        "-inf",
        "Infinity",
        "+infinity",
        "true",
        "false",
        "0x1F",
        "1_000",
        "\uff11",
        "\u0661",
        "1e",
        "[1]",
    ]
)

COUNTRIES = st.sampled_from(
    ["ES", "es", "eS", " it", "Fr\n", "DE", "d\u200be", "XX", "\u0131t", "e\u017f", "Spain", "", "E S", "\ufb00"]
)
PHONES = st.builds(
    lambda *parts: "".join(parts),
    st.sampled_from(["", "", "+", "-", " ", "(", "\u200b", "++"]),
    st.sampled_from(["", "34", "0034", "\u0663", "no", "6.0", "6,", ".", "9" * 12]),
    st.sampled_from(["", " ", "-", ")", "/", "  ", ".", "e", "E+", "e-", "\n", " x "]),
    st.sampled_from(["", "600123123", "8", "600 12 31", "x12", "home", "08 "]),
)
WORDS = st.sampled_from(
    ["NULL", "null", "\\N", "\\n", "None", "nil", "(null)", "(NULL)", "-", "--", "nan", "NaN", "#N/A", "n/a", "N/A", "?", " ? ", "\u200bNull\t",
     "---", "n.a.", "null null", "??", "N / A", "()", "Nul"]
)  # fmt: skip
OF_KIND = {
    "text": TEXTS | WORDS,
    "phone": PHONES | TEXTS | WORDS,
    "country": COUNTRIES | TEXTS | WORDS,
    "whole": NUMERALS | WORDS,
    "number": NUMERALS | WORDS,
    "email": EMAILS | WORDS,
}


KEPT_SCHEMA = {
    "position": pl.UInt64,
    **RECORD_COLUMNS,
    "unreadable": pl.List(pl.String),
    "not_given": pl.List(pl.String),
}


def series(values: Sequence[str | None]) -> pl.Series:
    return pl.Series("value", values, dtype=pl.String)


@pytest.mark.parametrize("email", [False, True])
@MANY
@cases(values=st.lists(st.none() | TEXTS, max_size=12))
def test_cleaned_text_is_what_the_rule_says(email: bool, values: list[str | None]) -> None:
    assert text.clean_text(series(values), email=email).to_list() == [
        oracle.text(value, email=email) for value in values
    ]


@pytest.mark.parametrize("email", [False, True])
@pytest.mark.parametrize("first", [0x0000, 0x4000, 0x8000, 0xE000])
def test_every_character_of_the_basic_plane_is_cleaned_as_the_rule_says(first: int, email: bool) -> None:
    values = [f"a{chr(code)}b" for code in range(first, min(first + 0x4000, 0x10000)) if not 0xD800 <= code < 0xE000]
    assert text.clean_text(series(values), email=email).to_list() == [
        oracle.text(value, email=email) for value in values
    ]


@MANY
@cases(st.lists(EMAILS, max_size=12))
def test_an_email_is_valid_when_the_rule_says_so(values: list[str]) -> None:
    cleaned = [oracle.text(value, email=True) for value in values]
    lowered = [None if value is None else value.lower() for value in cleaned]
    assert valid(series(lowered)).to_list() == [value is not None and oracle.email_is_valid(value) for value in lowered]


@settings(MANY, max_examples=300)
@cases(st.lists(st.none() | NUMERALS, min_size=5, max_size=30))
def test_whole_numbers_are_exact(values: list[str | None]) -> None:
    read = read_wholes(series(values))
    cleaned = [oracle.text(value) for value in values]
    expected = [None if value is None else oracle.whole(value) for value in cleaned]
    assert read.values.to_list() == expected
    assert read.bad.to_list() == [
        value is not None and number is None for value, number in zip(cleaned, expected, strict=True)
    ]
    assert read.values.dtype == pl.Int64


@MANY
@cases(st.lists(st.none() | NUMERALS | st.floats(allow_nan=False, width=64).map(repr), max_size=12))
def test_numbers_are_the_nearest_float(values: list[str | None]) -> None:
    read = read_numbers(series(values))
    cleaned = [oracle.text(value) for value in values]
    expected = [None if value is None else oracle.number(value) for value in cleaned]
    assert list(map(repr, read.values)) == list(map(repr, expected))
    assert read.bad.to_list() == [
        value is not None and number is None for value, number in zip(cleaned, expected, strict=True)
    ]
    assert read.values.dtype == pl.Float64


ROWS = st.lists(
    st.fixed_dictionaries(
        {
            **{field.name: st.none() | OF_KIND[field.kind] for field in CONTACT_FIELDS},
            "email": EMAILS | WORDS | st.sampled_from(["a@example.com", "B@example.com"]),
            "nested": st.sampled_from([None, None, None, ["email"], ["name", "mrr"], ["country"], ["phone"]]),
            "not_given": st.sampled_from([None, None, ["company_name"], ["name", "mrr"]]),
        }
    ),
    max_size=10,
)


@MANY
@cases(ROWS)
def test_each_row_is_kept_or_rejected_as_the_rules_say(rows: list[dict[str, Any]]) -> None:
    frame = given(*rows)
    done = normalise(MODEL, frame)
    verdicts = [oracle.normalised(row) for row in rows]
    assert done.kept.to_dicts() == [
        {"position": position, **kept} for position, (kept, _) in enumerate(verdicts, 1) if kept
    ]
    assert done.rejected.select("position", "field", "reason").rows() == [
        (position, field, reason) for position, (_, rejected) in enumerate(verdicts, 1) for field, reason in rejected
    ]
    assert done.kept.schema == KEPT_SCHEMA
    assert frame.equals(given(*rows)), "the rows that were given are not to be touched"


@settings(MANY, max_examples=40)
@cases(ROWS, st.integers(1, 4))
def test_the_size_of_a_chunk_does_not_matter(rows: list[dict[str, Any]], size: int) -> None:
    whole = given(*rows)
    at_once = normalise(MODEL, whole)
    parts = [normalise(MODEL, part) for part in whole.iter_slices(size)] or [at_once]
    assert pl.concat([part.kept for part in parts]).equals(at_once.kept)
    assert pl.concat([part.rejected for part in parts]).equals(at_once.rejected)


def is_email_shaped(run: str) -> bool:
    local, _, domain = run.partition("@")
    return bool(local) and "@" not in domain and "." in domain and all(domain.split("."))


def one_email(value: str) -> str | None:
    """What stands between marks that no email has: where exactly one of those is an email, that one."""
    spaced = "".join(" " if letter.isspace() or letter in '",;|<>()[]{}:`' else letter for letter in value)
    words = spaced.replace("\\", " \\").split(" ")
    found = set()
    for word in words:
        bare = word.strip("'.")
        if word.startswith("\\") and "@" in word:
            return None  # behind a backslash nobody knows where the email begins
        if is_email_shaped(bare):
            found.add(bare.lower())
    return found.pop() if len(found) == 1 and oracle.email_is_valid(next(iter(found))) else None


PIECES = [
    "ann@example.com",
    "Ann@Example.com",
    "bob@example.org",
    "@home",
    "a@b",
    "x",
    "",
    "o'brien@x.io",
    "a..b@x.io",
    "a@b@c.io",
]
MARKS = [" ", ",", ";", '"', "'", "<", ">", ":", "\\", "\\t", ".", "|", "/", "=", "\n", "(", ")"]
BROKEN = st.lists(st.sampled_from(PIECES) | st.sampled_from(MARKS), max_size=8).map("".join)


@settings(MANY, max_examples=400)
@cases(st.lists(st.none() | BROKEN, max_size=8))
def test_the_one_email_of_a_broken_record_is_found_and_never_a_part_of_one(values: list[str | None]) -> None:
    assert email_within(series(values)).to_list() == [None if value is None else one_email(value) for value in values]
