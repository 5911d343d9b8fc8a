"""A source: whether it can be read now, what is newest there, and whether its last reading is in doubt.

Keep out: reading records, and judging a reading (``steps.health``).
"""

from collections.abc import Iterator
from datetime import UTC, datetime

from hubsync_assets.doctor.findings import Finding, Level
from hubsync_assets.errors import HubsyncError
from hubsync_assets.model.contact_model import ContactModel
from hubsync_assets.model.doubts import SourceDoubts
from hubsync_assets.settings import Settings
from hubsync_assets.sources.connectors.reaching import reachable
from hubsync_assets.sources.connectors.registry import shown, source_of
from hubsync_assets.tables.table import Table, Version

__all__ = ["find_source"]

SERVER_SECONDS = 8.0
"""Less than the part's own limit, so that the source's own words are told."""


def find_source(model: ContactModel, settings: Settings, name: str) -> Iterator[Finding]:
    """Look at one source.

    Args:
        model: What is declared.
        settings: Where it is, and storage.
        name: Of the source.

    Raises:
        HubsyncError: It cannot be read now.
    """
    yield from _last_reading(model, settings, name)
    setting = settings.sources[name]
    files = reachable(source_of(model, name, setting), SERVER_SECONDS)
    newest = files[0]
    when = "" if newest.mtime_ns is None else f" of {_minute(newest.mtime_ns / 1e9)}"
    more = f", {len(files)} in all" if len(files) > 1 else ""
    yield Finding(f"{shown(name, setting)} can be read: {newest.name}{when}{more}")


def _last_reading(model: ContactModel, settings: Settings, name: str) -> Iterator[Finding]:
    table = model.tables.raw[name]
    try:
        version = Table(settings.storage / table, model.tables.columns[table]).current()
    except (HubsyncError, OSError):
        return  # the part of the files tells
    if version is None:
        yield Finding("never read so far")
        return
    yield Finding(f"last read {_when(version)}: {version.manifest.rows:,} records kept")
    doubts = SourceDoubts.from_json(version.facts["doubts"]) if version.facts.get("doubts") else None
    if doubts and doubts.reasons:
        accept = f"look at the source, then run with accept: {{{name}: {doubts.digest}}} in the config of raw_records"
        yield Finding(f"in doubt: {'; '.join(doubts.reasons)}", Level.ATTENTION, accept)


def _when(version: Version) -> str:
    read_at = version.facts.get("read_at")
    return _minute(read_at) if isinstance(read_at, float) else version.manifest.created_at[:16].replace("T", " ")


def _minute(seconds: float) -> str:
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M} UTC"
