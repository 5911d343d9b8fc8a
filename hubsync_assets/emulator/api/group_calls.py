"""The properties API: groups."""

from typing import Any

from hubsync_assets.emulator.api.property_definitions import NAME, display_order
from hubsync_assets.emulator.portal import ApiRequest, Portal
from hubsync_assets.emulator.responses import ApiResponse, bad_json, error, invalid, not_found

__all__ = ["create", "delete", "get", "listing", "patch"]


def listing(portal: Portal, _request: ApiRequest) -> ApiResponse:
    """Every group, unpaged."""
    return ApiResponse(200, {"results": list(portal.properties.groups.values())})


def _named(portal: Portal, request: ApiRequest) -> dict[str, Any]:
    group = portal.properties.groups.get(request.parts["name"])
    if group is None:
        raise not_found()
    return group


def get(portal: Portal, request: ApiRequest) -> ApiResponse:
    """One group; 404 if there is none."""
    return ApiResponse(200, _named(portal, request))


def create(portal: Portal, request: ApiRequest) -> ApiResponse:
    """Make a group: 201; 409 if the name is taken."""
    given = request.json()
    name, label = given.get("name"), given.get("label")
    if not isinstance(name, str) or not isinstance(label, str) or not name or not label:
        raise bad_json("Some required fields were not set: [name, label]")
    if not NAME.fullmatch(name):
        raise invalid("Group names start with a letter and hold only lowercase letters, digits and underscores.")
    if name in portal.properties.groups:
        raise error(409, "OBJECT_ALREADY_EXISTS", f"A property group named '{name}' already exists.")
    group = {"name": name, "label": label, "displayOrder": display_order(given, -1), "archived": False}
    portal.properties.put_group(group)
    return ApiResponse(201, group)


def patch(portal: Portal, request: ApiRequest) -> ApiResponse:
    """Change label or place: 200."""
    given = request.json()
    before = _named(portal, request)
    label = given.get("label") or before["label"]
    if not isinstance(label, str):
        raise bad_json("Cannot deserialize value of type `String` in `label`")
    group = {**before, "label": label, "displayOrder": display_order(given, before["displayOrder"])}
    portal.properties.put_group(group)
    return ApiResponse(200, group)


def delete(portal: Portal, request: ApiRequest) -> ApiResponse:
    """Remove an empty group: 204; 400 while it has properties."""
    name = _named(portal, request)["name"]
    if portal.properties.in_group(name):
        raise error(
            400,
            "VALIDATION_ERROR",
            f"The group {name} has active properties.",
            subCategory="PropertyGroupError.GROUP_WITH_ACTIVE_PROPERTIES",
        )
    portal.properties.drop_group(name)
    return ApiResponse(204)
