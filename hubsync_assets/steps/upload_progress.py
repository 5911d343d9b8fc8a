"""What an upload does at each tick: it commits answers that are due, sees that it is still the one that may write, and tells how far it is.

Keep out: what is told to whom (``assets``).
"""

from collections.abc import Callable
from dataclasses import replace

from hubsync_assets.hubspot.writer import Progress
from hubsync_assets.sync_log.buffer import AnswerBuffer
from hubsync_assets.sync_log.log import SyncLog

__all__ = ["OnProgress", "ticks"]

PROGRESS_SECONDS = 5.0
LOCK_SECONDS = 1.0
"""While HubSpot makes it wait, nothing is committed that would show that the lock is lost."""

OnProgress = Callable[[Progress, int], None]
"""Is given the progress, and how many contacts this run still has to send."""


def ticks(buffer: AnswerBuffer, log: SyncLog, todo: int, on_progress: OnProgress) -> Callable[[Progress], None]:
    """What the writer calls at each tick.

    Args:
        buffer: of the answers that wait for their commit.
        log: its lock is confirmed every second, before anything more is sent.
        todo: contacts to send.
        on_progress: is told every few seconds.
    """
    seconds, contacts, confirmed = 0.0, 0, 0.0

    def tick(progress: Progress) -> None:
        nonlocal seconds, contacts, confirmed
        buffer.commit_if_due()
        if progress.seconds - confirmed >= LOCK_SECONDS:
            confirmed = progress.seconds
            log.confirm_lock()
        passed = progress.seconds - seconds
        if passed >= PROGRESS_SECONDS:
            # The writer's own rate is that of the last tick, in which one batch more or less is all the difference.
            told = replace(progress, rate=(progress.contacts - contacts) / passed)
            seconds, contacts = progress.seconds, progress.contacts
            on_progress(told, max(todo - contacts, 0))

    return tick
