"""The names of the tables, which are their asset keys, and the columns of each.

Put here: every name that stands between two rooms. Keep out: where tables are kept (``tables``), and what people read about them (``assets``).
"""

from collections.abc import Mapping

import polars as pl

from hubsync_assets.model import schema
from hubsync_assets.model.fields import SOURCES

__all__ = [
    "BELIEVED",
    "CONFLICTS",
    "EXPORT",
    "FAILED",
    "MERGED",
    "PLAN",
    "RAW",
    "REJECTED",
    "STATE",
    "TABLES",
    "TABLES_UP_TO_MERGE",
    "TABLES_UP_TO_PLAN",
]

EXPORT = {source: f"{source}_export" for source in SOURCES}
"""What each source's files are called in the asset graph; no table."""

RAW = {source: f"raw_{source}" for source in SOURCES}
REJECTED = "rejected_rows"
MERGED = "merged_contacts"
CONFLICTS = "contact_conflicts"
PLAN = "contact_changes"
STATE = "hubspot_contacts"
FAILED = "failed_contacts"

BELIEVED = "agrees_with_last_accepted_reading"
"""The check of each raw table that says whether its reading is believed."""

TABLES: dict[str, Mapping[str, pl.DataType | type[pl.DataType]]] = {
    **dict.fromkeys(RAW.values(), schema.RAW_SCHEMA),
    REJECTED: schema.REJECTED_SCHEMA,
    MERGED: schema.MERGED_SCHEMA,
    CONFLICTS: schema.CONFLICT_SCHEMA,
    PLAN: schema.PLAN_SCHEMA,
    STATE: schema.STATE_SCHEMA,
    FAILED: schema.FAILED_SCHEMA,
}
"""Column names and polars dtypes of each table."""

TABLES_UP_TO_MERGE = (*RAW.values(), REJECTED, MERGED, CONFLICTS)
TABLES_UP_TO_PLAN = (*TABLES_UP_TO_MERGE, PLAN)
"""Those that are made without writing to HubSpot."""
