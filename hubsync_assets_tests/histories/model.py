"""What HubSpot holds, in plain Python: what a run may do to each property of each contact, and what it has to.

Put here: the decision for one field. Keep out: what the sources say (``rules``), what is noted after a run (``known``), and running anything.

A run that comes to its end makes HubSpot hold every target. One that is killed, or loses answers, may have reached any of them; so the
model looks at HubSpot after it, and takes for written by us what is there just as it was to be sent.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from hubsync_assets_tests.histories.known import Known, Target, note, note_records
from hubsync_assets_tests.histories.rules import MAX_FIELDS, SOURCES, Doubts, Golden, Reading, Said, golden
from hubsync_assets_tests.histories.world import FIELDS

__all__ = ["Held", "Model", "Targets", "properties_of"]

Held = Mapping[str, Mapping[str, str]]
"""HubSpot: the properties that have a value, by email."""

PROPERTIES = {"name": ("firstname", "lastname"), "phone": ("phone",), "company_name": ("company",), "mrr": ("mrr",)}

Targets = Mapping[str, list[Target]]


def properties_of(name: str, value: str) -> dict[str, str]:
    """A field's value as HubSpot's properties, those that have a value."""
    if name != "name":
        return {PROPERTIES[name][0]: value}
    first, _, rest = value.partition(" ")
    return {"firstname": first, **({"lastname": rest} if rest else {})}


@dataclass
class Model:
    """What is known of each contact, by email."""

    known: dict[str, Known] = field(default_factory=dict)

    def targets(self, held: Held, readings: Mapping[str, Reading], doubts: Mapping[str, Doubts]) -> Targets:
        """For each golden record, what becomes of its fields; a field that stays as it is has none.

        Args:
            held: HubSpot before.
            readings: what each source says.
            doubts: what is not believed of each.
        """
        emails = sorted({email for reading in readings.values() for email in reading.said})
        found = {}
        for email in emails:
            record = golden(email, readings)
            if record is not None:
                contact = _Contact(email, self.known.get(email, Known()), held.get(email, {}), readings, doubts)
                found[email] = [it for name in FIELDS if (it := contact.target(name, record[name])) is not None]
        return found

    def learn(
        self,
        before: Held,
        after: Held,
        readings: Mapping[str, Reading],
        doubts: Mapping[str, Doubts],
        targets: Targets,
        *,
        ended: bool,
    ) -> None:
        """Take note of what a run wrote: of all its contacts when it came to its end, else of what can be seen.

        Args:
            before: HubSpot before the run.
            after: HubSpot after it.
            readings: what the run read.
            doubts: what was not believed of it.
            targets: what it was to do.
            ended: whether it came to its end.
        """
        doubted = any(it.absence or it.everything or it.fields for it in doubts.values())
        for email, wanted in targets.items():
            was, now = before.get(email, {}), after.get(email, {})
            is_new = email not in self.known
            known = self.known.setdefault(email, Known())
            must = [it for it in wanted if it.must and not it.is_reached(was)]
            moved = [it for it in wanted if not it.clears and known.values.get(it.name) != it.golden.value]
            sent = email not in before or bool(must)
            for target in wanted:
                note(known, target, was, now, certain=ended and sent and target.must, maybe=sent or bool(moved))
            # A contact of which something may be held back is not noted anew unless it is sent.
            stays = any(
                now.get(it) for name in set(FIELDS).difference(it.name for it in wanted) for it in PROPERTIES[name]
            )
            certain = ended and (sent or not (doubted or stays)) and all(it.must for it in wanted)
            for source in SOURCES:
                said = readings[source].said.get(email)
                note_records(known, source, said, doubts[source], certain=certain or (is_new and ended))


@dataclass(frozen=True)
class _Contact:
    """One contact before a run."""

    email: str
    known: Known
    held: Mapping[str, str]
    readings: Mapping[str, Reading]
    doubts: Mapping[str, Doubts]

    def target(self, name: str, golden: Golden) -> Target | None:
        """What becomes of a field; None: it stays as it is."""
        there = any(self.held.get(it) for it in PROPERTIES[name])
        kept, maybe_kept = self._kept_back(name, golden)
        if there and kept:
            return None
        if golden.value is not None:
            return self._sent(name, golden, must=not (maybe_kept and there))
        return self._cleared(name, golden, must=not maybe_kept) if there else None

    def _sent(self, name: str, golden: Golden, *, must: bool) -> Target:
        text = properties_of(name, golden.value or "")
        if name == "name" and "lastname" not in text and " " in self.known.values.get("name", ""):
            # Ours to take away, as there is no rest any more.
            text = {**text, "lastname": ""}
            must = must and "name" not in self.known.loose
        return Target(name, text, must, golden, "the golden value")

    def _cleared(self, name: str, golden: Golden, *, must: bool) -> Target | None:
        loose = name in self.known.loose
        if name not in self.known.values and not loose:
            return None
        removed = self._was_removed(name)
        if not golden.empty and not any(removed):
            return None
        written = properties_of(name, self.known.values.get(name, "First Rest"))
        why = "it is empty" if golden.empty else "its source has no record of the contact any more"
        sure = must and not loose and (golden.empty or all(removed))
        return Target(name, dict.fromkeys(written, ""), sure, golden, why)

    def _was_removed(self, name: str) -> list[bool]:
        """For each source that the value may be of: whether it has nothing of the contact any more, which is believed."""
        if any(name in it.fields for it in self._said().values()):
            return []
        return [
            source not in self._said() and not self.doubts[source].absence
            for source in self.known.sources.get(name, ())
        ]

    def _said(self) -> dict[str, Said]:
        return {source: it.said[self.email] for source, it in self.readings.items() if self.email in it.said}

    def _kept_back(self, name: str, golden: Golden) -> tuple[bool, bool]:
        """Whether a field is uncertain, and whether it may be taken for uncertain."""
        doubted = [sure for source in SOURCES for sure in self._doubted(source, name, golden)]
        return golden.uncertain or any(doubted), golden.uncertain or bool(doubted)

    def _doubted(self, source: str, name: str, golden: Golden) -> Iterator[bool]:
        """For each doubt about the source that may matter here: whether it has to."""
        doubts, said = self.doubts[source], self._said().get(source)
        before, ranks = self.known.records[source], self.known.ranks[source]
        decides = name in MAX_FIELDS or golden.source is None or SOURCES.index(source) <= SOURCES.index(golden.source)
        if doubts.absence and max(before) and not self._is_no_less(name, golden):
            now = said.records if said else 0
            older = said is not None and doubts.newest_broken is not None and said.rank > doubts.newest_broken
            if now < min(before) or (older and min(before)):
                yield self._may_have_given(source, name) and decides
            elif now < max(before) or older or (said is not None and said.rank > min(ranks, default=0)):
                yield False
        if (doubts.everything or name in doubts.fields) and (said is not None or max(before)):
            gives = said is not None and name in said.fields
            yield decides and (name in doubts.fields or gives) and (said is not None or bool(min(before)))

    def _is_no_less(self, name: str, golden: Golden) -> bool:
        """Whether a greatest value does not become less: no record that was not read would have kept it from that."""
        written = self.known.values.get(name)
        if name not in MAX_FIELDS or golden.value is None or written is None or name in self.known.loose:
            return False
        return float(golden.value) >= float(written)

    def _may_have_given(self, source: str, name: str) -> bool:
        """Whether what was written was the source's. A greatest value may be any source's: the project notes one of those that agree."""
        known = self.known
        written = name in known.values if name in MAX_FIELDS else known.sources.get(name) == {source}
        return written and name not in known.loose
