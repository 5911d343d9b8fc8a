"""Made-up users of a site for courses: one file of JSON lines, with the address and the profile nested as its API has them."""

import random
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from hubsync_assets.kinds.property import Property
from hubsync_assets_tests.declared.company import (
    ABSENT,
    FIRST,
    LAST,
    Cell,
    Company,
    Exports,
    Row,
    dropdown,
    maybe,
    odd_email,
    person_email,
    spelled,
)
from hubsync_assets_tests.declared.formats import as_lines
from hubsync_assets_tests.declared.naive import EMPTY, UNREADABLE

__all__ = ["MITX_ONLINE"]

PEOPLE = 420
START = datetime(2021, 3, 4, tzinfo=UTC)

GENDERS = {
    "m": "Male",
    "f": "Female",
    "t": "Transgender",
    "nb": "Non-binary/non-conforming",
    "o": "Other/Prefer Not to Say",
}
SIZES = {
    1: "Small/Start-up (1+ employees)",
    9: "Small/Home office (1-9 employees)",
    99: "Small (10-99 employees)",
    999: "Medium",
    9999: "Large",
}
YEARS = {2: "Less than 2 years", 5: "2-5 years", 10: "6 - 10 years", 20: "More than 10 years"}
DEGREES = ("Doctorate", "Master's or professional degree", "Bachelor's degree")
COUNTRIES = ("US", "US", "US", "IN", "BR", "GB", "KE", "CI", "JP")
SPELLINGS = {
    "US": ("us", "USA", "United States"),
    "CI": ("C\u00f4te d'Ivoire", "Ivory Coast"),
    "GB": ("gb", "United Kingdom"),
}
PROFILE = (
    "gender", "birth_year", "company", "company_size", "industry", "job_title", "job_function", "years_experience", "leadership_level",
    "highest_education", "is_student", "is_professional", "is_educator", "is_other",
)  # fmt: skip


def _exports(declared: Mapping[str, Any], seed: int, changed: frozenset[int]) -> Exports:
    exports = Exports(declared)
    exports.add("app", "users.jsonl", _users(seed, changed), as_lines)
    return exports


def _users(seed: int, changed: frozenset[int]) -> Iterator[Row]:
    for number in range(PEOPLE):
        rng = random.Random(f"{seed} {number}")
        # Some have signed up twice: the site's emails are told apart by case.
        for account in range(2 if rng.random() < 0.05 else 1):
            row = _user(rng, number, account)
            yield _changed(row, random.Random(f"{seed} {number} later")) if number in changed and not account else row
    yield Row(Cell("retired__user__5f3a", UNREADABLE), {"user_id": Cell(999_999, "999999")})
    yield Row(Cell("", EMPTY), {"user_id": Cell(1_000_000, "1000000")})


def _user(rng: random.Random, number: int, account: int) -> Row:
    address, first, last = _address(rng)
    cells = {
        "user_id": Cell(number * 7 + account, str(number * 7 + account)),
        "full_name": maybe(rng, spelled(rng, f"{first} {last}"), empty=0.05, words=(None, "-")),
        **address,
        **{name: _profile(rng, name) for name in PROFILE},
        "joined": _moment(rng, account),
        "changed": _moment(rng, account + 2),
    }
    more: dict[str, Any] = {"is_b2b_contract": rng.choice([False] * 9 + [None]), "is_active": True, "openedx_users": []}
    for outer, names in (("legal_address", tuple(address)), ("user_profile", PROFILE)):
        if rng.random() < 0.06:
            cells |= dict.fromkeys(names, Cell(ABSENT, EMPTY))
            more |= rng.choice([{}, {outer: None}, {outer: {}}])
    is_contract = rng.random() < 0.04
    return Row(
        Cell(odd_email(rng, person_email(number)), person_email(number)),
        cells,
        {**more, **({"is_b2b_contract": True} if is_contract else {})},
        filtered=is_contract,
    )


def _address(rng: random.Random) -> tuple[dict[str, Cell], str, str]:
    first, last, country = rng.choice(FIRST), rng.choice(LAST), rng.choice(COUNTRIES)
    written = rng.choice([country] * 5 + list(SPELLINGS.get(country, ())))
    state = Cell("US-MA", "US-MA") if country == "US" else Cell(None, EMPTY)
    return (
        {
            "first_name": maybe(rng, spelled(rng, first), empty=0.05, words=(None,)),
            "last_name": maybe(rng, spelled(rng, last), empty=0.05, words=(None, "NULL")),
            "country": maybe(rng, Cell(written, country), empty=0.04, words=(None,), bad=("Atlantis", "XX", "ZZZ")),
            "state_code": state,
        },
        first,
        last,
    )


def _profile(rng: random.Random, name: str) -> Cell:
    yes, year = rng.random() < 0.4, rng.randint(1935, 2012)
    size, years, gender = rng.choice(list(SIZES)), rng.choice(list(YEARS)), rng.choice(list(GENDERS))
    bad: tuple[Any, ...] = ()
    match name:
        case "gender":
            cell, bad = Cell(rng.choice([gender, gender.upper(), GENDERS[gender]]), GENDERS[gender]), ("x", "unknown")
        case "birth_year":
            written = rng.choice([year, year, float(year), str(year), f" {year} "])
            cell, bad = Cell(written, Decimal(year)), (-1, 1985.5, "85 AD", "N/A")
        case "company_size":
            cell, bad = Cell(rng.choice([size, str(size)]), SIZES[size]), (7, "many")
        case "years_experience":
            cell, bad = Cell(years, YEARS[years]), (0, 3)
        case "highest_education":
            cell, bad = spelled(rng, rng.choice(DEGREES)), ("Kindergarten", "?")
        case "is_student" | "is_professional" | "is_educator" | "is_other":
            cell, bad = Cell(rng.choice([yes, yes, str(yes), "f" if not yes else "Y"]), yes), ("perhaps", 2)
        case _:
            cell, bad = spelled(rng, f"{name} {rng.randint(1, 40)}"), (["a list"], {"an": "object"})
    return maybe(rng, cell, empty=0.2, words=(None,), bad=bad)


def _moment(rng: random.Random, years: int) -> Cell:
    moment = START + timedelta(days=365 * years + rng.randint(0, 300), milliseconds=rng.randint(0, 86_400_000))
    local = moment + timedelta(hours=-5)
    written = rng.choice(
        [moment.isoformat().replace("+00:00", "Z"), moment.isoformat(), local.isoformat().replace("+00:00", "-05:00")]
    )
    return maybe(rng, Cell(written, moment), empty=0.02, words=(None,))


def _changed(row: Row, rng: random.Random) -> Row:
    """Somebody has another job, or says no more what it is, and is a student now, or was one."""
    new = {
        "job_title": rng.choice(
            [Cell("Head of Anything", "Head of Anything"), Cell(None, EMPTY), Cell(["a list"], UNREADABLE)]
        ),
        "company": spelled(rng, f"New company {rng.randint(1, 9)}"),
        "birth_year": rng.choice([Cell(1988, Decimal(1988)), Cell("?", UNREADABLE)]),
    }
    more = {name: value for name, value in row.more.items() if name != "user_profile"}
    return Row(row.email, {**row.cells, **new}, more, row.filtered)


MITX_ONLINE = Company(
    "mitx_online",
    (
        dropdown("mitx_gender", *GENDERS.values()),
        dropdown("companysize", *SIZES.values()),
        dropdown("yearsexperience", *YEARS.values()),
        dropdown("highesteducation", *DEGREES, "High school"),
        Property("typeisstudent", "Student", "bool", "booleancheckbox"),
        dropdown("typeisprofessional", "true", "false", field_type="booleancheckbox"),
        Property("yearofbirth", "Year of birth", "number", "number"),
        Property("mitx_joined", "Joined", "datetime", "date"),
    ),
    PEOPLE,
    _exports,
)
