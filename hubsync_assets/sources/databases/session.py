"""One connection with one read-only transaction, and a limit on all that it takes.

Put here: opening, closing, and the clock. ``statement_timeout`` alone would not end a cursor that is read slowly, as each fetch is a statement
of its own, nor a server that has stopped. Keep out: SQL, and what comes back.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.pool import NullPool
from sqlalchemy.sql.compiler import IdentifierPreparer

from hubsync_assets.sources.databases import errors
from hubsync_assets.sources.databases.address import DatabaseAddress
from hubsync_assets.sources.databases.dialects import Dialect, Other
from hubsync_assets.sources.databases.driver_errors import explained
from hubsync_assets.sources.databases.mysql import MySQL
from hubsync_assets.sources.databases.postgresql import PostgreSQL
from hubsync_assets.sources.databases.sqlite import SQLite

__all__ = ["Session", "failures", "open_session"]

_OF_OPTIONS = (TypeError, ValueError, LookupError, AttributeError, ArithmeticError)
"""What drivers raise that get an option they do not know, or a value that is none of it; its words may repeat it."""


@dataclass(slots=True)
class Session:
    """A connection in its transaction.

    Attributes:
        dialect: What this database does in its own way.
        seconds: How long everything may take.
        connection: SQLAlchemy's.
        is_late: The time is up, and the connection was broken off.
    """

    dialect: Dialect
    seconds: float
    connection: sa.Connection = field(init=False)
    started: float = field(default_factory=time.monotonic)
    is_late: bool = False
    _driver: Any = field(default=None, init=False, repr=False)

    @property
    def quoting(self) -> IdentifierPreparer:
        """How names are written."""
        preparer = self.connection.dialect.identifier_preparer
        # Statements go to the driver without parameters, where a % is one character and not two.
        preparer._double_percents = False  # noqa: SLF001 - it has no other way
        return preparer

    def is_over(self) -> bool:
        """Whether the time is up."""
        self.is_late = self.is_late or time.monotonic() - self.started > self.seconds
        return self.is_late

    def hold(self, driver: Any, _: object) -> None:  # noqa: ANN401 - the connection of any driver
        """It is connected: from now on there is something to break off. What SQLAlchemy asks first may wait as long as anything."""
        self._driver = driver
        if self.is_late:
            self.break_off()

    def break_off(self) -> None:
        """The time is up."""
        self.is_late = True
        with suppress(Exception):  # it may be closing just now
            self.dialect.break_off(self._driver)

    def close(self) -> None:
        """Nothing is committed. Closed at once: a cursor that is closed politely reads all that is left."""
        with suppress(Exception):  # of a connection that is gone already, or never was
            self.connection.invalidate()
        with suppress(Exception):
            self.connection.close()


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
    session = Session(_dialect_of(address), seconds)
    engine = _engine(address, session)
    clock = threading.Timer(seconds, session.break_off)
    clock.daemon = True
    clock.start()
    try:
        _begin(address, session, engine)
        yield session
    finally:
        clock.cancel()
        session.close()
        engine.dispose()


def _engine(address: DatabaseAddress, session: Session) -> sa.Engine:
    dialect = session.dialect
    arguments = dialect.arguments(address, session.seconds)
    try:
        engine = sa.create_engine(
            dialect.url(address), poolclass=NullPool, connect_args=arguments, hide_parameters=True
        )
    except (sa.exc.SQLAlchemyError, *_OF_OPTIONS):
        raise errors.unusable_option(address.source) from None
    sa.event.listen(engine, "connect", session.hold, insert=True)
    return engine


def _begin(address: DatabaseAddress, session: Session, engine: sa.Engine) -> None:
    try:
        session.connection = engine.connect()
        session.dialect.begin(session.connection, session.seconds)
    except _of_driver(engine) as error:
        late = errors.too_slow(session.seconds) if session.is_over() else None  # a driver's own limit may be faster
        raise explained(address.name, error, late=late) from None
    except _OF_OPTIONS:
        raise errors.unusable_option(address.source) from None


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
