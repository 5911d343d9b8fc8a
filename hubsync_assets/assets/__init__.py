"""The asset graph: four ops behind the tables, and the exports they begin at.

Each asset loads, calls one step and reports numbers. Put here: specs, descriptions, metadata. Keep out: how to merge, what an
HTTP status means, and contact data of any kind (Dagster's event log keeps what it is given for ever).
"""

import dagster as dg

from hubsync_assets.assets.contacts import contacts_of
from hubsync_assets.assets.exports import exports_of
from hubsync_assets.assets.plan import contact_changes_of
from hubsync_assets.assets.sources import raw_records_of
from hubsync_assets.assets.upload import hubspot_upsert_of
from hubsync_assets.resources import Sync

__all__ = ["assets_of"]


def assets_of(sync: Sync) -> list[dg.AssetSpec | dg.AssetsDefinition]:
    """All assets of one sync."""
    return [
        *exports_of(sync),
        raw_records_of(sync),
        contacts_of(sync),
        contact_changes_of(sync),
        hubspot_upsert_of(sync),
    ]
