"""Makes the table of country names that kind country reads, from Unicode's CLDR.

Needs babel, which brings CLDR's names of every language, and a folder with the unpacked npm package cldr-localenames-full: the short and the
other forms of a name (Hong Kong, Ivory Coast), which babel leaves out. Neither is needed to run the package, so both go into a throwaway
environment:

    python3 -m venv /tmp/names && /tmp/names/bin/pip install babel
    cd /tmp/names && npm pack cldr-localenames-full && tar xzf cldr-localenames-full-*.tgz
    /tmp/names/bin/python scripts/country_names.py /tmp/names/package

What is printed is the number of countries and names, and the names that mean two countries, which are left out.
"""
# ruff: noqa: INP001, T201

import json
import sys
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from babel import Locale
from babel.core import get_global

TABLE = Path(__file__).parent.parent / "hubsync_assets" / "kinds" / "country_names.tsv"
LICENCE = TABLE.with_name("country_names.LICENSE")

LANGUAGES = (
    "en", "es", "ca", "gl", "eu", "pt", "pt_PT", "fr", "it", "de", "nl", "da", "sv", "nb", "nn", "fi", "is", "et",
    "lv", "lt", "pl", "cs", "sk", "hu", "sl", "hr", "sr", "sr_Latn", "bs", "ro", "bg", "el", "tr", "ru", "uk", "be",
    "ar", "he", "fa", "hi", "ja", "ko", "zh", "zh_Hant", "vi", "id", "ms", "th", "ga", "cy", "mt", "sq", "mk", "lb",
    "hy", "ka", "az", "kk",
)  # fmt: skip

NO_COUNTRIES = frozenset(
    {"AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "XK", "ZZ"}
)  # fmt: skip
"""CLDR's own codes and those that ISO 3166 only reserves."""

WITHDRAWN = frozenset(
    {"BUR", "DDR", "FXX", "TMP", "YMD", "ZAR", "230", "249", "278", "280", "626", "720", "736", "886"}
)  # fmt: skip
"""Codes that CLDR still knows as another spelling of the code of today."""
AND_NOW = {"TLS": "TL", "626": "TL"}
"""East Timor kept its number."""

SHORTEST = 4
"""Letters of a short form, in a script that has capitals: VK, SAD and JAV are the United Kingdom and the United States only to those who know the language."""

EITHER_CONGO = frozenset({"congo", "kongo", "\u043a\u043e\u043d\u0433\u043e"})
"""The country on one side of the river in some languages, and in others the one on the other."""

ALSO = {
    "AE": ("UAE", "U.A.E.", "Emirates", "The United Arab Emirates"),
    "BA": ("Bosnia", "Bosnia-Herzegovina"),
    "BN": ("Brunei Darussalam",),
    "BO": ("Bolivia, Plurinational State of", "Bolivia (Plurinational State of)", "Plurinational State of Bolivia"),
    "BS": ("The Bahamas", "Bahamas, The"),
    "BY": ("Wei\u00dfrussland", "Bielorrusia", "Bi\u00e9lorussie", "Bielorussia"),
    "CD": ("DR Congo", "DRC", "Democratic Republic of the Congo", "Congo, Democratic Republic of the", "Congo, The Democratic Republic of the"),
    "CG": ("Republic of the Congo", "Congo, Republic of the"),
    "CI": ("Cote d'Ivoire", "Ivory Coast"),
    "CN": ("People's Republic of China", "PRC", "P.R. China", "Mainland China"),
    "CV": ("Cabo Verde", "Cape Verde"),
    "CZ": ("Czechia", "Czech Republic"),
    "DE": ("Federal Republic of Germany", "Bundesrepublik Deutschland", "BRD"),
    "ES": ("Kingdom of Spain", "Reino de Espa\u00f1a"),
    "FK": ("Falkland Islands", "Falkland Islands (Malvinas)", "Malvinas"),
    "FM": ("Micronesia, Federated States of", "Micronesia (Federated States of)", "Federated States of Micronesia"),
    "GB": (
        "UK", "U.K.", "Great Britain", "Britain", "England", "Scotland", "Wales", "Northern Ireland", "The United Kingdom",
        "United Kingdom of Great Britain and Northern Ireland", "Gro\u00dfbritannien", "Gran Breta\u00f1a", "Gran Bretagna", "Grande-Bretagne",
        "Inglaterra", "Inghilterra", "Angleterre", "Escocia", "Scozia", "\u00c9cosse", "Schottland",
    ),
    "GM": ("The Gambia", "Gambia, The"),
    "HK": ("Hong Kong", "Hong Kong SAR", "Hong Kong S.A.R."),
    "IE": ("Republic of Ireland", "Eire"),
    "IR": ("Iran, Islamic Republic of", "Iran (Islamic Republic of)", "Islamic Republic of Iran"),
    "KP": ("Korea, Democratic People's Republic of", "Democratic People's Republic of Korea", "DPRK", "Korea, North"),
    "KR": ("Korea, Republic of", "Republic of Korea", "Korea, South"),
    "LA": ("Lao People's Democratic Republic", "Lao PDR"),
    "MD": ("Moldova, Republic of", "Republic of Moldova"),
    "MK": ("Macedonia", "Republic of North Macedonia", "FYROM"),
    "MM": ("Myanmar", "Burma"),
    "MO": ("Macao", "Macau", "Macao SAR"),
    "NL": ("Holland", "The Netherlands", "Holanda", "Hollande", "Olanda"),
    "PH": ("The Philippines",),
    "PS": ("Palestine", "State of Palestine", "Palestine, State of", "Palestinian Territory, Occupied"),
    "RU": ("Russian Federation", "The Russian Federation"),
    "SY": ("Syrian Arab Republic",),
    "SZ": ("Swaziland", "Eswatini"),
    "TL": ("East Timor", "Timor-Leste"),
    "TR": ("Turkey", "T\u00fcrkiye"),
    "TW": ("Taiwan, Province of China", "Taiwan, R.O.C."),
    "TZ": ("Tanzania, United Republic of", "United Republic of Tanzania"),
    "US": (
        "USA", "U.S.A.", "U.S.", "US of A", "United States of America", "The United States", "The United States of America", "EUA", "EE. UU.",
        "EE.UU.", "EEUU", "\u0421\u0428\u0410", "Estados Unidos de Am\u00e9rica", "Stati Uniti d'America", "\u00c9tats-Unis d'Am\u00e9rique",
        "Vereinigte Staaten von Amerika",
    ),
    "VA": ("Holy See", "Holy See (Vatican City State)", "Vatican"),
    "VE": ("Venezuela, Bolivarian Republic of", "Venezuela (Bolivarian Republic of)", "Bolivarian Republic of Venezuela"),
    "VG": ("Virgin Islands, British", "Virgin Islands (British)"),
    "VI": ("Virgin Islands, U.S.", "Virgin Islands (U.S.)", "US Virgin Islands"),
    "VN": ("Viet Nam", "Socialist Republic of Vietnam"),
}  # fmt: skip
"""Official and everyday names that CLDR does not have."""

Names = dict[str, dict[str, str]]
"""By country, its names: as they are written, by their lower case."""


def main(forms: Path) -> None:
    """Write the table and its licence."""
    english = {code: name for code, name in Locale.parse("en").territories.items() if is_country(code)}
    names: Names = {code: {name.lower(): name} for code, name in english.items()}
    for code, name in [
        *from_babel(),
        *short_forms(forms),
        *spelled_out(english),
        *((c, n) for c, also in ALSO.items() for n in also),
    ]:
        names[code].setdefault(name.lower(), name)
    doubtful = ambiguous(names)
    rows = [
        "\t".join(
            [
                code,
                *codes,
                english[code],
                "|".join(n for low, n in names[code].items() if compared(low) not in doubtful),
            ]
        )
        for code, codes in sorted(iso_codes(english).items())
    ]
    TABLE.write_text("\n".join([*header(forms), *rows]) + "\n", encoding="utf-8")
    LICENCE.write_text((forms / "LICENSE").read_text(encoding="utf-8"), encoding="utf-8")
    print(f"{len(rows)} countries, {sum(map(len, names.values()))} names; in doubt: {', '.join(sorted(doubtful))}")


def is_country(code: str) -> bool:
    """Whether CLDR's code is one of ISO 3166."""
    return len(code) == 2 and code.isalpha() and code not in NO_COUNTRIES


def iso_codes(english: dict[str, str]) -> dict[str, tuple[str, str]]:
    """By alpha-2, the other two codes of ISO 3166."""
    found: dict[str, dict[bool, str]] = defaultdict(dict)
    for code, now in {**get_global("territory_aliases"), **{code: [now] for code, now in AND_NOW.items()}}.items():
        if len(code) == 3 and len(now) == 1 and now[0] in english and (code not in WITHDRAWN or code in AND_NOW):
            assert code.isdigit() not in found[now[0]], (code, now)  # noqa: S101 - WITHDRAWN lacks one
            found[now[0]][code.isdigit()] = code
    return {code: (found[code][False], found[code][True]) for code in english}


def from_babel() -> Iterator[tuple[str, str]]:
    """CLDR's name of each country in each language."""
    for language in LANGUAGES:
        yield from ((code, name) for code, name in Locale.parse(language).territories.items() if is_country(code))


def short_forms(forms: Path) -> Iterator[tuple[str, str]]:
    """CLDR's other names of a country."""
    for language in (each.replace("_", "-") for each in LANGUAGES):
        path = forms / "main" / language / "territories.json"
        territories = json.loads(path.read_text(encoding="utf-8"))["main"][language]["localeDisplayNames"][
            "territories"
        ]
        for key, name in territories.items():
            code, _, form = key.partition("-alt-")
            is_short = len(compared(name)) < SHORTEST and name.lower() != name.upper()
            if form and is_country(code) and not is_short:
                yield code, name


def spelled_out(english: dict[str, str]) -> Iterator[tuple[str, str]]:
    """English names without signs."""
    for code, name in english.items():
        yield code, name.replace("&", "and").replace("St.", "Saint")
        yield code, name.replace("&", "and")
        yield code, name.replace("St.", "Saint")


def ambiguous(names: Names) -> set[str]:
    """What is the name of two countries, or the code of another one, as it is compared."""
    meant: dict[str, set[str]] = defaultdict(set)
    for code, (three, _) in iso_codes(dict.fromkeys(names, "")).items():
        meant[code.lower()].add(code)
        meant[three.lower()].add(code)
    for code, of_country in names.items():
        for name in of_country:
            meant[compared(name)].add(code)
    return {name for name, codes in meant.items() if len(codes) > 1} | EITHER_CONGO


def compared(name: str) -> str:
    """Letters and digits only, without accents."""
    return "".join(
        each
        for each in unicodedata.normalize("NFD", name.lower())
        if each.isalnum() or unicodedata.category(each) == "Mc"
    )


def header(forms: Path) -> list[str]:
    """What the file is, and whose."""
    version = json.loads((forms / "package.json").read_text(encoding="utf-8"))["version"]
    return [
        "# The countries of ISO 3166: alpha-2, alpha-3, numeric, English name, and all names with | between them.",
        f"# Made by scripts/country_names.py from Unicode CLDR {get_global('cldr')['version']} (names) and {version} (short and other forms).",
        "# Copyright Unicode, Inc.; Unicode License V3, see country_names.LICENSE. SPDX-License-Identifier: Unicode-3.0",
    ]


if __name__ == "__main__":
    main(Path(sys.argv[1]))
