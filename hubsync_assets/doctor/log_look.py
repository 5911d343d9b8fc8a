"""The sync log, and whether the tables that are folded from it agree with it.

Keep out: folding, which mends what can be mended by itself (``sync_log.refresh``).
"""

from collections.abc import Iterator
from datetime import UTC, datetime

from hubsync_assets.doctor.findings import Finding, Level
from hubsync_assets.doctor.settings_look import log_url
from hubsync_assets.errors import HubsyncError
from hubsync_assets.model.contact_model import ContactModel
from hubsync_assets.model.tables import FAILED, SETTLED, STATE
from hubsync_assets.settings import Settings
from hubsync_assets.sync_log.standing import LogStanding, standing_of
from hubsync_assets.sync_log.sync_ends import SyncEnd
from hubsync_assets.tables.table import Table, Version

__all__ = ["find_log", "portal_of_state"]

_DISTRUST = "put the newest log back, or let the next run read every contact from HubSpot by itself, which it does"


def find_log(model: ContactModel, settings: Settings) -> Iterator[Finding]:
    """Look at the log and at what was folded from it.

    Raises:
        HubsyncError: The log cannot be read.
    """
    state = _version(model, settings, STATE)
    portal_id = portal_of_state(state)
    standing = standing_of(log_url(settings), portal_id)
    if standing is None:
        if state is None or not state.facts.get("folded_through"):
            yield Finding("no log yet: nothing was synced so far")
        else:
            yield Finding("the log is gone, and the tables that were made from it are there", Level.BROKEN, _DISTRUST)
        return
    if portal_id is None:
        yield Finding("there is a log, and no table was folded from it yet; the next run does that")
        return
    yield Finding(
        f"portal {portal_id}: last answer is number {standing.newest:,}; HubSpot last took a write {_at(standing.taken_at)}"
    )
    yield from _last_sync(standing)
    if standing.open_plans:
        yield Finding(
            "an upload was cut off: what it may have sent is in doubt until the next run has read it",
            Level.ATTENTION,
            "run sync_contacts",
        )
    for name in (STATE, SETTLED, FAILED):
        yield from _agrees(name, _version(model, settings, name), standing)


def _last_sync(standing: LogStanding) -> Iterator[Finding]:
    if standing.sync is not None:
        ended, at, why = standing.sync
        is_well = ended == SyncEnd.FINISHED
        text = f"last sync: {ended.value}, {_at(at)}{'' if is_well or not why else f' ({why})'}"
        yield Finding(
            text,
            Level.WELL if is_well else Level.ATTENTION,
            "" if is_well else "look at its run, and run sync_contacts",
        )
    elif standing.ended_at is not None:
        yield Finding(f"last upload came to its end {_at(standing.ended_at)}")


def _agrees(name: str, version: Version | None, standing: LogStanding) -> Iterator[Finding]:
    if version is None:
        yield Finding(f"{name} is not there; the next run folds it from the log")
        return
    through = int(version.facts.get("folded_through", 0))
    if version.facts.get("log_id") != standing.id:
        yield Finding(f"{name} was made from another log than this", Level.ATTENTION, _DISTRUST)
    elif through > standing.newest:
        text = f"the log ends before what {name} was made from ({standing.newest:,} of {through:,}): an older copy of it was put back"
        yield Finding(text, Level.ATTENTION, _DISTRUST)
    elif through < standing.newest:
        yield Finding(f"{name} lacks the last {standing.newest - through:,} answers, which the next run folds")
    else:
        yield Finding(f"{name} agrees with the log")


def portal_of_state(state: Version | None) -> int | None:
    """The portal that storage belongs to."""
    portal = None if state is None else state.facts.get("portal_id")
    return portal if isinstance(portal, int) else None


def _version(model: ContactModel, settings: Settings, name: str) -> Version | None:
    try:
        return Table(settings.storage / name, model.tables.columns[name]).current()
    except (HubsyncError, OSError):
        return None  # the part of the files tells


def _at(moment: datetime | None) -> str:
    return "never" if moment is None else f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
