"""The counts of a plan while it is made, which become its report.

Keep out: planning (``plan``).
"""

from collections import Counter

import polars as pl

from hubsync_assets.contacts.changes import Changes
from hubsync_assets.steps.plan_report import PlanReport
from hubsync_assets.sync_log.refresh import State

__all__ = ["PlanCounts"]


class PlanCounts:
    """Grows bucket by bucket."""

    def __init__(self) -> None:
        self._actions: Counter[str] = Counter()
        self._unchanged: Counter[str] = Counter()
        self._held_back: Counter[str] = Counter()
        self._fields: Counter[str] = Counter()

    def add(self, changes: Changes) -> None:
        """Count what becomes of a bucket's contacts."""
        self._actions.update(create=changes.creates, update=changes.updates)
        self._unchanged.update(log=changes.unchanged_by_log, portal=changes.unchanged.height)
        self._held_back.update(changes.held_back)
        names = changes.planned.select(pl.col("changes").explode().struct.field("field").drop_nulls().alias("field"))
        self._fields.update(dict(names.group_by("field").len().iter_rows()))

    def report(self, state: State, *, merged: int, learned: int, in_doubt: int, calls: int) -> PlanReport:
        """All of it, when the last bucket is done."""
        return PlanReport(
            portal_id=state.portal_id,
            merged=merged,
            creates=self._actions["create"],
            updates=self._actions["update"],
            unchanged=dict(self._unchanged),
            held_back=dict(self._held_back),
            fields=dict(sorted(self._fields.items())),
            learned=learned,
            in_doubt=in_doubt,
            calls=calls,
            folded=state.folded,
            other_portal=state.other_portal,
        )
