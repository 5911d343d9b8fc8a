"""What Dagster loads: the sync that ``hubsync.yaml`` declares.

Put here: that one name. Reading the declaration is all that happens; where it is wrong, loading fails with a line for each fault. Keep out:
what is wired (``building``).
"""

from hubsync_assets.building import build_definitions

__all__ = ["defs"]

defs = build_definitions()
