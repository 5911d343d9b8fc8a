"""Search: ``POST .../contacts/search``.

Put here: the request's limits, paging and sorting. Keep out: what operators mean (``search_filters``), the lag
(``search_lag``) and its limit of 5 calls a second (``limits``).
"""

from typing import Any

from hubsync_assets.emulator.api.search_filters import Condition, condition, register, value_of
from hubsync_assets.emulator.api.search_lag import as_of
from hubsync_assets.emulator.portal import ApiRequest, Portal
from hubsync_assets.emulator.records import from_row
from hubsync_assets.emulator.responses import ApiResponse, invalid
from hubsync_assets.emulator.shapes import read_json

__all__ = ["search"]

MOST_BYTES = 3_000
MOST_RESULTS = 10_000
MOST_ON_A_PAGE = 200
MOST_GROUPS = 5
MOST_IN_GROUP = 6
MOST_FILTERS = 18
TEXT_PROPERTIES = ("firstname", "lastname", "email", "phone", "mobilephone", "company", "hs_additional_emails")
LIVE = "archived IS NULL"
VIEW = "id, properties, created, updated, archived, version"


def search(portal: Portal, request: ApiRequest) -> ApiResponse:
    """A page of live contacts that meet the filters, and the total number of them."""
    if request.size > MOST_BYTES:
        raise invalid(f"The request body is longer than {MOST_BYTES} characters")
    body = request.json()
    limit, after = _page(body)
    where, parameters = _where(portal, body)
    order, order_parameters = _order(portal, body)
    register(portal.database.connection)
    source = as_of(portal, portal.clock.now() - round(portal.switches.search_lag_seconds * 1000))
    run = portal.database.connection.execute
    if source == "contacts" and where == LIVE:
        total = portal.contacts.count()
    else:
        (total,) = run(f"SELECT count(*) FROM {source} WHERE {where}", parameters).fetchone()
    sql = f"SELECT {VIEW} FROM {source} WHERE {where} ORDER BY {order} LIMIT ? OFFSET ?"
    found = [from_row(row) for row in run(sql, [*parameters, *order_parameters, limit, after])]
    names = body.get("properties") or []
    if not isinstance(names, list):
        raise invalid("There was a problem with the request: properties is a list")
    page: dict[str, Any] = {"total": total, "results": read_json(portal, found, [str(name) for name in names])}
    if after + len(found) < total and found:
        page["paging"] = {"next": {"after": str(after + len(found))}}
    return ApiResponse(200, page)


def _page(body: dict[str, Any]) -> tuple[int, int]:
    """``limit`` and ``after``; 400 beyond 200 a page or 10,000 in total."""
    limit, after = body.get("limit", 10), body.get("after") or 0
    try:
        limit, after = int(limit), int(after)
    except (TypeError, ValueError, OverflowError):
        raise invalid("There was a problem with the request: limit and after are whole numbers") from None
    if not 0 <= limit <= MOST_ON_A_PAGE or after < 0:
        raise invalid(f"There was a problem with the request: limit is at most {MOST_ON_A_PAGE}")
    if after + limit > MOST_RESULTS:
        raise invalid(f"There was a problem with the request: paging ends at {MOST_RESULTS} results")
    return limit, after


def _where(portal: Portal, body: dict[str, Any]) -> Condition:
    """Groups are joined by OR, the filters of a group by AND; ``query`` looks into the text properties."""
    groups = body.get("filterGroups") or []
    if body.get("filters"):
        groups = [{"filters": body["filters"]}, *groups]
    if not isinstance(groups, list) or not all(
        isinstance(group, dict) and isinstance(group.get("filters"), list) for group in groups
    ):
        raise invalid("There was a problem with the request: filterGroups is a list of objects with filters")
    sizes = [len(group["filters"]) for group in groups]
    if len(groups) > MOST_GROUPS or any(size > MOST_IN_GROUP for size in sizes) or sum(sizes) > MOST_FILTERS:
        raise invalid(
            f"There was a problem with the request: at most {MOST_GROUPS} groups of {MOST_IN_GROUP} filters, {MOST_FILTERS} in "
            "all"
        )
    parts: list[str] = []
    parameters: list[object] = []
    for group in groups:
        met = [condition(portal, given) for given in group["filters"]]
        parts.append(" AND ".join(sql for sql, _ in met) or "1")
        parameters += [value for _, values in met for value in values]
    where = [LIVE]
    if parts:
        where.append("(" + " OR ".join(f"({part})" for part in parts) + ")")
    for word in str(body.get("query") or "").lower().split():
        looks = " OR ".join(f"instr(lower(json_extract(properties, '$.{name}')), ?)" for name in TEXT_PROPERTIES)
        where.append(f"({looks})")
        parameters += [word] * len(TEXT_PROPERTIES)
    return " AND ".join(where), parameters


def _order(portal: Portal, body: dict[str, Any]) -> Condition:
    """One sort at most; the oldest contact first without one, and among equals."""
    sorts = body.get("sorts") or []
    if not isinstance(sorts, list) or len(sorts) > 1:
        raise invalid("There was a problem with the request: at most one sort")
    if not sorts:
        return "id", []
    given = sorts[0] if isinstance(sorts[0], dict) else {"propertyName": sorts[0]}
    value, parameters = value_of(portal, given.get("propertyName"))
    direction = "DESC" if given.get("direction") == "DESCENDING" else "ASC"
    return f"{value} {direction} NULLS LAST, id", parameters
