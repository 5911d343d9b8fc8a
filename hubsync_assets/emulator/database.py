"""The SQLite file behind a portal: opening it, its tables, its identity, snapshots.

Put here: SQL that creates or copies the whole database. Keep out: what a contact or a property means (``contacts``,
``properties``). One connection, used by the server's event loop only: requests are served one after the other, each in one
transaction, so that every request sees what the one before it wrote. The file is locked while it is open, because two
emulators on one file would give the same id twice.
"""

import os
import random
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

__all__ = ["Database", "DatabaseError", "Snapshot"]

Snapshot = sqlite3.Connection
"""A copy of a whole database, in memory."""

LAYOUT = "3"
LOCK_SECONDS = 0.5

TABLES = {
    "meta": "name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
    "contacts": "id INTEGER PRIMARY KEY AUTOINCREMENT, properties TEXT NOT NULL, created INTEGER NOT NULL, "
    "updated INTEGER NOT NULL, archived INTEGER, version INTEGER NOT NULL)",
    "emails": "email TEXT PRIMARY KEY, contact INTEGER NOT NULL) WITHOUT ROWID",
    "unique_values": "property TEXT NOT NULL, value TEXT NOT NULL, contact INTEGER NOT NULL, "
    "PRIMARY KEY(property, value)) WITHOUT ROWID",
    "versions": "number INTEGER PRIMARY KEY, previous INTEGER NOT NULL, contact INTEGER NOT NULL, at INTEGER NOT NULL, "
    "call INTEGER NOT NULL, source TEXT NOT NULL, changes TEXT NOT NULL, "
    "source_id TEXT NOT NULL DEFAULT '', user INTEGER NOT NULL DEFAULT 0)",
    "merged": "id INTEGER PRIMARY KEY, into_id INTEGER NOT NULL)",
    "erased": "email TEXT PRIMARY KEY) WITHOUT ROWID",
    "calls": "id INTEGER PRIMARY KEY, method TEXT NOT NULL, path TEXT NOT NULL, status INTEGER NOT NULL, "
    "inputs INTEGER NOT NULL, results INTEGER NOT NULL, errors INTEGER NOT NULL, started REAL NOT NULL, "
    "finished REAL NOT NULL, own_ms REAL NOT NULL, fault TEXT NOT NULL)",
    "properties": "name TEXT PRIMARY KEY, definition TEXT NOT NULL) WITHOUT ROWID",
    "property_groups": "name TEXT PRIMARY KEY, definition TEXT NOT NULL) WITHOUT ROWID",
}


class DatabaseError(Exception):
    """The database cannot be used; one line says why and what to do."""


def _only_for_its_owner(path: Path) -> None:
    """Make the file 0600 whatever the umask, before SQLite makes others beside it of the same mode."""
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    for file in (path, Path(f"{path}-wal"), Path(f"{path}-shm")):
        if file.exists() and file.stat().st_uid == os.geteuid():
            file.chmod(0o600)


class Database:
    """One portal's SQLite database; in memory when ``path`` is None. DatabaseError if the file can't be used."""

    def __init__(self, path: Path | None = None) -> None:
        self.path = path
        try:
            if path is not None:
                _only_for_its_owner(path)
            self.connection = sqlite3.connect(
                ":memory:" if path is None else path,
                timeout=LOCK_SECONDS,
                isolation_level=None,
                check_same_thread=False,
                cached_statements=256,
            )
        except (sqlite3.Error, OSError) as failure:
            raise self._unusable(failure) from failure
        try:
            self._prepare()
        except sqlite3.Error as failure:
            self.connection.close()
            raise self._unusable(failure) from failure

    def _unusable(self, failure: Exception) -> DatabaseError:
        return DatabaseError(
            f"The emulator's database {self.path} can't be used ({failure}): give --db a file in a folder that exists and is "
            "writable, that an emulator made, and that no other emulator has open."
        )

    def _prepare(self) -> None:
        """Lock the file, make its tables, give a new one a portal id; refuse a file that isn't an emulator's."""
        run = self.connection.execute
        there = {name for (name,) in run("SELECT name FROM sqlite_master WHERE type = 'table'")}
        if there and "meta" not in there:
            raise sqlite3.DatabaseError("it holds tables of something else")
        self.connection.executescript(
            "PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF; PRAGMA wal_autocheckpoint=8000;"
            "PRAGMA cache_size=-131072; PRAGMA mmap_size=2147418112; PRAGMA temp_store=MEMORY;"
        )
        with self.transaction():
            for name, columns in TABLES.items():
                run(f"CREATE TABLE IF NOT EXISTS {name}({columns}")
            self._bring_up()
            number = random.SystemRandom().randint(10_000_000, 99_999_999)
            run("INSERT OR IGNORE INTO meta VALUES ('layout', ?), ('portal_id', ?)", (LAYOUT, str(number)))
            run("INSERT OR IGNORE INTO meta SELECT 'live', count(*) FROM contacts WHERE archived IS NULL")
        if self.meta("layout") != LAYOUT:
            raise sqlite3.DatabaseError(f"its layout is {self.meta('layout')}, this version reads {LAYOUT}")

    def _bring_up(self) -> None:
        """A file of layout 2: who set a value is not known, and HubSpot's own definitions that were wrong are given anew."""
        run = self.connection.execute
        if run("SELECT 1 FROM meta WHERE name = 'layout' AND value = '2'").fetchone():
            run("ALTER TABLE versions ADD COLUMN source_id TEXT NOT NULL DEFAULT ''")
            run("ALTER TABLE versions ADD COLUMN user INTEGER NOT NULL DEFAULT 0")
            run("DELETE FROM properties WHERE name IN ('hs_additional_emails', 'hs_lastmodifieddate')")
            run("UPDATE meta SET value = ? WHERE name = 'layout'", (LAYOUT,))

    def meta(self, name: str) -> str:
        """A value of the ``meta`` table."""
        (value,) = self.connection.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
        return str(value)

    @property
    def portal_id(self) -> int:
        """The portal's number: new for each new database, kept in it."""
        return int(self.meta("portal_id"))

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Everything inside is written, or nothing is."""
        self.connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self.connection.execute("ROLLBACK")
            raise
        self.connection.execute("COMMIT")

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """Inside a transaction: a part of it that is undone alone when it fails."""
        self.connection.execute("SAVEPOINT attempt")
        try:
            yield
        except BaseException:
            self.connection.execute("ROLLBACK TO attempt")
            raise
        finally:
            self.connection.execute("RELEASE attempt")

    def snapshot(self) -> Snapshot:
        """A copy of everything, in memory."""
        copy = sqlite3.connect(":memory:", check_same_thread=False)
        self.connection.backup(copy)
        return copy

    def restore(self, copy: Snapshot) -> None:
        """Back to what a snapshot holds."""
        copy.backup(self.connection)

    def clear(self) -> None:
        """Forget every contact, property, call and value; the portal keeps its id, and the ids it gave."""
        with self.transaction():
            for table in TABLES:
                if table != "meta":
                    self.connection.execute(f"DELETE FROM {table}")
            self.connection.execute("UPDATE meta SET value = '0' WHERE name = 'live'")

    def close(self) -> None:
        """Close the file, which frees its lock."""
        self.connection.close()
