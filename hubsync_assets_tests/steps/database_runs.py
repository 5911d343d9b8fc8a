"""Databases read in a storage of their own, for the tests of this folder.

Keep out: what must come of it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import polars as pl
import sqlalchemy as sa

from hubsync_assets.model.contact_model import ContactModel
from hubsync_assets.model.declaration import ContactSync
from hubsync_assets.steps.read import ReadFailure, read_sources
from hubsync_assets.steps.read_report import ReadReport
from hubsync_assets.tables.storage import Storage
from hubsync_assets_tests.databases.server import SECRET

__all__ = ["open_storage", "raw", "run", "run_all", "statements"]

FIELDS = {"email": {"kind": "email"}, "name": {"kind": "text"}}


def open_storage(folder: Path, fields: dict[str, Any] | None = None, **sources: dict[str, Any]) -> Storage:
    """A storage of a declaration with these fields and sources."""
    declared = {name: {"read": f"env:{name.upper()}", "id": "id", **source} for name, source in sources.items()}
    sync = ContactSync.model_validate({"sources": declared, "fields": fields or FIELDS})
    storage = Storage(ContactModel(sync), folder)
    storage.lock.acquire("test")
    return storage


def run(storage: Storage, **settings: str) -> ReadReport | ReadFailure:
    (last,) = run_all(storage, **settings).values()
    return last


def run_all(storage: Storage, **settings: str) -> dict[str, ReadReport | ReadFailure]:
    try:
        events = list(read_sources(settings, "all", storage))
    finally:
        storage.lock.release()
    assert SECRET not in repr(events)
    return {event.source: event for event in events if isinstance(event, ReadReport | ReadFailure)}


def raw(storage: Storage, source: str = "crm") -> pl.DataFrame:
    return pl.read_parquet(storage.folder / f"raw_{source}" / "current" / "*.parquet").sort("position")


@contextmanager
def statements() -> Iterator[list[str]]:
    """What SQLAlchemy is asked to run."""
    heard: list[str] = []

    def hear(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        heard.append(statement)

    sa.event.listen(sa.Engine, "before_cursor_execute", hear)
    try:
        yield heard
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", hear)
