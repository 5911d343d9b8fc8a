"""The order in which a contact's records count, and what of them still counts.

Put here: candidate order, supersession by file, and the reduction that keeps a skewed bucket small. Keep out: what a record says
(``answers``), which candidate wins (``winners``) and what a conflict is (``conflicts``).
"""

import polars as pl

from hubsync_assets.contacts.answers import Gives, answer_columns, is_empty, not_given, unreadable
from hubsync_assets.contacts.errors import wrong_columns
from hubsync_assets.contacts.filtered import FILTERED, without_filtered
from hubsync_assets.contacts.runs import first_rows, is_first
from hubsync_assets.contacts.whole_rows import needed_whole
from hubsync_assets.model.contact_model import ContactModel
from hubsync_assets.model.schema import Schema

__all__ = [
    "FILTERED",
    "PERSON",
    "WEIGHT",
    "candidate_schema",
    "candidates",
    "in_full",
    "in_order",
    "own_text",
    "reduced",
    "split",
    "without_filtered",
]

WEIGHT = "records"
"""How many records of its source a row stands for: 1 in a raw table (0: rejected), more or 0 in a reduced frame."""

PERSON = "person"
"""0, 1, 2, ... for each email, in the order of the emails."""


def candidate_schema(model: ContactModel) -> Schema:
    """A candidate with everything it says. Columns of ``answers``, and ``FILTERED``, may be left out where they are false everywhere."""
    return {**_plain(model), **dict.fromkeys((FILTERED, *_answers(model)), pl.Boolean)}


def candidates(model: ContactModel, records: pl.DataFrame, gives: Gives) -> pl.DataFrame:
    """Records as candidates, in their order; candidates stay as they are.

    Args:
        model: what a contact is.
        records: ``Schemas.raw`` (``file`` may be left out) and ``source`` (String, or an Enum of the sources); or ``candidate_schema``.
        gives: what the files of the sources give.

    Returns:
        ``candidate_schema``, without columns that no record needs.

    Raises:
        ContactsError: ``records`` lacks one of these columns, or has another dtype there.
    """
    source = model.schema.source
    if WEIGHT in records.schema:
        _check(records, _plain(model), candidate_schema(model))
        return records
    _check(records, {name: dtype for name, dtype in model.schema.raw.items() if name != "file"})
    if "source" not in records.schema or records.schema["source"] not in (pl.String, source):
        _check(records, {"source": pl.String})
    if records.schema["source"] != source:
        records = records.with_columns(pl.col("source").cast(source))
    weight = pl.lit(1, dtype=pl.UInt32)
    if records["rejected"].any():
        weight = pl.when("rejected").then(0).otherwise(1).cast(pl.UInt32)
    columns: list[str | pl.Expr] = [name for name in _plain(model) if name != WEIGHT]
    if records[FILTERED].any():
        weight = pl.when(FILTERED).then(0).otherwise(weight).cast(pl.UInt32)
        columns.append(pl.col(FILTERED).fill_null(value=False))
    return records.select(*columns, weight.alias(WEIGHT), *answer_columns(model, records, gives))


def in_full(model: ContactModel, rows: pl.DataFrame) -> pl.DataFrame:
    """Candidates with all columns of ``candidate_schema``, so that frames can be put together."""
    absent = [pl.lit(value=False).alias(name) for name in (FILTERED, *_answers(model)) if name not in rows.schema]
    return rows.with_columns(absent).select(candidate_schema(model).keys())


def split(model: ContactModel, rows: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Candidates that stand alone with their email (most of them, and nothing is to be decided there), and all others.

    Args:
        model: what a contact is.
        rows: ``candidate_schema``, in any order.

    Returns:
        The first as they are, and the others ``in_order``; so are those that have something unreadable in fields that are taken together.
    """
    # A hash of 64 bits finds most of those that stand alone, and never takes one for alone that is not: half the time of
    # comparing emails, and only the rest has to be sorted.
    alone = rows["email"].hash().is_unique()
    grouped = {unreadable(field.name) for group in model.groups for field in group}
    for column in grouped.intersection(rows.columns):
        alone = alone & ~rows[column]
    return rows.filter(alone), in_order(model, rows.filter(~alone))


def in_order(model: ContactModel, rows: pl.DataFrame) -> pl.DataFrame:
    """Candidates in the order in which they count, and of each only what still counts.

    Args:
        model: what a contact is.
        rows: ``candidate_schema``, in any order.

    Returns:
        By email, then by source as declared, newer files first, the order of the file; with ``PERSON`` (UInt32, ascending from 0).
        Of one source's files, the newest that has the contact and gives a field decides it: in the rows of its older files the field
        is not given, and rows of which nothing is left are left out. ``WEIGHT`` is 0 but in the newest file with a record that was not
        rejected.
    """
    ordered = rows.sort("email", "source", "file_rank", "position").with_columns(
        pl.col("email").rle_id().alias(PERSON).set_sorted()
    )
    if rows["file_rank"].min() == rows["file_rank"].max():
        return ordered  # One file of each source, as is usual.
    whose = _whose(ordered)
    rank = ordered["file_rank"]
    newest = rank.filter((whose != whose.shift(1)).fill_null(value=True))
    older = rank != newest.gather(whose)
    if not older.any():
        return ordered
    if not any(name in ordered.schema for name in _answers(model)):
        # So none was rejected, and the newest file that has the contact gives all there is to be given.
        return ordered.filter(~older).with_columns(pl.col(PERSON).set_sorted())
    return _superseded(model, ordered, older, whose)


def _superseded(model: ContactModel, ordered: pl.DataFrame, older: pl.Series, whose: pl.Series) -> pl.DataFrame:
    rank, count = ordered["file_rank"], whose[-1] + 1

    def of_newest_where(condition: pl.Series) -> pl.Series:
        """The rows of which it holds, in the newest file that has such rows."""
        newest = rank.gather(first_rows(whose, condition, count))
        return condition & (rank == newest.gather(whose)).fill_null(value=False)

    is_counted = of_newest_where(ordered[WEIGHT] > 0)
    columns = [pl.when(is_counted).then(WEIGHT).otherwise(0).cast(pl.UInt32).alias(WEIGHT)]
    # A person always has a newest record, so the numbers stay without gaps.
    left = ~older | is_counted
    for name in model.names:
        # A field without the column is given by all.
        counts = of_newest_where(~ordered[not_given(name)]) if not_given(name) in ordered.schema else ~older
        left |= counts
        columns += [pl.when(counts).then(name).alias(name), pl.lit(~counts).alias(not_given(name))]
        if unreadable(name) in ordered.schema:
            columns.append((pl.col(unreadable(name)) & counts).alias(unreadable(name)))
    return ordered.with_columns(columns).filter(left).with_columns(pl.col(PERSON).set_sorted())


def reduced(model: ContactModel, rows: pl.DataFrame) -> pl.DataFrame:
    """Fewer rows that merge to the same contacts and conflicts, alone or together with any other rows.

    Of the records that one source has of one email, those stay that are the first to give some answer, and the first of all; and
    of their answers those that they are the first to give: every rule and every conflict goes by who says a thing first. So an
    email that comes a million times, always with the same values, is a few rows, and a long value stays once.

    Args:
        model: what a contact is.
        rows: ``candidate_schema``, in any order.

    Returns:
        ``candidate_schema``, every column of it.
    """
    rows = without_filtered(rows, keep_marks=True)
    marks = rows.filter(FILTERED) if FILTERED in rows.schema else rows.clear()
    singles, several = split(model, rows.filter(~pl.col(FILTERED)).drop(FILTERED) if FILTERED in rows.schema else rows)
    whose = _whose(several)

    def first(condition: pl.Expr) -> pl.Series:
        return is_first(whose, several.select(condition).to_series())

    # The first of all has the rank of the newest file, and the first that was not rejected stands for all like it.
    first_kept = first(pl.col(WEIGHT) > 0)
    columns = [pl.when(first_kept).then(pl.col(WEIGHT).sum().over(whose)).otherwise(0).cast(pl.UInt32).alias(WEIGHT)]
    kept = first_kept | (whose != whose.shift(1)).fill_null(value=True)
    whole = needed_whole(model, several, whose)
    for name in model.names:
        value = several.select(pl.col(name).is_not_null() & pl.struct(whose, name).is_first_distinct()).to_series()
        answers = value | first(is_empty(name, several.columns))
        stays = whole.get(name)
        columns.append(pl.when(value if stays is None else value | stays).then(name).alias(name))
        if unreadable(name) in several.schema:
            bad = first(pl.col(unreadable(name)))
            answers |= bad
            if stays is not None:
                bad = bad | (stays & several[unreadable(name)])
            columns.append(pl.lit(bad).alias(unreadable(name)))
        silent = ~answers
        if stays is not None:
            silent = silent & ~stays
            if not_given(name) in several.schema:
                silent = silent | (stays & several[not_given(name)])
            kept |= stays
        columns.append(pl.lit(silent).alias(not_given(name)))
        kept |= answers
    fewer = in_full(model, several.with_columns(columns).filter(kept))
    return own_text(pl.concat([in_full(model, singles), fewer, in_full(model, marks)]))


def _whose(ordered: pl.DataFrame) -> pl.Series:
    """UInt32, 0, 1, 2, ... for each source of each person."""
    return ordered.select(pl.struct(PERSON, "source").rle_id().alias("whose")).to_series()


def own_text(rows: pl.DataFrame) -> pl.DataFrame:
    """The same rows without the text of others: a polars filter keeps the text of all rows in memory and only points at less."""
    # Joining is what copies text; a filter's result, a slice and a cast all point at it.
    return rows.with_columns(pl.col(pl.String) + "")


def _plain(model: ContactModel) -> Schema:
    """Every candidate's columns."""
    return {
        **model.schema.record,
        "file_rank": model.schema.raw["file_rank"],
        "position": model.schema.raw["position"],
        "source": model.schema.source,
        WEIGHT: pl.UInt32,
    }


def _answers(model: ContactModel) -> list[str]:
    return [column(name) for name in model.names for column in (unreadable, not_given)]


def _check(frame: pl.DataFrame, needed: Schema, allowed: Schema | None = None) -> None:
    missing = [name for name in needed if name not in frame.schema]
    typed = (allowed or needed).items()
    mistyped = [name for name, dtype in typed if name in frame.schema and frame.schema[name] != dtype]
    if missing or mistyped:
        raise wrong_columns("a bucket of records", missing, mistyped)
