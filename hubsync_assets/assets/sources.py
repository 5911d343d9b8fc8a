"""``raw_<source>`` and ``rejected_rows``: one op reads all sources at the same time.

Any of them can be materialised alone; reading a source always brings ``rejected_rows`` up to date, because nothing that was
read may be lost. Keep out: how reading works (``steps.read``).
"""

from collections.abc import Iterator, Mapping
from typing import Any

import dagster as dg
from pydantic import Field

from hubsync_assets.assets.describe import check_spec, clear_failures, sum_result, table_metadata, table_spec
from hubsync_assets.assets.reading_checks import reading_check_specs, reading_checks
from hubsync_assets.assets.reserve_look import refuse_a_reserve_of_all_calls
from hubsync_assets.assets.run_report import Stage, report_run
from hubsync_assets.assets.selection import Event, Selection
from hubsync_assets.model.doubts import SourceDoubts
from hubsync_assets.model.tables import BELIEVED, REJECTED
from hubsync_assets.resources import Sync
from hubsync_assets.steps.acceptance import Beside
from hubsync_assets.steps.health import Limits
from hubsync_assets.steps.read import ReadFailure, ReadProgress, ReadReport, read_sources
from hubsync_assets.steps.read_report import RECORDS_READ
from hubsync_assets.tables.storage import Storage

__all__ = ["raw_records_of"]

BELIEVED_MEANS = (
    "No file broke off, and records, columns, filled fields and rejects are as at the last reading that was accepted. Where they are not, nothing "
    "that depends on it is cleared, and the run ends with exit code 1. The limits are in the run config of raw_records: shrank, filled, rejected, "
    "rejected_times, floor."
)


class ReadConfig(dg.Config):
    """What a reading can be told."""

    accept: dict[str, str] = Field(
        default={},
        description="By source, the digest of a reading that is meant as it is, although it is in doubt; the check's message names it.",
    )

    confirm: list[str] = Field(
        default=[],
        description="What is meant of a changed declaration: drop <source>, where <source>; or that new names of columns are used: aliases <source>; the message of the failure or check names it.",
    )

    shrank: float = Field(
        default=0.2, ge=0, le=1, description="A source is in doubt that lost more than this share of its records."
    )
    filled: float = Field(
        default=0.5, ge=0, le=1, description="A field is in doubt when at most this part of its filled share is left."
    )
    rejected: float = Field(
        default=0.05, ge=0, le=1, description="A source is in doubt when more than this share is rejected ..."
    )
    rejected_times: float = Field(default=2.0, ge=1, description="... and more than so many times the accepted share.")
    floor: int = Field(default=5, ge=1, description="Differences of fewer records than this are no doubt.")

    def limits(self) -> Limits:
        """When a difference from the last accepted reading is a doubt."""
        return Limits(self.shrank, self.filled, self.rejected, self.rejected_times, self.floor)


def raw_records_of(sync: Sync) -> dg.AssetsDefinition:
    """The asset of one sync."""
    raw, export = sync.model.tables.raw, sync.model.tables.export

    @dg.multi_asset(
        name=sync.name("raw_records"),
        can_subset=True,
        specs=[
            *[
                table_spec(
                    sync,
                    raw[source],
                    group="sources",
                    deps=[export[source]],
                    description=f"The records of {source} that can be synced, one row each, in canonical columns, with file and position.",
                )
                for source in sync.model.sources
            ],
            table_spec(
                sync,
                REJECTED,
                group="sources",
                deps=list(export.values()),
                description=(
                    "What was read and cannot be synced: whole records (field is empty) and single values, with the reason and the "
                    "raw text. Nothing that was read is lost."
                ),
            ),
        ],
        check_specs=[
            *(check_spec(sync, table, RECORDS_READ) for table in raw.values()),
            *(dg.AssetCheckSpec(BELIEVED, asset=sync.key(table), description=BELIEVED_MEANS) for table in raw.values()),
            *(spec for table in raw.values() for spec in reading_check_specs(sync, table)),
        ],
        required_resource_keys={sync.resource("sources"), sync.resource("storage"), sync.resource("hubspot")},
    )
    def raw_records(context: dg.AssetExecutionContext, config: ReadConfig) -> Iterator[Event]:
        """Read the selected sources, each in a thread of its own; one that fails does not lose the others' work."""
        selection = Selection.of(sync, context)
        asked = {source for source, table in raw.items() if selection.has(table) or selection.wants_check_of(table)}
        wanted = tuple(source for source in sync.model.sources if source in asked) or sync.model.sources
        failures: list[ReadFailure] = []
        with clear_failures():
            opened = sync.of(context, "storage").open_to_write(sync, context.run.run_id)
            settings = sync.of(context, "sources").settings(sync)
            refuse_a_reserve_of_all_calls(sync, context)
            before = {source: _last_report(opened, raw[source]) for source in wanted}
            for event in read_sources(
                settings.sources,
                settings.files,
                opened,
                wanted,
                accept=config.accept,
                limits=config.limits(),
                confirm=config.confirm,
                beside=Beside(log_url=settings.log_url),
            ):
                match event:
                    case ReadProgress():
                        _tell(sync, context, event)
                    case ReadFailure():
                        failures.append(event)
                    case ReadReport():
                        _say_what_was_recognised(context, event)
                        _tell_of_files(context, event)
                        if event.source in asked:
                            results = _results(sync, event, opened, before[event.source], config.rejected)
                            yield from selection.told(context, results)
            rejected = opened.table(REJECTED).current()
            if rejected is not None:
                metadata = table_metadata(rejected.folder.parent, rejected.manifest.rows, _rejects(opened))
                if selection.has(REJECTED):
                    yield dg.MaterializeResult(asset_key=sync.key(REJECTED), metadata=metadata)
                else:
                    context.log_event(dg.AssetMaterialization(asset_key=sync.key(REJECTED), metadata=metadata))
            unread = [f"{failure.source} could not be read: {failure.error}" for failure in failures]
            report_run(sync, context, opened, Stage.READ, notes=unread)
        if failures:
            raise dg.Failure("; ".join(unread), allow_retries=False)

    return raw_records


def _rejects(storage: Storage) -> dict[str, int]:
    """Of all sources together, as their last readings counted them."""
    reports = [_last_report(storage, table) or {} for table in storage.model.tables.raw.values()]
    return {f"{name}_in_all": sum(report.get(name, 0) for report in reports) for name in ("rejected", "dropped_values")}


def _last_report(storage: Storage, table: str) -> Mapping[str, Any] | None:
    version = storage.table(table).current()
    return None if version is None else version.facts.get("report")


def _results(
    sync: Sync,
    report: ReadReport,
    storage: Storage,
    before: Mapping[str, Any] | None,
    rejected_limit: float,
) -> Iterator[Event]:
    name = sync.model.tables.raw[report.source]
    numbers = {
        "records_read": report.records,
        "rejected": report.rejected,
        "left_out_by_where": report.filtered,
        "dropped_values": report.dropped_values,
        "files": report.files,
        "bytes": report.size,
        "every_file_is_whole": report.incomplete_rank is None,
        "read_again": not report.reused,
        **{f"rejected/{reason}": count for reason, count in report.reasons.items()},
        # Not their names: a file without its header line has a contact where the names should be.
        "columns_not_used": len(report.unknown),
        "values_not_used": sum(report.unknown.values()),
        **{f"note/{file}": note for file, note in report.notes.items()},
    }
    yield dg.MaterializeResult(
        asset_key=sync.key(name),
        metadata=table_metadata(storage.table(name).folder, report.kept, numbers),
        data_version=dg.DataVersion(report.version),
    )
    yield sum_result(sync, name, report.records_sum)
    yield _believed(sync, report)
    yield from reading_checks(sync, name, report, before, rejected_limit)


def _believed(sync: Sync, report: ReadReport) -> dg.AssetCheckResult:
    doubts = SourceDoubts.from_json(report.doubts)
    return dg.AssetCheckResult(
        asset_key=sync.key(sync.model.tables.raw[report.source]),
        check_name=BELIEVED,
        passed=not doubts,
        severity=dg.AssetCheckSeverity.ERROR if doubts.reasons else dg.AssetCheckSeverity.WARN,
        description=doubts.message(report.source) if doubts else BELIEVED_MEANS,
        metadata={"digest": report.digest, "doubts": len(doubts.reasons) + len(doubts.warnings)},
    )


def _say_what_was_recognised(context: dg.AssetExecutionContext, report: ReadReport) -> None:
    for file, note in report.notes.items():
        context.log.info(f"{report.source}: {file}: {note}")
    for words in report.suspected:
        context.log.warning(f"{report.source}: {words}")


def _tell_of_files(context: dg.AssetExecutionContext, report: ReadReport) -> None:
    """A line for each file that is left out, and for what is odd about one that is not."""
    for warning in report.warnings:
        context.log.warning(f"{report.source}: {warning}")
    for name, why in report.left_out.items():
        log = context.log.warning if name in report.files_to_look_at else context.log.info
        log(f"{report.source}: {name} is left out: {why}")


def _tell(sync: Sync, context: dg.AssetExecutionContext, progress: ReadProgress) -> None:
    speed = progress.bytes_read / progress.seconds / 1e6
    numbers = {"rows_so_far": progress.rows, "megabytes_a_second": speed}
    if progress.size:
        numbers["share_done"] = progress.bytes_read / progress.size
    share = f", {numbers['share_done']:.0%}" if progress.size else ""
    context.log.info(f"{progress.source}: {progress.rows:,} records kept, {speed:.0f} MB/s{share}")
    context.log_event(dg.AssetObservation(asset_key=sync.key(sync.model.tables.raw[progress.source]), metadata=numbers))
