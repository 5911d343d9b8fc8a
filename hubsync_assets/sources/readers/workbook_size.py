"""How much a workbook unpacks to, found out before a library opens it.

A file of kilobytes may unpack to gigabytes, and a single cell in the last corner of a sheet makes a library ask for room for all cells before
it: python-calamine then ends the whole process, and nobody can catch that (measured: 0.9.1, 512 GiB for three cells). So the parts are
unpacked here once, a block at a time. Of the old .xls, which is not packed, the format itself bounds this: 65,536 rows of 256 columns.
Keep out: what cells say.
"""

import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from zipfile import BadZipFile, ZipFile, ZipInfo

__all__ = ["MOST_CELLS", "MOST_ROWS", "DamagedError", "TooLargeError", "is_workbook", "measure"]

MOST_ROWS = 200_000
"""A sheet with more records than that is refused: a library holds all of it in memory."""

MOST_CELLS = 10_000_000
"""Of a sheet, empty ones before the last one too: 32 bytes each."""

MOST_BYTES = 2 << 30
"""Of all parts of a workbook, unpacked."""

_BLOCK = 1 << 20
_LONGEST_TAG = 1 << 16
_EXCEL = "xl/workbook.xml"
_OPEN_DOCUMENT = "content.xml"
_OPEN_DOCUMENT_TYPE = b"application/vnd.oasis.opendocument.spreadsheet"
_XLSX = re.compile(rb"<(?:\w+:)?(?:(row)|c)(?=[\s/>])([^>]*)>")
_ODS = re.compile(rb"<table:(?:(table-row)|(?:covered-)?table-cell|(table))(?=[\s/>])([^>]*)>")
_AT = re.compile(rb"""\sr=["']([A-Z]{0,3})(\d{1,9})["']""")
_ROWS = re.compile(rb"""number-rows-repeated=["'](\d{1,9})["']""")
_COLUMNS = re.compile(rb"""number-columns-repeated=["'](\d{1,9})["']""")
_FAULTS = (BadZipFile, OSError, ValueError, EOFError, RuntimeError, NotImplementedError, zlib.error)


class DamagedError(Exception):
    """It is a zip file that cannot be unpacked."""


class TooLargeError(Exception):
    """``what``: how large, in words."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


def is_workbook(path: Path) -> bool:
    """Whether a zip file holds a spreadsheet; one that cannot be unpacked is none."""
    try:
        with ZipFile(path) as packed:
            names = {name.lower() for name in packed.namelist()}
            if _EXCEL in names:
                return True
            return {"mimetype", _OPEN_DOCUMENT} <= names and packed.read("mimetype").strip() == _OPEN_DOCUMENT_TYPE
    except (KeyError, *_FAULTS):
        return False


def measure(path: Path) -> None:
    """Refuse a workbook that needs too much memory.

    Args:
        path: A zip file.

    Raises:
        DamagedError: It cannot be unpacked.
        TooLargeError: What it holds is more than may be held.
    """
    try:
        with ZipFile(path) as packed:
            parts = packed.infolist()
            if sum(part.file_size for part in parts) > MOST_BYTES:
                raise TooLargeError(f"it unpacks to more than {MOST_BYTES >> 30} GiB")
            for part in parts:
                _measure(packed, part)
    except _FAULTS:
        raise DamagedError from None


def _measure(packed: ZipFile, part: ZipInfo) -> None:
    # All of it is unpacked, though only sheets have cells: zipfile does not believe the size that a part claims, and the library does.
    name = part.filename.lower()
    with packed.open(part) as stream:
        blocks = iter(lambda: stream.read(_BLOCK), b"")
        if name == _OPEN_DOCUMENT:
            _measure_ods(blocks)
        else:
            _measure_xlsx(blocks)  # a sheet may have any name


def _tags(blocks: Iterator[bytes], tag: re.Pattern[bytes]) -> Iterator[re.Match[bytes]]:
    rest = b""
    for block in blocks:
        text = rest + block
        end = text.rfind(b">") + 1
        yield from tag.finditer(text, 0, end)
        rest = text[end:][-_LONGEST_TAG:]


def _measure_xlsx(blocks: Iterator[bytes]) -> None:
    row = column = last = width = 0
    for tag in _tags(blocks, _XLSX):
        at = _AT.search(tag[2])
        if tag[1]:
            row, column = int(at[2]) if at else row + 1, 0
            continue
        column = _number(at[1]) if at and at[1] else column + 1
        if tag[2].endswith(b"/"):
            continue  # an empty cell, which may have a colour
        row = int(at[2]) if at else row
        last, width = max(last, row), max(width, column)
        _check(last, width)


def _measure_ods(blocks: Iterator[bytes]) -> None:
    row = column = times = last = width = 0
    for tag in _tags(blocks, _ODS):
        if tag[2]:
            row = column = times = last = width = 0
        elif tag[1]:
            row, column, times = row + times, 0, _times(_ROWS, tag[3])
        else:
            column += _times(_COLUMNS, tag[3])
            if not tag[3].endswith(b"/"):
                last, width = max(last, row + times), max(width, column)
                _check(last, width)


def _times(pattern: re.Pattern[bytes], attributes: bytes) -> int:
    found = pattern.search(attributes)
    return int(found[1]) if found else 1


def _check(rows: int, columns: int) -> None:
    if rows > MOST_ROWS + 1:
        raise TooLargeError(f"a sheet has more than {MOST_ROWS:,} rows")
    if rows * columns > MOST_CELLS:
        raise TooLargeError(f"a sheet has more than {MOST_CELLS:,} cells: {rows:,} rows and {columns:,} columns")


def _number(letters: bytes) -> int:
    """The number of a column, from 1.

    Example:
        >>> _number(b"A"), _number(b"AA"), _number(b"XFD")
        (1, 27, 16384)
    """
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
