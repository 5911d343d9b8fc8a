"""Which path answers with which endpoint: v3 and the dated versions.

Put here: the table of paths. Keep out: what endpoints do.
"""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from hubsync_assets.emulator.api import account, property_calls, reading, search, upsert
from hubsync_assets.emulator.answers import Answer, Refusal, no_such_object_type, not_found
from hubsync_assets.emulator.gate import Endpoint, Gate
from hubsync_assets.emulator.portal import Ask, Portal

__all__ = ["VERSIONS", "api_routes"]

VERSIONS = ("v3", "2026-03", "2026-09")
CONTACT_NAMES = ("contacts", "contact", "0-1")

OBJECTS = ("/crm/v3/objects/{object}", "/crm/objects/{version}/{object}")
PROPERTIES = ("/crm/v3/properties/{object}", "/crm/properties/{version}/{object}")
LIMITS = ("/crm/v3/limits", "/crm/limits/{version}")
ACCOUNT = ("/account-info/{version}",)

Line = tuple[tuple[str, ...], str, str, Endpoint]
TABLE: tuple[Line, ...] = (
    (OBJECTS, "POST", "/batch/upsert", upsert.batch_upsert),
    (OBJECTS, "POST", "/batch/read", reading.batch_read),
    (OBJECTS, "POST", "/search", search.search),
    (OBJECTS, "GET", "", reading.list_contacts),
    (OBJECTS, "GET", "/{id}", reading.get_contact),
    (PROPERTIES, "GET", "", property_calls.list_properties),
    (PROPERTIES, "POST", "", property_calls.create),
    (PROPERTIES, "POST", "/batch/create", property_calls.batch_create),
    (PROPERTIES, "GET", "/groups", property_calls.list_groups),
    (PROPERTIES, "POST", "/groups", property_calls.create_group),
    (PROPERTIES, "GET", "/{name}", property_calls.get_one),
    (LIMITS, "GET", "/records", account.record_limits),
    (ACCOUNT, "GET", "/details", account.details),
    (ACCOUNT, "GET", "/api-usage/daily/private-apps", account.api_usage),
)


def known(endpoint: Endpoint) -> Endpoint:
    """An endpoint that first looks whether version and object type exist."""

    def guarded(portal: Portal, ask: Ask) -> Answer:
        only = portal.switches.api_version
        if ask.version not in VERSIONS or (only and ask.version != only):
            raise not_found()
        name = ask.parts.get("object", "contacts")
        if name not in CONTACT_NAMES:
            raise no_such_object_type(name)
        return endpoint(portal, ask)

    return guarded


def nowhere(_portal: Portal, _ask: Ask) -> Answer:
    """404 for a path that the API doesn't have."""
    raise not_found()


def api_routes(gate: Gate) -> list[Route]:
    """A route for each line of the table and each form of its path, and 404 for the rest."""
    return [
        Route(base + rest, _handler(gate, known(endpoint), is_search=rest == "/search"), methods=[method])
        for bases, method, rest, endpoint in TABLE
        for base in bases
    ] + [Route("/{path:path}", _handler(gate, nowhere), methods=["GET", "POST", "PATCH", "PUT", "DELETE"])]


def _handler(gate: Gate, endpoint: Endpoint, *, is_search: bool = False):  # noqa: ANN202
    async def handle(request: Request) -> Response:
        return await gate.serve(request, endpoint, search=is_search)

    return handle


_ = Refusal
