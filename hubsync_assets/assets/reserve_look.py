"""Whether the portal has more calls than a run is to leave to others: asked before the sources are read, not when all of them were.

Put here: that one question, where it can be one. Keep out: the pace (``hubspot.pacing``), which refuses such a reserve whenever it hears a limit.
"""

from typing import Any

import dagster as dg

from hubsync_assets.errors import TransientError
from hubsync_assets.hubspot.pacing import SAFE_LIMIT
from hubsync_assets.model.tables import PLAN
from hubsync_assets.resources import Sync

__all__ = ["refuse_a_reserve_of_all_calls"]


def refuse_a_reserve_of_all_calls(sync: Sync, context: dg.AssetExecutionContext) -> None:
    """Refuse a run whose plan would leave all of the portal's calls to others.

    One call, and none where the reserve is smaller than any portal's limit. A HubSpot that does not answer now is asked again by the plan.

    Raises:
        PermanentError: the portal has no more calls than that, or takes no calls of this token.
    """
    config: dict[str, Any] = dict(context.run.run_config)
    told = config.get("ops", {}).get(sync.name(PLAN), {}).get("config", {})
    reserve = told.get("reserve", 0)
    if not isinstance(reserve, int) or reserve < SAFE_LIMIT:
        return
    try:
        with sync.of(context, "hubspot").open(sync, reserve=reserve) as client:
            client.account()
    except TransientError as error:
        context.log.warning(f"whether a reserve of {reserve} calls leaves any is not known yet: {error}")
