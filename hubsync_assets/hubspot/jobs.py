"""A call to make, and what follows from its answer, as plain values.

Put here: what passes between the sender and the functions that settle answers. Keep out: deciding (``settling``, ``reading_back``) and
sending (``sender``).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from hubsync_assets.errors import HubsyncError
from hubsync_assets.hubspot.batches import Item, halves
from hubsync_assets.hubspot.proof import Refusal
from hubsync_assets.hubspot.values import Outcome

__all__ = ["Job", "Settlement", "split_job"]


@dataclass(slots=True)
class Job:
    """One call to make: a batch upsert, a batch update, or a read back of inputs that an answer left open.

    Attributes:
        items: Its inputs: upserts by email, or updates by record id, never both.
        tries: How often the portal failed it.
        doubts: For a read back: inputs that the answer had both in results and in errors, with that error.
        absent: Updates whose record that answer does not know; a contact that is not found by its email either is gone.
        loose: Errors of that answer that do not name any input.
        halve: Whether that answer was for all of its inputs because of some: those that stay open are sent again in halves.
        strangers: Ids of its results that do not belong to any input, unless reading back shows that they do. Halves share the list.
        successes: How many calls had succeeded when the portal first failed this one.
    """

    kind: Literal["write", "read"]
    items: list[Item]
    tries: int = 0
    doubts: Mapping[Item, Refusal] = field(default_factory=dict)
    absent: frozenset[Item] = frozenset()
    loose: tuple[Refusal, ...] = ()
    halve: bool = False
    strangers: list[str] = field(default_factory=list)
    successes: int = 0

    @property
    def updates(self) -> bool:
        """Whether its inputs are updates by record id."""
        return self.items[0].updates


@dataclass(slots=True)
class Settlement:
    """What follows from an answer.

    Attributes:
        outcomes: Of the inputs that are decided.
        jobs: Calls to make next.
        deferred: Inputs for a try alone at the end of the run, with the refusal that they got alone (None: in a pair).
        pooled: Inputs to send once more, together with others like them, without the values that HubSpot refused.
        healthy: Whether the portal works as it should; None: this answer does not show it.
        stop: Why the run cannot go on.
        refused_whole: Inputs that were refused by a refusal of a whole call in which they were alone.
    """

    outcomes: list[Outcome] = field(default_factory=list)
    jobs: list[Job] = field(default_factory=list)
    deferred: list[tuple[Item, Refusal | None]] = field(default_factory=list)
    pooled: list[Item] = field(default_factory=list)
    healthy: bool | None = True
    stop: HubsyncError | None = None
    refused_whole: int = 0

    @property
    def undecided(self) -> int:
        """How many inputs wait for another try."""
        return len(self.deferred) + len(self.pooled)


def split_job(job: Job, tries: int = 0) -> list[Job]:
    """The same call for each half of its inputs."""
    return [replace(job, items=half, tries=tries) for half in halves(job.items)]
