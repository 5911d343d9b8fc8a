"""What each source looked like before it was read, so that a sensor can tell whether the last sync was made from what is there now.

A look is a digest of what a sensor sees without reading (``Source.look``). It is kept beside the tables with the version of the raw table that came of it: a
reading that is used again has another look where only something beside its files has changed. Keep out: sensors.
"""

import contextlib
import json
from collections.abc import Mapping
from pathlib import Path

from hubsync_assets.errors import HubsyncError
from hubsync_assets.sources.connectors.source import Source
from hubsync_assets.tables.manifest import write_text_durably
from hubsync_assets.tables.storage import Storage
from hubsync_assets.tables.table import Version

__all__ = ["look_before", "looks_of", "note_look"]


def look_before(source: Source) -> str | None:
    """The look of a source that is about to be read; None: it has none, or cannot be looked at, which its reading says better."""
    with contextlib.suppress(HubsyncError):
        look = source.look()
        return None if look is None else look.digest
    return None


def note_look(storage: Storage, source: str, look: str | None, version: str) -> None:
    """Note that a raw table is what came of a source that looked so.

    Args:
        storage: Its lock is held by the caller.
        source: The source.
        look: From ``look_before``.
        version: The raw table's.
    """
    if look is not None:
        noted = {**_noted(storage), source: {"look": look, "version": version}}
        write_text_durably(_path(storage), json.dumps(noted, sort_keys=True))


def looks_of(storage: Storage, merged: Version) -> dict[str, str]:
    """By source, the look that golden records are from; of a database, its fingerprint in the snapshot that was read."""
    noted, found = _noted(storage), {}
    for source in storage.model.sources:
        version = merged.facts["made_from"].get(source)
        if storage.model.source(source).is_database:
            raw = storage.table(storage.model.tables.raw[source]).current()
            listing = raw.facts["listing"] if raw is not None and raw.id == version else []
            look = listing[0][3] if listing else None
        else:
            known = noted.get(source, {})
            look = known.get("look") if known.get("version") == version else None
        if look is not None:
            found[source] = look
    return found


def _noted(storage: Storage) -> Mapping[str, Mapping[str, str]]:
    """Empty where it is gone or damaged: then one run too many is asked for."""
    try:
        noted = json.loads(_path(storage).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return noted if isinstance(noted, dict) else {}


def _path(storage: Storage) -> Path:
    return storage.folder / "looks.json"
