"""CSV with the whole record as JSON text in one of its columns, as a warehouse's raw table has it: made into JSON lines.

Asked only of a header that has no key. A row is a line of what stands in that column; one that breaks off stays without its line end, so it
is known to be cut off. Keep out: reading those lines, and all other CSV.
"""

import csv
import json
from collections.abc import Iterator

import msgspec

from hubsync_assets.model.columns import Columns
from hubsync_assets.sources.readers.csv_start import DELIMITERS, cells_of
from hubsync_assets.sources.readers.json_value import Fault, Members, scan
from hubsync_assets.sources.readers.keys import KEY

__all__ = ["JsonColumn", "json_column"]

_FIELD_LIMIT = 64 << 20


class JsonColumn:
    """Which column it is, and what stands between columns."""

    def __init__(self, number: int, delimiter: str) -> None:
        self._number = number
        self._delimiter = delimiter
        self._ended = True
        self._is_header = True

    def lines(self, blocks: Iterator[bytes]) -> Iterator[bytes]:
        """A line of JSON for each row but the header. Behind a quote that is out of place nobody knows what a row is: there they end."""
        rows = csv.reader(self._texts(blocks), delimiter=self._delimiter, strict=True)
        csv.field_size_limit(max(csv.field_size_limit(), _FIELD_LIMIT))
        before = 0
        try:
            for row in rows:
                over_lines, before = rows.line_num - before > 1, rows.line_num
                if not row or self._is_header:
                    self._is_header = self._is_header and not row
                    continue
                if not self._ended and not any(row[self._number : self._number + 1]):
                    yield b"{"  # it breaks off before the column
                    return
                text, whole = _json(row[self._number] if self._number < len(row) else "")
                yield text + (b"\n" if self._ended and (whole or not over_lines) else b"")
                if not whole and over_lines:
                    return
        except csv.Error:
            yield b"{"

    def _texts(self, blocks: Iterator[bytes]) -> Iterator[str]:
        rest = b""
        for block in blocks:
            *whole, rest = (rest + block).split(b"\n")
            for line in whole:
                self._ended = True
                yield line.decode("utf-8", "surrogateescape") + "\n"
        if rest:
            self._ended = False
            yield rest.decode("utf-8", "surrogateescape")


def _json(cell: str) -> tuple[bytes, bool]:
    """A cell on one line, and whether it is JSON or no object at all."""
    text = cell.strip().encode("utf-8", "surrogateescape")
    if not text.startswith(b"{"):
        return json.dumps(cell, ensure_ascii=True).encode(), True
    try:
        compact = msgspec.json.format(text, indent=-1)
    except msgspec.DecodeError:
        return text.replace(b"\n", b" "), False
    return (compact if b"\n" in text else text), True


def json_column(head: bytes, columns: Columns, delimiter: str | None) -> JsonColumn | None:
    """The one column of a CSV text that has JSON objects with the key in its first row; None: the header has the key, or there is none.

    Args:
        head: The beginning of a file.
        columns: What is looked for.
        delimiter: What stands between the values, where that is known.
    """
    if b"{" not in head:
        return None
    text = head.decode("utf-8", "surrogateescape")
    first = text.split("\n", 1)[0]
    for mark in delimiter or DELIMITERS:
        header = cells_of(first, mark)
        if any((place := columns.place(name.strip())) is not None and place[0] == KEY for name in header):
            return None
        try:
            row = _first_row(text, mark)
        except csv.Error:
            continue
        found = [number for number, cell in enumerate(row) if len(row) == len(header) and _has_key(cell, columns)]
        if len(found) == 1:
            return JsonColumn(found[0], mark)
    return None


def _first_row(text: str, delimiter: str) -> list[str]:
    """The one below the header."""
    rows = csv.reader(iter(text.splitlines(keepends=True)), delimiter=delimiter)
    next(rows, None)
    return next(rows, [])


def _has_key(cell: str, columns: Columns) -> bool:
    if not cell.lstrip().startswith("{"):
        return False
    try:
        value, end = scan(cell.strip(), 0)
    except Fault:
        return False
    is_record = end == len(cell.strip())  # and no other cell behind it, under another delimiter
    places = [columns.place(key) for key, _ in value] if is_record and isinstance(value, Members) else []
    return any(place is not None and place[0] == KEY for place in places)
