"""The quick way to E.164 against the library, over numbers of every country and every way to write them."""

import random
from collections.abc import Iterator

import phonenumbers
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from phonenumbers import PhoneNumberType

from hubsync_assets.kinds.e164 import e164, quick_e164
from hubsync_assets_tests.kinds.unhurried import UNHURRIED

COUNTRIES = ("ES", "IT", "FR", "DE")
# Codes that countries share, prefixes with rules of their own, other ways out of the country, no country at all.
OTHERS = ("US", "GB", "VA", "SM", "AR", "MX", "BR", "CN", "AU", "KZ", "CA", "XX", "es", "", "001", None)
SEEDED = 6_000


def by_the_library(text: str, country: str | None) -> str:
    """The rule, written down with nothing but the library."""
    try:
        number = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException:
        return text
    if number.extension or not phonenumbers.is_valid_number(number):
        return text
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def written(chance: random.Random, digits: str) -> str:
    """The digits with blanks and signs between them, a few at a time, sometimes with something else at the ends."""
    text = ""
    while digits:
        size = chance.choice([1, 2, 2, 3, 3, 4, 20])
        text += digits[:size] + chance.choice(["", "", " ", " ", "-", ".", "/", " - "])
        digits = digits[size:]
    text = chance.choice([text, text, text, text.strip(), f"({text[:4]}){text[4:]}", f" {text}", f"- {text}"])
    return chance.choice(
        [text] * 30
        + [f"{text} ext 5", f"{text}#3", f"{text};12", f"{text}~", f"{text}/x9", f"{text},,5", f"tel:{text}"]
    )


def made_up(country: str) -> Iterator[str]:
    """Numbers as people of a country write them, of which many are valid and many are nearly so."""
    chance = random.Random(country)
    code = str(phonenumbers.country_code_for_region(country))
    for _ in range(SEEDED):
        national = "".join(chance.choices("0123456789", k=chance.choice([*range(3, 15), *[9] * 9, 10, 10, 11])))
        before = chance.choice(
            [
                "",
                "",
                "",
                "0",
                "0",
                "00",
                "1",
                code,
                f"00{code}",
                f"+{code}",
                f"+{code}",
                f"+{code}(0)",
                "++",
                "+",
                "000",
                f"+0{code}",
            ]
        )
        yield written(chance, before + national)


def examples() -> Iterator[tuple[str, str]]:
    """An example of every kind of number of every country, and others that are nearly it, written in many ways."""
    chance = random.Random(1)
    for country in sorted(phonenumbers.SUPPORTED_REGIONS):
        code = str(phonenumbers.country_code_for_region(country))
        before = ["", f"+{code}", phonenumbers.ndd_prefix_for_region(country, strip_non_digits=True) or "0"]
        for kind in PhoneNumberType.values():
            if (number := phonenumbers.example_number_for_type(country, kind)) is None:
                continue
            for form in (phonenumbers.PhoneNumberFormat.NATIONAL, phonenumbers.PhoneNumberFormat.INTERNATIONAL):
                yield phonenumbers.format_number(number, form), country
            digits = phonenumbers.national_significant_number(number)
            for _ in range(4):
                place = chance.randrange(len(digits))
                other = digits[:place] + chance.choice(["", *"0123456789", "11"]) + digits[place + 1 :]
                yield written(chance, chance.choice(before) + other), country
                yield written(chance, f"{chance.choice(['+', '00'])}{code}{other}"), chance.choice(COUNTRIES)


@pytest.mark.parametrize("country", COUNTRIES)
def test_thousands_of_numbers_of_each_country_are_what_the_library_says(country: str) -> None:
    texts = list(made_up(country))
    answers = [(text, quick_e164(text, country), by_the_library(text, country)) for text in texts]
    assert [it for it in answers if it[1] is not None and it[1] != it[2]] == []
    # Else the test would hold with a quick way that never answers.
    changed = sum(text != library for text, _, library in answers)
    assert changed > 300
    assert sum(quick is not None for _, quick, _ in answers) > 0.7 * changed


def test_every_kind_of_number_of_every_country_is_what_the_library_says() -> None:
    answers = [(text, quick_e164(text, country), by_the_library(text, country)) for text, country in examples()]
    assert [it for it in answers if it[1] is not None and it[1] != it[2]] == []
    assert sum(quick is not None for _, quick, _ in answers) > len(answers) / 2


@given(st.text("00112233445566789+ -./()", max_size=24), st.sampled_from(COUNTRIES + OTHERS))
@settings(UNHURRIED, max_examples=2_000)
def test_any_text_of_digits_and_signs_is_what_the_library_says(text: str, country: str | None) -> None:
    assert e164(text, country) == by_the_library(text, country)


@given(
    st.text("0123456789+ -#*xX;:,~/٣۴５ eًabtel=\t\u00a0\u2013\uff0b", max_size=20), st.sampled_from(COUNTRIES + OTHERS)
)
@settings(UNHURRIED, max_examples=500)
def test_any_text_at_all_is_what_the_library_says(text: str, country: str | None) -> None:
    assert e164(text, country) == by_the_library(text, country)


@pytest.mark.parametrize(
    ("text", "country", "number"),
    [
        ("612 34 56 78", "ES", "+34612345678"),
        ("+34 612-345-678", None, "+34612345678"),
        ("0034 612345678", "ES", "+34612345678"),
        ("393 123 4567", "IT", "+393931234567"),
        ("02 1234 5678", "IT", "+390212345678"),
        ("06.12.34.56.78", "FR", "+33612345678"),
        ("+33 (0)6 12 34 56 78", "ES", "+33612345678"),
        ("030/123456", "DE", "+4930123456"),
        ("(0151) 23456789", "DE", "+4915123456789"),
        ("+44 7400 123456", "ES", "+447400123456"),
        ("+1 212 555 2368", "FR", "+12125552368"),
    ],
)
def test_a_number_written_in_a_plain_way_needs_no_library(text: str, country: str | None, number: str) -> None:
    assert quick_e164(text, country) == number == by_the_library(text, country)


@pytest.mark.parametrize(
    ("text", "country"),
    [
        ("612 34 56 78", None),
        ("612 34 56 7", "ES"),
        ("34 612345678", "ES"),
        ("612 34 56 78 ext. 5", "ES"),
        ("612 34 56 78#5", "ES"),
        ("6\N{ARABIC-INDIC DIGIT ONE}2345678", "ES"),
        ("+34+612345678", "ES"),
        ("+999 612345678", "ES"),
        ("+034612345678", "ES"),
        ("", "ES"),
        ("+", "ES"),
        (" " * 250 + "612345678", "ES"),
    ],
)
def test_whatever_is_not_plain_is_left_to_the_library(text: str, country: str | None) -> None:
    assert quick_e164(text, country) is None
    assert e164(text, country) == by_the_library(text, country)
