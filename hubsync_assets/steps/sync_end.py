"""Noting in the log how a sync ended, and what its sources looked like.

Put here: which end it is. Keep out: what follows for the next one (``automation``).
"""

from hubsync_assets.model.tables import MERGED
from hubsync_assets.steps.looks import looks_of
from hubsync_assets.steps.upload_report import UploadReport
from hubsync_assets.sync_log.log import SyncLog
from hubsync_assets.sync_log.sync_ends import SyncEnd
from hubsync_assets.tables.storage import Storage

__all__ = ["note_upload", "note_waiting"]


def note_upload(storage: Storage, log: SyncLog, report: UploadReport, run_id: str) -> None:
    """Note how an upload ended.

    Args:
        storage: Its lock is held by the caller.
        log: Its lock is held, too.
        report: What the upload gave.
        run_id: The run.

    Raises:
        TransientError: The log could not be written.
    """
    if report.is_stage_stop:
        end, why = SyncEnd.WAITS, f"{report.unsent:,} contacts are unsent ({report.stopped})"
    elif report.unsent or not all(total.closes for total in report.sums):
        end, why = SyncEnd.UNFINISHED, f"{report.unsent:,} contacts are unsent ({report.stopped})"
    elif report.doubts:
        end, why = SyncEnd.DOUBT, "; ".join(doubts.message(source) for source, doubts in report.doubts.items())
    else:
        end, why = SyncEnd.FINISHED, ""
    log.note_end(report.portal_id, run_id, end, looks_of(storage, storage.table(MERGED).require()), why)


def note_waiting(storage: Storage, log: SyncLog, portal_id: int, run_id: str, why: str) -> None:
    """Note that a plan waits for a person.

    Args:
        storage: Its lock is held by the caller.
        log: Its lock is held, too.
        portal_id: The plan's portal.
        run_id: The run.
        why: What is unusual about the plan, and how it is let through.

    Raises:
        TransientError: The log could not be written.
    """
    log.note_end(portal_id, run_id, SyncEnd.WAITS, looks_of(storage, storage.table(MERGED).require()), why)
