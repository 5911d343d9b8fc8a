"""Taking contacts away: archive, gdpr-delete, merge.

Put here: what happens to the emails, values and ids of a contact that goes. Keep out: how requests name it where that is
shared (``batching``).
"""

from collections.abc import Sequence

from hubsync_assets.emulator import emails
from hubsync_assets.emulator.api.batching import find
from hubsync_assets.emulator.contacts import Contact
from hubsync_assets.emulator.portal import ApiRequest, Portal
from hubsync_assets.emulator.responses import ApiResponse, bad_json, invalid, not_found
from hubsync_assets.emulator.shapes import read_json
from hubsync_assets.emulator.values import LIFECYCLE, stored

__all__ = ["archive", "gdpr_delete", "merge"]

MOST_IDENTITIES = 250


def archive(portal: Portal, contacts: Sequence[Contact], *, call: int, source: str = "INTEGRATION") -> None:
    """Archive contacts: their emails are free again, so that writing one makes a new contact."""
    now = portal.clock.now()
    _release(portal, contacts)
    for contact in contacts:
        contact.archived = now
    portal.contacts.save(contacts, [{}] * len(contacts), call=call, source=source, grown=-len(contacts))


def _release(portal: Portal, contacts: Sequence[Contact]) -> None:
    """Free the emails and unique values of contacts."""
    portal.contacts.release(email for contact in contacts for email in contact.emails())
    portal.contacts.release_values(
        (name, contact.properties[name])
        for contact in contacts
        for name in portal.properties.unique_names
        if name in contact.properties
    )


def gdpr_delete(portal: Portal, request: ApiRequest) -> ApiResponse:
    """Erase a contact and its history: 204. Its addresses, or an unknown one, are noted as erased."""
    body = request.json()
    key = stored(body.get("objectId"))
    if not key:
        raise bad_json("Some required fields were not set: [objectId]")
    name = stored(body.get("idProperty")) or "hs_object_id"
    contact = find(portal, name, [key]).get(key)
    if contact is None:
        if name != "email":
            raise not_found()
        portal.contacts.block(emails.normalise(key))
        return ApiResponse(204)
    _release(portal, [contact])
    for email in contact.emails():
        portal.contacts.block(email)
    portal.contacts.erase(contact.id)
    return ApiResponse(204)


def merge(portal: Portal, request: ApiRequest) -> ApiResponse:
    """Merge one contact into another: 200 with the surviving record, which has a new id (a switch)."""
    body = request.json()
    keys = [stored(body.get(name)) or "" for name in ("primaryObjectId", "objectIdToMerge")]
    if not all(keys):
        raise bad_json("Some required fields were not set: [primaryObjectId, objectIdToMerge]")
    found = find(portal, "hs_object_id", keys)
    if len(found) < len(set(keys)):
        raise not_found()
    if keys[0] == keys[1]:
        raise invalid("A contact can't be merged into itself")
    primary, other = found[keys[0]], found[keys[1]]
    survivor = _merged(portal, primary, other)
    gone = [other] if portal.switches.merge_keeps_primary_id else [primary, other]
    _release(portal, [primary, other])
    for contact in gone:
        contact.archived = survivor.updated
    portal.contacts.save(gone, [{}] * len(gone), call=request.call, source="MERGE_OBJECTS", grown=-1)
    changes = {name: value for name, value in survivor.properties.items() if primary.properties.get(name) != value}
    full = changes if portal.switches.merge_keeps_primary_id else dict(survivor.properties)
    portal.contacts.save([survivor], [full], call=request.call, source="MERGE_OBJECTS")
    portal.contacts.claim((email, survivor.id) for email in survivor.emails())
    portal.contacts.claim_values(
        (name, survivor.properties[name], survivor.id)
        for name in portal.properties.unique_names
        if name in survivor.properties
    )
    portal.contacts.note_merge([contact.id for contact in gone], survivor.id)
    return ApiResponse(200, read_json(portal, [survivor], survivor.properties)[0])


def _merged(portal: Portal, primary: Contact, other: Contact) -> Contact:
    """The contact that two become: the primary's values, the other's where it has none, every address, the later stage."""
    addresses = list(dict.fromkeys([*primary.emails(), *other.emails()]))
    if len(addresses) > MOST_IDENTITIES:
        raise invalid(f"Cannot have more than {MOST_IDENTITIES} identities on a profile")
    properties = {**other.properties, **primary.properties}
    if addresses:
        properties["email"] = addresses[0]
    properties.pop("hs_additional_emails", None)
    if addresses[1:]:
        properties["hs_additional_emails"] = ";".join(addresses[1:])
    stages = [contact.properties.get("lifecyclestage", "") for contact in (primary, other)]
    if all(stage in LIFECYCLE for stage in stages):
        properties["lifecyclestage"] = max(stages, key=LIFECYCLE.index)
    properties["hs_merged_object_ids"] = ";".join(
        dict.fromkeys(
            [
                *filter(None, primary.properties.get("hs_merged_object_ids", "").split(";")),
                *filter(None, other.properties.get("hs_merged_object_ids", "").split(";")),
                *([] if portal.switches.merge_keeps_primary_id else [str(primary.id)]),
                str(other.id),
            ]
        )
    )
    identity = primary.id if portal.switches.merge_keeps_primary_id else portal.contacts.new_id()
    before = primary.version if identity == primary.id else 0
    return Contact(identity, properties, min(primary.created, other.created), portal.clock.now(), None, before)
