"""Who may write into a log that several machines share: an advisory lock in PostgreSQL, and the session that holds it.

Rows are appended on that very session. A lock is gone as soon as its session has ended (the server was restarted, the network
dropped it), and a writer learns of it only when it uses the session: on another connection it would go on beside the next writer.
Keep out: what is appended (``log``), and the storage folder's own lock, which guards a SQLite log.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from hubsync_assets.errors import TransientError

__all__ = ["DatabaseLock"]

# One number for all portals and storages: two projects that share one database also share its one writer.
ADVISORY_LOCK = 0x68756273


class DatabaseLock:
    """The lock of one log, and the way to write under it.

    Args:
        engine: the log's database.
    """

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._session: sa.Connection | None = None

    def acquire(self) -> None:
        """Be the only writer, until ``release`` or until the session ends.

        Raises:
            TransientError: another machine is writing.
        """
        if self._engine.dialect.name != "postgresql" or self._session is not None:
            return
        session = self._engine.connect()
        if not session.execute(sa.select(sa.func.pg_try_advisory_lock(ADVISORY_LOCK))).scalar():
            session.close()
            msg = "another machine is writing into this sync log: wait until it has finished, then start again"
            raise TransientError(msg)
        session.commit()
        self._session = session

    def release(self) -> None:
        """Let other machines write again."""
        session, self._session = self._session, None
        if session is not None:
            # Ending the session frees its locks, also where the server is gone already.
            session.invalidate()
            session.close()

    @contextmanager
    def transaction(self) -> Iterator[sa.Connection]:
        """A transaction to write in, on the session that holds the lock if it was acquired.

        Raises:
            TransientError: that session has ended, and the lock with it; nothing can be written until the lock is acquired again.
        """
        if self._session is None:
            with self._engine.begin() as connection:
                yield connection
            return
        # An invalidated connection that is used again opens a new session, which does not hold the lock.
        if self._session.invalidated:
            raise _lost()
        try:
            with self._session.begin():
                yield self._session
        except DBAPIError:
            if self._session.invalidated:
                raise _lost() from None
            raise


def _lost() -> TransientError:
    return TransientError(
        "the sync log's database has ended the session that held the writer's lock, so that another machine may be writing now: "
        "nothing more is written by this run; start again when the database is there, the next run goes on from what the log has"
    )
