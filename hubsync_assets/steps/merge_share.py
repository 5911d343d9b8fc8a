"""One share of the records of both sources becoming golden records, within bounded memory.

A share is a bucket of the raw tables, or a part of one where keys or sizes made it too large to be held. Keep out: tables, sums
and progress (``merge``), and the rules (``contacts.merge``).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from hubsync_assets.contacts.answers import Gives
from hubsync_assets.contacts.candidates import own_text
from hubsync_assets.contacts.filtered import without_filtered
from hubsync_assets.contacts.merge import Merged, combine, merge_bucket
from hubsync_assets.model.contact_model import ContactModel
from hubsync_assets.tables.bucket_spill import read_bucket
from hubsync_assets.tables.buckets import MOST_BITS, bucket_of
from hubsync_assets.tables.table import Version

__all__ = ["MergedShare", "Share", "gives_of", "merge_share", "shares"]

ROWS_AT_ONCE = 500_000
"""Records that are merged at once: four times what an even spread of keys gives a bucket."""

BYTES_AT_ONCE = 32 << 20
"""Bytes that are merged at once, by polars' estimate: twice what an even spread gives a bucket of both sources. Merging takes about
four times that, measured, and two are merged at a time."""

PIECE_BYTES = 8 << 20
"""Bytes that are read at once of what is more than that."""

_FIRST_PIECE = 1_000
"""Records of the first piece: so few that they may be long."""

_OF_A_SOURCE = ["email", "source", "file_rank", "filtered"]
"""What tells whether a source still has a contact, where it leaves records out."""


@dataclass(frozen=True, slots=True)
class Share:
    """Which records: part ``part`` of the 2**finer parts of a bucket of 2**bits, which has ``rows`` records in all.

    ``in_pieces``: known to be too large to be held; others may still turn out to be, by their text.
    """

    bucket: int
    bits: int
    rows: int
    finer: int = 0
    part: int = 0
    in_pieces: bool = False


@dataclass(frozen=True, slots=True)
class MergedShare:
    """What a share's records amount to.

    Attributes:
        share: which share it is.
        merged: its golden records and conflicts.
        records: how many rows of the raw tables it had.
        emails: distinct emails among those that were not rejected.
        in_several: contacts that more than one source knows.
    """

    share: Share
    merged: Merged
    records: int
    emails: int
    in_several: int

    @property
    def conflicts_by_field(self) -> dict[str, int]:
        """Conflicts by field."""
        return dict(self.merged.conflicts["field"].value_counts().iter_rows())


def shares(model: ContactModel, raw: Mapping[str, Version], bits: int, buckets: range | None = None) -> Iterator[Share]:
    """Each bucket of 2**bits, and a bucket that is too large to be held in as many parts as it takes.

    Args:
        model: what a contact is.
        raw: the raw table of each source.
        bits: at least the bits of each.
        buckets: only these; left out: all.
    """
    for bucket in range(1 << bits) if buckets is None else buckets:
        records = pl.concat(_of_sources(model, raw, bucket, bits))
        rows = int(records.select(pl.len()).collect().item())
        # Writers end a file where it has become large, so that large text is noticed without reading any.
        in_pieces = rows > ROWS_AT_ONCE or any(len(files) > 1 for files in _files(raw, bucket, bits))
        finer = 0
        if in_pieces:
            # Records of few emails are reduced as they come; what needs room is emails.
            emails = int(records.select(pl.col("email").approx_n_unique()).collect().item())
            wanted = max(emails // ROWS_AT_ONCE, _times_too_large(model, raw, bucket, bits))
            finer = min(wanted.bit_length(), MOST_BITS - bits)
        for part in range(1 << finer):
            yield Share(bucket, bits, rows, finer, part, in_pieces)


def gives_of(raw: Mapping[str, Version]) -> Gives:
    """What the files of each source give, as its raw table notes it; one of an earlier version gave everything."""
    fields = {source: version.facts.get("gives", {}) for source, version in raw.items()}
    return Gives(
        {source: {int(rank): frozenset(names) for rank, names in files.items()} for source, files in fields.items()},
        {source: frozenset(version.facts.get("silent", ())) for source, version in raw.items()},
    )


def merge_share(model: ContactModel, raw: Mapping[str, Version], gives: Gives, share: Share) -> MergedShare:
    """Merge the records of a share: all at once, or piece by piece where there is too much of them."""
    records = None if share.in_pieces else _at_once(model, raw, share)
    if records is None:
        counted = _Counted(model)
        merged = combine(model, counted.passed(pieces(model, raw, share)), gives)
        return MergedShare(share, merged, counted.records, counted.emails, _in_several(model, merged))
    merged = merge_bucket(model, records, gives)
    emails = _distinct(_emails(records), merged.contacts.height)
    return MergedShare(share, merged, records.height, emails, _in_several(model, merged))


def pieces(model: ContactModel, raw: Mapping[str, Version], share: Share) -> Iterator[pl.DataFrame]:
    """The records of a share in frames of about ``PIECE_BYTES``, or less."""
    its_own = bucket_of(pl.col("email"), share.bits + share.finer) == (share.bucket << share.finer) + share.part
    for source, version in raw.items():
        # Not yet filtered: so no more is read for a slice than the slice.
        stored = version.scan(share.bucket >> (share.bits - version.bits))
        start, rows = 0, min(_FIRST_PIECE, ROWS_AT_ONCE // 4)
        while True:
            piece = stored.select(_columns(model)).slice(start, rows).collect()
            yield own_text(piece.filter(its_own)).with_columns(
                pl.lit(source, dtype=model.schema.source).alias("source")
            )
            if piece.height < rows:
                break
            start += rows
            fitting = PIECE_BYTES * rows // max(1, int(piece.estimated_size()))
            # Carefully upwards, since short text may be followed by long text.
            rows = max(1, min(fitting, 4 * rows, ROWS_AT_ONCE // 4))


class _Counted:
    """Records, counted as they pass."""

    def __init__(self, model: ContactModel) -> None:
        self.records = 0
        # A source's newest word may come in a later piece.
        self._by = ["email"] if all(each.where is None for each in model.declared.sources.values()) else _OF_A_SOURCE
        self._held: list[pl.DataFrame] = []

    def passed(self, records: Iterable[pl.DataFrame]) -> Iterator[pl.DataFrame]:
        for piece in records:
            self.records += piece.height
            self._held = [pl.concat([*self._held, _kept_or_filtered(piece).select(self._by)]).unique()]
            yield piece

    @property
    def emails(self) -> int:
        """How many contacts the records are of."""
        if not self._held:
            return 0
        (held,) = self._held
        return (without_filtered(held) if "filtered" in held.columns else held)["email"].n_unique()


def _at_once(model: ContactModel, raw: Mapping[str, Version], share: Share) -> pl.DataFrame | None:
    """All records of a bucket, or None where they are too large to be held."""
    held: list[pl.DataFrame] = []
    size = 0
    for source in _of_sources(model, raw, share.bucket, share.bits):
        held.append(source.collect())
        size += int(held[-1].estimated_size())
        if size > BYTES_AT_ONCE:
            return None
    return pl.concat(held)


def _times_too_large(model: ContactModel, raw: Mapping[str, Version], bucket: int, bits: int) -> int:
    """How many times the text that is merged at once a bucket has, counting only what the hash can tell apart.

    What cannot, such as the records of one email, counts as no more than is merged at once: more parts would not help.
    """
    text = pl.sum_horizontal(pl.col(pl.String).str.len_bytes().cast(pl.UInt64)).alias("bytes")
    sums = pl.DataFrame(schema={"bucket": pl.UInt32, "bytes": pl.UInt64})
    for piece in pieces(model, raw, Share(bucket, bits, 0)):
        found = piece.select(bucket_of(pl.col("email"), MOST_BITS), text)
        sums = pl.concat([sums, found]).group_by("bucket").agg(pl.col("bytes").sum())
    counted = int(sums.select(pl.col("bytes").clip(upper_bound=BYTES_AT_ONCE).sum()).item())
    return max(0, counted - 1) // BYTES_AT_ONCE


def _files(raw: Mapping[str, Version], bucket: int, bits: int) -> list[list[Path]]:
    return [version.files(bucket >> (bits - version.bits)) for version in raw.values()]


def _of_sources(model: ContactModel, raw: Mapping[str, Version], bucket: int, bits: int) -> list[pl.LazyFrame]:
    """A bucket's records, lazily, a frame for each source."""
    return [
        read_bucket(version, bucket, bits, model.schema.raw)
        .select(_columns(model))
        .with_columns(pl.lit(source, dtype=model.schema.source).alias("source"))
        for source, version in raw.items()
    ]


def _columns(model: ContactModel) -> list[str]:
    """All but the name of the file, whose rank says all that merging wants to know of it."""
    return [name for name in model.schema.raw if name != "file"]


def _in_several(model: ContactModel, merged: Merged) -> int:
    known_by = pl.sum_horizontal((pl.col(f"{source}_records") > 0).cast(pl.UInt32) for source in model.sources)
    return int(merged.contacts.select((known_by > 1).sum()).item())


def _emails(records: pl.DataFrame) -> pl.Series:
    """The emails of the records that were not rejected: of those each is a contact."""
    if not (records["rejected"].any() or records["filtered"].any()):
        return records["email"]
    return without_filtered(_kept_or_filtered(records))["email"]


def _kept_or_filtered(records: pl.DataFrame) -> pl.DataFrame:
    """Without the records that were rejected."""
    marked = records.select("email", "source", "file_rank", pl.col("filtered", "rejected").fill_null(value=False))
    return marked.filter(pl.col("filtered") | ~pl.col("rejected")).drop("rejected")


def _distinct(emails: pl.Series, expected: int) -> int:
    """How many different emails there are; from their hashes if those are as many as expected, since then no two emails share one."""
    hashes = emails.hash().n_unique()
    return hashes if hashes == expected else emails.n_unique()
