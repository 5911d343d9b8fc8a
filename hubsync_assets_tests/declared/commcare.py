"""Made-up users of a platform for health workers: a record for each user and project space as JSON lines, and forms of the website as JSON."""

import random
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
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
)
from hubsync_assets_tests.declared.formats import as_json, as_lines
from hubsync_assets_tests.declared.naive import EMPTY, UNREADABLE

__all__ = ["COMMCARE"]

PEOPLE = 340
COUNTS = ("max_forms", "max_workers", "max_web_users", "max_exports")
FLAGS = ("over_300_forms", "is_paid", "all_trials", "has_built_app", "is_admin")
PERSONAS = {"M&E Professional": "me", "program manager": "pm", "IT": "it", "old value": "it", "Donor": "Donor"}
COUNTRIES = {
    "IN": ["India", "IND", "in"],
    "KE": ["Kenya", "KE"],
    "ZA": ["South Africa", "ZAF"],
    "BR": ["Brasil", "Brazil"],
}
START = datetime(2019, 5, 6, tzinfo=UTC)


def _exports(declared: Mapping[str, Any], seed: int, changed: frozenset[int]) -> Exports:
    exports = Exports(declared)
    exports.add("users", "users.jsonl", _users(seed, changed), as_lines)
    exports.add("signups", "signups.json", _signups(seed, changed), as_json)
    return exports


def _users(seed: int, changed: frozenset[int]) -> Iterator[Row]:
    for number in range(PEOPLE):
        who = random.Random(f"{seed} {number}")
        first, last, phone = who.choice(FIRST), who.choice(LAST), _phone(who)
        opted_out, spaces = who.random() < 0.03, who.sample(range(30), who.choice([1, 1, 1, 2, 4]))
        for place, space in enumerate(spaces):
            row = _user(random.Random(f"{seed} {number} {space}"), number, space, opted_out=opted_out)
            name = Cell(None, f"{first} {last}" if place else f"{first}")
            more = {"user.first_name": first, "user.last_name": last if place else None, **row.more}
            row = replace(row, cells={**row.cells, "full_name": name, "phone": phone}, more=more)
            yield _with_one_more(row) if number in changed and not place else row
    yield replace(row, email=Cell("worker@nowhere", UNREADABLE))


def _user(rng: random.Random, number: int, space: int, *, opted_out: bool) -> Row:
    joined, login = _moment(rng), _moment(rng) + timedelta(days=1500)
    days = rng.choice(["200", 181]) if rng.random() < 0.05 else rng.choice([0, 3, "45", 180, None, "never"])
    test = rng.choice("AB")
    cells = {
        "spaces": maybe(
            rng,
            Cell(f"space-{space}", frozenset([f"space-{space}"])),
            empty=0.03,
            words=(None,),
            bad=("a;b;[", ["x;y"]),
        ),
        **{name: maybe(rng, _count(rng), empty=0.1, words=(None,), bad=(-1, "12k")) for name in COUNTS},
        **{name: maybe(rng, _flag(rng), empty=0.1, words=(None,), bad=("n/a",)) for name in FLAGS},
        "created": Cell(joined.isoformat(), joined),
        "last_login": maybe(
            rng, Cell(login.isoformat().replace("+00:00", "Z"), login), empty=0.1, words=(None,), bad=("never",)
        ),
        "ab_test": maybe(rng, Cell(test, test), empty=0.3, words=(None,), bad=("C",)),
    }
    cells["spaces"] = cells["spaces"] if cells["spaces"].given != "a;b;[" else Cell("a;b;[", frozenset(["a", "b", "["]))
    more = {"analytics_enabled": not opted_out, "days_since_login": days, "_id": f"{number}-{space}"}
    return Row(
        Cell(odd_email(rng, person_email(number)), person_email(number)),
        cells,
        more,
        filtered=opted_out or days in ("200", 181),
    )


def _signups(seed: int, changed: frozenset[int]) -> Iterator[Row]:
    for number in range(0, PEOPLE + 60, 2):
        rng = random.Random(f"{seed} {number} signup")
        moment = _moment(rng).replace(microsecond=0)
        country, persona = rng.choice(list(COUNTRIES)), rng.choice(list(PERSONAS))
        name = f"{rng.choice(FIRST)} {rng.choice(LAST)}"
        cells = {
            "full_name": rng.choice([Cell(name, name), Cell(None, EMPTY), Cell(ABSENT, None)]),
            "created": Cell(int(moment.timestamp() * 1000), moment),
            "persona": maybe(rng, Cell(persona, PERSONAS[persona]), empty=0.2, words=(None,)),
            "country": maybe(
                rng, Cell(rng.choice(COUNTRIES[country]), country), empty=0.2, words=(None,), bad=("Narnia",)
            ),
            "website": maybe(
                rng,
                Cell("Www.Example.org/a", "https://www.example.org/a"),
                empty=0.3,
                words=(None,),
                bad=("na", "no website"),
            ),
        }
        if number in changed:
            cells |= {"persona": Cell("Ambassador", "Ambassador"), "country": Cell("", EMPTY)}
        given = {field: cell for field, cell in cells.items() if cell.given is not ABSENT}
        yield Row(Cell(odd_email(rng, person_email(number)), person_email(number)), given, {"form": "signup"})


def _with_one_more(row: Row) -> Row:
    """A space that has grown, in which somebody builds an app; and nobody pays."""
    new = {
        "max_forms": Cell(1_000_000, 1_000_000),
        "has_built_app": Cell(True, True),
        "max_exports": Cell("", EMPTY),
        "is_paid": Cell("", EMPTY),
    }
    return replace(row, cells={**row.cells, **new})


def _moment(rng: random.Random) -> datetime:
    return START + timedelta(seconds=rng.randint(0, 40_000_000), milliseconds=rng.randint(0, 999))


def _count(rng: random.Random) -> Cell:
    number = rng.randint(0, 900)
    return Cell(rng.choice([number, float(number), f"{number}"]), number)


def _flag(rng: random.Random) -> Cell:
    yes = rng.random() < 0.4
    return Cell(rng.choice([yes, int(yes), "Yes" if yes else "no"]), yes)


def _phone(rng: random.Random) -> Cell:
    number = f"98{rng.randint(10_000_000, 99_999_999)}"
    return rng.choice(
        [
            Cell(number, f"+91{number}"),
            Cell(int(f"91{number}"), f"+91{number}"),
            Cell(f"+91 {number}", f"+91{number}"),
            Cell(None, EMPTY),
        ]
    )


COMMCARE = Company(
    "commcare",
    (
        dropdown("signup_ab_test", "A", "B"),
        Property("max_form_submissions_in_a_domain", "Forms", "number", "number"),
        Property("is_paying", "Paying", "bool", "booleancheckbox"),
        dropdown("only_trials", "true", "false", field_type="booleancheckbox"),
        Property("date_created", "Created", "datetime", "date"),
        dropdown("buyer_persona", "me", "pm", "it", "Donor", "Ambassador"),
    ),
    PEOPLE,
    _exports,
)
