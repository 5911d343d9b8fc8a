"""Fields that are taken together: all of a group from one record, so that no city gets another's postcode.

Put here: which record a group is taken from. Keep out: fields on their own (``winners``).
"""

from collections.abc import Sequence

import polars as pl

from hubsync_assets.contacts.answers import not_given, unreadable
from hubsync_assets.contacts.candidates import PERSON
from hubsync_assets.contacts.runs import first_rows
from hubsync_assets.contacts.winners import Won, date_keys, first_of, with_default
from hubsync_assets.kinds.field import Field
from hubsync_assets.kinds.policies import Rule
from hubsync_assets.model.contact_model import ContactModel
from hubsync_assets.model.schema import EMPTY, UNREADABLE

__all__ = ["win_together"]


def win_together(model: ContactModel, several: pl.DataFrame, group: Sequence[Field], contacts: int) -> dict[str, Won]:
    """Decide the fields of a group: the record that comes first, or is the newest, of those that have any of them.

    What that record's file does not speak of is from an older file of its source. An unreadable value of any of the fields leaves all of
    them uncertain where it could have decided.

    Args:
        model: what a contact is.
        several: candidates as of ``in_order``.
        group: the fields.
        contacts: how many contacts they are of.
    """
    leader = group[0]
    has_any = pl.any_horizontal(pl.col(field.name).is_not_null() for field in group)
    row = first_of(model, several, leader, _newest(several, leader, has_any), contacts)
    doubtful = _is_doubtful(model, several, group, row, contacts)
    return {field.name: with_default(model, field, _member(model, several, field, row, doubtful)) for field in group}


def _newest(several: pl.DataFrame, leader: Field, has_any: pl.Expr) -> pl.Expr:
    if leader.keep.by is None:
        return has_any
    keyed = several.select(PERSON, pl.when(has_any).then(date_keys(several, leader.keep.by)).alias("key"))
    greatest = keyed.group_by(PERSON, maintain_order=True).agg(pl.col("key").max())["key"]
    return pl.lit(keyed["key"] == greatest.gather(several[PERSON])).fill_null(value=False)


def _is_doubtful(
    model: ContactModel, several: pl.DataFrame, group: Sequence[Field], row: pl.Series, contacts: int
) -> pl.Series:
    """Whether something unreadable could have decided the group (Boolean, one a contact)."""
    leader = group[0]
    names = [field.name for field in group] + ([leader.keep.by] if leader.keep.by is not None else [])
    marks = [pl.col(unreadable(name)) for name in names if unreadable(name) in several.schema]
    if not marks:
        return pl.repeat(value=False, n=contacts, dtype=pl.Boolean, eager=True)
    bad = first_of(model, several, leader, pl.any_horizontal(marks), contacts)
    if leader.rule is not Rule.FIRST:
        return bad.is_not_null()
    order = leader.keep.order or model.sources
    rank = pl.Series([order.index(source) for source in model.sources], dtype=pl.Int64)
    place = rank.gather(several["source"].to_physical()) * several.height + pl.int_range(several.height, eager=True)
    # In the very record that wins, too: what is unreadable there is a part of what is taken.
    before = place.gather(bad) <= place.gather(row)
    return bad.is_not_null() & (before | row.is_null()).fill_null(value=False)


def _member(model: ContactModel, several: pl.DataFrame, field: Field, row: pl.Series, doubtful: pl.Series) -> Won:
    codes = model.schema.codes
    whose = _from_older_files(several, field.name, row)
    values = several[field.name].gather(whose)
    is_given = whose.is_not_null()
    if not_given(field.name) in several.schema:
        is_given = is_given & ~several[not_given(field.name)].gather(whose).fill_null(value=True)
        # Where no record has any of the group, some record may still say that the field is empty.
        says = first_rows(several[PERSON], ~several[not_given(field.name)], row.len())
        is_given = is_given | (row.is_null() & says.is_not_null())
    else:
        is_given = is_given | row.is_null()
    columns = pl.DataFrame(
        {
            "value": values.is_not_null(),
            "source": several["source"].to_physical().cast(pl.UInt8).gather(whose),
            "given": is_given,
            "doubt": doubtful,
        }
    )
    source = pl.when("doubt").then(pl.col("source") + len(model.sources)).otherwise("source")
    code = (
        pl.when("value")
        .then(source)
        .when("doubt")
        .then(pl.lit(codes[UNREADABLE], dtype=pl.UInt8))
        .when("given")
        .then(pl.lit(codes[EMPTY], dtype=pl.UInt8))
    )
    said = columns.select(code.cat.to(model.schema.said).alias(f"{field.name}:from")).to_series()
    return Won(pl.select(pl.when(values.is_not_null()).then(whose)).to_series(), values, said)


def _from_older_files(several: pl.DataFrame, name: str, row: pl.Series) -> pl.Series:
    """The row that says the field for the record that won: itself, or the newest older file's of its source."""
    column = not_given(name)
    if column not in several.schema or not several[column].gather(row).any():
        return row
    persons = several[PERSON]
    of_winner = several.select(
        (pl.col("source").to_physical() == pl.lit(several["source"].to_physical().gather(row).gather(persons)))
        & (pl.col("file_rank") > pl.lit(several["file_rank"].gather(row).gather(persons)))
        & ~pl.col(column)
    ).to_series()
    older = first_rows(persons, of_winner.fill_null(value=False), row.len())
    silent = several[column].gather(row).fill_null(value=False)
    return pl.select(pl.when(silent).then(pl.coalesce(older, row)).otherwise(row)).to_series()
