"""Contacts as rows: finding, saving and listing them, and what each save leaves behind in the history.

Put here: the SQL of contacts, their unique values and versions. Keep out: what a caller may write (``values``, ``writing``)
the shape of answers (``shapes``) and what a row is (``records``). One contact per email is the database's own rule: ``emails`` has the address as its
key, primary and secondary ones alike.
"""

from collections import deque
from collections.abc import Iterable, Sequence
from itertools import takewhile

import orjson

from hubsync_assets.emulator.database import Database
from hubsync_assets.emulator.records import Contact, Source, Version, from_row

__all__ = ["Contact", "Contacts"]

COLUMNS = "id, properties, created, updated, archived, version"
FIRST_ID = 170_000_000_001
SEARCHED = 200_000
"""How many contacts a search of the page reads at most, so that the page stays quick."""
MOST_RECENT = 200_000
"""How many writes are remembered for search's lag; more than any limit lets through in a minute."""


def _marks(items: Sequence[object]) -> str:
    return ",".join("?" * len(items))


class Contacts:
    """The portal's contacts."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.load()

    def load(self) -> None:
        """Read the counters; ids are never given twice, even after a contact was erased."""
        run = self._database.connection.execute
        last = run("SELECT seq FROM sqlite_sequence WHERE name = 'contacts'").fetchone()
        self._next_id = max(int(last[0]) + 1 if last else 0, FIRST_ID)
        self._recent: deque[tuple[int, int]] = deque(maxlen=MOST_RECENT)
        self._next_version = int(run("SELECT coalesce(max(number), 0) FROM versions").fetchone()[0]) + 1

    def new_id(self) -> int:
        """An id that no contact had before."""
        self._next_id += 1
        return self._next_id - 1

    def count(self) -> int:
        """How many live contacts there are; kept as a number, because counting a million rows takes too long."""
        return int(self._database.meta("live"))

    def owners(self, emails: Iterable[str]) -> dict[str, int]:
        """Which contact has each of these addresses, as primary or secondary email."""
        wanted = list(emails)
        sql = f"SELECT email, contact FROM emails WHERE email IN ({_marks(wanted)})"
        return dict(self._database.connection.execute(sql, wanted))

    def holders(self, property_name: str, values: Iterable[str]) -> dict[str, int]:
        """Which contact has each of these values of a unique property."""
        wanted = list(values)
        sql = f"SELECT value, contact FROM unique_values WHERE property = ? AND value IN ({_marks(wanted)})"
        return dict(self._database.connection.execute(sql, [property_name, *wanted]))

    def any_with(self, property_name: str) -> bool:
        """Whether any contact, live or archived, has a value of a property."""
        sql = "SELECT 1 FROM contacts WHERE json_extract(properties, ?) IS NOT NULL LIMIT 1"
        return self._database.connection.execute(sql, [f'$."{property_name}"']).fetchone() is not None

    def get(self, ids: Iterable[int], *, archived: bool = False) -> dict[int, Contact]:
        """The contacts with these ids; missing ones are left out."""
        wanted = list(ids)
        state = "IS NOT NULL" if archived else "IS NULL"
        sql = f"SELECT {COLUMNS} FROM contacts WHERE id IN ({_marks(wanted)}) AND archived {state}"
        return {row[0]: from_row(row) for row in self._database.connection.execute(sql, wanted)}

    def page(self, limit: int, after: int = 0, *, archived: bool = False) -> list[Contact]:
        """``limit`` contacts with an id of ``after`` or more, by id."""
        state = "IS NOT NULL" if archived else "IS NULL"
        sql = f"SELECT {COLUMNS} FROM contacts WHERE id >= ? AND archived {state} ORDER BY id LIMIT ?"
        return [from_row(row) for row in self._database.connection.execute(sql, (after, limit))]

    def newest(self, limit: int, skip: int = 0) -> list[Contact]:
        """``limit`` live contacts, the last made first."""
        sql = f"SELECT {COLUMNS} FROM contacts WHERE archived IS NULL ORDER BY id DESC LIMIT ? OFFSET ?"
        return [from_row(row) for row in self._database.connection.execute(sql, (limit, skip))]

    def holding(self, text: str, limit: int, skip: int = 0) -> list[Contact]:
        """As ``newest``, for contacts with a value that contains a text, among the newest 200,000; its owner as email comes first."""
        pattern = text.lower().replace("!", "!!").replace("%", "!%").replace("_", "!_")
        sql = (
            f"SELECT {COLUMNS} FROM (SELECT * FROM contacts WHERE archived IS NULL ORDER BY id DESC LIMIT {SEARCHED}) "
            "WHERE properties LIKE ? ESCAPE '!' LIMIT ? OFFSET ?"
        )
        found = [from_row(row) for row in self._database.connection.execute(sql, (f"%{pattern}%", limit, skip))]
        owner = self.owners([text.strip().lower()])
        exact = list(self.get(owner.values()).values()) if not skip else []
        return [*exact, *(contact for contact in found if contact.id not in owner.values())][:limit]

    def versions(self, contacts: Iterable[int]) -> list[Version]:
        """What each save of these contacts changed, oldest first."""
        wanted = list(contacts)
        sql = (
            f"WITH RECURSIVE chain(number) AS (SELECT version FROM contacts WHERE id IN ({_marks(wanted)}) "
            "UNION ALL SELECT previous FROM versions JOIN chain USING (number)) "
            "SELECT contact, at, call, source, source_id, user, changes FROM versions JOIN chain USING (number) "
            "ORDER BY contact, number"
        )
        return [
            Version(contact, at, call, Source(kind, source_id, user), orjson.loads(changes))
            for contact, at, call, kind, source_id, user, changes in self._database.connection.execute(sql, wanted)
        ]

    def save(
        self,
        contacts: Sequence[Contact],
        changes: Sequence[dict[str, str]],
        *,
        call: int,
        source: Source | str,
        grown: int = 0,
    ) -> None:
        """Write contacts, and for each what this save changed; ``grown``: how many more live contacts there are by it."""
        source = Source(source) if isinstance(source, str) else source
        many = self._database.connection.executemany
        versions = []
        for number, (contact, change) in enumerate(zip(contacts, changes, strict=True), self._next_version):
            text = orjson.dumps(change).decode()
            at = contact.archived or contact.updated
            versions.append((number, contact.version, contact.id, at, call, source.type, text, source.id, source.user))
            contact.version = number
        self._next_version += len(versions)
        many("INSERT INTO versions VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", versions)
        many(
            f"INSERT OR REPLACE INTO contacts({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?)",
            [
                (
                    contact.id,
                    orjson.dumps(contact.properties).decode(),
                    contact.created,
                    contact.updated,
                    contact.archived,
                    contact.version,
                )
                for contact in contacts
            ],
        )
        self._grow(grown)
        last = self._recent[-1][0] if self._recent else 0  # a seeded past must not hide the writes before it
        self._recent.extend((max(contact.updated, last), contact.id) for contact in contacts)

    def _grow(self, by: int) -> None:
        if by:
            self._database.connection.execute("UPDATE meta SET value = value + ? WHERE name = 'live'", (by,))

    def written_since(self, moment: int) -> set[int]:
        """The contacts written after a time, of the last writes."""
        return {identity for _, identity in takewhile(lambda write: write[0] > moment, reversed(self._recent))}

    def claim(self, emails: Iterable[tuple[str, int]]) -> None:
        """Note who has an address; sqlite3.IntegrityError if somebody has it already."""
        self._database.connection.executemany("INSERT INTO emails VALUES (?, ?)", emails)

    def release(self, emails: Iterable[str]) -> None:
        """Give up these addresses: they belong to nobody now."""
        self._database.connection.executemany("DELETE FROM emails WHERE email = ?", [(email,) for email in emails])

    def claim_values(self, values: Iterable[tuple[str, str, int]]) -> None:
        """Note who has a value of a unique property: (property, value, id)."""
        self._database.connection.executemany("INSERT INTO unique_values VALUES (?, ?, ?)", values)

    def release_values(self, values: Iterable[tuple[str, str]]) -> None:
        """Give up these values of unique properties, (property, value): they belong to nobody now."""
        self._database.connection.executemany("DELETE FROM unique_values WHERE property = ? AND value = ?", values)

    def erase(self, contact: int) -> None:
        """Forget a contact and its history for good."""
        run = self._database.connection.execute
        run(
            "DELETE FROM versions WHERE number IN (WITH RECURSIVE chain(number) AS (SELECT version FROM contacts WHERE id = ? "
            "UNION ALL SELECT previous FROM versions JOIN chain USING (number)) SELECT number FROM chain)",
            (contact,),
        )
        run("DELETE FROM contacts WHERE id = ?", (contact,))
        self._grow(-1)

    def block(self, email: str) -> None:
        """Note that an address was erased."""
        self._database.connection.execute("INSERT OR IGNORE INTO erased VALUES (?)", (email,))

    def blocked(self, emails: Iterable[str]) -> set[str]:
        """Which of these addresses were erased."""
        wanted = list(emails)
        sql = f"SELECT email FROM erased WHERE email IN ({_marks(wanted)})"
        return {email for (email,) in self._database.connection.execute(sql, wanted)}

    def note_merge(self, old: Iterable[int], new: int) -> None:
        """Note which contact took over from others."""
        run = self._database.connection.execute
        for identity in old:
            run("UPDATE merged SET into_id = ? WHERE into_id = ?", (new, identity))
            run("INSERT OR REPLACE INTO merged VALUES (?, ?)", (identity, new))

    def merged_into(self, ids: Iterable[int]) -> dict[int, int]:
        """The contacts that took over from these ids."""
        wanted = list(ids)
        sql = f"SELECT id, into_id FROM merged WHERE id IN ({_marks(wanted)})"
        return dict(self._database.connection.execute(sql, wanted))
