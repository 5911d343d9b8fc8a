"""The asset graph: four ops behind the tables, and the exports they begin at.

Each asset loads, calls one step and reports numbers. Put here: specs, descriptions, metadata. Keep out: how to merge, what an
HTTP status means, and contact data of any kind (Dagster's event log keeps what it is given for ever).
"""

from hubsync_assets.assets.describe import clear_failures
from hubsync_assets.assets.graph import assets_of

__all__ = ["assets_of", "clear_failures"]
