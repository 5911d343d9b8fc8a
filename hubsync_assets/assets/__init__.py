"""The asset graph: four ops behind the tables, and the exports they begin at.

Each asset loads, calls one step and reports numbers. Put here: specs, descriptions, metadata. Keep out: how to merge, what an
HTTP status means, and contact data of any kind (Dagster's event log keeps what it is given for ever).
"""

from hubsync_assets.assets.describe import clear_failures
from hubsync_assets.assets.graph import assets_of
from hubsync_assets.assets.guarding import waiting_for
from hubsync_assets.assets.pruning import prune_of
from hubsync_assets.assets.run_config import apply_schema

__all__ = ["apply_schema", "assets_of", "clear_failures", "prune_of", "waiting_for"]
