"""What means the same in HubSpot, of every kind: writing it would change nothing."""

from typing import Any

import pytest

from hubsync_assets.kinds.country_table import all_countries
from hubsync_assets.kinds.registry import KINDS
from hubsync_assets_tests.kinds.examples import FITS, every_kind, plain_field
from hubsync_assets_tests.kinds.outcomes import read_texts

E164 = "+34612345678"
SAME: dict[str, list[tuple[str, str, str]]] = {
    "text": [("Acme", "  Acme\n", "string")],
    "id": [("A-1", "A-1 ", "string")],
    "email": [("a@b.io", " a@b.io ", "string")],
    "url": [("https://a.io", "HTTPS://A.io/", "string")],
    "country": [
        *[
            ("Spain", theirs, "string")
            for theirs in ("ES", "es", "ESP", "724", "España", "espana", "Spanien", " SPAIN ")
        ],
        ("ES", "Spain", "string"),
        ("ESP", "Spain", "string"),
    ],
    "phone": [
        *[
            (E164, theirs, "string")
            for theirs in ("+34 612 34 56 78", "612345678", "612-34-56-78", "0034612345678", " 612345678")
        ],
        ("12 34", "1234", "string"),
        ("ext 5", "5", "string"),
    ],
    "whole": [
        ("10", "10.0", "number"),
        ("10", "1E+1", "number"),
        ("10", " 10 ", "string"),
        ("10", "10.00", "enumeration"),
    ],
    "number": [("0.5", "5E-1", "number"), ("148", "148.00", "string")],
    "boolean": [("true", "TRUE", "enumeration"), ("true", " True ", "string")],
    "date": [
        ("2026-01-31", "1769817600000", "date"),
        ("2026-01-31", "2026-01-31T00:00:00Z", "date"),
        ("2026-01-31", "1769817600000", "string"),
    ],
    "datetime": [
        ("2026-01-31T10:00:00.000Z", "1769853600000", "datetime"),
        ("2026-01-31T10:00:00.000Z", "2026-01-31T11:00:00+01:00", "string"),
    ],
    "enum": [("Pro", "pro", "enumeration"), ("Pro", "PRO ", "string")],
    "multi": [("A;B", "b;a", "enumeration"), ("A;B", "B;A", "string")],
}
OTHERS: dict[str, list[tuple[str, str, str]]] = {
    "text": [("Acme", "acme", "string"), ("Acme", "Acme Ltd", "string"), ("A  B", "A B", "string")],
    "id": [("A-1", "a-1", "string")],
    "email": [("a@b.io", "a@c.io", "string")],
    "url": [("https://a.io", "https://a.io/x", "string"), ("https://a.io", "http://a.io", "string")],
    "country": [("Spain", "Portugal", "string"), ("Spain", "Atlantis", "string"), ("Spain", "Spain, Madrid", "string")],
    "phone": [
        (E164, "+34612345679", "string"),
        (E164, "+33612345678", "string"),
        (E164, "612345678 ext 5", "string"),
        ("12 34", "123", "string"),
        ("12 34", "+12 345", "string"),
    ],
    "whole": [("10", "11", "number"), ("10", "ten", "string"), (str(2**53), str(2**53 + 1), "number")],
    "number": [("0.5", "0.50001", "number"), ("0.5", "0,5", "string")],
    "boolean": [("true", "false", "enumeration"), ("true", "yes", "string")],
    "date": [("2026-01-31", "2026-02-01", "date"), ("2026-01-31", "yesterday", "string")],
    "datetime": [("2026-01-31T10:00:00.000Z", "2026-01-31T10:00:00.001Z", "datetime")],
    "enum": [("Pro", "Pro+", "enumeration")],
    "multi": [("A;B", "A", "enumeration"), ("A;B", "A;B;C", "enumeration")],
}


def pairs(of: dict[str, list[tuple[str, str, str]]]) -> list[Any]:
    return [pytest.param(kind, *pair, id=f"{kind}: {' | '.join(pair)}") for kind, found in of.items() for pair in found]


def test_each_kind_has_examples_of_both() -> None:
    assert set(SAME) == set(OTHERS) == set(KINDS)


@pytest.mark.parametrize(("kind", "ours", "theirs", "type_"), pairs(SAME))
def test_what_means_the_same_is_no_change(kind: str, ours: str, theirs: str, type_: str) -> None:
    assert plain_field(kind).means(ours, theirs, type_)


@pytest.mark.parametrize(("kind", "ours", "theirs", "type_"), pairs(OTHERS))
def test_what_means_something_else_is_a_change(kind: str, ours: str, theirs: str, type_: str) -> None:
    assert not plain_field(kind).means(ours, theirs, type_)


@every_kind
def test_what_was_sent_means_itself_whatever_blanks_are_around_it(kind: str) -> None:
    field = plain_field(kind)
    (value,) = read_texts(field, [FITS[kind]])
    for form in field.forms:
        text = field.written(value, form)
        for type_ in field.taken:
            assert field.means(text, text, type_)
            assert field.means(text, f" {text}\t", type_)


def test_each_country_means_itself_by_each_of_its_codes_and_its_name_and_no_other() -> None:
    field, countries = plain_field("country"), all_countries()
    texts = [(code, text) for code, name in countries.english.items() for text in (code, countries.alpha3[code], name)]
    for ours, name in countries.english.items():
        assert {code for code, text in texts if field.means(name, text, "string")} == {ours}
