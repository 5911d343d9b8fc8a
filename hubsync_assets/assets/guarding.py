"""The guard as Dagster shows it: one blocking check before the first write.

Keep out: what is unusual (``steps.guard``).
"""

import dagster as dg

from hubsync_assets.resources import Sync
from hubsync_assets.steps.guard import USUAL, Guard, Limit

__all__ = ["USUAL_MEANS", "guard_of"]

USUAL_MEANS = "The plan does not clear, overwrite or update unusually many contacts, or a person has approved it. Red, and nothing is written, until then (yellow with HUBSYNC_APPROVAL=never); the limits are HUBSYNC_UNUSUAL_CLEARS, _OVERWRITES and _UPDATES."


def guard_of(sync: Sync, context: dg.AssetExecutionContext) -> Guard:
    """When a plan waits for a person, by the environment.

    Raises:
        PermanentError: a variable is wrong or missing.
    """
    settings = sync.of(context, "sources").settings(sync)
    limits = {what: Limit(*limit) for what, limit in settings.unusual.items()}
    return Guard({**USUAL, **limits}, is_needed=settings.approval == "needed")
