"""What the tests know of a company: its declaration, the properties that its portal has, and the sources that it would export.

Put here: what the generators of the companies share: a person, a cell, the spellings of real data. Keep out: what one company has.
"""

import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from hubsync_assets.declaring.loading import load
from hubsync_assets.kinds.property import Option, Property
from hubsync_assets.model.contact_model import ContactModel
from hubsync_assets_tests.declared.naive import EMPTY, UNREADABLE, Record

__all__ = [
    "ABSENT",
    "FIRST",
    "LAST",
    "Cell",
    "Company",
    "Exports",
    "Row",
    "dropdown",
    "maybe",
    "nothing",
    "odd_email",
    "person_email",
    "spelled",
    "unknown",
]

FIRST = (
    "Ana", "Jos\u00e9", "Zo\u00eb", "Bj\u00f8rn", "Siobh\u00e1n", "Mary Jane", "Wei", "\u0141ukasz", "\u00c9lodie", "Nguy\u1ec5n", "O", "Fatima", "Jean-Luc",
    "\u5c0f\u660e", "\u0410\u043d\u043d\u0430", "D'Arcy",
)  # fmt: skip
LAST = (
    "L\u00f3pez", "O'Neill", "van der Berg", "M\u00fcller", "N\u00fa\u00f1ez", "Smith-Jones", "Gro\u00df", "\u738b", "\u0418\u0432\u0430\u043d\u043e\u0432\u0430", "Li", "Nullman", "Ng",
)  # fmt: skip


ABSENT = object()
"""Stands in a cell of a record that has no such key."""


@dataclass(frozen=True)
class Cell:
    """What stands in a record, and what it means: a value, ``EMPTY`` or ``UNREADABLE``."""

    given: Any
    means: Any


@dataclass(frozen=True)
class Row:
    """One record of a source.

    Attributes:
        email: it means the canonical email; ``UNREADABLE`` or ``EMPTY``: nobody can tell whose it is.
        cells: by field; of one whose columns are joined, what it means.
        more: other columns of the file, by name.
        filtered: the source's ``where`` leaves it out.
    """

    email: Cell
    cells: Mapping[str, Cell]
    more: Mapping[str, Any] = field(default_factory=dict)
    filtered: bool = False


Rows = Iterable[Mapping[str, Any]]


@dataclass
class Exports:
    """What the sources hold: the files of each, the oldest first, and what a person would read in them."""

    declared: Mapping[str, Any]
    files: dict[str, dict[str, bytes]] = field(default_factory=dict)
    records: list[Record] = field(default_factory=list)

    def add(
        self, source: str, file: str, rows: Iterable[Row], write: Callable[[Rows], bytes], *, rank: int = 0
    ) -> None:
        """Put a file into a source; ``rank`` is 0 for the newest."""
        rows = list(rows)
        columns, constants = (self.declared["sources"][source].get(key, {}) for key in ("columns", "constants"))
        given = []
        for row in rows:
            cells_of = {
                columns.get(name, name): cell
                for name, cell in {"email": row.email, **row.cells}.items()
                if not isinstance(columns.get(name), list)
            }
            named = {column: cell.given for column, cell in cells_of.items()}
            given.append({name: value for name, value in {**named, **row.more}.items() if value is not ABSENT})
            if isinstance(row.email.means, str):
                cells = {**constants, **{name: cell.means for name, cell in row.cells.items()}}
                self.records.append(Record(source, row.email.means, cells, rank, row.filtered))
        self.files.setdefault(source, {})[file] = write(given)


@dataclass(frozen=True)
class Company:
    """One of the real syncs.

    Attributes:
        name: of the YAML file beside this one.
        has: the properties that its portal has, beside HubSpot's own.
        people: how many it knows.
        exports: makes what its sources hold, from the declaration, a seed and the numbers of the people who have changed since.
    """

    name: str
    has: Sequence[Property]
    people: int
    exports: Callable[[Mapping[str, Any], int, frozenset[int]], Exports]

    @property
    def file(self) -> Path:
        return Path(__file__).with_name(f"{self.name}.yaml")

    @property
    def model(self) -> ContactModel:
        return load(self.file)

    @property
    def declared(self) -> Mapping[str, Any]:
        """What stands in the file, as YAML has it."""
        found: Mapping[str, Any] = yaml.safe_load(self.file.read_text(encoding="utf-8"))
        return found


def dropdown(name: str, *values: str, field_type: str = "select") -> Property:
    """A dropdown, or checkboxes, as people made them in the portal: with labels that are not the values."""
    options = tuple(Option(value, f"{value} (label)") for value in values)
    return Property(name, name, "enumeration", field_type, options)


def person_email(number: int) -> str:
    """Each person's own."""
    return f"person.{number}@example{number % 7}.org"


def odd_email(rng: random.Random, email: str) -> str:
    """An email as databases have it."""
    return rng.choice(
        [email] * 6 + [email.upper(), f" {email}", f"{email}\u00a0", email.capitalize(), f"\u200b{email}"]
    )


def spelled(rng: random.Random, text: str) -> Cell:
    """A text as it stands in real columns."""
    odd = (f"  {text}", f"{text} ", text.replace(" ", "  "), text.replace(" ", "\u00a0"), f"\ufeff{text}", f"{text}\t")
    return Cell(rng.choice([text] * 8 + list(odd)), text)


def nothing(rng: random.Random, *words: Any) -> Cell:
    """An empty cell."""
    return Cell(rng.choice(["", "   ", *words]), EMPTY)


def unknown(rng: random.Random, *words: Any) -> Cell:
    """Something that is no value of its field."""
    return Cell(rng.choice(words), UNREADABLE)


def maybe(rng: random.Random, cell: Cell, *, empty: float, words: Sequence[Any] = (), bad: Sequence[Any] = ()) -> Cell:
    """The cell, or now and then an empty or an unreadable one in its place.

    Args:
        empty: how often it is empty.
        words: for nothing, beside blanks.
        bad: what stands in one cell of fifty.
    """
    dice = rng.random()
    if dice < empty:
        return nothing(rng, *words)
    return unknown(rng, *bad) if bad and dice > 0.98 else cell
