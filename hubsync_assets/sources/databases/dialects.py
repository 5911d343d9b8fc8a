"""What databases do each in its own way: how a connection is made safe, how one snapshot is read without writing, and what its text is.

Put here: the shape of that, and what holds for a database of which nothing is known. Keep out: what one database needs (``postgresql``,
``mysql``, ``sqlite``).
"""

import datetime as dt
import os
import socket
from collections.abc import Iterator, Sequence
from contextlib import suppress
from decimal import Decimal
from typing import Any, Protocol

import orjson
import sqlalchemy as sa
from sqlalchemy.engine import URL

from hubsync_assets.sources.databases.address import DatabaseAddress

__all__ = ["CONNECT_SECONDS", "Dialect", "Other", "as_text", "shut_down"]

CONNECT_SECONDS = 10
"""How long a server may take until it has let somebody in."""

Row = Sequence[Any]


class Dialect(Protocol):
    """One kind of database."""

    has_snapshot: bool
    """Whether all that one transaction reads is of one moment."""

    def url(self, address: DatabaseAddress) -> URL:
        """What to connect to."""

    def arguments(self, address: DatabaseAddress, seconds: float) -> dict[str, Any]:
        """What the driver's ``connect`` gets beside the URL: encryption, limits, encoding.

        Args:
            address: Where it is.
            seconds: How long nothing may take.

        Raises:
            PermanentError: The URL asks for less than is allowed.
        """

    def begin(self, connection: sa.Connection, seconds: float) -> None:
        """Begin the one transaction: read-only, a snapshot, in UTC, every statement within the seconds."""

    def typed(self, connection: sa.Connection, description: Sequence[Row]) -> tuple[frozenset[str], frozenset[str]]:
        """Of the columns of a cursor, those that are numbers, and those that may hold lists or objects."""

    def rows(self, connection: sa.Connection, sql: str, size: int) -> Iterator[Sequence[Row]]:
        """The rows of a SELECT, some at a time, from a cursor that the server keeps."""

    def break_off(self, driver: Any) -> None:  # noqa: ANN401 - the connection of any driver
        """End what another thread is waiting for."""


class Other:
    """A database that SQLAlchemy has a dialect for, and that nobody has tried here."""

    has_snapshot = False

    def url(self, address: DatabaseAddress) -> URL:
        """As it is."""
        return address.url

    def arguments(self, address: DatabaseAddress, seconds: float) -> dict[str, Any]:
        """Nothing: names of arguments are each driver's own."""
        del address, seconds
        return {}

    def begin(self, connection: sa.Connection, seconds: float) -> None:
        """SQLAlchemy has begun a transaction, and it is never committed."""
        del connection, seconds

    def typed(self, connection: sa.Connection, description: Sequence[Row]) -> tuple[frozenset[str], frozenset[str]]:
        """Nobody knows the codes of its types."""
        del connection, description
        return frozenset(), frozenset()

    def rows(self, connection: sa.Connection, sql: str, size: int) -> Iterator[Sequence[Row]]:
        """As SQLAlchemy streams them."""
        options = connection.execution_options(stream_results=True, max_row_buffer=size, no_parameters=True)
        result = options.exec_driver_sql(sql)
        while some := result.fetchmany(size):
            yield some

    def break_off(self, driver: Any) -> None:  # noqa: ANN401 - as above
        """Close it, which wakes most drivers."""
        driver.close()


def shut_down(descriptor: int) -> None:
    """Shut a socket, so that whoever waits for its other side, in any thread, wakes with an error."""
    with suppress(OSError), socket.socket(fileno=os.dup(descriptor)) as other:
        other.shutdown(socket.SHUT_RDWR)


def as_text(value: Any) -> str | None:  # noqa: ANN401, PLR0911 - whatever a driver gives, and each has its own text
    """The text of a Python value that a driver made of a database's.

    Args:
        value: None, bool, int, float, Decimal, bytes, a date or time, a list or dict, or anything with a ``str``.

    Example:
        >>> as_text(Decimal("1E+3")), as_text(["a", None]), as_text(True)
        ('1000', '["a",null]', 'true')
    """
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return format(value, "f") if value.is_finite() else str(value)
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value).decode("utf-8", "backslashreplace")
    if isinstance(value, list | tuple | dict | set | frozenset):
        plain = sorted(map(str, value)) if isinstance(value, set | frozenset) else value
        return orjson.dumps(plain, default=as_text, option=orjson.OPT_NON_STR_KEYS).decode()
    if isinstance(value, dt.datetime | dt.date | dt.time):
        return value.isoformat()
    return str(value)
