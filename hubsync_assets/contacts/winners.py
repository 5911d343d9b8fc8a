"""Which candidate wins a field, and how sure that is: survivorship, one rule a field.

Put here: the rules, for many contacts at once, as row numbers of their candidates. Keep out: which candidates count
(``candidates``), and what is made of it (``merge``, ``provenance``).
"""

from dataclasses import dataclass

import polars as pl

from hubsync_assets.contacts.answers import is_empty, not_given, unreadable
from hubsync_assets.contacts.candidates import PERSON
from hubsync_assets.contacts.runs import first_rows
from hubsync_assets.kinds.field import Field
from hubsync_assets.kinds.policies import Rule
from hubsync_assets.model.contact_model import ContactModel
from hubsync_assets.model.schema import EMPTY, UNREADABLE

__all__ = ["Won", "win"]


@dataclass(frozen=True, slots=True)
class Won:
    """What a field's candidates amount to, contact by contact.

    Attributes:
        row: UInt32, the number of the row whose value it is; null where no candidate has one.
        said: ``Schemas.said``.
    """

    row: pl.Series
    said: pl.Series


def win(model: ContactModel, several: pl.DataFrame, field: Field, contacts: int) -> Won:
    """Decide a field.

    Args:
        model: what a contact is.
        several: candidates as of ``in_order``.
        field: a field of a contact.
        contacts: how many contacts they are of.
    """
    has_it = pl.col(field.name).is_not_null()
    if field.rule is Rule.MAX:
        greatest = several.group_by(PERSON, maintain_order=True).agg(pl.col(field.name).max())[field.name]
        has_it = pl.col(field.name) == pl.lit(greatest.gather(several[PERSON]))
    row = _first_row(several, has_it, contacts)
    columns = {"row": row, "source": several["source"].to_physical().cast(pl.UInt8).gather(row)}
    codes = model.schema.codes
    wins, nothing = pl.col("source"), pl.lit(codes[EMPTY], dtype=pl.UInt8)
    if not_given(field.name) in several.schema:
        columns["empty"] = _first_row(several, is_empty(field.name, several.columns), contacts)
        nothing = pl.when(pl.col("empty").is_not_null()).then(nothing)
    if unreadable(field.name) in several.schema:
        columns["bad"] = _first_row(several, pl.col(unreadable(field.name)), contacts)
        could_decide = pl.col("bad").is_not_null() if field.rule is Rule.MAX else pl.col("bad") < pl.col("row")
        wins = pl.when(could_decide).then(wins + len(model.sources)).otherwise(wins)
        nothing = (
            pl.when(pl.col("bad").is_not_null()).then(pl.lit(codes[UNREADABLE], dtype=pl.UInt8)).otherwise(nothing)
        )
    code = pl.when(pl.col("row").is_not_null()).then(wins).otherwise(nothing)
    return Won(
        row, pl.DataFrame(columns).select(code.cat.to(model.schema.said).alias(f"{field.name}:from")).to_series()
    )


def _first_row(several: pl.DataFrame, condition: pl.Expr, contacts: int) -> pl.Series:
    return first_rows(several[PERSON], several.select(condition).to_series(), contacts)
