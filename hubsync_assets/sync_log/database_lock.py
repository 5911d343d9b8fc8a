"""Who may write to a portal, and into a log that several machines share: an advisory lock in PostgreSQL, and the session that holds it.

One lock a portal, held from a run's plan to its last answer. Rows are appended on the very session that holds it. A lock is gone as soon as its
session has ended (the server was restarted, the network dropped it), and a writer learns of it only when it uses the session: on another
connection it would go on beside the next writer. Keep out: what is appended (``log``), what others see of the lock (``lock_holders``), and the
storage folder's own lock, which guards a SQLite log.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from hubsync_assets.errors import TransientError
from hubsync_assets.sync_log.lock_holders import NAMESPACE, key_of, writers
from hubsync_assets.tables.holder import Holder

__all__ = ["DatabaseLock", "one_at_a_time"]

EARLIER_LOCK = 0x68756273
"""Earlier versions held this one for all portals of a database. Runs of this one share it, so they and those keep each other out."""

_SESSION = {
    # A machine that is gone without a word is noticed after a minute, not after the two hours that are usual.
    "tcp_keepalives_idle": "30",
    "tcp_keepalives_interval": "10",
    "tcp_keepalives_count": "3",
    # Nothing is said on this session while HubSpot is read.
    "idle_session_timeout": "0",
}


class DatabaseLock:
    """The lock of one log, and the way to write under it.

    Args:
        engine: the log's database.
    """

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._session: sa.Connection | None = None
        self._portal_id: int | None = None

    def acquire(self, portal_id: int, holder: Holder) -> None:
        """Be the only writer to a portal, until ``release`` or until the session ends. Where this object is that already, see ``confirm``.

        Args:
            portal_id: the portal.
            holder: the run, for whoever comes second.

        Raises:
            TransientError: another run is writing, which the text names; or the session that held the lock has ended.
        """
        if self._engine.dialect.name != "postgresql":
            return
        if self._session is not None and self._portal_id == portal_id:
            self.confirm()
            return
        self.release()
        session = self._engine.connect()
        try:
            _prepare(session, holder)
            refusal = _take(session, portal_id)
            session.commit()
        except BaseException:
            _end(session)
            raise
        if refusal is not None:
            _end(session)
            raise TransientError(refusal)
        self._session, self._portal_id = session, portal_id

    def confirm(self) -> None:
        """Ask the session that holds the lock whether it is still there; nothing is asked where none was acquired.

        Raises:
            TransientError: it has ended, and the lock with it.
        """
        if self._session is not None:
            with self.transaction() as session:
                session.execute(sa.select(sa.literal(1)))

    def release(self) -> None:
        """Let others write again."""
        session, self._session = self._session, None
        if session is not None:
            _end(session)

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


def one_at_a_time(connection: sa.Connection) -> None:
    """Until the transaction ends, keep out other runs that are here, too: for what all portals of a log have in common."""
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(NAMESPACE + 1, 0)))


def _prepare(session: sa.Connection, holder: Holder) -> None:
    """Name the session after its run, and set what this server knows of what is wanted."""
    session.execute(sa.select(sa.func.set_config("application_name", holder.text, False)))
    statement = sa.text("SELECT set_config(name, :value, false) FROM pg_settings WHERE name = :name")
    for name, value in _SESSION.items():
        session.execute(statement, {"name": name, "value": value})


def _take(session: sa.Connection, portal_id: int) -> str | None:
    """Take the lock; or say why not."""
    if not session.execute(sa.select(sa.func.pg_try_advisory_lock_shared(EARLIER_LOCK))).scalar():
        return (
            "a run of an earlier version of hubsync_assets is writing into this sync log from another machine: wait until it has finished, "
            "then start again"
        )
    key = sa.cast(key_of(portal_id), sa.Integer)  # the driver would send some as eight bytes, which is another function
    if session.execute(sa.select(sa.func.pg_try_advisory_lock(NAMESPACE, key))).scalar():
        return None
    who = writers(session).get(key_of(portal_id), "another run")
    return f"{who} is writing to portal {portal_id}: wait until it has finished, then start again"


def _end(session: sa.Connection) -> None:
    """Ending the session frees its locks, also where the server is gone already."""
    session.invalidate()
    session.close()


def _lost() -> TransientError:
    return TransientError(
        "the sync log's database has ended the session that held the writer's lock, so that another machine may be writing now: "
        "nothing more is written by this run; start again when the database is there, the next run goes on from what the log has"
    )
