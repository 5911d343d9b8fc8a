"""The quick ways to read JSON records, and which of them to try first in this file.

Numbers as numbers; numbers as text; then with odd records set aside, found by a quick and by a thorough pattern. Keep out: the
ways themselves (``json_polars``, ``odd_records``).
"""

from collections.abc import Callable, Sequence
from functools import partial

from hubsync_assets.sources.readers.block_layout import BlockLayout, make_layout
from hubsync_assets.sources.readers.cutting import Cut, Piece
from hubsync_assets.sources.readers.json_polars import JsonRows, read_json_block
from hubsync_assets.sources.readers.odd_records import sieve
from hubsync_assets.sources.readers.protocols import Part, halve
from hubsync_assets.sources.readers.row_builder import RowBuilder

__all__ = ["JsonBlocks"]

_SWITCH_AFTER = 4
"""After this many pieces in a row that the first way could not read, the next way is tried first."""


class JsonBlocks:
    """What is known of one file."""

    def __init__(self, builder: RowBuilder, cut: Cut, limit: int, *, lines: bool) -> None:
        """A record with more bytes than ``limit`` is left to the exact reader, whose ``builder`` knows the keys met.

        Whether rows say what is not given is up to the builder, too.
        """
        self._builder = builder
        self._cut = cut
        self._limit = limit
        self._lines = lines
        self._layouts: tuple[BlockLayout, ...] = ()
        self._planned_with = 0
        self._first = 0
        self._in_vain = 0

    def reader(self) -> Callable[[Piece], list[Part]] | None:
        """What reads a piece with the layouts of now."""
        return partial(self._read, self._layouts, self._first) if self._layouts else None

    def learn(self, parts: Sequence[Part]) -> None:
        """Note which way works, and which keys there are."""
        ways = [part.way for part in parts if part.rows is not None]
        self._in_vain = self._in_vain + 1 if ways and min(ways) > self._first else 0
        if self._in_vain >= _SWITCH_AFTER:
            self._first, self._in_vain = min(ways), 0
        met = len(self._builder.book.places)
        if met != self._planned_with and self._builder.sample:
            self._planned_with = met
            book, sample = self._builder.book, self._builder.sample
            both = (make_layout(book, sample, numeric=numeric) for numeric in (True, False))
            self._layouts = tuple(layout for layout in both if layout)

    def _read(self, layouts: tuple[BlockLayout, ...], first: int, piece: Piece) -> list[Part]:
        for way, layout in enumerate(layouts[first:], start=first):
            rows = self._parse(piece, layout)
            if rows is not None:
                return [Part(b"", rows, way=way)]
        text = b"".join(piece)
        layout = layouts[-1]
        for way, odd in enumerate(layout.odd, start=len(layouts)):
            sieved = sieve(text, odd, lines=self._lines) if way >= first else None
            rows = self._parse([sieved.rest], layout) if sieved else None
            if sieved and rows is not None:
                return [Part(text, rows, sieved.aside, way)]
        if first >= len(layouts):
            return self._read(layouts, len(layouts) - 1, piece)
        return halve(text, self._cut, partial(self._read, layouts, first))

    def _parse(self, piece: Piece, layout: BlockLayout) -> JsonRows | None:
        superseding = self._builder.superseding
        return read_json_block(piece, layout, self._limit, lines=self._lines, superseding=superseding)
