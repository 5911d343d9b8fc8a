"""What is wrong with the tables and the log of a storage folder.

Put here: looking, without changing anything. Keep out: what is done about it (``replacing``).
"""

from dataclasses import dataclass
from pathlib import Path

from hubsync_assets.model.tables import STATE
from hubsync_assets.tables.errors import DamagedTableError
from hubsync_assets.tables.storage import Storage

__all__ = ["Finding", "damaged_tables", "lost_log"]


@dataclass(frozen=True, slots=True)
class Finding:
    """A table that is not what was written.

    Attributes:
        table: its name.
        words: what is wrong, and where.
    """

    table: str
    words: str


def damaged_tables(storage: Storage) -> list[Finding]:
    """The tables that are damaged, in the order of the graph; every file of every current version is read whole.

    Args:
        storage: its tables.
    """
    found = []
    for name in storage.model.tables.columns:
        try:
            version = storage.table(name).current()
            if version is not None:
                version.verify()
        except DamagedTableError as error:
            found.append(Finding(name, str(error).partition(", so the table")[0]))
    return found


def lost_log(storage: Storage, log: Path) -> str | None:
    """Say so where a log in a file is gone while tables that were made from it stay.

    Args:
        storage: its tables.
        log: the log's file.
    """
    if log.exists() or not (storage.folder / STATE).exists():
        return None
    return (
        f"{log} is missing while the tables that were made from it stay: put a copy of it back if there is one. Without, the tables are "
        "kept, a new log begins, and the next run reads every contact in HubSpot before it trusts them"
    )
