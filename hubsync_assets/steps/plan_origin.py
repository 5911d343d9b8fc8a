"""What a plan was made from, and whether it still holds.

Keep out: planning (``plan``) and uploading (``upload``).
"""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from hubsync_assets.contacts.refusals import is_declared_otherwise, may_be_over
from hubsync_assets.errors import PermanentError
from hubsync_assets.model.contact_model import ContactModel
from hubsync_assets.model.tables import FAILED, MERGED, PLAN, STATE
from hubsync_assets.steps.plan_report import PlanOptions
from hubsync_assets.sync_log.refresh import State
from hubsync_assets.tables.storage import Storage
from hubsync_assets.tables.table import Version

__all__ = ["PLAN_VERSION", "has_refusal_that_may_be_over", "origin_of", "refuse_stale"]

PLAN_VERSION = 4
"""Part of what makes an old plan reusable; raise it when planning gives other rows, or logs other contacts, than before."""


def origin_of(merged: Version, state: State, options: PlanOptions, mapping_version: int) -> dict[str, Any]:
    """All that a plan follows from, as JSON values."""
    return {
        "made_from": {MERGED: merged.id, STATE: state.contacts.id, FAILED: state.failed.id},
        "portal_id": state.portal_id,
        "options": asdict(options),
        "mapping_version": mapping_version,
        "plan_version": PLAN_VERSION,
    }


def has_refusal_that_may_be_over(model: ContactModel, merged: Version, state: State, now: datetime) -> bool:
    """Whether time alone, or another declaration, is a reason to try a refused contact again."""
    over = may_be_over(now) | is_declared_otherwise(model)
    refused = state.failed.scan().filter(over).select("email").collect()
    if refused.is_empty():
        return False
    # A contact that has left the sources stays refused for ever, and is no reason to plan.
    contacts = merged.scan().select("email")
    return not contacts.join(refused.lazy(), on="email", how="semi").limit(1).collect().is_empty()


def refuse_stale(storage: Storage, plan: Version, portal_id: int) -> None:
    """Refuse a plan that is older than what it was made from.

    Raises:
        PermanentError: it is, or it is for another portal or of an earlier version of the project.
    """
    if plan.facts["portal_id"] != portal_id:
        msg = f"the plan in {PLAN} is for another portal than {portal_id}: materialise {PLAN} first"
        raise PermanentError(msg)
    if plan.facts["plan_version"] != PLAN_VERSION:
        msg = f"the plan in {PLAN} was made by an earlier version of hubsync_assets: materialise {PLAN} first"
        raise PermanentError(msg)
    for name, planned_from in plan.facts["made_from"].items():
        current = storage.table(name).current()
        # What an upload of this very plan has folded is no news to it, so that it can be continued.
        if current is None or (current.id != planned_from and current.facts.get("plan_id") != plan.id):
            msg = f"{name} has changed since {PLAN} was made from it: materialise {PLAN} first"
            raise PermanentError(msg)
