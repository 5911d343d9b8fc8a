"""What becomes of one contact that is looked at, field by field: what the design says, once more and naively.

Put here: plain Python. Keep out: polars, and everything of the modules it checks but the field table.
"""

from dataclasses import dataclass, field
from typing import Any

from hubsync_assets_tests.contacts.oracle import as_text
from hubsync_assets_tests.contacts.oracle_changes import (
    NAMES,
    Contact,
    Row,
    Text,
    doubted_because,
    is_refused_as_it_is,
    remembered,
    removed_by,
)
from hubsync_assets_tests.contacts.oracle_texts import holds, old_text, property_of, text_means, to_texts
from hubsync_assets_tests.contacts.tables import VERSION
from hubsync_assets_tests.shipped import CONTACT_FIELDS

WRITES = {"create", "fill", "overwrite", "overwrite_theirs", "clear"}
SETTLES = {"theirs", "only_fill", "set_once", "never_clear", "refused"}
REASONS = ["incomplete_source", "source_in_doubt", "unreadable_value"]


@dataclass
class Fate:
    """What becomes of a field; ``what``: the decision, None: there is nothing to decide."""

    what: str | None = None
    is_ours: bool = False
    why: str | None = None
    waits: bool = False
    loses_rest: bool = False


@dataclass
class Verdict:
    """What becomes of a contact; ``changes``: by property, what HubSpot holds, is to hold, and what that is."""

    outcome: str
    fates: dict[str, Fate]
    changes: dict[str, tuple[Text, Text, str]] = field(default_factory=dict)
    settled: dict[str, tuple[Text, str]] = field(default_factory=dict)
    noted: dict[str, Any] | None = None
    version: int = VERSION

    def fields(self, *decisions: str) -> list[str]:
        return [name for name, fate in self.fates.items() if fate.what in decisions]


def fate_of(contact: Contact, name: str) -> Fate:
    """The rules for one field."""
    live, wrote = contact.live, contact.wrote(name)
    fate = Fate()
    fate.is_ours = bool(live and holds(name, wrote, live, whole=True) and not contact.is_elsewhere(name))
    why = doubted_because(contact, CONTACT_FIELDS[NAMES.index(name)])
    of_value = contact.golden[name] is not None
    fate.what = _of_value(contact, name, fate, bool(why)) if of_value else _of_nothing(contact, name, fate, bool(why))
    fate.loses_rest = name == "name" and (
        fate.what == "clear"
        if not of_value
        else fate.what in WRITES and contact.options.may_clear(name) and _is_shorter(contact, fate)
    )
    if fate.what == "held":
        fate.why = _reason(contact, name, why)
    return fate


def _is_shorter(contact: Contact, fate: Fate) -> bool:
    """Whether the name has no last name any more, and HubSpot has the one that we wrote."""
    wrote, value, last = contact.wrote("name"), contact.golden["name"], contact.live and contact.live.get("lastname")
    if not wrote or " " not in wrote or " " in value or not last or contact.is_elsewhere("name"):
        return False
    return fate.is_ours or bool(last == wrote.partition(" ")[2])


def _of_value(contact: Contact, name: str, fate: Fate, unsure: bool) -> str:  # noqa: C901, PLR0911 - a rule a line
    value, live, options = contact.golden[name], contact.live, contact.options
    texts, how = to_texts(name, value, dropdown=options.dropdown), options.writes[name].how
    if not live:
        return "create" if texts else "refused"
    old = old_text(name, live)
    if texts and holds(name, value, live):
        written_otherwise = any((live.get(each) or "") != text for each, text in texts.items())
        if not (options.reformat and fate.is_ours and written_otherwise):
            if name == "name" and _is_shorter(contact, fate):
                return "held" if unsure else "overwrite" if options.may_clear(name) else "never_clear"
            return "same"
    if how == "set_once":
        return "set_once"
    if how == "fill" and old:
        return "only_fill"
    if unsure and old:
        return "held"
    if not texts:
        return "refused"
    if _was_decided_so(contact, name):
        return "theirs" if not fate.is_ours else "overwrite"
    if not old:
        return "fill"
    return "overwrite" if fate.is_ours else "overwrite_theirs"


def _was_decided_so(contact: Contact, name: str) -> bool:
    """Whether others' values stay, and the sources say what they said before."""
    if contact.options.writes[name].edited != "theirs":
        return False
    if name in contact.settled and contact.settled[name]["decision"] == "theirs":
        return bool(contact.settled[name]["value"] == as_text(contact.golden[name]))
    before = contact.state[name] if contact.state else None
    if before is None:
        # Never decided: what is there was there before us.
        return contact.live is not None and old_text(name, contact.live) is not None
    return bool(before == contact.golden[name])


def _of_nothing(contact: Contact, name: str, fate: Fate, unsure: bool) -> str | None:
    options, said = contact.options, contact.golden[f"{name}:from"]
    if not contact.live or not old_text(name, contact.live):
        return None
    removers = removed_by(contact, CONTACT_FIELDS[NAMES.index(name)])
    gone = said == "empty" or (bool(removers) and not any(source in contact.doubts for source in removers))
    by_order = options.may_clear_theirs and options.may_clear(name) and said == "empty" and not unsure
    if contact.known_from == "portal" and contact.some_absence:
        by_order = False
    if fate.is_ours and gone and not unsure:
        return "clear" if options.may_clear(name) else "never_clear"
    if not fate.is_ours and by_order:
        return "clear"
    says_nothing = said in {"empty", "unreadable"}
    if options.may_clear(name) and (
        (fate.is_ours and (says_nothing or removers)) or (options.may_clear_theirs and says_nothing)
    ):
        waits = options.may_clear_theirs and contact.known_from == "portal" and said == "empty"
        fate.waits = waits and not fate.is_ours
        return "held"
    was_decided = contact.wrote(name) is not None or name in contact.settled
    return "theirs" if was_decided and gone and not unsure else None


def _reason(contact: Contact, name: str, why: list[str]) -> str:
    if "incomplete_source" in why:
        return "incomplete_source"
    # What only HubSpot has may be of any record that was not read.
    if contact.known_from == "portal" and contact.golden[name] is None and contact.some_absence:
        return "incomplete_source"
    return "source_in_doubt" if "source_in_doubt" in why or "unreadable_value" not in why else "unreadable_value"


def verdict(contact: Contact) -> Verdict:
    """Of a contact that is looked at."""
    fates = {name: fate_of(contact, name) for name in NAMES}
    done = Verdict("unchanged", fates, version=_version(contact, fates))
    acts = bool(done.fields(*WRITES)) or contact.known_from == "nobody"
    acts |= contact.known_from == "gone"
    if acts and is_refused_as_it_is(contact):
        assert contact.refused
        done.outcome = "known_gone" if contact.refused["category"] == "gone_in_hubspot" else "refused_before"
        return done
    if contact.known_from == "gone":
        done.outcome = "gone_in_hubspot"
        return done
    if any(fate.waits for fate in fates.values()) or (done.fields("held") and not acts):
        done.outcome = min((fate.why for fate in fates.values() if fate.why), key=REASONS.index)
        return done
    if acts:
        done.outcome = "planned"
        done.changes = _changes(contact, fates)
    done.settled = {
        name: (as_text(contact.golden[name]), str(fates[name].what))
        for name in done.fields(*SETTLES)
        if not _is_known(contact, name, str(fates[name].what))
    }
    done.noted = _noted(contact, done, acts=acts)
    return done


def _is_known(contact: Contact, name: str, what: str) -> bool:
    said: Row = contact.settled.get(name, {})
    known = {"value": as_text(contact.golden[name]), "decision": what, "digest": contact.options.digests[name]}
    return what != "refused" and all(name in said and said[name] == value for name, value in known.items())


def _version(contact: Contact, fates: dict[str, Fate]) -> int:
    """That of the state as long as a value that was written another way waits."""
    waits = [name for name in NAMES if contact.is_stale(name) and contact.golden[name] is not None]
    return VERSION - 1 if any(fates[name].what == "held" for name in waits) else VERSION


def _changes(contact: Contact, fates: dict[str, Fate]) -> dict[str, tuple[Text, Text, str]]:
    live: Row = contact.live or {}
    changes: dict[str, tuple[Text, Text, str]] = {}
    for name, fate in fates.items():
        if fate.what not in WRITES:
            continue
        texts: dict[str, str] = {}
        if fate.what == "clear":
            texts = dict.fromkeys(["firstname", "lastname"] if name == "name" else [property_of(name)], "")
        else:
            texts = to_texts(name, contact.golden[name], dropdown=contact.options.dropdown)
            texts |= {"lastname": ""} if fate.loses_rest else {}
        for each, text in texts.items():
            old = live.get(each) or None
            same = old is not None and text and not contact.options.reformat and text_means(name, text, old)
            if same or text == (old or ""):
                continue
            action = "create" if not contact.live else "clear" if not text else "fill" if old is None else fate.what
            changes[each] = (old, text or None, action)
    return changes


def _noted(contact: Contact, done: Verdict, *, acts: bool) -> dict[str, Any] | None:
    """What the log is told of a contact that HubSpot has, if it is told anything."""
    golden, state, live = contact.golden, contact.state, contact.live
    if not live:
        return None
    same = {name: golden[name] if done.fates[name].what == "same" else None for name in NAMES}
    emptied = [
        name
        for name in NAMES
        if ((state and state[name] is not None) or name in contact.settled)
        and golden[name] is None
        and not old_text(name, live)
    ]
    news = any(
        value is not None
        and (
            not state
            or name in contact.settled
            or value != state[name]
            or (state[f"{name}:ours"] and not done.fates[name].is_ours)
        )
        for name, value in same.items()
    )
    if acts and not (emptied or done.settled or news):
        return None
    return {
        "email": golden["email"],
        "hubspot_id": live["id"],
        "cleared": emptied,
        "seen": [name for name in done.fields("same") if not done.fates[name].is_ours] or None,
        "mapping_version": done.version,
        **same,
        **remembered(contact),
        **{f"{name}:from": golden[f"{name}:from"] for name in NAMES},
    }
