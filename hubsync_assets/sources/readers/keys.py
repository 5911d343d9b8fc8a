"""What the keys of one file mean, or the cells of its header, remembered; and which unknown ones are counted one by one.

Keep out: which name is which column (``model.columns``), values, and where the keys come from.
"""

from dataclasses import dataclass, field

from hubsync_assets.model.columns import Columns, Place

__all__ = ["KEY", "OTHERS", "UNKNOWN_LIMIT", "KeyBook"]

KEY = 0
"""Number of the column that says which contact a record is of."""

UNKNOWN_LIMIT = 200
"""How many unknown names are counted one by one; a file with more (ids used as keys) has the rest under ``OTHERS``."""

OTHERS = "(others)"


@dataclass
class KeyBook:
    """What a file's keys mean, remembered; and which unknown ones have a line of their own in the counts.

    Bounded: keys beyond the limits are looked up each time. ``columns``: what is looked for. ``met``: the numbers of the columns that
    some key was.
    """

    columns: Columns
    places: dict[str, Place | None] = field(default_factory=dict)
    listed: set[str] = field(default_factory=set)
    met: set[int] = field(default_factory=set)

    def place(self, key: str) -> Place | None:
        """The column that ``key`` is, or ``None``."""
        if key in self.places:
            return self.places[key]
        place = self.columns.place(key)
        if place:
            self.met.add(place[0])
        else:
            # By the first time that it is met, whatever stands behind it: so the names do not depend on how quickly a record is read.
            self.unknown_name(key)
        if len(self.places) < 10 * UNKNOWN_LIMIT:
            self.places[key] = place
        return place

    def several(self) -> dict[str, tuple[str, ...]]:
        """The columns that more than one name of the file is, with these names, the one that counts most first."""
        found: dict[str, list[tuple[int, str]]] = {}
        for key, place in self.places.items():
            if place is not None:
                found.setdefault(self.columns.names[place[0]], []).append((place[1], key))
        return {column: tuple(key for _, key in sorted(keys)) for column, keys in found.items() if len(keys) > 1}

    def unknown_name(self, key: str) -> str:
        """The name under which an unknown key is counted."""
        if key in self.listed:
            return key
        if len(self.listed) < UNKNOWN_LIMIT:
            self.listed.add(key)
            return key
        return OTHERS
