"""The one way past the triggers: answers are removed in a transaction that notes who removes how many of which, for ever.

The triggers (``durable``) let a row go while ``pruning_now`` names a row of ``prunings`` that covers it. That is so only within the transaction
that removes it: no other sees the row, and a killed one leaves none. Put here: the two tables, and removing. Keep out: which answers (``outlived``).
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa

from hubsync_assets.sync_log.answers import ANSWERS, METADATA, sequence_type
from hubsync_assets.sync_log.database_lock import DatabaseLock
from hubsync_assets.sync_log.failures import clear_failures

__all__ = ["PRUNINGS", "PRUNING_NOW", "LogPruning"]

ROWS_AT_A_TIME = 5_000
"""In one transaction, and one statement: SQLite takes no more than 32,766 numbers in it."""

_WORTH_IT = 0.1
"""Of the file; less is soon filled again, and shrinking writes the whole file anew."""

PRUNINGS = sa.Table(
    "prunings",
    METADATA,
    sa.Column("seq", sequence_type(), primary_key=True, autoincrement=True),
    sa.Column("portal_id", sa.BigInteger, nullable=False),
    sa.Column("run_id", sa.Text, nullable=False),
    # Only such answers, and none with a greater number than ``through``.
    sa.Column("older_than", sa.DateTime(timezone=True), nullable=False),
    sa.Column("through", sa.BigInteger, nullable=False),
    sa.Column("rows", sa.BigInteger, nullable=False),
    sa.Column("at", sa.DateTime(timezone=True), nullable=False),
)

PRUNING_NOW = sa.Table("pruning_now", METADATA, sa.Column("pruning", sa.BigInteger, nullable=False))


class LogPruning:
    """Removing answers from one log.

    Args:
        engine: the log's database.
        lock: under which it is written to.
    """

    def __init__(self, engine: sa.Engine, lock: DatabaseLock) -> None:
        self._engine = engine
        self._lock = lock

    def aged_through(self, portal_id: int, before: datetime) -> int:
        """The number up to which all of a portal's answers are from before a time; its newest one is never among them.

        Args:
            portal_id: the portal.
            before: the time, with a zone.

        Returns:
            0 where there are none. As the newest answer stays, numbers never go back.
        """
        of_portal = sa.select(sa.func.max(ANSWERS.c.seq)).where(ANSWERS.c.portal_id == portal_id)
        first_young = sa.select(sa.func.min(ANSWERS.c.seq)).where(
            ANSWERS.c.portal_id == portal_id, ANSWERS.c.at >= before.astimezone(UTC)
        )
        with clear_failures("read"), self._engine.connect() as connection:
            newest = connection.execute(of_portal).scalar()
            young = connection.execute(first_young).scalar()
        return max(0, min(number for number in (newest, young) if number is not None) - 1) if newest else 0

    def remove(self, portal_id: int, run_id: str, before: datetime, through: int, numbers: Sequence[int]) -> None:
        """Remove answers, some thousand in each transaction: a kill leaves a log without some of them, which is whole.

        Args:
            portal_id: whose they are.
            run_id: the run that removes them.
            before: all are from before this.
            through: none has a greater number.
            numbers: their numbers; each is there.

        Raises:
            TransientError: the database did not take it, or the lock that was acquired is lost.
        """
        for start in range(0, len(numbers), ROWS_AT_A_TIME):
            part = numbers[start : start + ROWS_AT_A_TIME]
            row = {
                "portal_id": portal_id,
                "run_id": run_id,
                "older_than": before.astimezone(UTC),
                "through": through,
                "rows": len(part),
                "at": datetime.now(UTC),
            }
            with clear_failures("pruned"), self._lock.transaction() as connection:
                noted = connection.execute(PRUNINGS.insert().values(row).returning(PRUNINGS.c.seq)).scalar_one()
                connection.execute(PRUNING_NOW.insert().values(pruning=noted))
                connection.execute(ANSWERS.delete().where(ANSWERS.c.seq.in_(part)))
                connection.execute(PRUNING_NOW.delete())

    def shrink(self) -> tuple[int, int] | None:
        """Let a SQLite file have the size of what is in it; it is written anew, with as much more room on the disk meanwhile.

        Returns:
            Its bytes before and after; None where that is not worth it, and of PostgreSQL, which uses the room again by itself.

        Raises:
            TransientError: it could not be done now; nothing else follows from that.
        """
        if self._engine.dialect.name != "sqlite" or not self._engine.url.database:
            return None
        file = Path(self._engine.url.database)
        alone = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        with clear_failures("made smaller"), alone as connection:
            free, pages = (int(connection.exec_driver_sql(f"PRAGMA {what}").scalar_one()) for what in _PAGES)
            if free <= _WORTH_IT * pages:
                return None
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            before = file.stat().st_size
            connection.exec_driver_sql("VACUUM")
            # What was removed stands in the log of writes until then.
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            return before, file.stat().st_size


_PAGES = ("freelist_count", "page_count")
