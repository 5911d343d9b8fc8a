"""What is known of one contact, and whether it has to be looked at: what the design says, once more and naively.

Put here: plain Python. Keep out: polars, and everything of the modules it checks but the field table; what becomes of a contact
(``oracle_decisions``).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as attribute
from datetime import datetime, timedelta
from typing import Any

from hubsync_assets.kinds.field import Field
from hubsync_assets.kinds.policies import Rule, Write
from hubsync_assets.model.doubts import SourceDoubts
from hubsync_assets_tests.contacts.oracle import as_text
from hubsync_assets_tests.contacts.tables import ELSEWHERE, STALE, VERSION
from hubsync_assets_tests.shipped import CONTACT_FIELDS, SOURCES

Row = Mapping[str, Any]
Text = str | None
NAMES = [each.name for each in CONTACT_FIELDS]
SEEN = "(seen)"
WEEK = timedelta(days=7)


@dataclass
class Options:
    """What a run was told, and what it is like; ``digests``: by field."""

    mode: str
    clear_unknown: bool
    retry_failed: bool
    reformat: bool
    recreate: bool
    doubts: dict[str, SourceDoubts]
    dropdown: bool
    writes: dict[str, Write]
    now: datetime
    digests: dict[str, str] = attribute(default_factory=dict)

    @property
    def may_clear_theirs(self) -> bool:
        return self.mode == "replace" and self.clear_unknown

    def may_clear(self, name: str) -> bool:
        return self.mode == "replace" and self.writes[name].how == "overwrite"


@dataclass
class Contact:
    """A golden record and all that is known of it; ``live``: what HubSpot holds, None: it has no such contact."""

    golden: Row
    state: Row | None
    live: Row | None
    settled: Mapping[str, Row]
    refused: Row | None
    doubt: bool
    options: Options

    @property
    def known_from(self) -> str:
        if self.live:
            return "log" if self.state and not self.doubt else "portal"
        return "gone" if self.state and not self.options.recreate else "nobody"

    @property
    def doubts(self) -> dict[str, SourceDoubts]:
        return {source: doubts for source, doubts in self.options.doubts.items() if doubts}

    @property
    def some_absence(self) -> bool:
        return any(doubts.absence for doubts in self.doubts.values())

    def had(self, source: str) -> int:
        return self.state[f"{source}_records"] if self.state else 0

    def has(self, source: str) -> bool:
        return bool(self.golden[f"{source}_records"]) or self.golden[f"{source}_file_rank"] is not None

    def is_stale(self, name: str) -> bool:
        """Whether the state's value was written another way than now."""
        return self.state is not None and self.state["mapping_version"] == VERSION - 1 and name in STALE

    def is_elsewhere(self, name: str) -> bool:
        """Whether it was written to another property."""
        return self.is_stale(name) and name in ELSEWHERE

    def wrote(self, name: str) -> Any:
        """What we last wrote of a field; None: nothing."""
        return self.state[name] if self.state and self.state[f"{name}:ours"] else None

    def is_short(self, source: str) -> bool:
        """Whether there is less of the source's than the state knows, or only something older."""
        if not self.state or not self.had(source):
            return False
        rank, before = self.golden[f"{source}_file_rank"], self.state[f"{source}_file_rank"]
        broken = self.options.doubts[source].newest_broken
        older = rank is not None and ((before is not None and rank > before) or (broken is not None and rank > broken))
        return older or bool(self.golden[f"{source}_records"] < self.had(source))


def is_looked_at(contact: Contact) -> bool:
    """Whether HubSpot is asked about a contact."""
    state, options = contact.state, contact.options
    if not state or contact.doubt or (options.reformat and state["written"]):
        return True
    return any(_is_open(contact, each.name) and _is_spoken_of(contact, each) for each in CONTACT_FIELDS)


def _is_spoken_of(contact: Contact, field: Field) -> bool:
    """Whether the sources have a value, or say in some way that there may be none any more."""
    said, options = contact.golden[f"{field.name}:from"], contact.options
    is_ours = bool(contact.state and contact.state[f"{field.name}:ours"])
    unreadable = said == "unreadable" and (is_ours or options.may_clear_theirs) and options.may_clear(field.name)
    return contact.golden[field.name] is not None or said == "empty" or unreadable or bool(removed_by(contact, field))


def _is_open(contact: Contact, name: str) -> bool:
    """Whether something may have to be done about a field."""
    value, options = contact.golden[name], contact.options
    if name in contact.settled:
        said = contact.settled[name]
        again = said["decision"] == "refused" and (options.retry_failed or said["at"] < options.now - WEEK)
        return said["value"] != as_text(value) or said["digest"] != options.digests[name] or again
    assert contact.state
    known = contact.state[name]
    if value is not None:
        return bool(value != known or contact.is_stale(name))
    return (
        known is not None
        and not contact.is_elsewhere(name)
        and (contact.state[f"{name}:ours"] or (options.may_clear_theirs and options.may_clear(name)))
    )


def would_be_lost(contact: Contact, source: str, field: Field) -> bool:
    """Whether the source's silence would clear or revert a field: what is acknowledged is, or may be, the source's."""
    state = contact.state
    if not state or state[field.name] is None:
        return False
    value = contact.golden[field.name]
    if field.rule is Rule.MAX:
        # Which of several sources had the greatest, the state does not say; one that becomes more replaces what all of them had.
        return bool(value is None or value < state[field.name])
    return state[f"{field.name}:source"] in (source, SEEN, None)


def doubted_because(contact: Contact, field: Field) -> list[str]:
    """Why a field is uncertain."""
    said = contact.golden[f"{field.name}:from"]
    winner = said.rstrip("?") if said and said.rstrip("?") in SOURCES else None
    why = []
    for source, doubts in contact.doubts.items():
        behind = winner and field.rule is not Rule.MAX and SOURCES.index(source) > SOURCES.index(winner)
        if behind:
            continue
        if doubts.absence and contact.is_short(source) and would_be_lost(contact, source, field):
            why.append("incomplete_source")
        if field.name in doubts.fields and (contact.has(source) or contact.had(source)):
            why.append("source_in_doubt")
    if said and (said.endswith("?") or said == "unreadable"):
        why.append("unreadable_value")
    return why


def removed_by(contact: Contact, field: Field) -> list[str]:
    """The sources whose absence removed what is acknowledged of a field."""
    if contact.golden[f"{field.name}:from"] is not None or not contact.state:
        return []
    gave = contact.state[f"{field.name}:source"]
    if gave:
        return [] if contact.has(gave) else [gave]
    return [source for source in SOURCES if contact.had(source) and not contact.has(source)]


def remembered(contact: Contact) -> dict[str, Any]:
    """What is noted of the sources: of one in doubt that has less than it had, what it had."""
    noted: dict[str, Any] = {}
    for source in SOURCES:
        records, rank = contact.golden[f"{source}_records"], contact.golden[f"{source}_file_rank"]
        if source in contact.doubts and contact.state and contact.is_short(source):
            records, rank = max(records, contact.had(source)), contact.state[f"{source}_file_rank"]
        noted.update({f"{source}_records": records, f"{source}_file_rank": rank})
    return noted


def is_confirmed(contact: Contact) -> bool:
    """Whether the log should say anew that a contact is as the state says."""
    golden, state = contact.golden, contact.state
    assert state
    if any(contact.is_short(source) for source in contact.doubts):
        return False
    if any(golden[f"{source}_records"] != state[f"{source}_records"] for source in SOURCES):
        return True
    if any(
        golden[f"{name}:from"] in SOURCES
        and golden[name] == state[name]
        and state[f"{name}:source"] not in (None, SEEN, golden[f"{name}:from"])
        for name in NAMES
    ):
        return True
    return contact.refused is not None and not contact.some_absence and not is_refused_as_it_is(contact)


def is_refused_as_it_is(contact: Contact) -> bool:
    """Whether HubSpot refused the contact with the values that it has, and that has not to be tried again."""
    refused, options = contact.refused, contact.options
    if refused is None or options.retry_failed or refused["mapping_version"] != VERSION:
        return False
    is_old = refused["last_at"] < options.now - WEEK
    may_be_over = refused["category"] in {"CONFLICT", "gone_in_hubspot", "same_hubspot_record"} and is_old
    is_over = may_be_over or (refused["category"] == "gone_in_hubspot" and options.recreate)
    return not is_over and all(refused[name] == contact.golden[name] for name in NAMES)
