"""The append-only table of answers, in SQLite or PostgreSQL.

A row is durable when ``append`` returns: SQLite runs with a write-ahead log and ``synchronous=FULL`` (an fsync for each
commit, measured at 31 ms for 5,000 rows), PostgreSQL with its defaults. Nothing here updates or deletes, and a trigger refuses
it. Keep out: what the rows mean for the next plan (``fold``).
"""

import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC
from pathlib import Path
from typing import Any, Self

import polars as pl
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from hubsync_assets.errors import HubsyncError, PermanentError, TransientError
from hubsync_assets.sync_log.answers import ANSWER_SCHEMA, ANSWERS, LAYOUT, METADATA, Answer
from hubsync_assets.sync_log.insert import AnswerInsert

__all__ = ["SyncLog", "sqlite_url"]

LAYOUT_VERSION = 1
ROWS_AT_A_TIME = 20_000

# One number for all portals and storages: two projects that share one database also share its one writer.
ADVISORY_LOCK = 0x68756273


def sqlite_url(storage: Path) -> str:
    """The default log: a SQLite file in the storage folder."""
    return f"sqlite:///{storage.absolute() / 'sync_log.sqlite'}"


class SyncLog:
    """The sync log behind one URL; a context manager that gives its connections back.

    Args:
        url: an SQLAlchemy URL, ``sqlite:///...`` or ``postgresql+psycopg://...``.

    Attributes:
        id: made with the log, unique for ever.

    Raises:
        PermanentError: the URL, the driver or the table's version is wrong.
        TransientError: the database cannot be reached now.
    """

    def __init__(self, url: str) -> None:
        try:
            self._engine = sa.create_engine(url, pool_pre_ping=True)
        except ImportError as error:
            msg = f"the driver {error.name} of HUBSYNC_LOG_URL is not installed; for PostgreSQL: pip install '.[postgres]'"
            raise PermanentError(msg) from None
        except SQLAlchemyError:
            msg = "HUBSYNC_LOG_URL is no database URL that can be used: write sqlite:///<path> or postgresql+psycopg://<host>/<database>"
            raise PermanentError(msg) from None
        self._insert = AnswerInsert(self._engine.dialect)
        self._lock_connection: sa.Connection | None = None
        if self._engine.dialect.name == "sqlite":
            sa.event.listen(self._engine, "connect", _make_sqlite_durable)
        with _clear_failures("opened"):
            self.id = self._open()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Give all connections back."""
        self.release()
        self._engine.dispose()

    def append(self, answers: Sequence[Answer]) -> None:
        """Add rows in one durable commit.

        Raises:
            TransientError: the database did not take them; none of them is in the log.
        """
        if not answers:
            return
        with _clear_failures("written"), self._engine.begin() as connection:
            connection.exec_driver_sql(self._insert.sql, self._insert.parameters(answers))

    def last_seq(self, portal_id: int) -> int:
        """Number of the portal's newest row; 0 where there is none."""
        query = sa.select(sa.func.max(ANSWERS.c.seq)).where(ANSWERS.c.portal_id == portal_id)
        with _clear_failures("read"), self._engine.connect() as connection:
            return int(connection.execute(query).scalar() or 0)

    def portals(self) -> list[int]:
        """The portals that have rows, in order."""
        query = sa.select(ANSWERS.c.portal_id).distinct().order_by(ANSWERS.c.portal_id)
        with _clear_failures("read"), self._engine.connect() as connection:
            return [int(portal_id) for portal_id in connection.execute(query).scalars()]

    def rows_after(self, portal_id: int, seq: int) -> Iterator[pl.DataFrame]:
        """A portal's rows that are newer than ``seq``, oldest first, in frames (ANSWER_SCHEMA) of a bounded size."""
        query = (
            sa.select(ANSWERS)
            .where(ANSWERS.c.portal_id == portal_id, ANSWERS.c.seq > sa.bindparam("after"))
            .order_by(ANSWERS.c.seq)
            .limit(ROWS_AT_A_TIME)
        )
        with _clear_failures("read"), self._engine.connect() as connection:
            while rows := connection.execute(query, {"after": seq}).all():
                seq = rows[-1].seq
                yield _frame(rows)

    def acquire(self) -> None:
        """Be the only writer of a shared database (a SQLite log is guarded by the storage folder's own lock).

        Raises:
            TransientError: another machine is writing.
        """
        if self._engine.dialect.name != "postgresql" or self._lock_connection is not None:
            return
        with _clear_failures("locked"):
            connection = self._engine.connect()
            if not connection.execute(sa.select(sa.func.pg_try_advisory_lock(ADVISORY_LOCK))).scalar():
                connection.close()
                msg = "another machine is writing into this sync log: wait until it has finished, then start again"
                raise TransientError(msg)
            connection.commit()
            self._lock_connection = connection

    def release(self) -> None:
        """Let other machines write again."""
        connection, self._lock_connection = self._lock_connection, None
        if connection is not None:
            # Ending the session frees its locks, also where the server is gone already.
            connection.invalidate()
            connection.close()

    def _open(self) -> str:
        with self._engine.begin() as connection:
            METADATA.create_all(connection)
            row = connection.execute(sa.select(LAYOUT)).one_or_none()
            if row is None:
                _refuse_changes(connection)
                connection.execute(LAYOUT.insert().values(version=LAYOUT_VERSION, log_id=uuid.uuid4().hex))
                row = connection.execute(sa.select(LAYOUT)).one()
        if row.version > LAYOUT_VERSION:
            msg = (
                f"the sync log was written by a newer version of hubsync_assets (layout {row.version}, this one knows "
                f"{LAYOUT_VERSION}): update the project, or name another log in HUBSYNC_LOG_URL"
            )
            raise PermanentError(msg)
        return str(row.log_id)


def _frame(rows: Sequence[sa.Row[Any]]) -> pl.DataFrame:
    columns = dict(zip(ANSWER_SCHEMA, zip(*rows, strict=True), strict=True))
    # SQLite gives naive times back; both databases hold UTC.
    columns["at"] = tuple(at if at.tzinfo is None else at.astimezone(UTC).replace(tzinfo=None) for at in columns["at"])
    naive = pl.DataFrame(columns, schema=ANSWER_SCHEMA | {"at": pl.Datetime("us")})
    return naive.with_columns(pl.col("at").dt.replace_time_zone("UTC"))


def _make_sqlite_durable(connection: Any, _record: object) -> None:  # noqa: ANN401 - a DBAPI connection has no common type
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.close()


def _refuse_changes(connection: sa.Connection) -> None:
    """Make the table append-only for everybody, not only for this module."""
    if connection.dialect.name == "postgresql":
        connection.execute(
            sa.text(
                "CREATE OR REPLACE FUNCTION answers_refuse() RETURNS trigger LANGUAGE plpgsql AS "
                "'BEGIN RAISE EXCEPTION ''the sync log is append-only''; END'"
            )
        )
        connection.execute(
            sa.text(
                "CREATE OR REPLACE TRIGGER answers_refuse BEFORE UPDATE OR DELETE ON answers "
                "FOR EACH ROW EXECUTE FUNCTION answers_refuse()"
            )
        )
        return
    for verb in ("UPDATE", "DELETE"):
        connection.execute(
            sa.text(
                f"CREATE TRIGGER IF NOT EXISTS answers_refuse_{verb.lower()} BEFORE {verb} ON answers "
                "BEGIN SELECT RAISE(ABORT, 'the sync log is append-only'); END"
            )
        )


@contextmanager
def _clear_failures(verb: str) -> Iterator[None]:
    try:
        yield
    except (DBAPIError, OSError) as error:
        raise _database_failure(error, verb) from None


def _database_failure(error: Exception, verb: str) -> HubsyncError:
    """One line without the statement and its parameters, which hold contacts, and without the URL, which holds a password."""
    reason = type(getattr(error, "orig", None) or error).__name__
    msg = f"the sync log could not be {verb} ({reason}): check that the database of HUBSYNC_LOG_URL runs, has space and may be written"
    return TransientError(msg)
