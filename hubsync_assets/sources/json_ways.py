"""The quick ways to read JSON records, and which of them to try first in this file.

Numbers as numbers; numbers as text; then with odd records set aside, found by a quick and by a thorough pattern. Keep out: the
ways themselves (``quick``, ``sieve``).
"""

from collections.abc import Callable, Sequence
from functools import partial

from hubsync_assets.sources.cutting import Cut, Piece
from hubsync_assets.sources.parts import Part, halve
from hubsync_assets.sources.plan import Plan, make_plan
from hubsync_assets.sources.quick import read_block
from hubsync_assets.sources.rows import RowBuilder
from hubsync_assets.sources.sieve import sieve

__all__ = ["JsonWays"]

_PATIENCE = 4
"""So many pieces in a row that were not read in the first way tried, and the next way is tried first."""


class JsonWays:
    """What is known of one file."""

    def __init__(self, builder: RowBuilder, cut: Cut, limit: int, *, lines: bool) -> None:
        """A record with more bytes than ``limit`` is left to the exact reader, whose ``builder`` knows the keys met."""
        self._builder = builder
        self._cut = cut
        self._limit = limit
        self._lines = lines
        self._plans: tuple[Plan, ...] = ()
        self._planned_with = 0
        self._first = 0
        self._in_vain = 0

    def reader(self) -> Callable[[Piece], list[Part]] | None:
        """What reads a piece with the plans of now."""
        return partial(self._read, self._plans, self._first) if self._plans else None

    def learn(self, parts: Sequence[Part]) -> None:
        """Which way works, and which keys there are."""
        ways = [part.way for part in parts if part.rows is not None]
        self._in_vain = self._in_vain + 1 if ways and min(ways) > self._first else 0
        if self._in_vain >= _PATIENCE:
            self._first, self._in_vain = min(ways), 0
        met = len(self._builder.book.places)
        if met != self._planned_with and self._builder.sample:
            self._planned_with = met
            book, sample = self._builder.book, self._builder.sample
            both = (make_plan(book, sample, numeric=numeric) for numeric in (True, False))
            self._plans = tuple(plan for plan in both if plan)

    def _read(self, plans: tuple[Plan, ...], first: int, piece: Piece) -> list[Part]:
        for way, plan in enumerate(plans[first:], start=first):
            rows = read_block(piece, plan, self._limit, lines=self._lines)
            if rows is not None:
                return [Part(b"", rows, way=way)]
        text = b"".join(piece)
        plan = plans[-1]
        for way, odd in enumerate(plan.odd, start=len(plans)):
            sieved = sieve(text, odd, lines=self._lines) if way >= first else None
            rows = read_block([sieved.clean], plan, self._limit, lines=self._lines) if sieved else None
            if sieved and rows is not None:
                return [Part(text, rows, sieved.aside, way)]
        if first >= len(plans):
            return self._read(plans, len(plans) - 1, piece)
        return halve(text, self._cut, partial(self._read, plans, first))
