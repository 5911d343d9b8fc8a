"""Whose value each field of a contact is: the contact's records looked up in the raw tables.

Put here: finding the records. Keep out: which of them decides (``contacts.provenance``).
"""

import polars as pl

from hubsync_assets.contacts.provenance import Origin, field_origins
from hubsync_assets.steps.merge_share import gives_of
from hubsync_assets.tables.buckets import bucket_of
from hubsync_assets.tables.storage import Storage

__all__ = ["origins_of"]


def origins_of(storage: Storage, email: str) -> list[Origin]:
    """Of each field of a contact, whose value the next merge takes, as the raw tables are now.

    One bucket of each raw table is read, and of that what belongs to the email.

    Args:
        storage: it is only read, so that nobody needs its lock.
        email: as in ``merged_contacts``, in lower case.

    Returns:
        See ``contacts.provenance.field_origins``; nothing where no source knows the contact.

    Raises:
        PermanentError: a raw table was never written.
    """
    model = storage.model
    raw = {source: storage.table(table).require() for source, table in model.tables.raw.items()}
    key = pl.DataFrame({"email": [email]})
    found = []
    for source, version in raw.items():
        bucket = key.select(bucket_of(pl.col("email"), version.bits)).item()
        theirs = version.scan(bucket).filter(pl.col("email") == email)
        found.append(theirs.select(version.schema.keys()).with_columns(pl.lit(source).alias("source")))
    return field_origins(model, pl.concat(pl.collect_all(found)), gives_of(raw))
