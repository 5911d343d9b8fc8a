"""Pieces of JSON to chunks: as quickly as can be proven right, exactly where it cannot, in order either way.

Several pieces are parsed at the same time, each as if it began with a new record. Whether it does is known when the one
before it is done: then its quick rows count, or the exact reader takes it. Keep out: both kinds of parsing.
"""

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Protocol

import polars as pl

from hubsync_assets.sources.chunks import BROKEN_SCHEMA, Chunk
from hubsync_assets.sources.cutting import Cut, Piece, pieces
from hubsync_assets.sources.plan import Plan, make_plan
from hubsync_assets.sources.quick import QuickRows, read_block
from hubsync_assets.sources.rows import RowBuilder

__all__ = ["Exact", "Pipeline"]

_FIRST = 1 << 15
"""So many bytes are read exactly to learn which keys there are and how they are written."""

_SMALLEST = 1 << 16
"""A piece that cannot be read quickly is halved until its parts are this small: one odd record costs its neighbours only."""

_PATIENCE = 4
"""So many pieces in a row with numbers as text, and no more are tried with numbers as numbers."""

_NOTHING_BROKEN = pl.DataFrame(schema=BROKEN_SCHEMA)

_Part = tuple[bytes, QuickRows | None]
"""A text and its rows; the text is only there for the exact reader, so empty where there are rows."""


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
        self._as_text = 0

    def chunks(
        self, blocks: Iterator[bytes], block_bytes: int, threads: int, fault: Callable[[], str | None]
    ) -> Iterator[Chunk]:
        """Every record of the stream, in order, the last chunk saying how it ended."""
        cut = pieces(blocks, self._cut, min(_FIRST, block_bytes), block_bytes)
        waiting: deque[tuple[Piece, Future[list[_Part]] | None]] = deque()
        with ThreadPoolExecutor(threads, thread_name_prefix="parse") as pool:
            for piece in cut:
                parts = pool.submit(self._read, piece, self._plans) if self._plans else None
                waiting.append((piece, parts))
                while len(waiting) > (threads if self._plans else 0):
                    yield from self._settle(*waiting.popleft())
                if self._exact.stopped:
                    break
            while waiting:
                yield from self._settle(*waiting.popleft())
        self._exact.finish(fault())
        yield self._builder.chunk(self._taken())

    def _read(self, piece: Piece, plans: tuple[Plan, ...]) -> list[_Part]:
        """In another thread: the piece in parts, each with its rows if they can be had quickly."""
        for plan in plans:
            rows = read_block(piece, plan, self._limit, lines=self._lines)
            if rows is not None:
                return [(b"", rows)]
        text = b"".join(piece)
        middle = self._cut(text, 0, len(text) // 2) if len(text) > _SMALLEST else 0
        if not middle:
            return [(text, None)]
        view = memoryview(text)
        return [*self._read([view[:middle]], plans), *self._read([view[middle:]], plans)]

    def _settle(self, piece: Piece, parts: "Future[list[_Part]] | None") -> Iterator[Chunk]:
        for text, rows in parts.result() if parts else [(b"".join(piece), None)]:
            if rows is not None and self._exact.between_records:
                self._exact.skip(rows.size)
                if len(self._builder):
                    yield self._builder.chunk(self._taken())
                yield self._quick_chunk(rows)
            elif not self._exact.stopped:
                self._exact.feed(rows.text() if rows else text)
        if len(self._builder):
            yield self._builder.chunk(self._taken())
        self._plan()

    def _quick_chunk(self, rows: QuickRows) -> Chunk:
        self._as_text = 0 if rows.numeric else self._as_text + 1
        builder = self._builder
        frame = builder.place(rows.columns)
        return Chunk(frame, _NOTHING_BROKEN, rows.unknown, builder.complete, self._taken(), rows.texts)

    def _plan(self) -> None:
        """Learn from what the exact reader met."""
        met = len(self._builder.book.places)
        if met != self._planned_with and self._builder.sample:
            self._planned_with = met
            book, sample = self._builder.book, self._builder.sample
            both = (make_plan(book, sample, numeric=numeric) for numeric in (True, False))
            self._plans = tuple(plan for plan in both if plan)
        if self._as_text >= _PATIENCE:
            self._plans = tuple(plan for plan in self._plans if not plan.numeric)
