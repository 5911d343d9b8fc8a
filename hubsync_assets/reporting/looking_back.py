"""What a run did, looked up in the tables that it left: lazily, and never more rows than a page holds.

Keep out: how it looks (``run_page``), and what stands in which file of a source (``steps.places``).
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import polars as pl

from hubsync_assets.model.actions import ACTIONS
from hubsync_assets.model.doubts import SourceDoubts
from hubsync_assets.model.tables import CONFLICTS, FAILED, MERGED, PLAN, STATE
from hubsync_assets.reporting.contents import MOST_ROWS, Change, Disagreement, Listed, RunContents, RunHead, Stage
from hubsync_assets.reporting.troubles import refused_of, rejected_of
from hubsync_assets.steps.places import places_of
from hubsync_assets.tables.storage import Storage
from hubsync_assets.tables.table import Version

__all__ = ["looked_back"]

_MOST_OTHERS = 5
"""Values of one disagreement that are shown: there may be a million."""

_OUTCOMES = {"written": "written", "refused": "refused", "open": "not written"}


def looked_back(storage: Storage, head: RunHead) -> RunContents:
    """What the tables say of a run that has just come to ``head.stage``.

    Args:
        storage: its tables are as the run left them.
        head: which run.
    """
    readings = {source: storage.table(table).current() for source, table in storage.model.tables.raw.items()}
    facts = {source: version.facts for source, version in readings.items() if version is not None}
    doubts = {source: SourceDoubts.from_json(of["doubts"]) for source, of in facts.items() if of.get("doubts")}
    is_planned = head.stage >= Stage.PLANNED
    plan = storage.table(PLAN).current() if is_planned else None
    rejected, by_reason = rejected_of(storage)
    return RunContents(
        head=head,
        sources={source: of["report"] for source, of in facts.items()},
        doubts={source: found.message(source) for source, found in doubts.items() if found},
        merged=_report(storage, MERGED) if is_planned else {},
        disagreements=_disagreements(storage) if is_planned else Listed(0, (), ""),
        planned=_report(storage, PLAN) if is_planned else {},
        changes={} if plan is None else _changes(storage, plan, head.stage),
        refused=refused_of(storage) if is_planned else Listed(0, (), ""),
        rejected=rejected,
        rejected_by=by_reason,
    )


def _report(storage: Storage, table: str) -> Mapping[str, Any]:
    version = storage.table(table).current()
    return {} if version is None else version.facts["report"]


def _disagreements(storage: Storage) -> Listed:
    version = storage.table(CONFLICTS).current()
    if version is None:
        return Listed(0, (), "")
    rows = version.scan().head(MOST_ROWS).with_columns(pl.col("not_kept").list.head(_MOST_OTHERS)).collect()
    places = places_of(storage, rows["email"].unique().to_list())
    listed = [
        Disagreement(
            contact=places[row["email"]],
            email=row["email"],
            field_name=row["field"],
            kept=row["kept"],
            kept_source=row["kept_source"],
            others=tuple((other["value"], other["source"]) for other in row["not_kept"]),
            rule=row["rule"],
        )
        for row in rows.iter_rows(named=True)
    ]
    return Listed(version.manifest.rows, listed, str(version.folder))


def _changes(storage: Storage, plan: Version, stage: Stage) -> dict[str, Listed]:
    """By action, the first values and the number of all."""
    counts = plan.facts["report"]["changes"].values()
    totals = {action: sum(by_action.get(action, 0) for by_action in counts) for action in ACTIONS}
    first = {
        action: plan.scan()
        .select("email", "hubspot_id", "changes")
        # Before they are spread: a plan may have millions.
        .filter(pl.col("changes").list.eval(pl.element().struct.field("action") == action).list.any())
        .head(MOST_ROWS)
        .explode("changes")
        .unnest("changes")
        .filter(pl.col("action") == action)
        .head(MOST_ROWS)
        .collect()
        for action, total in totals.items()
        if total
    }
    emails = {email for rows in first.values() for email in rows["email"]}
    places = places_of(storage, sorted(emails))
    became = _outcomes(storage, plan, emails) if stage is Stage.WRITTEN else {}
    return {
        action: Listed(
            totals[action],
            [_change(row, places, became, stage) for row in rows.iter_rows(named=True)],
            str(plan.folder),
        )
        for action, rows in first.items()
    }


def _change(
    row: Mapping[str, Any], places: Mapping[str, str], became: Mapping[str, tuple[str, str | None]], stage: Stage
) -> Change:
    outcome, known_id = became.get(row["email"], ("open", None))
    return Change(
        contact=places[row["email"]] or "in no source any more",
        email=row["email"],
        hubspot_id=row["hubspot_id"] or known_id,
        field_name=row["field"],
        property_name=row["property"],
        old=row["old"],
        new=row["new"],
        outcome=_OUTCOMES[outcome] if stage is Stage.WRITTEN else "planned",
    )


def _outcomes(storage: Storage, plan: Version, emails: Iterable[str]) -> dict[str, tuple[str, str | None]]:
    """By email, what became of these contacts of the plan (a word of ``_OUTCOMES``), and their record id."""
    wanted = pl.LazyFrame({"email": list(emails)}, schema={"email": pl.String})
    since = datetime.fromisoformat(plan.facts["made_at"])
    found: dict[str, tuple[str, str | None]] = {}
    state, failed = storage.table(STATE).current(), storage.table(FAILED).current()
    if state is not None:
        rows = state.scan().join(wanted, on="email", how="semi").select("email", "hubspot_id", "at").collect()
        for email, hubspot_id, at in rows.iter_rows():
            found[email] = ("written" if at > since else "open", hubspot_id)
    if failed is not None:
        of_contacts = failed.scan().filter(pl.col("property").is_null(), pl.col("last_at") > since)
        for email in of_contacts.join(wanted, on="email", how="semi").select("email").collect()["email"]:
            found[email] = ("refused", found.get(email, ("", None))[1])
    return found
