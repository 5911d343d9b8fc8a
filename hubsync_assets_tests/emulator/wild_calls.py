"""Calls with a place for a number: every control endpoint, and every endpoint of the API that takes one.

Keep out: the numbers, and what is expected of the answers (``test_wild_numbers``).
"""

from typing import NamedTuple

from hubsync_assets.emulator.default_properties import DEFAULT_PROPERTIES

__all__ = ["API", "CONTACTS", "CONTROL", "PROPERTIES", "WildCall"]

NAMES = (*(str(it["name"]) for it in DEFAULT_PROPERTIES), *("amount", "day", "moment", "number_id"))
SWITCHES = (
    "search_lag_seconds",
    "time_zone",
    "token",
    "scopes",
    "api_version",
    "new_lifecycle_stage",
    "echo_trace_ids",
)
KINDS = ("burst_429", "daily_429", "migration_477", "missing_scopes", "latency", "slow_drip", "input_left_out")
OPERATORS = ("EQ", "NEQ", "LT", "GTE", "BETWEEN", "IN", "NOT_IN", "CONTAINS_TOKEN", "HAS_PROPERTY")
CONTACTS = "/crm/v3/objects/contacts"
PROPERTIES = "/crm/v3/properties/contacts"


class WildCall(NamedTuple):
    """A call with ``<number>`` and ``<delay>`` where numbers go, and ``<word>`` where one of ``words`` goes."""

    method: str
    path: str
    body: str = ""
    words: tuple[str, ...] = ("",)


CONTROL = [
    WildCall("POST", "/_emulator/clock", '{"advance": <number>}'),
    WildCall("POST", "/_emulator/clock", '{"freeze": <number>, "advance": <number>}'),
    WildCall("POST", "/_emulator/limit", '{"burst": <number>}'),
    WildCall("POST", "/_emulator/limit", '{"daily": <number>, "tier": "enterprise"}'),
    WildCall("POST", "/_emulator/limit", '{"burst": 5, "tier": <number>}'),
    WildCall("POST", "/_emulator/switch", '{"<word>": <number>}', SWITCHES),
    WildCall(
        "POST",
        "/_emulator/edit",
        '{"contact": "a@example.com", "at": <number>, "updatedByUserId": <number>, "properties": {"<word>": <number>}}',
        NAMES,
    ),
    WildCall("POST", "/_emulator/edit", '{"contact": <number>, "sourceType": <number>, "properties": <number>}'),
    WildCall("POST", "/_emulator/archive", '{"contact": <number>, "at": <number>}'),
    WildCall("POST", "/_emulator/erase", '{"contact": <number>}'),
    WildCall("POST", "/_emulator/merge", '{"primary": "a@example.com", "other": <number>, "at": <number>}'),
    WildCall(
        "POST",
        "/_emulator/seed",
        '{"contacts": [{"email": "h@example.com", "amount": <number>, "history": [{"at": <number>, "sourceId": <number>, '
        '"updatedByUserId": <number>, "properties": {"<word>": <number>}}]}]}',
        NAMES,
    ),
    WildCall("POST", "/_emulator/seed", '{"contacts": [{"history": <number>}], "preset": <number>}'),
    WildCall(
        "POST",
        "/_emulator/seed",
        '{"properties": [{"name": "<word>", "displayOrder": <number>, "calculated": <number>, "type": <number>, '
        '"modificationMetadata": <number>}]}',
        NAMES,
    ),
    WildCall(
        "POST",
        "/_emulator/seed",
        '{"properties": [{"name": "<word>", "options": [{"label": <number>, "value": <number>, "displayOrder": <number>}]}]}',
        NAMES,
    ),
    WildCall(
        "POST",
        "/_emulator/seed",
        '{"properties": [{"name": "<word>", "modificationMetadata": {"readOnlyValue": <number>, "archivable": <number>}}]}',
        NAMES,
    ),
    WildCall("POST", "/_emulator/fault", '{"kind": "<word>", "times": <number>}', KINDS[:4]),
    WildCall(
        "POST",
        "/_emulator/fault",
        '{"kind": "<word>", "retry_after": <number>, "scopes": <number>, "email": <number>}',
        KINDS[:4],
    ),
    WildCall("POST", "/_emulator/fault", '{"kind": "<word>", "seconds": <delay>, "spread": <delay>}', KINDS[4:]),
    WildCall("POST", "/_emulator/fault", '{"kind": "<word>", "path": <number>, "method": <number>}', KINDS[:4]),
    WildCall("POST", "/_emulator/fault", '{"kind": <number>}'),
    WildCall("POST", "/_emulator/mix", '{"rates": {"burst_429": <number>, "<word>": <number>}}', KINDS[1:4]),
    WildCall("POST", "/_emulator/mix", '{"rates": {"<word>": 1}, "seed": <number>}', KINDS[:4]),
    WildCall("POST", "/_emulator/mix", '{"rates": {"<word>": 1}, "path": <number>}', KINDS[:4]),
    WildCall(
        "POST",
        "/_emulator/mix",
        '{"rates": {"<word>": 1}, "details": {"<word>": {"seconds": <delay>, "scopes": <number>}}}',
        KINDS,
    ),
    WildCall("POST", "/_emulator/mix", '{"rates": {"<word>": 1}, "details": {"<word>": <number>}}', KINDS[:4]),
    WildCall("POST", "/_emulator/seed", '{"contacts": [{"email": "seed@example.com", "<word>": <number>}]}', NAMES),
    WildCall("POST", "/_emulator/seed", '{"contacts": <number>}'),
    WildCall("POST", "/_emulator/snapshot", '{"name": <number>}'),
    WildCall("POST", "/_emulator/restore", '{"name": <number>}'),
    WildCall("POST", "/_emulator/reset", "<number>"),
    WildCall("GET", "/_emulator/calls?limit=<number>&after=<number>"),
    WildCall("GET", "/_emulator/contacts?limit=<number>&after=<number>"),
    WildCall("GET", "/_emulator/look?limit=<number>&skip=<number>&text=<number>"),
    WildCall("GET", "/_emulator/contact?id=<number>"),
]
API = [
    WildCall("GET", CONTACTS + "?limit=<number>"),
    WildCall("GET", CONTACTS + "?limit=5&after=<number>&archived=<number>"),
    WildCall("GET", CONTACTS + "/<number>"),
    WildCall("GET", CONTACTS + "/<number>?idProperty=<word>", "", NAMES),
    WildCall("PATCH", CONTACTS + "/<number>", '{"properties": {"firstname": <number>}}'),
    WildCall("DELETE", CONTACTS + "/<number>"),
    WildCall("POST", CONTACTS, '{"properties": {"firstname": "Ana", "<word>": <number>}}', NAMES),
    WildCall(
        "POST",
        CONTACTS + "/batch/upsert",
        '{"inputs": [{"id": <number>, "objectWriteTraceId": <number>, "properties": {}}]}',
    ),
    WildCall(
        "POST",
        CONTACTS + "/batch/upsert",
        '{"inputs": [{"id": "a@example.com", "idProperty": "email", "properties": {"<word>": <number>}}]}',
        NAMES,
    ),
    WildCall(
        "POST",
        CONTACTS + "/batch/upsert",
        '{"inputs": [{"id": <number>, "idProperty": "<word>", "properties": {"phone": <number>}}, {"id": <number>, "properties": {}}]}',
        ("email", "number_id"),
    ),
    WildCall(
        "POST",
        CONTACTS + "/batch/create",
        '{"inputs": [{"properties": {"firstname": <number>, "<word>": <number>}}]}',
        NAMES,
    ),
    WildCall(
        "POST", CONTACTS + "/batch/update", '{"inputs": [{"id": <number>, "properties": {"<word>": <number>}}]}', NAMES
    ),
    WildCall(
        "POST",
        CONTACTS + "/batch/read",
        '{"idProperty": "<word>", "inputs": [{"id": <number>}, {"id": <number>}]}',
        NAMES,
    ),
    WildCall("POST", CONTACTS + "/batch/read", '{"properties": [<number>], "inputs": <number>}'),
    WildCall("POST", CONTACTS + "/batch/archive", '{"inputs": [{"id": <number>}]}'),
    WildCall("POST", CONTACTS + "/merge", '{"primaryObjectId": <number>, "objectIdToMerge": <number>}'),
    WildCall("POST", CONTACTS + "/gdpr-delete", '{"objectId": <number>}'),
    WildCall(
        "POST", CONTACTS + "/gdpr-delete", '{"objectId": <number>, "idProperty": "<word>"}', ("email", "number_id")
    ),
    WildCall("POST", CONTACTS + "/search", '{"limit": <number>}'),
    WildCall("POST", CONTACTS + "/search", '{"after": <number>, "query": <number>, "sorts": [<number>]}'),
    *(
        WildCall(
            "POST",
            CONTACTS + "/search",
            '{"filterGroups": [{"filters": [{"propertyName": "<word>", "operator": "<operator>", "value": <number>, '
            '"highValue": <number>, "values": [<number>, <number>]}]}], "sorts": [{"propertyName": "<word>"}]}'.replace(
                "<operator>", operator
            ),
            NAMES,
        )
        for operator in OPERATORS
    ),
    WildCall(
        "POST",
        PROPERTIES,
        '{"name": "made", "label": "M", "groupName": "contactinformation", "type": "enumeration", "fieldType": "select", '
        '"displayOrder": <number>, "options": [{"label": <number>, "value": <number>, "displayOrder": <number>}]}',
    ),
    WildCall(
        "PATCH", PROPERTIES + "/amount", '{"<word>": <number>}', ("label", "type", "fieldType", "groupName", "options")
    ),
    WildCall(
        "PATCH", PROPERTIES + "/amount", '{"<word>": <number>}', ("displayOrder", "description", "hidden", "formField")
    ),
    WildCall("POST", PROPERTIES + "/batch/read", '{"inputs": [{"name": <number>}], "archived": <number>}'),
    WildCall("POST", PROPERTIES + "/groups", '{"name": "a", "label": "A", "displayOrder": <number>}'),
    WildCall("PATCH", PROPERTIES + "/groups/contactinformation", '{"label": <number>, "displayOrder": <number>}'),
    WildCall("GET", PROPERTIES + "/<number>"),
]
