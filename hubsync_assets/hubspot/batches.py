"""Upserts on their way: from the caller's iterable to batches of 100, and the state that each carries from call to call.

Put here: filling batches and their request bodies. Keep out: sending them, and what answers mean.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from hubsync_assets.hubspot.mapping import EMAIL
from hubsync_assets.hubspot.values import Outcome, RefusedValue, Upsert

__all__ = ["Batches", "Item", "OpenBatch", "halves", "write_request"]


@dataclass(slots=True, eq=False)
class Item:
    """One upsert on its way.

    Attributes:
        trace: Its ``objectWriteTraceId``, unique in the run.
        sends: Write calls that carried it.
        silent: Of those, how many were answered without mentioning it (and reading back did not find it).
        left_out: Whether such an answer did mention other inputs: then it is this one that HubSpot leaves out.
        last: Whether this is its try alone at the end of the run.
        dropped: Values that HubSpot refused, and that it is sent without since.
    """

    upsert: Upsert
    trace: str
    sends: int = 0
    silent: int = 0
    left_out: bool = False
    last: bool = False
    dropped: tuple[RefusedValue, ...] = ()

    @property
    def updates(self) -> bool:
        """Whether it is an update of a record that is known by its id; else it is an upsert by email."""
        return self.upsert.hubspot_id is not None

    def sent(self) -> dict[str, str]:
        """The properties that its next call carries, or its last one did.

        An upsert by email has ``email`` among them: the documentation says that partial upserts by email are not supported. An update
        never has: the address may be a secondary one, and writing it may make it the primary one.
        """
        properties = dict(self.upsert.properties)
        for value in self.dropped:
            properties.pop(value.property_name, None)
        if self.updates:
            properties.pop(EMAIL, None)
        else:
            properties[EMAIL] = self.upsert.email
        return properties


class OpenBatch:
    """A batch that is being filled.

    A record id or an email that comes a second time ends the batch before it: HubSpot refuses a batch with equal ids whole, and
    reading back asks by email.
    """

    def __init__(self, size: int = 100) -> None:
        self._size = size
        self._keys: set[str] = set()
        self.items: list[Item] = []

    def add(self, item: Item) -> list[Item]:
        """Take one more; returns the batch that this ends, or nothing."""
        keys = {item.upsert.email.lower(), item.upsert.hubspot_id or ""} - {""}
        ended = [] if self._keys.isdisjoint(keys) else self.finish()
        self._keys |= keys
        self.items.append(item)
        return ended or (self.finish() if len(self.items) == self._size else [])

    def finish(self) -> list[Item]:
        """The batch as it is, which is nothing if it is empty."""
        batch, self.items, self._keys = self.items, [], set()
        return batch


class Batches:
    """Full batches, lazily, of upserts by email and of updates by record id apart; between them the outcome of each that ``check`` holds back."""

    def __init__(self, upserts: Iterable[Upsert], check: Callable[[Upsert], Outcome | None], size: int = 100) -> None:
        self._upserts, self._check = enumerate(upserts, start=1), check
        self._creates, self._updates = OpenBatch(size), OpenBatch(size)

    @property
    def begun(self) -> list[Item]:
        """What was pulled and is not in a batch yet."""
        return [*self._creates.items, *self._updates.items]

    def __iter__(self) -> Iterator[list[Item] | Outcome]:
        """The iterator itself."""
        return self

    def __next__(self) -> list[Item] | Outcome:
        """The next batch, or the outcome of an upsert that is not to be sent."""
        for number, upsert in self._upserts:
            if (outcome := self._check(upsert)) is not None:
                return outcome
            item = Item(upsert, str(number))
            if batch := (self._updates if item.updates else self._creates).add(item):
                return batch
        if batch := self._creates.finish() or self._updates.finish():
            return batch
        raise StopIteration


def halves(items: Sequence[Item]) -> tuple[list[Item], list[Item]]:
    """Both halves of two items or more."""
    middle = len(items) // 2
    return list(items[:middle]), list(items[middle:])


def write_request(items: Iterable[Item]) -> dict[str, object]:
    """The body of a batch upsert by email, or of a batch update by record id.

    Trace ids make HubSpot write the good inputs of a batch and name the bad ones (207).
    """
    return {"inputs": [_input(item) for item in items]}


def _input(item: Item) -> dict[str, object]:
    traced = {"objectWriteTraceId": item.trace, "properties": item.sent()}
    if item.updates:
        return {"id": item.upsert.hubspot_id, **traced}
    return {"id": item.upsert.email, "idProperty": EMAIL, **traced}
