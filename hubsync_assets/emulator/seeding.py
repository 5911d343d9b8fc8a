"""Contacts and property definitions as they come to be in HubSpot itself, by whatever hand, at whatever time.

Put here: what a seeded definition and a seeded contact with its history mean. Keep out: what people do later (``people``),
ready-made portals (``presets``) and what the API takes (``api``). ValueError says what can't be seeded.
"""

from collections.abc import Mapping
from typing import Any

from hubsync_assets.emulator import emails
from hubsync_assets.emulator.api.property_definitions import NAME, checked, define
from hubsync_assets.emulator.bounds import count
from hubsync_assets.emulator.claims import check_unique_values, email_clashes
from hubsync_assets.emulator.clock import iso, milliseconds
from hubsync_assets.emulator.default_properties import COMPUTED
from hubsync_assets.emulator.portal import Portal
from hubsync_assets.emulator.records import Contact, Source
from hubsync_assets.emulator.writing import draft, save

__all__ = ["PERSON", "edit", "seed_contact", "seed_definition", "source_of", "time_of"]

PERSON = Source("CRM_UI", "userId:1001", 1001)
"""Who edits where a test doesn't say who."""
CRM_UI = PERSON.type
FLAGS = ("calculated", "externalOptions", "hasUniqueValue", "hidden", "hubspotDefined", "formField", "archived")
PARTS = ("label", "type", "fieldType", "description", "groupName", "options", "displayOrder", *FLAGS)
FIXED = COMPUTED | {"email", "hs_additional_emails", "lifecyclestage"}
"""The emulator knows what these mean, so they keep their type, their uniqueness and who may write them."""


def source_of(given: Mapping[str, Any]) -> Source:
    """Who: ``sourceType``, ``sourceId`` and ``updatedByUserId`` as HubSpot's histories have them; a person without any."""
    kind, user = str(given.get("sourceType") or ""), count(given.get("updatedByUserId") or 0, "updatedByUserId")
    if not kind and not user:
        return PERSON
    named = f"userId:{user}" if user and (kind or CRM_UI) == CRM_UI else ""
    return Source(kind or CRM_UI, str(given.get("sourceId") or named), user)


def time_of(portal: Portal, given: Mapping[str, Any], *touched: Contact | None) -> int:
    """When: ``at`` as ISO text or milliseconds, from the last change of the contacts it touches to now; now without it."""
    now = portal.clock.now()
    if given.get("at") is None:
        return now
    moment = milliseconds(str(given["at"]))
    if moment is None or not 0 <= moment <= now:
        raise ValueError(
            f"at takes a time that has been, as 2026-11-26T10:00:00Z or in milliseconds since 1970, not {given['at']}."
        )
    for contact in touched:
        if contact is not None and moment < contact.updated:
            raise ValueError(
                f"This contact was changed at {iso(contact.updated)}: nothing can happen to it before that."
            )
    return moment


def edit(portal: Portal, contact: Contact | None, values: Mapping[str, object], *, source: Source, at: int) -> Contact:
    """Change a contact (None: make one) in HubSpot itself, which also sets what the API can't: calculated values, say."""
    made = draft(portal, contact, values, by_hand=True, at=at)
    check_unique_values(portal, [made])
    if made.problems or email_clashes(portal, [made]):
        words = made.problems[0].message if made.problems else "another contact has that email"
        raise ValueError(f"This contact can't be so: {words}")
    save(portal, [made], call=0, source=source)
    return made.contact


def seed_contact(portal: Portal, given: Mapping[str, Any]) -> int:
    """Make a contact, or change the one with that email; its ``history`` first, the other values now; returns its id.

    ``history`` lists what was set before, oldest first: ``at``, ``properties``, and who as in ``source_of``.
    """
    values = {name: value for name, value in given.items() if name != "history"}
    email = emails.normalise(str(values.get("email") or ""))
    owner = portal.contacts.owners([email]).get(email, 0)
    contact = portal.contacts.get([owner]).get(owner)
    if contact is not None:
        del values["email"]  # it names the contact here, and so never changes places with the primary one
    for item in given.get("history") or ():
        then = dict(item["properties"])
        if contact is None and email:
            then = {"email": email, **then}
        contact = edit(portal, contact, then, source=source_of(item), at=time_of(portal, item, contact))
    if contact is None or values:
        contact = edit(portal, contact, values, source=PERSON, at=portal.clock.now())
    return contact.id


def seed_definition(portal: Portal, given: Mapping[str, Any]) -> None:
    """Add a property, or replace parts of one that is there, of HubSpot's own too; what isn't said stays.

    ``calculated`` makes it read-only, ``readOnlyValue`` does that alone. A group that isn't there is made.
    """
    name = given.get("name")
    if not isinstance(name, str) or not NAME.fullmatch(name):
        raise ValueError("A property needs a name: a letter, then lowercase letters, digits and underscores.")
    rights = given.get("modificationMetadata", {})
    unknown = given.keys() - {"name", "readOnlyValue", "modificationMetadata", *PARTS}
    wrong = [flag for flag in (*FLAGS, "readOnlyValue") if not isinstance(given.get(flag, False), bool)]
    wrong += [right for right in rights if not isinstance(rights[right], bool)]
    if unknown or wrong:
        raise ValueError(f"The property {name} can't be seeded: {', '.join(sorted([*unknown, *wrong]))} can't be so.")
    group = given.get("groupName", "contactinformation")
    if isinstance(group, str) and NAME.fullmatch(group) and group not in portal.properties.groups:
        portal.properties.put_group({"name": group, "label": group, "displayOrder": -1, "archived": False})
    now = iso(portal.clock.now())
    text = {"name": name, "label": name, "type": "string", "fieldType": "text", "groupName": group}
    before = portal.properties.definitions.get(name) or define(text, portal.properties.groups, now)
    after = {**before, **{part: given[part] for part in PARTS if part in given}, "updatedAt": now}
    if after["type"] != "enumeration" and "options" not in given:
        after["options"] = []
    rights = {**before["modificationMetadata"], **rights}
    if given.get("calculated") or "readOnlyValue" in given:
        rights["readOnlyValue"] = given.get("calculated") is True or given["readOnlyValue"]
    after["modificationMetadata"] = rights
    _check_change(portal, before, after)
    portal.properties.put(checked(after, portal.properties.groups))


def _check_change(portal: Portal, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    """ValueError for a change after which the emulator could no longer tell what the portal's values mean."""
    name = after["name"]
    written_by = [shape["modificationMetadata"]["readOnlyValue"] for shape in (before, after)]
    parts = ("type", "hasUniqueValue", "archived")
    if name in FIXED and (len(set(written_by)) > 1 or any(before[part] != after[part] for part in parts)):
        raise ValueError(f"The property {name} keeps its type, its uniqueness, its place and who may write it.")
    if before["hasUniqueValue"] != after["hasUniqueValue"] and portal.contacts.any_with(name):
        raise ValueError(f"Contacts have values of {name} already: seed its definition before them.")
