"""What the API answers with: the response of an endpoint, and HubSpot's error bodies, one function each.

Put here: the shape of a response, and the texts, categories and codes of HubSpot's errors. Keep out: deciding when an error
is due (validation, limits and the endpoints do that).
"""

import json
import uuid
from dataclasses import dataclass, field
from typing import Any

__all__ = [
    "ApiResponse",
    "Problem",
    "Refusal",
    "bad_json",
    "batch_problem",
    "clash_item",
    "conflict",
    "duplicate_ids",
    "error",
    "expired_token",
    "invalid",
    "invalid_properties",
    "missing_objects",
    "missing_properties",
    "missing_scopes",
    "no_such_object_type",
    "not_authenticated",
    "not_found",
    "not_unique",
    "rate_limited",
    "too_many_inputs",
]


@dataclass(slots=True)
class ApiResponse:
    """What an endpoint answers: ``body`` is JSON (None: no body)."""

    status: int
    body: dict[str, Any] | None = None
    headers: dict[str, str] = field(default_factory=dict)


class Refusal(Exception):  # noqa: N818  (an answer on its way out, not a fault of the program)
    """Carries the error answer out of an endpoint; whatever it wrote is rolled back."""

    def __init__(self, response: ApiResponse) -> None:
        super().__init__(f"HTTP {response.status}")
        self.response = response


@dataclass(frozen=True, slots=True)
class Problem:
    """One value that HubSpot will not take: the property, HubSpot's code and its words."""

    name: str
    code: str
    message: str


def error(status: int, category: str | None, message: str, **extra: object) -> Refusal:
    """Any error body: ``status, message, correlationId, category`` and what else is given."""
    body: dict[str, Any] = {"status": "error", "message": message, "correlationId": str(uuid.uuid4()), **extra}
    if category is not None:
        body["category"] = category
    return Refusal(ApiResponse(status, body))


def invalid(message: str, **extra: object) -> Refusal:
    """400 VALIDATION_ERROR with the given words."""
    return error(400, "VALIDATION_ERROR", message, **extra)


def bad_json(detail: str, place: str = "line 1, column 1") -> Refusal:
    """400: the body is not JSON, or has the wrong shape. Captured bodies have no category."""
    return error(400, None, f"Invalid input JSON on {place}: {detail}")


def _details(problems: list[Problem], portal: int) -> str:
    """The JSON list that HubSpot writes into ``message``, one item for each bad value."""
    items = [
        {
            "isValid": False,
            "message": problem.message,
            "error": problem.code,
            "name": problem.name,
            "localizedErrorMessage": problem.message,
            "portalId": portal,
        }
        for problem in problems
    ]
    return f"Property values were not valid: {json.dumps(items, ensure_ascii=False, separators=(',', ':'))}"


def invalid_properties(problems: list[Problem], portal: int) -> Refusal:
    """400 for the whole request, one item for each bad value of any input (HubSpot docs, "using object APIs")."""
    errors = [
        {"message": problem.message, "code": problem.code, "context": {"propertyName": [problem.name]}}
        for problem in problems
    ]
    return invalid(_details(problems, portal), errors=errors)


def batch_problem(problems: list[Problem], trace: str, portal: int) -> dict[str, Any]:
    """One item of a partial answer's ``errors``: only a message and the trace id say what happened (docs, error handling)."""
    return {
        "status": "error",
        "category": "VALIDATION_ERROR",
        "message": _details(problems, portal),
        "context": {"objectWriteTraceId": [trace]},
    }


def too_many_inputs(limit: int = 100) -> Refusal:
    """400: more inputs than a batch may have."""
    return invalid(
        f"The maximum number of inputs supported in a batch is {limit}. Please reduce the number of items and try again"
    )


def duplicate_ids(ids: list[str]) -> Refusal:
    """400: an id appears twice in a batch, whatever the trace ids."""
    return invalid(f"Duplicate IDs found in batch input: [{', '.join(ids)}]. IDs must be unique", context={"ids": ids})


def not_unique(property_name: str) -> Refusal:
    """400: ``idProperty`` names a property that is not unique."""
    return invalid(f"Unable to perform update/upsert by non-unique 0-1 property {property_name}")


def conflict(existing: int) -> Refusal:
    """409: another contact has that email."""
    return error(409, "CONFLICT", f"Contact already exists. Existing ID: {existing}")


def clash_item(owner: int, trace: str) -> dict[str, Any]:
    """One item of a partial answer's ``errors``: the email is another contact's (as captured from batch create)."""
    return {
        "status": "error",
        "category": "CONFLICT",
        "message": f"Contact already exists. Existing ID: {owner}",
        "context": {"objectWriteTraceId": [trace], "existingId": [str(owner)]},
    }


def not_found() -> Refusal:
    """404 for one object."""
    return error(404, "OBJECT_NOT_FOUND", "resource not found")


def missing_objects(ids: list[str]) -> dict[str, Any]:
    """The one aggregated item for all ids that a batch did not find."""
    return {
        "status": "error",
        "category": "OBJECT_NOT_FOUND",
        "message": "Could not get some CONTACT objects, they may be deleted or not exist. Check that ids are valid.",
        "context": {"ids": ids},
    }


def missing_properties(names: list[str]) -> dict[str, Any]:
    """The one aggregated item for all property names that a batch read did not find."""
    return {
        "status": "error",
        "category": "OBJECT_NOT_FOUND",
        "message": "Could not get some properties, they may be deleted or not exist.",
        "context": {"name": names},
    }


def no_such_object_type(name: str) -> Refusal:
    """400 for anything but contacts."""
    return error(400, None, f"Unable to infer object type from: {name}")


def not_authenticated() -> Refusal:
    """401: no token, or not the right one."""
    return error(
        401,
        "INVALID_AUTHENTICATION",
        "Authentication credentials not found. This API supports OAuth 2.0 authentication and you can find more details "
        "at https://developers.hubspot.com/docs/methods/auth/oauth-overview",
    )


def expired_token(since: str) -> Refusal:
    """401: the token has expired; ``since`` is the time in ISO form."""
    return error(
        401,
        "EXPIRED_AUTHENTICATION",
        "The OAuth token used to make this call expired 0 second(s) ago.",
        context={"expire time": [since]},
    )


def missing_scopes(scopes: list[str]) -> Refusal:
    """403: the token is valid, but lacks a scope."""
    return error(
        403,
        "MISSING_SCOPES",
        "This app hasn't been granted all required scopes to make this call. Read more about required scopes here: "
        "https://developers.hubspot.com/scopes.",
        errors=[
            {
                "message": "One or more of the following scopes are required.",
                "context": {"requiredGranularScopes": scopes},
            }
        ],
        links={"scopes": "https://developers.hubspot.com/scopes"},
    )


def rate_limited(policy: str) -> Refusal:
    """429 by policy (``TEN_SECONDLY_ROLLING``, ``DAILY`` or ``SECONDLY``). These bodies have ``errorType`` and no category."""
    words = "daily" if policy == "DAILY" else policy.lower()
    text = "You have reached your daily limit." if policy == "DAILY" else f"You have reached your {words} limit."
    extra = {"errorType": "RATE_LIMIT", "policyName": policy}
    if policy != "TEN_SECONDLY_ROLLING":
        extra["requestId"] = str(uuid.uuid4())
    return error(429, None, text, **extra)
