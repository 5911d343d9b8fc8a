"""The header of a CSV file: what stands between values, and what each of them is.

The delimiter is what the source declares, else the one of ``,`` ``;`` tab ``|`` under which it names most of the source's columns.
Keep out: the lines above it (``csv_start``) and below it.
"""

import re
from collections.abc import Sequence
from functools import cached_property

from hubsync_assets.sources import errors
from hubsync_assets.sources.looks_like import looks_like
from hubsync_assets.sources.readers.csv_start import DELIMITERS, cells_of
from hubsync_assets.sources.readers.keys import KEY, KeyBook

__all__ = ["Header"]

_MAYBE_EMAIL = re.compile(r"(?=.*e-?mail|correo|courriel)[a-z][a-z0-9 _.-]{0,30}", re.IGNORECASE)
"""Like a name of a column, and like nothing that a record holds: where there is no header, what stands in its place may be a contact's."""


class Header:
    """What the cells of one CSV file are.

    Attributes:
        delimiter: What stands between two values.
        quote: What a value may stand in: double quotes, or single ones where all names do.
        width: Number of cells in a whole row.
        columns: What is looked for.
        unknown: Number of each cell that is none of these, and the name it is counted under.
        cells: For each of the columns the numbers of its cells, the one that counts most first.
    """

    def __init__(self, line: str, name: str, book: KeyBook, delimiter: str | None = None) -> None:
        """Read the header line.

        Args:
            line: Without its end; line breaks in quotes are part of a name.
            name: The file, for the error.
            book: What is looked for.
            delimiter: What stands between two values, where that is known.

        Raises:
            FileRefusedError: No cell is the email.
        """
        best: list[str] = []
        self.delimiter = delimiter or ","
        for mark in delimiter or DELIMITERS:
            cells = cells_of(line, mark)
            if _score(cells, book) > _score(best, book):
                best, self.delimiter = cells, mark
        self.quote = '"'
        if len(best) > 1 and all(len(cell) > 1 and cell[0] == cell[-1] == "'" for cell in best):
            self.quote, best = "'", cells_of(line, self.delimiter, "'") or best
        best = [" ".join(cell.split()) if "\n" in cell else cell for cell in best]
        places = [book.place(cell) for cell in best]
        if not any(place and place[0] == KEY for place in places):
            known = any(places)
            why = "no column is an email" if known else "no column has the name of a contact's field"
            seems = looks_like(line.encode("utf-8", "surrogateescape"), "csv")
            raise errors.bad_header(name, why, seems, [cell for cell in best if _MAYBE_EMAIL.fullmatch(cell)])
        self.width = len(best)
        self.columns = book.columns
        self.unknown = [(cell, book.unknown_name(best[cell])) for cell, place in enumerate(places) if place is None]
        ranked = sorted((place[0], place[1], cell) for cell, place in enumerate(places) if place)
        self.cells = [
            [cell for number, _, cell in ranked if number == column] for column in range(len(self.columns.names))
        ]

    @cached_property
    def names(self) -> frozenset[str]:
        """The columns that are there."""
        return frozenset(name for name, cells in zip(self.columns.names, self.cells, strict=True) if cells)

    def values(self, row: Sequence[str]) -> list[str | None]:
        """One value for each column: of cells that are the same column, the first that has one. The row may be short."""
        if len(row) >= self.width:
            return [next((row[cell] for cell in cells if row[cell]), None) for cells in self.cells]
        return self.values([*row, *[""] * (self.width - len(row))])

    def not_given(self, width: int) -> list[str]:
        """The columns, the key aside, that a row of so many cells does not speak of: all their cells are behind its end."""
        if width >= self.width:
            return []
        there = dict(zip(self.columns.names, self.cells, strict=True))
        missing = {name for name, cells in there.items() if cells and min(cells) >= width}
        for names in self.columns.either:
            # Of columns of which one is enough, those that the file does not have say nothing either.
            if missing.intersection(names) and all(name in missing or not there[name] for name in names):
                missing.update(names)
        return [name for number, name in enumerate(self.columns.names) if name in missing and number != KEY]


def _score(cells: list[str], book: KeyBook) -> tuple[int, int]:
    return len({place[0] for cell in cells if (place := book.columns.place(cell))}), len(cells)
