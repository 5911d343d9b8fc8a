"""The SQLite file behind a portal: opening it, its tables, its identity, snapshots.

Put here: SQL that creates or copies the whole database. Keep out: what a contact or a property means (``contacts``,
``properties``). One connection, used by the server's event loop only: requests are served one after the other, each in one
transaction, so that every request sees what the one before it wrote.
"""

import random
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

__all__ = ["Database", "DatabaseError"]

LAYOUT = "1"

SCHEMA = """
CREATE TABLE IF NOT EXISTS meta(name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS contacts(
    id INTEGER PRIMARY KEY AUTOINCREMENT, properties TEXT NOT NULL, created INTEGER NOT NULL, updated INTEGER NOT NULL,
    archived INTEGER, merged_into INTEGER);
CREATE TABLE IF NOT EXISTS emails(email TEXT PRIMARY KEY, contact INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS unique_values(
    property TEXT NOT NULL, value TEXT NOT NULL, contact INTEGER NOT NULL, PRIMARY KEY(property, value)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS versions(
    contact INTEGER NOT NULL, number INTEGER NOT NULL, at INTEGER NOT NULL, call INTEGER NOT NULL, source TEXT NOT NULL,
    changes TEXT NOT NULL, PRIMARY KEY(contact, number)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS properties(name TEXT PRIMARY KEY, definition TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS property_groups(name TEXT PRIMARY KEY, definition TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS calls(
    id INTEGER PRIMARY KEY, method TEXT NOT NULL, path TEXT NOT NULL, status INTEGER NOT NULL, inputs INTEGER NOT NULL,
    results INTEGER NOT NULL, errors INTEGER NOT NULL, started REAL NOT NULL, finished REAL NOT NULL, own_ms REAL NOT NULL,
    fault TEXT NOT NULL);
"""


class DatabaseError(Exception):
    """The database cannot be used; one line says why and what to do."""


class Database:
    """One portal's SQLite database; in memory when ``path`` is None."""

    def __init__(self, path: Path | None = None) -> None:
        self.path = path
        try:
            self.connection = sqlite3.connect(
                ":memory:" if path is None else path,
                isolation_level=None,
                check_same_thread=False,
                cached_statements=256,
            )
            self.connection.executescript(
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-65536; PRAGMA temp_store=MEMORY;"
                "PRAGMA busy_timeout=5000;"
            )
            self.connection.executescript(SCHEMA)
        except sqlite3.Error as failure:
            raise DatabaseError(
                f"The emulator's database {path} cannot be opened ({failure}): give --db a file in a folder that exists "
                "and is writable, made by this emulator."
            ) from failure
        self._identify()

    def _identify(self) -> None:
        """Give a new database its layout and a portal id of its own; refuse one of another layout."""
        with self.transaction():
            for name, value in (
                ("layout", LAYOUT),
                ("portal_id", str(random.SystemRandom().randint(10_000_000, 99_999_999))),
            ):
                self.connection.execute("INSERT OR IGNORE INTO meta VALUES (?, ?)", (name, value))
        if self.meta("layout") != LAYOUT:
            raise DatabaseError(
                f"The emulator's database {self.path} has layout {self.meta('layout')}, this version reads {LAYOUT}: "
                "give --db another file."
            )

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

    def snapshot(self) -> "sqlite3.Connection":
        """A copy of everything, in memory."""
        copy = sqlite3.connect(":memory:", check_same_thread=False)
        self.connection.backup(copy)
        return copy

    def restore(self, copy: "sqlite3.Connection") -> None:
        """Back to what a snapshot holds."""
        copy.backup(self.connection)

    def clear(self) -> None:
        """Forget every contact, property, call and value; the portal keeps its id."""
        with self.transaction():
            for table in ("contacts", "emails", "unique_values", "versions", "properties", "property_groups", "calls"):
                self.connection.execute(f"DELETE FROM {table}")  # noqa: S608  (names from the line above)

    def close(self) -> None:
        """Close the file."""
        self.connection.close()
