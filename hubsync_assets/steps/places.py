"""Where contacts stand in their sources: file and position, which may be said aloud, in place of an address, which may not.

Put here: looking a few contacts up in the raw tables. Keep out: which record decides a value (``provenance``).
"""

from collections.abc import Collection

import polars as pl

from hubsync_assets.tables.buckets import bucket_of
from hubsync_assets.tables.storage import Storage

__all__ = ["places_of"]


def places_of(storage: Storage, emails: Collection[str]) -> dict[str, str]:
    """By email, the first record of each source that has the contact: ``db1 contacts.csv #12, db2 export.json #7``.

    One bucket of each raw table is read for each contact, so ask for few.

    Args:
        storage: it is only read.
        emails: as in ``merged_contacts``.
    """
    found: dict[str, list[str]] = {email: [] for email in emails}
    for source, table in storage.model.tables.raw.items():
        version = storage.table(table).current()
        if version is None:
            continue
        for email, places in found.items():
            bucket = pl.select(bucket_of(pl.lit(email), version.bits)).item()
            rows = version.scan(bucket).filter(pl.col("email") == email).select("file", "file_rank", "position")
            first = rows.sort("file_rank", "position").limit(1).collect()
            if not first.is_empty():
                name = str(first["file"].item()).rpartition("/")[2]
                places.append(f"{source} {name} #{first['position'].item()}")
    return {email: ", ".join(each) for email, each in found.items()}
