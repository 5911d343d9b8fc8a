"""The jobs: everything, everything but the writing, and everything with another try for what HubSpot refused.

Keep out: when they run (``sensors``, ``schedules``).
"""

import dagster as dg

__all__ = ["JOBS", "plan_contacts", "retry_failed_contacts", "sync_contacts"]

_TABLES_UP_TO_PLAN = dg.AssetSelection.assets(
    "raw_db1", "raw_db2", "rejected_rows", "merged_contacts", "contact_conflicts", "contact_changes"
)
_ALL_TABLES = _TABLES_UP_TO_PLAN | dg.AssetSelection.assets("hubspot_contacts", "failed_contacts")

sync_contacts = dg.define_asset_job(
    "sync_contacts",
    selection=_ALL_TABLES,
    description="Read both databases, dedupe and complete the contacts, and make HubSpot hold exactly that.",
)

plan_contacts = dg.define_asset_job(
    "plan_contacts",
    selection=_TABLES_UP_TO_PLAN,
    description="Everything up to contact_changes: shows what a sync would write, and writes nothing to HubSpot.",
)

retry_failed_contacts = dg.define_asset_job(
    "retry_failed_contacts",
    selection=_ALL_TABLES,
    config=dg.RunConfig(ops={"contact_changes": {"config": {"retry_failed": True}}}),
    description="A sync that also sends contacts again which HubSpot refused before and which did not change since.",
)

JOBS = [sync_contacts, plan_contacts, retry_failed_contacts]
