"""The order in which a contact's records count, and what of them still counts.

Put here: candidate order, supersession by file, and the reduction that keeps a skewed bucket small. Keep out: what a record says
(``answers``), which candidate wins (``winners``) and what a conflict is (``conflicts``).
"""

import polars as pl

from hubsync_assets.contacts.answers import Gives, answer_columns, is_empty, not_given, unreadable
from hubsync_assets.contacts.errors import wrong_columns
from hubsync_assets.contacts.runs import first_rows, is_first
from hubsync_assets.model.fields import CONTACT_FIELDS, SOURCES
from hubsync_assets.model.schema import RAW_SCHEMA, RECORD_COLUMNS

__all__ = ["CANDIDATE_SCHEMA", "PERSON", "WEIGHT", "candidates", "in_full", "in_order", "own_text", "reduced", "split"]

WEIGHT = "records"
"""How many records of its source a row stands for: 1 in a raw table (0: rejected), more or 0 in a reduced frame."""

PERSON = "person"
"""0, 1, 2, ... for each email, in the order of the emails."""

_SOURCE = pl.Enum(SOURCES)

_ANSWERS = [column(field.name) for field in CONTACT_FIELDS for column in (unreadable, not_given)]

_PLAIN: dict[str, pl.DataType | type[pl.DataType]] = {
    **RECORD_COLUMNS,
    "file_rank": RAW_SCHEMA["file_rank"],
    "position": RAW_SCHEMA["position"],
    "source": _SOURCE,
    WEIGHT: pl.UInt32,
}

CANDIDATE_SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {**_PLAIN, **dict.fromkeys(_ANSWERS, pl.Boolean)}
"""A candidate with everything it says. Columns of ``answers`` that are false everywhere may be left out."""

_NEEDED = {name: dtype for name, dtype in RAW_SCHEMA.items() if name != "file"}


def candidates(records: pl.DataFrame, gives: Gives) -> pl.DataFrame:
    """Records as candidates, in their order; candidates stay as they are.

    Args:
        records: ``RAW_SCHEMA`` (``file`` may be left out) and ``source`` (String, or an Enum of the sources); or ``CANDIDATE_SCHEMA``.
        gives: what the files of the sources give.

    Returns:
        ``CANDIDATE_SCHEMA``, without columns that no record needs.

    Raises:
        ContactsError: ``records`` lacks one of these columns, or has another dtype there.
    """
    if WEIGHT in records.schema:
        _check(records, CANDIDATE_SCHEMA)
        return records
    _check(records, _NEEDED)
    if "source" not in records.schema or records.schema["source"] not in (pl.String, _SOURCE):
        _check(records, {"source": pl.String})
    if records.schema["source"] != _SOURCE:
        records = records.with_columns(pl.col("source").cast(_SOURCE))
    weight = pl.lit(1, dtype=pl.UInt32)
    if records["rejected"].any():
        weight = pl.when("rejected").then(0).otherwise(1).cast(pl.UInt32)
    plain = [name for name in _PLAIN if name != WEIGHT]
    return records.select(*plain, weight.alias(WEIGHT), *answer_columns(records, gives))


def in_full(rows: pl.DataFrame) -> pl.DataFrame:
    """Candidates with all columns of ``CANDIDATE_SCHEMA``, so that frames can be put together."""
    absent = [pl.lit(value=False).alias(name) for name in _ANSWERS if name not in rows.schema]
    return rows.with_columns(absent).select(CANDIDATE_SCHEMA.keys())


def split(rows: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Candidates whose email stands alone (most of them, and nothing is to be decided there), and all others.

    Args:
        rows: ``CANDIDATE_SCHEMA``, in any order.

    Returns:
        The first as they are, and the others ``in_order``.
    """
    # A hash of 64 bits finds most of those that stand alone, and never takes one for alone that is not: half the time of
    # comparing emails, and only the rest has to be sorted.
    alone = rows["email"].hash().is_unique()
    return rows.filter(alone), in_order(rows.filter(~alone))


def in_order(rows: pl.DataFrame) -> pl.DataFrame:
    """Candidates in the order in which they count, and of each only what still counts.

    Args:
        rows: ``CANDIDATE_SCHEMA``, in any order.

    Returns:
        By email, then ``db1`` before ``db2``, newer files first, the order of the file; with ``PERSON`` (UInt32, ascending from 0).
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
    if not any(name in ordered.schema for name in _ANSWERS):
        # So none was rejected, and the newest file that has the contact gives all there is to be given.
        return ordered.filter(~older).with_columns(pl.col(PERSON).set_sorted())
    return _superseded(ordered, older, whose)


def _superseded(ordered: pl.DataFrame, older: pl.Series, whose: pl.Series) -> pl.DataFrame:
    rank, count = ordered["file_rank"], whose[-1] + 1

    def of_newest_where(condition: pl.Series) -> pl.Series:
        """The rows of which it holds, in the newest file that has such rows."""
        newest = rank.gather(first_rows(whose, condition, count))
        return condition & (rank == newest.gather(whose)).fill_null(value=False)

    is_counted = of_newest_where(ordered[WEIGHT] > 0)
    columns = [pl.when(is_counted).then(WEIGHT).otherwise(0).cast(pl.UInt32).alias(WEIGHT)]
    # A person always has a newest record, so the numbers stay without gaps.
    left = ~older | is_counted
    for name in (field.name for field in CONTACT_FIELDS):
        # A field without the column is given by all.
        counts = of_newest_where(~ordered[not_given(name)]) if not_given(name) in ordered.schema else ~older
        left |= counts
        columns += [pl.when(counts).then(name).alias(name), pl.lit(~counts).alias(not_given(name))]
        if unreadable(name) in ordered.schema:
            columns.append((pl.col(unreadable(name)) & counts).alias(unreadable(name)))
    return ordered.with_columns(columns).filter(left).with_columns(pl.col(PERSON).set_sorted())


def reduced(rows: pl.DataFrame) -> pl.DataFrame:
    """Fewer rows that merge to the same contacts and conflicts, alone or together with any other rows.

    Of the records that one source has of one email, those stay that are the first to give some answer, and the first of all; and
    of their answers those that they are the first to give: every rule and every conflict goes by who says a thing first. So an
    email that comes a million times, always with the same values, is a few rows, and a long value stays once.

    Args:
        rows: ``CANDIDATE_SCHEMA``, in any order.

    Returns:
        ``CANDIDATE_SCHEMA``, every column of it.
    """
    singles, several = split(rows)
    whose = _whose(several)

    def first(condition: pl.Expr) -> pl.Series:
        return is_first(whose, several.select(condition).to_series())

    # The first of all has the rank of the newest file, and the first that was not rejected stands for all like it.
    first_kept = first(pl.col(WEIGHT) > 0)
    columns = [pl.when(first_kept).then(pl.col(WEIGHT).sum().over(whose)).otherwise(0).cast(pl.UInt32).alias(WEIGHT)]
    kept = first_kept | (whose != whose.shift(1)).fill_null(value=True)
    for name in (field.name for field in CONTACT_FIELDS):
        value = several.select(pl.col(name).is_not_null() & pl.struct(whose, name).is_first_distinct()).to_series()
        answers = value | first(is_empty(name, several.columns))
        columns.append(pl.when(value).then(name).alias(name))
        if unreadable(name) in several.schema:
            bad = first(pl.col(unreadable(name)))
            answers |= bad
            columns.append(pl.lit(bad).alias(unreadable(name)))
        columns.append(pl.lit(~answers).alias(not_given(name)))
        kept |= answers
    fewer = in_full(several.with_columns(columns).filter(kept))
    return own_text(pl.concat([in_full(singles), fewer]))


def _whose(ordered: pl.DataFrame) -> pl.Series:
    """UInt32, 0, 1, 2, ... for each source of each person."""
    return ordered.select(pl.struct(PERSON, "source").rle_id().alias("whose")).to_series()


def own_text(rows: pl.DataFrame) -> pl.DataFrame:
    """The same rows without the text of others: a polars filter keeps the text of all rows in memory and only points at less."""
    # Joining is what copies text; a filter's result, a slice and a cast all point at it.
    return rows.with_columns(pl.col(pl.String) + "")


def _check(frame: pl.DataFrame, schema: dict[str, pl.DataType | type[pl.DataType]]) -> None:
    missing = [name for name in schema if name not in frame.schema and name not in _ANSWERS]
    mistyped = [name for name, dtype in schema.items() if name in frame.schema and frame.schema[name] != dtype]
    if missing or mistyped:
        raise wrong_columns("a bucket of records", missing, mistyped)
