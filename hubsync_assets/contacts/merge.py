"""From many records of a contact to one golden record.

Put here: how golden records are put together, and how a bucket is merged whole or in pieces. Keep out: what a record says
(``answers``), which records count (``candidates``), which of them wins a field (``winners``), what a conflict is (``conflicts``),
and where the records lie.

All records of an email have to be in one bucket; apart from that, only the order of the contacts depends on how records are
spread over buckets, pieces and rows.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl

from hubsync_assets.contacts.answers import Gives, not_given, unreadable
from hubsync_assets.contacts.candidates import (
    CANDIDATE_SCHEMA,
    PERSON,
    WEIGHT,
    candidates,
    in_full,
    reduced,
    split,
)
from hubsync_assets.contacts.conflicts import conflicts_of
from hubsync_assets.contacts.runs import is_first
from hubsync_assets.contacts.winners import win
from hubsync_assets.model.fields import CONTACT_FIELDS, KEY, SOURCES
from hubsync_assets.model.schema import EMPTY, FROM, MERGED_SCHEMA, UNREADABLE

__all__ = ["Merged", "combine", "merge_bucket", "partial"]

_ROWS_TO_REDUCE = 250_000

_BYTES_TO_REDUCE = 32 << 20
"""By polars' estimate. An even spread of keys comes to the rows sooner; this is for long text."""

_EVERYTHING = Gives()

_BEHIND = "behind"


@dataclass(frozen=True, slots=True)
class Merged:
    """What the records of a bucket amount to.

    Attributes:
        contacts: ``MERGED_SCHEMA``, first those that one record made, in its place among the records, then the others by email. An
            email of which all records were rejected is no contact.
        conflicts: ``CONFLICT_SCHEMA``, sorted by email, then in the order of the field table.
    """

    contacts: pl.DataFrame
    conflicts: pl.DataFrame


def merge_bucket(records: pl.DataFrame, gives: Gives = _EVERYTHING) -> Merged:
    """Merge all records of some emails.

    Args:
        records: ``RAW_SCHEMA`` (``file`` may be left out) and ``source`` (``db1`` or ``db2``), in any order; or what ``partial`` made of
            such.
        gives: which fields the files of the sources give.

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
        >>> merged.contacts.select("email", "name", "name:from", "mrr", "mrr:from", "phone:from").rows()
        [('ada@example.com', 'Ada', 'db1', 12.5, 'db2', 'empty')]
        >>> merged.conflicts.select("field", "kept", "kept_source").rows()
        [('name', 'Ada', 'db1'), ('mrr', '12.5', 'db2')]
    """
    singles, several = split(_without_needless(candidates(records, gives)))
    golden = _golden(several)
    # A record that was rejected makes no contact, but of one that others make its unreadable values may have decided.
    known = pl.any_horizontal(pl.col(f"{source}_records") > 0 for source in SOURCES)
    contacts = pl.concat([_as_contacts(singles), golden.filter(known)])
    return Merged(contacts, conflicts_of(several, golden))


def partial(records: pl.DataFrame, gives: Gives = _EVERYTHING) -> pl.DataFrame:
    """Fewer rows that merge to the same, alone or together with other partial frames: for what does not fit in memory at once.

    Args:
        records: As for ``merge_bucket``.
        gives: As for ``merge_bucket``.

    Returns:
        ``CANDIDATE_SCHEMA``.
    """
    return reduced(candidates(records, gives))


def combine(pieces: Iterable[pl.DataFrame], gives: Gives = _EVERYTHING) -> Merged:
    """Merge a bucket that comes in pieces, without holding all its records at once.

    Memory follows the bucket's different values (a contact has one row for each record that is its source's first to say some
    value, with these values alone), not its records: one email a million times is no trouble.
    A bucket of too many emails is: split it by one more bit of the hash.

    Args:
        pieces: Frames as for ``merge_bucket``, each a part of the bucket's records, cut and ordered in any way.
        gives: As for ``merge_bucket``.
    """
    held = [pl.DataFrame(schema=CANDIDATE_SCHEMA)]
    rows, most_rows = 0, _ROWS_TO_REDUCE
    size, most_bytes = 0, _BYTES_TO_REDUCE
    for piece in pieces:
        held.append(in_full(candidates(piece, gives)))
        rows += piece.height
        size += int(held[-1].estimated_size())
        if rows > most_rows or size > most_bytes:
            held = [reduced(pl.concat(held))]
            # What does not shrink is not reduced again before as much has been added: n rows cost n log n, not n squared.
            rows, size = held[0].height, int(held[0].estimated_size())
            most_rows, most_bytes = max(_ROWS_TO_REDUCE, 2 * rows), max(_BYTES_TO_REDUCE, 2 * size)
    return merge_bucket(pl.concat(held))


def _without_needless(rows: pl.DataFrame) -> pl.DataFrame:
    """Without columns that say nothing of any record, so that nothing is computed from them."""
    answers = [column(field.name) for field in CONTACT_FIELDS for column in (unreadable, not_given)]
    return rows.drop(name for name in answers if name in rows.schema and not rows[name].any())


def _as_contacts(singles: pl.DataFrame) -> pl.DataFrame:
    """Records that stand alone are golden already."""
    source = pl.col("source").to_physical().cat.to(FROM)
    records = [pl.when(pl.col("source") == source).then(WEIGHT).otherwise(0) for source in SOURCES]
    return (
        singles.filter(pl.col(WEIGHT) > 0)
        .with_columns(
            *(these.cast(pl.UInt32).alias(f"{source}_records") for source, these in zip(SOURCES, records, strict=True)),
            *(_rank(source).alias(f"{source}_file_rank") for source in SOURCES),
            source.alias("source"),
        )
        .with_columns(_said_alone(field.name, singles.columns) for field in CONTACT_FIELDS)
        .select(MERGED_SCHEMA.keys())
    )


def _said_alone(name: str, columns: list[str]) -> pl.Expr:
    nothing: pl.Expr = pl.lit(EMPTY, dtype=FROM)
    if not_given(name) in columns:
        nothing = pl.when(not_given(name)).then(pl.lit(None, dtype=FROM)).otherwise(nothing)
    if unreadable(name) in columns:
        nothing = pl.when(unreadable(name)).then(pl.lit(UNREADABLE, dtype=FROM)).otherwise(nothing)
    return pl.when(pl.col(name).is_not_null()).then("source").otherwise(nothing).alias(f"{name}:from")


def _rank(source: str) -> pl.Expr:
    return pl.when(pl.col("source") == source).then("file_rank")


def _golden(several: pl.DataFrame) -> pl.DataFrame:
    """``MERGED_SCHEMA``, a row for each person, also where all its records were rejected."""
    of_source = {source: pl.col("source") == source for source in SOURCES}
    behind = _behind_newer(several)
    rows, extra = (several, None) if behind is None else (several.with_columns(behind), _BEHIND)
    contacts = rows.group_by(PERSON, maintain_order=True).agg(
        pl.col(KEY.name).first(),
        *(_records(theirs, extra).alias(f"{source}_records") for source, theirs in of_source.items()),
        *(
            pl.col("file_rank").filter(theirs).min().alias(f"{source}_file_rank")
            for source, theirs in of_source.items()
        ),
    )
    columns: list[pl.Series] = []
    for field in CONTACT_FIELDS:
        won = win(several, field, contacts.height)
        columns += [several[field.name].gather(won.row), won.said]
    return contacts.with_columns(columns).select(MERGED_SCHEMA.keys())


def _records(theirs: pl.Expr, extra: str | None) -> pl.Expr:
    """Of how many records of a source a person is made: those of one file, and what ``_behind_newer`` says."""
    records = pl.col(WEIGHT).filter(theirs).sum()
    if extra is None:
        return records
    # Where all were rejected, the source has no record of the person.
    return pl.when(records > 0).then(records + pl.col(extra).filter(theirs).sum()).otherwise(0).cast(pl.UInt32)


def _behind_newer(rows: pl.DataFrame) -> pl.Series | None:
    """1 for each file that decides a field of a person though its source has a newer file with that person (UInt32); None: there is none.

    A file that is lost makes a person's records fewer that way, unless it decided everything.
    """
    names = [not_given(field.name) for field in CONTACT_FIELDS]
    # Where some file is older, every field is not given in some of its rows.
    if rows["file_rank"].min() == rows["file_rank"].max() or not all(name in rows.schema for name in names):
        return None
    whose, rank = pl.struct(PERSON, "source").rle_id(), pl.col("file_rank")
    decides = ~pl.all_horizontal(names) & (rank > rank.first().over(whose))
    told = rows.select(pl.struct(PERSON, "source", "file_rank").rle_id().alias("file"), decides.alias("decides"))
    return is_first(told["file"], told["decides"]).cast(pl.UInt32).alias(_BEHIND)
