"""Where contacts stand in their sources: file and position, which may be said aloud, in place of an address, which may not.

Put here: looking a few contacts up in the raw tables. Keep out: which record decides a value (``provenance``).
"""

from collections.abc import Collection

import polars as pl

from hubsync_assets.tables.bucket_spill import split_by_bucket
from hubsync_assets.tables.storage import Storage

__all__ = ["places_of"]


def places_of(storage: Storage, emails: Collection[str]) -> dict[str, str]:
    """By email, the first record of each source that has the contact: ``db1 contacts.csv #12, db2 export.json #7``.

    Args:
        storage: it is only read.
        emails: as in ``merged_contacts``; the buckets that they are in are read once.
    """
    found: dict[str, list[str]] = {email: [] for email in emails}
    wanted = pl.DataFrame({"email": list(found)}, schema={"email": pl.String})
    for source, table in storage.model.tables.raw.items():
        version = storage.table(table).current()
        if version is None:
            continue
        for bucket, some in split_by_bucket(wanted, version.bits):
            rows = version.scan(bucket).select("email", "file", "file_rank", "position")
            first = (
                rows.join(some.lazy(), on="email", how="semi")
                .sort("file_rank", "position")
                .unique("email", keep="first", maintain_order=True)
                .select("email", "file", "position")
                .collect()
            )
            for email, file, position in first.iter_rows():
                found[email].append(f"{source} {str(file).rpartition('/')[2]} #{position}")
    return {email: ", ".join(each) for email, each in found.items()}
