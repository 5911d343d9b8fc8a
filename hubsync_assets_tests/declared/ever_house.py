"""Made-up members of a club: a table of PostgreSQL as CSV, Stripe's customers as a JSON array, and a CSV of Mindbody with other numbers and days."""

import random
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from hubsync_assets.kinds.property import Property
from hubsync_assets_tests.declared.company import (
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
from hubsync_assets_tests.declared.formats import as_csv, as_json
from hubsync_assets_tests.declared.naive import EMPTY, UNREADABLE

__all__ = ["EVER_HOUSE"]

PEOPLE = 420
HERE = ZoneInfo("America/Los_Angeles")
FIRST = ("Ana", "Jos\u00e9", "Zo\u00eb", "Siobh\u00e1n", "Mary", "Jean-Luc", "D'Arcy")
LAST = ("L\u00f3pez", "O'Neill", "van der Berg", "M\u00fcller", "Smith-Jones", "Nullman")
STATUSES = {
    "active": "Active",
    "Trialing": "Trialing",
    "past_due": "Past Due",
    "PAST_DUE": "Past Due",
    "canceled": "Terminated",
    "cancelled": "Terminated",
    " suspended ": "Suspended",
}
TIERS = {
    "core": "Core Membership",
    "Core  Founding": "Core Founding Members",
    "PREMIUM": "Premium Membership",
    "Social Membership": "Social Membership",
}
MEMBERS, STRIPE, MINDBODY = range(3)
PHONES = {"US": ("+1", "", "310 55"), "CA": ("+1", "", "604 55"), "GB": ("+44", "0", "20 7946 ")}
"""Calling code, what is dialled before a number inside of the country, and how numbers of a city begin."""


def _exports(declared: Mapping[str, Any], seed: int, changed: frozenset[int]) -> Exports:
    exports = Exports(declared)
    exports.add("members", "members.csv", _rows(MEMBERS, seed, changed), as_csv)
    exports.add("stripe", "customers.json", _rows(STRIPE, seed, changed), as_json)
    mindbody = partial(as_csv, delimiter=";", encoding="cp1252")
    exports.add("mindbody", "clients.csv", _rows(MINDBODY, seed, changed), mindbody)
    return exports


def _rows(source: int, seed: int, changed: frozenset[int]) -> Iterator[Row]:
    make = (_member, _customer, _client)[source]
    for number in range(PEOPLE):
        who = random.Random(f"{seed} {number}")
        country = who.choice(("US", "US", "CA", "GB"))
        known = [who.random() < 0.8, who.random() < 0.5, who.random() < 0.4]
        # Only the club's own table always says where somebody is.
        known[MEMBERS] = known[MEMBERS] or country != "US"
        if known[source]:
            row = make(random.Random(f"{seed} {number} {source}"), number, country)
            yield _changed(row, source, number) if number in changed else row
    if source == MEMBERS:
        nobody = _member(random.Random(f"{seed} nobody"), PEOPLE, "US")
        yield replace(nobody, email=Cell("guest@placeholder.example", "guest@placeholder.example"), filtered=True)
        yield replace(nobody, email=Cell("guest at home", UNREADABLE))


def _member(rng: random.Random, number: int, country: str) -> Row:
    status = "archived" if rng.random() < 0.04 and country == "US" else rng.choice(list(STATUSES))
    born = date(rng.randint(1940, 2005), rng.randint(1, 12), rng.randint(1, 28))
    begun, yes = _moment(rng, 2018), rng.random() < 0.6
    email_yes = rng.random() < 0.7
    cells = {
        "phone": maybe(rng, _phone(rng, country), empty=0.2, words=("\\N",), bad=("none yet",)),
        **_address(rng, "\\N"),
        "country": Cell(
            rng.choice([country, country.lower(), {"US": "USA", "CA": "Canada", "GB": "United Kingdom"}[country]]),
            country,
        ),
        "member_number": maybe(rng, Cell(f"{number:05d}", f"{number:05d}"), empty=0.1),
        "date_of_birth": maybe(
            rng, Cell(born.isoformat(), born), empty=0.3, words=("\\N",), bad=("0000-00-00", "1985")
        ),
        "member_since": maybe(rng, _day_here(begun), empty=0.05, words=("\\N",), bad=("infinity",)),
        "status": _status(rng, status),
        "tier": _tier(rng),
        "billing": maybe(rng, Cell("stripe", "stripe"), empty=0.5),
        "takes_email": maybe(rng, Cell("t" if email_yes else "f", email_yes), empty=0.2),
        "takes_texts": maybe(rng, Cell("t" if yes else "f", yes), empty=0.3, bad=("maybe",)),
        "changed": _changed_at(rng, number),
    }
    name, names = _name(rng)
    email = Cell(odd_email(rng, person_email(number)), person_email(number))
    return Row(email, {**cells, "full_name": name}, names, filtered=status == "archived")


def _customer(rng: random.Random, number: int, country: str) -> Row:
    begun, changed = _moment(rng, 2020), _moment(rng, 2025).replace(microsecond=0)
    name, _ = _name(rng)
    status = rng.choice(list(STATUSES))
    text = name.means if isinstance(name.means, str) else None
    cells = {
        "full_name": Cell(text, text or EMPTY),
        "phone": maybe(rng, _phone(rng, country), empty=0.4, words=(None,)),
        **_address(rng, None),
        "country": Cell(country, country),
        "member_since": Cell(int(begun.timestamp()), begun.astimezone(HERE).date()),
        "member_number": maybe(rng, Cell(number + 10_000, str(number + 10_000)), empty=0.3, words=(None,)),
        "tier": _tier(rng),
        "status": maybe(rng, Cell(status, STATUSES[status]), empty=0.1, words=(None,), bad=("incomplete_expired",)),
        "changed": maybe(rng, Cell(int(changed.timestamp()), changed), empty=0.05, words=(None,)),
    }
    more = {"id": f"cus_{number}", "delinquent": False, "currency": "usd"}
    return Row(Cell(odd_email(rng, person_email(number)), person_email(number)), cells, more)


def _client(rng: random.Random, number: int, country: str) -> Row:
    born = date(rng.randint(1940, 2005), rng.randint(1, 12), rng.randint(1, 28))
    visit = _moment(rng, 2026).replace(second=0, microsecond=0).astimezone(HERE)
    cents, visits, yes = rng.randint(-900_000, 900_000), rng.randint(0, 400), rng.random() < 0.5
    whole, fraction = divmod(abs(cents), 100)
    thousands, rest = divmod(whole, 1000)
    amount = f"{thousands}.{rest:03d},{fraction:02d}" if thousands else f"{rest},{fraction:02d}"
    written = f"{'-' if cents < 0 else ''}{amount}"
    name, names = _name(rng)
    cells = {
        "phone": maybe(rng, _phone(rng, country), empty=0.4),
        "date_of_birth": maybe(rng, Cell(born.strftime("%m/%d/%Y"), born), empty=0.4, bad=("13/13/1980",)),
        "status": _status(rng, rng.choice(list(STATUSES))),
        "visits": maybe(rng, Cell(rng.choice([str(visits), f"{visits},0"]), visits), empty=0.3, bad=("lots", "1.5")),
        "last_visit": maybe(
            rng, Cell(visit.strftime("%m/%d/%Y %H:%M"), visit.astimezone(UTC)), empty=0.3, bad=("02/30/2026 10:00",)
        ),
        "notes": maybe(rng, _notes(rng), empty=0.5),
        "balance": maybe(rng, Cell(written, Decimal(cents) / 100), empty=0.2, bad=("n/a", "12.50")),
        "takes_email": maybe(rng, Cell("Yes" if yes else "No", yes), empty=0.2),
        "takes_texts": maybe(rng, Cell("Y" if yes else "N", yes), empty=0.2),
    }
    more = {"First": names["first_name"], "Last": names["last_name"], "Barcode": f"{number:08d}"}
    return Row(
        Cell(odd_email(rng, person_email(number)).replace("\u200b", ""), person_email(number)),
        {**cells, "full_name": name},
        more,
    )


def _name(rng: random.Random) -> tuple[Cell, dict[str, Any]]:
    """A name in two columns, each of which may be empty."""
    first, last = (rng.choice(names) if rng.random() > 0.08 else "" for names in (FIRST, LAST))
    whole = " ".join(part for part in (first, last) if part)
    return Cell(None, whole or EMPTY), {"first_name": f" {first} " if first else "", "last_name": last}


def _address(rng: random.Random, null: Any) -> dict[str, Cell]:
    if rng.random() < 0.3:
        return dict.fromkeys(("address", "city", "state_code", "zip_code"), Cell(null, EMPTY))
    return {
        "address": maybe(rng, spelled(rng, f"{rng.randint(1, 99)} Main Street"), empty=0.1),
        "city": maybe(rng, spelled(rng, rng.choice(["Los Angeles", "Vancouver"])), empty=0.1, bad=("?",)),
        "state_code": maybe(rng, Cell("CA", "CA"), empty=0.3),
        "zip_code": maybe(rng, Cell("90012", "90012"), empty=0.3),
    }


def _moment(rng: random.Random, year: int) -> datetime:
    # Late in the evening of Los Angeles it is the next day in UTC.
    return datetime(year, 1, 1, tzinfo=UTC) + timedelta(
        seconds=rng.randint(0, 300 * 86_400), microseconds=rng.randint(0, 999_999)
    )


def _day_here(moment: datetime) -> Cell:
    return Cell(moment.strftime("%Y-%m-%d %H:%M:%S.%f+00"), moment.astimezone(HERE).date())


def _changed_at(rng: random.Random, number: int) -> Cell:
    moment = _moment(rng, 2025)
    return maybe(rng, Cell(moment.isoformat(), moment), empty=0.05, words=("\\N",), bad=("yesterday",))


def _status(rng: random.Random, status: str) -> Cell:
    means = STATUSES.get(status, UNREADABLE)
    return Cell(status, means) if means is UNREADABLE else maybe(rng, Cell(status, means), empty=0.05, bad=("frozen",))


def _tier(rng: random.Random) -> Cell:
    tier = rng.choice(list(TIERS))
    return maybe(rng, Cell(tier, TIERS[tier]), empty=0.2, bad=("Legacy", "VIP"))


def _notes(rng: random.Random) -> Cell:
    note = "Likes caf\u00e9s \u2013 and tea. " * rng.randint(1, 4) + "\u20ac"
    return Cell(rng.choice([note, f" {note}", note.replace(" ", "\u00a0")]), note)


def _phone(rng: random.Random, country: str) -> Cell:
    code, trunk, begins = PHONES[country]
    rest = f"{rng.randint(2, 9)} {rng.randint(1000, 9999)}" if code == "+1" else f"0{rng.randint(100, 999)}"
    digits = f"{begins}{rest}".replace(" ", "")
    written = rng.choice([f"{trunk}{digits}", f"{trunk}{begins}{rest}", f"{code}{digits}", f"{code} {begins}{rest}"])
    return Cell(written, f"{code}{digits}")


def _changed(row: Row, source: int, number: int) -> Row:
    new: dict[str, Cell] = {}
    if source == MEMBERS:
        now = datetime(2026, 11, 20, 10, tzinfo=UTC)
        new = {
            "status": Cell("suspended", "Suspended"),
            "changed": Cell(now.isoformat(), now),
            "phone": Cell("", EMPTY) if number % 2 else row.cells["phone"],
            "zip_code": Cell("V6B 1A1", "V6B 1A1"),
        }
    if source == MINDBODY:
        new = {
            "balance": Cell("-1.000,5", Decimal("-1000.5")),
            "visits": Cell("500", 500),
            "notes": Cell("?", UNREADABLE),
        }
    return replace(row, cells={**row.cells, **new}, filtered=row.filtered and source != MEMBERS)


EVER_HOUSE = Company(
    "ever_house",
    (
        dropdown("membership_status", *dict.fromkeys(STATUSES.values()), "Pending"),
        dropdown("membership_tier", *TIERS.values()),
        dropdown("billing_provider", "stripe", "mindbody", "manual", field_type="radio"),
        Property("membership_start_date", "Start", "date", "date"),
        Property("account_balance", "Balance", "number", "number"),
        Property("takes_email", "Email", "bool", "booleancheckbox"),
    ),
    PEOPLE,
    _exports,
)
