"""Pruning: old answers that no fold needs leave the log, and old rejected rows their table.

Not one of the four steps: it reads no source and calls nobody. Whatever is in doubt stays: answers to open plans, and to the plan that waits or is
being written. Keep out: which answers can go (``sync_log.outlived``), and older versions of tables, which go when a new one is published (``tables``).
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from hubsync_assets.errors import TransientError
from hubsync_assets.model.tables import PLAN, REJECTED, STATE
from hubsync_assets.sync_log.log import SyncLog
from hubsync_assets.sync_log.new_answers import NewAnswers
from hubsync_assets.sync_log.outlived import outlived
from hubsync_assets.tables.bucket_spill import bits_for_rows
from hubsync_assets.tables.storage import Storage

__all__ = ["PruneReport", "prune_log", "prune_rejected"]


@dataclass(frozen=True, slots=True)
class PruneReport:
    """What pruning the log came to.

    Attributes:
        portal_id: whose answers; None: storage belongs to no portal yet.
        old: whether there are answers that are old enough at all.
        answers: that the log had of this portal; 0 where none is old enough.
        removed: of those.
        shrunk: bytes of the SQLite file before and after; None: it was not written anew.
        note: for a person, where the file should have been and could not; empty: nothing.
    """

    portal_id: int | None = None
    old: bool = False
    answers: int = 0
    removed: int = 0
    shrunk: tuple[int, int] | None = None
    note: str = ""


def prune_log(storage: Storage, log: SyncLog, run_id: str, before: datetime) -> PruneReport:
    """Remove answers that are old and that no fold needs; the state that follows from the log stays the same.

    Args:
        storage: whose portal's answers; its lock is held by the caller.
        log: the sync log; its lock for the portal is acquired, and left to the caller.
        run_id: noted with each transaction.
        before: answers from this time on stay.

    Raises:
        TransientError: another run is writing to the portal, or the database did not take it: what was removed until then stays so.
    """
    state = storage.table(STATE).current()
    if state is None:
        return PruneReport()
    portal_id = int(state.facts["portal_id"])
    log.acquire(portal_id, run_id)
    plan = storage.table(PLAN).current()
    wanted = [open_plan.after for open_plan in log.open_plans(portal_id)]
    if plan is not None and "log_seq" in plan.facts:
        wanted.append(int(plan.facts["log_seq"]))  # its upload counts what was answered since
    through = min([log.pruning.aged_through(portal_id, before), *wanted])
    answers = removed = 0
    if through > 0:
        bits = bits_for_rows(log.last_seq(portal_id))
        with NewAnswers(storage, log, portal_id, 0, bits) as known:
            known.read_on()
            answers = known.rows
            for bucket in range(1 << bits):
                numbers = sorted(outlived(known.bucket(bucket), through))
                log.pruning.remove(portal_id, run_id, before, through, numbers)
                removed += len(numbers)
    try:
        return PruneReport(portal_id, through > 0, answers, removed, log.pruning.shrink())
    except TransientError as error:
        return PruneReport(portal_id, through > 0, answers, removed, note=str(error))


def prune_rejected(storage: Storage, days: int, now: datetime) -> int:
    """Remove rejected rows that were written long ago, in all versions of their table; what the table says of its sources stays.

    Args:
        storage: its lock is held by the caller.
        days: rows that were written since then stay.
        now: what time it is, with a zone.

    Returns:
        How many rows of the current version were removed.
    """
    table = storage.table(REJECTED)
    version = table.current()
    if version is None or not version.has_its_schema:
        return 0  # one of an earlier version of the project is written anew by the next reading
    oldest = (now - timedelta(days=days)).astimezone(UTC).timestamp()
    # A file is taken over as it is for as long as its source is not read again.
    parts = [
        (bucket, file, listed, file.stat().st_mtime < oldest)
        for bucket in range(1 << version.bits)
        for file, listed in zip(version.files(bucket), version.listed(bucket), strict=True)
    ]
    removed = sum(listed.rows for _, _, listed, is_old in parts if is_old)
    if removed:
        with table.new_version(bits=version.bits) as writer:
            for bucket, file, listed, is_old in parts:
                if not is_old:
                    writer.parquet.link(file, listed, bucket)
            version = writer.publish(version.facts)
        table.sweep({version.folder})
    return removed
