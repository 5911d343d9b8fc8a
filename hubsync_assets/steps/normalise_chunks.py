"""Some thousand records of a file, normalised: what is kept, and what becomes of the rest.

Pure work on frames. Keep out: what a valid value is (``contacts``), and where rows go
(``read_source``).
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import polars as pl

from hubsync_assets.contacts.normalise import INVALID_EMAIL, normalise
from hubsync_assets.contacts.source_columns import as_fields, is_filtered
from hubsync_assets.kinds.email_text import email_within
from hubsync_assets.model.aliases import RELEASE
from hubsync_assets.model.contact_model import ContactModel
from hubsync_assets.sources.readers.chunks import Chunk, FileEnd
from hubsync_assets.sources.readers.row_builder import RAW_LIMIT

__all__ = ["NormalisedChunks", "normalise_chunks", "together"]

ROWS_AT_ONCE = 50_000
"""Rows that are normalised together: a block of the file has some 14,000, and the fixed cost of an expression is then a large
part of all (measured with blocks of 7,000 at 1 M records: 1.1 s of CPU block by block, 0.5 s with eight together)."""

CHUNKS_AT_ONCE = 6
"""A chunk holds its whole block, so with records as wide as those of 50 columns it is blocks that fill the memory, not rows."""


@dataclass(frozen=True, slots=True)
class NormalisedChunks:
    """What became of some consecutive records.

    Attributes:
        kept: ``position``, the record columns, ``unreadable`` and ``not_given``; of a database also ``record_id`` (String).
        filtered: ``position``, ``email`` and perhaps ``record_id`` of the records that can be synced and that the source's ``where`` leaves out.
        filled: how many records of both have a value, by field.
        named: ``position``, ``email`` and perhaps ``record_id`` of the records that are rejected although they name one email.
        rejected: ``position, field, reason, message, raw``, and perhaps ``record_id``: records, and values (``field`` is set).
        rejected_records: how many of ``rejected`` are records.
        unknown: values under keys that no field has.
        last_position: of these records; 0 if there are none.
        complete: see ``Chunk``.
        bytes_read: see ``Chunk``.
        end: see ``Chunk``.
    """

    kept: pl.DataFrame
    filtered: pl.DataFrame
    filled: dict[str, int]
    named: pl.DataFrame
    rejected: pl.DataFrame
    rejected_records: int
    unknown: Counter[str]
    last_position: int
    complete: bool
    bytes_read: int
    end: FileEnd | None


def together(chunks: Iterable[Chunk]) -> Iterator[list[Chunk]]:
    """Consecutive chunks of one shape (number columns may be text or numbers), as many as fill ROWS_AT_ONCE or CHUNKS_AT_ONCE."""
    held: list[Chunk] = []
    rows = 0
    for given in chunks:
        # Such is the last of each JSON file, and cleaning by itself costs as much for no row as for a thousand.
        chunk = replace(given, rows=held[0].rows.clear()) if held and given.rows.is_empty() else given
        full = rows >= ROWS_AT_ONCE or len(held) == CHUNKS_AT_ONCE
        if held and (full or chunk.rows.schema != held[0].rows.schema):
            yield held
            held, rows = [], 0
        held.append(chunk)
        rows += chunk.rows.height + chunk.broken.height
    if held:
        yield held


def normalise_chunks(
    model: ContactModel, source: str, chunks: Sequence[Chunk], *, superseding: bool = False, release: int = RELEASE
) -> NormalisedChunks:
    """Keep what can be synced, reject the rest.

    Args:
        model: what a contact is.
        source: whose records they are.
        chunks: what ``together`` gave.
        superseding: see ``read_chunks``.
        release: of the table of aliases.
    """
    columns = model.columns(source, release)
    given = pl.concat([chunk.rows for chunk in chunks])
    how = model.conventions(source)
    rows = as_fields(columns, given, how, keys_matter=superseding)
    broken = pl.concat([chunk.broken for chunk in chunks])
    result = normalise(model, rows, how)
    whole = result.rejected.filter(pl.col("field").is_null())
    rejected = pl.concat(
        [
            broken.select("position", pl.lit(None, pl.String).alias("field"), "reason", "message", "raw"),
            whole.select("position", "field", "reason", "message", _raw_text(chunks, whole["position"])),
            result.rejected.filter(pl.col("field").is_not_null()).rename({"value": "raw"}),
        ]
    )
    unknown: Counter[str] = Counter()
    for chunk in chunks:
        unknown.update(chunk.unknown)
    kept, filtered = _sorted_out(result.kept, given["position"], is_filtered(columns, given))
    positions = (rows["position"].max(), broken["position"].max())
    ids = _ids(chunks)
    return NormalisedChunks(
        kept=_with_ids(kept, given["position"], ids),
        filtered=_with_ids(filtered, given["position"], ids),
        filled={name: result.kept.height - result.kept[name].null_count() for name in model.names},
        named=_with_ids(_named(broken, whole.filter(pl.col("reason") == INVALID_EMAIL)), given["position"], ids),
        rejected=_with_ids(rejected, given["position"], ids),
        rejected_records=broken.height + whole.height,
        unknown=unknown,
        last_position=max(int(position) for position in (*positions, 0) if isinstance(position, int)),
        complete=all(chunk.complete for chunk in chunks),
        bytes_read=chunks[-1].bytes_read,
        end=chunks[-1].end,
    )


def _ids(chunks: Sequence[Chunk]) -> pl.Series | None:
    """What all rows of the chunks are called in their source; None: its records have no names."""
    ids = [chunk.ids for chunk in chunks if chunk.ids is not None]
    return pl.concat(ids) if ids else None


def _with_ids(some: pl.DataFrame, positions: pl.Series, ids: pl.Series | None) -> pl.DataFrame:
    """Some records of a database with ``record_id``, which those that are not rows do not have."""
    if ids is None:
        return some
    if positions.is_empty():
        return some.with_columns(pl.lit(None, pl.String).alias("record_id"))
    place = positions.search_sorted(some["position"]).clip(upper_bound=positions.len() - 1)
    found = ids.gather(place)
    return some.with_columns(found.set(positions.gather(place) != some["position"], None).alias("record_id"))


def _sorted_out(
    kept: pl.DataFrame, positions: pl.Series, is_out: pl.Series | None
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The kept records, and position and email of those of them that are filtered."""
    if is_out is None or not is_out.any():
        return kept, kept.select("position", "email").clear()
    out = kept["position"].is_in(positions.filter(is_out).implode())
    return kept.filter(~out), kept.filter(out).select("position", "email")


def _named(broken: pl.DataFrame, no_email: pl.DataFrame) -> pl.DataFrame:
    """The records that are rejected and still tell whose they are: from all their text, or from what stands where the email belongs.

    Args:
        broken: ``BROKEN_SCHEMA``. Raw text as long as the limit may lack a part, which could name somebody else.
        no_email: ``position`` and ``value``: what is no email.
    """
    text = pl.concat(
        [
            broken.filter(pl.col("raw").str.len_bytes() < RAW_LIMIT).select("position", pl.col("raw").alias("text")),
            no_email.select("position", pl.col("value").alias("text")),
        ]
    )
    return text.select("position", email_within(text["text"]).alias("email")).drop_nulls("email")


def _raw_text(chunks: Sequence[Chunk], positions: pl.Series) -> pl.Series:
    """The original text of records, each asked of the chunk that has it; positions grow within a file."""
    texts = []
    for chunk in chunks:
        own = chunk.rows["position"]
        if not own.is_empty():
            texts.append(chunk.raw_text(positions.filter(positions.is_between(own[0], own[-1]))))
    return pl.concat(texts) if texts else pl.Series("raw", [], pl.String)
