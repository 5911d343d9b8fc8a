"""The order in which a contact's records count, and which of them still count.

Put here: candidate order, supersession by file, and the reduction that keeps a skewed bucket small. Keep out: which value
wins (``merge``) and what a conflict is (``conflicts``).
"""

import polars as pl

from hubsync_assets.contacts.errors import wrong_columns
from hubsync_assets.model.fields import CONTACT_FIELDS, SOURCES
from hubsync_assets.model.schema import RAW_SCHEMA

__all__ = ["CANDIDATE_SCHEMA", "PERSON", "WEIGHT", "own_text", "reduced", "split", "weighed"]

WEIGHT = "records"
"""How many records of its source a row stands for: 1 in a raw table, more or 0 in a reduced frame."""

PERSON = "person"
"""0, 1, 2, ... for each email, in the order of the emails."""

CANDIDATE_SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {**RAW_SCHEMA, "source": pl.String, WEIGHT: pl.UInt32}

_SOURCE = pl.Enum(SOURCES)


def weighed(records: pl.DataFrame) -> pl.DataFrame:
    """Records with the columns of ``CANDIDATE_SCHEMA``, in their order.

    Args:
        records: ``RAW_SCHEMA`` and ``source`` (String); in a reduced frame also ``WEIGHT`` (UInt32).

    Raises:
        ContactsError: ``records`` lacks one of these columns, or has another dtype there.
    """
    found = records.schema if WEIGHT in records.schema else {**records.schema, WEIGHT: pl.UInt32}
    missing = [name for name in CANDIDATE_SCHEMA if name not in found]
    mistyped = [name for name, dtype in CANDIDATE_SCHEMA.items() if name not in missing and found[name] != dtype]
    if missing or mistyped:
        raise wrong_columns("a bucket of records", missing, mistyped)
    if WEIGHT not in records.schema:
        records = records.with_columns(pl.lit(1, dtype=pl.UInt32).alias(WEIGHT))
    return records.select(CANDIDATE_SCHEMA.keys())


def split(records: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Records whose email stands alone (most of them, with nothing to decide), and all others.

    Args:
        records: ``CANDIDATE_SCHEMA``, in any order.

    Returns:
        The first as they are. The others in candidate order: by email, then ``db1`` before ``db2``, newer files first, the
        order of the file; with ``source`` as an Enum and ``PERSON`` (UInt32, ascending from 0). An older file's records are
        left out where a newer file of the same source has the email.
    """
    # A hash of 64 bits finds most of those that stand alone, and none that does not, in half the time of comparing emails;
    # and only the rest has to be sorted.
    alone = records["email"].hash().is_unique()
    ordered = (
        records.filter(~alone)
        .with_columns(pl.col("source").cast(_SOURCE))
        .sort("email", "source", "file_rank", "position")
        .with_columns(pl.col("email").rle_id().alias(PERSON))
    )
    begins = pl.any_horizontal(pl.col(name) != pl.col(name).shift(1) for name in (PERSON, "source")).fill_null(
        value=True
    )
    newest = pl.when(begins).then("file_rank").forward_fill()
    # A person always has a newest record, so the numbers stay without gaps.
    several = ordered.filter(pl.col("file_rank") == newest).with_columns(pl.col(PERSON).set_sorted())
    return records.filter(alone), several


def reduced(records: pl.DataFrame) -> pl.DataFrame:
    """Fewer rows that merge to the same contacts and conflicts, alone or together with any other rows.

    Of the records that one source has of one email, the first stays, and each that is the first to have some value, with only
    the values that it is the first to have: every rule and every conflict goes by who says a value first. So an email that
    comes a million times, always with the same values, is one row, and a long value is kept once.

    Args:
        records: ``CANDIDATE_SCHEMA``, in any order.

    Returns:
        ``CANDIDATE_SCHEMA``.
    """
    singles, several = split(records)
    whose = (PERSON, "source")
    says_first = {
        field.name: pl.col(field.name).is_not_null() & pl.struct(*whose, field.name).is_first_distinct()
        for field in CONTACT_FIELDS
    }
    first_of_all = pl.struct(*whose).is_first_distinct()
    kept = several.with_columns(
        pl.when(first_of_all).then(pl.col(WEIGHT).sum().over(whose)).otherwise(0).cast(pl.UInt32).alias(WEIGHT),
        *(pl.when(first).then(name).alias(name) for name, first in says_first.items()),
        pl.any_horizontal(first_of_all, *says_first.values()).alias("kept"),
    ).filter("kept")
    return own_text(pl.concat([singles, kept.with_columns(pl.col("source").cast(pl.String)).select(singles.columns)]))


def own_text(rows: pl.DataFrame) -> pl.DataFrame:
    """The same rows without the text of others: a polars filter keeps the text of all rows in memory and only points at less."""
    # Joining is what copies text; a filter's result, a slice and a cast all point at it.
    return rows.with_columns(pl.col(pl.String) + "")
