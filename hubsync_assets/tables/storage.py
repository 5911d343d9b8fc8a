"""The storage folder: which tables are in it, and whether this version of the project may use it.

Put here: the list of tables and the checks on the folder as a whole. Keep out: how one table is written (``table``).
"""

import json
import uuid
from pathlib import Path

from hubsync_assets.contacts import schema
from hubsync_assets.errors import PermanentError
from hubsync_assets.tables.lock import WriterLock
from hubsync_assets.tables.manifest import LAYOUT, refuse_newer_layout, write_text_durably
from hubsync_assets.tables.table import Schema, Table

__all__ = ["TABLES", "Storage"]

TABLES: dict[str, Schema] = {
    "raw_db1": schema.RAW_SCHEMA,
    "raw_db2": schema.RAW_SCHEMA,
    "rejected_rows": schema.REJECTED_SCHEMA,
    "merged_contacts": schema.MERGED_SCHEMA,
    "contact_conflicts": schema.CONFLICT_SCHEMA,
    "contact_changes": schema.PLAN_SCHEMA,
    "hubspot_contacts": schema.STATE_SCHEMA,
    "failed_contacts": schema.FAILED_SCHEMA,
}


class Storage:
    """A storage folder that exists, is writable and was not written by a newer version.

    Args:
        folder: where tables, the sync log and the emulator's database live.

    Attributes:
        salt: random bytes made with the folder, for keys of contacts in logs (an HMAC, so that nobody can guess back).
        lock: lets one writer at a time in.

    Raises:
        PermanentError: the folder cannot be used; the text says why and what to do.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder.absolute()
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self.salt = self._describe()
        except OSError as error:
            msg = f"cannot write into {folder} ({error.strerror}): make it writable, or set HUBSYNC_STORAGE to another folder"
            raise PermanentError(msg) from None
        self.lock = WriterLock(self.folder)

    def table(self, name: str) -> Table:
        """One of the project's tables, by its asset key."""
        return Table(self.folder / name, TABLES[name])

    def _describe(self) -> bytes:
        path = self.folder / "storage.json"
        if not path.exists():
            write_text_durably(path, json.dumps({"layout": LAYOUT, "salt": uuid.uuid4().hex}))
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
            layout, salt = int(content["layout"]), bytes.fromhex(content["salt"])
        except (ValueError, KeyError, TypeError):
            msg = f"{path} cannot be read: restore it from a backup, or point HUBSYNC_STORAGE at another folder"
            raise PermanentError(msg) from None
        refuse_newer_layout(layout, self.folder)
        return salt
