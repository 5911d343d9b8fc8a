"""The counts of a plan while it is made, which become its report.

Keep out: planning (``plan``).
"""

from collections import Counter

import polars as pl

from hubsync_assets.contacts.changes import Changes, count_refusals
from hubsync_assets.contacts.unlike import Unlike
from hubsync_assets.contacts.value_counts import ValueCounts
from hubsync_assets.hubspot.client import BATCH, HubSpotClient
from hubsync_assets.model.actions import CLEAR, HELD, OVERWRITE_THEIRS, SETTLED
from hubsync_assets.steps.plan_report import Cost, PlanReport, Weight
from hubsync_assets.sync_log.plan_events import PlanEvent
from hubsync_assets.sync_log.refresh import State

__all__ = ["PlanCounts"]


class PlanCounts:
    """Grows bucket by bucket.

    Attributes:
        learned: contacts that were asked for.
        in_doubt: contacts that an earlier run may have written without an answer.
    """

    def __init__(self) -> None:
        self.learned = self.in_doubt = 0
        self._creates = self._updates = self._existing = 0
        self._unchanged: Counter[str] = Counter(log=0, portal=0)
        self._held_back: Counter[str] = Counter()
        self._changes: Counter[tuple[str, str]] = Counter()
        self._values = ValueCounts()
        self._written_values = 0
        self._weights: Counter[str] = Counter()
        self._cost = Cost()

    def look(self, unlike: Unlike) -> None:
        """Count those of a bucket that need not be looked at, and those that are asked for."""
        self.learned += unlike.rows.height
        self._unchanged["log"] += unlike.as_known
        self._existing += unlike.as_known
        self._held_back.update(count_refusals(unlike.refusals["category"]))

    def list_others(self, count: int) -> None:
        """So many contacts that were as known are looked at all the same."""
        self._unchanged["log"] -= count
        self._existing -= count

    def add(self, changes: Changes, rows: pl.DataFrame) -> None:
        """Count what becomes of those that were looked at; ``rows``: of the plan."""
        self._creates += changes.creates
        self._existing += changes.existing
        self._updates += rows.height - changes.creates
        self._unchanged["portal"] += changes.unchanged
        self._held_back.update(changes.held_back)
        self._values.add(changes.values)
        self._written_values += int(rows.select(pl.col("sent").list.len() + pl.col("cleared").list.len()).sum().item())
        each = rows.select(pl.col("changes").explode(keep_nulls=False, empty_as_null=False)).unnest("changes")
        for name, action, count in each.group_by("property", "action").len().iter_rows():
            self._changes[name, action] += count
        certain = rows.filter(~changes.planned["doubt"])
        actions = pl.col("changes").list.eval(pl.element().struct.field("action"))
        is_update = pl.col("action") == "update"
        found = certain.select(
            clears=actions.list.contains(pl.lit(CLEAR)).sum(),
            theirs=actions.list.contains(pl.lit(OVERWRITE_THEIRS)).sum(),
            updates=is_update.sum(),
        )
        self._weights.update(found.row(0, named=True))

    def ask_quota(self, client: HubSpotClient) -> None:
        """Work out what the upload will cost; the day's quota is only asked for where something is to be sent."""
        calls = -(-self._creates // BATCH) + -(-self._updates // BATCH)
        if not calls:
            return
        quota = client.daily_quota()
        self._cost = Cost(
            write_calls=calls,
            daily_limit=quota.limit if quota else None,
            daily_left=quota.left if quota else None,
            burst_limit=client.pacer.limit if client.pacer.learned else None,
            burst_seconds=client.pacer.window,
        )

    def report(
        self, state: State, client: HubSpotClient, *, merged: int, digest: str, last: PlanEvent | None
    ) -> PlanReport:
        """All of it, when the last bucket is done.

        Args:
            state: what is known of the portal.
            client: the portal.
            merged: golden records.
            digest: the plan's.
            last: ``PARTLY`` or ``WHOLE``, whichever happened last to the portal.
        """
        written = state.contacts.scan().select(pl.col("written").any()).collect().item()
        account = client.account()
        values = self._values
        by_property: dict[str, dict[str, int]] = {}
        for (name, action), count in sorted(self._changes.items()):
            by_property.setdefault(name, {})[action] = count
        return PlanReport(
            portal_id=state.portal_id,
            merged=merged,
            creates=self._creates,
            updates=self._updates,
            unchanged=dict(self._unchanged),
            held_back=dict(self._held_back),
            changes=by_property,
            settled={word: found for word in SETTLED if (found := values.of(word))},
            other_forms=dict(sorted(values.other_forms.items())),
            values_decided=values.decided,
            values_written=self._written_values,
            values_settled={word: values.total(word) for word in SETTLED},
            values_held=values.total(HELD),
            weight=Weight(
                first=not written,
                existing=self._existing,
                **self._weights,
            ),
            cost=self._cost,
            digest=digest,
            learned=self.learned,
            in_doubt=self.in_doubt,
            calls=client.meter.usage().calls,
            folded=state.folded,
            other_portal=state.other_portal,
            first=last is PlanEvent.PARTLY or (last is None and not written),
            account_type=account.account_type,
            ui_domain=account.ui_domain,
        )
