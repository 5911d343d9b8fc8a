"""Which candidate wins a field, and how sure that is: survivorship, one rule a field.

Put here: the rules, for many contacts at once, as row numbers of their candidates. Keep out: which candidates count
(``candidates``), dates (``newest``), fields that are taken together (``groups``), and what is made of it (``merge``, ``provenance``).
"""

from dataclasses import dataclass

import polars as pl

from hubsync_assets.contacts.answers import is_empty, not_given, unreadable
from hubsync_assets.contacts.candidates import PERSON
from hubsync_assets.contacts.newest import are_newest, greatest, undated
from hubsync_assets.contacts.runs import first_rows
from hubsync_assets.kinds.field import Field
from hubsync_assets.kinds.policies import Rule
from hubsync_assets.model.contact_model import ContactModel
from hubsync_assets.model.schema import DEFAULT, EMPTY, UNREADABLE

__all__ = ["Won", "first_of", "places", "union_of", "win", "with_default"]

_GREATEST = frozenset({Rule.MAX, Rule.ANY})
_LEAST = frozenset({Rule.MIN, Rule.ALL})


@dataclass(frozen=True, slots=True)
class Won:
    """What a field's candidates amount to, contact by contact.

    Attributes:
        row: UInt32, the number of the row whose value it is, or which is the first to give a part of it; null where no candidate has one.
        values: the golden values.
        said: ``Schemas.said``.
    """

    row: pl.Series
    values: pl.Series
    said: pl.Series


def win(model: ContactModel, several: pl.DataFrame, field: Field, contacts: int) -> Won:
    """Decide a field.

    Args:
        model: what a contact is.
        several: candidates as of ``in_order``.
        field: a field of a contact.
        contacts: how many contacts they are of.
    """
    row = first_of(model, several, field, _may_win(several, field), contacts)
    codes = model.schema.codes
    columns = {"row": row, "source": several["source"].to_physical().cast(pl.UInt8).gather(row)}
    wins, nothing = pl.col("source"), pl.lit(codes[EMPTY], dtype=pl.UInt8)
    if not_given(field.name) in several.schema:
        columns["empty"] = _first_row(several, is_empty(field.name, several.columns), contacts)
        nothing = pl.when(pl.col("empty").is_not_null()).then(nothing)
    bad = _unreadable(field, several)
    if bad is not None:
        first_bad = first_of(model, several, field, bad, contacts)
        columns["bad"] = first_bad
        could_decide = pl.col("bad").is_not_null()
        if field.rule is Rule.FIRST:
            columns["before"] = _is_before(model, several, field, first_bad, row)
            could_decide = pl.col("before").fill_null(value=False)
        wins = pl.when(could_decide).then(wins + len(model.sources)).otherwise(wins)
        unknown = pl.lit(codes[UNREADABLE], dtype=pl.UInt8)
        nothing = pl.when(pl.col("bad").is_not_null()).then(unknown).otherwise(nothing)
    code = pl.when(pl.col("row").is_not_null()).then(wins).otherwise(nothing)
    said = pl.DataFrame(columns).select(code.cat.to(model.schema.said).alias(f"{field.name}:from")).to_series()
    values = several[field.name].gather(row)
    if field.rule is Rule.UNION:
        values = union_of(several, field.name, contacts)
    return with_default(model, field, Won(row, values, said))


def with_default(model: ContactModel, field: Field, won: Won, among: pl.Series | None = None) -> Won:
    """The default where every candidate says that the field is empty.

    Args:
        model: what a contact is.
        field: the field.
        won: what its candidates amount to.
        among: contacts that may have it (Boolean); None: all that are empty.
    """
    if field.default is None:
        return won
    said = won.said
    empty = (said.to_physical() == model.schema.codes[EMPTY]).fill_null(value=False)
    if among is not None:
        empty = empty & among
    if not empty.any():
        return won
    rows = empty.arg_true()
    return Won(won.row, won.values.scatter(rows, field.default_value), said.scatter(rows, DEFAULT))


def first_of(model: ContactModel, several: pl.DataFrame, field: Field, condition: pl.Expr, contacts: int) -> pl.Series:
    """Of each contact the first row of which a condition holds, in the order of the field's sources (UInt32; null: none)."""
    if field.keep.order is None or field.keep.order == model.sources:
        return _first_row(several, condition, contacts)
    found = [_first_row(several, condition & (pl.col("source") == source), contacts) for source in field.keep.order]
    return pl.select(pl.coalesce(found)).to_series()


def union_of(several: pl.DataFrame, name: str, contacts: int) -> pl.Series:
    """All elements of a contact's values, sorted, once each; null where there is none."""
    elements = (
        several.lazy()
        .select(PERSON, name)
        .drop_nulls(name)
        .unique()
        .with_columns(pl.col(name).str.split(";"))
        .explode(name)
        .unique()
        .sort(PERSON, name)
        .group_by(PERSON, maintain_order=True)
        .agg(pl.col(name).str.join(";"))
        .collect()
    )
    nobody = pl.repeat(None, contacts, dtype=pl.String, eager=True).alias(name)
    return nobody.scatter(elements[PERSON], elements[name]) if elements.height else nobody


def _may_win(several: pl.DataFrame, field: Field) -> pl.Expr:
    """Rows with a value that is as good as any; the first of them wins."""
    has_value = pl.col(field.name).is_not_null()
    if field.rule in {Rule.FIRST, Rule.UNION}:
        return has_value
    if field.rule in _GREATEST | _LEAST:
        value = pl.col(field.name)
        best = value.max() if field.rule in _GREATEST else value.min()
        found = several.group_by(PERSON, maintain_order=True).agg(best)[field.name]
        return pl.col(field.name) == pl.lit(found.gather(several[PERSON]))
    if field.keep.by is not None:
        return are_newest(several, field.keep.by, has_value)
    return greatest(several, has_value, pl.col(field.name).str.len_chars())


def _unreadable(field: Field, several: pl.DataFrame) -> pl.Expr | None:
    """Rows whose unreadable text could have decided; None: there are none."""
    marks = [pl.col(unreadable(field.name))] if unreadable(field.name) in several.schema else []
    no_date = None if field.keep.by is None else undated(several, field.keep.by, [field.name])
    if no_date is not None:
        marks.append(no_date)
    return pl.any_horizontal(marks) if marks else None


def _is_before(model: ContactModel, several: pl.DataFrame, field: Field, one: pl.Series, other: pl.Series) -> pl.Series:
    """Whether a row counts before another one of the same contact (Boolean; null where one of the two is not there)."""
    place = places(model, several, field)
    return one < other if place is None else place.gather(one) < place.gather(other)


def places(model: ContactModel, several: pl.DataFrame, field: Field) -> pl.Series | None:
    """Of each row a number that is less where it counts before another one of its contact (Int64); None: the row's own number will do."""
    if field.keep.order is None or field.keep.order == model.sources:
        return None
    rank = pl.Series([field.keep.order.index(source) for source in model.sources], dtype=pl.Int64)
    return rank.gather(several["source"].to_physical()) * several.height + pl.int_range(several.height, eager=True)


def _first_row(several: pl.DataFrame, condition: pl.Expr, contacts: int) -> pl.Series:
    return first_rows(several[PERSON], several.select(condition).to_series(), contacts)
