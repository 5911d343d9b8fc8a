"""Pieces of JSON to chunks: as quickly as can be proven right, exactly where it cannot, in order either way.

Several pieces are parsed at the same time, each as if it began with a new record. Whether it does is known when the one
before it is done: then its quick rows count, or the exact reader takes it. Keep out: both kinds of parsing.
"""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Protocol

from hubsync_assets.sources.chunks import Chunk
from hubsync_assets.sources.cutting import Cut, Piece, pieces
from hubsync_assets.sources.joining import join
from hubsync_assets.sources.plan import Plan, make_plan
from hubsync_assets.sources.quick import QuickRows, read_block
from hubsync_assets.sources.rows import RowBuilder
from hubsync_assets.sources.sieve import SetAside, sieve

__all__ = ["Exact", "Pipeline"]

_FIRST = 1 << 15
"""So many bytes are read exactly to learn which keys there are and how they are written."""

_SMALLEST = 1 << 16
"""A piece that cannot be read quickly is halved until its parts are this small: one odd record costs its neighbours only."""

_PATIENCE = 4
"""So many pieces in a row that were not read in the first way tried, and the next way is tried first."""

_RETRY = 8
"""While nothing can be read quickly, one in so many pieces is tried all the same."""


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of a piece, and how it can be had.

    Attributes:
        text: Its text; empty where ``rows`` can give it.
        rows: Its rows, if they could be had quickly.
        aside: Records that were set aside for it.
        way: Number of the way that worked, from 0.
    """

    text: bytes
    rows: QuickRows | None = None
    aside: Sequence[SetAside] = ()
    way: int = 0


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

    def skip(self, size: int) -> None:
        """So many bytes were read by somebody else."""

    def finish(self, fault: str | None) -> None:
        """There is no more text; ``fault`` is why, if that is wrong."""


class Pipeline:
    """One file on its way through."""

    def __init__(
        self, exact: Exact, builder: RowBuilder, cut: Cut, limit: int, *, lines: bool, taken: Callable[[], int]
    ) -> None:
        """A record with more bytes than ``limit`` is left to ``exact``; ``taken`` tells the bytes of the file read so far."""
        self._exact = exact
        self._builder = builder
        self._cut = cut
        self._limit = limit
        self._lines = lines
        self._taken = taken
        self._plans: tuple[Plan, ...] = ()
        self._planned_with = 0
        self._first_way = 0
        self._in_vain = 0
        self._exactly = 0

    def chunks(
        self, blocks: Iterator[bytes], block_bytes: int, threads: int, fault: Callable[[], str | None]
    ) -> Iterator[Chunk]:
        """Every record of the stream, in order, the last chunk saying how it ended."""
        cut = pieces(blocks, self._cut, min(_FIRST, block_bytes), block_bytes)
        waiting: deque[tuple[Piece, Future[list[_Part]] | None]] = deque()
        with ThreadPoolExecutor(threads, thread_name_prefix="parse") as pool:
            for number, piece in enumerate(cut):
                quick = self._plans and (self._exactly < _PATIENCE or number % _RETRY == 0)
                waiting.append((piece, pool.submit(self._read, piece, self._plans, self._first_way) if quick else None))
                while len(waiting) > (threads if self._plans else 0):
                    yield from self._settle(*waiting.popleft())
                if self._exact.stopped:
                    break
            while waiting:
                yield from self._settle(*waiting.popleft())
        self._exact.finish(fault())
        yield self._builder.chunk(self._taken())

    def _read(self, piece: Piece, plans: tuple[Plan, ...], first: int) -> list[_Part]:
        """In another thread: the piece in parts, each with its rows if they can be had quickly."""
        for way, plan in enumerate(plans[first:], start=first):
            rows = read_block(piece, plan, self._limit, lines=self._lines)
            if rows is not None:
                return [_Part(b"", rows, way=way)]
        text = b"".join(piece)
        plan = plans[-1]
        for way, odd in enumerate(plan.odd, start=len(plans)):
            sieved = sieve(text, odd, lines=self._lines) if way >= first else None
            rows = read_block([sieved.clean], plan, self._limit, lines=self._lines) if sieved else None
            if sieved and rows is not None:
                return [_Part(text, rows, sieved.aside, way)]
        if first >= len(plans):
            return self._read(piece, plans, len(plans) - 1)
        middle = self._cut(text, 0, len(text) // 2) if len(text) > _SMALLEST else 0
        if not middle:
            return [_Part(text)]
        view = memoryview(text)
        return [*self._read([view[:middle]], plans, first), *self._read([view[middle:]], plans, first)]

    def _settle(self, piece: Piece, future: "Future[list[_Part]] | None") -> Iterator[Chunk]:
        parts = future.result() if future else [_Part(b"".join(piece))]
        for part in parts:
            if part.rows is not None and self._exact.between_records:
                self._exact.skip(len(part.text) or part.rows.size)
                if len(self._builder):
                    yield self._builder.chunk(self._taken())
                yield join(self._builder, part.rows, part.aside, self._taken())
            elif not self._exact.stopped:
                self._exact.feed(part.text or (part.rows.text() if part.rows else b""))
        if len(self._builder):
            yield self._builder.chunk(self._taken())
        self._learn(parts)

    def _learn(self, parts: list[_Part]) -> None:
        """From how this piece had to be read, and from the keys that the exact reader met."""
        ways = [part.way for part in parts if part.rows]
        self._exactly = 0 if ways else self._exactly + 1
        self._in_vain = self._in_vain + 1 if ways and min(ways) > self._first_way else 0
        if self._in_vain >= _PATIENCE:
            self._first_way, self._in_vain = min(ways), 0
        met = len(self._builder.book.places)
        if met != self._planned_with and self._builder.sample:
            self._planned_with = met
            book, sample = self._builder.book, self._builder.sample
            both = (make_plan(book, sample, numeric=numeric) for numeric in (True, False))
            self._plans = tuple(plan for plan in both if plan)
            self._exactly = 0
