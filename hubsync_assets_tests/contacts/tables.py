"""Small tables for the tests of the plan.

Put here: how a test writes down golden records, state, refusals and the portal's answers in few words, and the plan of those.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import polars as pl

from hubsync_assets.contacts.changes import Changes, find_changes
from hubsync_assets.contacts.look_up import to_look_up
from hubsync_assets.contacts.staleness import Written
from hubsync_assets.model.doubts import SourceDoubts
from hubsync_assets_tests.shipped import (
    CONTACT_FIELDS,
    FAILED_SCHEMA,
    MERGED_SCHEMA,
    MODEL,
    PORTAL_SCHEMA,
    SOURCES,
    STATE_SCHEMA,
)

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
VERSION = 3
STALE = ("country", "mrr")
"""The fields that an earlier version wrote another way."""
ELSEWHERE = ("mrr",)
"""Of these, the ones that it wrote to another property."""
EARLIER = frozenset({VERSION - 1})
WRITTEN = Written(VERSION, dict.fromkeys(STALE, EARLIER), dict.fromkeys(ELSEWHERE, EARLIER))

PROVENANCE = {"db1_records": 1, "db2_records": 0, "db1_file_rank": 0, "db2_file_rank": None}
DEFAULTS: dict[str, dict[str, Any]] = {
    "merged": PROVENANCE,
    "state": {**PROVENANCE, "hubspot_id": "101", "written": True, "mapping_version": VERSION, "run_id": "r0", "at": NOW},
    "refused": {"mapping_version": VERSION, "category": "VALIDATION_ERROR", "message": "no", "attempts": 1,
                "first_at": NOW, "last_at": NOW, "run_id": "r0"},
    "portal": {"hubspot_id": "201"},
    "in_doubt": {"sent": []},
}  # fmt: skip
SCHEMAS: dict[str, dict[str, Any]] = {
    "merged": MERGED_SCHEMA,
    "state": STATE_SCHEMA,
    "refused": FAILED_SCHEMA,
    "portal": PORTAL_SCHEMA,
    "in_doubt": {"email": pl.String, "sent": pl.List(pl.String)},
}

SHRANK = SourceDoubts(absence=True)

Row = Mapping[str, Any]


def full_row(name: str, row: Row) -> dict[str, Any]:
    """A row with all columns. A value is of the first source that has the contact; one that is missing is said to be empty."""
    full = {**dict.fromkeys(SCHEMAS[name]), **DEFAULTS[name], **row}
    known = next((source for source in SOURCES if full.get(f"{source}_records")), SOURCES[0])
    for field in CONTACT_FIELDS:
        is_there = full.get(field.name) is not None
        if name == "merged" and f"{field.name}:from" not in row:
            full[f"{field.name}:from"] = known if is_there else "empty"
        if name == "state" and f"{field.name}:source" not in row and is_there:
            full[f"{field.name}:source"] = known
    return full


def table(name: str, rows: Iterable[Row]) -> pl.DataFrame:
    """A table of rows that say only what is special about them."""
    return pl.DataFrame([full_row(name, row) for row in rows], schema=SCHEMAS[name], orient="row")


def plan(
    merged: Sequence[Row],
    *,
    state: Sequence[Row] = (),
    refused: Sequence[Row] = (),
    portal: Sequence[Row] = (),
    in_doubt: Sequence[Row] = (),
    **options: Any,
) -> Changes:
    """The changes, with the options of a plain run unless a test says otherwise."""
    told: dict[str, Any] = {"mode": "replace", "clear_unknown": False, "doubts": {}, "written": WRITTEN,
                            "retry_failed": False, "now": NOW}  # fmt: skip
    return find_changes(
        MODEL,
        table("merged", merged),
        table("state", state),
        table("refused", refused),
        table("portal", portal),
        in_doubt=table("in_doubt", in_doubt),
        **{**told, **options},
    )


def looked_up(merged: Sequence[Row], *, state: Sequence[Row] = (), doubts: Mapping[str, SourceDoubts]) -> list[str]:
    """The emails that ``to_look_up`` names."""
    return to_look_up(MODEL, table("merged", merged).lazy(), table("state", state).lazy(), doubts, WRITTEN)[
        "email"
    ].to_list()
