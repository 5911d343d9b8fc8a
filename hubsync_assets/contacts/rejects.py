"""What is said about rows and values that are not kept.

Put here: reasons and messages. Keep out: which rows and values these are (``normalise``).
"""

from collections.abc import Mapping

import polars as pl

from hubsync_assets.kinds.email_decorations import hold_several
from hubsync_assets.kinds.field import Field
from hubsync_assets.kinds.reading import Conventions
from hubsync_assets.model.contact_model import ContactModel
from hubsync_assets.model.schema import DROPPED_SCHEMA

__all__ = ["INVALID_EMAIL", "INVALID_VALUE", "LOOKS_LIKE", "MISSING_EMAIL", "rejected_rows"]

MISSING_EMAIL = "missing_email"
INVALID_EMAIL = "invalid_email"
INVALID_VALUE = "invalid_value"

LOOKS_LIKE = "; it looks like "
"""Stands in the message of a value before what should be declared."""

_SEVERAL = "more than one email stands where one belongs"

_RECORD_MESSAGES = {
    MISSING_EMAIL: "the record has no email, so nobody knows whose it is",
    INVALID_EMAIL: "the email is not one that can be synced",
}


def rejected_rows(
    model: ContactModel, rows: pl.DataFrame, reason: pl.Series, bad: Mapping[str, pl.Series], how: Conventions
) -> pl.DataFrame:
    """The list of what was rejected.

    Args:
        model: What a contact is.
        rows: As they were given.
        reason: String: why a row is rejected as a whole, null for a kept one.
        bad: Boolean, by field: whether a row's value was there and does not fit. A field without any may be left out.
        how: How their source writes values.

    Returns:
        ``DROPPED_SCHEMA``, by position, then in the order of the fields. A rejected row is named once, whatever its values.
    """
    lost = reason.is_not_null()
    parts = [pl.DataFrame(schema={**DROPPED_SCHEMA, "order": pl.Int32})]
    if lost.any():
        without = rows.with_columns(reason.alias("reason")).filter(lost)
        several = (without["reason"] == INVALID_EMAIL) & hold_several(without[model.key.name])
        message = pl.when(several).then(pl.lit(_SEVERAL)).otherwise(pl.col("reason").replace_strict(_RECORD_MESSAGES, return_dtype=pl.String))  # fmt: skip
        parts.append(_part(model, without, None, pl.col("reason"), message, 0))
    for order, field in enumerate(model.contact_fields):
        if field.name in bad and (dropped := bad[field.name] & ~lost).any():
            parts.append(
                _part(model, rows.filter(dropped), field.name, pl.lit(INVALID_VALUE), _words(field, how), order)
            )
    return pl.concat(parts).sort("position", "order").drop("order")


def _words(field: Field, how: Conventions) -> pl.Expr:
    kept = "; the record is kept without this value"
    plain, suspicion = pl.lit(field.unfit + kept), field.suspicion(how)
    if suspicion is None:
        return plain
    pattern, declared = suspicion
    like_it = pl.col(field.name).cast(pl.String).str.contains(pattern)
    return pl.when(like_it).then(pl.lit(f"{field.unfit}{LOOKS_LIKE}{declared}{kept}")).otherwise(plain)


def _part(
    model: ContactModel, rows: pl.DataFrame, field: str | None, reason: pl.Expr, message: pl.Expr, order: int
) -> pl.DataFrame:
    return rows.select(
        "position",
        pl.lit(field, dtype=pl.String).alias("field"),
        reason.alias("reason"),
        message.alias("message"),
        pl.col(field or model.key.name).cast(pl.String).alias("value"),
        pl.lit(order, dtype=pl.Int32).alias("order"),
    )
