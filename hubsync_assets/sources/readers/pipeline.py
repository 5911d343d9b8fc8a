"""Pieces of a file to chunks: quickly where the result can be proven right, exactly where it cannot, and in order either way.

Several pieces of CSV are parsed at the same time, each piece as if it began with a new record. Whether it does is known when the one
before it is done: then its quick rows count, or the exact reader takes it. Keep out: both kinds of parsing.
"""

from collections import deque
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import Future, ThreadPoolExecutor

from hubsync_assets.sources.readers.chunks import Chunk
from hubsync_assets.sources.readers.cutting import Cut, Piece, pieces
from hubsync_assets.sources.readers.joining import join
from hubsync_assets.sources.readers.protocols import Exact, Part, Ways
from hubsync_assets.sources.readers.row_builder import RowBuilder

__all__ = ["Pipeline"]

_FIRST = 1 << 15
"""How many bytes are read exactly to learn which keys there are."""

_GIVE_UP_AFTER = 4
"""After this many pieces in a row that could not be read quickly, only some are tried."""

_RETRY = 8
"""Namely one in this many."""


def _at_once(read: Callable[[Piece], list[Part]], piece: Piece) -> "Future[list[Part]]":
    future: Future[list[Part]] = Future()
    future.set_result(read(piece))
    return future


class Pipeline:
    """One file on its way through."""

    def __init__(self, exact: Exact, ways: Ways, builder: RowBuilder, cut: Cut, taken: Callable[[], int]) -> None:
        """``taken`` tells the bytes of the file read so far."""
        self._exact = exact
        self._ways = ways
        self._builder = builder
        self._cut = cut
        self._taken = taken
        self._exactly = 0

    def chunks(
        self, blocks: Iterator[bytes], block_bytes: int, threads: int, fault: Callable[[], str | None]
    ) -> Generator[Chunk, None, Chunk]:
        """Every record of the stream, in order, but for what comes with its end: that chunk, which says how it ended, is returned."""
        cut = pieces(blocks, self._cut, min(_FIRST, block_bytes), block_bytes)
        ahead = threads if self._ways.in_threads else 0
        waiting: deque[tuple[Piece, Future[list[Part]] | None]] = deque()
        with ThreadPoolExecutor(threads, thread_name_prefix="parse") as pool:
            for number, piece in enumerate(cut):
                read = self._ways.reader()
                quick = read and (self._exactly < _GIVE_UP_AFTER or number % _RETRY == 0)
                submit = pool.submit if ahead else _at_once
                waiting.append((piece, submit(read, piece) if read and quick else None))
                while len(waiting) > (ahead if read else 0):
                    yield from self._settle(*waiting.popleft())
                if self._exact.stopped:
                    break
            while waiting:
                yield from self._settle(*waiting.popleft())
        self._exact.finish(fault())
        return self._builder.chunk(self._taken())

    def _settle(self, piece: Piece, future: "Future[list[Part]] | None") -> Iterator[Chunk]:
        parts = future.result() if future else [Part(b"".join(piece))]
        for part in parts:
            if part.rows is not None and self._exact.between_records:
                self._exact.skip(part)
                if len(self._builder):
                    yield self._builder.chunk(self._taken())
                yield join(self._builder, part.rows, self._taken())
            elif not self._exact.stopped:
                self._exact.feed(part.text)
        if len(self._builder):
            yield self._builder.chunk(self._taken())
        if future:
            self._exactly = 0 if any(part.rows is not None for part in parts) else self._exactly + 1
