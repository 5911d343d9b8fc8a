"""The jobs: everything, everything but the writing, and everything with another try for what HubSpot refused.

Keep out: when they run (``sensors``, ``schedules``).
"""

import dagster as dg

from hubsync_assets.model.tables import PLAN, TABLES, TABLES_UP_TO_PLAN

__all__ = ["JOBS", "plan_contacts", "retry_failed_contacts", "sync_contacts"]

_ALL_TABLES = dg.AssetSelection.assets(*TABLES)

sync_contacts = dg.define_asset_job(
    "sync_contacts",
    selection=_ALL_TABLES,
    description="Read both databases, dedupe and complete the contacts, and make HubSpot hold exactly that.",
)

plan_contacts = dg.define_asset_job(
    "plan_contacts",
    selection=dg.AssetSelection.assets(*TABLES_UP_TO_PLAN),
    description=f"Everything up to {PLAN}: shows what a sync would write, and writes nothing to HubSpot.",
)

retry_failed_contacts = dg.define_asset_job(
    "retry_failed_contacts",
    selection=_ALL_TABLES,
    config=dg.RunConfig(ops={PLAN: {"config": {"retry_failed": True}}}),
    description="A sync that also sends contacts again which HubSpot refused before and which did not change since.",
)

JOBS = [sync_contacts, plan_contacts, retry_failed_contacts]
