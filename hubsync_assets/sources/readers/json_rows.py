"""The columns of a block of JSON, from its records as msgspec made them.

Keep out: reading records (``json_strides``).
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import polars as pl
from msgspec import UNSET, UnsetType

from hubsync_assets.model.columns import Columns
from hubsync_assets.model.field_lists import field_lists
from hubsync_assets.sources.readers.json_strides import ARRAY, LINES, Form, Stride
from hubsync_assets.sources.readers.json_struct import Record, RecordShape
from hubsync_assets.sources.readers.json_value import JsonNumber, json_text
from hubsync_assets.sources.readers.keys import KEY
from hubsync_assets.sources.readers.plain_numbers import as_numbers, as_text, write_plainly
from hubsync_assets.sources.readers.protocols import Odd

__all__ = ["BlockBuilder", "JsonRows"]

_BETWEEN = b", \t\r\n"
_NULL = pl.Series([None], dtype=pl.String)


@dataclass(frozen=True, slots=True)
class JsonRows:
    """The rows of one block.

    Attributes:
        columns: One for each column of the source, in their order.
        not_given: See ``row_schema``; ``None`` where no row has any.
        unknown: Values under keys that no column is.
        odd: The records that are not among the rows.
        block: Their text.
        form: How the records stand in it.
    """

    columns: list[pl.Series]
    not_given: pl.Series | None
    unknown: Mapping[str, int]
    odd: Sequence[Odd]
    block: bytes
    form: Form

    def texts(self, numbers: Sequence[int]) -> list[str]:
        """The original text of some records, by their number in the block from 0."""
        if not self.odd and (self.form is ARRAY or self.form is LINES):
            # Each record ends with a brace: where there are no more of them, each ends a record.
            height = self.columns[KEY].len()
            parts = self.block.split(b"}", height + 1)
            if len(parts) == height + 1:
                return [parts[number].lstrip(_BETWEEN).decode() + "}" for number in numbers]
        records = self.form.records(self.block)
        return [bytes(records[number]).decode() for number in numbers]


class BlockBuilder:
    """Collects the columns of one block, stride by stride: values are in the processor's cache then."""

    def __init__(self, shape: RecordShape) -> None:
        self._shape = shape
        self._spellings = [[spelling for rank in ranks for spelling in rank] for ranks in shape.spellings]
        self._columns: list[list[pl.Series]] = [[] for _ in shape.spellings]
        self._absent: list[list[pl.Series]] = [[] for _ in shape.spellings]
        self._unknown: Counter[str] = Counter()
        self._odd: list[Odd] = []
        self._height = 0

    def add(self, stride: Stride) -> None:
        """Take what the next stride holds."""
        records = stride.records
        before = self._height + len(self._odd)
        for number, spellings in enumerate(self._spellings):
            if not spellings:
                continue
            values = self._values(records, spellings)
            if self._shape.missing is UNSET:
                values = self._note_absent(number, values)
            self._columns[number].append(_column(self._shape.columns, number, values))
        for name, key in self._shape.unknown:
            found = self._shape.values[name](records)
            self._unknown[key] += len(found) - found.count(None)
        self._odd += [Odd(before + odd.number, odd.value, odd.text) for odd in stride.odd]
        self._height += len(records)

    def rows(self, block: bytes, form: Form) -> JsonRows:
        """All of it; ``block`` is the text."""
        columns = [
            _joined(self._shape.columns, number, parts or [_NULL.new_from_index(0, self._height)])
            for number, parts in enumerate(self._columns)
        ]
        unknown = {key: count for key, count in self._unknown.items() if count}
        return JsonRows(columns, self._not_given(), unknown, self._odd, block, form)

    def _values(self, records: list[Record], spellings: Sequence[str]) -> list[Any]:
        """One column: of its spellings the first that has a value; ``UNSET`` where no key is there."""
        first, *others = (self._shape.values[spelling] for spelling in spellings)
        values = first(records)
        for other_values in others:
            values = [
                other if value is UNSET or (value is None and other is not UNSET) else value
                for value, other in zip(values, other_values(records), strict=True)
            ]
        return values

    def _note_absent(self, number: int, values: list[Any]) -> list[Any]:
        some = UnsetType in set(map(type, values))
        flags = [value is UNSET for value in values] if some else [False] * len(values)
        self._absent[number].append(pl.Series(flags, dtype=pl.Boolean))
        return [None if value is UNSET else value for value in values] if some else values

    def _not_given(self) -> pl.Series | None:
        """The columns, the key aside, that a row has no key for."""
        if self._shape.missing is None:
            return None
        every = pl.Series([True]).new_from_index(0, self._height)
        absent = {
            name: flags
            for number, name in enumerate(self._shape.columns.names)
            if number != KEY and (flags := pl.concat(self._absent[number]) if self._spellings[number] else every).any()
        }
        if all(flags.all() for flags in absent.values()):
            # As where records are alike, and only other names of a column are not there.
            return pl.Series([list(absent) or None], dtype=pl.List(pl.String)).new_from_index(0, self._height)
        return field_lists(absent, self._height)


def _column(columns: Columns, number: int, values: list[Any]) -> pl.Series:
    name = columns.names[number]
    numbers = as_numbers(values, whole=columns.numbers[name]) if name in columns.numbers else None
    if numbers is not None:
        return numbers
    with suppress(TypeError, OverflowError):  # not all of them are text
        return pl.Series(values, dtype=pl.String)
    return _mixed(values, columns.decimals.get(name))


def _mixed(values: list[Any], sign: str | None) -> pl.Series:
    """Text of what is partly numbers, true or false."""
    numbers = as_numbers([value if type(value) in {int, float} else None for value in values], whole=False)
    if numbers is None:
        cells = [JsonNumber(repr(value)) if type(value) in {int, float} else json_text(value) for value in values]
        write_plainly(cells, sign)
        return pl.Series(cells, dtype=pl.String)
    others = {row: json_text(value) for row, value in enumerate(values) if type(value) in {str, bool}}
    return as_text(numbers, sign).scatter(list(others), list(others.values()))


def _joined(columns: Columns, number: int, parts: Sequence[pl.Series]) -> pl.Series:
    """One column of its parts: of text where not all are numbers."""
    name = columns.names[number]
    if len({part.dtype for part in parts}) > 1:
        sign = columns.decimals.get(name)
        parts = [part if part.dtype == pl.String else as_text(part, sign) for part in parts]
    return pl.concat(parts, rechunk=True).alias(name)  # each piece costs again in every later look
