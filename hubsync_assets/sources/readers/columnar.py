"""Parquet and Arrow files to chunks: only the columns that the source looks for are decoded, in the order of the file.

Put here: how large a chunk is, what is done about damage, and how much text there is. Keep out: who decodes it (``columnar_process``), and
values (``column_text``).
"""

from collections.abc import Iterator, Sequence
from contextlib import closing

import polars as pl

from hubsync_assets.errors import HubsyncError
from hubsync_assets.model.columns import Columns
from hubsync_assets.sources.files.source_file import SourceFile
from hubsync_assets.sources.readers.chunks import Chunk
from hubsync_assets.sources.readers.column_text import as_text
from hubsync_assets.sources.readers.columnar_file import ColumnarForm, columnar_form
from hubsync_assets.sources.readers.columnar_process import ColumnarProcess
from hubsync_assets.sources.readers.decoder import DecodingError
from hubsync_assets.sources.readers.tabular import Tabular

__all__ = ["columnar_names", "columnar_text_size", "read_columnar"]

_TEXT_A_VALUE = 24
"""Bytes of text that a value is taken to have, with what CSV has around it: such a file is packed, so its size says little."""


def columnar_names(file: SourceFile) -> tuple[str, ...] | None:
    """The columns of a Parquet or Arrow file, empty where it cannot be used; None: it is neither."""
    try:
        form = columnar_form(file)
        if form is None:
            return None
        with closing(ColumnarProcess(file, form)) as opened:
            return opened.names
    except HubsyncError:
        return ()  # reading it says what is wrong


def columnar_text_size(file: SourceFile, columns: Columns) -> int | None:
    """About how many bytes of text the wanted columns of a Parquet or Arrow file are, by its footer; None: neither, or of no use."""
    try:
        form = columnar_form(file)
        if form is None:
            return None
        with closing(ColumnarProcess(file, form)) as opened:
            wanted = sum(columns.place(name) is not None for name in opened.names)
            return opened.height * wanted * _TEXT_A_VALUE
    except HubsyncError:
        return None  # reading it says what is wrong


def read_columnar(file: SourceFile, form: ColumnarForm, columns: Columns, *, block_bytes: int) -> Iterator[Chunk]:
    """Read it as chunks, in order; see ``read_chunks``. Every row speaks of every column of the file.

    Args:
        file: One that is here.
        form: What it is.
        columns: What to look for.
        block_bytes: About how much text a chunk holds. The result does not depend on it.

    Yields:
        At least one chunk. Peak memory: the wanted columns of a row group or two.

    Raises:
        FileRefusedError: Nothing of it can be used. Before the first chunk.
        PermanentError: Not readable.
        TransientError: The file vanished.
    """
    with closing(ColumnarProcess(file, form)) as opened:
        yield from _Reading(file, opened, columns, block_bytes).chunks()


class _Reading:
    def __init__(self, file: SourceFile, opened: ColumnarProcess, columns: Columns, block_bytes: int) -> None:
        self._table = Tabular(file.name, opened.names, columns, nested=opened.nested)
        self._file, self._opened, self._block_bytes = file, opened, block_bytes
        self._wanted = self._table.wanted
        self._rows = max(1, block_bytes // (_TEXT_A_VALUE * len(self._wanted)))
        self._damaged: slice | None = None
        places = {name: columns.place(name) for name in self._wanted}
        self._numbers = {name for name, place in places.items() if place and columns.names[place[0]] in columns.numbers}

    def chunks(self) -> Iterator[Chunk]:
        fault = None
        yield from self._of_rows()
        came, said = self._table.position, self._opened.height
        if came != said:
            fault = self._fault(came)
            if not came:
                raise self._opened.refused(fault)
            fault = f"{fault}; {came} rows came of {said}"
        elif self._opened.has_changed:
            fault = "the file changed while it was read"
        unknown = self._table.counted(self._opened.counts(self._table.unknown))
        yield self._table.last(self._file.size or 0, unknown, fault or self._file.missing)

    def _of_rows(self) -> Iterator[Chunk]:
        # By itself, so that the last frame, and with it all of its row group, is gone when other columns are counted.
        for frame in self._frames():
            for piece in self._pieces(frame):
                yield self._table.chunk(self._texts(piece), self._taken())

    def _frames(self) -> Iterator[pl.DataFrame]:
        """All rows that can be decoded before the first one that cannot."""
        batches = self._opened.batches(self._wanted, self._rows)
        came = 0
        while True:
            try:
                frame = next(batches, None)
            except DecodingError:
                break
            if frame is None:
                break
            came += frame.height
            yield frame
        if came >= self._opened.height:
            return
        # polars reads ahead, and what it had ready it throws away, where a thread of its panics even without a word. Of a row group that is
        # damaged anything may be wrong, so it is all or nothing.
        parts = self._opened.parts()
        if not parts:
            yield from self._by_halves(came)
        for start, rows in parts:
            if came < start + rows:
                frame = self._piece(self._wanted, came, start + rows - came)
                if frame is None:
                    self._damaged = slice(came, start + rows)
                    return
                came += frame.height
                yield frame

    def _by_halves(self, came: int) -> Iterator[pl.DataFrame]:
        """As many rows as can be decoded, where a damaged footer does not say what the row groups are.

        In ever larger pieces and then in ever smaller ones, so that it does not depend on how many were asked for before.
        """
        rows, grows = 1, True
        while came < self._opened.height:
            frame = self._piece(self._wanted, came, min(rows, self._opened.height - came))
            if frame is not None and not frame.is_empty():
                came += frame.height
                yield frame
                rows = min(2 * rows, self._rows) if grows else rows
            elif rows > 1:
                rows, grows = rows // 2, False
            else:
                self._damaged = slice(came, came + 1)
                return

    def _piece(self, names: Sequence[str], start: int, rows: int) -> pl.DataFrame | None:
        """None: it cannot be decoded."""
        try:
            return self._opened.piece(names, start, rows)
        except DecodingError:
            return None

    def _pieces(self, frame: pl.DataFrame) -> Iterator[pl.DataFrame]:
        """A frame cut up where its texts are long."""
        parts = max(1, min(frame.height, int(frame.estimated_size()) // (4 * self._block_bytes)))
        yield from frame.iter_slices(-(-frame.height // parts)) if parts > 1 else (frame,)

    def _texts(self, frame: pl.DataFrame) -> pl.DataFrame:
        # Without their names: to polars some of them are patterns.
        return pl.DataFrame(
            [as_text(own.alias(""), is_number=own.name in self._numbers).alias(own.name) for own in frame]
        )

    def _fault(self, came: int) -> str:
        where = self._damaged or slice(came, came + 1)
        damaged = [name for name in self._wanted if self._piece([name], where.start, where.stop - where.start) is None]
        of_it = f"column {', '.join(damaged)}" if damaged else "the file"
        return f"{of_it} is damaged or of a type that cannot be decoded"

    def _taken(self) -> int:
        """About where it is, for those who watch."""
        return (self._file.size or 0) * self._table.position // max(self._opened.height, 1)
