"""The job ``prune``: one op that removes what is older than the settings say, and reports numbers.

It holds the locks that a run holds, so no sync runs meanwhile. Keep out: what can go (``steps.prune``), and when it runs (``automation``).
"""

from datetime import UTC, datetime, timedelta

import dagster as dg

from hubsync_assets.assets.describe import clear_failures
from hubsync_assets.resources import Sync
from hubsync_assets.steps.prune import PruneReport, prune_log, prune_rejected

__all__ = ["prune_of"]


def prune_of(sync: Sync) -> dg.JobDefinition:
    """The job of one sync."""

    @dg.op(
        name=sync.name("prune_storage"),
        required_resource_keys={sync.resource("sources"), sync.resource("storage"), sync.resource("sync_log")},
        out=dg.Out(dg.Nothing),
        description="Removes answers from which nothing follows any more, and rejected rows, that are older than the settings say.",
    )
    def prune_storage(context: dg.OpExecutionContext) -> None:
        """Prune the log, then the rejected rows."""
        with clear_failures():
            settings = sync.of(context, "sources").settings(sync)
            storage = sync.of(context, "storage").open_to_write(sync, context.run_id)
            now, numbers = datetime.now(UTC), dict[str, int]()
            if settings.keep_log is None and settings.keep_rejected is None:
                context.log.info("nothing is pruned: HUBSYNC_KEEP_LOG and HUBSYNC_KEEP_REJECTED are not set")
            if settings.keep_log is not None:
                log = sync.of(context, "sync_log").open(sync, storage.folder)
                report = prune_log(storage, log, context.run_id, now - timedelta(days=settings.keep_log))
                numbers |= _numbers(report)
                if report.note:
                    context.log.warning(f"answers were removed, but {report.note}; the next pruning tries again")
            if settings.keep_rejected is not None:
                numbers["rejected_rows_removed"] = prune_rejected(storage, settings.keep_rejected, now)
            for name, number in numbers.items():
                context.log.info(f"{name}: {number:,}")
            context.add_output_metadata(numbers)

    @dg.job(name=sync.name("prune"), description=_DESCRIPTION)
    def prune() -> None:
        prune_storage()

    return prune


def _numbers(report: PruneReport) -> dict[str, int]:
    before, after = report.shrunk or (0, 0)
    return {
        "answers": report.answers,
        "answers_removed": report.removed,
        "log_bytes_given_back": before - after,
    }


_DESCRIPTION = "Removes what is older than HUBSYNC_KEEP_LOG and HUBSYNC_KEEP_REJECTED say; what HubSpot holds, and what a sync does, stays the same."
