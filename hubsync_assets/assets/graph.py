"""All assets of one sync.

Keep out: each of them.
"""

import warnings
from datetime import timedelta
from typing import cast

import dagster as dg

from hubsync_assets.assets.contacts import contacts_of
from hubsync_assets.assets.exports import exports_of
from hubsync_assets.assets.plan import contact_changes_of
from hubsync_assets.assets.sources import raw_records_of
from hubsync_assets.assets.upload import hubspot_upsert_of
from hubsync_assets.resources import Sync

__all__ = ["assets_of"]

_A_DAY_AND_A_BIT = timedelta(hours=26)


def assets_of(sync: Sync, late_after: timedelta = _A_DAY_AND_A_BIT) -> list[dg.AssetSpec | dg.AssetsDefinition]:
    """All assets of one sync.

    Args:
        sync: The sync.
        late_after: So long after an upload HubSpot's contacts are stale.
    """
    steps = [raw_records_of(sync), contacts_of(sync), contact_changes_of(sync), hubspot_upsert_of(sync, late_after)]
    with warnings.catch_warnings():
        # make dev has nothing to say about what Dagster calls its own functions.
        warnings.simplefilter("ignore", dg.BetaWarning)
        # Each asset's page leads to the code that makes it; exports are made elsewhere.
        return [*exports_of(sync), *cast("list[dg.AssetsDefinition]", dg.with_source_code_references(steps))]
