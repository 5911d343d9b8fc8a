"""What the design says of the plan, once more and naively, one contact at a time.

Put here: plain Python. Keep out: polars, and everything of the modules it checks but the field table.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from hubsync_assets.kinds.field import Field
from hubsync_assets.kinds.policies import Rule
from hubsync_assets.model.doubts import SourceDoubts
from hubsync_assets_tests.contacts.oracle import as_text
from hubsync_assets_tests.contacts.tables import ELSEWHERE, STALE, VERSION
from hubsync_assets_tests.shipped import CONTACT_FIELDS, COUNTRIES, SOURCES

Row = Mapping[str, Any]
Text = str | None
NAMES = [field.name for field in CONTACT_FIELDS]


@dataclass
class Options:
    """What a run was told, and what it is like."""

    mode: str
    clear_unknown: bool
    doubts: dict[str, SourceDoubts]
    mapping_version: int
    retry_failed: bool
    now: datetime


@dataclass
class Contact:
    """A golden record and all that is known of it; ``sent``: None where it is not in doubt."""

    golden: Row
    state: Row | None
    portal: Row | None
    sent: list[str] | None
    options: Options

    @property
    def known_from(self) -> str:
        if self.state and self.sent is None:
            return "log"
        return "portal" if self.portal else "nobody"

    @property
    def doubts(self) -> dict[str, SourceDoubts]:
        return {source: doubts for source, doubts in self.options.doubts.items() if doubts}

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

    def is_short(self, source: str) -> bool:
        """Whether there is less of the source's than the state knows, or only something older."""
        if not self.state or not self.had(source):
            return False
        rank, before = self.golden[f"{source}_file_rank"], self.state[f"{source}_file_rank"]
        broken = self.options.doubts[source].newest_broken
        older = rank is not None and ((before is not None and rank > before) or (broken is not None and rank > broken))
        return older or bool(self.golden[f"{source}_records"] < self.had(source))


@dataclass
class Fate:
    """What becomes of a field. ``old``: what HubSpot holds, as text; ``why``: what keeps it as it is."""

    old: str | None
    sends: bool = False
    changes: bool = False
    clears: bool = False
    loses_rest: bool = False
    uncertain: bool = False
    why: str | None = None
    waits: bool = False


def would_be_lost(contact: Contact, source: str, field: Field) -> bool:
    """Whether the source's silence would clear or revert a field: what is acknowledged is, or may be, the source's."""
    state = contact.state
    if not state or state[field.name] is None:
        return False
    value = contact.golden[field.name]
    if field.rule is Rule.MAX:
        # Which of several sources had the greatest, the state does not say; one that becomes more replaces what all of them had.
        return bool(value is None or value < state[field.name])
    return state[f"{field.name}:source"] in (source, None)


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


def fate(contact: Contact, field: Field) -> Fate:  # a rule a branch, so that it can be read beside the design
    """The rules for one field."""
    name, state, portal, options = field.name, contact.state, contact.portal, contact.options
    value, said = contact.golden[name], contact.golden[f"{name}:from"]
    acknowledged = state[name] if state else None
    theirs: Text = portal[f"{name}_old"] if portal else None
    by_log, by_portal = contact.known_from == "log", contact.known_from == "portal"
    stale = contact.is_stale(name)
    done = Fate(as_text(acknowledged) if by_log and not stale else theirs)
    why = doubted_because(contact, field)
    done.uncertain = bool(why)
    why = sorted(why, key=["incomplete_source", "source_in_doubt", "unreadable_value"].index)
    replace, ours = options.mode == "replace", bool(state and state["written"] and acknowledged is not None)
    ours = ours and not contact.is_elsewhere(name)

    if value is not None:
        same = bool(portal and portal[f"{name}_same"])
        unlike_log = (acknowledged != value or stale) and not (stale and same)
        differs = unlike_log if by_log else not (by_portal and same)
        known_empty = not portal if contact.known_from == "nobody" else bool(portal and not theirs)
        known_empty = known_empty and (not by_log or acknowledged is None)
        if why and not known_empty:
            done.why = why[0] if differs and not same else None
            return done
        done.sends, done.changes = True, differs
        if len(field.properties) > 1 and replace and ours and " " in str(acknowledged) and " " not in value and not why:
            done.loses_rest = by_log or (by_portal and theirs is not None and theirs != value)
            done.changes = done.changes or done.loses_rest
        return done

    holds = acknowledged is not None if by_log else by_portal and theirs is not None
    if not replace or not holds:
        return done
    ours = ours or name in (contact.sent or [])
    removers = removed_by(contact, field)
    unbelieved = [source for source in removers if source in contact.doubts]
    by_us = ours and (said == "empty" or bool(removers))
    by_order = options.clear_unknown and said == "empty"
    if by_order and not by_us and by_portal and any(doubts.absence for doubts in contact.doubts.values()):
        why = ["incomplete_source", *why]
    elif by_us and unbelieved and not by_order:
        why = why or ["source_in_doubt"]
    if (by_us or by_order) and not why:
        done.clears = True
        rest = (
            acknowledged is not None
            and " " in str(acknowledged)
            and bool((state and state["written"]) or options.clear_unknown)
        )
        done.loses_rest = len(field.properties) > 1 and (rest or (by_portal and options.clear_unknown))
        return done
    if by_us or by_order or (said == "unreadable" and (ours or options.clear_unknown)):
        done.why = why[0]
        # What the state does not know may be due to any source.
        if by_portal and any(doubts.absence for doubts in contact.doubts.values()):
            done.why = "incomplete_source"
        done.waits = by_portal and not ours and by_order
    return done


def verdict(contact: Contact, refused: Row | None) -> str | dict[str, Any]:
    """``unchanged_log``, ``unchanged_portal``, a reason for holding back, or the row of the plan."""
    golden, state, portal = contact.golden, contact.state, contact.portal
    fates = {field.name: fate(contact, field) for field in CONTACT_FIELDS}
    changes = [
        {"field": name, "old": it.old, "new": None if it.clears else as_text(golden[name])}
        for name, it in fates.items()
        if it.changes or it.clears
    ]
    by_log = contact.known_from == "log"
    stale = [name for name in NAMES if contact.is_stale(name)]
    why = {it.why for it in fates.values() if it.why}
    if any(it.waits for it in fates.values()) or (why and not changes):
        return next(reason for reason in ("incomplete_source", "source_in_doubt", "unreadable_value") if reason in why)
    if not changes and contact.known_from != "nobody":
        seen = any(fates[name].sends for name in stale)
        return "unchanged_portal" if seen else f"unchanged_{contact.known_from}"
    alone = by_log and any(fates[name].changes for name in stale)
    sent = {
        name: golden[name] if it.sends and (not alone or it.changes or it.clears) else None
        for name, it in fates.items()
    }
    if refused and not contact.options.retry_failed and _stands(sent, refused, contact.options):
        return "refused_before"
    return {
        "email": golden["email"],
        "action": "create" if contact.known_from == "nobody" else "update",
        "known_from": contact.known_from,
        "hubspot_id": state["hubspot_id"] if contact.known_from == "log" and state else portal and portal["hubspot_id"],
        "changes": changes,
        "cleared": [name for name, it in fates.items() if it.clears],
        "shortened": [name for name, it in fates.items() if it.loses_rest],
        "mapping_version": version(contact, [name for name, it in fates.items() if it.sends]),
        "phone:region": region(contact, fates["country"]),
        **sent,
        **remembered(contact),
        **{f"{name}:from": golden[f"{name}:from"] for name in NAMES},
    }


def version(contact: Contact, sends: list[str]) -> int:
    """That of the state as long as a value that was written another way is not to be sent."""
    waiting = [
        name for name in NAMES if contact.is_stale(name) and contact.golden[name] is not None and name not in sends
    ]
    return contact.state["mapping_version"] if waiting and contact.state else contact.options.mapping_version


def region(contact: Contact, country: Fate) -> str | None:
    """The country that HubSpot will hold, as far as we know."""
    said, given = contact.golden["country:from"], contact.golden["country"]
    if country.sends or country.clears or (said == "empty" and not country.uncertain):
        return str(given) if country.sends and given else None
    if contact.state and contact.state["country"]:
        return str(contact.state["country"])
    theirs: Text = contact.portal["country_old"] if contact.portal else None
    return theirs if theirs in COUNTRIES else None


def remembered(contact: Contact) -> dict[str, Any]:
    """What is noted of the sources: of one in doubt that has less than it had, what it had."""
    noted: dict[str, Any] = {}
    for source in SOURCES:
        records, rank = contact.golden[f"{source}_records"], contact.golden[f"{source}_file_rank"]
        if source in contact.doubts and contact.state and contact.is_short(source):
            records, rank = max(records, contact.had(source)), contact.state[f"{source}_file_rank"]
        noted.update({f"{source}_records": records, f"{source}_file_rank": rank})
    return noted


def is_confirmed(contact: Contact, refused: Row | None) -> bool:
    """Whether the log should say anew that a contact is as the state says."""
    golden, state, options = contact.golden, contact.state, contact.options
    assert state
    if any(contact.is_short(source) for source in contact.doubts):
        return False
    if any(golden[f"{source}_records"] != state[f"{source}_records"] for source in SOURCES):
        return True
    if any(
        golden[f"{name}:from"] in SOURCES and state[f"{name}:source"] not in (None, golden[f"{name}:from"])
        for name in NAMES
    ):
        return True
    if any(doubts.absence for doubts in options.doubts.values()):
        return False
    return refused is not None and (options.retry_failed or not _stands(golden, refused, options))


def logged(contact: Contact, *, confirmed: bool) -> dict[str, Any]:
    """What the log is told of a contact that is not written."""
    golden, state, portal = contact.golden, contact.state, contact.portal
    uncertain = {field.name for field in CONTACT_FIELDS if doubted_because(contact, field)}
    values = {name: None if name in uncertain else golden[name] for name in NAMES}
    owner = state if confirmed else portal or state
    assert owner
    emptied = [
        name
        for name in NAMES
        if not confirmed
        and portal
        and state
        and state[name] is not None
        and values[name] is None
        and not portal[f"{name}_old"]
    ]
    return {
        "email": golden["email"],
        "hubspot_id": owner["hubspot_id"],
        "cleared": emptied,
        "seen": None
        if confirmed
        else [name for name in NAMES if contact.is_elsewhere(name) and values[name] is not None],
        "mapping_version": owner["mapping_version"] if confirmed else version(contact, [n for n in NAMES if values[n]]),
        **values,
        **remembered(contact),
        **{f"{name}:from": golden[f"{name}:from"] for name in NAMES},
    }


def _stands(sent: Row, refused: Row, options: Options) -> bool:
    if refused["mapping_version"] != options.mapping_version or any(refused[name] != sent[name] for name in NAMES):
        return False
    return not (refused["category"] == "CONFLICT" and refused["last_at"] < options.now - timedelta(days=7))
