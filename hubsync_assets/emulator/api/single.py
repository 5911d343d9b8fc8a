"""One contact at a time: create, get, patch, delete, by record id or ``?idProperty=``.

Keep out: batches and the rules for values (``writing``).
"""

from hubsync_assets.emulator.api.batching import fields, find, record_id
from hubsync_assets.emulator.claims import check_unique_values, email_clashes
from hubsync_assets.emulator.portal import ApiRequest, Portal
from hubsync_assets.emulator.records import Contact
from hubsync_assets.emulator.removal import archive
from hubsync_assets.emulator.responses import ApiResponse, conflict, invalid_properties, not_found
from hubsync_assets.emulator.shapes import read_json, written_json
from hubsync_assets.emulator.writing import Draft, draft, save

__all__ = ["create", "delete", "get", "patch"]


def _named(portal: Portal, request: ApiRequest) -> Contact | None:
    """The contact that the path names. An id that was merged away leads to the contact that took over."""
    key = request.parts["id"]
    name = request.query.get("idProperty") or "hs_object_id"
    contact = find(portal, name, [key], archived=request.flag("archived")).get(key)
    lead_on = portal.switches.merged_ids_lead_on and name == "hs_object_id"
    if contact is None and lead_on:
        heir = portal.contacts.merged_into([record_id(key)])
        contact = next(iter(portal.contacts.get(heir.values()).values()), None)
    return contact


def get(portal: Portal, request: ApiRequest) -> ApiResponse:
    """200 with the contact, or 404."""
    contact = _named(portal, request)
    if contact is None:
        raise not_found()
    return ApiResponse(
        200, read_json(portal, [contact], request.names("properties"), request.names("propertiesWithHistory"))[0]
    )


def create(portal: Portal, request: ApiRequest) -> ApiResponse:
    """201 with the contact; 409 if its email is taken."""
    made = draft(portal, None, fields(request.json()))
    _save(portal, request, made)
    return ApiResponse(201, written_json(portal, made))


def patch(portal: Portal, request: ApiRequest) -> ApiResponse:
    """200 with what was written; 404 if there is no such contact."""
    contact = _named(portal, request)
    if contact is None:
        raise not_found()
    made = draft(portal, contact, fields(request.json()))
    _save(portal, request, made)
    return ApiResponse(200, written_json(portal, made))


def _save(portal: Portal, request: ApiRequest, made: Draft) -> None:
    for clash in email_clashes(portal, [made]):
        raise conflict(clash.owner)
    check_unique_values(portal, [made])
    if made.problems:
        raise invalid_properties(made.problems, portal.id)
    save(portal, [made], call=request.call)


def delete(portal: Portal, request: ApiRequest) -> ApiResponse:
    """204, whether there was such a contact or not (a switch)."""
    contact = _named(portal, request)
    if contact is not None:
        archive(portal, [contact], call=request.call)
    elif portal.switches.deleting_nothing_is_not_found:
        raise not_found()
    return ApiResponse(204)
