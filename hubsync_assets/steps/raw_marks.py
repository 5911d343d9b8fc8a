"""What a raw row says beside its values, in numbers while it waits in the spill.

Two lists and two flags that nearly no row has cost a sixth of sorting rows into buckets; a number costs next to nothing (measured). Put
here: those numbers, made and read. Keep out: the spill, and what the marks mean (``Schemas.raw``).
"""

from collections.abc import Sequence

import polars as pl

from hubsync_assets.model.field_lists import field_lists, no_fields

__all__ = ["RawMarks"]

_FIELDS_A_NUMBER = 31
_REJECTED, _FILTERED = 1 << 62, 1 << 63
"""In the first number."""


class RawMarks:
    """The marks of rows with these fields: a UInt64 for each 31 of them, two bits a field.

    Args:
        names: The fields but the key.

    Attributes:
        schema: The columns that hold the numbers.
        rejected: The marks of a record that was rejected.
        filtered: The marks of a record that its source's ``where`` leaves out.
    """

    def __init__(self, names: Sequence[str]) -> None:
        self._parts = [
            names[first : first + _FIELDS_A_NUMBER] for first in range(0, max(len(names), 1), _FIELDS_A_NUMBER)
        ]
        self.schema: dict[str, pl.DataType | type[pl.DataType]] = {
            f"marks:{number}": pl.UInt64 for number in range(len(self._parts))
        }
        self.rejected, self.filtered = (self._flags(first) for first in (_REJECTED, _FILTERED))

    def pack(self, unreadable: pl.Series, not_given: pl.Series) -> list[pl.Series]:
        """The numbers of records that were kept.

        Args:
            unreadable: List(String).
            not_given: List(String).
        """
        return [
            _packed(part, unreadable, not_given).alias(name)
            for name, part in zip(self.schema, self._parts, strict=True)
        ]

    def unpack(self, rows: pl.DataFrame) -> pl.DataFrame:
        """The other way: ``unreadable``, ``not_given``, ``rejected`` and ``filtered``."""
        height = rows.height
        first = rows["marks:0"]
        if not any(rows[name].max() for name in self.schema):
            unreadable = not_given = no_fields(height)
            rejected = filtered = pl.repeat(value=False, n=height, dtype=pl.Boolean, eager=True)
        else:
            unreadable = field_lists(self._flagged(rows, 0), height)
            not_given = field_lists(self._flagged(rows, _FIELDS_A_NUMBER), height)
            rejected, filtered = (first & _REJECTED) > 0, (first & _FILTERED) > 0
        return pl.DataFrame(
            [
                unreadable.alias("unreadable"),
                not_given.alias("not_given"),
                rejected.alias("rejected"),
                filtered.alias("filtered"),
            ]
        )

    def _flags(self, first: int) -> list[pl.Expr]:
        return [pl.lit(first if name == "marks:0" else 0, pl.UInt64).alias(name) for name in self.schema]

    def _flagged(self, rows: pl.DataFrame, offset: int) -> dict[str, pl.Series]:
        return {
            name: (rows[column] & (1 << offset + bit)) > 0
            for column, part in zip(self.schema, self._parts, strict=True)
            for bit, name in enumerate(part)
        }


def _packed(names: Sequence[str], unreadable: pl.Series, not_given: pl.Series) -> pl.Series:
    numbers = pl.zeros(unreadable.len(), pl.UInt64, eager=True)
    for offset, lists in ((0, unreadable), (_FIELDS_A_NUMBER, not_given)):
        rows = lists.is_not_null().arg_true() if lists.null_count() < lists.len() else ()
        if len(rows):
            some = lists.gather(rows)
            bits = [some.list.contains(name).cast(pl.UInt64) * (1 << offset + bit) for bit, name in enumerate(names)]
            numbers = numbers.scatter(rows, sum(bits, numbers.gather(rows)))
    return numbers
