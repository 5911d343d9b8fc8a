"""A spreadsheet, opened: what is one by its first bytes, which of its sheets holds the records, and that no library's words come out.

Put here: python-calamine, which only this module knows, and whatever is wrong with a workbook as a whole. Keep out: how much it unpacks to
(``workbook_size``), what cells say (``cell_text``), and chunks (``spreadsheet``).
"""

import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from hubsync_assets.sources import errors
from hubsync_assets.sources.files.source_file import SourceFile
from hubsync_assets.sources.looks_like import ENOUGH, is_text_of_rows, looks_like
from hubsync_assets.sources.readers import workbook_errors
from hubsync_assets.sources.readers.cell_text import Cell, cell_text
from hubsync_assets.sources.readers.workbook_size import (
    MOST_ROWS,
    DamagedError,
    TooLargeError,
    is_workbook,
    measure,
)

if TYPE_CHECKING:
    from python_calamine import CalamineWorkbook

__all__ = ["Sheet", "is_spreadsheet", "open_sheet"]

HEADER_ROWS = 20
"""So many rows from the top may hold titles before the one that names the columns."""

_WHAT = "an Excel spreadsheet, or one of its kind,"
_ZIP = b"PK\x03\x04"
_OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_GZIP = b"\x1f\x8b"


@dataclass(frozen=True, slots=True)
class Sheet:
    """The sheet that is read.

    Attributes:
        header: Its columns' names as they are spelled, empty where a column has none.
        rows: What stands below them.
    """

    header: tuple[str, ...]
    rows: Iterator[Sequence[Cell]]


def is_spreadsheet(file: SourceFile) -> bool:
    """Whether a file is one, whatever its name.

    Raises:
        FileRefusedError: Its name says that it is one and it is neither that nor text, or it is one inside of gzip.
    """
    try:
        with (file.path or Path()).open("rb") as opened:
            head = opened.read(ENOUGH)
    except OSError:
        return False  # whoever reads it as text says what is wrong
    inside = _unpacked(head) if head.startswith(_GZIP) else b""
    if inside.startswith((_ZIP, _OLD)) and file.form == "spreadsheet":
        raise errors.packed_again(file.name, "a spreadsheet")
    if head.startswith(_OLD) or (head.startswith(_ZIP) and file.path is not None and is_workbook(file.path)):
        return True
    if file.form == "spreadsheet":
        if not head or head.startswith(_ZIP):
            raise errors.cut_off(file.name, "a spreadsheet", file.missing)
        if not is_text_of_rows(head):
            raise workbook_errors.not_one(file.name, looks_like(head, "csv"))
    return False


def _unpacked(head: bytes) -> bytes:
    try:
        return zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(head, 16)
    except zlib.error:
        return b""


def open_sheet(file: SourceFile, wanted: str | None, is_key: Callable[[str], bool], key: str) -> Sheet:
    """Find the records of a workbook.

    Args:
        file: One that is here.
        wanted: The name of the sheet; None: the one that names the key.
        is_key: Whether a column's name is the key's.
        key: The key, for the error.

    Raises:
        FileRefusedError: It cannot be read, is too large, or has no such sheet; no sheet names the key, or several do.
    """
    try:
        from python_calamine import CalamineError, CalamineWorkbook  # noqa: PLC0415 - an extra
    except ImportError:
        raise workbook_errors.no_library(file.name) from None
    path = file.path or Path()
    with _in_own_words(file.name, CalamineError):
        with path.open("rb") as opened:
            is_packed = opened.read(len(_ZIP)) == _ZIP
        if is_packed:
            measure(path)
        try:
            # Of a path the library believes what its name says, and an .xlsx may be called .xls.
            with path.open("rb") as opened:
                book = CalamineWorkbook.from_filelike(opened)
        except CalamineError:
            book = CalamineWorkbook.from_path(path)  # which says what is wrong, such as a password
        return _chosen(file.name, book, wanted, is_key, key)


def _chosen(name: str, book: "CalamineWorkbook", wanted: str | None, is_key: Callable[[str], bool], key: str) -> Sheet:
    if wanted is not None and wanted not in book.sheet_names:
        raise workbook_errors.no_such_sheet(name, wanted, book.sheet_names)
    # A chart is a sheet, too, and in hidden ones are lists to choose from.
    shown = [
        each.name
        for each in book.sheets_metadata
        if str(each.visible).endswith(".Visible") and str(each.typ).endswith(".WorkSheet")
    ]
    names = [wanted] if wanted is not None else shown
    found: dict[str, Sheet] = {}
    tops: list[str] = []
    for each in names:
        rows = book.get_sheet_by_name(each)
        if rows.height > MOST_ROWS + 1:
            raise workbook_errors.too_large(name, f"a sheet has more than {MOST_ROWS:,} rows")
        cells = rows.iter_rows()
        top = [[(cell_text(cell) or "").strip() for cell in row] for row in islice(cells, HEADER_ROWS)]
        at = next((number for number, row in enumerate(top) if any(map(is_key, row))), None)
        if at is None:
            tops = tops or [cell for cell in max(top, key=lambda row: sum(map(bool, row)), default=[]) if cell]
            continue
        found[each] = Sheet(tuple(top[at]), islice(rows.iter_rows(), at + 1, None))
    if not found:
        raise errors.no_key_column(name, key, tops) if tops else workbook_errors.no_records(name)
    if len(found) > 1:
        raise workbook_errors.several_sheets(name, key, found)
    return next(iter(found.values()))


@contextmanager
def _in_own_words(name: str, of_library: type[Exception]) -> Iterator[None]:
    try:
        yield
    except TooLargeError as error:
        raise workbook_errors.too_large(name, error.what) from None
    except DamagedError:
        raise errors.unreadable(name, _WHAT, "it is damaged") from None
    except FileNotFoundError:
        raise errors.vanished(name) from None
    except PermissionError:
        raise errors.denied(name) from None
    except (of_library, OSError, ValueError) as error:
        locked = "Password" in type(error).__name__
        why = "it is encrypted: save it without a password" if locked else "it is damaged, or of another program"
        raise errors.unreadable(name, _WHAT, why) from None
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # of Rust, and no Exception; it can be imported from nowhere
            raise
        raise errors.unreadable(name, _WHAT, "it is damaged") from None
