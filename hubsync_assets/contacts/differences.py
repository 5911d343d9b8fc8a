"""The list of a contact's fields that change, as people read it in the plan.

Put here: turning one Boolean column a field into one list a contact. Keep out: what differs and what is cleared (``changes``).

The lists are made from a long table, a row a field that changes: ``concat_list`` of structs takes a hundred times as long.
"""

from collections.abc import Callable

import polars as pl

from hubsync_assets.contacts.fields import CONTACT_FIELDS, Field
from hubsync_assets.contacts.schema import PLAN_SCHEMA

__all__ = ["with_differences"]

_ROW, _ORDER = "row", "order"
_LONG_SCHEMA = {_ROW: pl.UInt32, _ORDER: pl.UInt8, "field": pl.String, "old": pl.String, "new": pl.String}


def with_differences(
    contacts: pl.DataFrame,
    *,
    changes: Callable[[Field], pl.Expr],
    old: Callable[[Field], pl.Expr],
    new: Callable[[Field], pl.Expr],
) -> pl.DataFrame:
    """Contacts with the columns ``changes`` and ``cleared`` of the plan.

    Args:
        contacts: One row a contact.
        changes: Whether a field changes, as a Boolean expression.
        old: What HubSpot holds, as a String expression.
        new: What it is to hold, as a String expression; null: the field is cleared.
    """
    numbered = contacts.lazy().with_row_index(_ROW)
    long = pl.concat(
        [
            pl.LazyFrame(schema=_LONG_SCHEMA),
            *(
                numbered.filter(changes(field)).select(
                    _ROW,
                    pl.lit(order, dtype=pl.UInt8).alias(_ORDER),
                    pl.lit(field.name).alias("field"),
                    old(field).alias("old"),
                    new(field).alias("new"),
                )
                for order, field in enumerate(CONTACT_FIELDS)
            ),
        ]
    ).collect()
    long = long.sort(_ROW, _ORDER)
    lists = _lists(long, pl.struct("field", "old", "new"), "changes")
    cleared = _lists(long.filter(pl.col("new").is_null()), pl.col("field"), "cleared")
    return (
        numbered.join(lists, on=_ROW, how="left", maintain_order="left")
        .join(cleared, on=_ROW, how="left", maintain_order="left")
        .with_columns(pl.col(name).fill_null(pl.lit([], dtype=PLAN_SCHEMA[name])) for name in ("changes", "cleared"))
        .drop(_ROW)
        .collect()
    )


def _lists(long: pl.DataFrame, element: pl.Expr, name: str) -> pl.LazyFrame:
    return long.lazy().group_by(_ROW, maintain_order=True).agg(element.alias(name))
