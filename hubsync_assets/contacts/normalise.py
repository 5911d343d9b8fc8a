"""From what a source holds to canonical records: one chunk of rows in, kept records and rejected ones out.

Put here: which kind of value is cleaned by which module, what is rejected for which reason, and what is unreadable. Keep out: the
rules of a kind (``text``, ``emails``, ``phone_text``, ``number_reading``), and where rows come from.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from hubsync_assets.contacts.emails import read_emails
from hubsync_assets.contacts.errors import wrong_columns
from hubsync_assets.contacts.number_reading import read_numbers, read_wholes
from hubsync_assets.contacts.phone_text import read_phones
from hubsync_assets.contacts.rejects import INVALID_EMAIL, INVALID_VALUE, MISSING_EMAIL, rejected_rows
from hubsync_assets.contacts.text import clean_text, null_words
from hubsync_assets.model.field_lists import field_lists, no_fields
from hubsync_assets.model.fields import CONTACT_FIELDS, COUNTRIES, FIELDS, KEY, Kind
from hubsync_assets.model.schema import RECORD_COLUMNS

__all__ = ["INVALID_EMAIL", "INVALID_VALUE", "MISSING_EMAIL", "Normalised", "normalise"]

_NO_ROWS = pl.Series([], dtype=pl.UInt32)
_NUMERIC_KINDS = {Kind.WHOLE: read_wholes, Kind.NUMBER: read_numbers}


@dataclass(frozen=True, slots=True)
class Normalised:
    """What became of a chunk of rows.

    Attributes:
        kept: ``position`` and the record columns in canonical dtypes, in the order of the rows; ``unreadable`` (List(String), null
            when empty): the fields that have text which does not fit them, or a word that says that nobody knows; and
            ``not_given`` as it was.
        rejected: ``DROPPED_SCHEMA``: one row per record without a valid email (``field`` null) or a value that was dropped from
            a kept record (``field`` set), by position, then in the order of the field table. ``value`` is the text as given.
    """

    kept: pl.DataFrame
    rejected: pl.DataFrame


def normalise(rows: pl.DataFrame) -> Normalised:
    """Clean every value, and sort out what can't be synced. Each row ends as one kept record or one rejected record.

    Args:
        rows: ``position`` (UInt64), one column for each field of the field table: String, or Int64 or Float64 in a number
            field where the reader knows that the source has only numbers there; ``nested`` (List(String), null when empty):
            the fields whose value was a list or an object; ``not_given`` (the same): those that the record does not speak of.

    Returns:
        The kept records and the rejected ones.

    Raises:
        ContactsError: ``rows`` lacks one of these columns, or has another dtype there.
    """
    _check(rows)
    values, bad, unknown = _read(rows)
    email = values[KEY.name]
    fits = ~bad[KEY.name]
    why = pl.when("missing").then(pl.lit(MISSING_EMAIL)).when(~pl.col("fits")).then(pl.lit(INVALID_EMAIL))
    reason = pl.DataFrame({"missing": email.is_null(), "fits": fits}).select(why).to_series()
    marks = [_unreadable(bad, unknown, rows.height).alias("unreadable"), rows["not_given"]]
    kept = _filter(values.select("position", *RECORD_COLUMNS), marks, reason.is_null())
    return Normalised(kept, rejected_rows(rows, reason, bad))


def _unreadable(bad: Mapping[str, pl.Series], unknown: Mapping[str, pl.Series], height: int) -> pl.Series:
    flags = {}
    for field in CONTACT_FIELDS:
        flag, words = bad.get(field.name), unknown.get(field.name, _NO_ROWS)
        if words.len():
            flag = (_nowhere(height) if flag is None else flag.clone()).scatter(words, values=True)
        if flag is not None:
            flags[field.name] = flag
    return field_lists(flags, height)


def _filter(values: pl.DataFrame, marks: list[pl.Series], keep: pl.Series) -> pl.DataFrame:
    """The rows to keep, with columns that nearly always hold nothing: those are made anew, which is cheaper."""
    kept = values.filter(keep)
    made = (no_fields(kept.height) if mark.null_count() == mark.len() else mark.filter(keep) for mark in marks)
    return kept.with_columns(column.alias(mark.name) for column, mark in zip(made, marks, strict=True))


def _check(rows: pl.DataFrame) -> None:
    allowed: dict[str, tuple[pl.DataType | type[pl.DataType], ...]] = {
        "position": (pl.UInt64,),
        "nested": (pl.List(pl.String),),
        "not_given": (pl.List(pl.String),),
        **{
            field.name: (pl.String, pl.Int64, pl.Float64) if field.kind in _NUMERIC_KINDS else (pl.String,)
            for field in FIELDS
        },
    }
    missing = [name for name in allowed if name not in rows.schema]
    mistyped = [name for name, dtypes in allowed.items() if name not in missing and rows.schema[name] not in dtypes]
    if missing or mistyped:
        raise wrong_columns("a chunk of rows", missing, mistyped)


def _read(rows: pl.DataFrame) -> tuple[pl.DataFrame, dict[str, pl.Series], dict[str, pl.Series]]:
    """The canonical values, null where there is none or it does not fit.

    Returns:
        The values; by field which ones did not fit (Boolean); and by field the numbers of the rows where a word says that nobody
        knows.
    """
    columns: list[pl.Series] = []
    bad: dict[str, pl.Series] = {}
    unknown: dict[str, pl.Series] = {}
    for field in FIELDS:
        given = rows[field.name]
        match field.kind:
            case Kind.EMAIL:
                email, fits = read_emails(given)
                columns.append(email)
                bad[field.name] = ~fits
            case Kind.TEXT:
                text, unknown[field.name] = _text(given)
                columns.append(text)
            case Kind.PHONE:
                phone, wrong = read_phones(given)
                columns.append(phone)
                bad[field.name] = _nowhere(given.len()).scatter(wrong, values=True)
            case Kind.COUNTRY:
                known, bad[field.name] = _countries(given)
                columns.append(known)
            case Kind.WHOLE | Kind.NUMBER:
                numbers = _NUMERIC_KINDS[field.kind](given)
                columns.append(numbers.values.alias(field.name))
                bad[field.name] = numbers.bad
        if field is not KEY and field.name in bad:
            bad[field.name], unknown[field.name] = _without_words(given, bad[field.name])
    values, bad = _without_nested(rows.select("position", "nested").with_columns(columns), bad)
    return values, bad, unknown


def _text(given: pl.Series) -> tuple[pl.Series, pl.Series]:
    """Text without null words, and where one says that nobody knows."""
    text = clean_text(given)
    empty, unknown = null_words(text)
    for words in (empty, unknown):
        text = text.clone().scatter(words, None) if words.len() else text
    return text, unknown


def _countries(given: pl.Series) -> tuple[pl.Series, pl.Series]:
    """Country codes in capitals, null where there is none that is known, and which ones are unknown."""
    odd = (~given.is_in(COUNTRIES)).arg_true()
    code = clean_text(given.gather(odd))
    country = code.str.to_uppercase()
    # Upper-casing makes two ASCII letters of the dotless i and the long s: the length in bytes tells them apart.
    known = (code.str.len_bytes() == 2) & country.is_in(COUNTRIES)
    found = pl.DataFrame({"country": country, "known": known}).select(pl.when("known").then("country")).to_series()
    return given.clone().scatter(odd, found), _nowhere(given.len()).scatter(odd, (~known).fill_null(value=False))


def _nowhere(height: int) -> pl.Series:
    return pl.repeat(value=False, n=height, dtype=pl.Boolean, eager=True)


def _without_words(given: pl.Series, bad: pl.Series) -> tuple[pl.Series, pl.Series]:
    """What does not fit, null words aside; and where one of them says that nobody knows."""
    wrong = bad.arg_true()
    if wrong.is_empty() or given.dtype != pl.String:
        return bad, _NO_ROWS
    empty, unknown = null_words(clean_text(given.gather(wrong)))
    if empty.len() or unknown.len():
        bad = bad.clone().scatter(wrong.gather(pl.concat([empty, unknown])), values=False)
    return bad, wrong.gather(unknown)


def _without_nested(values: pl.DataFrame, bad: dict[str, pl.Series]) -> tuple[pl.DataFrame, dict[str, pl.Series]]:
    """A list or an object fits no field. Its JSON text stands in the column, so it may have been read as text."""
    if values["nested"].null_count() == values.height:
        return values, bad
    for field in FIELDS:
        nested = values.select(pl.col("nested").list.contains(field.name).fill_null(value=False)).to_series()
        bad[field.name] = bad[field.name] | nested if field.name in bad else nested
        if field is not KEY:  # an email that is a list must not look like a missing one
            values = values.with_columns(pl.when(~nested).then(field.name).alias(field.name))
    return values, bad
