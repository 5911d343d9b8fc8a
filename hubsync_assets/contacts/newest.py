"""Which of a contact's records are the newest by a date field, and where that is not known.

Put here: what ``newest`` does with dates, for one field or for several that are taken together. Keep out: the other rules (``winners``).
"""

from collections.abc import Sequence

import polars as pl

from hubsync_assets.contacts.answers import not_given, unreadable
from hubsync_assets.contacts.candidates import PERSON

__all__ = ["are_newest", "greatest", "undated"]

_LEAST = -(2**62)


def are_newest(several: pl.DataFrame, by: str, has_any: pl.Expr) -> pl.Expr:
    """Rows with the latest date of their contact; the first of them wins.

    Args:
        several: candidates as of ``in_order``.
        by: the date field.
        has_any: which rows have anything to give.
    """
    return greatest(several, has_any, _date_keys(several, by))


def greatest(several: pl.DataFrame, has_any: pl.Expr, key: pl.Expr) -> pl.Expr:
    """Of the rows of which a condition holds, those whose key is the greatest of their contact (Boolean, never null)."""
    keyed = several.select(PERSON, pl.when(has_any).then(key).alias("key"))
    found = keyed.group_by(PERSON, maintain_order=True).agg(pl.col("key").max())["key"]
    return pl.lit(keyed["key"] == found.gather(several[PERSON])).fill_null(value=False)


def undated(several: pl.DataFrame, by: str, names: Sequence[str]) -> pl.Expr | None:
    """Rows whose date is unreadable where it could have decided: the contact has different values to choose from. None: there are none.

    Args:
        several: candidates as of ``in_order``.
        by: the date field.
        names: the fields that it decides together.
    """
    if unreadable(by) not in several.schema:
        return None
    is_bad = pl.col(unreadable(by))
    if not_given(by) in several.schema:
        # A row that has its source's date does not know it either.
        is_bad = is_bad | (pl.col(not_given(by)) & is_bad.any().over(PERSON, "source"))
    has_any = pl.any_horizontal(pl.col(name).is_not_null() for name in names)
    choices = pl.struct(*names).filter(has_any).n_unique()
    chosen = several.group_by(PERSON, maintain_order=True).agg((choices > 1).alias("several"))["several"]
    return has_any & is_bad & pl.lit(chosen.gather(several[PERSON]))


def _date_keys(several: pl.DataFrame, by: str) -> pl.Expr:
    """What rows with a later date have more of (Int64).

    A row that does not say counts as its source's newest: its own date was superseded with its file. One that says that there is
    none counts least.
    """
    own = pl.col(by).to_physical().cast(pl.Int64)
    if not_given(by) in several.schema:
        own = pl.when(not_given(by)).then(own.max().over(PERSON, "source")).otherwise(own)
    return own.fill_null(_LEAST)
