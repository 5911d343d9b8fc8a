"""Everything of one sync, wired once.

``build_definitions`` makes a fresh ``Definitions`` of a declaration, for a project of its own or inside another one. Keep out: any work
at import time; a wrong setting shows in the step that needs it.
"""

import os
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import dagster as dg

from hubsync_assets.assets import assets_of, prune_of
from hubsync_assets.automation import (
    Jobs,
    alerts_of,
    changed_rows_of,
    daily_sync_of,
    hours_until_late,
    new_files_of,
    weekly_prune_of,
)
from hubsync_assets.declaring.loading import file_named_by, load, model_of
from hubsync_assets.model.declaration import ContactSync
from hubsync_assets.resources import HubSpotResource, SourcesResource, StorageResource, Sync, SyncLogResource

__all__ = ["build_definitions"]


def build_definitions(
    *,
    file: str | Path | ContactSync | None = None,
    key_prefix: str = "",
    resources: Mapping[str, object] | None = None,
) -> dg.Definitions:
    """The definitions of one sync.

    Args:
        file: The declaration; None: the file that HUBSYNC_FILE names, or ``hubsync.yaml`` where the process runs.
        key_prefix: Goes before asset keys, jobs, sensors, schedules, resources and variables, so that several syncs fit into one code
            location: with ``eu``, ``HUBSYNC_EU_STORAGE`` and ``HUBSYNC_EU_DB1`` count.
        resources: Put in place of the ones that read the environment, by name: ``sources``, ``storage``, ``sync_log``, ``hubspot``.

    Raises:
        DeclarationError: Something is wrong with the declaration; the text has a line for each fault.
    """
    model = (
        model_of(file)
        if isinstance(file, ContactSync)
        else load(file_named_by(os.environ) if file is None else Path(file))
    )
    sync = Sync(model, key_prefix)
    jobs, prune = Jobs.of(sync), prune_of(sync)
    found: dict[str, object] = {
        "sources": SourcesResource(),
        "storage": StorageResource(),
        "sync_log": SyncLogResource(),
        "hubspot": HubSpotResource(),
        **(resources or {}),
    }
    return dg.Definitions(
        assets=assets_of(sync, timedelta(hours=hours_until_late())),
        jobs=[*jobs.all, prune],
        schedules=[daily_sync_of(sync, jobs), weekly_prune_of(sync, prune)],
        sensors=[sensor for sensor in (new_files_of(sync, jobs), changed_rows_of(sync, jobs)) if sensor is not None]
        + alerts_of(sync, jobs),
        # The four steps pass folders to each other: a process each would cost 3 seconds and gain nothing.
        executor=dg.in_process_executor,
        resources={sync.resource(name): resource for name, resource in found.items()},
    )
