"""The hand-over between the caller's thread and the sender's: batches one way, outcomes the other, both bounded.

Put here: everything that the two threads share, under one lock. Keep out: sending, and calling back. Neither side waits for the
other while there are batches in between, so that a slow callback or a slow source wastes no call. The outcomes that wait are
bounded too: a caller that takes none brings no batches either.
"""

import threading
from collections import deque
from collections.abc import Callable

from hubsync_assets.errors import HubsyncError
from hubsync_assets.hubspot.batches import Item
from hubsync_assets.hubspot.proof import unsent_because
from hubsync_assets.hubspot.values import Outcome

__all__ = ["AHEAD", "Handover"]

AHEAD = 32
"""Batches that wait to be sent: more than a second's worth at every limit, so that sending does not wait for a slow source."""


class Handover:
    """Between one caller's thread and one sender's.

    Args:
        wake: Called without the lock after every change that the sender should see.
    """

    def __init__(self, wake: Callable[[], None]) -> None:
        self._wake = wake
        self._changed = threading.Condition()
        self._inbox: deque[list[Item]] = deque()
        self._outbox: list[Outcome] = []
        self._input_ended = False
        self._stop: HubsyncError | None = None
        self._done = False
        self._crash: BaseException | None = None

    # The caller's side.

    def put(self, batch: list[Item]) -> None:
        """Hand over a batch to send. One that comes after the end of sending is unsent."""
        with self._changed:
            if self._done and self._stop is not None:
                self._outbox += unsent_because(batch, self._stop)
            else:
                self._inbox.append(batch)
        self._wake()

    def end_input(self) -> None:
        """There are no more batches."""
        with self._changed:
            self._input_ended = True
        self._wake()

    def ask_stop(self, why: HubsyncError) -> None:
        """Send nothing more; what is in flight is still settled. The first reason stays."""
        with self._changed:
            if self._stop is not None:
                return  # the sender repeats this each time it looks, and would only wake itself
            self._stop = why
        self._wake()

    def take(self, timeout: float) -> list[Outcome]:
        """The outcomes since the last call; waits for some, for room for a batch, or for the end, but no longer than ``timeout``.

        An exception of the sender's threads is raised here, after the last outcomes.
        """
        with self._changed:
            self._changed.wait_for(lambda: self._outbox or self._done or self._has_room(), timeout)
            outcomes, self._outbox = self._outbox, []
            if self._crash is not None and not outcomes:
                raise self._crash
        if outcomes:
            self._wake()
        return outcomes

    @property
    def wants_input(self) -> bool:
        """Whether there is room for another batch, and sending goes on."""
        with self._changed:
            return self._has_room()

    @property
    def is_done(self) -> bool:
        """Whether every batch is settled and every outcome taken."""
        with self._changed:
            return self._done and not self._outbox and self._crash is None

    def _has_room(self) -> bool:
        return len(self._inbox) < AHEAD and not (self._input_ended or self._stop or self._done)

    # The sender's side.

    @property
    def stop(self) -> HubsyncError | None:
        """Why nothing more is to be sent; None: go on."""
        with self._changed:
            return self._stop

    @property
    def has_batch(self) -> bool:
        """Whether there is a batch to begin."""
        with self._changed:
            return bool(self._inbox)

    @property
    def is_fed(self) -> bool:
        """Whether there is no batch left, and none will come."""
        with self._changed:
            return not self._inbox and (self._input_ended or self._stop is not None)

    def next_batch(self) -> list[Item]:
        """The oldest batch."""
        with self._changed:
            self._changed.notify_all()
            return self._inbox.popleft()

    def give_back(self) -> list[Item]:
        """Take back every contact whose batch is not begun."""
        with self._changed:
            batches, self._inbox = self._inbox, deque()
            self._changed.notify_all()
        return [item for batch in batches for item in batch]

    def emit(self, outcomes: list[Outcome]) -> None:
        """Hand outcomes to the caller."""
        if outcomes:
            with self._changed:
                self._outbox += outcomes
                self._changed.notify_all()

    def finish(self, crash: BaseException | None = None) -> None:
        """Nothing will be sent any more. A batch that came after the sender's last look is unsent."""
        with self._changed:
            if self._stop is not None:
                self._outbox += unsent_because([item for batch in self._inbox for item in batch], self._stop)
                self._inbox.clear()
            self._done, self._crash = True, crash
            self._changed.notify_all()
