"""What the records of one JSON file look like, as a msgspec Struct: a field for each key met so far, and nothing else.

msgspec reads such records strictly: a key that is not there, a value of another type, and what is not JSON are errors, so nothing gets
lost or changed on the way. Made from what the exact reader met; a record that does not fit is read exactly, and the next shape knows its
keys. Keep out: reading (``json_blocks``).
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import msgspec
from msgspec import UNSET, UnsetType

from hubsync_assets.model.columns import Columns
from hubsync_assets.sources.readers.keys import KeyBook

__all__ = ["Record", "RecordShape", "make_shape"]

Record = Any
"""An object with the attributes that a ``RecordShape`` names: its class is made while the file is read."""

_FIELD = re.compile(r'[^"\\\x00-\x1f]*')

Spellings = tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class RecordShape:
    """How to read a record.

    Attributes:
        columns: What is looked for.
        spellings: For each of the columns the attributes that hold it, the spelling that counts most first; those of equal rank share a
            tuple.
        unknown: Attributes under keys that no column is, with the keys.
        missing: What stands for a missing key: ``None``, or ``UNSET`` where the file is read as superseding another.
        struct: The class.
    """

    columns: Columns
    spellings: tuple[Spellings, ...]
    unknown: tuple[tuple[str, str], ...]
    missing: UnsetType | None
    struct: type[msgspec.Struct]

    @cached_property
    def one(self) -> "msgspec.json.Decoder[Record]":
        """Reads one record; its ``decode_lines`` several, with any white space between them."""
        return msgspec.json.Decoder(self.struct)

    @cached_property
    def many(self) -> "msgspec.json.Decoder[list[Record]]":
        """Reads an array."""
        return msgspec.json.Decoder(list[self.struct])  # type: ignore[name-defined]

    @cached_property
    def values(self) -> dict[str, Callable[[list[Record]], list[Any]]]:
        """For each attribute what gets it of many records.

        Written out, Python finds an attribute of a Struct in half the time that ``attrgetter`` takes, and this is a quarter of reading.
        """
        names = self.struct.__struct_fields__
        return {name: eval(f"lambda records: [record.{name} for record in records]") for name in names}  # noqa: S307 - names made here

    @cached_property
    def _ties(self) -> tuple[tuple[str, ...], ...]:
        return tuple(rank for ranks in self.spellings for rank in ranks if len(rank) > 1)

    def is_clear(self, record: Record) -> bool:
        """Whether no two values have spellings of equal rank: then the order of the keys would say which one counts."""
        return all(
            sum(getattr(record, name) is not None and getattr(record, name) is not UNSET for name in tie) < 2
            for tie in self._ties
        )

    def are_clear(self, records: list[Record]) -> bool:
        """Whether all of them are."""
        return not self._ties or all(map(self.is_clear, records))


def make_shape(book: KeyBook, *, superseding: bool) -> RecordShape | None:
    """The shape of records like those that were read so far.

    Args:
        book: The keys met.
        superseding: Tell a key that is not there from null.

    Returns:
        ``None`` where no key is a column.
    """
    keys = [key for key, place in book.places.items() if _can_be_a_field(key) and (place or key in book.listed)]
    attributes = {key: f"k{number}" for number, key in enumerate(keys)}
    known = [(attributes[key], *place) for key in keys if (place := book.places[key])]
    if not known:
        return None
    columns = book.columns
    missing = UNSET if superseding else None
    fields = [
        (attributes[key], _kind(columns, place[0]) | type(missing), missing)
        if (place := book.places[key])
        else (attributes[key], object, None)
        for key in keys
    ]
    struct = msgspec.defstruct(
        "Record",
        fields,
        rename={attribute: key for key, attribute in attributes.items()},
        forbid_unknown_fields=True,
        gc=False,
    )
    return RecordShape(
        columns=columns,
        spellings=tuple(_spellings(known, number) for number in range(len(columns.names))),
        unknown=tuple((attributes[key], key) for key in keys if book.places[key] is None),
        missing=missing,
        struct=struct,
    )


def _spellings(known: list[tuple[str, int, int]], column: int) -> Spellings:
    ranks = sorted({rank for _, number, rank in known if number == column})
    return tuple(
        tuple(name for name, number, rank in known if (number, rank) == (column, of_rank)) for of_rank in ranks
    )


def _kind(columns: Columns, number: int) -> Any:  # noqa: ANN401 - a union of types
    """The values of a column that need no exact reader: where a number is not its plain digits, its spelling counts."""
    name = columns.names[number]
    if name in columns.numbers:
        return int | float | str | None
    return int | float | bool | str | None if name in columns.plain else bool | str | None


def _can_be_a_field(key: str) -> bool:
    """What msgspec allows: no quotes, backslashes and control characters."""
    return _FIELD.fullmatch(key) is not None
