"""A sync whose merge is spread over steps: load this in place of ``hubsync_assets.definitions``.

Each group of buckets is a step of its own, which the executor may put into a process or a pod; the storage folder is one that all of them see.
"""

import os
from collections.abc import Iterator
from typing import Any

import dagster as dg

from hubsync_assets import build_definitions
from hubsync_assets.assets import clear_failures
from hubsync_assets.declaring.loading import file_named_by, load
from hubsync_assets.resources import Sync
from hubsync_assets.steps.merge import GroupReport, MergeGroup, MergeReport, merge_group, plan_groups, publish_merge

GROUPS = 8
SYNC = Sync(load(file_named_by(os.environ)))
MERGED, CONFLICTS = SYNC.key("merged_contacts"), SYNC.key("contact_conflicts")
RAW = ("raw_db1", "raw_db2")  # a table for each source
STORAGE = SYNC.resource("storage")
AGAIN = dg.RetryPolicy(max_retries=3, delay=10)  # on the ops: a graph of assets takes none


@dg.op(
    ins={name: dg.In(dg.Nothing) for name in RAW},
    out=dg.DynamicOut(),
    required_resource_keys={STORAGE},
    retry_policy=AGAIN,
)
def plan(context: dg.OpExecutionContext) -> Iterator[dg.DynamicOutput[MergeGroup]]:
    """Say which groups there are."""
    with clear_failures():
        for group in plan_groups(SYNC.of(context, "storage").open_to_write(SYNC, context.run_id), GROUPS):
            yield dg.DynamicOutput(group, mapping_key=str(group.number))


@dg.op(required_resource_keys={STORAGE}, retry_policy=AGAIN)
def merge(context: dg.OpExecutionContext, group: MergeGroup) -> GroupReport:
    """Merge one group: without the lock, which one step alone could have."""
    with clear_failures():
        return merge_group(SYNC.of(context, "storage").open(SYNC), group)


@dg.op(required_resource_keys={STORAGE}, retry_policy=AGAIN)
def publish(context: dg.OpExecutionContext, reports: list[GroupReport]) -> MergeReport:
    """Make the groups the new tables."""
    with clear_failures():
        return publish_merge(SYNC.of(context, "storage").open_to_write(SYNC, context.run_id), reports)


@dg.op(out={"merged_contacts": dg.Out(dg.Nothing), "contact_conflicts": dg.Out(dg.Nothing)})
def show(report: MergeReport) -> Iterator[dg.Output[None]]:
    """Say that both tables are there."""
    yield dg.Output(None, "merged_contacts", metadata={"dagster/row_count": report.contacts})
    yield dg.Output(None, "contact_conflicts", metadata={"dagster/row_count": report.conflicts})


@dg.op(out=dg.Out(dg.Nothing))
def every_record(report: MergeReport) -> dg.AssetCheckResult:
    """A check is what an op of one output returns: as one output of several it vanishes, and the run is green."""
    total = report.records_sum
    return dg.AssetCheckResult(check_name=total.name, passed=total.closes, description=str(total))


@dg.op(out=dg.Out(dg.Nothing))
def every_email(report: MergeReport) -> dg.AssetCheckResult:
    """The other sum."""
    total = report.contacts_sum
    return dg.AssetCheckResult(check_name=total.name, passed=total.closes, description=str(total))


@dg.graph_multi_asset(
    ins={name: dg.AssetIn(SYNC.key(name), dagster_type=dg.Nothing) for name in RAW},
    outs={"merged_contacts": dg.AssetOut(key=MERGED), "contact_conflicts": dg.AssetOut(key=CONFLICTS)},
    check_specs=[
        dg.AssetCheckSpec(name, asset=MERGED, blocking=True) for name in ("every_record_is_merged", "emails_are_unique")
    ],
    group_name="contacts",
)
def contacts(raw_db1: Any, raw_db2: Any) -> dict[str, Any]:
    """The golden records and the conflicts, in groups."""
    report = publish(plan(raw_db1=raw_db1, raw_db2=raw_db2).map(merge).collect())
    tables = show(report)
    return {
        "merged_contacts": tables.merged_contacts,
        "contact_conflicts": tables.contact_conflicts,
        "merged_contacts_every_record_is_merged": every_record(report),
        "merged_contacts_emails_are_unique": every_email(report),
    }


def in_place_of_ours(usual: dg.Definitions) -> dg.Definitions:
    """Everything else stays as it is."""
    return dg.Definitions(
        assets=[each for each in usual.assets or () if MERGED not in getattr(each, "keys", ())] + [contacts],
        jobs=usual.jobs,
        schedules=usual.schedules,
        sensors=usual.sensors,
        resources=usual.resources,
        executor=dg.multiprocess_executor,  # or k8s_job_executor
    )


definitions = in_place_of_ours(build_definitions())
