"""Whether a property takes a value, and how HubSpot stores it.

Put here: one check for each property type, with HubSpot's code and words. Keep out: which properties exist (``properties``)
and who else holds a unique value (``writing``).
"""

import re
from collections.abc import Callable
from typing import Any

from hubsync_assets.emulator import emails
from hubsync_assets.emulator.clock import DAY, iso, milliseconds
from hubsync_assets.emulator.default_properties import COMPUTED
from hubsync_assets.emulator.responses import Problem

__all__ = ["check", "stored"]

LONGEST = 65_536
NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)

Checked = tuple[str, Problem | None]


def stored(value: object) -> str | None:
    """A JSON value as HubSpot's text; None is None (no change). Numbers and booleans are taken as their JSON text."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)


def check(definition: dict[str, Any], value: str, before: str = "", *, by_hand: bool = False) -> Checked:
    """The value as it is stored, and what is wrong with it (None: nothing). An empty value clears, whatever the type.

    ``before`` is the stored value: a multiple choice that begins with ``;`` is added to it. ``by_hand``: in HubSpot itself, which
    sets what its API can't.
    """
    name = definition["name"]
    if definition["modificationMetadata"]["readOnlyValue"] and (not by_hand or name in COMPUTED):
        kind = "calculated" if definition["calculated"] else "read only"
        return value, Problem(name, "READ_ONLY_VALUE", f'"{name}" is a {kind} property; its value cannot be set.')
    if value == "":
        return value, None
    if name in _BY_NAME:
        return _BY_NAME[name](name, value)
    if definition["fieldType"] == "checkbox" and value.startswith(";"):
        value = ";".join(dict.fromkeys(choice for choice in (before + value).split(";") if choice))
    return _BY_TYPE[definition["type"]](definition, value)


def _email(name: str, value: str) -> Checked:
    email = emails.normalise(value)
    if emails.is_valid(email):
        return email, None
    return value, Problem(name, "INVALID_EMAIL", f"Email address {value} is invalid")


def _additional_emails(name: str, value: str) -> Checked:
    addresses = list(dict.fromkeys(emails.normalise(address) for address in value.split(";") if address.strip()))
    for address in addresses:
        if not emails.is_valid(address):
            return value, Problem(name, "INVALID_EMAIL", f"Email address {address} is invalid")
    return ";".join(addresses), None


def _text(definition: dict[str, Any], value: str) -> Checked:
    if len(value) <= LONGEST:
        return value, None
    name = definition["name"]
    return value, Problem(name, "PROPERTY_VALUE_TOO_LONG", f"{name} is longer than {LONGEST} characters.")


def _number(definition: dict[str, Any], value: str) -> Checked:
    if NUMBER.fullmatch(value):
        return value, None
    name = definition["name"]
    return value, Problem(name, "INVALID_INTEGER", f"{name} was not a valid number")


def _enumeration(definition: dict[str, Any], value: str) -> Checked:
    allowed = [option["value"] for option in definition["options"]]
    chosen = value.split(";") if definition["fieldType"] == "checkbox" else [value]
    wrong = next((choice for choice in chosen if choice not in allowed), None)
    if wrong is None:
        return value, None
    return value, _not_an_option(definition, wrong, allowed)


def _bool(definition: dict[str, Any], value: str) -> Checked:
    if value in ("true", "false"):
        return value, None
    return value, _not_an_option(definition, value, ["true", "false"])


def _not_an_option(definition: dict[str, Any], value: str, allowed: list[str]) -> Problem:
    words = f"{value} was not one of the allowed options: [{', '.join(allowed)}]"
    return Problem(definition["name"], "INVALID_OPTION", words)


def _date(definition: dict[str, Any], value: str) -> Checked:
    moment = milliseconds(value)
    if moment is not None and moment % DAY == 0:
        return iso(moment)[:10], None
    return value, _not_a_time(definition, value)


def _datetime(definition: dict[str, Any], value: str) -> Checked:
    moment = milliseconds(value)
    if moment is not None:
        return iso(moment), None
    return value, _not_a_time(definition, value)


def _not_a_time(definition: dict[str, Any], value: str) -> Problem:
    return Problem(definition["name"], "INVALID_LONG", f"{value} was not a valid long.")


_BY_NAME: dict[str, Callable[[str, str], Checked]] = {"email": _email, "hs_additional_emails": _additional_emails}
_BY_TYPE: dict[str, Callable[[dict[str, Any], str], Checked]] = {
    "string": _text,
    "phone_number": _text,
    "number": _number,
    "enumeration": _enumeration,
    "bool": _bool,
    "date": _date,
    "datetime": _datetime,
}
