"""Golden records that are one record in HubSpot: by a secondary address, or since two were merged there.

Put here: finding them among all contacts, those that do not change included. Keep out: which of them is written (``contacts.changes``).
"""

from collections.abc import Callable, Iterator
from functools import partial

import polars as pl

from hubsync_assets.contacts.held_back import SAME_RECORD
from hubsync_assets.steps.places import places_of
from hubsync_assets.sync_log.refresh import State
from hubsync_assets.tables.bucket_spill import BucketSpill, bits_for_rows, read_bucket
from hubsync_assets.tables.storage import Storage
from hubsync_assets.tables.table import Version

__all__ = ["NOW_SCHEMA", "TWINS_SCHEMA", "find_twins", "places_of_twins"]

TWINS_SCHEMA = {"email": pl.String, "hubspot_id": pl.String}
"""One row for each golden record whose HubSpot record is another one's, too."""

_THEMSELVES = {**TWINS_SCHEMA, "known_id": pl.String}

NOW_SCHEMA = {**_THEMSELVES, "addresses": pl.List(pl.String)}
"""What HubSpot holds of a golden record: the record's id, the one that the state has, and its addresses; an empty text is none."""

_KEYED = {"email": pl.String}
_FEW = 500_000
"""Ids that are kept in memory: some 20 MB."""

Found = Callable[[int], pl.DataFrame]


def find_twins(storage: Storage, state: State, merged: Version, bits: int, found: Found) -> pl.DataFrame:
    """Look at the ids of all contacts, and at the addresses of those that HubSpot was asked for.

    First only at the ids; then, where one is there twice, at whose it is.
    A merge gives the record that stays a new id, which the state has only of those that were asked for: the others' addresses tell.

    Args:
        storage: for temporary folders.
        state: the contacts that the log knows.
        merged: the golden records.
        bits: 2**bits buckets.
        found: gives by bucket what HubSpot was found to hold of golden records: NOW_SCHEMA.

    Returns:
        TWINS_SCHEMA.
    """
    with (
        BucketSpill(storage.temporary_folder(), TWINS_SCHEMA, bits) as others,
        BucketSpill(storage.temporary_folder(), _THEMSELVES, bits) as themselves,
    ):
        for bucket in range(1 << bits):
            here = found(bucket)
            themselves.add(here)
            each = here.explode("addresses", keep_nulls=False, empty_as_null=False)
            others.add(
                each.filter(pl.col("addresses") != pl.col("email")).select(
                    pl.col("addresses").alias("email"), "hubspot_id"
                )
            )
        now = partial(_now, merged, bits, themselves, others)
        several = _few(state, bits, now, themselves) if themselves.rows <= _FEW else _many(storage, state, bits, now)
        if several.is_empty():
            return pl.DataFrame(schema=TWINS_SCHEMA)
        rows_of = pl.concat([pl.DataFrame(schema=TWINS_SCHEMA), *_holders(state, merged, bits, now, several)])
    return rows_of.filter(pl.col("hubspot_id").is_duplicated())


def _few(state: State, bits: int, now: Found, themselves: BucketSpill) -> pl.Series:
    """The ids that several may have: only those that were found now can be, and those are few enough to keep.

    Only the state's ids are read. A contact that has another id there, or none, has this one beside it.
    """
    found = pl.concat([pl.DataFrame(schema=TWINS_SCHEMA), *map(now, range(1 << bits))])
    as_known = pl.concat([themselves.bucket(bucket) for bucket in range(1 << bits)])
    as_known = as_known.filter(pl.col("hubspot_id") == pl.col("known_id"))
    news = found.join(as_known, on=["email", "hubspot_id"], how="anti").select("hubspot_id")
    ids = found.lazy().select("hubspot_id").unique()
    # Bucket by bucket: all ids at once would be most of a gigabyte for 16 million contacts.
    known = (state.contacts.scan(bucket).select("hubspot_id") for bucket in range(1 << state.contacts.bits))
    both = pl.concat([news, *(part.join(ids, on="hubspot_id", how="semi").collect() for part in known)])
    return both.filter(pl.col("hubspot_id").is_duplicated())["hubspot_id"].unique()


def _many(storage: Storage, state: State, bits: int, now: Found) -> pl.Series:
    """The same, sorted by hash, so that memory does not grow with their number."""
    with BucketSpill(storage.temporary_folder(), _KEYED, bits_for_rows(state.contacts.manifest.rows)) as ids:
        for bucket in range(1 << bits):
            known = _known(state, bucket, bits).collect()
            news = now(bucket).join(known, on=["email", "hubspot_id"], how="anti")
            for part in (known, news):
                # The spill sorts by what it calls an email.
                ids.add(part.select(pl.col("hubspot_id").alias("email")))
        repeated = [_repeated(ids.bucket(each)) for each in range(1 << ids.bits)]
        return pl.concat([pl.DataFrame(schema=_KEYED), *repeated])["email"]


def _now(merged: Version, bits: int, themselves: BucketSpill, others: BucketSpill, bucket: int) -> pl.DataFrame:
    """TWINS_SCHEMA: the record of each golden record of a bucket, as far as HubSpot was asked."""
    itself = themselves.bucket(bucket).select(TWINS_SCHEMA.keys())
    of_another = others.bucket(bucket)
    if of_another.is_empty():
        return itself
    golden = read_bucket(merged, bucket, bits, merged.schema).select("email").collect()
    more = of_another.join(golden, on="email", how="semi").join(itself, on="email", how="anti")
    return pl.concat([itself, more.unique("email", keep="first", maintain_order=True)])


def places_of_twins(storage: Storage, left_out: pl.DataFrame, twins: pl.DataFrame) -> dict[str, str]:
    """By email, in words for the table, where a contact and the others of its record stand in the sources.

    Args:
        storage: where the raw tables are.
        left_out: ``email``, ``category`` and ``hubspot_id`` of contacts that are not written.
        twins: TWINS_SCHEMA.
    """
    others = left_out.filter(pl.col("category") == SAME_RECORD).select("email", "hubspot_id")
    of_records = twins.join(others, on="hubspot_id", how="semi")
    places = places_of(storage, of_records["email"].unique().to_list())
    by_record = dict(of_records.group_by("hubspot_id").agg("email").iter_rows())
    words = {}
    for email, identity in others.iter_rows():
        addresses = by_record.get(identity, [])
        rest = "; ".join(places[each] for each in addresses if each != email)
        words[email] = f". This one is {places.get(email, '')}; the other one is {rest}"
    return words


def _known(state: State, bucket: int, bits: int) -> pl.LazyFrame:
    contacts = read_bucket(state.contacts, bucket, bits, state.contacts.schema)
    return contacts.select("email", "hubspot_id").filter(pl.col("hubspot_id").is_not_null())


def _repeated(ids: pl.DataFrame) -> pl.DataFrame:
    return ids.filter(pl.col("email").is_duplicated()).unique()


def _holders(state: State, merged: Version, bits: int, now: Found, several: pl.Series) -> Iterator[pl.DataFrame]:
    """TWINS_SCHEMA: the golden records that have one of these ids; what HubSpot says now goes before what the log says."""
    for bucket in range(1 << bits):
        here = now(bucket)
        before = _known(state, bucket, bits).collect().join(here, on="email", how="anti")
        golden = read_bucket(merged, bucket, bits, merged.schema).select("email").collect()
        both = pl.concat([here, before]).join(golden, on="email", how="semi")
        yield both.filter(pl.col("hubspot_id").is_in(several.implode()))
