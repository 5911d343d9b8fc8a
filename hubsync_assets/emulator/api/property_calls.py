"""The properties API: definitions. Groups are in ``group_calls``.

Keep out: values of contacts (``values``, ``writing``).
"""

from typing import Any

from hubsync_assets.emulator.api.batching import check_size
from hubsync_assets.emulator.api.property_definitions import MOST_UNIQUE, define, redefine
from hubsync_assets.emulator.clock import iso
from hubsync_assets.emulator.portal import ApiRequest, Portal
from hubsync_assets.emulator.responses import (
    ApiResponse,
    Refusal,
    bad_json,
    error,
    invalid,
    missing_properties,
    not_found,
)
from hubsync_assets.emulator.shapes import batch_response

__all__ = ["archive", "batch_archive", "batch_create", "batch_read", "create", "get", "listing", "patch"]


def listing(portal: Portal, request: ApiRequest) -> ApiResponse:
    """Every definition, unpaged."""
    return ApiResponse(200, {"results": portal.properties.listed(archived=request.flag("archived"))})


def _named(portal: Portal, name: object) -> dict[str, Any]:
    definition = portal.properties.live(name) if isinstance(name, str) else None
    if definition is None:
        raise not_found()
    return definition


def get(portal: Portal, request: ApiRequest) -> ApiResponse:
    """One definition; 404 if there is none."""
    return ApiResponse(200, _named(portal, request.parts["name"]))


def create(portal: Portal, request: ApiRequest) -> ApiResponse:
    """Make a property, or bring back an archived one: 201; 409 if the name is taken."""
    definition = _new(portal, request.json(), [])
    portal.properties.put(definition)
    return ApiResponse(201, definition, {"Location": f"{request.path}/{definition['name']}"})


def batch_create(portal: Portal, request: ApiRequest) -> ApiResponse:
    """Make properties; one whose name is taken costs only itself, one that is wrong the whole batch."""
    inputs = request.inputs()
    check_size(len(inputs))
    made: list[dict[str, Any]] = []
    errors = []
    for given in inputs:
        try:
            made.append(_new(portal, given, made))
        except Refusal as refusal:
            body = refusal.response.body or {}
            if refusal.response.status != 409:
                raise
            kept = {name: body[name] for name in ("status", "category", "subCategory", "message")}
            errors.append({**kept, "context": {"name": [given["name"]]}})
    for definition in made:
        portal.properties.put(definition)
    return batch_response(portal, request, made, errors, status=201)


def _new(portal: Portal, given: dict[str, Any], others: list[dict[str, Any]]) -> dict[str, Any]:
    """A checked definition that no live property and none of ``others`` has the name of."""
    definition = define(given, portal.properties.groups, iso(portal.clock.now()))
    name = definition["name"]
    if portal.properties.live(name) or any(other["name"] == name for other in others):
        raise error(
            409,
            "OBJECT_ALREADY_EXISTS",
            f"A property named '{name}' already exists.",
            subCategory="Properties.PROPERTY_WITH_NAME_EXISTS",
        )
    if definition["hasUniqueValue"] and len(portal.properties.unique_names) >= MOST_UNIQUE:
        raise invalid(f"At most {MOST_UNIQUE} properties of an object can have unique values.")
    return definition


def patch(portal: Portal, request: ApiRequest) -> ApiResponse:
    """Change a definition: 200. ``options`` replaces the whole list; name and uniqueness stay."""
    before = _named(portal, request.parts["name"])
    if before["modificationMetadata"]["readOnlyDefinition"]:
        raise invalid(f"The definition of {before['name']} is read only.")
    changed = redefine(before, request.json(), portal.properties.groups, iso(portal.clock.now()))
    portal.properties.put(changed)
    return ApiResponse(200, changed)


def archive(portal: Portal, request: ApiRequest) -> ApiResponse:
    """Archive a property: 204; 404 if there is none, 400 for HubSpot's own."""
    _archive(portal, [_named(portal, request.parts["name"])])
    return ApiResponse(204)


def _archive(portal: Portal, definitions: list[dict[str, Any]]) -> None:
    """Archive all of them, or none if one is HubSpot's own."""
    for definition in definitions:
        _check_archivable(definition)
    for definition in definitions:
        portal.properties.put({**definition, "archived": True, "archivedAt": iso(portal.clock.now())})


def _check_archivable(definition: dict[str, Any]) -> None:
    if not definition["modificationMetadata"]["archivable"]:
        raise error(
            400,
            "VALIDATION_ERROR",
            f"The property {definition['name']} cannot be deleted.",
            subCategory="PropertyValidationError.CANNOT_DELETE_PROPERTY_IN_USE",
        )


def batch_archive(portal: Portal, request: ApiRequest) -> ApiResponse:
    """Archive properties: 204, whether they exist or not."""
    named = [portal.properties.live(str(given.get("name"))) for given in request.inputs()]
    _archive(portal, [definition for definition in named if definition is not None])
    return ApiResponse(204)


def batch_read(portal: Portal, request: ApiRequest) -> ApiResponse:
    """Definitions by name; what is missing comes in one aggregated error."""
    inputs = request.inputs()
    check_size(len(inputs))
    if any(not isinstance(given.get("name"), str) for given in inputs):
        raise bad_json("Some required fields were not set: [name]")
    archived = request.json().get("archived") is True
    there = {definition["name"]: definition for definition in portal.properties.listed(archived=archived)}
    names = [given["name"] for given in inputs]
    missing = [name for name in names if name not in there]
    results = [there[name] for name in names if name in there]
    return batch_response(portal, request, results, [missing_properties(missing)] if missing else [])
