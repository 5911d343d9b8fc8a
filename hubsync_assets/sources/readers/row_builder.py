"""Records to a chunk: the source's columns, positions, and the records that are not rows.

The exact way, one record at a time; the quick way for whole blocks is in ``json_blocks``. Keep out: finding records in bytes.
"""

from collections import Counter
from collections.abc import Container, Sequence
from typing import cast

import polars as pl

from hubsync_assets.model.field_lists import no_fields
from hubsync_assets.sources.readers.chunks import BROKEN_SCHEMA, MALFORMED, NOT_AN_OBJECT, Chunk, row_schema
from hubsync_assets.sources.readers.json_value import Members, json_text, members_as_written
from hubsync_assets.sources.readers.keys import KEY, KeyBook
from hubsync_assets.sources.readers.plain_numbers import write_plainly

__all__ = ["RAW_LIMIT", "RowBuilder"]

RAW_LIMIT = 1 << 20
"""How many characters of a broken record are kept as its raw text."""

_ABSENT = 1 << 30


class RowBuilder:
    """Collects the records of one file, in their order, and hands them out as chunks.

    Attributes:
        book: What the keys mean.
        position: Number of the last record.
        complete: False once records may be missing.
        text_size: Characters collected since the last chunk.
        superseding: Note which columns a JSON record has no key for.
        valued: Names of the columns that some record has a value for.
    """

    def __init__(self, book: KeyBook, position: int = 0, *, superseding: bool = False) -> None:
        """``position`` counts the records before the first one of this builder."""
        self.book = book
        self._names = book.columns.names
        self._schema = row_schema(book.columns)
        self.position = position
        self.superseding = superseding
        self.valued: set[str] = set()
        self.complete = True
        self._start()

    def _start(self) -> None:
        self._positions: list[int] = []
        self._columns: list[list[str | None]] = [[] for _ in self._names]
        self._nested: list[list[str] | None] = []
        self._not_given: list[Sequence[str] | None] = []
        self._texts: list[str] = []
        self._broken: list[tuple[int, str, str, str]] = []
        self._unknown: Counter[str] = Counter()
        self.text_size = 0

    def __len__(self) -> int:
        """Records since the last chunk, broken ones included."""
        return len(self._positions) + len(self._broken)

    def add(self, value: object, text: str) -> None:
        """Add a JSON value that was read whole: a row if it is an object. Of a key that comes twice the last one counts."""
        if not isinstance(value, Members):
            self._break(NOT_AN_OBJECT, f"record {self.position + 1} is not a JSON object", text)
            return
        best = [_ABSENT] * len(self._names)
        chosen = [""] * len(self._names)
        values: list[object] = [None] * len(self._names)
        given: set[int] = set()
        all_text = True
        book, places, unknown = self.book, self.book.places, self._unknown
        for key, member in dict(value).items():
            place = places[key] if key in places else book.place(key)
            if place is not None:
                number, rank = place
                given.add(number)
                if member is not None and rank < best[number]:
                    best[number], chosen[number], values[number] = rank, key, member
                    all_text = all_text and isinstance(member, str)
            elif member is not None:
                unknown[key if key in book.listed else book.unknown_name(key)] += 1
        not_given = self._without(given) if self.superseding else None
        if all_text:
            self._row(cast("list[str | None]", values), None, not_given, text)
        else:
            nested = self._write_out_nested(values, chosen, text)
            self._row([json_text(member) for member in values], nested or None, not_given, text)

    def has_key(self, value: object) -> bool:
        """Whether a JSON value is a record that says whose it is."""
        places = [self.book.columns.place(key) for key, _ in value] if isinstance(value, Members) else []
        return any(place is not None and place[0] == KEY for place in places)

    def _write_out_nested(self, values: list[object], chosen: Sequence[str], text: str) -> list[str]:
        """Put the JSON text of lists and objects in their place; returns their columns."""
        columns = [number for number, member in enumerate(values) if isinstance(member, list)]
        written = dict(members_as_written(text)) if columns else {}
        for number in columns:
            values[number] = written[chosen[number]]
        return [self._names[number] for number in columns]

    def _without(self, given: Container[int]) -> list[str] | None:
        """The names of the other columns, the key aside."""
        return [name for number, name in enumerate(self._names) if number not in given and number != KEY] or None

    def add_cells(self, cells: Sequence[str | None], not_given: Sequence[str], text: str) -> None:
        """Add a record whose values are already one text for each column; ``not_given``: columns that it does not speak of."""
        self._row(cells, None, not_given or None, text)

    def count_unknown(self, name: str) -> None:
        """Count a value under a name from ``KeyBook.unknown_name``."""
        self._unknown[name] += 1

    def _row(
        self, cells: Sequence[str | None], nested: list[str] | None, not_given: Sequence[str] | None, text: str
    ) -> None:
        self.position += 1
        self._positions.append(self.position)
        for column, cell in zip(self._columns, cells, strict=True):
            column.append(cell)
        self._nested.append(nested)
        self._not_given.append(not_given)
        self._texts.append(text)
        self.text_size += len(text)

    def malformed(self, what: str, text: str, *, lost: bool = False) -> None:
        """Add a piece of text that is not a record; ``lost``: records may have gone with it."""
        self._break(MALFORMED, f"record {self.position + 1}: {what}", text)
        self.complete = self.complete and not lost

    def _break(self, reason: str, message: str, text: str) -> None:
        self.position += 1
        raw = text[:RAW_LIMIT].encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
        self._broken.append((self.position, reason, message, raw))
        self.text_size += min(len(text), RAW_LIMIT)

    def place(self, columns: list[pl.Series], not_given: pl.Series | None, odd: Sequence[int] = ()) -> pl.DataFrame:
        """Rows that were made elsewhere, with the positions that come next.

        Args:
            columns: One for each column of the source.
            not_given: As in ``row_schema``, if any row has some.
            odd: Numbers from 0, among all records, of those that are not in ``columns``.
        """
        height = columns[0].len()
        first, self.position = self.position + 1, self.position + height + len(odd)
        positions = pl.int_range(first, self.position + 1, dtype=pl.UInt64, eager=True).alias("position")
        if odd:
            positions = positions.filter(~positions.is_in([first + number for number in odd]))
        none = no_fields(height)
        self._note_values(columns)
        missing = (none if not_given is None else not_given).alias("not_given")
        return pl.DataFrame([positions, *columns, none.alias("nested"), missing])

    def _note_values(self, columns: Sequence[pl.Series]) -> None:
        self.valued.update(column.name for column in columns if column.null_count() < column.len())

    def chunk(self, bytes_read: int) -> Chunk:
        """Everything since the last chunk; the builder starts afresh."""
        texts = self._texts
        for name in self.book.columns.plain:
            write_plainly(self._columns[self._names.index(name)], self.book.columns.decimals.get(name))
        columns = [self._positions, *self._columns, self._nested, self._not_given]
        rows = pl.DataFrame(dict(zip(self._schema, columns, strict=True)), schema=self._schema)
        self._note_values(rows.select(self._names).get_columns())
        broken = pl.DataFrame(self._broken, schema=BROKEN_SCHEMA, orient="row")
        made = Chunk(
            rows,
            broken,
            dict(self._unknown),
            self.complete,
            bytes_read,
            lambda numbers: [texts[number] for number in numbers],
        )
        self._start()
        return made
