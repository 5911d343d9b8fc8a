"""Where the header of a CSV file stands: behind a line that names the delimiter, behind title lines, over several lines.

The header is the first line that names the key column, of those near the beginning, unless one below it is a better one: with more columns of
the source, and wider. What stands above it is no record; where it looks like one, the first line has to be the header, and whoever reads it
says what is wrong. Keep out: what the header means (``csv_header``), and everything below it.
"""

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from hubsync_assets.model.columns import Columns
from hubsync_assets.sources.readers.keys import KEY

__all__ = ["DELIMITERS", "CsvStart", "cells_of", "csv_start", "rows_at_the_top"]

DELIMITERS = ",;\t|"

_NEAR = 20
"""So many lines, blank ones aside, may stand above the header."""

_HEADER_LINES = 50
"""A header with line breaks in its names goes over fewer lines than this."""

_NAMES_DELIMITER = re.compile(r'\s*"?sep=(.)"?\W*', re.IGNORECASE)
_ADDRESS = re.compile(r"[^\s@]@[^\s@]")


@dataclass(frozen=True, slots=True)
class CsvStart:
    """How a CSV file begins.

    Attributes:
        above: How many lines stand above the header, blank ones among them.
        lines: How many lines the header goes over.
        delimiter: What stands between values; ``None`` where nobody says so and no line is a header.
        note: What stands above the header, in words; empty where nothing does.
    """

    above: int
    lines: int = 1
    delimiter: str | None = None
    note: str = ""


def csv_start(head: bytes, columns: Columns, delimiter: str | None = None, usual: str | None = None) -> CsvStart:
    """Find the header.

    Args:
        head: The beginning of the text, without its mark. The result depends on it alone.
        columns: What is looked for.
        delimiter: What stands between values, where that is declared.
        usual: What stands there where neither a declaration nor the file says so.
    """
    lines = head.decode("utf-8", "surrogateescape").split("\n")
    first = next((number for number, line in enumerate(lines) if line.strip()), 0)
    named = _named_delimiter(lines[first])
    begin = first + 1 if named else first
    begin = next((number for number in range(begin, len(lines)) if lines[number].strip()), begin)
    mark = delimiter or named or usual
    found = _best(lines, begin, columns, mark)
    if found is None and not (delimiter or named):  # what the name of the file says is wrong
        found = _best(lines, begin, columns, None)
    found = found or _Found(begin, 1, [], "")
    titles = sum(bool(line.strip()) for line in lines[begin : found.line])
    said = ["a line that names the delimiter"] if named else []
    said += [f"{titles} line{'s' if titles > 1 else ''} above the header"] if titles else []
    note = f"{' and '.join(said)} left out" if said else ""
    return CsvStart(found.line, found.lines, found.delimiter or mark, note)


def _named_delimiter(line: str) -> str | None:
    """What Excel is told by a first line ``sep=;``."""
    match = _NAMES_DELIMITER.fullmatch(line.strip("\r\n"))
    return match[1] if match and match[1] not in '"\r\n' else None


def rows_at_the_top(text: str, delimiter: str | None = None, usual: str | None = None) -> list[list[str]]:
    """The rows near the beginning, for people who have still to say which columns there are: each as wide as a delimiter makes it."""
    lines = [line for line in text.split("\n") if line.strip()][: _NEAR + 1]
    named = _named_delimiter(lines[0]) if lines else None
    rows = []
    for number in range(1 if named else 0, len(lines)):
        made = [_row(lines, number, mark)[0] for mark in delimiter or named or usual or DELIMITERS]
        rows.append(max(made, key=len))
    return rows


def cells_of(line: str, delimiter: str, quote: str = '"') -> list[str]:
    """The cells of a line, or of several that are one row; empty where it is none."""
    try:
        return next(csv.reader([line], delimiter=delimiter, quotechar=quote, strict=True), [])
    except csv.Error:
        return []


@dataclass(frozen=True, slots=True)
class _Found:
    line: int
    lines: int
    cells: Sequence[str]
    delimiter: str
    places: int = 0

    @property
    def filled(self) -> int:
        return sum(bool(cell.strip()) for cell in self.cells)


def _best(lines: Sequence[str], begin: int, columns: Columns, delimiter: str | None) -> _Found | None:
    best: _Found | None = None
    near = [number for number in range(begin, min(len(lines), begin + 4 * _NEAR)) if lines[number].strip()][: _NEAR + 1]
    for number in near:
        # A row of addresses is a record; the first line is judged by its reader.
        if number != begin and _ADDRESS.search(lines[number]):
            if best is not None:
                break
            continue
        for found in _candidates(lines, number, columns, delimiter):
            if best is None or (found.places > best.places and found.filled > best.filled):
                best = found
    if best is not None and any(_is_like_a_record(line, best) for line in lines[begin : best.line]):
        return None
    return best


def _candidates(lines: Sequence[str], begin: int, columns: Columns, delimiter: str | None) -> Iterator[_Found]:
    """The line as a header that names the key, under the delimiter that makes most of it."""
    made = []
    for mark in delimiter or DELIMITERS:
        cells, count = _row(lines, begin, mark)
        places = {place[0] for cell in cells if (place := columns.place(cell))}
        if KEY in places:
            made.append(_Found(begin, count, cells, mark, len(places)))
    if made:
        yield max(made, key=lambda found: (found.places, len(found.cells)))


def _row(lines: Sequence[str], begin: int, delimiter: str) -> tuple[list[str], int]:
    """The row that begins with a line, and how many lines it goes over."""
    if '"' not in lines[begin]:
        return cells_of(lines[begin].rstrip("\r"), delimiter), 1
    some = [line + "\n" for line in lines[begin : begin + _HEADER_LINES]]
    reader = csv.reader(some, delimiter=delimiter, strict=True)
    try:
        return next(reader, []), reader.line_num
    except csv.Error:
        return [], 1


def _is_like_a_record(line: str, header: _Found) -> bool:
    """Whether losing a line would lose somebody: as wide as the header, with an address and another value."""
    cells = cells_of(line.rstrip("\r"), header.delimiter)
    filled = sum(bool(cell.strip()) for cell in cells)
    return len(cells) == len(header.cells) and filled > 1 and bool(_ADDRESS.search(line))
