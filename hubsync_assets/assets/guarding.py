"""The guard as Dagster shows it: one blocking check before the first write.

Keep out: what is unusual (``steps.guard``).
"""

from datetime import UTC, datetime

from hubsync_assets.resources import Sync
from hubsync_assets.settings import Settings
from hubsync_assets.steps.approval import waiting_plan
from hubsync_assets.steps.guard import USUAL, Guard, Limit
from hubsync_assets.tables.storage import Storage

__all__ = ["USUAL_MEANS", "apply_command", "guard_of", "waiting_for"]

USUAL_MEANS = "The plan does not clear, overwrite or update unusually many contacts, or a person has approved it. Red, and nothing is written, until then (yellow with HUBSYNC_APPROVAL=never); the limits are HUBSYNC_UNUSUAL_CLEARS, _OVERWRITES and _UPDATES."


def guard_of(sync: Sync, settings: Settings) -> Guard:
    """When a plan waits for a person, by the environment."""
    limits = {what: Limit(*limit) for what, limit in settings.unusual.items()}
    return Guard(
        {**USUAL, **limits},
        is_needed=settings.approval != "never",
        always=settings.approval == "always",
        first=settings.target == "hubspot",
        apply=apply_command(sync),
    )


def apply_command(sync: Sync) -> str:
    """What a person does to let a plan through, with ``{digest}`` in it; the command is for bash and zsh."""
    job = sync.name("apply_plan")
    by_hand = f"launch {job} with approve: {{digest}}"
    if sync.prefix:
        return by_hand  # whose module has the definitions is not known here
    return f"{by_hand}, or: dagster job execute -m hubsync_assets.definitions -j {job} -c <(echo 'approve: {{digest}}')"


def waiting_for(sync: Sync, settings: Settings, storage: Storage) -> str | None:
    """The digest of the stored plan, if it waits for a person."""
    return waiting_plan(storage, guard_of(sync, settings), datetime.now(UTC))
