"""What is sent when, and by whom: calls that wait for their time, and the threads that make calls.

Put here: the order of what waits (``Agenda``), be it for its time, for company or for the end, and threads (``Workers``). Keep out: new batches (``handover``) and what a call
is (``sender``). Both are used by the sender's thread only.
"""

import heapq
import itertools
import queue
import threading
from collections import deque
from collections.abc import Callable

from hubsync_assets.hubspot.batches import Item, OpenBatch
from hubsync_assets.hubspot.jobs import Job
from hubsync_assets.hubspot.proof import Refusal, refused, unsent
from hubsync_assets.hubspot.values import Outcome

__all__ = ["MOST_DEFERRED", "Agenda", "Workers"]

MOST_DEFERRED = 1_000
"""Contacts that wait for a try alone at the end of the run; further ones keep the answer that they have."""


class Agenda:
    """What waits. ``clock``: seconds that never go back."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._due: list[tuple[float, bool, int, int, Job]] = []
        self._order = itertools.count()
        self._deferred: deque[tuple[Item, Refusal | None]] = deque()
        # Upserts by email and updates by record id go to different places.
        self._pools = {updates: OpenBatch() for updates in (False, True)}

    def __len__(self) -> int:
        """How many calls wait, not counting what is sent at the end of the run."""
        return len(self._due)

    @property
    def has_rest(self) -> bool:
        """Whether a contact waits for the end of the run."""
        return bool(self._deferred) or any(pool.items for pool in self._pools.values())

    def schedule(self, job: Job, delay: float = 0.0) -> None:
        """Make this call in so many seconds.

        Of the calls that may go at once small ones go first: one halving is then finished before the next begins. Before them go those
        of contacts that are sent once more: where HubSpot refuses them again, the run should end soon.
        """
        due = self._clock() + delay if delay else 0.0
        heapq.heappush(self._due, (due, not job.items[0].dropped, len(job.items), next(self._order), job))

    def wait(self) -> float | None:
        """Seconds until the next call is due (0.0: it is); None: nothing waits."""
        return max(0.0, self._due[0][0] - self._clock()) if self._due else None

    def next_job(self) -> Job:
        """The call that is due."""
        return heapq.heappop(self._due)[-1]

    def defer(self, item: Item, refusal: Refusal | None) -> list[Outcome]:
        """Try this contact alone at the end; if too many wait for that already, return its outcome instead.

        Args:
            item: The contact.
            refusal: The refusal it got when it was sent alone; None: it was refused together with another contact.
        """
        if len(self._deferred) >= MOST_DEFERRED:
            return [_not_tried_again(item, refusal)]
        self._deferred.append((item, refusal))
        return []

    def pool(self, item: Item) -> None:
        """Send this contact once more, when there is a full batch of such contacts, or at the end."""
        if batch := self._pools[item.updates].add(item):
            self.schedule(Job("write", batch))

    def next_of_rest(self) -> Job:
        """What is left for the end of the run: first a batch of those that are sent once more, then the oldest contact's try alone."""
        for pool in self._pools.values():
            if batch := pool.finish():
                return Job("write", batch)
        item, _ = self._deferred.popleft()
        item.last = True
        return Job("write", [item])

    def clear(self) -> tuple[list[Job], list[Outcome]]:
        """Give everything up; returns the calls that waited, and the outcomes of contacts that waited for a try alone."""
        jobs, self._due = [job for *_, job in self._due], []
        jobs += [Job("write", batch) for pool in self._pools.values() if (batch := pool.finish())]
        deferred, self._deferred = self._deferred, deque()
        return jobs, [_not_tried_again(item, refusal) for item, refusal in deferred]


def _not_tried_again(item: Item, refusal: Refusal | None) -> Outcome:
    if refusal is not None:
        return refused(item, refusal)
    why = "refused together with another contact, and not tried alone before the run ended"
    return unsent([item], "conflict_unclear", why)[0]


class Workers:
    """Up to ``most`` daemon threads, started as they are needed, which the end of the process does not wait for.

    Python joins the threads of a ``ThreadPoolExecutor`` before it exits: after Ctrl-C, a portal that does not answer would keep the
    process for as long as a call may take. Nothing is lost with these: what has no outcome is sent again.
    """

    def __init__(self, most: int, name: str) -> None:
        self._most, self._name = most, name
        self._work: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._idle = threading.Semaphore(0)
        self._started = 0

    def submit(self, work: Callable[[], None]) -> None:
        """Do this in one of the threads; it must not raise. Called by one thread."""
        self._work.put(work)
        if not self._idle.acquire(blocking=False) and self._started < self._most:
            self._started += 1
            threading.Thread(target=self._run, name=f"{self._name}-{self._started}", daemon=True).start()

    def close(self) -> None:
        """End the threads; a busy one ends after its work."""
        for _ in range(self._started):
            self._work.put(None)

    def _run(self) -> None:
        while (work := self._work.get()) is not None:
            work()
            self._idle.release()
