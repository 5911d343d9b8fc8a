"""From what a source holds to canonical records: one chunk of rows in, kept records and rejected ones out.

Put here: what is rejected for which reason, and what is unreadable. Keep out: how a kind reads its values (``kinds``), which of a source's
columns is which field (``source_columns``), and where rows come from.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from hubsync_assets.contacts.errors import wrong_columns
from hubsync_assets.contacts.rejects import INVALID_EMAIL, INVALID_VALUE, MISSING_EMAIL, rejected_rows
from hubsync_assets.kinds.field import Dtype  # noqa: TC001 - of a function that mypy reads
from hubsync_assets.kinds.reading import NO_ROWS, USUAL, Conventions, nowhere
from hubsync_assets.model.contact_model import ContactModel
from hubsync_assets.model.field_lists import field_lists, no_fields

__all__ = ["INVALID_EMAIL", "INVALID_VALUE", "MISSING_EMAIL", "Normalised", "normalise"]


@dataclass(frozen=True, slots=True)
class Normalised:
    """What became of a chunk of rows.

    Attributes:
        kept: ``position`` and the record columns in canonical dtypes, in the order of the rows; ``unreadable`` (List(String), null
            when empty): the fields that have text which does not fit them, or a word that says that nobody knows; and
            ``not_given`` as it was.
        rejected: ``DROPPED_SCHEMA``: one row per record without a valid email (``field`` null) or a value that was dropped from
            a kept record (``field`` set), by position, then in the order of the fields. ``value`` is the text as given.
    """

    kept: pl.DataFrame
    rejected: pl.DataFrame


def normalise(model: ContactModel, rows: pl.DataFrame, how: Conventions = USUAL) -> Normalised:
    """Clean every value, and sort out what can't be synced. Each row ends as one kept record or one rejected record.

    Args:
        model: What a contact is.
        rows: ``position`` (UInt64), one column for each field: String, or Int64 or Float64 in a number field where the reader knows that
            the source has only numbers there; ``nested`` (List(String), null when empty): the fields whose value was a list or an
            object; ``not_given`` (the same): those that the record does not speak of.
        how: How their source writes values.

    Returns:
        The kept records and the rejected ones.

    Raises:
        ContactsError: ``rows`` lacks one of these columns, or has another dtype there.
    """
    _check(model, rows)
    values, bad, unknown = _read(model, rows, how)
    email, wrong = values[model.key.name], bad[model.key.name]
    why = pl.when("wrong").then(pl.lit(INVALID_EMAIL)).when("missing").then(pl.lit(MISSING_EMAIL))
    reason = pl.DataFrame({"wrong": wrong, "missing": email.is_null()}).select(why).to_series()
    marks = [_unreadable(model, bad, unknown, rows.height).alias("unreadable"), rows["not_given"]]
    kept = _filter(values.select("position", *model.schema.record), marks, reason.is_null())
    return Normalised(kept, rejected_rows(model, rows, reason, bad, how))


def _unreadable(
    model: ContactModel, bad: Mapping[str, pl.Series], unknown: Mapping[str, pl.Series], height: int
) -> pl.Series:
    flags = {}
    for name in model.names:
        flag, words = bad.get(name), unknown.get(name, NO_ROWS)
        if words.len():
            flag = (nowhere(height) if flag is None else flag.clone()).scatter(words, values=True)
        if flag is not None:
            flags[name] = flag
    return field_lists(flags, height)


def _filter(values: pl.DataFrame, marks: list[pl.Series], keep: pl.Series) -> pl.DataFrame:
    """The rows to keep, with columns that nearly always hold nothing: those are made anew, which is cheaper."""
    kept = values.filter(keep)
    made = (no_fields(kept.height) if mark.null_count() == mark.len() else mark.filter(keep) for mark in marks)
    return kept.with_columns(column.alias(mark.name) for column, mark in zip(made, marks, strict=True))


def _check(model: ContactModel, rows: pl.DataFrame) -> None:
    allowed: dict[str, tuple[Dtype, ...]] = {
        "position": (pl.UInt64,),
        "nested": (pl.List(pl.String),),
        "not_given": (pl.List(pl.String),),
        **{field.name: field.given for field in model.fields},
    }
    missing = [name for name in allowed if name not in rows.schema]
    mistyped = [name for name, dtypes in allowed.items() if name not in missing and rows.schema[name] not in dtypes]
    if missing or mistyped:
        raise wrong_columns("a chunk of rows", missing, mistyped)


def _read(
    model: ContactModel, rows: pl.DataFrame, how: Conventions
) -> tuple[pl.DataFrame, dict[str, pl.Series], dict[str, pl.Series]]:
    """The canonical values, null where there is none or it does not fit.

    Returns:
        The values; by field which ones did not fit (Boolean); and by field the numbers of the rows where a word says that nobody
        knows.
    """
    columns: list[pl.Series] = []
    bad: dict[str, pl.Series] = {}
    unknown: dict[str, pl.Series] = {}
    for field in model.fields:
        read = field.read(rows[field.name], how)
        columns.append(read.values.alias(field.name))
        if read.bad is not None:
            bad[field.name] = read.bad
        if read.unknown.len():
            unknown[field.name] = read.unknown
    bad.setdefault(model.key.name, nowhere(rows.height))
    values, bad = _without_nested(model, rows.select("position", "nested").with_columns(columns), bad)
    return values, bad, unknown


def _without_nested(
    model: ContactModel, values: pl.DataFrame, bad: dict[str, pl.Series]
) -> tuple[pl.DataFrame, dict[str, pl.Series]]:
    """A list or an object fits no field that takes no lists. Its JSON text stands in the column, so it may have been read as text."""
    if values["nested"].null_count() == values.height:
        return values, bad
    for field in model.fields:
        if field.takes_lists:
            continue
        nested = values.select(pl.col("nested").list.contains(field.name).fill_null(value=False)).to_series()
        if field is model.key:
            nested = nested & values[field.name].is_not_null()
        bad[field.name] = bad[field.name] | nested if field.name in bad else nested
        values = values.with_columns(pl.when(~nested).then(field.name).alias(field.name))
    return values, bad
