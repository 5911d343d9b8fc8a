"""``merged_contacts`` and ``contact_conflicts``: one op dedupes and completes the contacts.

Keep out: the rules (``contacts.merge``) and the order of things (``steps.merge``).
"""

from collections.abc import Iterator

import dagster as dg

from hubsync_assets.assets.describe import check_spec, clear_failures, sum_result, table_metadata, table_spec
from hubsync_assets.assets.selection import Selection
from hubsync_assets.model.tables import CONFLICTS, MERGED
from hubsync_assets.resources import Sync
from hubsync_assets.steps.merge import DISTINCT_EMAILS, RAW_RECORDS, MergeProgress, MergeReport, merge_sources
from hubsync_assets.tables.storage import Storage

__all__ = ["contacts_of"]


def contacts_of(sync: Sync) -> dg.AssetsDefinition:
    """The asset of one sync."""
    deps = list(sync.model.tables.raw.values())

    @dg.multi_asset(
        name=sync.name("contacts"),
        can_subset=True,
        specs=[
            table_spec(
                sync,
                MERGED,
                group="contacts",
                deps=deps,
                description="The golden records: one row a contact, deduped by email, each field by its survivorship rule.",
            ),
            table_spec(
                sync,
                CONFLICTS,
                group="contacts",
                deps=deps,
                description="Fields on which a contact's records disagree: the value kept, the values not kept, whose they are.",
            ),
        ],
        check_specs=[check_spec(sync, MERGED, RAW_RECORDS), check_spec(sync, MERGED, DISTINCT_EMAILS)],
        required_resource_keys={sync.resource("storage")},
    )
    def contacts(
        context: dg.AssetExecutionContext,
    ) -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
        """Merge the raw tables, bucket by bucket."""
        with clear_failures():
            opened = sync.of(context, "storage").open_to_write(sync, context.run.run_id)
            for event in merge_sources(opened):
                match event:
                    case MergeProgress():
                        _tell(sync, context, event)
                    case MergeReport():
                        yield from Selection.of(sync, context).told(context, _results(sync, event, opened))

    return contacts


def _results(
    sync: Sync, report: MergeReport, storage: Storage
) -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
    numbers = {
        "records": report.kept,
        "in_several_sources": report.in_several,
        "merged_again": not report.reused,
        "sources_in_doubt": len(report.doubts),
    }
    folder = storage.table(MERGED).folder
    yield dg.MaterializeResult(asset_key=sync.key(MERGED), metadata=table_metadata(folder, report.contacts, numbers))
    by_field = {f"conflicts/{field}": count for field, count in report.conflicts_by_field.items()}
    folder = storage.table(CONFLICTS).folder
    yield dg.MaterializeResult(
        asset_key=sync.key(CONFLICTS), metadata=table_metadata(folder, report.conflicts, by_field)
    )
    yield sum_result(sync, MERGED, report.records_sum)
    yield sum_result(sync, MERGED, report.contacts_sum)


def _tell(sync: Sync, context: dg.AssetExecutionContext, progress: MergeProgress) -> None:
    share, speed = progress.buckets_done / progress.buckets, progress.contacts / progress.seconds
    context.log.info(f"{progress.contacts:,} contacts merged, {speed:,.0f} a second, {share:.0%}")
    context.log_event(
        dg.AssetObservation(
            asset_key=sync.key(MERGED),
            metadata={"contacts_so_far": progress.contacts, "contacts_a_second": speed, "share_done": share},
        )
    )
