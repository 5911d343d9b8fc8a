"""PostgreSQL through psycopg: every value as the server's own text, one named cursor in one read-only snapshot.

Text, because a typed reader fails on what people have: numeric NaN, timestamptz infinity, dates BC, 24:00, intervals, ranges. Only arrays are
read, and become JSON. Keep out: what is the same for every database.
"""

from collections.abc import Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.engine import URL

from hubsync_assets.sources.databases import errors
from hubsync_assets.sources.databases.address import DatabaseAddress
from hubsync_assets.sources.databases.dialects import CONNECT_SECONDS, Row, shut_down

if TYPE_CHECKING:
    import psycopg
    from psycopg.abc import Loader

__all__ = ["PostgreSQL"]

_ENCRYPTED = {"require", "verify-ca", "verify-full"}

_NUMBERS = {20, 21, 23, 700, 701, 1700}
"""OIDs of int8, int2, int4, float4, float8 and numeric."""

_DOCUMENTS = {114, 3802}
"""OIDs of json and jsonb."""

_BOOLEAN = 16

_ARRAYS = "SELECT oid, typelem, typname FROM pg_catalog.pg_type WHERE oid = ANY(%s) AND typcategory = 'A'"
"""Those of types that the driver does not know: of an enum, say."""


class PostgreSQL:
    """See ``Dialect``."""

    has_snapshot = True

    def url(self, address: DatabaseAddress) -> URL:
        """As it is."""
        return address.url

    def arguments(self, address: DatabaseAddress, seconds: float) -> dict[str, Any]:
        """Limits that end a connection whose other side is gone, and encryption: psycopg's own default falls back to none."""
        given = address.url.query
        made: dict[str, Any] = {
            "connect_timeout": max(1, min(CONNECT_SECONDS, int(seconds))),
            "keepalives_idle": 30,
            "keepalives_interval": 10,
            "keepalives_count": 3,
            "tcp_user_timeout": 60_000,
            "client_encoding": "utf8",
            "application_name": "hubsync_assets",
            "prepare_threshold": None,  # a pooler may give the next statement to another connection
        }
        if not address.is_here and not address.allow_plain:
            asked = given.get("sslmode", "require")
            if asked not in _ENCRYPTED:
                raise errors.not_encrypted(address.source)
            made["sslmode"] = "require"
        return {name: value for name, value in made.items() if name not in given}

    def begin(self, connection: sa.Connection, seconds: float) -> None:
        """SET LOCAL, because a pooler such as PgBouncer takes no options at the start."""
        limit = int(seconds * 1000) + 1
        for statement in (
            "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY",
            # Of the transaction that a COMMIT within the query would begin; taken back with this one.
            "SET default_transaction_read_only = on",
            f"SET LOCAL statement_timeout = {limit}",
            # The cursor waits while rows are written to disk, which is nobody's fault.
            "SET LOCAL idle_in_transaction_session_timeout = 0",
            "SET LOCAL TimeZone = 'UTC'",
            "SET LOCAL DateStyle = 'ISO, YMD'",
            "SET LOCAL IntervalStyle = 'postgres'",
            "SET LOCAL bytea_output = 'hex'",
            "SET LOCAL synchronize_seqscans = off",
        ):
            connection.exec_driver_sql(statement)
        driver = _driver(connection)
        if driver.info.parameter_status("server_encoding") == "SQL_ASCII":
            # Its text may be of any encoding, or of several: then it comes as bytes.
            connection.exec_driver_sql("SET LOCAL client_encoding = SQL_ASCII")
        _read_text(driver)

    def typed(self, connection: sa.Connection, description: Sequence[Row]) -> tuple[frozenset[str], frozenset[str]]:
        """By OID. Arrays of types that the driver does not know are made known."""
        from psycopg import postgres  # noqa: PLC0415 - an extra
        from psycopg.types import TypeInfo  # noqa: PLC0415

        driver = _driver(connection)
        known = {info.array_oid for info in postgres.types if info.array_oid}
        strange = [column[1] for column in description if postgres.types.get(column[1]) is None]
        arrays = set(known)
        for oid, element, name in driver.execute(_ARRAYS, [strange]).fetchall() if strange else ():
            TypeInfo(str(name), int(element), int(oid)).register(driver)
            arrays.add(int(oid))
        numbers = frozenset(column[0] for column in description if column[1] in _NUMBERS)
        return numbers, frozenset(column[0] for column in description if column[1] in arrays | _DOCUMENTS)

    def rows(self, connection: sa.Connection, sql: str, size: int) -> Iterator[Sequence[Row]]:
        """A named cursor without SQLAlchemy's rows around its tuples, which cost a third of the time."""
        driver = _driver(connection)
        cursor = driver.cursor(name="hubsync_source")
        try:
            cursor.itersize = size
            cursor.execute(sql)
            while some := cursor.fetchmany(size):
                yield some
        finally:
            # Nothing is read behind it, and a cursor that is closed first would ask the server, which may be gone.
            driver.close()
            cursor.close()

    def break_off(self, driver: Any) -> None:  # noqa: ANN401 - as in ``Dialect``
        """Wake whoever waits for the server; it ends the statement when it finds that nobody is there."""
        shut_down(driver.fileno())


def _driver(connection: sa.Connection) -> "psycopg.Connection[Any]":
    driver = connection.connection.driver_connection
    assert driver is not None  # noqa: S101 - it is connected
    return driver  # type: ignore[no-any-return]


def _read_text(driver: "psycopg.Connection[Any]") -> None:
    """Have every type read as text, and true and false by these words, as the server casts them."""
    from psycopg import postgres  # noqa: PLC0415
    from psycopg.types.string import TextLoader  # noqa: PLC0415

    for info in postgres.types:
        driver.adapters.register_loader(info.oid, _boolean_loader() if info.oid == _BOOLEAN else TextLoader)


@cache
def _boolean_loader() -> "type[Loader]":
    from psycopg import adapt  # noqa: PLC0415

    class Words(adapt.Loader):
        """``t`` is true."""

        def load(self, data: Any) -> str:  # noqa: ANN401 - a buffer
            return "true" if bytes(data) == b"t" else "false"

    return Words
