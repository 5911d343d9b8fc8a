"""What a write does to a contact: checking values, working out what changes, saving a batch of drafts.

Put here: the rules that create, update and upsert share. Keep out: how a request names its contacts (``batch``) and SQL
(``contacts``).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from hubsync_assets.emulator.answers import Problem, bad_json
from hubsync_assets.emulator.contacts import Contact
from hubsync_assets.emulator.portal import Portal
from hubsync_assets.emulator.values import LIFECYCLE, check, stored

__all__ = ["Draft", "draft", "save"]


@dataclass(slots=True)
class Draft:
    """A contact as it will be, what the write changes, and what is wrong with it."""

    contact: Contact
    new: bool
    trace: str = ""
    written: dict[str, str] = field(default_factory=dict)
    changes: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    emails_before: list[str] = field(default_factory=list)


def draft(portal: Portal, contact: Contact | None, given: object, trace: str = "") -> Draft:
    """Check a write to a contact (None: a new one) and apply it to a copy."""
    now = portal.clock.now()
    new = contact is None
    base = contact or Contact(0, {}, created=now, updated=now)
    result = Draft(Contact(base.id, dict(base.properties), base.created, now), new, trace, emails_before=base.emails())
    if not isinstance(given, dict):
        raise bad_json("Some required fields were not set: [properties]")
    for name, value in given.items():
        _write(portal, result, name, stored(value))
    if new and portal.switches.new_lifecycle_stage and "lifecyclestage" not in result.contact.properties:
        result.contact.properties["lifecyclestage"] = portal.switches.new_lifecycle_stage
        result.changes["lifecyclestage"] = portal.switches.new_lifecycle_stage
    if not new and not result.changes:
        result.contact.updated = base.updated
    return result


def _write(portal: Portal, result: Draft, name: str, value: str | None) -> None:
    """Check one value and put it into the draft; None changes nothing."""
    definition = portal.properties.live(name)
    if definition is None:
        result.problems.append(Problem(name, "PROPERTY_DOESNT_EXIST", f'Property "{name}" does not exist'))
        return
    if value is None:
        return
    kept, problem = check(definition, value)
    if problem is not None:
        result.problems.append(problem)
        return
    before = result.contact.properties.get(name, "")
    if name == "lifecyclestage" and _backward(before, kept):
        kept = before
    result.written[name] = kept
    if kept == before:
        return
    result.changes[name] = kept
    if kept:
        result.contact.properties[name] = kept
    else:
        result.contact.properties.pop(name, None)


def _backward(before: str, after: str) -> bool:
    """A lifecycle stage only moves forward; it has to be cleared first (HubSpot's contacts guide)."""
    return before in LIFECYCLE and after in LIFECYCLE and LIFECYCLE.index(after) < LIFECYCLE.index(before)


def save(portal: Portal, drafts: Sequence[Draft], *, call: int, source: str) -> None:
    """Write drafts that have no problems. A contact that nothing changes keeps its time of change."""
    changed = [it for it in drafts if it.changes or it.new]
    for it in changed:
        if it.new:
            it.contact.id = portal.contacts.new_id()
    portal.contacts.release(email for it in changed for email in it.emails_before if email not in it.contact.emails())
    portal.contacts.claim(
        (email, it.contact.id) for it in changed for email in it.contact.emails() if email not in it.emails_before
    )
    portal.contacts.save([it.contact for it in changed], [it.changes for it in changed], call=call, source=source)
