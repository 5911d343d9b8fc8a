"""The names of the tables, which are their asset keys, and the columns of each.

Put here: every name that stands between two rooms. Keep out: where tables are kept (``tables``), and what people read about them (``assets``).
"""

from collections.abc import Sequence

from hubsync_assets.model.schema import CONFLICT_SCHEMA, REJECTED_SCHEMA, SETTLED_SCHEMA, Schema, Schemas

__all__ = [
    "BELIEVED",
    "COLUMNS",
    "CONFLICTS",
    "FAILED",
    "FEW_REFUSED",
    "FEW_REJECTED",
    "FILES",
    "IS_USUAL",
    "MERGED",
    "NOTHING_REFUSED",
    "PLAN",
    "REJECTED",
    "SAME_COLUMNS",
    "SETTLED",
    "STATE",
    "Tables",
]

REJECTED = "rejected_rows"
MERGED = "merged_contacts"
CONFLICTS = "contact_conflicts"
PLAN = "contact_changes"
STATE = "hubspot_contacts"
FAILED = "failed_contacts"
SETTLED = "settled_values"

BELIEVED = "agrees_with_last_accepted_reading"
"""The check of each raw table that says whether its reading is believed."""
COLUMNS = "every_column_is_used"
FILES = "every_file_is_read"
"""Checks of each raw table of what a person may have forgotten."""
SAME_COLUMNS = "columns_are_as_before"
FEW_REJECTED = "few_records_are_rejected"
"""Checks of each raw table of what has become of its source."""
IS_USUAL = "changes_as_much_as_usual"
"""The check of the plan that waits for a person."""
NOTHING_REFUSED = "nothing_is_refused"
"""The check of what HubSpot refuses."""
FEW_REFUSED = "few_contacts_are_refused"
"""The check of the share of contacts that it refuses."""


class Tables:
    """The tables of one model.

    Attributes:
        export: what each source's files are called in the asset graph; no table.
        raw: the raw table of each source.
        columns: column names and polars dtypes of each table.
        up_to_merge: the tables up to the golden records.
        up_to_plan: those that are made without writing to HubSpot.
    """

    def __init__(self, sources: Sequence[str], schema: Schemas) -> None:
        self.export = {source: f"{source}_export" for source in sources}
        self.raw = {source: f"raw_{source}" for source in sources}
        self.columns: dict[str, Schema] = {
            **dict.fromkeys(self.raw.values(), schema.raw),
            REJECTED: REJECTED_SCHEMA,
            MERGED: schema.merged,
            CONFLICTS: CONFLICT_SCHEMA,
            PLAN: schema.plan,
            STATE: schema.state,
            FAILED: schema.failed,
            SETTLED: SETTLED_SCHEMA,
        }
        self.up_to_merge = (*self.raw.values(), REJECTED, MERGED, CONFLICTS)
        self.up_to_plan = (*self.up_to_merge, PLAN)
