"""One contact at a time: create, get, patch, delete, by record id or ``?idProperty=``.

Keep out: batches and the rules for values (``writing``).
"""

from hubsync_assets.emulator.answers import Answer, conflict, invalid_properties, not_found
from hubsync_assets.emulator.api.batching import fields, find, record_id
from hubsync_assets.emulator.api.removing import archive
from hubsync_assets.emulator.claims import check_unique_values, email_clashes
from hubsync_assets.emulator.contacts import Contact
from hubsync_assets.emulator.portal import Ask, Portal
from hubsync_assets.emulator.shapes import read_json, written_json
from hubsync_assets.emulator.writing import Draft, draft, save

__all__ = ["create", "delete", "get", "patch"]


def _named(portal: Portal, ask: Ask) -> Contact | None:
    """The contact that the path names. An id that was merged away leads to the contact that took over."""
    key = ask.parts["id"]
    name = ask.query.get("idProperty") or "hs_object_id"
    contact = find(portal, name, [key], archived=ask.flag("archived")).get(key)
    lead_on = portal.switches.merged_ids_lead_on and name == "hs_object_id"
    if contact is None and lead_on:
        heir = portal.contacts.merged_into([record_id(key)])
        contact = next(iter(portal.contacts.get(heir.values()).values()), None)
    return contact


def get(portal: Portal, ask: Ask) -> Answer:
    """200 with the contact, or 404."""
    contact = _named(portal, ask)
    if contact is None:
        raise not_found()
    return Answer(200, read_json(portal, [contact], ask.names("properties"), ask.names("propertiesWithHistory"))[0])


def create(portal: Portal, ask: Ask) -> Answer:
    """201 with the contact; 409 if its email is taken."""
    made = draft(portal, None, fields(ask.json()))
    _save(portal, ask, made)
    return Answer(201, written_json(portal, made))


def patch(portal: Portal, ask: Ask) -> Answer:
    """200 with what was written; 404 if there is no such contact."""
    contact = _named(portal, ask)
    if contact is None:
        raise not_found()
    made = draft(portal, contact, fields(ask.json()))
    _save(portal, ask, made)
    return Answer(200, written_json(portal, made))


def _save(portal: Portal, ask: Ask, made: Draft) -> None:
    for clash in email_clashes(portal, [made]):
        raise conflict(clash.owner)
    check_unique_values(portal, [made])
    if made.problems:
        raise invalid_properties(made.problems, portal.id)
    save(portal, [made], call=ask.call)


def delete(portal: Portal, ask: Ask) -> Answer:
    """204, whether there was such a contact or not (a switch)."""
    contact = _named(portal, ask)
    if contact is not None:
        archive(portal, [contact], call=ask.call)
    elif portal.switches.deleting_nothing_is_not_found:
        raise not_found()
    return Answer(204)
