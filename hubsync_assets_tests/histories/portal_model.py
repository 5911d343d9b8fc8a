"""What is to become of a small portal, in plain Python: golden records, what we wrote, what was decided, and what HubSpot holds.

Written from the rules in words (``docs/trust.md`` and issue 12), contact by contact. Keep out: the project's own code, and playing (``portal_play``).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from hubsync_assets_tests.histories.portal_decisions import (
    WRITTEN,
    Change,
    Known,
    Record,
    changes_of,
    decide,
    shortens,
)
from hubsync_assets_tests.histories.portal_fields import means, said_by, texts_of
from hubsync_assets_tests.histories.portal_world import FIELDS, PortalStep

__all__ = ["Change", "Golden", "PortalModel", "Record", "Told"]

Golden = Mapping[str, str]
"""A golden record: canonical text by field; empty: none."""
SETTLED = ("theirs", "only_fill", "set_once", "never_clear")


@dataclass(frozen=True)
class Told:
    """What is to be written of a contact: ``record`` is the id of the one that is updated, empty: a new one."""

    record: str
    changes: tuple[Change, ...]
    sent: Mapping[str, str]


@dataclass
class PortalModel:
    """Everything that decides, from run to run.

    Attributes:
        policies: by field, ``how`` and ``edited``.
        recreate: whether who is gone is made again.
        known: by email, what the log knows.
        refused: by email, the golden record that was not written, because it is gone or another one's record.
        doubt: the contacts whose update met a record that had moved.
    """

    policies: Mapping[str, tuple[str, str]]
    recreate: bool
    known: dict[str, Known] = field(default_factory=dict)
    refused: dict[str, Golden] = field(default_factory=dict)
    doubt: set[str] = field(default_factory=set)

    def plan(self, golden: Mapping[str, Golden], portal: Mapping[str, Record], step: PortalStep) -> dict[str, Told]:
        """What is to be written, and note what a plan notes."""
        looked_at = {
            email: self._find(email, portal)
            for email, contact in golden.items()
            if self._is_open(email, contact, step) and self.refused.get(email) != contact
        }
        for email, contact in golden.items():
            # A contact that is again as it was taken is not refused any more.
            if email not in looked_at and email in self.known and self.refused.get(email, contact) != contact:
                del self.refused[email]
        self.doubt -= golden.keys()
        planned = {}
        for email, record in looked_at.items():
            contact = golden[email]
            is_new = record is None and not (email in self.known and self.known[email].id and not self.recreate)
            is_gone = record is None and not is_new
            if is_gone or (record is not None and self._owner(email, record, golden, looked_at) != email):
                self.refused[email] = contact
            elif told := self._told(email, contact, record, step):
                planned[email] = told
        return planned

    def wrote(self, email: str, record: str, told: Told) -> None:
        """A contact was written to a record."""
        known = self.known.setdefault(email, Known())
        known.id = record
        for name, value in told.sent.items():
            known.settled.pop(name, None)
            if value:
                known.values[name] = value, True
            else:
                known.values.pop(name, None)
        self.refused.pop(email, None)

    def vanished(self, email: str, contact: Golden, *, moved: bool) -> None:
        """The record of a contact was not there any more when it was to be written; ``moved``: another one has the address."""
        if moved:
            self.doubt.add(email)
        elif not self.recreate:
            self.refused[email] = contact

    def _is_open(self, email: str, contact: Golden, step: PortalStep) -> bool:
        known = self.known.get(email)
        if known is None or email in self.doubt:
            return True
        return any(self._field_is_open(known, name, contact[name], step) for name in FIELDS)

    def _field_is_open(self, known: Known, name: str, value: str, step: PortalStep) -> bool:
        if name in known.settled:
            was, _, options = known.settled[name]
            return was != value or options != (step.mode, step.clear_unknown)
        before, ours = known.values.get(name, ("", False))
        if value:
            return value != before
        return bool(before) and (ours or (step.mode == "replace" and step.clear_unknown))

    def _find(self, email: str, portal: Mapping[str, Record]) -> Record | None:
        """By the id that we know, or else by any address."""
        known = self.known.get(email)
        if known is not None and known.id in portal and email not in self.doubt:
            return portal[known.id]
        return next((record for record in portal.values() if email in addresses(record)), None)

    def _owner(
        self, email: str, record: Record, golden: Mapping[str, Golden], looked_at: Mapping[str, Record | None]
    ) -> str:
        """Whose record it is: of all golden records that lead to it the one with its primary address, or the first by the alphabet."""
        twins = {email}
        for other in golden.keys() - {email}:
            found = looked_at.get(other)
            known = self.known.get(other)
            if found is not None:
                is_it = found["id"] == record["id"]
            else:
                is_it = other in addresses(record) or (known is not None and known.id == record["id"])
            twins |= {other} if is_it else set()
        return record["email"] if record["email"] in twins else min(twins)

    def _told(self, email: str, contact: Golden, record: Record | None, step: PortalStep) -> Told | None:
        known = self.known.get(email, Known())
        if record is None:
            for name in [name for name in FIELDS if not contact[name]]:
                known.values.pop(name, None)
                known.settled.pop(name, None)
            sent = {name: contact[name] for name in FIELDS if contact[name]}
            texts = {name: text for it, value in sent.items() for name, text in texts_of(it, value).items() if text}
            return Told("", tuple(sorted((name, "create", None, text) for name, text in texts.items())), sent)
        decisions = {name: decide(self.policies[name], known, name, contact[name], record, step) for name in FIELDS}
        changes: list[Change] = []
        sent = {}
        for name, decision in decisions.items():
            if decision in WRITTEN:
                sent[name] = contact[name]
                shorter = name == "name" and shortens(self.policies[name], known, contact[name], record, step)
                changes += changes_of(name, contact[name], record, decision, shorter=shorter)
        self._note(email, contact, record, decisions, step)
        return Told(record["id"], tuple(sorted(changes)), sent) if sent else None

    def _note(
        self, email: str, contact: Golden, record: Record, decisions: Mapping[str, str], step: PortalStep
    ) -> None:
        """The log learns what was seen and what is settled; of a contact that is written only where that is news."""
        known = self.known.get(email, Known())
        is_written = any(decision in WRITTEN for decision in decisions.values())
        options = (step.mode, step.clear_unknown)
        settled = {
            name: (contact[name], decision, options)
            for name, decision in decisions.items()
            if decision in SETTLED and known.settled.get(name) != (contact[name], decision, options)
        }
        kept = {*known.values, *known.settled}
        emptied = [it for it in FIELDS if it in kept and not contact[it] and not said_by(it, record)]
        is_ours = {
            it: known.values.get(it, ("", False))[1] and means(it, known.values[it][0], record, whole=True)
            for it in FIELDS
        }
        seen = [name for name, decision in decisions.items() if decision == "same"]
        was = known.values
        news = [it for it in seen if it in known.settled or was.get(it, ("", False)) != (contact[it], is_ours[it])]
        if is_written and not (settled or emptied or news):
            return
        known = self.known.setdefault(email, known)
        known.id = record["id"]
        self.refused.pop(email, None)
        for name in seen:
            known.values[name] = contact[name], is_ours[name]
            known.settled.pop(name, None)
        for name in emptied:
            known.values.pop(name, None)
            known.settled.pop(name, None)
        known.settled.update(settled)


def addresses(record: Record) -> list[str]:
    """All of a contact's."""
    return [record["email"], *filter(None, record.get("hs_additional_emails", "").split(";"))]
