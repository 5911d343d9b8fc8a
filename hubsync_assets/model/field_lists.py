"""How a table says for which fields something holds of a row: a column of lists of field names, null where there are none.

Put here: that one form, which the readers and ``contacts`` both write. Keep out: what it is that holds.
"""

from collections.abc import Mapping

import polars as pl

__all__ = ["NO_FIELDS", "field_lists", "no_fields"]

_BITS = 63

NO_FIELDS = pl.Series([None], dtype=pl.List(pl.String))


def no_fields(height: int) -> pl.Series:
    """A column of so many rows without any field: nearly always it is this one, and it costs nothing."""
    return NO_FIELDS.new_from_index(0, height)


def field_lists(flags: Mapping[str, pl.Series], height: int) -> pl.Series:
    """The lists of many rows.

    Args:
        flags: By field, Boolean without nulls: whether it is in a row's list. Fields may be left out.
        height: Number of rows.

    Returns:
        List(String); the fields of a list stand in the order of ``flags``; null where a row has none.

    Example:
        >>> field_lists({"name": pl.Series([True, False]), "mrr": pl.Series([True, False])}, 2).to_list()
        [['name', 'mrr'], None]
    """
    used = [name for name, flag in flags.items() if flag.any()]
    if not used:
        return no_fields(height)
    if len(used) > _BITS:
        halves = [field_lists({name: flags[name] for name in part}, height) for part in (used[:_BITS], used[_BITS:])]
        return pl.select(
            pl.when(halves[0].is_null())
            .then(halves[1])
            .when(halves[1].is_null())
            .then(halves[0])
            .otherwise(pl.concat_list(*halves))
        ).to_series()
    # A number says which fields a row has: there are few different ones, and only those become lists.
    bits = sum(
        (flags[name].cast(pl.UInt64) * (1 << bit) for bit, name in enumerate(used)),
        pl.zeros(height, pl.UInt64, eager=True),
    )
    numbers = bits.unique()
    lists = [[name for bit, name in enumerate(used) if number >> bit & 1] or None for number in numbers]
    known = pl.DataFrame({"bits": numbers, "fields": pl.Series(lists, dtype=pl.List(pl.String))})
    return bits.to_frame("bits").join(known, on="bits", how="left", maintain_order="left")["fields"]
