"""The endpoints that take contacts away one by one: gdpr-delete and merge.

Put here: how a request names its contacts. Keep out: what becomes of them (``removal``), and archiving, which ``single`` and
``batch_write`` have.
"""

from hubsync_assets.emulator import emails, removal
from hubsync_assets.emulator.api.batching import find
from hubsync_assets.emulator.portal import ApiRequest, Portal
from hubsync_assets.emulator.responses import ApiResponse, bad_json, not_found
from hubsync_assets.emulator.shapes import read_json
from hubsync_assets.emulator.values import stored

__all__ = ["gdpr_delete", "merge"]


def gdpr_delete(portal: Portal, request: ApiRequest) -> ApiResponse:
    """Erase a contact and its history: 204. Its addresses, or an unknown one, are noted as erased."""
    body = request.json()
    key = stored(body.get("objectId"))
    if not key:
        raise bad_json("Some required fields were not set: [objectId]")
    name = stored(body.get("idProperty")) or "hs_object_id"
    contact = find(portal, name, [key]).get(key)
    if contact is not None:
        removal.erase(portal, contact)
    elif name == "email":
        portal.contacts.block(emails.normalise(key))
    else:
        raise not_found()
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
    survivor = removal.merge(portal, found[keys[0]], found[keys[1]], call=request.call)
    return ApiResponse(200, read_json(portal, [survivor], survivor.properties)[0])
