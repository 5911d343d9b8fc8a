"""What passes between a file's pipeline and the ways of reading its format.

Put here: the shapes only. Keep out: how anything is read.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import polars as pl

from hubsync_assets.sources.readers.cutting import Cut, Piece

__all__ = ["BlockRows", "Exact", "Odd", "Part", "Ways", "halve"]

_SMALLEST = 1 << 16


@dataclass(frozen=True, slots=True)
class Odd:
    """A record of a block that was not read quickly: its number from 0, its value and its text."""

    number: int
    value: object
    text: str


class BlockRows(Protocol):
    """The rows of a block that was read at once."""

    @property
    def columns(self) -> list[pl.Series]:
        """One for each column of the source, in their order."""

    @property
    def not_given(self) -> pl.Series | None:
        """As in ``row_schema``; ``None`` where no row has any."""

    @property
    def unknown(self) -> Mapping[str, int]:
        """Values under keys that no column is."""

    @property
    def odd(self) -> Sequence[Odd]:
        """The records that are not among the rows, in their order."""

    def texts(self, numbers: Sequence[int]) -> list[str]:
        """The original text of some records, by their number in the block from 0."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a piece: its text, and its rows if it could be read quickly."""

    text: bytes
    rows: BlockRows | None = None


class Exact(Protocol):
    """The exact reader of a format."""

    @property
    def stopped(self) -> bool:
        """Nothing behind this point is read."""

    @property
    def between_records(self) -> bool:
        """The next byte begins a new record, or white space before one."""

    def feed(self, data: bytes) -> None:
        """Read the next part of the text."""

    def skip(self, part: Part) -> None:
        """Step over a part that was read another way."""

    def finish(self, fault: str | None) -> None:
        """There is no more text; ``fault`` is why, if that is wrong."""


class Ways(Protocol):
    """The quick way of a format."""

    in_threads: bool
    """Whether several pieces are read at the same time: not worth it for what holds the interpreter's lock."""

    def reader(self) -> Callable[[Piece], list[Part]] | None:
        """What reads a piece that begins with a record, in any thread; ``None`` while too little is known."""


def halve(text: bytes, cut: Cut, read: Callable[[Piece], list[Part]]) -> list[Part]:
    """Try both halves of what cannot be read at once, until they are small: one odd record costs its neighbours only."""
    middle = cut(text, 0, len(text) // 2) if len(text) > _SMALLEST else 0
    if not middle:
        return [Part(text)]
    view = memoryview(text)
    return [*read([view[:middle]]), *read([view[middle:]])]
