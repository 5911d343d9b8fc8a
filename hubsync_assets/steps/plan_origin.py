"""What a plan was made from, and whether it still holds.

Keep out: planning (``plan``) and uploading (``upload``).
"""

import hashlib
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

import polars as pl

from hubsync_assets.contacts.refusals import is_declared_otherwise, may_be_over, value_may_be_taken_now
from hubsync_assets.contacts.rules import Rules
from hubsync_assets.errors import PermanentError
from hubsync_assets.hubspot.mapping import PropertyMapping
from hubsync_assets.hubspot.portal_values import PortalValues
from hubsync_assets.hubspot.values import PropertySchema
from hubsync_assets.model.contact_model import ContactModel
from hubsync_assets.model.tables import FAILED, MERGED, PLAN, SETTLED, STATE
from hubsync_assets.steps.plan_report import PlanOptions
from hubsync_assets.sync_log.refresh import State
from hubsync_assets.tables.storage import Storage
from hubsync_assets.tables.table import Version

__all__ = [
    "PLAN_VERSION",
    "has_refusal_that_may_be_over",
    "made_under",
    "origin_of",
    "refuse_other_shapes",
    "refuse_stale",
]

PLAN_VERSION = 6
"""Part of what makes an old plan reusable; raise it when planning gives other rows, or logs other contacts, than before."""


def origin_of(model: ContactModel, merged: Version, state: State, options: PlanOptions, rules: Rules) -> dict[str, Any]:
    """All that a plan follows from, as JSON values."""
    return {
        "made_from": {
            MERGED: merged.id,
            STATE: state.contacts.id,
            FAILED: state.failed.id,
            SETTLED: state.settled.id,
        },
        "portal_id": state.portal_id,
        "options": asdict(options),
        "policies": {**rules.digests, "": "recreate" if rules.recreate else "hold"},
        "mapping_version": rules.written.version,
        "plan_version": PLAN_VERSION,
        "declaration": _digest(model.declared.model_dump_json()),
    }


def made_under(values: PortalValues, run_id: str, now: datetime) -> dict[str, Any]:
    """What must not have changed when another run writes the plan, and when it was made, as JSON values."""
    return {
        "shapes": {name: _digest(shape) for name, shape in values.shapes().items()},
        "run_id": run_id,
        "made_at": now.isoformat(),
    }


def has_refusal_that_may_be_over(model: ContactModel, merged: Version, state: State, rules: Rules) -> bool:
    """Whether time alone, or another declaration, is a reason to try a refused contact or value again."""
    over = may_be_over(rules.now) | is_declared_otherwise(model, recreate=rules.recreate)
    contacts = state.failed.scan().filter(over, pl.col("property").is_null()).select("email")
    values = state.settled.scan().filter(value_may_be_taken_now(rules)).select("email")
    refused = pl.concat([contacts, values]).collect()
    if refused.is_empty():
        return False
    # A contact that has left the sources stays refused for ever, and is no reason to plan.
    emails = merged.scan().select("email")
    return not emails.join(refused.lazy(), on="email", how="semi").limit(1).collect().is_empty()


def refuse_stale(storage: Storage, plan: Version, portal_id: int) -> None:
    """Refuse a plan that is older than what it was made from.

    Raises:
        PermanentError: it is, or it is for another portal or of an earlier version of the project, or of another declaration.
    """
    if plan.facts["portal_id"] != portal_id:
        msg = f"the plan in {PLAN} is for another portal than {portal_id}: materialise {PLAN} first"
        raise PermanentError(msg)
    if plan.facts["plan_version"] != PLAN_VERSION:
        msg = f"the plan in {PLAN} was made by an earlier version of hubsync_assets: materialise {PLAN} first"
        raise PermanentError(msg)
    if plan.facts.get("declaration") != _digest(storage.model.declared.model_dump_json()):
        msg = f"the declaration has changed since {PLAN} was made by it: materialise {PLAN} first"
        raise PermanentError(msg)
    for name, planned_from in plan.facts["made_from"].items():
        current = storage.table(name).current()
        # What an upload of this very plan has folded is no news to it, so that it can be continued.
        if current is None or (current.id != planned_from and current.facts.get("plan_id") != plan.id):
            msg = f"{name} has changed since {PLAN} was made from it: materialise {PLAN} first"
            raise PermanentError(msg)


def refuse_other_shapes(model: ContactModel, plan: Version, run_id: str, schema: Mapping[str, PropertySchema]) -> None:
    """Refuse a plan of another run, if a property has changed since that takes its values; one that was made since is as it should be.

    Raises:
        PermanentError: it has.
    """
    if plan.facts["run_id"] == run_id:
        return
    now = PortalValues(PropertyMapping(model), schema).shapes()
    changed = [name for name, shape in plan.facts["shapes"].items() if _digest(now.get(name, "")) != shape]
    if changed:
        msg = f"{', '.join(changed)} changed in HubSpot since {PLAN} was made: materialise {PLAN} first"
        raise PermanentError(msg)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]
