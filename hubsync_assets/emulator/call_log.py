"""What was called: one record for each API call, kept in the database, the newest 100,000.

Put here: the record and its table. Keep out: tokens, bodies and queries of URLs, which are never kept.
"""

from dataclasses import asdict, dataclass, fields
from typing import Any

from hubsync_assets.emulator.database import Database

__all__ = ["Call", "CallLog"]

KEPT = 100_000
MOST_PENDING = 100


@dataclass(slots=True)
class Call:
    """One API call.

    ``started`` and ``finished`` are seconds since 1970 by the machine's clock; ``own_ms`` is the emulator's own work, without
    delays it was asked to make; ``status`` 0: no answer was sent; ``fault``: the fault it met, if any.
    """

    id: int
    method: str
    path: str
    status: int = 0
    inputs: int = 0
    results: int = 0
    errors: int = 0
    started: float = 0.0
    finished: float = 0.0
    own_ms: float = 0.0
    fault: str = ""

    def as_dict(self) -> dict[str, Any]:
        """JSON-ready."""
        return asdict(self)


COLUMNS = ", ".join(field.name for field in fields(Call))


class CallLog:
    """The table of calls."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.load()

    def load(self) -> None:
        """Read the counter."""
        row = self._database.connection.execute("SELECT coalesce(max(id), 0) FROM calls").fetchone()
        self._next = int(row[0]) + 1
        self._pending: list[Call] = []

    @property
    def last_id(self) -> int:
        """The number of the last call; 0: there was none."""
        return self._next - 1

    def new_id(self) -> int:
        """The next call's number."""
        self._next += 1
        return self._next - 1

    def add(self, call: Call) -> None:
        """Keep a finished call; it is written with the next call's transaction, or when the log is read or closed."""
        self._pending.append(call)
        if len(self._pending) >= MOST_PENDING:
            self.settle()

    def settle(self) -> None:
        """Write the calls that wait, in a transaction of their own."""
        if self._pending:
            with self._database.transaction():
                self.flush()

    def flush(self) -> None:
        """Write the calls that wait, as part of the transaction that is open."""
        for call in self._pending:
            self._write(call)
        self._pending.clear()

    def _write(self, call: Call) -> None:
        values = tuple(getattr(call, field.name) for field in fields(Call))
        self._database.connection.execute(
            f"INSERT INTO calls({COLUMNS}) VALUES ({','.join('?' * len(values))})", values
        )
        if call.id % 1000 == 0:
            self._database.connection.execute("DELETE FROM calls WHERE id <= ?", (call.id - KEPT,))

    def path_of(self, call: int) -> str:
        """Method and path of a call; empty if the call is no longer kept."""
        self.settle()
        row = self._database.connection.execute("SELECT method, path FROM calls WHERE id = ?", (call,)).fetchone()
        return " ".join(row) if row else ""

    def newest(self, limit: int, before: int = 1 << 62) -> list[Call]:
        """The last calls, newest first."""
        self.settle()
        sql = f"SELECT {COLUMNS} FROM calls WHERE id < ? ORDER BY id DESC LIMIT ?"
        return [Call(*row) for row in self._database.connection.execute(sql, (before, limit))]
