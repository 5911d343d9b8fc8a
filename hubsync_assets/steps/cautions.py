"""What may be wrong with a plan as a whole, a line each, without contact data: it is written all the same.

Another installation on the same portal: HubSpot holds values that our app wrote and our log does not have. Which app is ours is not asked of
HubSpot, which does not say it to every key, but seen: it is whoever set just what the log says that we sent, when we sent it. Where that cannot be seen,
nothing is said. Keep out: what is unusual about a plan's size (``guard``).
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

import polars as pl

from hubsync_assets.errors import HubsyncError
from hubsync_assets.hubspot.client import HubSpotClient
from hubsync_assets.hubspot.histories import MOST_HISTORIES, PastValue, read_histories
from hubsync_assets.hubspot.mapping import PropertyMapping
from hubsync_assets.model.actions import OVERWRITE_THEIRS
from hubsync_assets.model.tables import PLAN, STATE
from hubsync_assets.steps.plan_report import PlanReport
from hubsync_assets.tables.bucket_spill import read_bucket
from hubsync_assets.tables.storage import Storage

__all__ = ["cautions_of"]

_CLOCKS = timedelta(minutes=5)
"""How far HubSpot's clock and ours may be apart; the log has the time at which an answer came."""
_KNOWN = 15
"""So many of the contacts that are asked for show who we are."""

_SAMPLE = ("email", "hubspot_id", "changes")


def cautions_of(storage: Storage, client: HubSpotClient, report: PlanReport, *, log_is_local: bool) -> Iterator[str]:
    """What somebody should know before the plan is written.

    Args:
        storage: Has the plan and the state that it was made from.
        client: The portal; at most one call is made, and only where somebody else's values are overwritten.
        report: Of the plan.
        log_is_local: The sync log is SQLite, which is lost with its disk.
    """
    weight = report.weight
    if log_is_local and weight.first and weight.existing and not report.reused:
        yield (
            f"the sync log (SQLite) knows of nothing written to portal {report.portal_id}, which has {weight.existing:,} of these contacts already: if "
            "they were synced from another machine or folder, put that log here before you sync; without it what it wrote counts as somebody else's"
        )
    # Where we have written nothing yet, nothing could show who we are.
    if weight.theirs and not weight.first and not report.reused:
        found = _written_elsewhere(storage, client)
        if found:
            yield (
                f"another installation may be writing to portal {report.portal_id}: of {found[1]} planned contacts, {found[0]} hold values that this app "
                "wrote and this log does not have; see that only one is switched on, or that all share one HUBSYNC_LOG_URL"
            )


def _written_elsewhere(storage: Storage, client: HubSpotClient) -> tuple[int, int] | None:
    """How many contacts show another installation, and of how many that were looked at; None: none do."""
    sample = _sample(storage)
    mapping = PropertyMapping(storage.model)
    names = sorted({change["property"] for row in sample for change in row["changes"]} | set(mapping.read_properties()))
    histories = read_histories(client, [row["hubspot_id"] for row in sample], names)
    us = _us(mapping, sample, histories)
    if us is None:
        return None
    looked_at = [row for row in sample if _theirs(row)]
    shown = sum(
        any(_is_news(histories.get(row["hubspot_id"], {}).get(name, []), us, row["at"]) for name in _theirs(row))
        for row in looked_at
    )
    return (shown, len(looked_at)) if shown else None


def _sample(storage: Storage) -> list[dict[str, Any]]:
    """Planned updates with what the log has of them: some of which we know that we wrote them, and many with somebody else's values."""
    plan, state = storage.table(PLAN).require(), storage.table(STATE).require()
    bits = max(plan.bits, state.bits)
    known: list[dict[str, Any]] = []
    theirs: list[dict[str, Any]] = []
    for bucket in range(1 << bits):
        planned = (
            read_bucket(plan, bucket, bits, plan.schema).filter(pl.col("hubspot_id").is_not_null()).select(_SAMPLE)
        )
        acknowledged = read_bucket(state, bucket, bits, state.schema).drop("hubspot_id")
        rows = planned.join(acknowledged, on="email", how="left", maintain_order="left").collect()
        overwrites = pl.col("changes").list.eval(pl.element().struct.field("action") == OVERWRITE_THEIRS).list.any()
        theirs += rows.filter(overwrites).head(MOST_HISTORIES - len(theirs)).to_dicts()
        known += rows.filter(~overwrites, "written").head(_KNOWN - len(known)).to_dicts()
        if len(theirs) == MOST_HISTORIES and len(known) == _KNOWN:
            break
    distinct = {row["hubspot_id"]: row for row in [*known, *theirs[: MOST_HISTORIES - len(known)]]}
    return list(distinct.values())


def _us(
    mapping: PropertyMapping, sample: Iterable[dict[str, Any]], histories: dict[str, dict[str, list[PastValue]]]
) -> tuple[str, str] | None:
    """Our app, as histories call it; None: nothing shows it, or it has no id that tells it from others."""
    seen: Counter[tuple[str, str]] = Counter()
    for row in sample:
        if not row["written"]:
            continue
        try:
            sent = mapping.to_properties(row)
        except HubsyncError:
            continue
        for name, values in histories.get(row["hubspot_id"], {}).items():
            seen.update(
                value.source
                for value in values
                if value.value == sent.get(name) and value.source[1] and abs(value.at - row["at"]) <= _CLOCKS
            )
    most = seen.most_common(2)
    return None if not most or (len(most) == 2 and most[0][1] == most[1][1]) else most[0][0]


def _theirs(row: dict[str, Any]) -> list[str]:
    return [change["property"] for change in row["changes"] if change["action"] == OVERWRITE_THEIRS]


def _is_news(values: list[PastValue], us: tuple[str, str], answered: datetime | None) -> bool:
    """Whether what HubSpot holds now was set by our app, and after the last answer that the log has of the contact."""
    return bool(values) and values[0].source == us and (answered is None or values[0].at - answered > _CLOCKS)
