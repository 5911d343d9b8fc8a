"""From many records of a contact to one golden record: survivorship, one rule per field.

Put here: which value wins, and how a bucket is merged whole or in pieces. Keep out: which records count (``candidates``), what
a conflict is (``conflicts``), and where the records lie.

All records of an email have to be in one bucket; apart from that, only the order of the contacts depends on how records are
spread over buckets, pieces and rows.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl

from hubsync_assets.contacts.candidates import CANDIDATE_SCHEMA, PERSON, WEIGHT, reduced, split, weighed
from hubsync_assets.contacts.conflicts import conflicts_of
from hubsync_assets.model.fields import CONTACT_FIELDS, KEY, SOURCES, Field, Rule
from hubsync_assets.model.schema import MERGED_SCHEMA

__all__ = ["Merged", "combine", "merge_bucket", "partial"]

_ROWS_TO_REDUCE = 250_000

_BYTES_TO_REDUCE = 32 << 20
"""By polars' estimate. An even spread of keys comes to the rows sooner; this is for long text."""


@dataclass(frozen=True, slots=True)
class Merged:
    """What the records of a bucket amount to.

    Attributes:
        contacts: ``MERGED_SCHEMA``, first those that one record made, in its place among the records, then the others by email.
        conflicts: ``CONFLICT_SCHEMA``, sorted by email, then in the order of the field table.
    """

    contacts: pl.DataFrame
    conflicts: pl.DataFrame


def merge_bucket(records: pl.DataFrame) -> Merged:
    """Merge all records of some emails.

    Args:
        records: ``RAW_SCHEMA`` and ``source`` (``db1`` or ``db2``), in any order; or what ``partial`` made of them.

    Raises:
        ContactsError: ``records`` lacks one of these columns, or has another dtype there.

    Example:
        Where two sources disagree, the name of the first wins, and of two numbers the greater:

        >>> from hubsync_assets.model.schema import RAW_SCHEMA
        >>> records = pl.DataFrame(
        ...     [
        ...         {"email": "ada@example.com", "name": "Ada", "mrr": 10.0, "file_rank": 0, "position": 1, "source": "db1"},
        ...         {"email": "ada@example.com", "name": "A. L.", "mrr": 12.5, "file_rank": 0, "position": 1, "source": "db2"},
        ...     ],
        ...     schema={**RAW_SCHEMA, "source": pl.String},
        ... )
        >>> merged = merge_bucket(records)
        >>> merged.contacts.select("email", "name", "mrr").rows()
        [('ada@example.com', 'Ada', 12.5)]
        >>> merged.conflicts.select("field", "kept", "kept_source").rows()
        [('name', 'Ada', 'db1'), ('mrr', '12.5', 'db2')]
    """
    singles, several = split(weighed(records))
    golden = _golden(several)
    contacts = pl.concat([_as_contacts(singles), golden.select(MERGED_SCHEMA.keys())])
    return Merged(contacts, conflicts_of(several, golden))


def partial(records: pl.DataFrame) -> pl.DataFrame:
    """Fewer rows that merge to the same, alone or together with other partial frames: for what does not fit into memory at once.

    Args:
        records: As for ``merge_bucket``.

    Returns:
        The columns of ``records`` and ``records`` (UInt32), how many records a row stands for.
    """
    return reduced(weighed(records))


def combine(pieces: Iterable[pl.DataFrame]) -> Merged:
    """Merge a bucket that comes in pieces, without holding all its records at once.

    Memory follows the bucket's different values (a contact has one row for each record that is its source's first to say some
    value, with these values alone), not its records: one email a million times is no trouble.
    A bucket of too many emails is: split it by one more bit of the hash.

    Args:
        pieces: Frames as for ``merge_bucket``, each a part of the bucket's records, cut and ordered in any way.
    """
    held = [pl.DataFrame(schema=CANDIDATE_SCHEMA)]
    rows, most_rows = 0, _ROWS_TO_REDUCE
    size, most_bytes = 0, _BYTES_TO_REDUCE
    for piece in pieces:
        held.append(weighed(piece))
        rows += piece.height
        size += int(piece.estimated_size())
        if rows > most_rows or size > most_bytes:
            held = [reduced(pl.concat(held))]
            # What does not shrink is not reduced again before as much has been added: n rows cost n log n, not n squared.
            rows, size = held[0].height, int(held[0].estimated_size())
            most_rows, most_bytes = max(_ROWS_TO_REDUCE, 2 * rows), max(_BYTES_TO_REDUCE, 2 * size)
    return merge_bucket(pl.concat(held))


def _survivor(field: Field) -> pl.Expr:
    """The value that a contact keeps; its records are in candidate order."""
    match field.rule:
        case Rule.MAX:
            return pl.col(field.name).max()
        case Rule.FIRST | Rule.KEY:
            return pl.col(field.name).first(ignore_nulls=True)


def _records_column(source: str) -> pl.Expr:
    return pl.when(pl.col("source") == source).then(WEIGHT).otherwise(0).cast(pl.UInt32).alias(f"{source}_records")


def _rank_column(source: str) -> pl.Expr:
    return pl.when(pl.col("source") == source).then("file_rank").alias(f"{source}_file_rank")


def _as_contacts(singles: pl.DataFrame) -> pl.DataFrame:
    """Records that stand alone are golden already."""
    return singles.with_columns(*map(_records_column, SOURCES), *map(_rank_column, SOURCES)).select(
        MERGED_SCHEMA.keys()
    )


def _golden(several: pl.DataFrame) -> pl.DataFrame:
    return (
        several.with_columns(*map(_records_column, SOURCES), *map(_rank_column, SOURCES))
        .group_by(PERSON, maintain_order=True)
        .agg(
            pl.col(KEY.name).first(),
            *map(_survivor, CONTACT_FIELDS),
            *(pl.col(f"{source}_records").sum() for source in SOURCES),
            # Only one file of a source is left, so any of its ranks is the rank.
            *(pl.col(f"{source}_file_rank").max() for source in SOURCES),
        )
    )
