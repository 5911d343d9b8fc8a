"""``hubspot_contacts`` and ``failed_contacts``: one op writes the plan to HubSpot and keeps what HubSpot answered.

Keep out: how the upload works (``steps.upload``) and what a status means (``hubspot``).
"""

from collections.abc import Iterator
from datetime import timedelta
from functools import partial

import dagster as dg

from hubsync_assets.assets.describe import check_spec, clear_failures, sum_result, table_metadata, table_spec
from hubsync_assets.assets.guarding import guard_of
from hubsync_assets.assets.heading import heading
from hubsync_assets.assets.run_config import UploadConfig, upload_schema
from hubsync_assets.assets.upload_summary import refused_check, refused_check_spec, upload_summary
from hubsync_assets.hubspot.writer import Progress
from hubsync_assets.model.tables import FAILED, PLAN, SETTLED, STATE
from hubsync_assets.resources import Sync
from hubsync_assets.steps.approval import approve_stored
from hubsync_assets.steps.plan_report import PlanReport
from hubsync_assets.steps.refused_report import Refused, refused_now
from hubsync_assets.steps.stages import Staging
from hubsync_assets.steps.upload import UploadReport, upload_changes
from hubsync_assets.steps.upload_report import UPLOAD_SUMS
from hubsync_assets.tables.storage import Storage

__all__ = ["hubspot_upsert_of"]

KINDS = {"hubspot", "parquet"}


def hubspot_upsert_of(sync: Sync) -> dg.AssetsDefinition:
    """The asset of one sync."""

    @dg.multi_asset(
        name=sync.name("hubspot_upsert"),
        specs=[
            table_spec(
                sync,
                STATE,
                group="hubspot",
                deps=[PLAN],
                kinds=KINDS,
                description="What HubSpot has acknowledged: one row a contact, with its id, the values it took, when and by which run.",
            ),
            table_spec(
                sync,
                FAILED,
                group="hubspot",
                deps=[PLAN],
                kinds=KINDS,
                description="Contacts that HubSpot refused, and values (property is set): why, what would help, how often, and the id its support asks for.",
            ),
            table_spec(
                sync,
                SETTLED,
                group="hubspot",
                deps=[PLAN],
                kinds=KINDS,
                description="Values that were looked at and are not sent until the source, the policy or the property changes, with the reason.",
            ),
        ],
        check_specs=[*(check_spec(sync, STATE, total) for total in UPLOAD_SUMS), refused_check_spec(sync)],
        config_schema=upload_schema(),
        required_resource_keys={sync.resource(name) for name in ("sources", "storage", "sync_log", "hubspot")},
    )
    def hubspot_upsert(
        context: dg.AssetExecutionContext,
    ) -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
        """Write the plan; fail at the end when contacts are left unsent or a source is in doubt."""
        with clear_failures():
            config = UploadConfig(**context.op_execution_context.op_config)
            settings = sync.of(context, "sources").settings(sync)
            opened = sync.of(context, "storage").open_to_write(sync, context.run.run_id)
            with (
                sync.of(context, "sync_log").open_to_write(sync, opened.folder) as log,
                sync.of(context, "hubspot").open(sync, reserve=_reserve(opened)) as client,
            ):
                if config.approve:
                    approve_stored(opened, log, config.approve, context.run.run_id)
                told = partial(_tell, sync, context)
                staging = Staging(config.staged, settings.stage_limit)
                guard = guard_of(sync, settings)
                report = upload_changes(opened, log, client, context.run.run_id, told, guard, staging)
            refused = refused_now(opened)
            plan = PlanReport.of_json(opened.table(PLAN).require().facts["report"])
            summary = upload_summary(report, refused, heading(settings, plan))
            context.log.info(summary)
            yield from _results(sync, report, opened, refused, summary)
        _fail_if_unfinished(report)

    return hubspot_upsert


def _tell(sync: Sync, context: dg.AssetExecutionContext, progress: Progress, to_go: int) -> None:
    done, left = progress.report, _seconds_left(progress, to_go)
    time_left = "time left unknown" if left is None else f"about {timedelta(seconds=round(left))} left"
    context.log.info(
        f"{progress.contacts:,} sent, {done.acknowledged:,} acknowledged, {done.refused:,} refused, {to_go:,} to go, {time_left}; "
        f"{progress.rate:,.0f} a second, {progress.budget_used:.0%} of the burst limit used"
    )
    numbers = {
        "sent": progress.contacts,
        "acknowledged": done.acknowledged,
        "refused": done.refused,
        "to_go": to_go,
        "contacts_a_second": progress.rate,
        "share_of_burst_limit": progress.budget_used,
    }
    metadata = numbers if left is None else {**numbers, "seconds_left": left}
    context.log_event(dg.AssetObservation(asset_key=sync.key(STATE), metadata=metadata))


def _seconds_left(progress: Progress, to_go: int) -> float | None:
    """At the speed so far, retries and pauses included; None: nothing has an answer yet."""
    return to_go * progress.seconds / progress.contacts if progress.contacts else None


def _reserve(storage: Storage) -> int:
    return int(storage.table(PLAN).require().facts["options"]["reserve"])


def _results(
    sync: Sync, report: UploadReport, storage: Storage, refused: Refused, summary: str
) -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
    numbers = {
        "portal_id": dg.MetadataValue.text(str(report.portal_id)),
        "planned": report.planned,
        "acknowledged": report.acknowledged,
        "created": report.created,
        "updated": report.updated,
        "refused": report.refused,
        "unsent": report.unsent,
        "moved": report.moved,
        "refused_values": sum(report.refused_values.values()),
        "write_calls": report.calls,
        "calls": report.all_calls,
    }
    state = storage.table(STATE).require()
    yield dg.MaterializeResult(
        asset_key=sync.key(STATE),
        metadata={
            **table_metadata(state.folder.parent, state.manifest.rows, numbers),
            "summary": dg.MetadataValue.md(summary),
        },
    )
    failed = storage.table(FAILED).require()
    reasons = {f"refused_now/{reason}": count for reason, count in report.reasons.items()}
    yield dg.MaterializeResult(
        asset_key=sync.key(FAILED), metadata=table_metadata(failed.folder.parent, failed.manifest.rows, reasons)
    )
    settled = storage.table(SETTLED).require()
    yield dg.MaterializeResult(
        asset_key=sync.key(SETTLED), metadata=table_metadata(settled.folder.parent, settled.manifest.rows, {})
    )
    yield refused_check(sync, refused)
    for total in report.sums:
        yield sum_result(sync, STATE, total)


def _fail_if_unfinished(report: UploadReport) -> None:
    problems = []
    if report.unsent:
        sent_next = "" if report.is_stage_stop else "; the next run sends them"
        problems.append(f"{report.unsent:,} contacts are unsent ({report.stopped}){sent_next}")
    problems += [doubts.message(source) for source, doubts in report.doubts.items()]
    problems += [f"a sum does not close ({total})" for total in report.sums if not total.closes]
    if problems:
        raise dg.Failure("; ".join(problems), allow_retries=False)
