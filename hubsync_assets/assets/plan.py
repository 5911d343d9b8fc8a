"""``contact_changes``: the plan. It writes nothing to HubSpot.

Keep out: how the plan is made (``steps.plan``).
"""

from collections.abc import Iterator
from typing import Any, Literal

import dagster as dg
from pydantic import Field

from hubsync_assets.assets.describe import check_spec, clear_failures, sum_result, table_metadata, table_spec
from hubsync_assets.model.tables import MERGED, PLAN, STATE
from hubsync_assets.resources import Sync
from hubsync_assets.steps.plan import PlanOptions, PlanReport, plan_changes
from hubsync_assets.steps.plan_report import MERGED_CONTACTS

__all__ = ["SyncConfig", "contact_changes_of"]


class SyncConfig(dg.Config):
    """What a run can be told; the upload follows the plan that was made with it."""

    mode: Literal["replace", "fill"] = Field(
        default="replace",
        description="replace: a value that is missing now clears what we wrote before. fill: a missing value leaves HubSpot's.",
    )
    clear_unknown: bool = Field(
        default=False, description="With replace: also clear values that only HubSpot has, which we never wrote."
    )
    retry_failed: bool = Field(
        default=False, description="Plan contacts again that HubSpot refused, although nothing about them changed."
    )
    distrust: bool = Field(
        default=False,
        description="Trust neither log nor tables, after both were restored from a copy: read every contact from HubSpot first.",
    )
    reserve: int = Field(default=0, ge=0, description="Calls per ten seconds to leave for the portal's other apps.")

    def options(self) -> PlanOptions:
        """The same for the step."""
        return PlanOptions(self.mode, self.clear_unknown, self.retry_failed, self.reserve, self.distrust)


def contact_changes_of(sync: Sync) -> dg.AssetsDefinition:
    """The asset of one sync."""

    @dg.multi_asset(
        name=sync.name(PLAN),
        specs=[
            table_spec(
                sync,
                PLAN,
                group="hubspot",
                deps=[MERGED],
                kinds={"polars", "parquet", "hubspot"},
                description=(
                    "The plan: one row a contact to create or update, with the fields that change, their old and new values, and "
                    "why the old ones are known. Look at it before the first sync; nothing is written to HubSpot by making it."
                ),
            )
        ],
        check_specs=[check_spec(sync, PLAN, MERGED_CONTACTS)],
        required_resource_keys={sync.resource(name) for name in ("storage", "sync_log", "hubspot")},
    )
    def contact_changes(
        context: dg.AssetExecutionContext, config: SyncConfig
    ) -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
        """Compare the golden records with what HubSpot is known to hold."""
        with clear_failures():
            opened = sync.of(context, "storage").open_to_write(sync, context.run.run_id)
            with (
                sync.of(context, "sync_log").open_to_write(sync, opened.folder) as log,
                sync.of(context, "hubspot").open(sync, reserve=config.reserve) as client,
            ):
                report = plan_changes(opened, log, client, config.options(), context.run.run_id)
            if report.other_portal is not None:
                context.log.warning(
                    f"storage knew portal {report.other_portal}, the token belongs to portal {report.portal_id}: "
                    "the state was rebuilt from what the log has of this portal"
                )
            metadata = table_metadata(opened.table(PLAN).folder, report.planned, _numbers(report))
            yield dg.MaterializeResult(asset_key=sync.key(PLAN), metadata=metadata)
            yield sum_result(sync, PLAN, report.contacts_sum)
        if report.doubts and not _is_followed_by_upload(sync, context):
            raise dg.Failure(
                "; ".join(found.message(source) for source, found in report.doubts.items()), allow_retries=False
            )

    return contact_changes


def _numbers(report: PlanReport) -> dict[str, Any]:
    return {
        "portal_id": dg.MetadataValue.text(str(report.portal_id)),
        "creates": report.creates,
        "updates": report.updates,
        "calls": report.calls,
        "learned_from_portal": report.learned,
        "in_doubt": report.in_doubt,
        **{f"unchanged/{how}": count for how, count in report.unchanged.items()},
        **{f"held_back/{reason}": count for reason, count in report.held_back.items()},
        **{f"changes/{field}": count for field, count in report.fields.items()},
    }


def _is_followed_by_upload(sync: Sync, context: dg.AssetExecutionContext) -> bool:
    """Whether the run goes on to write; then it is the upload that fails at its end."""
    return sync.key(STATE) in context.job_def.asset_layer.executable_asset_keys
