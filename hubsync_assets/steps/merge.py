"""The second step: the records of all sources become ``merged_contacts`` and ``contact_conflicts``, bucket by bucket.

Put here: the step as one process does it, and the public names of what it is made of, for whoever spreads a large merge over several
machines (docs/production.md). Keep out: planning and publishing groups of buckets (``merge_groups``), merging one (``merge_group``), one bucket's
work (``merge_share``) and the rules (``contacts.merge``).
"""

from collections.abc import Iterator

from hubsync_assets.steps.merge_group import GroupReport, MergeGroup, merge_group, merging
from hubsync_assets.steps.merge_groups import plan_groups, publish_merge, sweep_groups
from hubsync_assets.steps.merge_report import (
    DISTINCT_EMAILS,
    RAW_RECORDS,
    MergeProgress,
    MergeReport,
    doubts_to_look_at,
)
from hubsync_assets.tables.storage import Storage

__all__ = [
    "DISTINCT_EMAILS",
    "RAW_RECORDS",
    "GroupReport",
    "MergeGroup",
    "MergeProgress",
    "MergeReport",
    "doubts_to_look_at",
    "merge_group",
    "merge_sources",
    "plan_groups",
    "publish_merge",
]


def merge_sources(storage: Storage) -> Iterator[MergeProgress | MergeReport]:
    """Merge the current raw tables.

    Args:
        storage: its lock is held by the caller.

    Yields:
        Progress every few seconds, and the report at the end.

    Raises:
        PermanentError: a raw table was never written, or was read under another declaration.
    """
    reports: list[GroupReport] = []
    try:
        # One group: what more of them could do side by side, buckets do within one.
        for group in plan_groups(storage, 1):
            for event in merging(storage, group):
                if isinstance(event, GroupReport):
                    reports.append(event)
                else:
                    yield event
        yield publish_merge(storage, reports)
    finally:
        sweep_groups(storage)
