"""``raw_db1``, ``raw_db2`` and ``rejected_rows``: one op reads both sources at the same time.

Any of the three can be materialised alone; reading a source always brings ``rejected_rows`` up to date, because nothing that was
read may be lost. Keep out: how reading works (``steps.read``).
"""

from collections.abc import Iterator

import dagster as dg
from pydantic import Field

from hubsync_assets.assets.describe import check_spec, clear_failures, sum_result, table_metadata, table_spec
from hubsync_assets.model.doubts import SourceDoubts
from hubsync_assets.model.fields import SOURCES
from hubsync_assets.model.tables import BELIEVED, EXPORT, RAW, REJECTED
from hubsync_assets.resources import SourcesResource, StorageResource
from hubsync_assets.steps.health import Limits
from hubsync_assets.steps.read import ReadFailure, ReadProgress, ReadReport, read_sources
from hubsync_assets.steps.read_report import RECORDS_READ
from hubsync_assets.tables.storage import Storage

__all__ = ["raw_records"]

BELIEVED_MEANS = (
    "No file broke off, and records, columns, filled fields and rejects are as at the last reading that was accepted."
)


class ReadConfig(dg.Config):
    """What a reading can be told."""

    accept: dict[str, str] = Field(
        default={},
        description="By source, the digest of a reading that is meant as it is, although it is in doubt; the check's message names it.",
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


Event = dg.MaterializeResult[None] | dg.AssetCheckResult


@dg.multi_asset(
    name="raw_records",
    can_subset=True,
    specs=[
        *[
            table_spec(
                RAW[source],
                group="sources",
                deps=[EXPORT[source]],
                description=f"The records of {source} that can be synced, one row each, in canonical columns, with file and position.",
            )
            for source in SOURCES
        ],
        table_spec(
            REJECTED,
            group="sources",
            deps=list(EXPORT.values()),
            description=(
                "What was read and cannot be synced: whole records (field is empty) and single values, with the reason and the "
                "raw text. Nothing that was read is lost."
            ),
        ),
    ],
    check_specs=[
        *(check_spec(table, RECORDS_READ) for table in RAW.values()),
        *(dg.AssetCheckSpec(BELIEVED, asset=table, description=BELIEVED_MEANS) for table in RAW.values()),
    ],
)
def raw_records(
    context: dg.AssetExecutionContext, config: ReadConfig, sources: SourcesResource, storage: StorageResource
) -> Iterator[Event]:
    """Read the selected sources, each in a thread of its own; one that fails does not lose the other's work."""
    selected = {key.to_user_string() for key in context.selected_asset_keys}
    wanted = tuple(source for source in SOURCES if RAW[source] in selected) or SOURCES
    failures: list[ReadFailure] = []
    with clear_failures():
        opened = storage.open_to_write(context.run.run_id)
        for event in read_sources(sources.sources, sources.files, opened, wanted, config.accept, config.limits()):
            match event:
                case ReadProgress():
                    _tell(context, event)
                case ReadFailure():
                    failures.append(event)
                case ReadReport():
                    yield from _results(event, opened, selected)
        rejected = opened.table(REJECTED).current()
        if rejected is not None:
            metadata = table_metadata(rejected.folder.parent, rejected.manifest.rows, {})
            if REJECTED in selected:
                yield dg.MaterializeResult(asset_key=REJECTED, metadata=metadata)
            else:
                context.log_event(dg.AssetMaterialization(asset_key=REJECTED, metadata=metadata))
    if failures:
        text = "; ".join(f"{failure.source} could not be read: {failure.error}" for failure in failures)
        raise dg.Failure(text, allow_retries=False)


def _results(report: ReadReport, storage: Storage, selected: set[str]) -> Iterator[Event]:
    name = RAW[report.source]
    if name not in selected:
        return
    numbers = {
        "records_read": report.records,
        "rejected": report.rejected,
        "dropped_values": report.dropped_values,
        "files": report.files,
        "bytes": report.size,
        "whole": report.incomplete_rank is None,
        "read_again": not report.reused,
        **{f"rejected/{reason}": count for reason, count in report.reasons.items()},
        # Not their names: a file without its header line has a contact where the names should be.
        "unknown_fields": len(report.unknown),
        "unknown_values": sum(report.unknown.values()),
    }
    yield dg.MaterializeResult(
        asset_key=name,
        metadata=table_metadata(storage.table(name).folder, report.kept, numbers),
        data_version=dg.DataVersion(report.version),
    )
    yield sum_result(name, report.records_sum)
    yield _believed(report)


def _believed(report: ReadReport) -> dg.AssetCheckResult:
    doubts = SourceDoubts.from_json(report.doubts)
    return dg.AssetCheckResult(
        asset_key=dg.AssetKey(RAW[report.source]),
        check_name=BELIEVED,
        passed=not doubts,
        severity=dg.AssetCheckSeverity.ERROR if doubts.reasons else dg.AssetCheckSeverity.WARN,
        description=doubts.message(report.source) if doubts else BELIEVED_MEANS,
        metadata={"digest": report.digest, "doubts": len(doubts.reasons) + len(doubts.warnings)},
    )


def _tell(context: dg.AssetExecutionContext, progress: ReadProgress) -> None:
    speed = progress.bytes_read / progress.seconds / 1e6
    numbers = {"rows_so_far": progress.rows, "megabytes_a_second": speed}
    if progress.size:
        numbers["share_done"] = progress.bytes_read / progress.size
    share = f", {numbers['share_done']:.0%}" if progress.size else ""
    context.log.info(f"{progress.source}: {progress.rows:,} records kept, {speed:.0f} MB/s{share}")
    context.log_event(dg.AssetObservation(asset_key=RAW[progress.source], metadata=numbers))
