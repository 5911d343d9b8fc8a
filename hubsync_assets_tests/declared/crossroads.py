"""Made-up people of a church: one CSV in UTF-16, thirty-one columns of a view, of which twenty count children by age."""

import random
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from hubsync_assets.kinds.property import Property
from hubsync_assets_tests.declared.company import (
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
from hubsync_assets_tests.declared.formats import as_csv
from hubsync_assets_tests.declared.naive import EMPTY, UNREADABLE

__all__ = ["CROSSROADS"]

PEOPLE = 450
MARRIED = {"Married": "married", "Single": "single", "Divorced": "divorced", "Widow(er)": "widowed"}
GENDERS = {"Male": "male", "Female": "female", "M": "male", "f": "female"}


def _exports(declared: Mapping[str, Any], seed: int, changed: frozenset[int]) -> Exports:
    exports = Exports(declared)
    write = partial(as_csv, delimiter="|", encoding="utf-16")
    counts = [name for name, field in declared["fields"].items() if field.get("default") == 0]
    exports.add("ministry", "people.csv", _people(seed, changed, counts), write)
    return exports


def _people(seed: int, changed: frozenset[int], counts: list[str]) -> Iterator[Row]:
    for number in range(PEOPLE):
        person = _person(random.Random(f"{seed} {number}"), number, counts)
        if number in changed:
            person = _changed(person, random.Random(f"{seed} {number} later"))
        yield person
        if number % 90 == 7:
            # The email of a household stands at two people: the first one is the contact, and the other completes it.
            other = _person(random.Random(f"{seed} {number} other"), number, counts)
            yield replace(other, filtered=False, more=_scope(("Attendee", "44", "Active"), number))
    nobody = _person(random.Random(f"{seed} nobody"), PEOPLE, counts)
    yield replace(nobody, email=Cell("NULL", EMPTY))
    yield replace(nobody, email=Cell("no@email", UNREADABLE))
    yield replace(nobody, email=Cell("a b@example.org", UNREADABLE))


def _person(rng: random.Random, number: int, counts: list[str]) -> Row:
    married, gender = rng.choice(list(MARRIED)), rng.choice(list(GENDERS))
    yes = rng.random() < 0.5
    cells = {
        # With NULL alone meaning nothing, these are names.
        "first_name": maybe(rng, spelled(rng, rng.choice([*FIRST, "None", "-"])), empty=0.03, words=("NULL",)),
        "last_name": maybe(rng, spelled(rng, rng.choice([*LAST, "Nil", "|pipe|"])), empty=0.03, words=("NULL", "null")),
        "community": maybe(
            rng, spelled(rng, rng.choice(["Oakley", "Mason", "Not site specific"])), empty=0.2, words=("NULL",)
        ),
        "marital_status": maybe(
            rng, Cell(rng.choice([married, f" {married.upper()} "]), MARRIED[married]), empty=0.2, bad=("Other", "7")
        ),
        "gender": maybe(rng, Cell(gender, GENDERS[gender]), empty=0.1, words=("NULL",), bad=("Not given",)),
        "home_phone": maybe(rng, _phone(rng), empty=0.4, words=("NULL",), bad=("unlisted", "5.135551E+9")),
        "mobile": maybe(rng, _phone(rng), empty=0.2, words=("NULL",)),
        "postal_code": maybe(
            rng, spelled(rng, rng.choice(["02134", "45209", "45209-1234", "K1A 0B1"])), empty=0.1, words=("NULL",)
        ),
        "is_member": maybe(
            rng, Cell(rng.choice(["1", "x"]) if yes else "0", yes), empty=0.2, words=("NULL",), bad=("true", "yes")
        ),
        **{name: _count(rng) for name in counts},
    }
    who = rng.choices(_SCOPES, _WEIGHTS)[0]
    return Row(
        Cell(odd_email(rng, person_email(number)), person_email(number)),
        cells,
        _scope(who, number),
        filtered=who in _OUT,
    )


_OUT = (
    ("Member", "30", "Active"),
    ("NULL", "30", "Active"),
    ("Attendee", "12", "Active"),
    ("Attendee", "30", "Inactive"),
)
_SCOPES = (
    *_OUT,
    ("Attendee", "13", "Active"),
    ("Attendee", "NULL", "Active"),
    ("Attendee", "unknown", "NULL"),
    ("", "40", ""),
)
_WEIGHTS = (1, 1, 1, 1, 40, 3, 2, 2)
"""Participant type, age and status; the first ones are left out."""


def _scope(who: tuple[str, str, str], number: int) -> dict[str, Any]:
    kind, age, status = who
    return {"participant_type": kind, "age": age, "contact_status": status, "Contact_ID": 7_000_000 + number}


def _phone(rng: random.Random) -> Cell:
    area, line = rng.choice(["513", "859", "937"]), f"{rng.randint(2, 9)}{rng.randint(10, 99)}"
    last = f"{rng.randint(0, 9999):04d}"
    written = rng.choice(
        [f"{area}-{line}-{last}", f"({area}) {line}-{last}", f"{area}{line}{last}", f"+1 {area} {line} {last}"]
    )
    # 123 is no line in the United States: such a number is sent as it stands.
    return Cell(f"513-123-{last}", f"513-123-{last}") if rng.random() < 0.05 else Cell(written, f"+1{area}{line}{last}")


def _count(rng: random.Random) -> Cell:
    dice, number = rng.random(), rng.randint(0, 4)
    if dice < 0.3:
        return Cell(rng.choice(["NULL", "", " "]), EMPTY)
    return (
        Cell(rng.choice(["-", "many", "-1"]), UNREADABLE)
        if dice > 0.995
        else Cell(rng.choice([f"{number}", f"{number}.0"]), number)
    )


def _changed(person: Row, rng: random.Random) -> Row:
    """A birthday, a move, and for some: no mobile any more, another name, or not an attendee any more."""
    new = {
        "first_grade": Cell("NULL", EMPTY),
        "second_grade": Cell("5", 5),
        "postal_code": rng.choice([Cell("00501", "00501"), Cell("NULL", EMPTY)]),
        "mobile": rng.choice([person.cells["mobile"], Cell("", EMPTY), Cell("call the office", UNREADABLE)]),
    }
    changed = replace(person, cells={**person.cells, **new})
    if rng.random() < 0.2:
        return replace(changed, filtered=True, more={**person.more, "contact_status": "Inactive"})
    return changed


CROSSROADS = Company(
    "crossroads",
    (
        Property("is_member", "Member", "bool", "booleancheckbox"),
        Property("number_of_infants", "Infants", "number", "number"),
        dropdown("environment", "dev", "int", "prod", field_type="radio"),
    ),
    PEOPLE,
    _exports,
)
