"""``contact_changes``: the plan. It writes nothing to HubSpot.

Keep out: how the plan is made (``steps.plan``).
"""

from collections.abc import Iterator

import dagster as dg

from hubsync_assets.assets.describe import check_spec, clear_failures, sum_result, table_metadata, table_spec
from hubsync_assets.assets.guarding import USUAL_MEANS, guard_of, waiting_for
from hubsync_assets.assets.heading import heading
from hubsync_assets.assets.plan_summary import plan_numbers, plan_summary
from hubsync_assets.assets.run_config import sync_config, sync_schema
from hubsync_assets.assets.run_report import Stage, report_run
from hubsync_assets.assets.shown_markdown import shown_markdown
from hubsync_assets.model.tables import IS_USUAL, MERGED, PLAN, STATE
from hubsync_assets.resources import Sync
from hubsync_assets.steps.approval import approve_stored
from hubsync_assets.steps.cautions import cautions_of
from hubsync_assets.steps.guard import Guard
from hubsync_assets.steps.plan import PlanReport, plan_changes
from hubsync_assets.steps.plan_report import PLAN_SUMS
from hubsync_assets.steps.sync_end import note_waiting

__all__ = ["contact_changes_of"]


def contact_changes_of(sync: Sync) -> dg.AssetsDefinition:
    """The asset of one sync."""
    config_class = sync_config(sync)

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
                    "The plan: one row a contact to create or update, with the properties that change, what HubSpot holds there now "
                    "and what it is to hold. Look at it before the first sync; nothing is written to HubSpot by making it."
                ),
            )
        ],
        check_specs=[
            *(check_spec(sync, PLAN, total) for total in PLAN_SUMS),
            dg.AssetCheckSpec(IS_USUAL, asset=sync.key(PLAN), description=USUAL_MEANS, blocking=True),
        ],
        config_schema=sync_schema(config_class),
        required_resource_keys={sync.resource(name) for name in ("sources", "storage", "sync_log", "hubspot")},
    )
    def contact_changes(
        context: dg.AssetExecutionContext,
    ) -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
        """Compare the golden records with what HubSpot holds now."""
        with clear_failures():
            config = config_class(**context.op_execution_context.op_config)
            options = config.options()
            opened = sync.of(context, "storage").open_to_write(sync, context.run.run_id)
            settings = sync.of(context, "sources").settings(sync)
            guard = guard_of(sync, settings)
            waited = waiting_for(sync, settings, opened)
            ui_domain, cautions = "", []
            log = sync.of(context, "sync_log").open(sync, opened.folder)
            if config.approve:
                report = approve_stored(opened, log, config.approve, context.run.run_id, options)
            else:
                with sync.of(context, "hubspot").open(sync, reserve=config.reserve) as client:
                    report = plan_changes(opened, log, client, options, context.run.run_id)
                    ui_domain = client.account().ui_domain
                    is_local = not (sync.of(context, "sources").settings(sync).log_url or "").startswith("postgresql")
                    cautions = list(cautions_of(opened, client, report, log_is_local=is_local))
            if report.other_portal is not None:
                context.log.warning(
                    f"storage knew portal {report.other_portal}, the token belongs to portal {report.portal_id}: "
                    "the state was rebuilt from what the log has of this portal"
                )
            if waited is not None and waited != report.digest:
                context.log.warning(
                    f"plan {waited}, which waited for a person, is replaced by plan {report.digest}: what it was made from has changed"
                )
            for caution in cautions:
                context.log.warning(caution)
            told = "" if config.approve else guard.told_to_wait(report)
            summary = plan_summary(
                report, heading(settings, report), guard.apply, guard.why_it_waits(report) if told else ""
            )
            metadata = table_metadata(opened.table(PLAN).folder, report.planned, plan_numbers(report))
            page = report_run(
                sync,
                context,
                opened,
                Stage.PLANNED,
                portal_id=report.portal_id,
                ui_domain=ui_domain,
                notes=[] if config.approve else [told or guard.message(report), *cautions],
            )
            yield dg.MaterializeResult(
                asset_key=sync.key(PLAN), metadata={**shown_markdown(summary), **metadata, **page}
            )
            context.log.info(summary)
            for total in report.sums:
                yield sum_result(sync, PLAN, total)
            if told:
                note_waiting(opened, log, report.portal_id, context.run.run_id, guard.why_it_waits(report))
            yield _is_usual(sync, report, guard, is_approved=bool(config.approve))
        if told and _is_followed_by_upload(sync, context):
            raise dg.Failure(told, shown_markdown(summary), allow_retries=False)
        if report.doubts and not _is_followed_by_upload(sync, context):
            raise dg.Failure(
                "; ".join(found.message(source) for source, found in report.doubts.items()), allow_retries=False
            )

    return contact_changes


def _is_usual(sync: Sync, report: PlanReport, guard: Guard, *, is_approved: bool) -> dg.AssetCheckResult:
    message = guard.message(report)
    weight = report.weight
    return dg.AssetCheckResult(
        asset_key=sync.key(PLAN),
        check_name=IS_USUAL,
        passed=not message or is_approved,
        severity=dg.AssetCheckSeverity.ERROR if guard.is_needed else dg.AssetCheckSeverity.WARN,
        description=f"approved: {message}" if message and is_approved else message or USUAL_MEANS,
        metadata={
            "digest": report.digest,
            "contacts_that_lose_a_value": weight.clears,
            "contacts_of_others_overwritten": weight.theirs,
            "contacts_updated": weight.updates,
            "contacts_in_hubspot": weight.existing,
        },
    )


def _is_followed_by_upload(sync: Sync, context: dg.AssetExecutionContext) -> bool:
    """Whether the run goes on to write; then it is the upload that fails at its end."""
    return sync.key(STATE) in context.job_def.asset_layer.executable_asset_keys
