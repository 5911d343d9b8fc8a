"""What the project is known to have written of a contact, and what a run makes of that knowledge.

Put here: what is noted when a run has ended, or may have been. Keep out: what is to become of a field (``model``).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from hubsync_assets_tests.histories.rules import SOURCES, Doubts, Golden, Said

__all__ = ["Known", "Target", "note", "note_records"]


@dataclass
class Known:
    """What is known to have been written of a contact. Where a run leaves open what was noted, the sets hold all that it may be.

    Attributes:
        values: the last value of each field that we wrote.
        sources: whose it was.
        records: of each source, from how many records the contact was written; ``ranks``: from its newest file.
        loose: fields of which it is open whether their value counts as written by us.
    """

    values: dict[str, str] = field(default_factory=dict)
    sources: dict[str, set[str]] = field(default_factory=dict)
    records: dict[str, set[int]] = field(default_factory=lambda: {source: {0} for source in SOURCES})
    ranks: dict[str, set[int]] = field(default_factory=lambda: {source: set() for source in SOURCES})
    loose: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class Target:
    """What is to become of a field: ``text`` for each of its properties, empty: cleared; other properties stay as they are.

    ``must``: a run that ends has done it; else it may. ``golden``: the golden value behind it. ``why``: in a few words.
    """

    name: str
    text: Mapping[str, str]
    must: bool
    golden: Golden
    why: str

    def is_reached(self, held: Mapping[str, str]) -> bool:
        """Whether a contact's properties are as they should become."""
        return all(held.get(name, "") == text for name, text in self.text.items())

    @property
    def clears(self) -> bool:
        """Whether the field becomes empty."""
        return not any(self.text.values())


def note_records(known: Known, source: str, said: Said | None, doubts: Doubts, *, certain: bool) -> None:
    """Note from how many records a contact was written, or may have been; what is less because of a doubt is not noted.

    A plan notes what has moved before anything is sent, so it may be noted by a run that was killed.
    """
    records, rank = (said.records, said.rank) if said is not None else (0, None)
    before = known.records[source]
    older = rank is not None and doubts.newest_broken is not None and rank > doubts.newest_broken
    if doubts.absence and max(before) and (records < min(before) or older):
        return
    if certain and not (doubts.absence and records < max(before)):
        known.records[source], known.ranks[source] = {records}, {rank} if rank is not None else set()
    else:
        known.records[source] = before | {records}
        known.ranks[source] |= {rank} if rank is not None else set()


def note(
    known: Known, target: Target, was: Mapping[str, str], now: Mapping[str, str], *, certain: bool, maybe: bool
) -> None:
    """Note what became of one field of a contact that was sent (``certain``), or may have been (``maybe``)."""
    name, golden = target.name, target.golden
    if not target.is_reached(now):
        # It was under way: what its record says next may be answered by what became of this.
        if name not in known.values:
            known.loose.add(name)
        return
    if target.clears:
        known.values.pop(name, None)
        known.sources.pop(name, None)
        known.loose.discard(name)
        return
    source = {golden.source} if golden.source else set()
    if certain or not target.is_reached(was):
        known.values[name], known.sources[name] = golden.value or "", source
        known.loose.discard(name)
    elif known.values.get(name) == golden.value:
        known.sources[name] |= source
    elif maybe:
        # HubSpot had it already: nobody may have written it.
        known.values[name], known.sources[name] = golden.value or "", source
        known.loose.add(name)
