"""Batch upsert: ``POST .../contacts/batch/upsert``.

The order of checks is: shape, size, duplicate ids, uniqueness of ``idProperty``, then each input's values. Bad inputs cost
only themselves where every input has a trace id of its own; otherwise the whole batch is refused. An email that belongs to
another contact costs the whole batch all the same (a switch). Keep out: the rules for values (``writing``).
"""

from hubsync_assets.emulator.api.batching import (
    check_ids,
    fields,
    find,
    ids_of,
    refuse_one_contact_twice,
    settle,
    trace_ids,
)
from hubsync_assets.emulator.claims import check_unique_values, email_clashes
from hubsync_assets.emulator.portal import ApiRequest, Portal
from hubsync_assets.emulator.records import Contact
from hubsync_assets.emulator.responses import ApiResponse, Problem, bad_json, conflict, missing_objects
from hubsync_assets.emulator.shapes import batch_response, written_json
from hubsync_assets.emulator.values import stored
from hubsync_assets.emulator.writing import Draft, draft, save

__all__ = ["batch_upsert"]

KEPT = {"email"}
"""What stays, beside what is read-only, even where an upsert clears the properties that it doesn't name."""


def batch_upsert(portal: Portal, request: ApiRequest) -> ApiResponse:
    """Create or update up to 100 contacts."""
    inputs = request.inputs()
    given = [fields(item) for item in inputs]
    ids = ids_of(inputs)
    check_ids(portal, ids)
    keys = [(stored(item.get("idProperty")) or "hs_object_id", key) for item, key in zip(inputs, ids, strict=True)]
    found = _find_all(portal, keys)
    refuse_one_contact_twice(found)
    traces = trace_ids(inputs)
    unknown = [key for name, key in keys if name == "hs_object_id" and (name, key) not in found]
    if unknown and traces is None:
        raise bad_json(missing_objects(unknown)["message"])
    drafts = []
    for place, (name, key) in enumerate(keys):
        contact = found.get((name, key))
        if contact is None and name == "hs_object_id":
            continue
        values = given[place] if contact else {name: key, **given[place]}
        if contact and name == "email" and not portal.switches.omitted_properties_stay:
            values = {**dict.fromkeys((contact.properties.keys() & portal.properties.writable) - KEPT, ""), **values}
        drafts.append(draft(portal, contact, values, traces[place] if traces else ""))
    _check_clashes(portal, drafts)
    good, errors = settle(portal, drafts, traces)
    save(portal, good, call=request.call)
    results = [{**written_json(portal, made), "new": made.new} for made in good]
    return batch_response(portal, request, results, errors + ([missing_objects(unknown)] if unknown else []))


def _find_all(portal: Portal, keys: list[tuple[str, str]]) -> dict[tuple[str, str], Contact]:
    """The contacts that inputs name, by (idProperty, id); inputs may differ in ``idProperty``."""
    by_name: dict[str, list[str]] = {}
    for name, key in keys:
        by_name.setdefault(name, []).append(key)
    found: dict[tuple[str, str], Contact] = {}
    for name, some in by_name.items():
        found.update({(name, key): contact for key, contact in find(portal, name, some).items()})
    return found


def _check_clashes(portal: Portal, drafts: list[Draft]) -> None:
    """409 for the whole batch, or a problem of the input, for an email that another contact has."""
    for clash in email_clashes(portal, drafts):
        if portal.switches.conflict_fails_batch:
            raise conflict(clash.owner)
        words = f"Contact already exists. Existing ID: {clash.owner}"
        clash.draft.problems.append(Problem("email", "CONFLICTING_UNIQUE_VALUE", words))
    check_unique_values(portal, drafts)
