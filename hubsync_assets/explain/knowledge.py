"""What the tables say of one contact beyond its records: golden record, plan, state, refusals, values that are settled.

Keep out: what that comes to (``verdict``).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from hubsync_assets.explain.records import rows_of
from hubsync_assets.explain.story import Planned
from hubsync_assets.model.tables import FAILED, MERGED, PLAN, SETTLED, STATE
from hubsync_assets.tables.storage import Storage

__all__ = ["Knowledge", "knowledge_of"]


@dataclass(frozen=True, slots=True)
class Knowledge:
    """One contact in the tables.

    Attributes:
        is_merged: whether ``merged_contacts`` was made from the raw tables as they are now.
        golden: its row there; None: it has none.
        planned: its row of the stored plan; None: it has none.
        state: its row of ``hubspot_contacts``; None: HubSpot has acknowledged nothing of it.
        refused: its rows of ``failed_contacts``.
        settled: its rows of ``settled_values``.
    """

    is_merged: bool
    golden: Mapping[str, Any] | None = field(repr=False)
    planned: Planned | None
    state: Mapping[str, Any] | None = field(repr=False)
    refused: tuple[Mapping[str, Any], ...] = field(repr=False)
    settled: tuple[Mapping[str, Any], ...] = field(repr=False)


def knowledge_of(storage: Storage, email: str) -> Knowledge:
    """What the tables say; reading them needs no lock."""
    state = _row(storage, STATE, email)
    refused = tuple(rows_of(storage.table(FAILED).current(), email))
    return Knowledge(
        is_merged=_is_merged(storage),
        golden=_row(storage, MERGED, email),
        planned=_planned(storage, email, state, refused),
        state=state,
        refused=refused,
        settled=tuple(rows_of(storage.table(SETTLED).current(), email)),
    )


def _row(storage: Storage, table: str, email: str) -> dict[str, Any] | None:
    return next(iter(rows_of(storage.table(table).current(), email)), None)


def _is_merged(storage: Storage) -> bool:
    merged = storage.table(MERGED).current()
    if merged is None:
        return False
    raw = {source: storage.table(table).current() for source, table in storage.model.tables.raw.items()}
    made_from = merged.facts["made_from"]
    return all(version is not None and made_from.get(source) == version.id for source, version in raw.items())


def _planned(
    storage: Storage, email: str, state: Mapping[str, Any] | None, refused: tuple[Mapping[str, Any], ...]
) -> Planned | None:
    plan = storage.table(PLAN).current()
    row = next(iter(rows_of(plan, email)), None)
    if plan is None or row is None:
        return None
    made_at = datetime.fromisoformat(plan.facts["made_at"])
    answered = [state["at"]] if state is not None else []
    answered += [each["last_at"] for each in refused if each["property"] is None]
    return Planned(
        digest=plan.facts["report"]["digest"],
        made_at=made_at,
        action=row["action"],
        changes=tuple(row["changes"]),
        is_answered=any(at > made_at for at in answered),
    )
