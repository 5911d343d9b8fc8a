"""What the assets work with, made from the environment.

Each resource opens its thing when an asset asks for it, not when the run starts, so that a wrong setting is one clear line in
the step that needs it. Put here: Dagster resources. Keep out: defaults and checks (``settings``), and the things themselves.
"""

from hubsync_assets.resources.environment import HubSpotResource, SourcesResource, StorageResource, SyncLogResource
from hubsync_assets.resources.sync import Sync
from hubsync_assets.resources.watching import SyncLook, look_at_sync

__all__ = [
    "HubSpotResource",
    "SourcesResource",
    "StorageResource",
    "Sync",
    "SyncLogResource",
    "SyncLook",
    "look_at_sync",
]
