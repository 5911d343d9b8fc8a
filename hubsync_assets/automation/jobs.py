"""The jobs: everything, everything but the writing, and everything with another try for what HubSpot refused; and the writing alone.

Keep out: when they run (``sensors``, ``schedules``).
"""

from dataclasses import dataclass

import dagster as dg
from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition as Job

from hubsync_assets.assets import apply_schema
from hubsync_assets.model.tables import FAILED, PLAN, SETTLED, STATE
from hubsync_assets.resources import Sync

__all__ = ["Jobs"]

_RETRIED = {"dagster/retry_strategy": "ALL_STEPS"}
"""What Dagster starts again by itself it starts from the beginning: on the empty disk of a new pod a single step finds no tables. Steps whose
work is done skip it."""


@dataclass(frozen=True, slots=True)
class Jobs:
    """The jobs of one sync.

    Attributes:
        sync: Everything.
        plan: Everything up to the plan.
        retry: Everything, and another try.
        apply: The writing alone, of the stored plan.
    """

    sync: Job
    plan: Job
    retry: Job
    apply: Job

    @classmethod
    def of(cls, sync: Sync) -> "Jobs":
        """The jobs of one sync."""
        tables = sync.model.tables
        everything = dg.AssetSelection.assets(*map(sync.key, tables.columns))
        return cls(
            sync=dg.define_asset_job(
                sync.name("sync_contacts"),
                selection=everything,
                tags=_RETRIED,
                description="Read the sources, dedupe and complete the contacts, and make HubSpot hold exactly that.",
            ),
            plan=dg.define_asset_job(
                sync.name("plan_contacts"),
                selection=dg.AssetSelection.assets(*map(sync.key, tables.up_to_plan)),
                tags=_RETRIED,
                description=f"Everything up to {PLAN}: shows what a sync would write, and writes nothing to HubSpot.",
            ),
            retry=dg.define_asset_job(
                sync.name("retry_failed_contacts"),
                selection=everything,
                tags=_RETRIED,
                config=dg.RunConfig(ops={sync.name(PLAN): {"config": {"retry_failed": True}}}),
                description="A sync that also sends contacts again which HubSpot refused before and which did not change since.",
            ),
            apply=dg.define_asset_job(
                sync.name("apply_plan"),
                selection=dg.AssetSelection.assets(*(sync.key(name) for name in (STATE, FAILED, SETTLED))),
                config=apply_schema(sync),
                description="Write the stored plan that a person has looked at, named by its digest, and no other one; refused as a whole where something changed since.",
            ),
        )

    @property
    def all(self) -> list[Job]:
        """All of them."""
        return [self.sync, self.plan, self.retry, self.apply]
