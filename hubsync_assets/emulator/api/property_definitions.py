"""Which property definitions HubSpot takes, and the form it keeps them in.

Put here: checks of one definition on its own. Keep out: names that are taken (``property_calls``).
"""

import re
from collections.abc import Container
from typing import Any

from hubsync_assets.emulator.responses import bad_json, invalid

__all__ = ["MOST_UNIQUE", "NAME", "checked", "define", "display_order", "redefine"]

NAME = re.compile(r"[a-z][a-z0-9_]{0,99}")
MOST_UNIQUE = 10
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
CHANGEABLE = (
    "label",
    "description",
    "displayOrder",
    "hidden",
    "formField",
    "type",
    "fieldType",
    "groupName",
    "options",
)
TEXTS = ("label", "description", "type", "fieldType", "groupName")
FLAGS = ("hidden", "formField")


def define(given: dict[str, Any], groups: Container[str], now: str) -> dict[str, Any]:
    """A whole definition from what a caller gave; 400 for what HubSpot refuses. ``now`` is ISO time."""
    missing = [name for name in REQUIRED if not isinstance(given.get(name), str) or not given[name]]
    if missing:
        raise bad_json(f"Some required fields were not set: [{', '.join(missing)}]")
    if not NAME.fullmatch(given["name"]):
        raise invalid(
            "Property names start with a letter, hold only lowercase letters, digits and underscores, and have at most 100 "
            "characters."
        )
    definition = {
        "name": given["name"],
        "label": given["label"],
        "type": given["type"],
        "fieldType": given["fieldType"],
        "description": given.get("description") or "",
        "groupName": given["groupName"],
        "options": given.get("options") or [],
        "displayOrder": display_order(given, -1),
        "calculated": False,
        "externalOptions": False,
        "hasUniqueValue": given.get("hasUniqueValue") is True,
        "hidden": given.get("hidden") is True,
        "hubspotDefined": False,
        "formField": given.get("formField") is True,
        "archived": False,
        "createdAt": now,
        "updatedAt": now,
        "modificationMetadata": {"archivable": True, "readOnlyDefinition": False, "readOnlyValue": False},
    }
    return checked(definition, groups)


def redefine(before: dict[str, Any], given: dict[str, Any], groups: Container[str], now: str) -> dict[str, Any]:
    """A definition with some of its parts replaced; 400 for what HubSpot refuses."""
    changes = {name: given[name] for name in CHANGEABLE if given.get(name) is not None}
    return checked({**before, **changes, "updatedAt": now}, groups)


def display_order(given: dict[str, Any], default: int) -> int:
    """The position of a property, an option or a group; 400 for anything but a whole number of 32 bits."""
    place = given.get("displayOrder")
    if place is None:
        return default
    if not isinstance(place, int) or isinstance(place, bool) or not -(2**31) <= place < 2**31:
        raise bad_json("Cannot deserialize value of type `int` in `displayOrder`")
    return place


def checked(definition: dict[str, Any], groups: Container[str]) -> dict[str, Any]:
    """A definition with its options in whole form; 400 if its parts don't fit together."""
    for name in TEXTS:
        if not isinstance(definition[name], str):
            raise bad_json(f"Cannot deserialize value of type `String` in `{name}`")
    for name in FLAGS:
        if not isinstance(definition[name], bool):
            raise bad_json(f"Cannot deserialize value of type `boolean` in `{name}`")
    display_order(definition, -1)
    kind, field_type = definition["type"], definition["fieldType"]
    if kind not in PAIRS or field_type not in PAIRS[kind]:
        raise invalid(f"The fieldType {field_type} is not valid for the type {kind}.")
    if definition["groupName"] not in groups:
        raise invalid(f"The property group {definition['groupName']} does not exist.")
    if kind == "enumeration" and not definition["options"]:
        raise invalid("A property of type enumeration needs options.")
    definition["options"] = _options(definition["options"])
    return definition


def _options(given: object) -> list[dict[str, Any]]:
    if not isinstance(given, list) or not all(
        isinstance(option, dict) and option.get("label") and option.get("value") for option in given
    ):
        raise bad_json("Some required fields were not set: [label, value]")
    values = [str(option["value"]) for option in given]
    if len(set(values)) != len(values):
        raise invalid("Property option values must be unique.")
    return [
        {
            "label": str(option["label"]),
            "value": str(option["value"]),
            "displayOrder": display_order(option, place),
            "hidden": option.get("hidden") is True,
        }
        for place, option in enumerate(given)
    ]
