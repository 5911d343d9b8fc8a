"""Upserts on their way: from the caller's iterable to batches of 100, and the state that each carries from call to call.

Put here: filling batches and their request bodies. Keep out: sending them, and what answers mean.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from hubsync_assets.hubspot.values import Outcome, Upsert

__all__ = ["Batches", "Item", "halves", "upsert_request"]


@dataclass(slots=True, eq=False)
class Item:
    """One upsert on its way.

    Attributes:
        trace: Its ``objectWriteTraceId``, unique in the run.
        sends: Write calls that carried it.
        silent: Of those, how many were answered without mentioning it (and reading back did not find it).
        left_out: Whether such an answer did mention other inputs: then it is this one that HubSpot leaves out.
        last: Whether this is its try alone at the end of the run.
    """

    upsert: Upsert
    trace: str
    sends: int = 0
    silent: int = 0
    left_out: bool = False
    last: bool = False


class Batches:
    """Full batches, lazily; between them the outcome of each upsert that ``check`` keeps from being sent.

    An email that comes a second time ends the batch before it: HubSpot refuses a batch with equal ids whole.

    Attributes:
        begun: What was pulled and is not in a batch yet.
    """

    def __init__(self, upserts: Iterable[Upsert], check: Callable[[Upsert], Outcome | None], size: int = 100) -> None:
        self._upserts, self._check, self._size = enumerate(upserts, start=1), check, size
        self.begun: dict[str, Item] = {}

    def __iter__(self) -> Iterator[list[Item] | Outcome]:
        """The iterator itself."""
        return self

    def __next__(self) -> list[Item] | Outcome:
        """The next batch, or the outcome of an upsert that is not to be sent."""
        for number, upsert in self._upserts:
            if (outcome := self._check(upsert)) is not None:
                return outcome
            key, item = upsert.email.lower(), Item(upsert, str(number))
            if key in self.begun:
                return self._finish({key: item})
            self.begun[key] = item
            if len(self.begun) == self._size:
                return self._finish({})
        if self.begun:
            return self._finish({})
        raise StopIteration

    def _finish(self, begun: dict[str, Item]) -> list[Item]:
        batch, self.begun = self.begun, begun
        return list(batch.values())


def halves(items: Sequence[Item]) -> tuple[list[Item], list[Item]]:
    """Both halves of two items or more."""
    middle = len(items) // 2
    return list(items[:middle]), list(items[middle:])


def upsert_request(items: Iterable[Item]) -> dict[str, object]:
    """The body of a batch upsert by email.

    ``email`` is always among the properties: the documentation says that partial upserts by email are not supported.
    Trace ids make HubSpot write the good inputs of a batch and name the bad ones (207).
    """
    return {
        "inputs": [
            {
                "id": item.upsert.email,
                "idProperty": "email",
                "objectWriteTraceId": item.trace,
                "properties": {**item.upsert.properties, "email": item.upsert.email},
            }
            for item in items
        ]
    }
