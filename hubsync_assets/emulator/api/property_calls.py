"""The properties API: definitions. Groups are in ``group_calls``.

Keep out: values of contacts (``values``, ``writing``).
"""

from typing import Any

from hubsync_assets.emulator.answers import Answer, Refusal, bad_json, error, invalid, missing_properties, not_found
from hubsync_assets.emulator.api.batching import check_size
from hubsync_assets.emulator.api.property_definitions import MOST_UNIQUE, define, redefine
from hubsync_assets.emulator.clock import iso
from hubsync_assets.emulator.portal import Ask, Portal
from hubsync_assets.emulator.shapes import batch_answer

__all__ = ["archive", "batch_archive", "batch_create", "batch_read", "create", "get", "listing", "patch"]


def listing(portal: Portal, ask: Ask) -> Answer:
    """Every definition, unpaged."""
    return Answer(200, {"results": portal.properties.listed(archived=ask.flag("archived"))})


def _named(portal: Portal, name: object) -> dict[str, Any]:
    definition = portal.properties.live(name) if isinstance(name, str) else None
    if definition is None:
        raise not_found()
    return definition


def get(portal: Portal, ask: Ask) -> Answer:
    """One definition; 404 if there is none."""
    return Answer(200, _named(portal, ask.parts["name"]))


def create(portal: Portal, ask: Ask) -> Answer:
    """Make a property, or bring back an archived one: 201; 409 if the name is taken."""
    definition = _new(portal, ask.json(), [])
    portal.properties.put(definition)
    return Answer(201, definition, {"Location": f"{ask.path}/{definition['name']}"})


def batch_create(portal: Portal, ask: Ask) -> Answer:
    """Make properties; one whose name is taken costs only itself, one that is wrong the whole batch."""
    inputs = ask.inputs()
    check_size(len(inputs))
    made: list[dict[str, Any]] = []
    errors = []
    for it in inputs:
        try:
            made.append(_new(portal, it, made))
        except Refusal as refusal:
            body = refusal.answer.body or {}
            if refusal.answer.status != 409:
                raise
            kept = {name: body[name] for name in ("status", "category", "subCategory", "message")}
            errors.append({**kept, "context": {"name": [it["name"]]}})
    for definition in made:
        portal.properties.put(definition)
    return batch_answer(portal, ask, made, errors, status=200 if ask.version == "2026-09" else 201)


def _new(portal: Portal, given: dict[str, Any], others: list[dict[str, Any]]) -> dict[str, Any]:
    """A checked definition that no live property and none of ``others`` has the name of."""
    definition = define(given, portal.properties.groups, iso(portal.clock.now()))
    name = definition["name"]
    if portal.properties.live(name) or any(it["name"] == name for it in others):
        raise error(
            409,
            "OBJECT_ALREADY_EXISTS",
            f"A property named '{name}' already exists.",
            subCategory="Properties.PROPERTY_WITH_NAME_EXISTS",
        )
    if definition["hasUniqueValue"] and len(portal.properties.unique_names) >= MOST_UNIQUE:
        raise invalid(f"At most {MOST_UNIQUE} properties of an object can have unique values.")
    return definition


def patch(portal: Portal, ask: Ask) -> Answer:
    """Change a definition: 200. ``options`` replaces the whole list; name and uniqueness stay."""
    before = _named(portal, ask.parts["name"])
    if before["modificationMetadata"]["readOnlyDefinition"]:
        raise invalid(f"The definition of {before['name']} is read only.")
    changed = redefine(before, ask.json(), portal.properties.groups, iso(portal.clock.now()))
    portal.properties.put(changed)
    return Answer(200, changed)


def archive(portal: Portal, ask: Ask) -> Answer:
    """Archive a property: 204; 404 if there is none, 400 for HubSpot's own."""
    _archive(portal, [_named(portal, ask.parts["name"])])
    return Answer(204)


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


def batch_archive(portal: Portal, ask: Ask) -> Answer:
    """Archive properties: 204, whether they exist or not."""
    named = [portal.properties.live(str(it.get("name"))) for it in ask.inputs()]
    _archive(portal, [definition for definition in named if definition is not None])
    return Answer(204)


def batch_read(portal: Portal, ask: Ask) -> Answer:
    """Definitions by name; what is missing comes in one aggregated error."""
    inputs = ask.inputs()
    check_size(len(inputs))
    if any(not isinstance(it.get("name"), str) for it in inputs):
        raise bad_json("Some required fields were not set: [name]")
    archived = ask.json().get("archived") is True
    there = {it["name"]: it for it in portal.properties.listed(archived=archived)}
    names = [it["name"] for it in inputs]
    missing = [name for name in names if name not in there]
    results = [there[name] for name in names if name in there]
    return batch_answer(portal, ask, results, [missing_properties(missing)] if missing else [])
