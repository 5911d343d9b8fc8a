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
    PERSON,
    WEIGHT,
    candidate_schema,
    candidates,
    in_full,
    reduced,
    split,
)
from hubsync_assets.contacts.conflicts import conflicts_of
from hubsync_assets.contacts.decisions import decide
from hubsync_assets.contacts.filtered import without_filtered
from hubsync_assets.contacts.runs import is_first
from hubsync_assets.kinds.field import Field
from hubsync_assets.model.contact_model import ContactModel
from hubsync_assets.model.schema import DEFAULT, EMPTY, UNREADABLE

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
        contacts: ``Schemas.merged``, first those that one record made, in its place among the records, then the others by email. An
            email of which all records were rejected is no contact.
        conflicts: ``CONFLICT_SCHEMA``, sorted by email, then in the order of the fields.
    """

    contacts: pl.DataFrame
    conflicts: pl.DataFrame


def merge_bucket(model: ContactModel, records: pl.DataFrame, gives: Gives = _EVERYTHING) -> Merged:
    """Merge all records of some emails.

    Args:
        model: what a contact is.
        records: ``Schemas.raw`` (``file`` may be left out) and ``source``, in any order; or what ``partial`` made of such.
        gives: which fields the files of the sources give.

    Raises:
        ContactsError: ``records`` lacks one of these columns, or has another dtype there.

    Example:
        Where two sources disagree, the name of the first wins, and of two numbers the greater:

        >>> from hubsync_assets.model.declaration import ContactSync
        >>> model = ContactModel(
        ...     ContactSync.model_validate(
        ...         {
        ...             "sources": {"db1": {"read": "one.csv"}, "db2": {"read": "two.csv"}},
        ...             "fields": {
        ...                 "email": {"kind": "email"},
        ...                 "name": {"kind": "text"},
        ...                 "mrr": {"kind": "number", "keep": "max"},
        ...                 "phone": {"kind": "phone"},
        ...             },
        ...         }
        ...     )
        ... )
        >>> records = pl.DataFrame(
        ...     [
        ...         {"email": "ada@example.com", "name": "Ada", "mrr": 10.0, "file_rank": 0, "position": 1, "source": "db1"},
        ...         {"email": "ada@example.com", "name": "A. L.", "mrr": 12.5, "file_rank": 0, "position": 1, "source": "db2"},
        ...     ],
        ...     schema={**model.schema.raw, "source": pl.String},
        ... )
        >>> merged = merge_bucket(model, records)
        >>> merged.contacts.select("email", "name", "name:from", "mrr", "mrr:from", "phone:from").rows()
        [('ada@example.com', 'Ada', 'db1', 12.5, 'db2', 'empty')]
        >>> merged.conflicts.select("field", "kept", "kept_source").rows()
        [('name', 'Ada', 'db1'), ('mrr', '12.5', 'db2')]
    """
    singles, several = split(model, _without_needless(model, without_filtered(candidates(model, records, gives))))
    golden = _golden(model, several)
    # A record that was rejected makes no contact, but of one that others make its unreadable values may have decided.
    known = pl.any_horizontal(pl.col(f"{source}_records") > 0 for source in model.sources)
    contacts = pl.concat([_as_contacts(model, singles), golden.filter(known)])
    return Merged(contacts, conflicts_of(model, several, golden))


def partial(model: ContactModel, records: pl.DataFrame, gives: Gives = _EVERYTHING) -> pl.DataFrame:
    """Fewer rows that merge to the same, alone or together with other partial frames: for what does not fit in memory at once.

    Args:
        model: As for ``merge_bucket``.
        records: As for ``merge_bucket``.
        gives: As for ``merge_bucket``.

    Returns:
        ``candidate_schema``.
    """
    return reduced(model, candidates(model, records, gives))


def combine(model: ContactModel, pieces: Iterable[pl.DataFrame], gives: Gives = _EVERYTHING) -> Merged:
    """Merge a bucket that comes in pieces, without holding all its records at once.

    Memory follows the bucket's different values (a contact has one row for each record that is its source's first to say some
    value, with these values alone), not its records: one email a million times is no trouble.
    A bucket of too many emails is: split it by one more bit of the hash.

    Args:
        model: As for ``merge_bucket``.
        pieces: Frames as for ``merge_bucket``, each a part of the bucket's records, cut and ordered in any way.
        gives: As for ``merge_bucket``.
    """
    held = [pl.DataFrame(schema=candidate_schema(model))]
    rows, most_rows = 0, _ROWS_TO_REDUCE
    size, most_bytes = 0, _BYTES_TO_REDUCE
    for piece in pieces:
        held.append(in_full(model, candidates(model, piece, gives)))
        rows += piece.height
        size += int(held[-1].estimated_size())
        if rows > most_rows or size > most_bytes:
            held = [reduced(model, pl.concat(held))]
            # What does not shrink is not reduced again before as much has been added: n rows cost n log n, not n squared.
            rows, size = held[0].height, int(held[0].estimated_size())
            most_rows, most_bytes = max(_ROWS_TO_REDUCE, 2 * rows), max(_BYTES_TO_REDUCE, 2 * size)
    return merge_bucket(model, pl.concat(held))


def _without_needless(model: ContactModel, rows: pl.DataFrame) -> pl.DataFrame:
    """Without columns that say nothing of any record, so that nothing is computed from them."""
    answers = [column(name) for name in model.names for column in (unreadable, not_given)]
    return rows.drop(name for name in answers if name in rows.schema and not rows[name].any())


def _as_contacts(model: ContactModel, singles: pl.DataFrame) -> pl.DataFrame:
    """Records that stand alone are golden already."""
    source = pl.col("source").to_physical().cat.to(model.schema.said)
    records = [pl.when(pl.col("source") == source).then(WEIGHT).otherwise(0) for source in model.sources]
    return (
        singles.filter(pl.col(WEIGHT) > 0)
        .with_columns(
            *(
                these.cast(pl.UInt32).alias(f"{source}_records")
                for source, these in zip(model.sources, records, strict=True)
            ),
            *(_rank(source).alias(f"{source}_file_rank") for source in model.sources),
            source.alias("source"),
        )
        .with_columns(_said_alone(model, name, singles.columns) for name in model.names)
        .with_columns(column for field in model.contact_fields for column in _default_alone(model, field))
        .select(model.schema.merged.keys())
    )


def _said_alone(model: ContactModel, name: str, columns: list[str]) -> pl.Expr:
    said = model.schema.said
    nothing: pl.Expr = pl.lit(EMPTY, dtype=said)
    if not_given(name) in columns:
        nothing = pl.when(not_given(name)).then(pl.lit(None, dtype=said)).otherwise(nothing)
    if unreadable(name) in columns:
        nothing = pl.when(unreadable(name)).then(pl.lit(UNREADABLE, dtype=said)).otherwise(nothing)
    return pl.when(pl.col(name).is_not_null()).then("source").otherwise(nothing).alias(f"{name}:from")


def _default_alone(model: ContactModel, field: Field) -> list[pl.Expr]:
    if field.default is None:
        return []
    said = pl.col(f"{field.name}:from")
    empty = (said.to_physical() == model.schema.codes[EMPTY]).fill_null(value=False)
    default = pl.lit(field.default_value, dtype=field.dtype)
    return [
        pl.when(empty).then(default).otherwise(field.name).alias(field.name),
        pl.when(empty).then(pl.lit(DEFAULT, dtype=model.schema.said)).otherwise(said).alias(f"{field.name}:from"),
    ]


def _rank(source: str) -> pl.Expr:
    return pl.when(pl.col("source") == source).then("file_rank")


def _golden(model: ContactModel, several: pl.DataFrame) -> pl.DataFrame:
    """``Schemas.merged``, a row for each person, also where all its records were rejected."""
    of_source = {source: pl.col("source") == source for source in model.sources}
    behind = _behind_newer(model, several)
    rows, extra = (several, None) if behind is None else (several.with_columns(behind), _BEHIND)
    contacts = rows.group_by(PERSON, maintain_order=True).agg(
        pl.col(model.key.name).first(),
        *(_records(theirs, extra).alias(f"{source}_records") for source, theirs in of_source.items()),
        *(
            pl.col("file_rank").filter(theirs).min().alias(f"{source}_file_rank")
            for source, theirs in of_source.items()
        ),
    )
    columns: list[pl.Series] = []
    for name, won in decide(model, several, contacts.height).items():
        columns += [won.values.alias(name), won.said.alias(f"{name}:from")]
    return contacts.with_columns(columns).select(model.schema.merged.keys())


def _records(theirs: pl.Expr, extra: str | None) -> pl.Expr:
    """Of how many records of a source a person is made: those of one file, and what ``_behind_newer`` says."""
    records = pl.col(WEIGHT).filter(theirs).sum()
    if extra is None:
        return records
    # Where all were rejected, the source has no record of the person.
    return pl.when(records > 0).then(records + pl.col(extra).filter(theirs).sum()).otherwise(0).cast(pl.UInt32)


def _behind_newer(model: ContactModel, rows: pl.DataFrame) -> pl.Series | None:
    """1 for each file that decides a field of a person though its source has a newer file with that person (UInt32); None: there is none.

    A file that is lost makes a person's records fewer that way, unless it decided everything.
    """
    names = [not_given(name) for name in model.names]
    # Where some file is older, every field is not given in some of its rows.
    if rows["file_rank"].min() == rows["file_rank"].max() or not all(name in rows.schema for name in names):
        return None
    whose, rank = pl.struct(PERSON, "source").rle_id(), pl.col("file_rank")
    decides = ~pl.all_horizontal(names) & (rank > rank.first().over(whose))
    told = rows.select(pl.struct(PERSON, "source", "file_rank").rle_id().alias("file"), decides.alias("decides"))
    return is_first(told["file"], told["decides"]).cast(pl.UInt32).alias(_BEHIND)
