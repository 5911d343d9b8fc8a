"""How a source is read under a declaration, from the first records of its newest file.

Put here: reading a little of it, and counting what each field gets. Keep out: what is printed (``source_words``).
"""

from collections import Counter
from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import cast

import polars as pl

from hubsync_assets.contacts.normalise import normalise
from hubsync_assets.contacts.rejects import LOOKS_LIKE
from hubsync_assets.contacts.source_columns import as_fields, is_filtered
from hubsync_assets.model.contact_model import ContactModel
from hubsync_assets.sources.connectors.registry import source_of
from hubsync_assets.sources.readers.chunks import Chunk

__all__ = ["FieldShares", "SourceLook", "look_at"]

MOST_RECORDS = 10_000


@dataclass(frozen=True, slots=True)
class FieldShares:
    """Of the records that were kept, how many say what of a field."""

    value: int
    empty: int
    unreadable: int
    not_given: int


@dataclass(frozen=True, slots=True)
class SourceLook:
    """What the first records of a source came to.

    Attributes:
        file: the name of its newest file.
        files: how many files it has.
        records: records that were looked at.
        kept: those that can be synced.
        filtered: those of them that ``where`` leaves out.
        reasons: by reason, records that cannot be synced.
        rows: the first kept records, as they would be read.
        shares: by field.
        note: what was recognised of the file, such as its encoding; empty where it is plain.
        suspected: by field, how many values that do not fit look like what should perhaps be declared, and that.
        not_taken: columns that no field takes, and how many values are there.
    """

    file: str
    files: int
    records: int
    kept: int
    filtered: int
    reasons: dict[str, int]
    rows: pl.DataFrame
    shares: dict[str, FieldShares]
    not_taken: dict[str, int] = field(default_factory=dict)
    note: str = ""
    suspected: dict[str, tuple[int, str]] = field(default_factory=dict)


def look_at(model: ContactModel, source: str, setting: str, *, rows: int = 5) -> SourceLook:
    """Read the first 10,000 records of a source's newest file, or a few more.

    Args:
        model: what a contact is.
        source: its name.
        setting: where it is.
        rows: how many are to be shown.

    Raises:
        PermanentError, TransientError: it cannot be read.
    """
    opened = source_of(model, source, setting)
    found = opened.find()
    with (
        TemporaryDirectory(prefix="hubsync-check-") as folder,
        closing(opened.read(found[0], Path(folder))) as reading,
        closing(cast("Generator[Chunk]", reading.chunks(superseding=False))) as chunks,
    ):
        some = list(_first(chunks))
    return _told(model, source, reading.file.name, len(found), some, rows)


def _first(chunks: Iterator[Chunk]) -> Iterator[Chunk]:
    records = 0
    for chunk in chunks:
        yield chunk
        records += chunk.rows.height + chunk.broken.height
        if records >= MOST_RECORDS:
            return


def _told(model: ContactModel, source: str, name: str, files: int, chunks: list[Chunk], rows: int) -> SourceLook:
    columns = model.columns(source)
    # A column of numbers may come as text in one chunk and as numbers in another.
    given = pl.concat([chunk.rows for chunk in chunks], how="vertical_relaxed")
    how = model.conventions(source)
    done = normalise(model, as_fields(columns, given, how), how)
    out = is_filtered(columns, given)
    left_out = 0 if out is None else int(done.kept["position"].is_in(given["position"].filter(out).implode()).sum())
    reasons, not_taken = Counter[str](), Counter[str]()
    for chunk in chunks:
        reasons.update(chunk.broken["reason"].to_list())
        not_taken.update(chunk.unknown)
    lost = done.rejected.filter(pl.col("field").is_null())
    reasons.update(lost["reason"].to_list())
    gives = next((chunk.end.gives for chunk in chunks if chunk.end is not None), None)
    given_fields = set(model.names if gives is None else columns.given(gives))
    return SourceLook(
        file=name,
        files=files,
        records=given.height + sum(chunk.broken.height for chunk in chunks),
        kept=done.kept.height,
        filtered=left_out,
        reasons=dict(sorted(reasons.items())),
        rows=done.kept.select("position", *model.schema.record).head(rows),
        shares={name: _shares(done.kept, name, is_given=name in given_fields) for name in model.names},
        not_taken=dict(not_taken.most_common()),
        note=chunks[0].note if chunks else "",
        suspected=_suspected(done.rejected),
    )


def _suspected(rejected: pl.DataFrame) -> dict[str, tuple[int, str]]:
    like = pl.col("message").str.extract(f"{LOOKS_LIKE}([^;]+)").alias("like")
    values = rejected.select("field", like).drop_nulls().group_by("field", "like").len().sort("field")
    return {name: (count, words) for name, words, count in values.iter_rows()}


def _shares(kept: pl.DataFrame, name: str, *, is_given: bool) -> FieldShares:
    value = kept.height - kept[name].null_count()
    if not is_given:
        return FieldShares(value, 0, 0, kept.height - value)
    unreadable, not_given = (
        int(kept.select(pl.col(column).list.contains(name).fill_null(value=False).sum()).item())
        for column in ("unreadable", "not_given")
    )
    return FieldShares(value, kept.height - value - unreadable - not_given, unreadable, not_given)
