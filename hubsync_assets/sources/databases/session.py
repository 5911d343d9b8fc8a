"""One connection with one read-only transaction, and a limit on all that it takes.

Put here: opening, closing, and the clock. ``statement_timeout`` alone would not end a cursor that is read slowly, as each fetch is a statement
of its own, nor a server that has stopped. Keep out: SQL, and what comes back.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.pool import NullPool
from sqlalchemy.sql.compiler import IdentifierPreparer

from hubsync_assets.sources.databases.address import DatabaseAddress
from hubsync_assets.sources.databases.dialects import Dialect, Other
from hubsync_assets.sources.databases.driver_errors import explained
from hubsync_assets.sources.databases.mysql import MySQL
from hubsync_assets.sources.databases.postgresql import PostgreSQL
from hubsync_assets.sources.databases.sqlite import SQLite

__all__ = ["Session", "failures", "open_session"]


@dataclass(slots=True)
class Session:
    """A connection in its transaction.

    Attributes:
        connection: SQLAlchemy's.
        dialect: What this database does in its own way.
        seconds: How long everything may take.
        is_late: The time is up, and the connection was broken off.
    """

    connection: sa.Connection
    dialect: Dialect
    seconds: float
    started: float = field(default_factory=time.monotonic)
    is_late: bool = False

    @property
    def quoting(self) -> IdentifierPreparer:
        """How names are written."""
        return self.connection.dialect.identifier_preparer

    def is_over(self) -> bool:
        """Whether the time is up."""
        self.is_late = self.is_late or time.monotonic() - self.started > self.seconds
        return self.is_late

    def break_off(self) -> None:
        """The time is up."""
        self.is_late = True
        with suppress(Exception):  # it may be closing just now
            self.dialect.break_off(self.connection)


@contextmanager
def open_session(address: DatabaseAddress, seconds: float) -> Iterator[Session]:
    """Connect, begin the transaction, and end both; nothing is ever committed.

    Args:
        address: Where.
        seconds: How long everything may take.

    Raises:
        PermanentError: The login was refused, there is no such database, or it does not encrypt.
        TransientError: It cannot be reached.
    """
    dialect = _dialect_of(address)
    arguments = dialect.arguments(address, seconds)
    engine = sa.create_engine(dialect.url(address), poolclass=NullPool, connect_args=arguments, hide_parameters=True)
    session: Session | None = None
    try:
        try:
            session = Session(engine.connect(), dialect, seconds)
            dialect.begin(session.connection, seconds)
        except _of_driver(engine) as error:
            raise explained(address.name, error) from None
        clock = threading.Timer(seconds, session.break_off)
        clock.daemon = True
        clock.start()
        try:
            yield session
        finally:
            clock.cancel()
    finally:
        if session is not None:
            with suppress(Exception):  # of a connection that is gone already
                session.connection.invalidate()  # closed at once: a cursor that is closed politely reads all that is left
            with suppress(Exception):
                session.connection.close()
        engine.dispose()


def failures(session: Session) -> tuple[type[Exception], ...]:
    """What a database's driver raises, in SQLAlchemy's words or its own."""
    return _of_driver(session.connection.engine)


def _of_driver(engine: sa.Engine) -> tuple[type[Exception], ...]:
    return (sa.exc.SQLAlchemyError, engine.dialect.loaded_dbapi.Error, OSError, UnicodeError)


def _dialect_of(address: DatabaseAddress) -> Dialect:
    if address.dialect == "postgresql" and address.driver == "psycopg":
        return PostgreSQL()
    if address.dialect == "mysql" and address.driver in {"pymysql", "mysqldb"}:
        return MySQL(address.driver)
    return SQLite() if address.dialect == "sqlite" and address.driver == "pysqlite" else Other()
