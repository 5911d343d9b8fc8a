"""Which path answers with which endpoint, at v3 and the dated versions, and which scopes it needs.

Put here: the table of paths. Keep out: what endpoints do.
"""

from collections.abc import Awaitable, Callable
from typing import NamedTuple

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from hubsync_assets.emulator.api import (
    account,
    batch_write,
    group_calls,
    property_calls,
    reading,
    removing,
    search,
    single,
    upsert,
)
from hubsync_assets.emulator.gate import Endpoint, Gate, Line
from hubsync_assets.emulator.portal import ApiRequest, Portal
from hubsync_assets.emulator.responses import ApiResponse, no_such_object_type, not_found

__all__ = ["VERSIONS", "api_routes"]

VERSIONS = ("v3", "2026-03", "2026-09")
CONTACT_NAMES = ("contacts", "contact", "0-1")
READ = ("crm.objects.contacts.read",)
WRITE = ("crm.objects.contacts.write",)
SEE = ("crm.schemas.contacts.read", "crm.objects.contacts.read", "crm.objects.contacts.write")
SHAPE = ("crm.schemas.contacts.write",)


class Base(NamedTuple):
    """Where a family of paths begins: at v3, and at a dated version (``{}``)."""

    v3: str
    dated: str


CONTACTS = Base("/crm/v3/objects/{object}", "/crm/objects/{}/{object}")
PROPERTIES = Base("/crm/v3/properties/{object}", "/crm/properties/{}/{object}")
LIMITS = Base("/crm/v3/limits", "/crm/limits/{}")
ACCOUNT = Base("/account-info/v3", "/account-info/{}")

TABLE: tuple[tuple[Base, str, str, Endpoint, tuple[str, ...]], ...] = (
    (CONTACTS, "POST", "/batch/upsert", upsert.batch_upsert, WRITE),
    (CONTACTS, "POST", "/batch/read", reading.batch_read, READ),
    (CONTACTS, "POST", "/batch/create", batch_write.batch_create, WRITE),
    (CONTACTS, "POST", "/batch/update", batch_write.batch_update, WRITE),
    (CONTACTS, "POST", "/batch/archive", batch_write.batch_archive, WRITE),
    (CONTACTS, "POST", "/search", search.search, READ),
    (CONTACTS, "POST", "/merge", removing.merge, WRITE),
    (CONTACTS, "POST", "/gdpr-delete", removing.gdpr_delete, WRITE),
    (CONTACTS, "GET", "", reading.list_contacts, READ),
    (CONTACTS, "POST", "", single.create, WRITE),
    (CONTACTS, "GET", "/{id}", single.get, READ),
    (CONTACTS, "PATCH", "/{id}", single.patch, WRITE),
    (CONTACTS, "DELETE", "/{id}", single.delete, WRITE),
    (PROPERTIES, "GET", "", property_calls.listing, SEE),
    (PROPERTIES, "POST", "", property_calls.create, SHAPE),
    (PROPERTIES, "POST", "/batch/create", property_calls.batch_create, SHAPE),
    (PROPERTIES, "POST", "/batch/read", property_calls.batch_read, SEE),
    (PROPERTIES, "POST", "/batch/archive", property_calls.batch_archive, SHAPE),
    (PROPERTIES, "GET", "/groups", group_calls.listing, SEE),
    (PROPERTIES, "POST", "/groups", group_calls.create, SHAPE),
    (PROPERTIES, "GET", "/groups/{name}", group_calls.get, SEE),
    (PROPERTIES, "PATCH", "/groups/{name}", group_calls.patch, SHAPE),
    (PROPERTIES, "DELETE", "/groups/{name}", group_calls.delete, SHAPE),
    (PROPERTIES, "GET", "/{name}", property_calls.get, SEE),
    (PROPERTIES, "PATCH", "/{name}", property_calls.patch, SHAPE),
    (PROPERTIES, "DELETE", "/{name}", property_calls.archive, SHAPE),
    (LIMITS, "GET", "/records", account.record_limits, ()),
    (ACCOUNT, "GET", "/details", account.details, ()),
    (ACCOUNT, "GET", "/api-usage/daily/private-apps", account.api_usage, ()),
)


def api_routes(gate: Gate) -> list[Route]:
    """A route for each line of the table at each version, and 404 for the rest."""
    routes = []
    for version in VERSIONS:
        for base, method, rest, endpoint, scopes in TABLE:
            path = base.v3 if version == "v3" else base.dated.replace("{}", version)
            line = Line(_guarded(endpoint), version, scopes, is_search=rest == "/search")
            routes.append(Route(path + rest, _handler(gate, line), methods=[method]))
    nowhere = Line(_nowhere, "")
    routes.append(Route("/{path:path}", _handler(gate, nowhere), methods=["GET", "POST", "PATCH", "PUT", "DELETE"]))
    return routes


def _handler(gate: Gate, line: Line) -> Callable[[Request], Awaitable[Response]]:
    async def handle(request: Request) -> Response:
        return await gate.serve(request, line)

    return handle


def _guarded(endpoint: Endpoint) -> Endpoint:
    """An endpoint that first checks that its version is served and that the object type exists."""

    def guarded(portal: Portal, request: ApiRequest) -> ApiResponse:
        only = portal.switches.api_version
        if only and request.version != only:
            raise not_found()
        name = request.parts.get("object", "contacts")
        if name not in CONTACT_NAMES:
            raise no_such_object_type(name)
        return endpoint(portal, request)

    return guarded


def _nowhere(_portal: Portal, _request: ApiRequest) -> ApiResponse:
    """404 for a path that the API doesn't have."""
    raise not_found()
