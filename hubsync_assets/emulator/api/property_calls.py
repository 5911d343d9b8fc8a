"""The properties API: definitions and groups.

Keep out: values of contacts (``values``, ``writing``).
"""

import re
from typing import Any

from hubsync_assets.emulator.answers import Answer, Refusal, error, invalid, not_found
from hubsync_assets.emulator.clock import iso
from hubsync_assets.emulator.portal import Ask, Portal
from hubsync_assets.emulator.shapes import batch_answer
from hubsync_assets.emulator.api.upsert import MOST, too_many_inputs

__all__ = ["batch_create", "create", "create_group", "get_one", "list_groups", "list_properties"]

NAME = re.compile(r"[a-z][a-z0-9_]{0,99}")
REQUIRED = ("name", "label", "type", "fieldType", "groupName")
PAIRS = {
    "bool": {"booleancheckbox", "calculation_equation"},
    "enumeration": {"booleancheckbox", "checkbox", "radio", "select", "calculation_equation"},
    "date": {"date"},
    "datetime": {"date"},
    "string": {"file", "text", "textarea", "calculation_equation", "html", "phonenumber"},
    "number": {"number", "calculation_equation"},
    "phone_number": {"phonenumber"},
}


def list_properties(portal: Portal, ask: Ask) -> Answer:
    """Every definition, unpaged."""
    archived = ask.query.get("archived") == "true"
    return Answer(
        200, {"results": [it for it in portal.properties.definitions.values() if bool(it["archived"]) == archived]}
    )


def get_one(portal: Portal, ask: Ask) -> Answer:
    """One definition; 404 if there is none."""
    definition = portal.properties.live(ask.parts["name"])
    if definition is None:
        raise not_found()
    return Answer(200, definition)


def create(portal: Portal, ask: Ask) -> Answer:
    """Make a property: 201, or 409 if the name is taken."""
    definition = _define(portal, ask.json())
    portal.properties.put(definition)
    return Answer(201, definition, {"Location": f"/crm/v3/properties/contacts/{definition['name']}"})


def batch_create(portal: Portal, ask: Ask) -> Answer:
    """Make properties; one whose name is taken costs only itself."""
    inputs = ask.inputs()
    if len(inputs) > MOST:
        raise too_many_inputs(MOST)
    results, errors = [], []
    for it in inputs:
        try:
            definition = _define(portal, it)
        except Refusal as refusal:
            if refusal.answer.status != 409 or refusal.answer.body is None:
                raise
            body = refusal.answer.body
            kept = {name: body[name] for name in ("status", "category", "subCategory", "message")}
            errors.append({**kept, "context": {"name": [it["name"]]}})
            continue
        portal.properties.put(definition)
        results.append(definition)
    return batch_answer(portal, ask, results, errors, status=200 if ask.version == "2026-09" else 201)


def _define(portal: Portal, given: dict[str, Any]) -> dict[str, Any]:
    """A checked definition; raises what HubSpot would answer."""
    missing = [name for name in REQUIRED if not isinstance(given.get(name), str) or not given[name]]
    if missing:
        raise invalid(
            f"Invalid input JSON on line 1, column 1: Some required fields were not set: [{', '.join(missing)}]"
        )
    name, kind, field_type = given["name"], given["type"], given["fieldType"]
    if portal.properties.live(name) is not None:
        raise error(
            409,
            "OBJECT_ALREADY_EXISTS",
            f"A property named '{name}' already exists.",
            subCategory="Properties.PROPERTY_WITH_NAME_EXISTS",
        )
    if not NAME.fullmatch(name):
        raise invalid(
            "Property names must start with a letter and hold only lowercase letters, digits and underscores."
        )
    if kind not in PAIRS or field_type not in PAIRS[kind]:
        raise invalid(f"The fieldType {field_type} is not valid for the type {kind}.")
    if given["groupName"] not in portal.properties.groups:
        raise invalid(f"The property group {given['groupName']} does not exist.")
    options = given.get("options") or []
    if kind == "enumeration" and not options:
        raise invalid("A property of type enumeration needs options.")
    now = iso(portal.clock.now())
    return {
        "name": name,
        "label": given["label"],
        "type": kind,
        "fieldType": field_type,
        "description": given.get("description") or "",
        "groupName": given["groupName"],
        "options": [
            {
                "label": it["label"],
                "value": it["value"],
                "displayOrder": it.get("displayOrder", place),
                "hidden": bool(it.get("hidden")),
            }
            for place, it in enumerate(options)
        ],
        "displayOrder": given.get("displayOrder", -1),
        "calculated": False,
        "externalOptions": False,
        "hasUniqueValue": bool(given.get("hasUniqueValue")),
        "hidden": bool(given.get("hidden")),
        "hubspotDefined": False,
        "formField": bool(given.get("formField")),
        "archived": False,
        "createdAt": now,
        "updatedAt": now,
        "modificationMetadata": {"archivable": True, "readOnlyDefinition": False, "readOnlyValue": False},
    }


def list_groups(portal: Portal, _ask: Ask) -> Answer:
    """Every group."""
    return Answer(200, {"results": list(portal.properties.groups.values())})


def create_group(portal: Portal, ask: Ask) -> Answer:
    """Make a group: 201, or 409 if the name is taken."""
    given = ask.json()
    name, label = given.get("name"), given.get("label")
    if not isinstance(name, str) or not isinstance(label, str) or not name or not label:
        raise invalid("Invalid input JSON on line 1, column 1: Some required fields were not set: [name, label]")
    if name in portal.properties.groups:
        raise error(409, "OBJECT_ALREADY_EXISTS", f"A property group named '{name}' already exists.")
    group = {"name": name, "label": label, "displayOrder": given.get("displayOrder", -1), "archived": False}
    portal.properties.put_group(group)
    return Answer(201, group)
