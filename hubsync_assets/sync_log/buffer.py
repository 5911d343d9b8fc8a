"""Answers on their way into the log, committed in groups.

A commit costs an fsync, so not every answer gets its own; what a kill can lose (and the next run sends again, which does no
harm) is at most one group: 5,000 answers, or those of 2 seconds. Keep out: what an answer says.
"""

import time
from collections.abc import Callable, Iterable

from hubsync_assets.sync_log.answers import Answer
from hubsync_assets.sync_log.log import SyncLog

__all__ = ["AnswerBuffer"]

MAX_ANSWERS = 5_000

# Of the 2 seconds, the rest is for what comes between: the time to the next call of ``commit_if_due``, whatever its caller is doing
# when that is due (reading the next bucket, telling Dagster of progress), and the commit itself.
DUE_SECONDS = 1.5


class AnswerBuffer:
    """Collects answers and commits them 5,000 at a time, or when the oldest has waited for almost 2 seconds.

    Args:
        log: where they go.
        clock: seconds that only go forward; tests inject it.
    """

    def __init__(self, log: SyncLog, clock: Callable[[], float] = time.monotonic) -> None:
        self._log = log
        self._clock = clock
        self._held: list[Answer] = []
        self._oldest = 0.0

    def add(self, answers: Iterable[Answer]) -> None:
        """Hold answers; full groups are committed at once, the rest if it is due."""
        now = self._clock()
        if not self._held:
            self._oldest = now
        self._held.extend(answers)
        while len(self._held) >= MAX_ANSWERS:
            self._commit_group()
            # Never more than a group is held between two calls, so what is left now came with this one.
            self._oldest = now
        self.commit_if_due()

    def commit_if_due(self) -> None:
        """Commit what has waited long enough; to be called several times a second, also while nothing arrives."""
        if self._held and self._clock() - self._oldest >= DUE_SECONDS:
            self.commit()

    def commit(self) -> None:
        """Commit what is held; when it returns, a power cut does not take it back."""
        while self._held:
            self._commit_group()

    def _commit_group(self) -> None:
        self._log.append(self._held[:MAX_ANSWERS])
        del self._held[:MAX_ANSWERS]
