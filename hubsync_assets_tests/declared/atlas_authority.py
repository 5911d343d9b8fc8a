"""Made-up customers of a marketplace: licences as JSON lines in two files, transactions as a JSON array, partners as HubSpot exports them."""

import random
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
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
from hubsync_assets_tests.declared.formats import as_csv, as_json, as_lines
from hubsync_assets_tests.declared.naive import EMPTY, UNREADABLE

__all__ = ["ATLAS_AUTHORITY"]

PEOPLE = 360
HOSTING = {
    "Cloud": "Cloud",
    "Server": "Server",
    "server": "Server",
    "Data Center": "DataCenter",
    "DataCenter": "DataCenter",
}
PRODUCTS = ("Git Tools", "Time & Money", "Forms \u2013 for Jira", "C++ Macro", "Diagrams (new)", "Caf\u00e9")
COUNTRIES = {
    "US": ["US", "United States", "usa"],
    "DE": ["Germany", "Deutschland", "DE"],
    "FR": ["France", "FRA", "fr"],
    "CI": ["C\u00f4te d'Ivoire"],
}
NUMBERS = {
    "US": ("+1", "415 55", 5),
    "DE": ("+49", "30 9018", 4),
    "FR": ("+33", "1 70 18", 4),
    "CI": ("+225", "27 22 41", 4),
}
"""Calling code, the first digits of a number in the capital, and how many are missing."""
TRUNK = {"US": "", "DE": "0", "FR": "0", "CI": ""}
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def _exports(declared: Mapping[str, Any], seed: int, changed: frozenset[int]) -> Exports:
    exports = Exports(declared)
    people = range(PEOPLE)
    old = [row for number in people for row in _licences(seed, number, "old", frozenset())]
    new = [row for number in people if number % 3 for row in _licences(seed, number, "new", changed)]
    exports.add("licences", "2026-10.jsonl", old, as_lines, rank=1)
    exports.add("licences", "2026-11.jsonl", new, as_lines)
    exports.add("transactions", "transactions.json", _transactions(seed), as_json)
    exports.add("partners", "hubspot-export.csv", _partners(seed), as_csv)
    return exports


def _licences(seed: int, number: int, file: str, changed: frozenset[int]) -> Iterator[Row]:
    """A contact is the technical or the billing one of some licences."""
    rng = random.Random(f"{seed} {number} {file}")
    country = _country(seed, number)
    if rng.random() < 0.15:
        return
    for licence in range(rng.choice([1, 1, 2, 4])):
        row = _licence(rng, number, country, licence)
        if number in changed and not licence:
            later = random.Random(f"{seed} {number} later")
            row = replace(row, cells={**row.cells, **_later(later)})
        # The newer files do not say when maintenance began.
        cells = {name: cell for name, cell in row.cells.items() if file == "old" or name != "first_event"}
        yield replace(row, cells=cells)


def _licence(rng: random.Random, number: int, country: str, licence: int) -> Row:
    hosting, yes = rng.choice(list(HOSTING)), rng.random() < 0.3
    tier, day = rng.choice([10, 25, 500, 10_000]), date(2022, 1, 1) + timedelta(days=rng.randint(0, 1500))
    begun, product, site = day - timedelta(days=400), rng.choice(PRODUCTS), f"site{number % 50}.example.com"
    cells = {
        "first_name": maybe(rng, spelled(rng, rng.choice(FIRST)), empty=0.1, words=(None,), bad=("N/A", "nan")),
        "last_name": maybe(rng, spelled(rng, rng.choice(LAST)), empty=0.1, words=(None,)),
        "phone": maybe(rng, _phone(rng, country), empty=0.3, words=(None,), bad=("n.v.t.",)),
        "company_name": maybe(
            rng, spelled(rng, f"Company {'x' * licence}{number % 40} GmbH"), empty=0.1, words=(None,)
        ),
        "city": maybe(rng, spelled(rng, f"City {rng.randint(1, 9)}"), empty=0.3, words=(None,)),
        "region_name": maybe(rng, spelled(rng, f"State {rng.randint(1, 9)}"), empty=0.4, words=(None,)),
        "zip_code": maybe(rng, Cell(f"0{rng.randint(1000, 9999)}", ""), empty=0.3, words=(None,)),
        "country": maybe(
            rng, Cell(rng.choice(COUNTRIES[country]), country), empty=0.1, words=(None,), bad=("Atlantis",)
        ),
        "tier": maybe(
            rng, Cell(rng.choice([tier, str(tier), f"{tier}.0"]), tier), empty=0.1, words=(None,), bad=("Unlimited",)
        ),
        "deployment": maybe(
            rng, Cell(hosting, frozenset([HOSTING[hosting]])), empty=0.1, words=(None,), bad=("Mainframe",)
        ),
        "products": maybe(rng, Cell([product, product], frozenset([product])), empty=0.05, words=(None, [])),
        "is_evaluation": maybe(rng, Cell(rng.choice([yes, str(yes).lower()]), yes), empty=0.1, words=(None,)),
        "is_active": maybe(rng, Cell(not yes, not yes), empty=0.1, words=(None,), bad=("dunno",)),
        "website": maybe(
            rng,
            Cell(rng.choice([site, f"https://{site}", site.upper()]), f"https://{site}"),
            empty=0.3,
            bad=("none yet",),
        ),
        "last_event": maybe(rng, Cell(f"{day}", day), empty=0.02, words=(None,), bad=("2026-02-30", "soon")),
        "first_event": maybe(rng, Cell(f"{begun}T00:00:00Z", begun), empty=0.05, words=(None, ABSENT)),
    }
    code = cells["zip_code"].given
    if cells["zip_code"].means is not EMPTY:
        cells["zip_code"] = Cell(code, code)
    return Row(_email(rng, number), cells, {"licence.id": f"L{number}-{licence}", "partnerDetails": None})


def _transactions(seed: int) -> Iterator[Row]:
    for number in range(PEOPLE + 40):
        rng = random.Random(f"{seed} {number} transactions")
        for _ in range(rng.choice([0, 0, 1, 3])):
            hosting, products = rng.choice(list(HOSTING)), rng.sample(PRODUCTS, rng.choice([1, 1, 2, 3]))
            amount, day = (
                Decimal(rng.randint(-5_000, 90_000)) / 100,
                date(2022, 1, 1) + timedelta(days=rng.randint(0, 1700)),
            )
            written = rng.choice([f"{day}", f"{day.day:02d}-{MONTHS[day.month - 1]}-{day.year}"])
            country = _country(seed, number)
            yield Row(
                _email(rng, number),
                {
                    "first_name": maybe(rng, spelled(rng, rng.choice(FIRST)), empty=0.2, words=(None,)),
                    "last_name": maybe(rng, spelled(rng, rng.choice(LAST)), empty=0.2, words=(None,)),
                    "company_name": maybe(rng, spelled(rng, f"Company {number % 40}"), empty=0.2),
                    "country": maybe(rng, Cell(rng.choice(COUNTRIES[country]), country), empty=0.1, words=(None,)),
                    "deployment": maybe(rng, Cell(hosting, frozenset([HOSTING[hosting]])), empty=0.1),
                    "products": maybe(rng, Cell(" , ".join(products), frozenset(products)), empty=0.05),
                    "tier": maybe(rng, Cell(25, 25), empty=0.3, words=(None,)),
                    "amount": maybe(
                        rng, Cell(rng.choice([float(amount), f"{amount}"]), amount), empty=0.05, bad=("12,50", "free")
                    ),
                    "last_event": maybe(rng, Cell(written, day), empty=0.02, words=(None,)),
                },
                {"transactionId": f"T{number}"},
            )
    yield Row(Cell("sales at example.org", UNREADABLE), {"first_name": Cell("Nobody", "Nobody")})


def _partners(seed: int) -> Iterator[Row]:
    for number in range(0, PEOPLE, 9):
        rng = random.Random(f"{seed} {number} partners")
        country = _country(seed, number)
        domain = f"partner{number}.example"
        yield Row(
            Cell(person_email(number), person_email(number)),
            {
                "first_name": maybe(rng, spelled(rng, rng.choice(FIRST)), empty=0.2),
                "last_name": maybe(rng, spelled(rng, rng.choice(LAST)), empty=0.2),
                "company_name": maybe(rng, spelled(rng, "Partners Inc"), empty=0.2),
                "partner_domain": maybe(rng, spelled(rng, domain), empty=0.2),
                "country": maybe(rng, Cell(country, country), empty=0.2),
                "phone": maybe(rng, _phone(rng, country), empty=0.2),
            },
        )


def _email(rng: random.Random, number: int) -> Cell:
    return Cell(odd_email(rng, person_email(number)), person_email(number))


def _country(seed: int, number: int) -> str:
    """Where a person is, whatever record says so."""
    return random.Random(f"{seed} {number} country").choice(list(COUNTRIES))


def _phone(rng: random.Random, country: str) -> Cell:
    """With its country's code: only some records say which country a number without one would be of."""
    code, begins, missing = NUMBERS[country]
    number = begins + "".join(rng.choice("123456789") for _ in range(missing))
    plain = f"{code}{number.replace(' ', '')}"
    return Cell(
        rng.choice([f"{code} {number}", plain, f"{code} ({number[:2]}) {number[2:]}", f"00{plain[1:]}"][:3]), plain
    )


def _later(rng: random.Random) -> dict[str, Cell]:
    """The newest licence is a larger one, of one more product; somebody else is its contact."""
    return {
        "tier": Cell(100_000, 100_000),
        "products": Cell("Brand new,Git Tools", frozenset(["Brand new", "Git Tools"])),
        "last_event": Cell("2026-11-25", date(2026, 11, 25)),
        "first_name": spelled(rng, rng.choice(FIRST)),
        "last_name": rng.choice([Cell(None, EMPTY), Cell("?", UNREADABLE), Cell("Changed", "Changed")]),
        "city": Cell("", EMPTY),
        "region_name": Cell("New State", "New State"),
    }


ATLAS_AUTHORITY = Company(
    "atlas_authority",
    (
        dropdown("contact_type", "Customer", "Partner"),
        dropdown("deployment", "Cloud", "Server", "DataCenter", field_type="checkbox"),
        Property("last_mpac_event", "Last event", "date", "date"),
        Property("has_evaluation", "Evaluation", "bool", "booleancheckbox"),
        dropdown("all_active", "true", "false", field_type="booleancheckbox"),
        dropdown("atlas_products", *PRODUCTS, "Brand new", field_type="checkbox"),
    ),
    PEOPLE,
    _exports,
)
