"""Reading contacts: batch read, one contact, the paged list.

Keep out: search (``search``) and everything that writes.
"""

from hubsync_assets.emulator import emails
from hubsync_assets.emulator.answers import Answer, bad_json, invalid, missing_objects, not_found, not_unique
from hubsync_assets.emulator.contacts import Contact
from hubsync_assets.emulator.portal import Ask, Portal
from hubsync_assets.emulator.shapes import batch_answer, contact_json, selected
from hubsync_assets.emulator.api.upsert import check_size_and_duplicates
from hubsync_assets.emulator.values import stored

__all__ = ["batch_read", "find_one", "get_contact", "list_contacts", "whole_number"]


def batch_read(portal: Portal, ask: Ask) -> Answer:
    """Up to 100 contacts by record id, or by ``idProperty``; what is missing comes in one aggregated error."""
    body = ask.json()
    ids = []
    for it in ask.inputs():
        if it.get("id") is None:
            raise bad_json("Some required fields were not set: [id]")
        ids.append(stored(it["id"]) or "")
    check_size_and_duplicates(portal, ids)
    name = stored(body.get("idProperty")) or "hs_object_id"
    names = [str(it) for it in body.get("properties") or []]
    found = find_many(portal, name, ids)
    results = {
        contact.id: contact_json(portal, contact, selected(portal, contact, names)) for contact in found.values()
    }
    missing = [key for key in ids if key not in found]
    return batch_answer(portal, ask, list(results.values()), [missing_objects(missing)] if missing else [])


def find_many(portal: Portal, name: str, keys: list[str], *, archived: bool = False) -> dict[str, Contact]:
    """The contacts with these values of a unique property, by the key as it was given."""
    if name == "hs_object_id":
        owners = {key: int(key) for key in keys if key.isascii() and key.isdecimal() and len(key) < 18}
    elif name == "email":
        by_email = portal.contacts.owners(emails.normalise(key) for key in keys)
        owners = {key: by_email[emails.normalise(key)] for key in keys if emails.normalise(key) in by_email}
    elif name in portal.properties.unique_names():
        owners = portal.contacts.holders(name, keys)
    else:
        raise not_unique(name)
    contacts = portal.contacts.get(owners.values(), archived=archived)
    return {key: contacts[owner] for key, owner in owners.items() if owner in contacts}


def find_one(portal: Portal, ask: Ask) -> Contact:
    """The contact that the path names, by record id or by ``?idProperty=``; 404 if there is none."""
    key = ask.parts["id"]
    found = find_many(
        portal, ask.query.get("idProperty") or "hs_object_id", [key], archived=ask.query.get("archived") == "true"
    )
    if key not in found:
        raise not_found()
    return found[key]


def get_contact(portal: Portal, ask: Ask) -> Answer:
    """One contact."""
    contact = find_one(portal, ask)
    return Answer(200, contact_json(portal, contact, selected(portal, contact, asked_properties(ask))))


def asked_properties(ask: Ask) -> list[str]:
    """The names in ``?properties=a,b``."""
    return [name for name in ask.query.get("properties", "").split(",") if name]


def whole_number(ask: Ask, name: str, default: int) -> int:
    """A whole number of the query; 400 if it is something else."""
    text = ask.query.get(name) or str(default)
    if not text.isascii() or not text.isdecimal():
        raise invalid(f"{name} must be a whole number")
    return int(text)


def list_contacts(portal: Portal, ask: Ask) -> Answer:
    """A page of contacts by id; ``paging`` is missing on the last one."""
    limit = whole_number(ask, "limit", 10)
    if not 1 <= limit <= 100:
        raise invalid("limit must be between 1 and 100")
    archived = ask.query.get("archived") == "true"
    page = portal.contacts.page(limit + 1, whole_number(ask, "after", 0), archived=archived)
    names = asked_properties(ask)
    body: dict[str, object] = {
        "results": [contact_json(portal, it, selected(portal, it, names)) for it in page[:limit]]
    }
    if len(page) > limit:
        after = str(page[limit].id)
        body["paging"] = {"next": {"after": after, "link": f"https://api.hubapi.com?after={after}"}}
    return Answer(200, body)
