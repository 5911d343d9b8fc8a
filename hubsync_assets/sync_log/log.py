"""The append-only table of answers, in SQLite or PostgreSQL.

A row is durable when ``append`` returns: SQLite runs with a write-ahead log and ``synchronous=FULL`` (an fsync for each
commit, measured at 31 ms for 5,000 rows), PostgreSQL with ``synchronous_commit=on``. Nothing here updates or deletes, and a trigger
refuses it (``durable``) but to ``pruning``. Keep out: who may write (``database_lock``), and what the rows mean for the next plan (``fold``).
"""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Self

import polars as pl
import sqlalchemy as sa

from hubsync_assets.errors import PermanentError
from hubsync_assets.sync_log.answers import ANSWERS, LAYOUT, METADATA, Answer
from hubsync_assets.sync_log.database_lock import DatabaseLock, one_at_a_time
from hubsync_assets.sync_log.durable import keep_private, refuse_changes, wait_for_the_disk
from hubsync_assets.sync_log.engine import engine_of
from hubsync_assets.sync_log.failures import clear_failures, remember_where
from hubsync_assets.sync_log.insert import AnswerInsert
from hubsync_assets.sync_log.layout import add_columns
from hubsync_assets.sync_log.mappings import known_mappings, number_of
from hubsync_assets.sync_log.plan_events import PLANS, OpenPlan, PlanEvent, event_row, open_plans
from hubsync_assets.sync_log.pruning import LogPruning
from hubsync_assets.sync_log.reading import answers_after
from hubsync_assets.sync_log.renames import note_renames, renames
from hubsync_assets.sync_log.sync_ends import SYNCS, SyncEnd, end_row
from hubsync_assets.tables.holder import Holder

__all__ = ["SyncLog", "sqlite_url"]

LAYOUT_VERSION = 2
"""2: what was sent in HubSpot's form, and what was settled."""


def sqlite_url(storage: Path) -> str:
    """The default log: a SQLite file in the storage folder."""
    return f"sqlite:///{storage.absolute() / 'sync_log.sqlite'}"


class SyncLog:
    """The sync log behind one URL; a context manager that gives its connections back.

    Args:
        url: an SQLAlchemy URL, ``sqlite:///...`` or ``postgresql+psycopg://...``.

    Attributes:
        id: made with the log, unique for ever.
        pruning: the one way to remove answers.

    Raises:
        PermanentError: the URL, the driver or the table's version is wrong.
        TransientError: the database cannot be reached now.
    """

    def __init__(self, url: str) -> None:
        self._engine = engine_of(url)
        self._insert = AnswerInsert(self._engine.dialect)
        self._lock = DatabaseLock(self._engine)
        self.pruning = LogPruning(self._engine, self._lock)
        wait_for_the_disk(self._engine)
        remember_where(self._engine)
        with clear_failures("opened"):
            keep_private(self._engine.url)
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
            TransientError: the database did not take them, or the lock that was acquired is lost.
        """
        if not answers:
            return
        with clear_failures("written"), self._lock.transaction() as connection:
            connection.exec_driver_sql(self._insert.sql, self._insert.parameters(answers))

    def note(self, portal_id: int, plan_id: str, event: PlanEvent, run_id: str, *, in_doubt: int = 0) -> None:
        """Note durably what happened to a plan.

        Args:
            portal_id: the plan's portal.
            plan_id: the version of ``contact_changes``, or ``EVERYTHING``.
            event: what happened.
            run_id: the run that did it.
            in_doubt: with ``ENDED``: how many contacts the log has as in doubt now.

        Raises:
            TransientError: the database did not take it, or the lock that was acquired is lost.
        """
        with clear_failures("written"), self._lock.transaction() as connection:
            connection.execute(
                PLANS.insert().values(event_row(connection, portal_id, plan_id, event, run_id, in_doubt))
            )

    def note_end(self, portal_id: int, run_id: str, end: SyncEnd, looks: Mapping[str, str], why: str) -> None:
        """Note durably how a sync ended.

        Args:
            portal_id: where it wrote.
            run_id: its run.
            end: how it ended.
            looks: by source, what it looked like before it was read.
            why: for a person, where it did not finish; without contact data.

        Raises:
            TransientError: the database did not take it, or the lock that was acquired is lost.
        """
        with clear_failures("written"), self._lock.transaction() as connection:
            connection.execute(SYNCS.insert().values(end_row(connection, portal_id, run_id, end, looks, why)))

    def open_plans(self, portal_id: int) -> list[OpenPlan]:
        """The plans of a portal that left contacts in doubt which nobody has looked at since."""
        columns = (PLANS.c.plan_id, PLANS.c.event, PLANS.c.after_answer, PLANS.c.in_doubt)
        query = sa.select(*columns).where(PLANS.c.portal_id == portal_id).order_by(PLANS.c.seq)
        with clear_failures("read"), self._engine.connect() as connection:
            return open_plans(connection.execute(query))

    def is_approved(self, portal_id: int, plan_id: str) -> bool:
        """Whether a person has approved a plan of a portal."""
        return self.last_event(portal_id, PlanEvent.APPROVED, plan_id=plan_id) is not None

    def last_event(self, portal_id: int, *events: PlanEvent, plan_id: str | None = None) -> PlanEvent | None:
        """Which of these happened last to a portal's plans, or to one of them; None: none did."""
        query = sa.select(PLANS.c.event).where(PLANS.c.portal_id == portal_id, PLANS.c.event.in_(events))
        query = query if plan_id is None else query.where(PLANS.c.plan_id == plan_id)
        with clear_failures("read"), self._engine.connect() as connection:
            found = connection.execute(query.order_by(PLANS.c.seq.desc()).limit(1)).scalar()
        return None if found is None else PlanEvent(found)

    def mapping_version(self, mapping: Mapping[str, str]) -> int:
        """The number of a way of writing fields; a new one is noted durably.

        Raises:
            TransientError: the database did not take it, or the lock that was acquired is lost.
        """
        with clear_failures("read"), self._engine.connect() as connection:
            known = known_mappings(connection)
        if mapping in known.values():
            return next(version for version, fields in known.items() if fields == mapping)
        with clear_failures("written"), self._lock.transaction() as connection:
            one_at_a_time(connection)
            return number_of(connection, mapping)

    def mappings(self) -> dict[int, dict[str, str]]:
        """All ways of writing fields that there were, by number."""
        with clear_failures("read"), self._engine.connect() as connection:
            return known_mappings(connection)

    def rename(self, renamed: Mapping[str, str]) -> None:
        """Note durably that sources have other names now.

        Args:
            renamed: by old name, the new one.

        Raises:
            TransientError: the database did not take it, or the lock that was acquired is lost.
        """
        known = self.renames()
        if any(known.get(was, was) != name for was, name in renamed.items()):
            with clear_failures("written"), self._lock.transaction() as connection:
                one_at_a_time(connection)
                note_renames(connection, renamed)

    def renames(self) -> dict[str, str]:
        """What each name that a source had is now."""
        with clear_failures("read"), self._engine.connect() as connection:
            return renames(connection)

    def last_seq(self, portal_id: int) -> int:
        """Number of the portal's newest row; 0 where there is none."""
        query = sa.select(sa.func.max(ANSWERS.c.seq)).where(ANSWERS.c.portal_id == portal_id)
        with clear_failures("read"), self._engine.connect() as connection:
            return int(connection.execute(query).scalar() or 0)

    def portals(self) -> list[int]:
        """The portals that have rows, in order."""
        query = sa.select(ANSWERS.c.portal_id).distinct().order_by(ANSWERS.c.portal_id)
        with clear_failures("read"), self._engine.connect() as connection:
            return [int(portal_id) for portal_id in connection.execute(query).scalars()]

    def rows_after(self, portal_id: int, seq: int) -> Iterator[pl.DataFrame]:
        """A portal's rows that are newer than ``seq``, oldest first, in frames (ANSWER_SCHEMA) of a bounded size."""
        with clear_failures("read"), self._engine.connect() as connection:
            yield from answers_after(connection, portal_id, seq)

    def acquire(self, portal_id: int, run_id: str) -> None:
        """Be the only writer to a portal through a shared database (a SQLite log is guarded by the storage folder's own lock).

        Who is that already has this confirmed.

        Raises:
            TransientError: another run is writing, which the text names; or the lock is lost.
        """
        with clear_failures("locked"):
            self._lock.acquire(portal_id, Holder.here(run_id))

    def confirm_lock(self) -> None:
        """Whether the lock that was acquired is still held.

        Raises:
            TransientError: it is lost.
        """
        with clear_failures("locked"):
            self._lock.confirm()

    def release(self) -> None:
        """Let others write again."""
        self._lock.release()

    def _open(self) -> str:
        with self._engine.begin() as connection:
            METADATA.create_all(connection)
            row = connection.execute(sa.select(LAYOUT)).one_or_none()
            if row is None:
                connection.execute(LAYOUT.insert().values(version=LAYOUT_VERSION, log_id=uuid.uuid4().hex))
                row = connection.execute(sa.select(LAYOUT)).one()
            if row.version <= LAYOUT_VERSION:
                refuse_changes(connection)
            if row.version < LAYOUT_VERSION:
                add_columns(connection)
                connection.execute(LAYOUT.update().values(version=LAYOUT_VERSION))
        if row.version > LAYOUT_VERSION:
            msg = (
                f"the sync log was written by a newer version of hubsync_assets (layout {row.version}, this one knows "
                f"{LAYOUT_VERSION}): update the project, or name another log in HUBSYNC_LOG_URL"
            )
            raise PermanentError(msg)
        return str(row.log_id)
