"""Contacts as rows: finding, saving and listing them, and what each save leaves behind in the history.

Put here: the SQL of contacts, emails and versions. Keep out: what a caller may write (``values``, ``writing``) and the shape
of answers (``shapes``). One contact per email is the database's own rule: ``emails`` has the address as its key.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import orjson

from hubsync_assets.emulator.database import Database

__all__ = ["Contact", "Contacts", "Version"]

COLUMNS = "id, properties, created, updated, archived"


@dataclass(slots=True)
class Contact:
    """A contact; times are milliseconds since 1970. ``properties`` holds only what has a value; email is one of them."""

    id: int
    properties: dict[str, str]
    created: int
    updated: int
    archived: int | None = None

    def emails(self) -> list[str]:
        """The primary email, if any, then the secondary ones."""
        secondary = [email for email in self.properties.get("hs_additional_emails", "").split(";") if email]
        primary = self.properties.get("email")
        return [primary, *secondary] if primary else secondary


@dataclass(frozen=True, slots=True)
class Version:
    """What one save changed: property to new value (empty: cleared)."""

    at: int
    call: int
    source: str
    changes: dict[str, str]


def _contact(row: Sequence[object]) -> Contact:
    identity, properties, created, updated, archived = row
    return Contact(identity, orjson.loads(properties), created, updated, archived)  # type: ignore[arg-type]


class Contacts:
    """The portal's contacts."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.load()

    def load(self) -> None:
        """Read the counters; ids are never given twice, even after a contact was erased."""
        rows = self._database.connection.execute
        last = rows("SELECT seq FROM sqlite_sequence WHERE name = 'contacts'").fetchone()
        self._next_id = max(int(last[0]) if last else 0, 170_000_000_000) + 1
        self._next_version = int(rows("SELECT coalesce(max(number), 0) FROM versions").fetchone()[0]) + 1

    def new_id(self) -> int:
        """An id that no contact had before."""
        self._next_id += 1
        return self._next_id - 1

    def count(self) -> int:
        """How many live contacts there are."""
        return int(
            self._database.connection.execute("SELECT count(*) FROM contacts WHERE archived IS NULL").fetchone()[0]
        )

    def owners(self, emails: Iterable[str]) -> dict[str, int]:
        """Which contact has each of these addresses, as primary or secondary email."""
        wanted = list(emails)
        marks = ",".join("?" * len(wanted))
        return dict(
            self._database.connection.execute(f"SELECT email, contact FROM emails WHERE email IN ({marks})", wanted)  # noqa: S608
        )

    def holders(self, property_name: str, values: Iterable[str]) -> dict[str, int]:
        """Which contact has each of these values of a unique property."""
        wanted = list(values)
        marks = ",".join("?" * len(wanted))
        sql = f"SELECT value, contact FROM unique_values WHERE property = ? AND value IN ({marks})"  # noqa: S608
        return dict(self._database.connection.execute(sql, [property_name, *wanted]))

    def get(self, ids: Iterable[int], *, archived: bool = False) -> dict[int, Contact]:
        """The contacts with these ids; missing ones are left out."""
        wanted = list(ids)
        state = "IS NOT NULL" if archived else "IS NULL"
        marks = ",".join("?" * len(wanted))
        sql = f"SELECT {COLUMNS} FROM contacts WHERE id IN ({marks}) AND archived {state}"  # noqa: S608
        return {row[0]: _contact(row) for row in self._database.connection.execute(sql, wanted)}

    def page(self, limit: int, after: int = 0, *, archived: bool = False) -> list[Contact]:
        """``limit`` contacts with an id of ``after`` or more, by id."""
        state = "IS NOT NULL" if archived else "IS NULL"
        sql = f"SELECT {COLUMNS} FROM contacts WHERE id >= ? AND archived {state} ORDER BY id LIMIT ?"  # noqa: S608
        return [_contact(row) for row in self._database.connection.execute(sql, (after, limit))]

    def newest(self, limit: int, before: int = 1 << 62) -> list[Contact]:
        """``limit`` live contacts, the last made first."""
        sql = f"SELECT {COLUMNS} FROM contacts WHERE id < ? AND archived IS NULL ORDER BY id DESC LIMIT ?"  # noqa: S608
        return [_contact(row) for row in self._database.connection.execute(sql, (before, limit))]

    def versions(self, contact: int) -> list[Version]:
        """What each save of a contact changed, oldest first."""
        sql = "SELECT at, call, source, changes FROM versions WHERE contact = ? ORDER BY number"
        return [
            Version(at, call, source, orjson.loads(changes))
            for at, call, source, changes in self._database.connection.execute(sql, (contact,))
        ]

    def save(self, contacts: Sequence[Contact], changes: Sequence[dict[str, str]], *, call: int, source: str) -> None:
        """Write contacts, and for each what this save changed."""
        many = self._database.connection.executemany
        many(
            f"INSERT OR REPLACE INTO contacts({COLUMNS}) VALUES (?, ?, ?, ?, ?)",
            [(it.id, orjson.dumps(it.properties).decode(), it.created, it.updated, it.archived) for it in contacts],
        )
        versions = [
            (contact.id, self._next_version + place, contact.updated, call, source, orjson.dumps(change).decode())
            for place, (contact, change) in enumerate(zip(contacts, changes, strict=True))
        ]
        self._next_version += len(versions)
        many("INSERT INTO versions VALUES (?, ?, ?, ?, ?, ?)", versions)

    def claim(self, emails: Iterable[tuple[str, int]]) -> None:
        """Note who has an address; sqlite3.IntegrityError if somebody has it already."""
        self._database.connection.executemany("INSERT INTO emails VALUES (?, ?)", list(emails))

    def release(self, emails: Iterable[str]) -> None:
        """Nobody has these addresses any more."""
        self._database.connection.executemany("DELETE FROM emails WHERE email = ?", [(email,) for email in emails])
