"""Whether a property takes a value, and how HubSpot stores it.

Put here: one check for each property type, with HubSpot's code and words. Keep out: which properties exist (``properties``)
and who else holds a unique value (``contacts``).
"""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from hubsync_assets.emulator import emails
from hubsync_assets.emulator.answers import Problem
from hubsync_assets.emulator.clock import iso

__all__ = ["LIFECYCLE", "check", "stored"]

LONGEST = 65_536
NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
DAY = 86_400_000
LIFECYCLE = (
    "subscriber",
    "lead",
    "marketingqualifiedlead",
    "salesqualifiedlead",
    "opportunity",
    "customer",
    "evangelist",
    "other",
)


def stored(value: object) -> str | None:
    """A JSON value as HubSpot's text; None is None (no change). Numbers and booleans are taken as their JSON text."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)


def check(definition: dict[str, Any], value: str) -> tuple[str, Problem | None]:
    """The value as it is stored, and what is wrong with it (None: nothing). An empty value always clears."""
    name = definition["name"]
    if definition["modificationMetadata"]["readOnlyValue"]:
        return value, Problem(name, "READ_ONLY_VALUE", f'"{name}" is a read only property; its value cannot be set.')
    if value == "":
        return value, None
    if name == "email":
        return _email(name, value)
    return _CHECKS[definition["type"]](definition, value)


def _email(name: str, value: str) -> tuple[str, Problem | None]:
    email = emails.normalise(value)
    if emails.is_valid(email):
        return email, None
    return value, Problem(name, "INVALID_EMAIL", f"Email address {value} is invalid")


def _text(definition: dict[str, Any], value: str) -> tuple[str, Problem | None]:
    if len(value) <= LONGEST:
        return value, None
    name = definition["name"]
    return value, Problem(name, "PROPERTY_VALUE_TOO_LONG", f"{name} is longer than {LONGEST} characters.")


def _number(definition: dict[str, Any], value: str) -> tuple[str, Problem | None]:
    if NUMBER.fullmatch(value):
        return value, None
    name = definition["name"]
    return value, Problem(name, "INVALID_INTEGER", f"{name} was not a valid number")


def _enumeration(definition: dict[str, Any], value: str) -> tuple[str, Problem | None]:
    allowed = [option["value"] for option in definition["options"]]
    chosen = value.split(";") if definition["fieldType"] == "checkbox" else [value]
    for choice in chosen:
        if choice and choice not in allowed:
            words = f"{choice} was not one of the allowed options: [{', '.join(allowed)}]"
            return value, Problem(definition["name"], "INVALID_OPTION", words)
    return value, None


def _bool(definition: dict[str, Any], value: str) -> tuple[str, Problem | None]:
    if value in ("true", "false"):
        return value, None
    return value, Problem(
        definition["name"], "INVALID_OPTION", f"{value} was not one of the allowed options: [true, false]"
    )


def _moment(value: str) -> int | None:
    """Milliseconds since 1970 of an ISO time or a number of milliseconds; None: it is neither."""
    if re.fullmatch(r"-?\d{1,15}", value):
        return int(value)
    try:
        when = datetime.fromisoformat(value)
    except ValueError:
        return None
    return round((when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp() * 1000)


def _date(definition: dict[str, Any], value: str) -> tuple[str, Problem | None]:
    moment = _moment(value)
    if moment is not None and moment % DAY == 0:
        return iso(moment)[:10], None
    return value, Problem(definition["name"], "INVALID_LONG", f"{value} was not a valid long.")


def _datetime(definition: dict[str, Any], value: str) -> tuple[str, Problem | None]:
    moment = _moment(value)
    if moment is not None:
        return iso(moment), None
    return value, Problem(definition["name"], "INVALID_LONG", f"{value} was not a valid long.")


_CHECKS: dict[str, Callable[[dict[str, Any], str], tuple[str, Problem | None]]] = {
    "string": _text,
    "phone_number": _text,
    "number": _number,
    "enumeration": _enumeration,
    "bool": _bool,
    "date": _date,
    "datetime": _datetime,
}
