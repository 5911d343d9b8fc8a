"""The records of a CSV file, read exactly and one by one with the standard library's reader.

The first line that is not blank names the columns. The delimiter is the one of ``,`` ``;`` tab ``|`` under which that line names
most fields. Quotes as RFC 4180 has them, line breaks within them included; an empty value is a missing one. A record with
too many or too few values is malformed: nobody can know which of them are where they belong. So is one with a quote out
of place; reading goes on with the line after the one it begins in. A file without any text is malformed and incomplete
(a writer that died: even an export of nobody has a header). Keep out: bytes of files, fields, frames.
"""

import csv
from collections import deque
from collections.abc import Callable, Iterator
from typing import Self

from hubsync_assets.sources import errors
from hubsync_assets.sources.keys import FIELD_NAMES, KeyBook
from hubsync_assets.sources.lines import LineSplitter
from hubsync_assets.sources.rows import RowBuilder

__all__ = ["Header", "table_records"]

DELIMITERS = ",;\t|"


class Header:
    """What the columns of one CSV file are.

    Attributes:
        delimiter: What stands between two values.
        width: Number of columns.
        unknown: Number and name of the columns that are no field.
    """

    def __init__(self, line: str, name: str, book: KeyBook) -> None:
        """Read the header line.

        Raises:
            PermanentError: No column is a field of a contact.
        """
        best: list[str] = []
        self.delimiter = ","
        for delimiter in DELIMITERS:
            cells = _cells(line, delimiter)
            if _score(cells, book) > _score(best, book):
                best, self.delimiter = cells, delimiter
        places = [book.place(cell) for cell in best]
        if not any(places):
            raise errors.bad_header(name, "no column has a name that a contact's field could have")
        self.width = len(best)
        self.unknown = [(column, best[column]) for column, place in enumerate(places) if place is None]
        ranked = sorted((place[0], place[1], column) for column, place in enumerate(places) if place)
        self._columns = [
            [column for number, _, column in ranked if number == field] for field in range(len(FIELD_NAMES))
        ]

    def fields(self, row: list[str]) -> list[str | None]:
        """One value for each field: of columns that are the same field, the first that has one."""
        return [next((row[column] for column in columns if row[column]), None) for columns in self._columns]


def _cells(line: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=delimiter, strict=True), [])
    except csv.Error:
        return []


def _score(cells: list[str], book: KeyBook) -> tuple[int, int]:
    return len({place[0] for cell in cells if (place := book.place(cell))}), len(cells)


class _Tap:
    """Lines for ``csv.reader``, which does not tell how many it took for a record."""

    def __init__(self, lines: Iterator[tuple[str, bool]]) -> None:
        self._lines = lines
        self._again: deque[tuple[str, bool]] = deque()
        self.taken: list[tuple[str, bool]] = []

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> str:
        line = self._again.popleft() if self._again else next(self._lines)
        self.taken.append(line)
        return line[0]

    def give_back_all_but_one(self) -> None:
        self._again.extendleft(reversed(self.taken[1:]))
        del self.taken[1:]

    def text(self) -> str:
        return "".join(line for line, _ in self.taken).rstrip("\r\n")

    @property
    def cut(self) -> bool:
        """The last line taken has no end: it is the file's last, and perhaps not all of it."""
        return bool(self.taken) and not self.taken[-1][1]


def table_records(
    blocks: Iterator[bytes], builder: RowBuilder, limit: int, fault: Callable[[], str | None], name: str
) -> Iterator[None]:
    """Read CSV into ``builder``; yields whenever a chunk may be taken from it.

    Args:
        blocks: The text, cut anywhere.
        builder: Where the records go.
        limit: A line with more bytes than this is cut down, and so malformed.
        fault: Asked after the last block: why there is no more although there should be.
        name: The file, for errors.

    Raises:
        PermanentError: The first line names no field.
    """
    lines = _decoded(blocks, limit)
    first, has_end = next(((line, end) for line, end in lines if line.strip()), ("", False))
    if not first or (fault() and not has_end):
        builder.malformed(fault() or "the file is empty, without even a header", first, lost=True)
        return
    header = Header(first.rstrip("\r\n"), name, builder.book)
    tap = _Tap(lines)
    reader = csv.reader(tap, delimiter=header.delimiter, strict=True)
    number = 1
    while True:
        tap.taken.clear()
        try:
            row = next(reader)
        except StopIteration:
            break
        except csv.Error as error:
            cut = tap.cut
            if not cut:
                tap.give_back_all_but_one()
            builder.malformed(f"line {number + 1}: {error}{_because(fault(), cut=cut)}", tap.text(), lost=cut)
        else:
            _add(row, tap, header, builder, number + 1, fault)
        number += len(tap.taken)
        yield
    if fault() and builder.complete:
        builder.malformed(f"{fault()}, behind line {number}", "", lost=True)


def _add(
    row: list[str], tap: _Tap, header: Header, builder: RowBuilder, line: int, fault: Callable[[], str | None]
) -> None:
    text = tap.text()
    if not text.strip():
        return
    cut = tap.cut and (len(row) < header.width or fault() is not None)
    if len(row) != header.width or cut:
        what = f"line {line}: {len(row)} values for {header.width} columns{_because(fault(), cut=cut)}"
        builder.malformed(what, text, lost=cut)
    elif not _is_utf8(text):
        builder.malformed(f"line {line}: a byte that is not UTF-8", text)
    else:
        builder.add_cells(header.fields(row), text)
        for column, name in header.unknown:
            if row[column]:
                builder.count_unknown(name)


def _decoded(blocks: Iterator[bytes], limit: int) -> Iterator[tuple[str, bool]]:
    splitter = LineSplitter(limit)
    for block in blocks:
        for line, _ in splitter.split(block):
            yield line.decode("utf-8", "surrogateescape"), True
    line, size = splitter.rest()
    if size:
        yield line.decode("utf-8", "surrogateescape"), False


def _is_utf8(text: str) -> bool:
    if text.isascii():
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _because(fault: str | None, *, cut: bool) -> str:
    if not cut:
        return ""
    return f", the file ends inside it ({fault})" if fault else ", the file ends inside it"
