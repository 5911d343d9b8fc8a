"""``hubspot_contacts`` and ``failed_contacts``: one op writes the plan to HubSpot and keeps what HubSpot answered.

Keep out: how the upload works (``steps.upload``) and what a status means (``hubspot``).
"""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from functools import partial

import dagster as dg

from hubsync_assets.assets.describe import check_spec, clear_failures, sum_result, table_metadata, table_spec
from hubsync_assets.assets.guarding import guard_of
from hubsync_assets.assets.heading import heading
from hubsync_assets.assets.run_config import UploadConfig, upload_schema
from hubsync_assets.assets.run_report import Stage, report_run
from hubsync_assets.assets.selection import Selection
from hubsync_assets.assets.shown_markdown import shown_markdown
from hubsync_assets.assets.upload_summary import refused_check_specs, refused_checks, upload_summary
from hubsync_assets.hubspot.writer import Progress
from hubsync_assets.model.tables import FAILED, MERGED, PLAN, SETTLED, STATE
from hubsync_assets.resources import Sync
from hubsync_assets.steps.approval import approve_stored
from hubsync_assets.steps.plan_report import PlanReport
from hubsync_assets.steps.refreshing import refresh_tables
from hubsync_assets.steps.refused_report import Refused, refused_now
from hubsync_assets.steps.stages import Staging
from hubsync_assets.steps.upload import UploadReport, upload_changes
from hubsync_assets.steps.upload_report import UPLOAD_SUMS
from hubsync_assets.tables.storage import Storage

__all__ = ["hubspot_upsert_of"]

KINDS = {"hubspot", "parquet"}


_ONLY_FOLDED = f"{STATE} is not selected, so nothing is written to HubSpot: the tables are brought up to date with the sync log. To write, select {STATE}"


_CHECKS_OF_WRITING = (
    f"the checks of {STATE} count what is written while it is written: they run with {STATE}, and not without it"
)


def hubspot_upsert_of(sync: Sync, late_after: timedelta) -> dg.AssetsDefinition:
    """The asset of one sync; its state is stale when no upload has finished for so long."""

    @dg.multi_asset(
        name=sync.name("hubspot_upsert"),
        can_subset=True,
        specs=[
            table_spec(
                sync,
                STATE,
                group="hubspot",
                deps=[PLAN],
                kinds=KINDS,
                description="What HubSpot has acknowledged: one row a contact, with its id, the values it took, when and by which run.",
                freshness=dg.FreshnessPolicy.time_window(fail_window=late_after),
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
        check_specs=[*(check_spec(sync, STATE, total) for total in UPLOAD_SUMS), *refused_check_specs(sync)],
        config_schema=upload_schema(),
        required_resource_keys={sync.resource(name) for name in ("sources", "storage", "sync_log", "hubspot")},
    )
    def hubspot_upsert(
        context: dg.AssetExecutionContext,
    ) -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
        """Write the plan; fail at the end when contacts are left unsent or a source is in doubt."""
        selection = Selection.of(sync, context)
        if selection.wants_check_of(STATE) and not selection.has(STATE):
            raise dg.Failure(_CHECKS_OF_WRITING, allow_retries=False)
        with clear_failures():
            config = UploadConfig(**context.op_execution_context.op_config)
            settings = sync.of(context, "sources").settings(sync)
            opened = sync.of(context, "storage").open_to_write(sync, context.run.run_id)
            log = sync.of(context, "sync_log").open(sync, opened.folder)
            limit = sync.of(context, "sources").settings(sync).refused_limit
            if not selection.has(STATE):
                context.log.info(_ONLY_FOLDED)
                refresh_tables(opened, log)
                yield from selection.told(context, _tables(sync, opened, refused_now(opened), limit))
                return
            with sync.of(context, "hubspot").open(sync, reserve=_reserve(opened)) as client:
                if config.approve:
                    approve_stored(opened, log, config.approve, context.run.run_id)
                told = partial(_tell, sync, context)
                staging = Staging(config.staged, settings.stage_limit)
                guard = guard_of(sync, settings)
                report = upload_changes(opened, log, client, context.run.run_id, told, guard, staging)
                # Where nothing was planned, nobody was asked whose the token is, and nobody is for a link.
                ui_domain = client.account().ui_domain if report.planned else ""
            refused = refused_now(opened)
            plan = PlanReport.of_json(opened.table(PLAN).require().facts["report"])
            summary = upload_summary(report, refused, heading(settings, plan))
            context.log.info(summary)
            page = report_run(
                sync,
                context,
                opened,
                Stage.WRITTEN,
                portal_id=report.portal_id,
                ui_domain=ui_domain,
                notes=_unfinished(report),
                results={
                    "created": report.created + report.by_killed.created,
                    "updated": report.updated + report.by_killed.updated,
                    "not sent": report.unsent + report.moved,
                },
            )
            shown: dict[str, dg.MetadataValue[str]] = {**shown_markdown(summary), **page}
            yield from selection.told(context, _results(sync, report, opened, refused, limit, shown))
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
    sync: Sync,
    report: UploadReport,
    storage: Storage,
    refused: Refused,
    limit: float,
    shown: Mapping[str, dg.MetadataValue[str]],
) -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
    numbers = {
        "portal_id": dg.MetadataValue.text(str(report.portal_id)),
        "planned": report.planned,
        "acknowledged": report.acknowledged,
        "created": report.created + report.by_killed.created,
        "updated": report.updated + report.by_killed.updated,
        "of_them_by_a_killed_run": report.by_killed.created + report.by_killed.updated,
        "refused": report.refused,
        "unsent": report.unsent,
        "changed_in_hubspot_meanwhile": report.moved,
        "refused_values": sum(report.refused_values.values()),
        "write_calls": report.calls,
        "calls": report.all_calls,
    }
    state = storage.table(STATE).require()
    yield dg.MaterializeResult(
        asset_key=sync.key(STATE),
        metadata={**shown, **table_metadata(state.folder.parent, state.manifest.rows, numbers)},
    )
    yield from _tables(sync, storage, refused, limit, report.reasons)
    for total in report.sums:
        yield sum_result(sync, STATE, total)


def _tables(
    sync: Sync, storage: Storage, refused: Refused, limit: float, reasons: Mapping[str, int] | None = None
) -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
    """``failed_contacts`` and ``settled_values``. ``reasons``: what the run that wrote was refused, by category."""
    failed = storage.table(FAILED).require()
    numbers = {
        "refused_contacts": sum(kind.count for kind in refused if kind.property_name is None),
        "refused_values": sum(kind.count for kind in refused if kind.property_name is not None),
        **{f"refused_now/{reason}": count for reason, count in (reasons or {}).items()},
    }
    yield dg.MaterializeResult(
        asset_key=sync.key(FAILED), metadata=table_metadata(failed.folder.parent, failed.manifest.rows, numbers)
    )
    settled = storage.table(SETTLED).require()
    yield dg.MaterializeResult(
        asset_key=sync.key(SETTLED), metadata=table_metadata(settled.folder.parent, settled.manifest.rows, {})
    )
    merged = storage.table(MERGED).current()
    yield from refused_checks(sync, refused, merged.manifest.rows if merged is not None else 0, limit)


def _unfinished(report: UploadReport) -> list[str]:
    """What is left to do, without contact data."""
    problems = []
    if report.unsent:
        sent_next = "" if report.is_stage_stop else "; the next run sends them"
        problems.append(f"{report.unsent:,} contacts are unsent ({report.stopped}){sent_next}")
    return problems + [f"a sum does not close ({total})" for total in report.sums if not total.closes]


def _fail_if_unfinished(report: UploadReport) -> None:
    problems = [*_unfinished(report), *(doubts.message(source) for source, doubts in report.doubts.items())]
    if problems:
        raise dg.Failure("; ".join(problems), allow_retries=False)
