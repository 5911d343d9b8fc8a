"""A contact as HubSpot's JSON, and the envelope of a batch answer.

Put here: what an answer looks like. Keep out: which contacts are in it (the endpoints).
"""

from collections.abc import Iterable, Sequence
from typing import Any

from hubsync_assets.emulator.clock import iso
from hubsync_assets.emulator.portal import ApiRequest, Portal
from hubsync_assets.emulator.records import Contact, Source
from hubsync_assets.emulator.responses import ApiResponse
from hubsync_assets.emulator.writing import Draft

__all__ = ["DEFAULT_READ", "all_values", "batch_response", "read_json", "source_json", "system_values", "written_json"]

DEFAULT_READ = ("createdate", "email", "firstname", "hs_object_id", "lastmodifieddate", "lastname")
"""What a read returns when nothing is asked for (contacts guide)."""
ALWAYS_READ = ("createdate", "hs_object_id", "lastmodifieddate")
"""What a read returns beside the properties that it names."""


def system_values(contact: Contact) -> dict[str, str]:
    """The values that HubSpot computes and every answer to a write has."""
    return {
        "createdate": iso(contact.created),
        "lastmodifieddate": iso(contact.updated),
        "hs_object_id": str(contact.id),
        "hs_object_source": "INTEGRATION",
        "hs_object_source_label": "INTEGRATION",
    }


def all_values(contact: Contact) -> dict[str, str]:
    """Every property of a contact that has a value."""
    given = contact.properties
    email = given.get("email", "")
    name = " ".join(given[part] for part in ("firstname", "lastname") if part in given) or email
    values = {**system_values(contact), "hs_all_contact_vids": str(contact.id), "hs_is_contact": "true", **given}
    if name:
        values["hs_full_name_or_email"] = name
    if email:
        values["hs_email_domain"] = email.rpartition("@")[2]
    return values


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


def read_json(
    portal: Portal, contacts: Sequence[Contact], names: Iterable[str] = (), with_history: Sequence[str] = ()
) -> list[dict[str, Any]]:
    """Contacts with the asked-for properties, or the default ones where none is asked for, and the history of some.

    A property without a value is null; one that the portal doesn't have is left out.
    """
    named = list(names)
    base = ALWAYS_READ if named else DEFAULT_READ
    wanted = [name for name in dict.fromkeys([*base, *named, *with_history]) if portal.properties.live(name)]
    shapes = []
    for contact in contacts:
        values = all_values(contact)
        shapes.append(contact_json(portal, contact, {name: values.get(name) for name in wanted}))
    if with_history:
        histories = _histories(
            portal, [contact.id for contact in contacts], [name for name in with_history if name in wanted]
        )
        for contact, shape in zip(contacts, shapes, strict=True):
            shape["propertiesWithHistory"] = histories[contact.id]
    return shapes


def _histories(portal: Portal, ids: list[int], names: Sequence[str]) -> dict[int, dict[str, list[dict[str, Any]]]]:
    """For each contact and name its values, newest first."""
    histories: dict[int, dict[str, list[dict[str, Any]]]] = {identity: {name: [] for name in names} for identity in ids}
    for version in portal.contacts.versions(ids):
        for name in histories[version.contact].keys() & version.changes.keys():
            value = {"value": version.changes[name], "timestamp": iso(version.at), **source_json(version.source)}
            histories[version.contact][name].insert(0, value)
    return histories


def source_json(source: Source) -> dict[str, Any]:
    """Who set a value: what isn't known is left out."""
    told = {"sourceType": source.type, "sourceId": source.id, "updatedByUserId": source.user}
    return {name: value for name, value in told.items() if value}


def written_json(portal: Portal, made: Draft) -> dict[str, Any]:
    """The answer to a write: every value of a new contact; of an updated one what was written and what HubSpot computes.

    A property that the write cleared comes back empty, one that HubSpot refused to move as it is.
    """
    contact = made.contact
    values: dict[str, str | None]
    if made.new:
        values = {**all_values(contact)}
    else:
        stage = contact.properties.get("lifecyclestage")
        values = {**system_values(contact), **({"lifecyclestage": stage} if stage else {}), **made.written}
    shape = contact_json(portal, contact, values)
    if portal.switches.echo_trace_ids and made.trace:
        shape["objectWriteTraceId"] = made.trace
    return shape


def batch_response(
    portal: Portal,
    request: ApiRequest,
    results: list[dict[str, Any]],
    errors: list[dict[str, Any]],
    *,
    status: int = 200,
) -> ApiResponse:
    """The envelope of a batch: 207 with errors, or the plain status with ``errors`` where the version has no 207."""
    if portal.switches.shuffle_results:
        portal.random.shuffle(results)
    now = iso(portal.clock.now())
    body: dict[str, Any] = {"status": "COMPLETE", "results": results, "startedAt": now, "completedAt": now}
    if errors:
        body["numErrors"] = len(errors)
        body["errors"] = errors
        if request.version != "2026-09" or portal.switches.multi_status_in_2026_09:
            status = 207
    return ApiResponse(status, body)
