"""Rows of which more has to stay than who says a thing first, because a rule looks at several fields of one record.

Put here: what ``newest`` and fields taken together need of a reduced bucket. Keep out: the reduction (``candidates``) and the rules
(``winners``, ``groups``).
"""

from collections.abc import Sequence

import polars as pl

from hubsync_assets.contacts.answers import unreadable
from hubsync_assets.contacts.runs import is_first
from hubsync_assets.kinds.field import Field
from hubsync_assets.model.contact_model import ContactModel

__all__ = ["needed_whole"]


def needed_whole(model: ContactModel, several: pl.DataFrame, whose: pl.Series) -> dict[str, pl.Series]:
    """By field, the rows in which its answer stays as it is (Boolean). Fields that no such rule looks at are not in it.

    Args:
        model: what a contact is.
        several: candidates as of ``in_order``.
        whose: UInt32, ascending: a number for each source of each contact.
    """
    groups = [*((field,) for field in model.alone if field.keep.by is not None), *model.groups]
    stay: dict[str, pl.Series] = {}
    for group in groups:
        by = group[0].keep.by
        names = [*(field.name for field in group), *([by] if by is not None else [])]
        rows = _rows(several, group, by, whose)
        for name in names:
            stay[name] = stay[name] | rows if name in stay else rows
    return stay


def _rows(several: pl.DataFrame, group: Sequence[Field], by: str | None, whose: pl.Series) -> pl.Series:
    """The row of each source that would be taken, and every row that keeps one of the values: with its own date, or without."""
    has_any = several.select(pl.any_horizontal(pl.col(field.name).is_not_null() for field in group)).to_series()
    if by is None:
        return is_first(whose, has_any)
    keys = several.select(
        pl.when(has_any).then(pl.col(by).to_physical().cast(pl.Int64).fill_null(-(2**62))).alias("key"),
        whose.alias("whose"),
    )
    is_best = keys.select(pl.col("key") == pl.col("key").max().over("whose")).to_series().fill_null(value=False)
    rows = is_first(whose, is_best)
    for field in group:
        of_value = pl.col(field.name).is_not_null() & pl.struct(whose, field.name).is_first_distinct()
        rows = rows | several.select(of_value).to_series()
    if unreadable(by) in several.schema:
        rows = rows | is_first(whose, has_any & several[unreadable(by)])
    return rows
