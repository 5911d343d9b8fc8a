"""Answers on their way into the log, committed in groups.

A commit costs an fsync, so not every answer gets its own; what a kill can lose (and the next run sends again, which does no
harm) is at most one group. Keep out: what an answer says.
"""

import time
from collections.abc import Callable, Iterable

from hubsync_assets.sync_log.answers import Answer
from hubsync_assets.sync_log.log import SyncLog

__all__ = ["AnswerBuffer"]

MAX_ANSWERS = 5_000
MAX_SECONDS = 2.0


class AnswerBuffer:
    """Collects answers and commits them when there are 5,000 of them, or when the oldest has waited for 2 seconds.

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
        """Hold answers, and commit if the group is full or old."""
        if not self._held:
            self._oldest = self._clock()
        self._held.extend(answers)
        self.commit_if_due()

    def commit_if_due(self) -> None:
        """Commit when the group is full or old; to be called every second or so while nothing arrives."""
        if len(self._held) >= MAX_ANSWERS or (self._held and self._clock() - self._oldest >= MAX_SECONDS):
            self.commit()

    def commit(self) -> None:
        """Commit what is held; when it returns, a power cut does not take it back."""
        self._log.append(self._held)
        self._held = []
