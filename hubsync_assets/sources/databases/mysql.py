"""MySQL and MariaDB through mysqlclient or PyMySQL: values as the server's own text, an unbuffered cursor in one read-only snapshot.

Keep out: what is the same for every database.
"""

import ssl
from collections.abc import Iterator, Sequence
from contextlib import suppress
from importlib import import_module
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import URL

from hubsync_assets.sources.databases import errors
from hubsync_assets.sources.databases.address import DatabaseAddress
from hubsync_assets.sources.databases.dialects import CONNECT_SECONDS, Row, shut_down

__all__ = ["MySQL"]

_NUMBERS = {0, 1, 2, 3, 4, 5, 8, 9, 246}
"""Types DECIMAL, TINY, SHORT, LONG, FLOAT, DOUBLE, LONGLONG, INT24 and NEWDECIMAL. https://mariadb.com/kb/en/result-set-packets/"""

_ENCRYPTED = {"REQUIRED", "VERIFY_CA", "VERIFY_IDENTITY"}

_TLS = {
    "ssl_ca", "ssl_capath", "ssl_cert", "ssl_check_hostname", "ssl_cipher", "ssl_key", "ssl_key_password", "ssl_verify_cert",
    "ssl_verify_identity",
}  # fmt: skip
"""Options with which PyMySQL takes no connection but an encrypted one: ``ssl_disabled`` is none of them."""

_BIT = 16

_DOCUMENT = 245
"""MySQL's JSON; MariaDB's is text."""


class MySQL:
    """See ``Dialect``."""

    has_snapshot = True

    def __init__(self, driver: str) -> None:
        """``driver``: SQLAlchemy's name of it."""
        self._driver = driver

    def url(self, address: DatabaseAddress) -> URL:
        """As it is."""
        return address.url

    def arguments(self, address: DatabaseAddress, seconds: float) -> dict[str, Any]:
        """No conversions, limits on the socket, and encryption."""
        wait = max(1, int(seconds))
        greeting = min(CONNECT_SECONDS, wait)
        made: dict[str, Any] = {
            "charset": "utf8mb4",
            "connect_timeout": greeting,
            # PyMySQL waits as long as for any answer until the server greets it; ``begin`` gives it its time.
            "read_timeout": greeting if self._driver == "pymysql" else wait,
            "write_timeout": wait,
        }
        # No decoders but one: a bit is a byte, not its digit. PyMySQL needs those that write even to set autocommit.
        encoders = import_module("pymysql.converters").encoders if self._driver == "pymysql" else {}
        made["conv"] = {**encoders, _BIT: _digits}
        if not address.is_here and not address.allow_plain:
            made |= self._encrypted(address)
        return {name: value for name, value in made.items() if name not in address.url.query}

    def _encrypted(self, address: DatabaseAddress) -> dict[str, Any]:
        asked = {key for key in address.url.query if key.startswith("ssl")}
        if self._driver == "mysqldb":
            if address.url.query.get("ssl_mode", "REQUIRED") not in _ENCRYPTED:
                raise errors.not_encrypted(address.source)
            return {"ssl_mode": "REQUIRED"}
        if asked - _TLS:
            raise errors.not_encrypted(address.source)
        if asked:
            return {}
        context = ssl.create_default_context()
        # As PostgreSQL's "require": nobody can listen in; who is at the other end is asked for with ssl_ca in the URL.
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        return {"ssl": context}

    def begin(self, connection: sa.Connection, seconds: float) -> None:
        """One read-only transaction, whose snapshot is taken now."""
        limit = max(1, int(seconds))
        if self._driver == "pymysql":
            _connected(connection)._read_timeout = limit  # noqa: SLF001 - it has no other way
        for statement in (
            "SET SESSION time_zone = '+00:00'",
            # The server gives up on a reader that pauses for a minute, and rows are written to disk between two reads.
            f"SET SESSION net_write_timeout = {limit}",
            f"SET SESSION max_statement_time = {limit}"
            if _is_mariadb(connection)
            else f"SET SESSION max_execution_time = {limit * 1000}",
            "SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY",
            "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY",
        ):
            connection.exec_driver_sql(statement)

    def typed(self, connection: sa.Connection, description: Sequence[Row]) -> tuple[frozenset[str], frozenset[str]]:
        """By type code. MariaDB's JSON is a text like any other."""
        del connection
        numbers = frozenset(column[0] for column in description if column[1] in _NUMBERS)
        return numbers, frozenset(column[0] for column in description if column[1] == _DOCUMENT)

    def rows(self, connection: sa.Connection, sql: str, size: int) -> Iterator[Sequence[Row]]:
        """An unbuffered cursor without SQLAlchemy's rows around its tuples."""
        driver = _connected(connection)
        cursor = driver.cursor(self._unbuffered())
        cursor.execute(sql)
        is_read = False
        try:
            while some := cursor.fetchmany(size):
                yield some
            is_read = True
        finally:
            if not is_read:
                self._give_up(driver, cursor)

    def _give_up(self, driver: Any, cursor: Any) -> None:  # noqa: ANN401 - drivers without types
        """A cursor that goes reads all that is left, be it by the garbage collector."""
        with suppress(Exception):  # of a connection that is gone already
            self.break_off(driver)
        cursor.connection = None
        if self._driver == "pymysql" and cursor._result is not None:  # noqa: SLF001 - it has no other way
            cursor._result.unbuffered_active = False  # noqa: SLF001

    def _unbuffered(self) -> Any:  # noqa: ANN401 - drivers without types
        return import_module("MySQLdb.cursors" if self._driver == "mysqldb" else "pymysql.cursors").SSCursor

    def break_off(self, driver: Any) -> None:  # noqa: ANN401 - as in ``Dialect``
        """Wake whoever waits for the server."""
        shut_down(driver._sock.fileno() if self._driver == "pymysql" else driver.fileno())  # noqa: SLF001 - it has no other way


def _digits(data: bytes) -> str:
    """The bits as a number: 1 is what people mean by a column of one bit."""
    return str(int.from_bytes(data, "big"))


def _is_mariadb(connection: sa.Connection) -> bool:
    return bool(getattr(connection.dialect, "is_mariadb", False))


def _connected(connection: sa.Connection) -> Any:  # noqa: ANN401 - drivers without types
    return connection.connection.driver_connection
