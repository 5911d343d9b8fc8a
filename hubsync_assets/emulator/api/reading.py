"""Reading many contacts: batch read and the paged list.

Keep out: search (``search``), one contact (``single``) and everything that writes.
"""

from hubsync_assets.emulator.api.batching import check_ids, find, ids_of, lead_on
from hubsync_assets.emulator.portal import ApiRequest, Portal
from hubsync_assets.emulator.responses import ApiResponse, bad_json, invalid, missing_objects
from hubsync_assets.emulator.shapes import batch_response, read_json
from hubsync_assets.emulator.values import stored

__all__ = ["batch_read", "list_contacts"]

MOST_WITH_HISTORY = 50


def batch_read(portal: Portal, request: ApiRequest) -> ApiResponse:
    """Up to 100 contacts by record id or ``idProperty``; what is missing comes in one aggregated error (merged ids: a switch)."""
    body = request.json()
    ids = ids_of(request.inputs())
    check_ids(portal, ids)
    names, with_history = _names(body.get("properties")), _names(body.get("propertiesWithHistory"))
    if with_history and len(ids) > MOST_WITH_HISTORY:
        raise invalid(
            f"The maximum number of inputs supported in a batch request for property histories is {MOST_WITH_HISTORY}. "
            "Please reduce the number of items and try again"
        )
    name, archived = stored(body.get("idProperty")) or "hs_object_id", request.flag("archived")
    found, left_out = lead_on(portal, name, ids, find(portal, name, ids, archived=archived))
    contacts = list({contact.id: contact for contact in found.values()}.values())
    missing = [key for key in ids if key not in found and key not in left_out]
    results = read_json(portal, contacts, names, with_history)
    return batch_response(portal, request, results, [missing_objects(missing)] if missing else [])


def _names(given: object) -> list[str]:
    if given is None:
        return []
    if isinstance(given, list) and all(isinstance(name, str) for name in given):
        return list(given)
    raise bad_json("Cannot deserialize value of type `List` in `properties`")


def list_contacts(portal: Portal, request: ApiRequest) -> ApiResponse:
    """A page of contacts by id; ``paging`` is missing on the last one."""
    limit = request.number("limit", 10)
    if not 1 <= limit <= 100:
        raise invalid("limit must be between 1 and 100")
    page = portal.contacts.page(limit + 1, request.number("after", 0), archived=request.flag("archived"))
    shapes = read_json(portal, page[:limit], request.names("properties"), request.names("propertiesWithHistory"))
    body: dict[str, object] = {"results": shapes}
    if len(page) > limit:
        after = str(page[limit].id)
        query = "&".join(
            f"{name}={value}" for name, value in {**request.query, "limit": str(limit), "after": after}.items()
        )
        body["paging"] = {"next": {"after": after, "link": f"https://api.hubapi.com{request.path}?{query}"}}
    return ApiResponse(200, body)
