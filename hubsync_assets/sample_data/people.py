"""One made-up person with the values that are true of them.

Put here: what a person is called and has. Keep out: which source says what about them (``scatter``).
"""

from dataclasses import dataclass

from hubsync_assets.sample_data.dice import Dice
from hubsync_assets.sample_data.places import DOMAINS, PLACES, UNKNOWN_DOMAIN, Place, slug

__all__ = ["FIELDS", "MAX_FIELDS", "Person", "Value", "make_person", "other_value", "phone_number", "written_phone"]

Value = str | int | float | None

FIELDS = ("name", "country", "phone", "company_name", "company_size", "mrr")
MAX_FIELDS = ("company_size", "mrr")
"""The golden record keeps the greatest of these, and the first of the others."""

_CODES = tuple(PLACES)
_SHARE_KNOWN = {"name": 0.96, "country": 0.93, "phone": 0.88, "company_name": 0.9, "company_size": 0.9, "mrr": 0.85}
_SIZES = ((1, 9), (10, 49), (50, 249), (250, 5_000))


@dataclass(frozen=True, slots=True)
class Person:
    """A person, and what is true of them (``None``: nobody knows).

    Attributes:
        email: The canonical email.
        place: Where they live, whether or not somebody knows it.
        digits: Their phone number as dialled inside the country.
        values: By field, in canonical form.
    """

    email: str
    place: Place
    digits: str
    values: dict[str, Value]


def make_person(dice: Dice, number: int, *, refused: bool) -> Person:
    """A person.

    Args:
        dice: Chance.
        number: Of this person; it makes the email unlike all others.
        refused: The email is one that HubSpot refuses.
    """
    place = PLACES[dice.pick(_CODES)]
    given, family = dice.pick(place.given), " ".join(dice.pick(place.family) for _ in range(place.family_names))
    company = dice.pick(place.companies)
    domain = UNKNOWN_DOMAIN if refused else dice.pick(DOMAINS)
    if not refused and dice.chance(0.3):
        domain = f"{slug(company)}.{domain}"
    digits = phone_number(dice, place)
    least, most = dice.pick(_SIZES)
    values: dict[str, Value] = {
        "name": f"{given} {family}",
        "country": place.code,
        "phone": written_phone(dice, place, digits),
        "company_name": f"{company} {dice.pick(place.legal_forms)}",
        "company_size": least + dice.below(most - least + 1),
        "mrr": float(dice.below(400) * 25 + dice.pick((0, 0, 0, 0.5, 9.9, 24.95))),
    }
    known = {name: value if dice.chance(_SHARE_KNOWN[name]) else None for name, value in values.items()}
    return Person(f"{slug(given)}.{slug(family)}{number}@{domain}", place, digits, known)


def phone_number(dice: Dice, place: Place) -> str:
    """A number as dialled inside the country, digits only."""
    start, length = dice.pick(place.phones)
    return start + str(dice.below(10 ** (length - len(start)))).rjust(length - len(start), "0")


def written_phone(dice: Dice, place: Place, digits: str) -> str:
    """A number as somebody may have typed it."""
    before, groups, between, with_zero = dice.pick(place.spellings)
    rest = digits if with_zero else digits.removeprefix("0")
    parts = []
    for length in groups[:-1]:
        parts.append(rest[:length])
        rest = rest[length:]
    return before + between.join([*parts, rest])


def other_value(dice: Dice, person: Person, name: str) -> Value:
    """What a source may say instead of the truth; for a number, something smaller. ``None`` where there is nothing else."""
    true = person.values[name]
    match name:
        case "name":
            given, _, family = str(true).rpartition(" ")
            return dice.pick((f"{given[0]}. {family}", given, f"{family}, {given}"))
        case "country":
            return dice.pick([code for code in _CODES if code != true])
        case "phone":
            other = written_phone(
                dice, person.place, phone_number(dice, person.place) if dice.chance(0.5) else person.digits
            )
            return None if other == true else other
        case "company_name":
            return str(true).rpartition(" ")[0] + dice.pick(("", " Group", " & Co."))
        case "company_size":
            return int(true or 0) // 2 if true else None
        case _:
            return float(true or 0) - dice.pick((0.5, 12.5, 20.0)) if true and float(true) > 20 else None
