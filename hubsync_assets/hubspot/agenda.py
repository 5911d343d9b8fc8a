"""Calls that are to be made later: retries when their wait is over, follow-ups at once, and tries alone at the end of the run.

Put here: the order of what waits. Keep out: new batches (``handover``) and making calls (``sender``). Used by one thread.
"""

import heapq
import itertools
from collections import deque
from collections.abc import Callable

from hubsync_assets.hubspot.batches import Item
from hubsync_assets.hubspot.proof import Refusal
from hubsync_assets.hubspot.settling import Job
from hubsync_assets.hubspot.values import Outcome
from hubsync_assets.hubspot.verdicts import refused, unsent

__all__ = ["MOST_DEFERRED", "Agenda"]

MOST_DEFERRED = 1_000
"""Contacts that wait for a try alone at the end; further ones keep the answer that they have."""


class Agenda:
    """What waits. ``clock``: seconds that never go back."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._due: list[tuple[float, int, int, Job]] = []
        self._order = itertools.count()
        self._deferred: deque[tuple[Item, Refusal | None]] = deque()

    def __len__(self) -> int:
        """How many calls wait for their time, those for the end of the run not counted."""
        return len(self._due)

    @property
    def has_deferred(self) -> bool:
        """Whether somebody waits for the end of the run."""
        return bool(self._deferred)

    def schedule(self, job: Job, delay: float = 0.0) -> None:
        """Make this call in so many seconds.

        What may go at once goes small calls first: halving then comes to its end before the next one begins.
        """
        due = self._clock() + delay if delay else 0.0
        heapq.heappush(self._due, (due, len(job.items), next(self._order), job))

    def wait(self) -> float | None:
        """Seconds until the next call is due (0.0: it is); None: nothing waits."""
        return max(0.0, self._due[0][0] - self._clock()) if self._due else None

    def next_job(self) -> Job:
        """The call that is due."""
        return heapq.heappop(self._due)[-1]

    def defer(self, item: Item, refusal: Refusal | None) -> list[Outcome]:
        """Try this contact alone at the end; with no room for that, its outcome.

        Args:
            item: The contact.
            refusal: What it was told when it was tried alone; None: it was refused together with another one.
        """
        if len(self._deferred) >= MOST_DEFERRED:
            return [_not_tried_again(item, refusal)]
        self._deferred.append((item, refusal))
        return []

    def next_deferred(self) -> Job:
        """A contact's try alone."""
        item, _ = self._deferred.popleft()
        item.last = True
        return Job("write", [item])

    def clear(self) -> tuple[list[Item], list[Outcome]]:
        """Give everything up: the contacts of calls that wait, and the outcomes of those that waited for the end."""
        jobs, self._due = self._due, []
        deferred, self._deferred = self._deferred, deque()
        return [it for *_, job in jobs for it in job.items], [_not_tried_again(*it) for it in deferred]


def _not_tried_again(item: Item, refusal: Refusal | None) -> Outcome:
    if refusal is not None:
        return refused(item, refusal)
    why = "refused together with another contact, and not tried alone any more"
    return unsent([item], "conflict_unclear", why)[0]
