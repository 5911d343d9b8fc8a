"""What a person has to look at, out of the tables: what HubSpot refuses, and what could not be read.

Keep out: how it looks (``run_page``), and what would help (``refused_words``).
"""

from collections.abc import Mapping
from typing import Any

import polars as pl

from hubsync_assets.model.contact_model import ContactModel
from hubsync_assets.model.tables import FAILED, MERGED, REJECTED, SETTLED, STATE
from hubsync_assets.reporting.contents import MOST_ROWS, Listed, Trouble
from hubsync_assets.steps.places import places_of
from hubsync_assets.tables.storage import Storage

__all__ = ["field_of_property", "refused_of", "rejected_of"]

_LONGEST = 2_000


def refused_of(storage: Storage) -> Listed:
    """Contacts and values that HubSpot refuses, of contacts that are still in the sources."""
    failed, merged = storage.table(FAILED).current(), storage.table(MERGED).current()
    if failed is None or merged is None or not failed.manifest.rows:
        return Listed(0, (), "" if failed is None else str(failed.folder))
    there = failed.scan().join(merged.scan().select("email"), on="email", how="semi")
    columns = ("email", "property", "category", "message", "correlation_id")
    rows = there.select(*columns).sort("category", "property", "email", nulls_last=True).head(MOST_ROWS).collect()
    emails = rows["email"].unique().to_list()
    places, ids = places_of(storage, emails), _ids(storage, emails)
    values = _settled_values(storage, emails)
    return Listed(
        there.select(pl.len()).collect().item(),
        [_refused(row, storage.model, places, ids, values) for row in rows.iter_rows(named=True)],
        str(failed.folder),
    )


def rejected_of(storage: Storage) -> tuple[Listed, dict[str, int]]:
    """Records and values that could not be read, and how many of them by reason."""
    rejected = storage.table(REJECTED).current()
    if rejected is None:
        return Listed(0, (), ""), {}
    counts = rejected.scan().group_by("reason").len().sort("len", descending=True).collect()
    rows = rejected.scan().head(MOST_ROWS).with_columns(pl.col("raw").str.head(_LONGEST)).collect()
    listed = [
        Trouble(
            contact=f"{row['source']} {str(row['file']).rpartition('/')[2]} #{row['position']}",
            email=None,
            hubspot_id=None,
            name=row["field"],
            field_name=row["field"],
            value=row["raw"],
            why=row["reason"],
            message=row["message"],
        )
        for row in rows.iter_rows(named=True)
    ]
    return Listed(rejected.manifest.rows, listed, str(rejected.folder)), dict(counts.iter_rows())


def field_of_property(model: ContactModel, property_name: str | None) -> str | None:
    """The field that is written to a property."""
    owners = (field.name for field in model.sent_fields if any(it.name == property_name for it in field.properties))
    return next(owners, None)


def _refused(
    row: Mapping[str, Any],
    model: ContactModel,
    places: Mapping[str, str],
    ids: Mapping[str, str],
    values: Mapping[tuple[str, str], str],
) -> Trouble:
    email, field = row["email"], field_of_property(model, row["property"])
    return Trouble(
        contact=places[email] or "in no source any more",
        email=email,
        hubspot_id=ids.get(email),
        name=row["property"],
        field_name=field,
        value=values.get((email, field)) if field is not None else None,
        why=row["category"] or "",
        message=row["message"] or "",
        correlation_id=row["correlation_id"],
    )


def _ids(storage: Storage, emails: list[str]) -> dict[str, str]:
    state = storage.table(STATE).current()
    if state is None:
        return {}
    wanted = pl.LazyFrame({"email": emails}, schema={"email": pl.String})
    return dict(state.scan().join(wanted, on="email", how="semi").select("email", "hubspot_id").collect().iter_rows())


def _settled_values(storage: Storage, emails: list[str]) -> dict[tuple[str, str], str]:
    """What the sources had where HubSpot refused a value, by email and field."""
    settled = storage.table(SETTLED).current()
    if settled is None:
        return {}
    wanted = pl.LazyFrame({"email": emails}, schema={"email": pl.String})
    rows = settled.scan().join(wanted, on="email", how="semi").select("email", "field", "value").collect()
    return {(email, field): value for email, field, value in rows.iter_rows()}
