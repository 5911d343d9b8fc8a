"""Which columns of a source a reader has to look for, and how the fields follow from them.

Put here: names and where they belong. Keep out: values (``contacts.source_columns``) and reading (``sources``).
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Self

import polars as pl

from hubsync_assets.kinds.field import Field
from hubsync_assets.model.aliases import FIRST_NAME, LAST_NAME, RELEASE, aliases_of, folded
from hubsync_assets.model.declaration import Source

__all__ = ["Columns", "Derived", "Place"]

Place = tuple[int, int]
"""Number of the column in ``Columns.names``, and how much this spelling counts: 0 the column's own name, 1 that name in other case or
punctuation, then its aliases in order."""

_HIDDEN = "@"
"""Begins the names of columns that are no field."""

_PATH = re.compile(r"^[^.\s]+(?:\.[^.\s]+)+$")


@dataclass(frozen=True, slots=True)
class Derived:
    """A field that is not just the column of its name.

    Attributes:
        field: its name; or that of a column which is joined with others to make a field.
        columns: the columns it is made from; several are joined by a blank.
        path: where in the JSON of the second column the value stands, if the first one, which has the whole path for a name, has none;
            of the key both are one column. None: the column is the value.
        constant: what every record says; then there are no columns.
        or_own: the column of the field's own name comes first where it has a value.
    """

    field: str
    columns: tuple[str, ...] = ()
    path: str | None = None
    constant: str | None = None
    or_own: bool = False


@dataclass(frozen=True, slots=True)
class Columns:
    """What a reader looks for in the files of one source.

    Attributes:
        names: what it gives for each record, the key first.
        own: the exact names in a file, and their places.
        other: the same for names without case and punctuation.
        numbers: columns that only hold numbers, and whether they are whole ones.
        plain: columns in which a JSON number is its plain digits.
        decimals: of those, where a number is text with another sign than a point before its fraction.
        fields: the names of the fields, the key first.
        derived: the fields that are not just a column.
        where: which records count, as SQL over ``where_columns``.
        where_columns: by name in ``where``, the column.
    """

    names: tuple[str, ...]
    own: Mapping[str, Place]
    other: Mapping[str, Place]
    numbers: Mapping[str, bool]
    plain: tuple[str, ...]
    decimals: Mapping[str, str]
    fields: tuple[str, ...]
    derived: tuple[Derived, ...] = ()
    where: str | None = None
    where_columns: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, fields: Sequence[Field], source: Source, release: int = RELEASE) -> Self:
        """What a source's declaration comes to.

        Args:
            fields: all fields, the key first.
            source: its declaration.
            release: of the table of aliases.
        """
        building = _Building(source, release, {folded(each.name) for each in fields})
        for each in fields:
            building.add(each)
        if source.where is not None:
            building.add_where(source.where)
        return cls(
            names=tuple(building.names),
            own=building.own,
            other=building.other,
            numbers=building.numbers(fields),
            plain=building.plain(fields),
            decimals=building.decimals(fields),
            fields=tuple(each.name for each in fields),
            derived=tuple(building.derived),
            where=source.where,
            where_columns=building.where_columns,
        )

    @property
    def either(self) -> tuple[tuple[str, ...], ...]:
        """Columns of which each alone can say a field."""
        return tuple((each.field, *each.columns) for each in self.derived if each.or_own)

    def place(self, name: str) -> Place | None:
        """Where the values under a name of the file belong; None: nowhere."""
        return self.own.get(name) or self.other.get(folded(name))

    def given(self, names: Iterable[str]) -> list[str]:
        """The fields that are given where these columns are, in the order of the fields."""
        there = set(names)
        made = {each.field: each for each in self.derived}
        return [
            name
            for name in self.fields
            if (name not in made and name in there)
            or (name in made and (made[name].constant is not None or bool(there.intersection(_of(made, made[name])))))
        ]


def _of(made: Mapping[str, Derived], derived: Derived) -> set[str]:
    """All columns that can say a field."""
    own = {derived.field} if derived.or_own else set()
    parts = {column: made[column].columns for column in derived.columns if column in made and derived.path is None}
    return own.union(derived.columns, *parts.values())


class _Building:
    """The columns of a source, growing field by field."""

    def __init__(self, source: Source, release: int, taken: set[str]) -> None:
        """``taken``: what fields are called themselves, which counts more than every other field's alias."""
        self.source, self.release, self.taken = source, release, taken
        self.names: list[str] = []
        self.own: dict[str, Place] = {}
        self.other: dict[str, Place] = {}
        self.derived: list[Derived] = []
        self.where_columns: dict[str, str] = {}
        self._used: dict[str, list[str]] = {}

    def add(self, each: Field) -> None:
        declared = self.source.columns.get(each.name)
        if each.name in self.source.constants:
            constant = self.source.constants[each.name]
            text = str(constant).lower() if isinstance(constant, bool) else str(constant)
            self.derived.append(Derived(each.name, constant=text))
        elif declared is None:
            self._add_by_name(each)
        elif isinstance(declared, str):
            self._add_declared(each, declared)
        else:
            parts = [self._column(name, each.name) for name in declared]
            for name, part in zip(declared, parts, strict=True):
                self._add_path(part, name, part)
            self.derived.append(Derived(each.name, tuple(parts)))

    def add_where(self, where: str) -> None:
        for name in pl.sql_expr(where).meta.root_names():
            self.where_columns[name] = self._column(name, "")

    def numbers(self, fields: Sequence[Field]) -> dict[str, bool]:
        """Only a column that is nothing but a number field may come as numbers."""
        kinds = {each.name: each for each in fields if pl.Int64 in each.given}
        return {
            column: all(kinds[name].dtype == pl.Int64 for name in users)
            for column, users in self._used.items()
            if users and all(name in kinds for name in users)
        }

    def plain(self, fields: Sequence[Field]) -> tuple[str, ...]:
        plain = {each.name for each in fields if each.plain}
        return tuple(column for column, users in self._used.items() if any(name in plain for name in users))

    def decimals(self, fields: Sequence[Field]) -> dict[str, str]:
        signs = {
            each.name: getattr(each, "decimal", None) or self.source.decimal
            for each in fields
            if pl.Int64 in each.given
        }
        found = {column: {signs.get(name) for name in users} for column, users in self._used.items()}
        return {column: "," for column, used in found.items() if used == {","}}

    def _add_by_name(self, each: Field) -> None:
        if each.name in self.own:
            # Another field was declared to take the column of this name: it is both's.
            self.derived.append(Derived(each.name, (self._column(each.name, each.name),)))
            return
        number = self._new(each.name, each.name)
        self.own[each.name] = (number, 0)
        self.other.setdefault(folded(each.name), (number, 1))
        self._add_aliases(number, aliases_of(each.name, self.release), first=2)
        if each.has_rest:
            names = []
            for name in (FIRST_NAME, LAST_NAME):
                hidden = self._new(_HIDDEN + name, each.name)
                names.append(self.names[hidden])
                self._add_aliases(hidden, aliases_of(name, self.release), first=1)
            self.derived.append(Derived(each.name, tuple(names), or_own=True))

    def _add_aliases(self, number: int, aliases: Sequence[str], *, first: int) -> None:
        for rank, alias in enumerate(aliases, start=first):
            if folded(alias) not in self.taken:
                self.other.setdefault(folded(alias), (number, rank))

    def _add_declared(self, each: Field, declared: str) -> None:
        if not self.names:
            # The key keeps its name, so that a reader knows it.
            number = self._new(each.name, each.name)
            self._spell(declared, number)
            if _PATH.match(declared):
                top, _, path = declared.partition(".")
                self._spell(top, number, rank=1)
                self.derived.append(Derived(each.name, (each.name, each.name), path))
            return
        column = self._column(declared, each.name)
        if not self._add_path(each.name, declared, column):
            self.derived.append(Derived(each.name, (column,)))

    def _add_path(self, field: str, declared: str, column: str) -> bool:
        """What is declared may be a path: then a field, or a column that is joined with others, is what stands there."""
        if not _PATH.match(declared):
            return False
        top, _, path = declared.partition(".")
        self.derived.append(Derived(field, (column, self._column(top, "")), path))
        return True

    def _column(self, name: str, user: str) -> str:
        """The column that holds what a file has under a name, made if there is none yet."""
        place = self.own.get(name)
        if place is not None:
            column = self.names[place[0]]
            self._used[column].append(user)
            return column
        number = self._new(_HIDDEN + name, user)
        self._spell(name, number)
        return self.names[number]

    def _spell(self, name: str, number: int, rank: int = 0) -> None:
        self.own[name] = (number, rank)
        # What is declared comes before every alias.
        self.other[folded(name)] = (number, rank + 1)

    def _new(self, column: str, user: str) -> int:
        self.names.append(column)
        self._used[column] = [user]
        return len(self.names) - 1
