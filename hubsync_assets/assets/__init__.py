"""The asset graph: four ops behind eight tables, and the two exports they begin at.

Each asset loads, calls one step and reports numbers. Put here: specs, descriptions, metadata. Keep out: how to merge, what an
HTTP status means, and contact data of any kind (Dagster's event log keeps what it is given for ever).
"""

import dagster as dg

from hubsync_assets.assets.contacts import contacts
from hubsync_assets.assets.exports import EXPORTS
from hubsync_assets.assets.plan import contact_changes
from hubsync_assets.assets.sources import raw_records
from hubsync_assets.assets.upload import hubspot_upsert

__all__ = ["ASSETS"]

ASSETS: list[dg.AssetSpec | dg.AssetsDefinition] = [*EXPORTS, raw_records, contacts, contact_changes, hubspot_upsert]
