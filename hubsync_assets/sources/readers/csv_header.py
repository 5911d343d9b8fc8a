"""The first line of a CSV file: what stands between values, and what each column is.

The delimiter is the one of ``,`` ``;`` tab ``|`` under which the line names most fields. Keep out: the lines below it.
"""

import csv
from collections.abc import Sequence
from functools import cached_property

from hubsync_assets.sources import errors
from hubsync_assets.sources.looks_like import looks_like
from hubsync_assets.sources.readers.keys import EMAIL, FIELD_NAMES, KeyBook

__all__ = ["Header"]

DELIMITERS = ",;\t|"


class Header:
    """What the columns of one CSV file are.

    Attributes:
        delimiter: What stands between two values.
        width: Number of columns.
        unknown: Number of each column that is not a field, and the name it is counted under.
        columns: For each field the numbers of its columns, the one that counts most first.
    """

    def __init__(self, line: str, name: str, book: KeyBook) -> None:
        """Read the header line.

        Raises:
            FileRefusedError: No column is the email.
        """
        best: list[str] = []
        self.delimiter = ","
        for delimiter in DELIMITERS:
            cells = _cells(line, delimiter)
            if _score(cells, book) > _score(best, book):
                best, self.delimiter = cells, delimiter
        places = [book.place(cell) for cell in best]
        if not any(place and place[0] == EMAIL for place in places):
            known = any(places)
            why = "no column is an email" if known else "no column has the name of a contact's field"
            raise errors.bad_header(name, why, looks_like(line.encode("utf-8", "surrogateescape"), "csv"))
        self.width = len(best)
        self.unknown = [
            (column, book.unknown_name(best[column])) for column, place in enumerate(places) if place is None
        ]
        ranked = sorted((place[0], place[1], column) for column, place in enumerate(places) if place)
        self.columns = [
            [column for number, _, column in ranked if number == field] for field in range(len(FIELD_NAMES))
        ]

    @cached_property
    def names(self) -> frozenset[str]:
        """The fields that have a column."""
        return frozenset(name for name, columns in zip(FIELD_NAMES, self.columns, strict=True) if columns)

    def fields(self, row: Sequence[str]) -> list[str | None]:
        """One value for each field: of columns that are the same field, the first that has one. The row may be short."""
        if len(row) >= self.width:
            return [next((row[column] for column in columns if row[column]), None) for columns in self.columns]
        return self.fields([*row, *[""] * (self.width - len(row))])

    def not_given(self, cells: int) -> list[str]:
        """The fields, the email aside, that a row of so many cells does not speak of: all their columns are behind its end."""
        if cells >= self.width:
            return []
        missing = [bool(columns) and min(columns) >= cells for columns in self.columns]
        return [name for number, name in enumerate(FIELD_NAMES) if missing[number] and number != EMAIL]


def _cells(line: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=delimiter, strict=True), [])
    except csv.Error:
        return []


def _score(cells: list[str], book: KeyBook) -> tuple[int, int]:
    return len({place[0] for cell in cells if (place := book.place(cell))}), len(cells)
