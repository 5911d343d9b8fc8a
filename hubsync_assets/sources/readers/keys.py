"""Which field of a contact a key or a CSV column is, whatever its case and punctuation.

Derived from the field table. Keep out: values, and where the keys come from.
"""

from dataclasses import dataclass, field

from hubsync_assets.model.fields import FIELDS, KEY, Kind

__all__ = [
    "EMAIL",
    "FIELD_NAMES",
    "NUMBER_FIELDS",
    "OTHERS",
    "PLAIN_FIELDS",
    "UNKNOWN_LIMIT",
    "KeyBook",
    "Place",
    "place_of",
]

FIELD_NAMES: tuple[str, ...] = tuple(field.name for field in FIELDS)

EMAIL = FIELD_NAMES.index(KEY.name)

NUMBER_FIELDS = {field.name: field.kind for field in FIELDS if field.kind in {Kind.WHOLE, Kind.NUMBER}}

PLAIN_FIELDS = (*NUMBER_FIELDS, *(field.name for field in FIELDS if field.kind is Kind.PHONE))
"""Where a JSON number is written plainly: what a phone was before some program took it for a number is its digits."""

UNKNOWN_LIMIT = 200
"""How many unknown names are counted one by one; a file with more (ids used as keys) has the rest under ``OTHERS``."""

OTHERS = "(others)"

Place = tuple[int, int]
"""Number of the field in ``FIELDS``, and how much this spelling counts: 0 the field's own name, 1 that name in other case or
punctuation, then its aliases in order."""


def _fold(key: str) -> str:
    return "".join(char for char in key.casefold() if char.isalnum())


_PLACES: dict[str, Place] = {}
for _number, _field in enumerate(FIELDS):
    for _rank, _name in enumerate((_field.name, *_field.aliases), start=1):
        _PLACES.setdefault(_fold(_name), (_number, _rank))
_OWN_NAMES = {name: (number, 0) for number, name in enumerate(FIELD_NAMES)}


def place_of(key: str) -> Place | None:
    """Where a key's value belongs, or ``None`` for a key that no field has."""
    return _OWN_NAMES.get(key) or _PLACES.get(_fold(key))


@dataclass
class KeyBook:
    """What a file's keys mean, remembered; and which unknown ones have a line of their own in the counts.

    Bounded: keys beyond the limits are looked up each time. ``met``: the numbers of the fields that some key was.
    """

    places: dict[str, Place | None] = field(default_factory=dict)
    listed: set[str] = field(default_factory=set)
    met: set[int] = field(default_factory=set)

    def place(self, key: str) -> Place | None:
        """The field that ``key`` is, or ``None``."""
        if key in self.places:
            return self.places[key]
        place = place_of(key)
        if place:
            self.met.add(place[0])
        if len(self.places) < 10 * UNKNOWN_LIMIT:
            self.places[key] = place
        return place

    def unknown_name(self, key: str) -> str:
        """The name under which an unknown key is counted."""
        if key in self.listed:
            return key
        if len(self.listed) < UNKNOWN_LIMIT:
            self.listed.add(key)
            return key
        return OTHERS
