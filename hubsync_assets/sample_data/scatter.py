"""What the sources say about a person: who knows what, who says something else, and how it is written.

Put here: the records of one person, made so that their golden record is known beforehand: the first record that says anything
about a field says the true value, and no number is greater than the true one. Keep out: records that are no good (``junk``).
"""

import unicodedata
from dataclasses import dataclass

from hubsync_assets.sample_data.dice import Dice
from hubsync_assets.sample_data.people import FIELDS, MAX_FIELDS, Person, Value, other_value

__all__ = ["SOURCES", "Told", "scatter"]

SOURCES = ("db1", "db2")

_UNKNOWN_TO = {"db1": ("company_name",), "db2": ("company_size",)}
"""Each source has one field less, as the original exports do."""

_ABSENT = object()
_MISSING = (_ABSENT, _ABSENT, _ABSENT, None, None, "", "  ")

JsonRecord = dict[str, object]


@dataclass(frozen=True, slots=True)
class Told:
    """What the sources say about a person.

    Attributes:
        records: (source, JSON object), in candidate order.
        golden: The value of each field that the golden record has to have.
        conflicts: The fields on which the records disagree.
    """

    records: list[tuple[str, JsonRecord]]
    golden: dict[str, Value]
    conflicts: list[str]


def scatter(dice: Dice, person: Person) -> Told:
    """Spread a person over the sources."""
    sources = dice.pick((("db1",), ("db2",), SOURCES))
    places = [source for source in sources for _ in range(dice.pick((1,) * 30 + (2, 3)))]
    records: list[tuple[str, JsonRecord]] = [
        (source, {"email": _written_email(dice, person.email)}) for source in places
    ]
    golden: dict[str, Value] = {}
    conflicts: list[str] = []
    for name in FIELDS:
        knowing = [record for source, record in records if name not in _UNKNOWN_TO[source]]
        golden[name] = person.values[name] if knowing else None
        if knowing and _tell(dice, person, name, knowing):
            conflicts.append(name)
    return Told(records, golden, conflicts)


def _tell(dice: Dice, person: Person, name: str, records: list[JsonRecord]) -> bool:
    """Put a field into records; whether two of them say different things."""
    true = person.values[name]
    witness = 0 if len(records) == 1 or dice.chance(0.8) else dice.below(len(records))
    disagree = False
    for place, record in enumerate(records):
        value: Value = None
        if true is not None and (place == witness or (place > witness and dice.chance(0.75))):
            value = true
        elif true is not None and (place > witness or name in MAX_FIELDS) and dice.chance(0.4):
            value = other_value(dice, person, name)
        disagree = disagree or (value is not None and value != true)
        written = dice.pick(_MISSING) if value is None else _written(dice, name, value)
        if written is not _ABSENT:
            record[name] = written
    return disagree


def _written_email(dice: Dice, email: str) -> str:
    match dice.below(12):
        case 0:
            return email.upper()
        case 1:
            return email.title()
        case 2:
            return f"  {email} "
        case 3:
            return f"{email.capitalize()}\t"
        case 4:
            return f"\u200b{email}"
        case _:
            return email


def _written(dice: Dice, name: str, value: Value) -> object:
    """A value as an export may have it: the same once it is cleaned."""
    if isinstance(value, int):
        return dice.pick((value, value, value, value, str(value), f" {value}", float(value), f"{value}.0"))
    if isinstance(value, float):
        short = int(value) if value.is_integer() else value
        return dice.pick((value, value, short, short, f"{value:.2f}", f" {short} ", f"{value * 100:.0f}e-2"))
    if name == "country":
        return dice.pick((value, value, value, str(value).lower(), f" {value}", str(value).title()))
    return _written_text(dice, str(value))


def _written_text(dice: Dice, text: str) -> str:
    match dice.below(25):
        case 0:
            return f" {text}"
        case 1:
            return text.replace(" ", "  ") + "\n"
        case 2:
            return unicodedata.normalize("NFD", text)
        case 3:
            return text.replace(" ", "\u00a0") + "\u200b"
        case _:
            return text
