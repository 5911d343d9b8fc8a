"""What passes between a file's pipeline and the ways of reading its format.

Put here: the shapes only. Keep out: how anything is read.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import polars as pl

from hubsync_assets.sources.readers.cutting import Cut, Piece
from hubsync_assets.sources.readers.odd_records import SetAside

__all__ = ["BlockRows", "Exact", "Part", "Ways", "halve"]

_SMALLEST = 1 << 16


class BlockRows(Protocol):
    """The rows of a block that was read at once."""

    @property
    def columns(self) -> list[pl.Series]:
        """One for each column of the source, in their order."""

    @property
    def not_given(self) -> pl.Series | None:
        """As in ``row_schema``; ``None`` where no row has any."""

    @property
    def unknown(self) -> dict[str, int]:
        """Values under keys that no column is."""

    @property
    def height(self) -> int:
        """Number of rows."""

    @property
    def size(self) -> int:
        """Bytes of the block."""

    def text(self) -> bytes:
        """The whole block."""

    def texts(self, numbers: Sequence[int]) -> list[str]:
        """The original text of some rows, by their number in the block from 0."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a piece, and how it was read.

    Attributes:
        given: Its text; empty where ``rows`` can give it.
        rows: Its rows, if it could be read quickly.
        aside: Records that were set aside for it.
        way: Number of the way that worked, from 0.
    """

    given: bytes
    rows: BlockRows | None = None
    aside: Sequence[SetAside] = ()
    way: int = 0

    @property
    def text(self) -> bytes:
        """Its text."""
        return self.rows.text() if self.rows is not None and not self.given else self.given

    @property
    def size(self) -> int:
        """Bytes of its text."""
        return self.rows.size if self.rows is not None and not self.given else len(self.given)


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
    """The quick ways of a format."""

    def reader(self) -> Callable[[Piece], list[Part]] | None:
        """What reads a piece that begins with a record, in any thread; ``None`` while too little is known."""

    def learn(self, parts: Sequence[Part]) -> None:
        """Learn from how a piece had to be read."""


def halve(text: bytes, cut: Cut, read: Callable[[Piece], list[Part]]) -> list[Part]:
    """Try both halves of what cannot be read at once, until they are small: one odd record costs its neighbours only."""
    middle = cut(text, 0, len(text) // 2) if len(text) > _SMALLEST else 0
    if not middle:
        return [Part(text)]
    view = memoryview(text)
    return [*read([view[:middle]]), *read([view[middle:]])]
