"""The list of a contact's fields that change, as people read it in the plan.

Put here: turning one Boolean column per field into one list per contact. Keep out: what differs and what is cleared (``changes``).

The lists are made from a long table, one row per field that changes: ``concat_list`` of structs takes a hundred times as long.
"""

from collections.abc import Callable, Sequence

import polars as pl

from hubsync_assets.kinds.field import Field

__all__ = ["differences"]

_ROW, _PLACE = "row", "place"


def differences(
    fields: Sequence[Field],
    contacts: pl.DataFrame,
    *,
    changes: Callable[[Field], pl.Expr],
    old: Callable[[Field], pl.Expr],
    new: Callable[[Field], pl.Expr],
) -> pl.DataFrame:
    """The columns ``changes`` and ``cleared`` of the plan, one row per contact.

    Args:
        fields: In the order in which the lists have them.
        contacts: One row per contact.
        changes: Whether a field changes, as a Boolean expression.
        old: What HubSpot holds, as a String expression.
        new: What it is to hold, as a String expression; null: the field is cleared.
    """
    numbered = contacts.lazy().with_row_index(_ROW)
    of_fields = [
        numbered.filter(changes(field)).select(
            _ROW,
            # One number to sort by is faster than two.
            (pl.col(_ROW).cast(pl.UInt64) * len(fields) + order).alias(_PLACE),
            pl.lit(field.name).alias("field"),
            old(field).alias("old"),
            new(field).alias("new"),
        )
        for order, field in enumerate(fields)
    ]
    # In steps: a struct is slow to sort, and a struct that is made while grouping is slow to group.
    long = pl.concat(pl.collect_all(of_fields)).sort(_PLACE).with_columns(pl.col(_ROW).set_sorted())
    structs = long.select(_ROW, pl.struct("field", "old", "new").alias("changes"))
    cleared = long.filter(pl.col("new").is_null()).select(_ROW, pl.col("field").alias("cleared"))
    return pl.DataFrame([_lists(structs, contacts.height), _lists(cleared, contacts.height)])


def _lists(elements: pl.DataFrame, rows: int) -> pl.Series:
    """One list per row, from elements that are sorted by row; empty where a row has none."""
    name = elements.columns[1]
    lists = elements.group_by(_ROW, maintain_order=True).agg(name)
    if lists.height == rows:
        return lists[name]
    every_row = pl.DataFrame({_ROW: pl.int_range(rows, dtype=pl.UInt32, eager=True)})
    joined = every_row.join(lists, on=_ROW, how="left", maintain_order="left")
    return joined.select(pl.col(name).fill_null(pl.lit([], dtype=lists[name].dtype))).to_series()
