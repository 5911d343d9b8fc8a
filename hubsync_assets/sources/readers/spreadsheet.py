"""Spreadsheets to chunks: .xlsx, .xlsm, .xls and .ods; a row below the header is a record, a blank row is none.

Put here: rows to frames. Keep out: finding the sheet and its header (``workbook``), and what a cell says (``cell_text``).
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice

import polars as pl

from hubsync_assets.errors import HubsyncError
from hubsync_assets.model.columns import Columns
from hubsync_assets.sources.files.source_file import SourceFile
from hubsync_assets.sources.readers.cell_text import Cell, cell_text
from hubsync_assets.sources.readers.chunks import Chunk
from hubsync_assets.sources.readers.keys import KEY
from hubsync_assets.sources.readers.tabular import Tabular
from hubsync_assets.sources.readers.workbook import Sheet, is_spreadsheet, open_sheet

__all__ = ["read_spreadsheet", "spreadsheet_names"]

_TEXT_A_VALUE = 24
"""Bytes of text that a cell is taken to have."""


def spreadsheet_names(file: SourceFile, columns: Columns, sheet: str | None = None) -> tuple[str, ...] | None:
    """The columns of a spreadsheet, empty where it cannot be used; None: it is none."""
    try:
        return tuple(filter(None, _opened(file, columns, sheet).header)) if is_spreadsheet(file) else None
    except HubsyncError:
        return ()  # reading it says what is wrong


def read_spreadsheet(
    file: SourceFile, columns: Columns, *, sheet: str | None = None, block_bytes: int = 1 << 21
) -> Iterator[Chunk]:
    """Read it as chunks, in order; see ``read_chunks``. Every row speaks of every column.

    Args:
        file: One that is here, and ``is_spreadsheet``.
        columns: What to look for.
        sheet: Its name; None: the one sheet that names the key.
        block_bytes: About how much text a chunk holds. The result does not depend on it.

    Yields:
        At least one chunk. Peak memory: all cells of the sheet, 32 bytes each, and their text.

    Raises:
        FileRefusedError: Nothing of it can be used. Before the first chunk.
        PermanentError: Not readable.
        TransientError: The file vanished.
    """
    yield from _Reading(file, columns, _opened(file, columns, sheet), block_bytes).chunks()


def _opened(file: SourceFile, columns: Columns, sheet: str | None) -> Sheet:
    def is_key(name: str) -> bool:
        place = columns.place(name)
        return place is not None and place[0] == KEY

    return open_sheet(file, sheet, is_key, columns.names[KEY])


class _Reading:
    def __init__(self, file: SourceFile, columns: Columns, sheet: Sheet, block_bytes: int) -> None:
        cells: dict[str, list[int]] = {}
        for number, name in enumerate(sheet.header):
            if name:
                cells.setdefault(name, []).append(number)
        self._file = file
        self._table = Tabular(file.name, list(cells), columns)
        places = {name: columns.place(name) for name in self._table.wanted}
        self._wanted = [
            (name, cells[name], columns.decimals.get(columns.names[place[0]]))
            for name, place in places.items()
            if place is not None
        ]
        self._others = [(name, cells[name]) for name in self._table.unknown]
        self._unknown: Counter[str] = Counter()
        self._rows = (row for row in sheet.rows if any(map(_says_something, row)))
        self._at_once = max(1, block_bytes // (_TEXT_A_VALUE * len(cells)))

    def chunks(self) -> Iterator[Chunk]:
        size = self._file.size or 0
        while rows := list(islice(self._rows, self._at_once)):
            frame = {name: [_first(row, numbers, sign) for row in rows] for name, numbers, sign in self._wanted}
            for name, numbers in self._others:
                self._unknown[name] += sum(_first(row, numbers, None) is not None for row in rows)
            yield self._table.chunk(pl.DataFrame(frame, schema=dict.fromkeys(frame, pl.String)), size)
        yield self._table.last(size, self._table.counted(self._unknown), self._file.missing)


def _says_something(cell: Cell) -> bool:
    return bool(cell.strip()) if isinstance(cell, str) else True


def _first(row: Sequence[Cell], numbers: Sequence[int], sign: str | None) -> str | None:
    """Of columns that share a name the first that says something; a row may be short."""
    texts = (cell_text(row[number], sign) for number in numbers if number < len(row))
    return next((text for text in texts if text is not None), None)
