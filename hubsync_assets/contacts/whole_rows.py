"""Rows of which more has to stay than who says a thing first, because a rule looks at several fields of one record.

Put here: what ``newest`` and fields taken together need of a reduced bucket. Keep out: the reduction (``candidates``) and the rules
(``winners``, ``newest``, ``groups``).
"""

from collections.abc import Iterator, Sequence
from functools import reduce
from operator import or_

import polars as pl

from hubsync_assets.contacts.answers import not_given, unreadable
from hubsync_assets.contacts.runs import is_first
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
        by, names = group[0].keep.by, [field.name for field in group]
        _add(stay, [*names, by], _rows(several, names, by, whose))
    # A date may itself be decided by a date, or with other fields: a row that keeps it keeps what that rule looks at, too.
    while True:
        before = sum(int(rows.sum()) for rows in stay.values())
        for group in groups:
            names = [field.name for field in group]
            _add(stay, [*names, group[0].keep.by], reduce(or_, (stay[name] for name in names)))
        if sum(int(rows.sum()) for rows in stay.values()) == before:
            return stay


def _add(stay: dict[str, pl.Series], names: Sequence[str | None], rows: pl.Series) -> None:
    for name in names:
        if name is not None:
            stay[name] = stay[name] | rows if name in stay else rows


def _rows(several: pl.DataFrame, names: Sequence[str], by: str | None, whose: pl.Series) -> pl.Series:
    """The rows of each source that may be taken, also where files that are still to come supersede some of the fields."""
    rows = pl.repeat(value=False, n=several.height, dtype=pl.Boolean, eager=True)
    for name in names:
        has_value = several[name].is_not_null()
        rows = rows | is_first(whose, has_value)
        for found in () if by is None else _by_date(several, has_value, by, whose):
            rows = rows | found
    return rows if by is None else rows | _choices(several, names, whose)


def _by_date(several: pl.DataFrame, has_value: pl.Series, by: str, whose: pl.Series) -> Iterator[pl.Series]:
    """Of the rows with a value, each source's first of the latest date, the first without one of its own, and the first with an unreadable one."""
    keyed = several.select(pl.when(has_value).then(by).alias("date"), whose.alias("whose"))
    latest = keyed.select(pl.col("date") == pl.col("date").max().over("whose")).to_series()
    yield is_first(whose, latest.fill_null(value=False))
    for column in (not_given(by), unreadable(by)):
        if column in several.schema:
            yield is_first(whose, has_value & several[column])


def _choices(several: pl.DataFrame, names: Sequence[str], whose: pl.Series) -> pl.Series:
    """The first row with each of the choices: an unreadable date matters where there are two."""
    has_any = pl.any_horizontal(pl.col(name).is_not_null() for name in names)
    return several.select(has_any & pl.struct(whose, *names).is_first_distinct()).to_series()
