"""Golden records that are one record in HubSpot: by a secondary address, or since two were merged there.

Put here: finding them among all contacts, those that do not change included. Keep out: which of them is written (``contacts.changes``).
"""

from collections.abc import Callable, Iterator

import polars as pl

from hubsync_assets.contacts.held_back import SAME_RECORD
from hubsync_assets.steps.places import places_of
from hubsync_assets.sync_log.refresh import State
from hubsync_assets.tables.bucket_spill import BucketSpill, bits_for_rows, read_bucket
from hubsync_assets.tables.storage import Storage
from hubsync_assets.tables.table import Version

__all__ = ["TWINS_SCHEMA", "find_twins", "places_of_twins"]

TWINS_SCHEMA = {"email": pl.String, "hubspot_id": pl.String}
"""One row for each golden record whose HubSpot record is another one's, too."""

_KEYED = {"email": pl.String}


def find_twins(
    storage: Storage, state: State, merged: Version, bits: int, found: Callable[[int], pl.DataFrame]
) -> pl.DataFrame:
    """Look at the ids of all contacts.

    First only at the ids, sorted by hash so that memory does not grow with their number; then, where one is there twice, at whose it is.

    Args:
        storage: for a temporary folder.
        state: the contacts that the log knows.
        merged: the golden records.
        bits: 2**bits buckets.
        found: gives by bucket what HubSpot was found to hold of golden records: ``email`` and ``hubspot_id``.

    Returns:
        TWINS_SCHEMA.
    """
    buckets = range(1 << bits)
    rows = state.contacts.manifest.rows
    with BucketSpill(storage.temporary_folder(), _KEYED, bits_for_rows(rows)) as ids:
        for bucket in buckets:
            known = _known(state, bucket, bits).collect()
            news = found(bucket).join(known, on=["email", "hubspot_id"], how="anti")
            for part in (known, news):
                # The spill sorts by what it calls an email.
                ids.add(part.select(pl.col("hubspot_id").alias("email")))
        several = pl.concat(
            [pl.DataFrame(schema=_KEYED), *(_repeated(ids.bucket(each)) for each in range(1 << ids.bits))]
        )["email"]
    if several.is_empty():
        return pl.DataFrame(schema=TWINS_SCHEMA)
    rows_of = pl.concat([pl.DataFrame(schema=TWINS_SCHEMA), *_holders(state, merged, bits, found, several)])
    return rows_of.filter(pl.col("hubspot_id").is_duplicated())


def places_of_twins(storage: Storage, left_out: pl.DataFrame, twins: pl.DataFrame) -> dict[str, str]:
    """By email, in words for the table, where a contact and the others of its record stand in the sources.

    Args:
        storage: where the raw tables are.
        left_out: ``email``, ``category`` and ``hubspot_id`` of contacts that are not written.
        twins: TWINS_SCHEMA.
    """
    others = left_out.filter(pl.col("category") == SAME_RECORD).select("email", "hubspot_id")
    words = {}
    for email, identity in others.iter_rows():
        addresses = twins.filter(pl.col("hubspot_id") == identity)["email"].to_list()
        places = places_of(storage, addresses)
        rest = "; ".join(places[each] for each in addresses if each != email)
        words[email] = f". This one is {places.get(email, '')}; the other one is {rest}"
    return words


def _known(state: State, bucket: int, bits: int) -> pl.LazyFrame:
    contacts = read_bucket(state.contacts, bucket, bits, state.contacts.schema)
    return contacts.select("email", "hubspot_id").filter(pl.col("hubspot_id").is_not_null())


def _repeated(ids: pl.DataFrame) -> pl.DataFrame:
    return ids.filter(pl.col("email").is_duplicated()).unique()


def _holders(
    state: State, merged: Version, bits: int, found: Callable[[int], pl.DataFrame], several: pl.Series
) -> Iterator[pl.DataFrame]:
    """TWINS_SCHEMA: the golden records that have one of these ids; what HubSpot says now goes before what the log says."""
    for bucket in range(1 << bits):
        now = found(bucket)
        before = _known(state, bucket, bits).collect().join(now, on="email", how="anti")
        golden = read_bucket(merged, bucket, bits, merged.schema).select("email").collect()
        both = pl.concat([now.select(TWINS_SCHEMA.keys()), before]).join(golden, on="email", how="semi")
        yield both.filter(pl.col("hubspot_id").is_in(several.implode()))
