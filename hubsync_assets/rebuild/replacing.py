"""Making damaged tables again: each is set aside, made from the log or the sources, and only then deleted.

What stands aside when the new table does not, whatever happened in between, is put back. Keep out: what is damaged (``findings``).
"""

import shutil
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from hubsync_assets.errors import HubsyncError, PermanentError
from hubsync_assets.hubspot.mapping import PropertyMapping
from hubsync_assets.model.doubts import SourceDoubts
from hubsync_assets.model.tables import FAILED, MERGED, PLAN, SETTLED, STATE
from hubsync_assets.settings import Settings
from hubsync_assets.steps.acceptance import Beside
from hubsync_assets.steps.merge import MergeReport, merge_sources
from hubsync_assets.steps.read import ReadFailure, ReadReport, read_sources
from hubsync_assets.sync_log.log import SyncLog
from hubsync_assets.sync_log.refresh import refresh_state
from hubsync_assets.tables.errors import DamagedTableError
from hubsync_assets.tables.manifest import Manifest
from hubsync_assets.tables.storage import Storage
from hubsync_assets.tables.version import Version

__all__ = ["ASIDE", "FROM_LOG", "made_from", "put_back", "rebuild"]

ASIDE = ".replaced"
"""The folder, in storage, of what is being replaced."""
FROM_LOG = (STATE, SETTLED, FAILED)

Tell = Callable[[str], None]


def made_from(table: str) -> str:
    """What a table is made from again."""
    if table in FROM_LOG:
        return "folded anew from the sync log"
    return "made by the next run, which plans anew" if table == PLAN else "made from the sources"


def rebuild(storage: Storage, log: SyncLog, settings: Settings, tables: Collection[str], tell: Tell) -> None:
    """Make tables again.

    Args:
        storage: its lock is held by the caller.
        log: the sync log; it is locked for the portal that is folded.
        settings: where the sources are.
        tables: names of those that are damaged.
        tell: hears what was done.

    Raises:
        HubsyncError: a table could not be made; it is as it was before.
    """
    of_log = [name for name in tables if name in FROM_LOG]
    others = [name for name in tables if name not in FROM_LOG]
    if of_log:
        portal_id = _portal(storage, log)
        with _set_aside(storage, of_log):
            if portal_id is None:
                tell("the log has no answers of this portal: the next run reads every contact in HubSpot")
            else:
                log.acquire(portal_id, "rebuild")
                state = refresh_state(storage, log, portal_id, ways=PropertyMapping(storage.model).ways)
                tell(f"folded {state.folded:,} answers: {state.contacts.manifest.rows:,} contacts")
    if others:
        noted = _noted(storage, others)
        with _set_aside(storage, others):
            if any(name != PLAN for name in others):
                _from_sources(storage, settings, noted, tell)


def put_back(storage: Storage) -> None:
    """Undo what a rebuild that was killed has left: what it had set aside stands again where nothing whole stands in its place.

    Args:
        storage: its lock is held by the caller.
    """
    folder = storage.folder / ASIDE
    for aside in sorted(folder.iterdir()) if folder.is_dir() else []:
        if _stands(storage, aside.name):
            shutil.rmtree(aside)
        else:
            _restore(storage, aside)
    if folder.is_dir():
        folder.rmdir()


@contextmanager
def _set_aside(storage: Storage, names: Collection[str]) -> Iterator[None]:
    folder = storage.folder / ASIDE
    folder.mkdir(mode=0o700)
    try:
        for name in names:
            (storage.folder / name).rename(folder / name)
        yield
    except BaseException:
        for name in names:
            if (folder / name).exists():
                _restore(storage, folder / name)
        folder.rmdir()
        raise
    shutil.rmtree(folder)


def _restore(storage: Storage, aside: Path) -> None:
    place = storage.folder / aside.name
    if place.exists():
        shutil.rmtree(place)
    aside.rename(place)


def _stands(storage: Storage, name: str) -> bool:
    try:
        return storage.table(name).current() is not None
    except DamagedTableError:
        return False


def _portal(storage: Storage, log: SyncLog) -> int | None:
    """Whose the folded tables are: a manifest says so, or else the log, if it knows of one portal only; None: it knows of none."""
    portals = log.portals()
    for name in FROM_LOG:
        for number in reversed(storage.table(name).numbers()):
            try:
                facts = Manifest.read(storage.folder / name / f"v{number}").facts
            except DamagedTableError:
                continue
            return int(facts["portal_id"]) if facts["portal_id"] in portals else None
    if len(portals) > 1:
        raise PermanentError(
            f"the log has answers of {len(portals)} portals and no table says which is meant: delete {STATE}, {SETTLED} and {FAILED} "
            f"in {storage.folder}, and the next run folds them for the portal that it writes to"
        )
    return portals[0] if portals else None


def _noted(storage: Storage, tables: Collection[str]) -> dict[str, Version]:
    """By source, what was noted with its damaged raw table, the last accepted reading above all: where that can still be read."""
    raw = {source: storage.table(name) for source, name in storage.model.tables.raw.items() if name in tables}
    versions = {source: table.last_noted() for source, table in raw.items()}
    # Without a baseline (an earlier version of the project wrote it) the rows would have to be counted, and those are damaged.
    return {
        source: version for source, version in versions.items() if version is not None and "baseline" in version.facts
    }


def _from_sources(storage: Storage, settings: Settings, noted: Mapping[str, Version], tell: Tell) -> None:
    for event in read_sources(settings.sources, settings.files, storage, beside=Beside(noted, settings.log_url)):
        match event:
            case ReadFailure():
                raise PermanentError(f"{event.source} could not be read: {event.error}") from None
            case ReadReport():
                tell(f"{event.source}: {event.kept:,} records{' as before' if event.reused else ''}")
                if doubts := SourceDoubts.from_json(event.doubts):
                    tell(doubts.message(event.source))
    try:
        for step in merge_sources(storage):
            if isinstance(step, MergeReport):
                tell(f"{MERGED}: {step.contacts:,} contacts")
    except HubsyncError:
        tell(f"{MERGED} could not be made")
        raise
