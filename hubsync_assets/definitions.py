"""Everything wired once: what Dagster loads.

``build_definitions`` makes a fresh ``Definitions``, so that tests can put resources of their own in. Keep out: any work at import
time; a wrong setting shows in the step that needs it.
"""

from collections.abc import Mapping

import dagster as dg

from hubsync_assets.assets import ASSETS
from hubsync_assets.automation import JOBS, SCHEDULES, SENSORS
from hubsync_assets.resources import HubSpotResource, SourcesResource, StorageResource, SyncLogResource

__all__ = ["build_definitions", "defs"]


def build_definitions(*, resources: Mapping[str, object] | None = None) -> dg.Definitions:
    """The project's definitions.

    Args:
        resources: put in place of the ones that read the environment, by name.
    """
    return dg.Definitions(
        assets=ASSETS,
        jobs=JOBS,
        schedules=SCHEDULES,
        sensors=SENSORS,
        # The four steps pass folders to each other: a process each would cost 3 seconds and gain nothing.
        executor=dg.in_process_executor,
        resources={
            "sources": SourcesResource(),
            "storage": StorageResource(),
            "sync_log": SyncLogResource(),
            "hubspot": HubSpotResource(),
            **(resources or {}),
        },
    )


defs = build_definitions()
