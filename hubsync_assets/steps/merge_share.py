"""One share of the records of both sources becoming golden records, within bounded memory.

A share is a bucket of the raw tables, or a part of one where keys or sizes made it too large to be held. Keep out: tables, sums
and progress (``merge``), and the rules (``contacts.merge``).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import polars as pl

from hubsync_assets.contacts.buckets import MOST_BITS, bucket_of
from hubsync_assets.contacts.fields import SOURCES
from hubsync_assets.contacts.merge import Merged, combine, merge_bucket
from hubsync_assets.contacts.schema import RAW_SCHEMA
from hubsync_assets.tables.spill import read_bucket
from hubsync_assets.tables.table import Version

__all__ = ["MergedShare", "Share", "merge_share", "shares"]

ROWS_AT_ONCE = 500_000
"""Records that are merged at once: four times what an even spread of keys gives a bucket."""


@dataclass(frozen=True, slots=True)
class Share:
    """Which records: part ``part`` of the 2**finer parts of a bucket of 2**bits, which has ``rows`` records in all."""

    bucket: int
    bits: int
    rows: int
    finer: int = 0
    part: int = 0


@dataclass(frozen=True, slots=True)
class MergedShare:
    """What a share's records amount to.

    Attributes:
        share: which share it is.
        merged: its golden records and conflicts.
        records: how many rows of the raw tables it had.
        emails: distinct emails among them.
    """

    share: Share
    merged: Merged
    records: int
    emails: int

    @property
    def in_several(self) -> int:
        """Contacts that more than one source knows."""
        known_by = pl.sum_horizontal((pl.col(f"{source}_records") > 0).cast(pl.UInt32) for source in SOURCES)
        return int(self.merged.contacts.select((known_by > 1).sum()).item())

    @property
    def conflicts_by_field(self) -> dict[str, int]:
        """Conflicts by field."""
        return dict(self.merged.conflicts["field"].value_counts().iter_rows())


def shares(raw: Mapping[str, Version], bits: int) -> Iterator[Share]:
    """Each bucket of 2**bits, and a bucket that is too large to be held in as many parts as it takes.

    Args:
        raw: the raw table of each source.
        bits: at least the bits of each.
    """
    for bucket in range(1 << bits):
        records = pl.concat(_of_sources(raw, bucket, bits))
        rows = int(records.select(pl.len()).collect().item())
        finer = 0
        if rows > ROWS_AT_ONCE:
            # Records of few emails are reduced as they come; what needs room is emails.
            emails = int(records.select(pl.col("email").approx_n_unique()).collect().item())
            finer = min((emails // ROWS_AT_ONCE).bit_length(), MOST_BITS - bits)
        for part in range(1 << finer):
            yield Share(bucket, bits, rows, finer, part)


def merge_share(raw: Mapping[str, Version], share: Share) -> MergedShare:
    """Merge the records of a share: all at once, or piece by piece where its bucket has too many."""
    sources = _of_sources(raw, share.bucket, share.bits)
    if share.rows > ROWS_AT_ONCE:
        counted = _Counted(sources, share)
        merged = combine(counted.pieces())
        return MergedShare(share, merged, counted.records, counted.emails.len())
    records = pl.concat(sources).collect()
    merged = merge_bucket(records)
    return MergedShare(share, merged, records.height, _distinct(records["email"], merged.contacts.height))


class _Counted:
    """The records of a share, counted as they pass."""

    def __init__(self, sources: list[pl.LazyFrame], share: Share) -> None:
        self._sources = sources
        self._share = share
        self.records = 0
        self.emails = pl.Series("email", [], pl.String)

    def pieces(self) -> Iterator[pl.DataFrame]:
        share = self._share
        its_own = bucket_of(pl.col("email"), share.bits + share.finer) == (share.bucket << share.finer) + share.part
        for source in self._sources:
            for start in range(0, share.rows, ROWS_AT_ONCE // 4):
                piece = source.slice(start, ROWS_AT_ONCE // 4).collect()
                if piece.is_empty():
                    break
                piece = piece.filter(its_own)
                self.records += piece.height
                self.emails = pl.concat([self.emails, piece["email"]]).unique()
                yield piece


def _of_sources(raw: Mapping[str, Version], bucket: int, bits: int) -> list[pl.LazyFrame]:
    """A bucket's records, lazily, a frame for each source."""
    return [
        read_bucket(version, bucket, bits, RAW_SCHEMA).with_columns(pl.lit(source).alias("source"))
        for source, version in raw.items()
    ]


def _distinct(emails: pl.Series, expected: int) -> int:
    """How many different emails there are, from their hashes if that is as many as expected: then none share one."""
    hashes = emails.hash().n_unique()
    return hashes if hashes == expected else emails.n_unique()
