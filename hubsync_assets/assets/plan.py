"""``contact_changes``: the plan. It writes nothing to HubSpot.

Keep out: how the plan is made (``steps.plan``).
"""

from collections.abc import Iterator
from typing import Literal

import dagster as dg
from pydantic import Field

from hubsync_assets.assets.describe import check_spec, clear_failures, sum_result, table_metadata, table_spec
from hubsync_assets.model.tables import MERGED, PLAN, STATE
from hubsync_assets.resources import HubSpotResource, StorageResource, SyncLogResource
from hubsync_assets.steps.plan import PlanOptions, plan_changes
from hubsync_assets.steps.plan_report import MERGED_CONTACTS

__all__ = ["SyncConfig", "contact_changes"]


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


@dg.multi_asset(
    name=PLAN,
    specs=[
        table_spec(
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
    check_specs=[check_spec(PLAN, MERGED_CONTACTS)],
)
def contact_changes(
    context: dg.AssetExecutionContext,
    config: SyncConfig,
    storage: StorageResource,
    sync_log: SyncLogResource,
    hubspot: HubSpotResource,
) -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
    """Compare the golden records with what HubSpot is known to hold."""
    options = PlanOptions(config.mode, config.clear_unknown, config.retry_failed, config.reserve, config.distrust)
    with clear_failures():
        opened = storage.open_to_write(context.run.run_id)
        with sync_log.open_to_write(opened.folder) as log, hubspot.open(reserve=config.reserve) as client:
            report = plan_changes(opened, log, client, options, context.run.run_id)
        if report.other_portal is not None:
            context.log.warning(
                f"storage knew portal {report.other_portal}, the token belongs to portal {report.portal_id}: "
                "the state was rebuilt from what the log has of this portal"
            )
        numbers = {
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
        folder = opened.table(PLAN).folder
        yield dg.MaterializeResult(asset_key=PLAN, metadata=table_metadata(folder, report.planned, numbers))
        yield sum_result(PLAN, report.contacts_sum)
    if report.doubts and not _is_followed_by_upload(context):
        raise dg.Failure(
            "; ".join(found.message(source) for source, found in report.doubts.items()), allow_retries=False
        )


def _is_followed_by_upload(context: dg.AssetExecutionContext) -> bool:
    """Whether the run goes on to write; then it is the upload that fails at its end."""
    return dg.AssetKey(STATE) in context.job_def.asset_layer.executable_asset_keys
