"""What an upload does at each tick: it commits answers that are due, and tells how far it is every few seconds.

Keep out: what is told to whom (``assets``).
"""

from collections.abc import Callable
from dataclasses import replace

from hubsync_assets.hubspot.writer import Progress
from hubsync_assets.sync_log.buffer import AnswerBuffer

__all__ = ["OnProgress", "ticks"]

PROGRESS_SECONDS = 5.0

OnProgress = Callable[[Progress, int], None]
"""Is given the progress, and how many contacts this run still has to send."""


def ticks(buffer: AnswerBuffer, todo: int, on_progress: OnProgress) -> Callable[[Progress], None]:
    """What the writer calls at each tick.

    Args:
        buffer: of the answers that wait for their commit.
        todo: contacts to send.
        on_progress: is told every few seconds.
    """
    seconds, contacts = 0.0, 0

    def tick(progress: Progress) -> None:
        nonlocal seconds, contacts
        buffer.commit_if_due()
        passed = progress.seconds - seconds
        if passed >= PROGRESS_SECONDS:
            # The writer's own rate is that of the last tick, in which one batch more or less is all the difference.
            told = replace(progress, rate=(progress.contacts - contacts) / passed)
            seconds, contacts = progress.seconds, progress.contacts
            on_progress(told, max(todo - contacts, 0))

    return tick
