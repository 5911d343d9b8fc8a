"""Kind country, and the table of names that it reads."""

import unicodedata
from importlib.resources import files
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubsync_assets.kinds.country import Country
from hubsync_assets.kinds.country_table import all_countries
from hubsync_assets_tests.kinds.outcomes import BAD, UNKNOWN, fault_keys, read_texts
from hubsync_assets_tests.kinds.unhurried import UNHURRIED

TABLE = (files("hubsync_assets.kinds") / "country_names.tsv").read_text(encoding="utf-8")
ROWS = [line.split("\t") for line in TABLE.splitlines() if not line.startswith("#")]
NAMES = [(name, row[0]) for row in ROWS for name in row[4].split("|")]


def country(**keys: Any) -> Country:
    return Country.model_validate({"name": "country", **keys})


@pytest.mark.parametrize(
    ("texts", "code"),
    [
        (["ES", "es", " Es\n", "ESP", "esp", "724", "Spain", "SPAIN", "Espa\u00f1a", "espana", "ESPA\u00d1A", "Espan\u0303a", "Spanien"], "ES"),
        (["United States", "USA", "U.S.A.", "U.S.", "us", "the United States of America", "EE. UU.", "EEUU", "Estados  Unidos"], "US"),
        (["UK", "u.k.", "GB", "GBR", "826", "Great Britain", "England", "Vereinigtes K\u00f6nigreich", "Royaume Uni"], "GB"),
        (["C\u00f4te d'Ivoire", "C\u00f4te d\u2019Ivoire", "Cote dIvoire", "Ivory Coast", "Elfenbeink\u00fcste"], "CI"),
        (["Bosnia & Herzegovina", "Bosnia and Herzegovina", "Bosnia-Herzegovina", "Bosnien und Herzegowina"], "BA"),
        (["T\u00fcrkiye", "T\u00dcRK\u0130YE", "Turkey", "Turkiye", "TUR"], "TR"),
        (["Hong Kong", "Hongkong", "Hong Kong SAR China", "\u9999\u6e2f"], "HK"),
        (["Deutschland", "Allemagne", "Germania", "\u0413\u0435\u0440\u043c\u0430\u043d\u0438\u044f", "\u30c9\u30a4\u30c4"], "DE"),
        (["The Netherlands", "Holland", "Nederland", "Pays-Bas", "Pa\u00edses Bajos"], "NL"),
        (["Czech Republic", "Czechia", "\u010cesko", "Cesko", "Rep\u00fablica Checa"], "CZ"),
        (["Russian Federation", "Russia", "Rusia"], "RU"),
        (["Korea, Republic of", "South Korea", "\ud55c\uad6d"], "KR"),
        (["\u00d6sterreich", "Osterreich", "Autriche"], "AT"),
        (["Weissrussland", "Belarus"], "BY"),
    ],
)  # fmt: skip
def test_a_country_is_read_from_its_codes_and_from_what_people_call_it(texts: list[str], code: str) -> None:
    assert read_texts(country(), texts) == [code] * len(texts)


@pytest.mark.parametrize(
    "text",
    [
        "XX", "E S", "\u0131t", "e\u017f", "\ufb01", "4", "34", "0724", "724.0", "Korea", "Congo", "America", "Kosovo", "XK", "EU", "Europe",
        "Espa", "Spain, Madrid", "Spain/France", "S p", "--es", "??", ".", "1", "999",
    ],
)  # fmt: skip
def test_what_is_no_country_or_could_be_two_is_unreadable(text: str) -> None:
    assert read_texts(country(), [text, "ES"]) == [BAD, "ES"]


def test_a_null_word_is_no_country_and_no_fault() -> None:
    assert read_texts(country(), ["n/a", "-", "None", "", None, "NA"]) == [UNKNOWN, None, None, None, None, "NA"]


def test_only_the_declared_countries_are_taken_under_whatever_name() -> None:
    assert read_texts(country(only=["ES", "IT"]), ["es", "Italia", "380", "FR", "France", "fra"]) == [
        "ES",
        "IT",
        "IT",
        BAD,
        BAD,
        BAD,
    ]


def test_without_names_only_two_letters_are_read() -> None:
    texts = ["ES", " it", "d\u200be", "ESP", "Spain", "724", "", "n/a"]
    assert read_texts(country(names=False), texts) == ["ES", "IT", "DE", BAD, BAD, BAD, None, UNKNOWN]
    assert read_texts(country(names=False, only=["ES"]), texts) == ["ES", BAD, BAD, BAD, BAD, BAD, None, UNKNOWN]


def test_it_is_written_as_any_of_its_codes_or_in_english() -> None:
    field = country(only=["ES", "CI"], property={"country": "english", "code": "alpha2", "code3": "alpha3"})
    properties: dict[str, str] = {}
    field.write_into(properties, "CI", None)
    assert properties == {"country": "C\u00f4te d\u2019Ivoire", "code": "CI", "code3": "CIV"}
    assert field.sendable("english") == frozenset({"Spain", "C\u00f4te d\u2019Ivoire"})
    assert field.sendable("alpha3") == frozenset({"ESP", "CIV"})
    assert field.sendable("alpha2") == frozenset({"ES", "CI"})
    assert field.written("XK", "english") == "XK"
    assert fault_keys(field) == []
    assert len(country().sendable("alpha2") or ()) == 249


def test_a_code_that_is_none_is_a_fault_that_says_what_may_be_meant() -> None:
    assert list(country(only=["ES", "UK"]).faults()) == [("only", "'UK' is no code of ISO 3166; did you mean 'GB'?")]
    assert list(country(only=["XX"]).faults()) == [("only", "'XX' is no code of ISO 3166")]
    with pytest.raises(ValueError, match="at least 1"):
        country(only=[])


def test_what_fits_is_named_unless_it_is_too_much() -> None:
    assert country(only=["ES", "IT"]).unfit == "not one of ES, IT"
    assert country(only=[row[0] for row in ROWS][:13]).unfit == "none of the 13 countries"
    assert country().unfit == "no country of ISO 3166"


def test_the_table_has_each_country_once_with_three_codes_and_names() -> None:
    assert len(ROWS) == 249
    codes, alpha3, numeric, english, names = zip(*ROWS, strict=True)
    assert list(codes) == sorted(set(codes))
    assert all(len(code) == 2 and code.isascii() and code.isupper() for code in codes)
    assert len(set(alpha3)) == 249
    assert all(len(code) == 3 and code.isascii() and code.isupper() for code in alpha3)
    assert len(set(numeric)) == 249
    assert all(len(code) == 3 and code.isdecimal() for code in numeric)
    assert len(set(english)) == 249
    assert all(name == " ".join(name.split()) != "" for row in names for name in row.split("|"))
    assert len(NAMES) > 9_000
    of_each = {row[0]: row[1:3] for row in ROWS}
    assert [of_each[code] for code in ("ES", "DE", "SD", "TL")] == [
        ["ESP", "724"],
        ["DEU", "276"],
        ["SDN", "729"],
        ["TLS", "626"],
    ]


def test_the_table_says_whose_it_is() -> None:
    assert "Unicode-3.0" in TABLE.splitlines()[2]
    assert "UNICODE LICENSE V3" in (files("hubsync_assets.kinds") / "country_names.LICENSE").read_text(encoding="utf-8")


def without_accents(name: str) -> str:
    return "".join(each for each in unicodedata.normalize("NFD", name) if not "\u0300" <= each <= "\u036f")


@pytest.mark.parametrize(
    "spelled", [str, str.upper, str.lower, lambda name: f" {name}\t"], ids=["as_it_is", "upper", "lower", "blanks"]
)
def test_each_name_of_the_table_is_its_country(spelled: Any) -> None:
    # Of an Armenian ligature capitals make two letters.
    names = [(spelled(name), code) for name, code in NAMES if "\u0587" not in name]
    read = read_texts(country(), [name for name, _ in names])
    assert [(name, code, got) for (name, code), got in zip(names, read, strict=True) if got != code] == []


@pytest.mark.parametrize(
    "spelled",
    [without_accents, lambda name: name.replace("-", " ").replace("\u2019", "'"), lambda name: name.replace(" ", "")],
)
def test_a_name_without_accents_and_signs_is_its_country_or_none(spelled: Any) -> None:
    read = read_texts(country(), [spelled(name) for name, _ in NAMES])
    assert {got for (_, code), got in zip(NAMES, read, strict=True) if got != code} <= {BAD}
    assert read.count(BAD) < 0.02 * len(NAMES)


def test_every_code_in_any_case_is_its_country() -> None:
    for column in range(3):
        assert read_texts(country(), [row[column] for row in ROWS]) == [row[0] for row in ROWS]
        assert read_texts(country(), [row[column].lower() for row in ROWS]) == [row[0] for row in ROWS]


def test_no_name_or_code_stands_for_two_countries() -> None:
    for table in (all_countries().spellings, all_countries().plain):
        assert table["spelling"].is_unique().all()
        assert "" not in table["spelling"]
    assert all_countries().plain["spelling"].str.contains("^[a-z]{1,3}$").sum() == 0


@given(
    st.lists(st.sampled_from(NAMES).flatmap(lambda row: st.tuples(st.just(row[0]), st.integers(0, 9), st.characters())))
)
@UNHURRIED
def test_a_name_with_another_character_in_it_is_never_a_wrong_country_by_its_exact_spelling(
    given: list[tuple[str, int, str]],
) -> None:
    texts = [name[:place] + other + name[place:] for name, place, other in given]
    exact = {name.lower(): code for name, code in NAMES}
    for text, read in zip(texts, read_texts(country(), texts), strict=True):
        bare = " ".join(unicodedata.normalize("NFC", text.lower()).split())
        assert read == exact[bare] if bare in exact else read in {BAD, *(row[0] for row in ROWS)}
