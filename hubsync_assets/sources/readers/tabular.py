"""Records that come as columns with names, as from a database or a Parquet file, to chunks.

Put here: which of the columns are the source's, and what numbers, lists and objects become. Keep out: where the columns are from.
"""

from collections.abc import Collection, Mapping, Sequence

import polars as pl
from polars import selectors

from hubsync_assets.model.columns import Columns
from hubsync_assets.model.field_lists import field_lists, no_fields
from hubsync_assets.sources import errors
from hubsync_assets.sources.readers.chunks import BROKEN_SCHEMA, MALFORMED, Chunk, FileEnd, row_schema
from hubsync_assets.sources.readers.keys import KEY, KeyBook

__all__ = ["Tabular"]

_EXACT = 2.0**53
"""Whole numbers from here on are not all exact in a double."""

_NOTHING_BROKEN = pl.DataFrame(schema=BROKEN_SCHEMA)


class Tabular:
    """Makes the chunks of one export whose columns have names.

    Attributes:
        wanted: Those of its columns that the source looks for, as they are spelled there.
        position: Number of the last record.
    """

    def __init__(
        self,
        name: str,
        there: Sequence[str],
        columns: Columns,
        *,
        numbers: Collection[str] = (),
        nested: Collection[str] = (),
        used: Collection[str] = (),
    ) -> None:
        """Find the columns.

        Args:
            name: Of the export, for the error.
            there: Its columns.
            columns: What is looked for.
            numbers: Columns that have numbers, be they written as text.
            nested: Columns that may have lists or objects, written as JSON.
            used: Columns that have another use, so that nobody need be told that no field takes them.

        Raises:
            FileRefusedError: None of them is the key.
        """
        book = KeyBook(columns)
        places = [(place[0], place[1], own) for own in there if (place := book.place(own)) is not None]
        self._spellings = [
            [own for number, _, own in sorted(places) if number == column] for column in range(len(columns.names))
        ]
        if not self._spellings[KEY]:
            raise errors.no_key_column(name, columns.names[KEY], there)
        self._several = book.several()
        self._columns = columns
        self._numbers = numbers
        self._nested = nested
        self._schema = row_schema(columns)
        self.wanted = [own for own in there if any(own in found for found in self._spellings)]
        self._unknown = {own: book.unknown_name(own) for own in there if own not in self.wanted and own not in used}
        self.position = 0

    @property
    def unknown(self) -> tuple[str, ...]:
        """The columns that the source does not look for."""
        return tuple(self._unknown)

    def counted(self, values: Mapping[str, int]) -> dict[str, int]:
        """How many values unknown columns have, by the name under which they are counted."""
        counts: dict[str, int] = {}
        for own, count in values.items():
            if count:
                counts[self._unknown[own]] = counts.get(self._unknown[own], 0) + count
        return counts

    @property
    def end(self) -> FileEnd:
        """What is known of the export: every record says something of every column."""
        gives = (name for name, found in zip(self._columns.names, self._spellings, strict=True) if found)
        return FileEnd(frozenset(gives), silent=False, seems="", several=self._several)

    def chunk(self, frame: pl.DataFrame, taken: int, ids: pl.Series | None = None) -> Chunk:
        """The chunk of some records.

        Args:
            frame: The wanted columns, as text or numbers.
            taken: Bytes read so far.
            ids: A text for each record that names it in its source.
        """
        first = self.position + 1
        self.position += frame.height
        positions = pl.int_range(first, self.position + 1, dtype=pl.UInt64, eager=True).alias("position")
        columns = [
            self._column(frame, name, found) for name, found in zip(self._columns.names, self._spellings, strict=True)
        ]
        none = no_fields(frame.height)
        rows = pl.DataFrame([positions, *columns, self._in_lists(frame).alias("nested"), none.alias("not_given")])

        def texts(numbers: Sequence[int]) -> list[str]:
            return frame[list(numbers)].select(pl.struct(pl.all()).struct.json_encode()).to_series().to_list()

        return Chunk(rows, _NOTHING_BROKEN, {}, complete=True, bytes_read=taken, _texts=texts, ids=ids)

    def last(self, taken: int, unknown: Mapping[str, int], fault: str | None = None) -> Chunk:
        """The chunk behind all others.

        Args:
            taken: Bytes read.
            unknown: From ``counted``.
            fault: Why not all records came, in words; None: they did.
        """
        message = f"record {self.position + 1}: {fault}"
        broken = [(self.position + 1, MALFORMED, message, "")] if fault else []
        return Chunk(
            pl.DataFrame(schema=self._schema),
            pl.DataFrame(broken, schema=BROKEN_SCHEMA, orient="row"),
            unknown,
            complete=fault is None,
            bytes_read=taken,
            _texts=lambda _: [],
            end=self.end,
        )

    def _column(self, frame: pl.DataFrame, name: str, found: Sequence[str]) -> pl.Series:
        # Under the column's name, since one of a file may be a pattern to polars, as ^email$ is.
        if not found:
            return pl.Series(name, [None], dtype=pl.String).new_from_index(0, frame.height)
        column = self._value(frame[found[0]].alias(name), name, found[0])
        for own in found[1:]:
            other = self._value(frame[own].alias(name), name, own)
            if other.dtype != column.dtype:
                column, other = _text(column), _text(other)
            column = column.zip_with(column.is_not_null(), other)
        return column.alias(name)

    def _value(self, own: pl.Series, name: str, spelling: str) -> pl.Series:
        if own.dtype.is_numeric():
            whole = self._columns.numbers.get(name)
            plain = None if whole is None else _plain_numbers(own, whole=whole)
            if plain is not None:
                return plain
            own = _digits(own) if name in self._columns.plain else _text(own)
        elif spelling not in self._numbers:
            return own
        sign = self._columns.decimals.get(name)
        return own if sign is None else own.str.replace(".", sign, literal=True)

    def _in_lists(self, frame: pl.DataFrame) -> pl.Series:
        """The columns whose value is a list or an object."""
        flags = {}
        for name, found in zip(self._columns.names, self._spellings, strict=True):
            of_it = [own for own in found if own in self._nested]
            if of_it:
                begins = frame.select(
                    pl.any_horizontal(selectors.by_name(*of_it).str.contains(r"^\s*[\[{]").fill_null(value=False))
                ).to_series()
                if begins.any():
                    flags[name] = begins
        return field_lists(flags, frame.height) if flags else no_fields(frame.height)


def _plain_numbers(own: pl.Series, *, whole: bool) -> pl.Series | None:
    """The numbers as ``Chunk.rows`` has them; None where one has a sign, is too large, or has a fraction that does not belong there."""
    doubles = own.cast(pl.Float64)
    if not (doubles.is_between(0, _EXACT, closed="left").all() and doubles.is_finite().all()):
        return None
    if not whole:
        return doubles.abs()  # -0.0 is 0
    return own.cast(pl.Int64) if (doubles.floor() == doubles).all() else None


def _digits(own: pl.Series) -> pl.Series:
    """A whole number without a fraction of zeros, as a float column has it that is whole but for nulls."""
    if not own.dtype.is_float():
        return _text(own)
    doubles = own.cast(pl.Float64)
    whole = doubles.is_finite() & (doubles.floor() == doubles) & (doubles.abs() < _EXACT)
    digits = doubles.set(~whole.fill_null(value=False), None).cast(pl.Int64).cast(pl.String)
    return digits.zip_with(digits.is_not_null(), _text(own))


def _text(own: pl.Series) -> pl.Series:
    return own.cast(pl.String)
