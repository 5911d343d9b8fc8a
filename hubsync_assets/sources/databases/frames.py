"""Rows as a driver gives them, to columns of text.

Put here: types of Python to dtypes, a whole column at once; and the order of records that share an id. Keep out: which columns there are.
"""

from collections.abc import Callable, Sequence
from typing import Any

import polars as pl

__all__ = ["InOrder", "frame_of"]

_AT_ONCE: dict[type, type[pl.DataType]] = {str: pl.String, bytes: pl.Binary, int: pl.Int64, float: pl.Float64}

_EXACT = 2**53
"""From here on a double has not all whole numbers, and such a number may name a row."""


def frame_of(names: Sequence[str], rows: Sequence[Sequence[Any]], text: Callable[[Any], str | None]) -> pl.DataFrame:
    """A column for each name.

    Args:
        names: All different.
        rows: A value for each name.
        text: A value as text.

    Returns:
        String columns, but Int64 and Float64 where every value is such a number. SQLite may have both in one column.

    Example:
        >>> frame_of(["id", "name"], [(1, b"Ada"), (2, None)], str).rows()
        [(1, 'Ada'), (2, None)]
    """
    return pl.DataFrame(
        [_column(name, values, text) for name, values in zip(names, zip(*rows, strict=True), strict=True)]
    )


def _column(name: str, values: Sequence[Any], text: Callable[[Any], str | None]) -> pl.Series:
    types = set(map(type, values)) - {type(None)}
    dtype = _AT_ONCE.get(types.pop(), pl.String) if len(types) == 1 else pl.String
    if types == {int, float} and all(value is None or abs(value) < _EXACT for value in values):
        dtype = pl.Float64
    try:
        made = pl.Series(name, values, dtype=dtype, strict=dtype != pl.Float64)
        return made.cast(pl.String) if dtype == pl.Binary else made
    except (TypeError, OverflowError, pl.exceptions.PolarsError):
        return pl.Series(name, [text(value) for value in values], dtype=pl.String)


class InOrder:
    """Records in the order of their ids, of which several may share one: then what they say decides, so that it is the same each time.

    A frame waits for the next one, to which its last records belong if they share an id with the first of it.
    """

    def __init__(self) -> None:
        self._held: pl.DataFrame | None = None

    def add(self, rows: pl.DataFrame) -> pl.DataFrame | None:
        """Take some rows, whose first column is the id; give those that are certain."""
        held, self._held = self._held, rows
        if held is None:
            return None
        ids, first = held.to_series(0), rows.item(0, 0)
        if str(ids[-1]) == str(first):  # the one may be of a batch that has numbers only
            begin = int(ids.eq_missing(ids[-1]).arg_true()[0])
            self._held = pl.concat([held.slice(begin), rows], how="vertical_relaxed")
            held = held.head(begin)
        return _sorted(held) if held.height else None

    def rest(self) -> pl.DataFrame | None:
        """What still waits."""
        return None if self._held is None else _sorted(self._held)


def _sorted(rows: pl.DataFrame) -> pl.DataFrame:
    ids = rows.to_series(0)
    again = ids.eq_missing(ids.shift(1))
    if not again.slice(1).any():
        return rows
    # By series, since a name may be a pattern to polars, as ^email$ is.
    values = (pl.lit(column.rename(f"{number}")) for number, column in enumerate(rows.get_columns()[1:]))
    return rows.sort(pl.lit(ids.rle_id().rename("")), *values, nulls_last=True)
