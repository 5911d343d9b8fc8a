"""Batch create, update and archive of contacts.

Keep out: upsert (``upsert``) and the rules for values (``writing``).
"""

from typing import Any

from hubsync_assets.emulator.api.batching import (
    check_ids,
    check_size,
    fields,
    find,
    ids_of,
    lead_on,
    refuse_one_contact_twice,
    settle,
    trace_ids,
)
from hubsync_assets.emulator.claims import check_unique_values, email_clashes
from hubsync_assets.emulator.portal import ApiRequest, Portal
from hubsync_assets.emulator.removal import archive
from hubsync_assets.emulator.responses import ApiResponse, clash_item, conflict, missing_objects, not_unique
from hubsync_assets.emulator.shapes import batch_response, written_json
from hubsync_assets.emulator.values import stored
from hubsync_assets.emulator.writing import Draft, draft, save

__all__ = ["batch_archive", "batch_create", "batch_update"]


def batch_create(portal: Portal, request: ApiRequest) -> ApiResponse:
    """Make up to 100 contacts: 201; an email that is taken is a 409, or with trace ids an error item of its own."""
    inputs = request.inputs()
    check_size(len(inputs))
    given = [fields(item) for item in inputs]
    traces = trace_ids(inputs)
    drafts = [draft(portal, None, values, traces[place] if traces else "") for place, values in enumerate(given)]
    drafts, clashes = _without_clashes(portal, drafts, by_item=traces is not None)
    good, errors = settle(portal, drafts, traces)
    save(portal, good, call=request.call)
    return batch_response(portal, request, [written_json(portal, made) for made in good], errors + clashes, status=201)


def batch_update(portal: Portal, request: ApiRequest) -> ApiResponse:
    """Change up to 100 contacts by record id or a unique property.

    Ids that don't exist, were archived or erased come in one aggregated error; one that was merged away is left out without a
    word (a switch).
    """
    inputs = request.inputs()
    given = [fields(item) for item in inputs]
    ids = ids_of(inputs)
    check_ids(portal, ids)
    names = {stored(item.get("idProperty")) or "hs_object_id" for item in inputs}
    if "email" in names and not portal.switches.batch_update_by_email:
        raise not_unique("email")
    name = names.pop() if len(names) == 1 else "hs_object_id"
    found, left_out = lead_on(portal, name, ids, find(portal, name, ids))
    refuse_one_contact_twice(found)
    traces = trace_ids(inputs)
    drafts = [
        draft(portal, found[key], given[place], traces[place] if traces else "")
        for place, key in enumerate(ids)
        if key in found
    ]
    drafts, clashes = _without_clashes(portal, drafts, by_item=traces is not None)
    good, errors = settle(portal, drafts, traces)
    save(portal, good, call=request.call)
    gone = [key for key in ids if key not in found and key not in left_out]
    missing = [missing_objects(gone)] if gone else []
    return batch_response(portal, request, [written_json(portal, made) for made in good], errors + clashes + missing)


def batch_archive(portal: Portal, request: ApiRequest) -> ApiResponse:
    """Archive up to 100 contacts: 204, whether they exist or not."""
    ids = ids_of(request.inputs())
    check_size(len(ids))
    archive(portal, list(find(portal, "hs_object_id", ids).values()), call=request.call)
    return ApiResponse(204)


def _without_clashes(portal: Portal, drafts: list[Draft], *, by_item: bool) -> tuple[list[Draft], list[dict[str, Any]]]:
    """The drafts whose emails are free, and an error item for each other one; 409 for all of them without trace ids."""
    clashes = {id(clash.draft): clash for clash in email_clashes(portal, drafts)}
    if clashes and not by_item:
        raise conflict(next(iter(clashes.values())).owner)
    free = [made for made in drafts if id(made) not in clashes]
    check_unique_values(portal, free)
    return free, [clash_item(clash.owner, clash.draft.trace) for clash in clashes.values()]
