"""Fields that are taken together: all of a group from one record, so that no city gets another's postcode.

Put here: which record a group is taken from. Keep out: fields on their own (``winners``).
"""

from collections.abc import Mapping, Sequence

import polars as pl

from hubsync_assets.contacts.answers import not_given, unreadable
from hubsync_assets.contacts.candidates import PERSON
from hubsync_assets.contacts.newest import are_newest, undated
from hubsync_assets.contacts.runs import first_rows
from hubsync_assets.contacts.winners import Won, first_of, places, with_default
from hubsync_assets.kinds.field import Field
from hubsync_assets.kinds.policies import Rule
from hubsync_assets.model.contact_model import ContactModel
from hubsync_assets.model.schema import EMPTY, UNREADABLE

__all__ = ["win_together"]


def win_together(model: ContactModel, several: pl.DataFrame, group: Sequence[Field], contacts: int) -> dict[str, Won]:
    """Decide the fields of a group: the record that comes first, or is the newest, of those that have any of them.

    What that record's file does not speak of, or a newer one has superseded, is from the file of its source that decides it. An unreadable
    value of any of the fields leaves all of them uncertain where it could have decided.

    Args:
        model: what a contact is.
        several: candidates as of ``in_order``.
        group: the fields.
        contacts: how many contacts they are of.
    """
    leader = group[0]
    has_any = pl.any_horizontal(pl.col(field.name).is_not_null() for field in group)
    may_win = has_any if leader.keep.by is None else are_newest(several, leader.keep.by, has_any)
    row = first_of(model, several, leader, may_win, contacts)
    whose = {field.name: _from_other_files(several, field.name, row) for field in group}
    doubtful = _is_doubtful(model, several, group, row, whose)
    return {field.name: _member(model, several, field, row, whose[field.name], doubtful) for field in group}


def _is_doubtful(
    model: ContactModel, several: pl.DataFrame, group: Sequence[Field], row: pl.Series, whose: Mapping[str, pl.Series]
) -> pl.Series:
    """Whether something unreadable could have decided the group (Boolean, one a contact, never null)."""
    leader, names = group[0], [field.name for field in group]
    no_date = None if leader.keep.by is None else undated(several, leader.keep.by, names)
    unread = [name for name in names if unreadable(name) in several.schema]
    marks = [*(pl.col(unreadable(name)) for name in unread), *([] if no_date is None else [no_date])]
    if not marks:
        return pl.repeat(value=False, n=row.len(), dtype=pl.Boolean, eager=True)
    bad = first_of(model, several, leader, pl.any_horizontal(marks), row.len())
    doubtful = bad.is_not_null()
    if leader.rule is Rule.FIRST:
        place = places(model, several, leader)
        # In the very record that wins, too: what is unreadable there is a part of what is taken.
        before = bad <= row if place is None else place.gather(bad) <= place.gather(row)
        doubtful = doubtful & (before | row.is_null()).fill_null(value=False)
    for name in unread:
        doubtful = doubtful | several[unreadable(name)].gather(whose[name]).fill_null(value=False)
    return doubtful


def _member(
    model: ContactModel, several: pl.DataFrame, field: Field, row: pl.Series, whose: pl.Series, doubtful: pl.Series
) -> Won:
    codes = model.schema.codes
    values = several[field.name].gather(whose)
    # Where no record has any of the group, some record may still say that the field is empty.
    spoken, silent = row.is_null(), not_given(field.name)
    if silent in several.schema:
        spoken = spoken & first_rows(several[PERSON], ~several[silent], row.len()).is_not_null()
    columns = pl.DataFrame(
        {
            "value": values.is_not_null(),
            "source": several["source"].to_physical().cast(pl.UInt8).gather(whose),
            "given": whose.is_not_null() | spoken,
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
    won = Won(pl.select(pl.when(values.is_not_null()).then(whose)).to_series(), values, said)
    return with_default(model, field, won, _may_be_empty(several, field, row.len()))


def _may_be_empty(several: pl.DataFrame, field: Field, contacts: int) -> pl.Series:
    """Contacts of which no record has a value of the field, not even one that the group was not taken from, nor an unreadable one."""
    other = pl.col(field.name).is_not_null()
    if unreadable(field.name) in several.schema:
        other = other | pl.col(unreadable(field.name))
    return first_rows(several[PERSON], several.select(other).to_series(), contacts).is_null()


def _from_other_files(several: pl.DataFrame, name: str, row: pl.Series) -> pl.Series:
    """The row that says the field for the record that won: itself, or the first of the file of its source that decides the field.

    Null where that record is silent though it is its own file that decides the field, and where no file of the source does.
    """
    column = not_given(name)
    if column not in several.schema:
        return row
    is_silent = several[column].gather(row).fill_null(value=False)
    if not is_silent.any():
        return row
    persons = several[PERSON]
    of_winner = several.select(
        (pl.col("source").to_physical() == pl.lit(several["source"].to_physical().gather(row).gather(persons)))
        & (pl.col("file_rank") != pl.lit(several["file_rank"].gather(row).gather(persons)))
        & ~pl.col(column)
    ).to_series()
    other = first_rows(persons, of_winner.fill_null(value=False), row.len())
    return pl.select(pl.when(is_silent).then(other).otherwise(row)).to_series()
