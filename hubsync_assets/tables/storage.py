"""The storage folder: its tables, its lock, and whether this version of the project may use it.

Put here: what concerns the folder as a whole. Keep out: how one table is written (``table``), and which there are (``model.tables``).
"""

import json
import shutil
import tempfile
from pathlib import Path

from hubsync_assets.errors import PermanentError
from hubsync_assets.model.contact_model import ContactModel
from hubsync_assets.tables.disk import clear_disk_failures
from hubsync_assets.tables.in_turn import BUCKETS_AT_ONCE
from hubsync_assets.tables.manifest import LAYOUT, refuse_newer_layout, write_text_durably
from hubsync_assets.tables.private import make_folder, make_private, tighten
from hubsync_assets.tables.storage_lock import StorageLock
from hubsync_assets.tables.table import Schema, Table

__all__ = ["Storage"]

TEMPORARY = ".temporary-"


class Storage:
    """A storage folder that exists, is writable and was not written by a newer version; or one that is only looked at.

    Args:
        model: what a contact is, which says what tables there are.
        folder: where tables, the sync log and the emulator's database live.
        buckets_at_once: how many buckets are in work at the same time.
        only_look: nothing is made or changed, and the folder may be missing or read-only: what a code server needs that no run is in.
        versions: how many versions of a table stay beside the current one.

    Attributes:
        model: what a contact is.
        buckets_at_once: see there.
        lock: lets one writer at a time in.

    Raises:
        PermanentError: the folder cannot be used; the text says why and what to do.
    """

    def __init__(
        self,
        model: ContactModel,
        folder: Path,
        buckets_at_once: int = BUCKETS_AT_ONCE,
        *,
        versions: int = 1,
        only_look: bool = False,
    ) -> None:
        self.model = model
        self.buckets_at_once = buckets_at_once
        self._versions = versions
        self.folder = folder.absolute()
        try:
            if not only_look:
                self._make()
            if self._description.exists():
                refuse_newer_layout(self._layout(), self.folder)
        except OSError as error:
            do, able = ("read", "readable") if only_look else ("write into", "writable")
            msg = f"cannot {do} {folder} ({error.strerror}): make it {able}, or set HUBSYNC_STORAGE to another folder"
            raise PermanentError(msg) from None
        self.lock = StorageLock(self.folder)

    def table(self, name: str) -> Table:
        """One of the project's tables, by its asset key.

        Example:
            >>> import polars as pl
            >>> from hubsync_assets.model.declaration import ContactSync
            >>> sync = {"sources": {"crm": {"read": "crm.csv"}}, "fields": {"email": {"kind": "email"}}}
            >>> model = ContactModel(ContactSync.model_validate(sync))
            >>> with tempfile.TemporaryDirectory() as folder:
            ...     table = Storage(model, Path(folder)).table("hubspot_contacts")
            ...     before = table.current()
            ...     with table.new_version() as writer:
            ...         writer.parquet.add(pl.DataFrame([{"email": "ada@example.com"}], schema=table.schema))
            ...         version = writer.publish({"note": "for later steps"})
            ...     emails = table.require().scan().collect()["email"].to_list()
            >>> before, emails, version.facts
            (None, ['ada@example.com'], {'note': 'for later steps'})
        """
        return Table(self.folder / name, self.model.tables.columns[name], self._versions)

    def former_table(self, name: str, schema: Schema) -> Table:
        """A table that an earlier declaration had, read as one of this."""
        return Table(self.folder / name, schema)

    def acquire(self, holder: str) -> None:
        """Become the only writer, and clear away what a killed one left; does nothing when this object already is.

        Args:
            holder: what the next one in line reads, for example the run's id.

        Raises:
            TransientError: somebody else is writing.
        """
        if self.lock.acquire(holder):
            self._take_over()
            for left_over in self.folder.glob(f"{TEMPORARY}*"):
                with clear_disk_failures(left_over):
                    shutil.rmtree(left_over) if left_over.is_dir() else left_over.unlink()

    def temporary_folder(self) -> Path:
        """A new folder for work that does not outlive the run; the caller deletes it, or else the next writer does."""
        with clear_disk_failures(self.folder):
            return Path(tempfile.mkdtemp(prefix=TEMPORARY, dir=self.folder))

    def _take_over(self) -> None:
        """From the first write on, an earlier version of the project is told that it cannot read this."""
        if self._layout() < LAYOUT:
            write_text_durably(self._description, json.dumps({"layout": LAYOUT}))

    def _make(self) -> None:
        make_folder(self.folder)
        if self._description.exists():
            tighten(self.folder)
        else:
            make_private(self.folder)
            write_text_durably(self._description, json.dumps({"layout": LAYOUT}))

    def _layout(self) -> int:
        path = self._description
        try:
            return int(json.loads(path.read_text(encoding="utf-8"))["layout"])
        except (ValueError, KeyError, TypeError):
            msg = f"{path} cannot be read: restore it from a backup, or point HUBSYNC_STORAGE at another folder"
            raise PermanentError(msg) from None

    @property
    def _description(self) -> Path:
        return self.folder / "storage.json"
