"""A contact as HubSpot's JSON, and the envelope of a batch answer.

Put here: what an answer looks like. Keep out: which contacts are in it (the endpoints).
"""

from collections.abc import Iterable
from typing import Any

from hubsync_assets.emulator.answers import Answer
from hubsync_assets.emulator.clock import iso
from hubsync_assets.emulator.contacts import Contact
from hubsync_assets.emulator.portal import Ask, Portal

__all__ = ["DEFAULT_READ", "all_values", "batch_answer", "contact_json", "selected", "upserted"]

DEFAULT_READ = ("createdate", "email", "firstname", "hs_object_id", "lastmodifieddate", "lastname")
"""What a read returns when nothing is asked for (contacts guide)."""


def system_values(contact: Contact) -> dict[str, str]:
    """The values that HubSpot computes."""
    values = {
        "createdate": iso(contact.created),
        "lastmodifieddate": iso(contact.updated),
        "hs_object_id": str(contact.id),
    }
    email = contact.properties.get("email", "")
    if email:
        values["hs_email_domain"] = email.rpartition("@")[2]
    names = [contact.properties[name] for name in ("firstname", "lastname") if name in contact.properties]
    if names or email:
        values["hs_full_name_or_email"] = " ".join(names) or email
    return values


def all_values(contact: Contact) -> dict[str, str]:
    """Every property of a contact that has a value."""
    computed = {
        **system_values(contact),
        "hs_all_contact_vids": str(contact.id),
        "hs_is_contact": "true",
        "hs_object_source": "INTEGRATION",
        "hs_object_source_label": "INTEGRATION",
    }
    return {**computed, **contact.properties}


def selected(portal: Portal, contact: Contact, names: Iterable[str]) -> dict[str, str | None]:
    """The asked-for properties and the default ones: null where there is no value, left out where there's no such property."""
    values = all_values(contact)
    wanted = dict.fromkeys([*DEFAULT_READ, *names])
    return {name: values.get(name) for name in wanted if portal.properties.live(name) is not None}


def contact_json(portal: Portal, contact: Contact, properties: dict[str, str | None]) -> dict[str, Any]:
    """A contact with the given properties."""
    shape: dict[str, Any] = {
        "id": str(contact.id),
        "properties": properties,
        "createdAt": iso(contact.created),
        "updatedAt": iso(contact.updated),
        "archived": contact.archived is not None,
        "url": f"https://app.hubspot.com/contacts/{portal.id}/record/0-1/{contact.id}",
    }
    if contact.archived is not None:
        shape["archivedAt"] = iso(contact.archived)
    return shape


def upserted(portal: Portal, contact: Contact, written: dict[str, str], *, new: bool) -> dict[str, Any]:
    """A result of an upsert: all values of a new contact; of an updated one what was written and what HubSpot computes."""
    values: dict[str, str | None] = {**all_values(contact)}
    if not new:
        kept = {*written, *system_values(contact), "lifecyclestage"}
        values = {name: value for name, value in values.items() if name in kept}
        values.update({name: "" for name, value in written.items() if value == ""})
    return {**contact_json(portal, contact, values), "new": new}


def batch_answer(
    portal: Portal, ask: Ask, results: list[dict[str, Any]], errors: list[dict[str, Any]], *, status: int = 200
) -> Answer:
    """The envelope of a batch: 207 with errors, or 200 with ``errors`` where the version has no 207."""
    if portal.switches.shuffle_results:
        portal.random.shuffle(results)
    now = iso(portal.clock.now())
    body: dict[str, Any] = {"status": "COMPLETE", "results": results, "startedAt": now, "completedAt": now}
    if errors:
        body["numErrors"] = len(errors)
        body["errors"] = errors
        if ask.version != "2026-09" or portal.switches.multi_status_in_2026_09:
            status = 207
    return Answer(status, body)
