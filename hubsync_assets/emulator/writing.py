"""What a write does to a contact: checking values, working out what changes, saving a batch of drafts.

Put here: the rules that create, update, upsert and seeding share. Keep out: how a request names its contacts (the
endpoints), who else holds an email or a unique value (``claims``) and SQL (``contacts``).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from hubsync_assets.emulator.portal import Portal
from hubsync_assets.emulator.records import API, Contact, Source
from hubsync_assets.emulator.responses import Problem
from hubsync_assets.emulator.values import check, stored

__all__ = ["Draft", "draft", "save", "unique_changes"]

EMAILS = ("email", "hs_additional_emails")
NEEDED = ("firstname", "email", "lastname")
NOTHING = Contact(0, {}, 0, 0)


@dataclass(slots=True)
class Draft:
    """A contact as it will be and as it was, what the write changes, and what is wrong with it.

    ``written``: every value of the request as it is stored; ``changes``: those that differ from before (empty: cleared).
    ``by_hand``: made in HubSpot itself, not over the API.
    """

    contact: Contact
    before: Contact
    trace: str = ""
    written: dict[str, str] = field(default_factory=dict)
    changes: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    by_hand: bool = False

    @property
    def new(self) -> bool:
        """Whether the contact is made by this write."""
        return self.before is NOTHING

    def gained_emails(self) -> list[str]:
        """Addresses that the contact has after this write and did not have before."""
        if not any(name in self.changes for name in EMAILS):
            return []
        had = self.before.emails()
        return [email for email in self.contact.emails() if email not in had]

    def lost_emails(self) -> list[str]:
        """Addresses that the contact had before this write and no longer has."""
        if self.new or not any(name in self.changes for name in EMAILS):
            return []
        has = self.contact.emails()
        return [email for email in self.before.emails() if email not in has]


def draft(
    portal: Portal,
    contact: Contact | None,
    given: Mapping[str, object],
    trace: str = "",
    *,
    by_hand: bool = False,
    at: int | None = None,
) -> Draft:
    """Check a write to a contact (None: a new one) and apply it to a copy; ``at``: a time other than now."""
    now = portal.clock.now() if at is None else at
    before = contact or NOTHING
    made = Draft(
        Contact(before.id, dict(before.properties), before.created or now, now, None, before.version),
        before,
        trace,
        by_hand=by_hand,
    )
    known, writable = made.contact.properties, portal.properties.writable
    for name, value in given.items():
        if isinstance(value, str) and name in writable and known.get(name) == value:
            made.written[name] = value  # what is stored already needs no check: most of what a sync sends
        else:
            _write(portal, made, name, stored(value))
    if made.new:
        _finish_new(portal, made)
    elif not made.changes:
        made.contact.updated = before.updated
    return made


def _finish_new(portal: Portal, made: Draft) -> None:
    """What a contact gets without asking, and what it can't be made without (contacts guide)."""
    stage = portal.switches.new_lifecycle_stage
    if stage in portal.properties.stages and "lifecyclestage" not in made.contact.properties:
        made.contact.properties["lifecyclestage"] = made.changes["lifecyclestage"] = stage
    if not made.problems and not any(name in made.contact.properties for name in NEEDED):
        words = f"Some required properties for CONTACT creates are missing: [One of [{', '.join(NEEDED)}]]"
        made.problems.append(Problem("email", "MISSING_REQUIRED_PROPERTY", words))


def _write(portal: Portal, made: Draft, name: str, value: str | None) -> None:
    """Check one value and put it into the draft; None changes nothing."""
    definition = portal.properties.live(name)
    if definition is None:
        made.problems.append(Problem(name, "PROPERTY_DOESNT_EXIST", f'Property "{name}" does not exist'))
        return
    if value is None:
        return
    before = made.contact.properties.get(name, "")
    kept, problem = check(definition, value, before, by_hand=made.by_hand)
    if problem is not None:
        made.problems.append(problem)
        return
    if name in _SPECIAL:
        kept = _SPECIAL[name](portal, made, before, kept)
    made.written[name] = kept
    if kept != before:
        _set(made, name, kept)


def _set(made: Draft, name: str, value: str) -> None:
    made.changes[name] = value
    if value:
        made.contact.properties[name] = value
    else:
        made.contact.properties.pop(name, None)


def _stage(portal: Portal, _made: Draft, before: str, after: str) -> str:
    """A lifecycle stage only moves forward; to go back it has to be cleared first (contacts guide)."""
    stages = portal.properties.stages
    backward = before in stages and after in stages and stages.index(after) < stages.index(before)
    return before if backward else after


def _primary(portal: Portal, made: Draft, before: str, after: str) -> str:
    """A contact's own secondary address stays secondary, or changes places with the primary one (a switch; always by hand)."""
    secondary = made.contact.emails()[1:] if before else []
    if after not in secondary:
        return after
    if not (made.by_hand or portal.switches.secondary_becomes_primary):
        return before
    _set(made, "hs_additional_emails", ";".join([before, *(address for address in secondary if address != after)]))
    return after


def _secondary(_portal: Portal, made: Draft, _before: str, after: str) -> str:
    """The primary address is not a secondary one too."""
    return ";".join(
        address for address in after.split(";") if address and address != made.contact.properties.get("email")
    )


_SPECIAL = {"lifecyclestage": _stage, "email": _primary, "hs_additional_emails": _secondary}


def unique_changes(portal: Portal, made: Draft) -> list[tuple[str, str]]:
    """The values of unique custom properties that this write sets: (property, value)."""
    return [
        (name, made.changes[name])
        for name in portal.properties.unique_names & made.changes.keys()
        if made.changes[name]
    ]


def save(portal: Portal, drafts: Sequence[Draft], *, call: int, source: Source = API) -> None:
    """Write drafts without problems. A contact that nothing changes keeps its time of change and its history."""
    changed = [made for made in drafts if made.changes or made.new]
    for made in changed:
        if made.new:
            made.contact.id = portal.contacts.new_id()
    portal.contacts.release(email for made in changed for email in made.lost_emails())
    portal.contacts.claim((email, made.contact.id) for made in changed for email in made.gained_emails())
    if portal.properties.unique_names:
        portal.contacts.release_values(
            (name, made.before.properties[name])
            for made in changed
            for name in portal.properties.unique_names & made.changes.keys()
            if name in made.before.properties
        )
        portal.contacts.claim_values(
            (name, value, made.contact.id) for made in changed for name, value in unique_changes(portal, made)
        )
    portal.contacts.save(
        [made.contact for made in changed],
        [made.changes for made in changed],
        call=call,
        source=source,
        grown=sum(made.new for made in changed),
    )
