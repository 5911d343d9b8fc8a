"""From what a source holds to canonical records: one chunk of rows in, kept records and rejected ones out.

Put here: which kind of value is cleaned by which module, and what is rejected for which reason. Keep out: the rules of a
kind (``text``, ``emails``, ``number_reading``), and where rows come from.
"""

from dataclasses import dataclass
from functools import reduce
from operator import or_

import polars as pl

from hubsync_assets.contacts.emails import is_valid
from hubsync_assets.contacts.errors import wrong_columns
from hubsync_assets.contacts.fields import CONTACT_FIELDS, COUNTRIES, FIELDS, KEY, Field, Kind
from hubsync_assets.contacts.number_reading import read_numbers, read_wholes
from hubsync_assets.contacts.schema import DROPPED_SCHEMA, RECORD_COLUMNS
from hubsync_assets.contacts.text import clean

__all__ = ["INVALID_EMAIL", "INVALID_VALUE", "MISSING_EMAIL", "Normalised", "normalise"]

MISSING_EMAIL = "missing_email"
INVALID_EMAIL = "invalid_email"
INVALID_VALUE = "invalid_value"

_RECORD_MESSAGES = {
    MISSING_EMAIL: "the record has no email, so nobody knows whose it is",
    INVALID_EMAIL: "the email is not one that can be synced",
}
_VALUE_MESSAGES = {
    Kind.TEXT: "a list or an object is no text; the record goes on without this value",
    Kind.COUNTRY: f"not one of {', '.join(COUNTRIES)}; the record goes on without this value",
    Kind.WHOLE: "not a whole number of 64 bits that is 0 or more; the record goes on without this value",
    Kind.NUMBER: "not a finite number that is 0 or more; the record goes on without this value",
}


@dataclass(frozen=True, slots=True)
class Normalised:
    """What became of a chunk of rows.

    Attributes:
        kept: ``position`` and the record columns in canonical dtypes, in the order of the rows.
        rejected: ``DROPPED_SCHEMA``: one row a record without a valid email (``field`` null) or a value that was dropped from
            a kept record (``field`` set), by position, then in the order of the field table. ``value`` is the text as given.
    """

    kept: pl.DataFrame
    rejected: pl.DataFrame


def normalise(rows: pl.DataFrame) -> Normalised:
    """Clean every value, and sort out what can't be synced. Each row ends as one kept record or one rejected record.

    Args:
        rows: ``position`` (UInt64), one column for each field of the field table: String, or Int64 or Float64 in a number
            field where the reader knows that the source has only numbers there; ``nested`` (List(String), null when empty):
            the fields whose value was a list or an object.

    Returns:
        The kept records and the rejected ones.

    Raises:
        ContactsError: ``rows`` has not these columns.
    """
    _check(rows)
    any_nested = rows["nested"].null_count() < rows.height
    frame = rows.lazy().with_columns(pl.col(field.name).cast(pl.String).alias(_raw(field)) for field in FIELDS)
    for field in FIELDS:
        frame = _read(frame, field, rows.schema[field.name])
        if any_nested:
            frame = _without_nested(frame, field)
    email = pl.col(KEY.name)
    valid = is_valid(email) & ~pl.col(_bad(KEY))
    reason = pl.when(email.is_null()).then(pl.lit(MISSING_EMAIL)).when(~valid).then(pl.lit(INVALID_EMAIL))
    read = (
        frame.with_columns(reason.alias("reason"))
        .select("position", "reason", *RECORD_COLUMNS, *map(_raw, FIELDS), *map(_bad, CONTACT_FIELDS))
        .collect()
    )
    kept = read.filter(pl.col("reason").is_null()).select("position", *RECORD_COLUMNS)
    return Normalised(kept, _rejected(read))


def _raw(field: Field) -> str:
    return f"{field.name}:raw"


def _bad(field: Field) -> str:
    return f"{field.name}:bad"


def _check(rows: pl.DataFrame) -> None:
    allowed: dict[str, tuple[pl.DataType | type[pl.DataType], ...]] = {
        "position": (pl.UInt64,),
        "nested": (pl.List(pl.String),),
    }
    for field in FIELDS:
        allowed[field.name] = (
            (pl.String, pl.Int64, pl.Float64) if field.kind in {Kind.WHOLE, Kind.NUMBER} else (pl.String,)
        )
    missing = [name for name in allowed if name not in rows.schema]
    mistyped = [name for name, dtypes in allowed.items() if name not in missing and rows.schema[name] not in dtypes]
    if missing or mistyped:
        raise wrong_columns("a chunk of rows", missing, mistyped)


def _read(frame: pl.LazyFrame, field: Field, given: pl.DataType) -> pl.LazyFrame:
    """Put the canonical value in the field's column, null where there is none or it is bad, and say which is bad."""
    name, column = field.name, pl.col(field.name)
    never = pl.lit(value=False).alias(_bad(field))
    match field.kind:
        case Kind.EMAIL:
            return frame.with_columns(clean(column, email=True).str.to_lowercase(), never)
        case Kind.TEXT:
            return frame.with_columns(clean(column), never)
        case Kind.COUNTRY:
            # Upper-casing makes two ASCII letters of the dotless i and the long s: the length in bytes tells them apart.
            known = (column.str.len_bytes() == 2) & column.str.to_uppercase().is_in(COUNTRIES)
            return frame.with_columns(clean(column)).with_columns(
                pl.when(known).then(column.str.to_uppercase()).alias(name),
                (~known).fill_null(value=False).alias(_bad(field)),
            )
        case Kind.WHOLE:
            return read_wholes(frame, name, given, bad=_bad(field))
        case Kind.NUMBER:
            return read_numbers(frame, name, given, bad=_bad(field))


def _without_nested(frame: pl.LazyFrame, field: Field) -> pl.LazyFrame:
    """A list or an object fits no field. Its JSON text stands in the column, so it may have been read as text."""
    nested = pl.col("nested").list.contains(field.name).fill_null(value=False)
    frame = frame.with_columns((pl.col(_bad(field)) | nested).alias(_bad(field)))
    if field is KEY:  # must not look like a missing email
        return frame
    return frame.with_columns(pl.when(~nested).then(field.name).alias(field.name))


def _rejected(read: pl.DataFrame) -> pl.DataFrame:
    lost = read.filter(pl.col("reason").is_not_null()).select(
        "position",
        pl.lit(None, dtype=pl.String).alias("field"),
        "reason",
        pl.col("reason").replace_strict(_RECORD_MESSAGES, return_dtype=pl.String).alias("message"),
        pl.col(_raw(KEY)).alias("value"),
        pl.lit(0).alias("order"),
    )
    some_bad = read.filter(pl.col("reason").is_null() & reduce(or_, (pl.col(_bad(field)) for field in CONTACT_FIELDS)))
    dropped = [
        some_bad.filter(pl.col(_bad(field))).select(
            "position",
            pl.lit(field.name).alias("field"),
            pl.lit(INVALID_VALUE).alias("reason"),
            pl.lit(_VALUE_MESSAGES[field.kind]).alias("message"),
            pl.col(_raw(field)).alias("value"),
            pl.lit(order).alias("order"),
        )
        for order, field in enumerate(CONTACT_FIELDS)
    ]
    return pl.concat([lost, *dropped]).sort("position", "order").select(DROPPED_SCHEMA.keys())
