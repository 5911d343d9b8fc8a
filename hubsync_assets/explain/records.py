"""A contact's records, and what of it could not be read.

Put here: looking them up in the raw tables and in ``rejected_rows``. Keep out: which of them decides (``field_stories``).
"""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import polars as pl

from hubsync_assets.explain.story import Reading, Record, Rejected
from hubsync_assets.model.contact_model import ContactModel
from hubsync_assets.model.doubts import SourceDoubts
from hubsync_assets.model.tables import REJECTED
from hubsync_assets.tables.buckets import bucket_of
from hubsync_assets.tables.storage import Storage
from hubsync_assets.tables.table import Version

__all__ = ["readings_of", "records_of", "rejected_of", "rows_of", "texts_of"]

MOST_REJECTED = 50


def rows_of(version: Version | None, email: str) -> list[dict[str, Any]]:
    """A contact's rows of a table that is kept in buckets; nothing where the table was never written."""
    if version is None:
        return []
    bucket = pl.DataFrame({"email": [email]}).select(bucket_of(pl.col("email"), version.bits)).item()
    return version.scan(bucket).filter(pl.col("email") == email).collect().to_dicts()


def texts_of(model: ContactModel, values: Mapping[str, Any]) -> dict[str, str]:
    """By field, canonical values as people read them; those that are missing are left out."""
    given = {field.name: field for field in model.contact_fields if values.get(field.name) is not None}
    if not given:
        return {}
    frame = pl.DataFrame({name: pl.Series([values[name]], dtype=field.dtype) for name, field in given.items()})
    return frame.select(field.text(pl.col(name)).alias(name) for name, field in given.items()).row(0, named=True)


def records_of(storage: Storage, email: str) -> list[Record]:
    """A contact's records: by source, the newest file first."""
    model = storage.model
    found = []
    for source, table in model.tables.raw.items():
        rows = rows_of(storage.table(table).current(), email)
        newest = min((row["file_rank"] for row in rows if not row["rejected"]), default=None)
        for row in sorted(rows, key=lambda row: (row["file_rank"], row["position"])):
            if row["rejected"]:
                standing = "rejected"
            elif row["filtered"]:
                standing = "left out"
            else:
                standing = "counts" if row["file_rank"] == newest else "older"
            file, unreadable = str(row["file"]).rpartition("/")[2], tuple(row["unreadable"] or ())
            texts = texts_of(model, row)
            found.append(Record(source, file, row["position"], row["record_id"], texts, unreadable, standing))
    return found


def rejected_of(storage: Storage, email: str, records: Sequence[Record]) -> list[Rejected]:
    """What of the contact could not be read: by the place of its records, and by its email where that stands in a record's text."""
    version = storage.table(REJECTED).current()
    if version is None:
        return []
    at_places = pl.any_horizontal(
        pl.lit(value=False),
        *(
            (pl.col("source") == record.source)
            & (pl.col("position") == record.position)
            & pl.col("file").str.ends_with(record.file)
            for record in records
        ),
    )
    version.verify()  # Else polars tells, in many lines, what it does not understand of a damaged file.
    text = pl.col("raw").str.to_lowercase()
    # First the plain search, which is the faster one.
    named = pl.col("field").is_null() & text.str.contains(email, literal=True) & text.str.contains(_whole(email))
    rows = version.scan().filter(at_places | named).head(MOST_REJECTED).collect()
    return [
        Rejected(
            place=f"{row['source']} {str(row['file']).rpartition('/')[2]} #{row['position']}",
            field_name=row["field"],
            reason=row["reason"],
            message=row["message"] or "",
            raw=row["raw"] or "",
        )
        for row in rows.iter_rows(named=True)
    ]


def _whole(email: str) -> str:
    """A pattern that finds an address, and not inside a longer one; in JSON an escape may stand before it."""
    return rf"(?:^|[^\p{{L}}\p{{N}}._%+\-]|\\[nrt]){re.escape(email)}\.*(?:$|[^\p{{L}}\p{{N}}._\-])"


def readings_of(storage: Storage) -> list[Reading]:
    """When each source was last read."""
    found = []
    for source, table in storage.model.tables.raw.items():
        version = storage.table(table).current()
        if version is None:
            found.append(Reading(source, "never", ""))
            continue
        read = version.facts.get("read_at")
        at = datetime.fromtimestamp(read, UTC) if read else datetime.fromisoformat(version.manifest.created_at)
        doubts = SourceDoubts.from_json(version.facts.get("doubts") or {})
        found.append(Reading(source, f"{at:%Y-%m-%d %H:%M} UTC", doubts.message(source) if doubts else ""))
    return found
