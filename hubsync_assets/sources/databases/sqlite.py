"""SQLite: a file that is opened for reading only, text as bytes, so that a bad one costs its value and not the whole.

Keep out: what is the same for every database.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import URL

from hubsync_assets.sources.databases.address import DatabaseAddress
from hubsync_assets.sources.databases.dialects import Row

__all__ = ["SQLite"]


class SQLite:
    """See ``Dialect``."""

    has_snapshot = True

    def url(self, address: DatabaseAddress) -> URL:
        """The same file, opened for reading only: one that is not there is not made."""
        path = Path(address.url.database or "").absolute()
        return address.url.set(database=path.as_uri().replace("file://", "file:"), query={"mode": "ro", "uri": "true"})

    def arguments(self, address: DatabaseAddress, seconds: float) -> dict[str, Any]:
        """Ten seconds for another program that writes it; used in one thread after the other."""
        del address
        return {"timeout": min(10, seconds), "check_same_thread": False}  # an interrupt does not end that wait

    def begin(self, connection: sa.Connection, seconds: float) -> None:
        """A transaction is a snapshot from its first read on."""
        del seconds
        _driver(connection).text_factory = bytes
        connection.exec_driver_sql("PRAGMA query_only = ON")
        connection.exec_driver_sql("BEGIN")

    def typed(self, connection: sa.Connection, description: Sequence[Row]) -> tuple[frozenset[str], frozenset[str]]:
        """Any column may have anything, and what is a number comes as one."""
        del connection, description
        return frozenset(), frozenset()

    def rows(self, connection: sa.Connection, sql: str, size: int) -> Iterator[Sequence[Row]]:
        """Its cursors read as they go."""
        cursor = _driver(connection).cursor()
        cursor.execute(sql)
        while some := cursor.fetchmany(size):
            yield some

    def break_off(self, driver: Any) -> None:  # noqa: ANN401 - as in ``Dialect``
        """Interrupt the statement."""
        driver.interrupt()


def _driver(connection: sa.Connection) -> Any:  # noqa: ANN401 - any of SQLAlchemy's drivers
    return connection.connection.driver_connection
