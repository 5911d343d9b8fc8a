"""Taking contacts away, by whatever hand: archive, erase, merge.

Put here: what becomes of the emails, values and ids of a contact that goes. Keep out: how a request of the API names it
(``api.removing``) and how a test does (``people``). ``at`` is a time other than now.
"""

from collections.abc import Sequence

from hubsync_assets.emulator.portal import Portal
from hubsync_assets.emulator.records import API, Contact, Source
from hubsync_assets.emulator.responses import invalid

__all__ = ["archive", "erase", "merge"]

MOST_IDENTITIES = 250
MERGE = "MERGE_OBJECTS"


def archive(
    portal: Portal, contacts: Sequence[Contact], *, call: int = 0, source: Source = API, at: int | None = None
) -> None:
    """Archive contacts: their emails are free again, so that writing one makes a new contact."""
    now = portal.clock.now() if at is None else at
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


def erase(portal: Portal, contact: Contact) -> None:
    """Forget a contact and its history for good (GDPR); its addresses are noted as erased."""
    _release(portal, [contact])
    for email in contact.emails():
        portal.contacts.block(email)
    portal.contacts.erase(contact.id)


def merge(
    portal: Portal, primary: Contact, other: Contact, *, call: int = 0, source: Source = API, at: int | None = None
) -> Contact:
    """Merge ``other`` into ``primary``; the survivor has a new id (a switch). 400 beyond 250 addresses, or for one contact."""
    if primary.id == other.id:
        raise invalid("A contact can't be merged into itself")
    by = source._replace(type=MERGE)
    survivor = _merged(portal, primary, other, portal.clock.now() if at is None else at)
    gone = [other] if portal.switches.merge_keeps_primary_id else [primary, other]
    _release(portal, [primary, other])
    for contact in gone:
        contact.archived = survivor.updated
    portal.contacts.save(gone, [{}] * len(gone), call=call, source=by, grown=-1)
    changes = {name: value for name, value in survivor.properties.items() if primary.properties.get(name) != value}
    full = changes if portal.switches.merge_keeps_primary_id else dict(survivor.properties)
    portal.contacts.save([survivor], [full], call=call, source=by)
    portal.contacts.claim((email, survivor.id) for email in survivor.emails())
    portal.contacts.claim_values(
        (name, survivor.properties[name], survivor.id)
        for name in portal.properties.unique_names
        if name in survivor.properties
    )
    portal.contacts.note_merge([contact.id for contact in gone], survivor.id)
    return survivor


def _merged(portal: Portal, primary: Contact, other: Contact, now: int) -> Contact:
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
    if all(stage in portal.properties.stages for stage in stages):
        properties["lifecyclestage"] = max(stages, key=portal.properties.stages.index)
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
    return Contact(identity, properties, min(primary.created, other.created), now, None, before)
