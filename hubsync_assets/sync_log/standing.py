"""How a log stands, seen from outside: no row, no table and no file is made by looking.

Put here: opening a log for reading alone, and a few questions that each are one row. Keep out: writing (``log``), folding, and what follows.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from hubsync_assets.errors import PermanentError, TransientError
from hubsync_assets.sync_log.answers import ANSWERS, LAYOUT, AnswerKind
from hubsync_assets.sync_log.lock_holders import writers
from hubsync_assets.sync_log.plan_events import PLANS, PlanEvent, open_plans
from hubsync_assets.sync_log.sync_ends import SYNCS, SyncEnd

__all__ = ["LogStanding", "shown_log", "standing_of"]

_TAKEN = (AnswerKind.CREATED.value, AnswerKind.UPDATED.value)
_LATE = 5


@dataclass(frozen=True, slots=True)
class LogStanding:
    """What a look showed of a log.

    Attributes:
        id: Made with the log.
        layout: Of its tables.
        newest: The portal's newest row; 0: it has none.
        taken_at: When HubSpot last took a write.
        ended_at: When the last upload came to its end.
        sync: How the last sync ended, when, and why it did not finish; None: nothing says.
        open_plans: Plans whose contacts are in doubt until the next plan has read them.
        writers: Who holds the lock of a portal, in words, by ``lock_holders.key_of`` the portal.
    """

    id: str
    layout: int
    newest: int = 0
    taken_at: datetime | None = None
    ended_at: datetime | None = None
    sync: tuple[SyncEnd, datetime | None, str] | None = None
    open_plans: int = 0
    writers: Mapping[int, str] = field(default_factory=dict)


def shown_log(url: str) -> str:
    """Where a log is, without user and password.

    Example:
        >>> shown_log("postgresql+psycopg://ada:secret@db.example/sync")
        'postgresql on db.example'
        >>> shown_log("what is that")
        'HUBSYNC_LOG_URL, which is no URL of a database'
    """
    try:
        parts = sa.make_url(url)
    except (SQLAlchemyError, ValueError):
        return "HUBSYNC_LOG_URL, which is no URL of a database"
    kind = parts.get_backend_name()
    return f"SQLite, {parts.database}" if kind == "sqlite" else f"{kind} on {parts.host or 'this machine'}"


def standing_of(url: str, portal_id: int | None, seconds: int = 8) -> LogStanding | None:
    """Look at a log.

    Args:
        url: As ``SyncLog`` takes it.
        portal_id: Whose rows count; None: nobody knows the portal yet.
        seconds: How long each question may take, where the database can be told so.

    Returns:
        None: there is no log yet.

    Raises:
        PermanentError: The URL or the driver is wrong.
        TransientError: The database cannot be read now.
    """
    try:
        with _opened(url, seconds) as connection:
            if connection is None or not sa.inspect(connection).has_table(LAYOUT.name):
                return None
            row = connection.execute(sa.select(LAYOUT)).one()
            known = LogStanding(str(row.log_id), int(row.version), writers=writers(connection))
            return known if portal_id is None else _of_portal(connection, portal_id, known)
    except ImportError as error:
        msg = f"the driver {error.name} of HUBSYNC_LOG_URL is not installed; for PostgreSQL: pip install '.[postgres]'"
        raise PermanentError(msg) from None
    except (SQLAlchemyError, OSError) as error:
        cause = type(getattr(error, "orig", None) or error).__name__
        msg = f"the sync log ({shown_log(url)}) cannot be read now ({cause}): see that it is there, runs and lets this user in"
        raise TransientError(msg) from None


def _of_portal(connection: sa.Connection, portal_id: int, known: LogStanding) -> LogStanding:
    def latest(table: sa.Table, *which: sa.ColumnElement[bool]) -> datetime | None:
        query = sa.select(table.c.at).where(table.c.portal_id == portal_id, *which)
        return _utc(connection.execute(query.order_by(table.c.seq.desc()).limit(1)).scalar())

    newest = sa.select(sa.func.max(ANSWERS.c.seq)).where(ANSWERS.c.portal_id == portal_id)
    there = sa.inspect(connection)
    events = (
        connection.execute(
            sa.select(PLANS.c.plan_id, PLANS.c.event, PLANS.c.after_answer, PLANS.c.in_doubt)
            .where(PLANS.c.portal_id == portal_id)
            .order_by(PLANS.c.seq)
        ).all()
        if there.has_table(PLANS.name)
        else []
    )
    ends = sa.select(SYNCS).where(SYNCS.c.portal_id == portal_id).order_by(SYNCS.c.seq.desc()).limit(1)
    sync = connection.execute(ends).one_or_none() if there.has_table(SYNCS.name) else None
    return LogStanding(
        id=known.id,
        layout=known.layout,
        newest=int(connection.execute(newest).scalar() or 0),
        taken_at=latest(ANSWERS, ANSWERS.c.kind.in_(_TAKEN)),
        ended_at=latest(PLANS, PLANS.c.event == PlanEvent.ENDED.value) if events else None,
        sync=None if sync is None else (SyncEnd(sync.ended), _utc(sync.at), str(sync.why)),
        open_plans=len(open_plans(events)),
        writers=known.writers,
    )


@contextmanager
def _opened(url: str, seconds: int) -> Iterator[sa.Connection | None]:
    """A connection that cannot write; None: there is no such file."""
    try:
        parts = sa.make_url(url)
    except (SQLAlchemyError, ValueError):
        raise PermanentError(
            "HUBSYNC_LOG_URL is not a usable database URL: write sqlite:///<path> or postgresql+psycopg://<host>/<database>"
        ) from None
    if parts.get_backend_name() != "sqlite":
        options = f"-c default_transaction_read_only=on -c statement_timeout={seconds * 1000}"
        engine = sa.create_engine(parts, connect_args={"connect_timeout": _LATE, "options": options})
    else:
        file = Path(parts.database or "")
        if not file.is_file():
            yield None
            return
        engine = sa.create_engine(_read_only(file))
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


def _read_only(file: Path) -> sa.URL:
    """A URL of a SQLite file that makes no file beside it: with no rows in a write-ahead log, nothing but the file itself is needed."""
    ahead = file.with_name(f"{file.name}-wal")
    query = {"mode": "ro", "uri": "true"}
    if not ahead.exists() or ahead.stat().st_size == 0:
        query["immutable"] = "1"
    name = str(file.absolute()).replace("%", "%25").replace("?", "%3f").replace("#", "%23")
    return sa.URL.create("sqlite", database=f"file:{name}", query=query)


def _utc(moment: datetime | None) -> datetime | None:
    """SQLite gives naive times back; both databases hold UTC."""
    return moment.replace(tzinfo=UTC) if moment is not None and moment.tzinfo is None else moment
