"""Small tables for the tests of the plan.

Put here: how a test writes down golden records, state, refusals and the portal's answers in few words, and the plan of those.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import polars as pl

from hubsync_assets.contacts.changes import Changes, find_changes
from hubsync_assets.model.schema import FAILED_SCHEMA, MERGED_SCHEMA, PORTAL_SCHEMA, STATE_SCHEMA

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
VERSION = 3

PROVENANCE = {"db1_records": 1, "db2_records": 0, "db1_file_rank": 0, "db2_file_rank": None}
DEFAULTS: dict[str, dict[str, Any]] = {
    "merged": PROVENANCE,
    "state": {**PROVENANCE, "hubspot_id": "101", "written": True, "mapping_version": VERSION, "run_id": "r0", "at": NOW},
    "refused": {"mapping_version": VERSION, "category": "VALIDATION_ERROR", "message": "no", "attempts": 1,
                "first_at": NOW, "last_at": NOW, "run_id": "r0"},
    "portal": {"hubspot_id": "201"},
}  # fmt: skip
SCHEMAS: dict[str, dict[str, Any]] = {
    "merged": MERGED_SCHEMA,
    "state": STATE_SCHEMA,
    "refused": FAILED_SCHEMA,
    "portal": PORTAL_SCHEMA,
}

Row = Mapping[str, Any]


def table(name: str, rows: Sequence[Row]) -> pl.DataFrame:
    """A table of rows that say only what is special about them."""
    return pl.DataFrame([{**DEFAULTS[name], **row} for row in rows], schema=SCHEMAS[name])


def plan(
    merged: Sequence[Row],
    *,
    state: Sequence[Row] = (),
    refused: Sequence[Row] = (),
    portal: Sequence[Row] = (),
    **options: Any,
) -> Changes:
    """The changes, with the options of a plain run unless a test says otherwise."""
    told: dict[str, Any] = {"mode": "replace", "clear_unknown": False, "incomplete": {}, "mapping_version": VERSION,
                            "retry_failed": False, "now": NOW}  # fmt: skip
    return find_changes(
        table("merged", merged),
        table("state", state),
        table("refused", refused),
        table("portal", portal),
        **{**told, **options},
    )
