"""Search filters as SQL conditions over the ``contacts`` table's JSON.

Put here: what each operator means. Keep out: paging, sorting, limits and lag (``search``). Text is compared without regard to
case, numbers as numbers, times as times.
"""

import re
import sqlite3
from collections.abc import Callable
from typing import Any

from hubsync_assets.emulator.clock import iso, milliseconds
from hubsync_assets.emulator.portal import Portal
from hubsync_assets.emulator.responses import invalid

__all__ = ["condition", "register", "value_of"]

Condition = tuple[str, list[object]]
NEGATIVE = ("NEQ", "NOT_IN", "NOT_CONTAINS_TOKEN")
COMPARE = {"EQ": "=", "NEQ": "!=", "LT": "<", "LTE": "<=", "GT": ">", "GTE": ">="}
TOKENS = re.compile(r"[^\s.@_\-+/,;:]+")
ISO_SQL = "strftime('%Y-%m-%dT%H:%M:%S', {0} / 1000, 'unixepoch') || printf('.%03dZ', {0} % 1000)"
OWN_ADDRESS = "instr(';' || json_extract(properties, '$.hs_additional_emails') || ';', ';' || ? || ';')"
COLUMNS = {
    "hs_object_id": "id",
    "createdate": ISO_SQL.format("created"),
    "lastmodifieddate": ISO_SQL.format("updated"),
}


def register(connection: sqlite3.Connection) -> None:
    """Give a connection the functions that the conditions use."""
    connection.create_function("has_token", 2, _has_token, deterministic=True)


def _has_token(value: str | None, token: str) -> bool:
    """Whether one of the value's words, or all of it, is the token, in which ``*`` stands for anything."""
    if value is None:
        return False
    pattern = re.compile(".*".join(re.escape(part) for part in token.lower().split("*")))
    text = value.lower()
    return bool(pattern.fullmatch(text)) or any(pattern.fullmatch(word) for word in TOKENS.findall(text))


def value_of(portal: Portal, name: object) -> Condition:
    """The SQL of a property's value; 400 for a property that doesn't exist."""
    definition = portal.properties.live(name) if isinstance(name, str) else None
    if definition is None:
        raise invalid(f"There was a problem with the request: property {name} does not exist")
    if definition["name"] in COLUMNS:
        return COLUMNS[definition["name"]], []
    value: Condition = ("json_extract(properties, ?)", [f'$."{definition["name"]}"'])
    if definition["type"] == "number":
        return f"CAST({value[0]} AS REAL)", value[1]
    if definition["type"] in ("date", "datetime"):
        return value
    return f"lower({value[0]})", value[1]


def condition(portal: Portal, given: object) -> Condition:
    """The SQL condition of one filter; 400 for one that isn't whole."""
    if not isinstance(given, dict):
        raise invalid("There was a problem with the request: a filter is an object")
    operator = str(given.get("operator"))
    if operator not in _OPERATORS:
        raise invalid(f"There was a problem with the request: there is no operator {operator}")
    value, parameters = value_of(portal, given.get("propertyName"))
    definition = portal.properties.live(str(given.get("propertyName"))) or {}
    sql, more = _OPERATORS[operator](value, given, definition)
    if operator in NEGATIVE and not portal.switches.negative_filters_find_missing:
        sql, more = f"({sql} AND {value} IS NOT NULL)", [*more, *parameters]
    if definition.get("name") == "email" and operator in ("EQ", "IN"):
        # The email index finds the candidates, so that this doesn't read every contact. Secondary addresses count too.
        also = " OR ".join([OWN_ADDRESS] * len(more))
        return (
            f"(id IN (SELECT contact FROM emails WHERE email IN ({','.join('?' * len(more))})) AND ({sql} OR {also}))",
            [*more, *parameters, *more, *more],
        )
    return sql, [*parameters, *more]


def _operand(given: dict[str, Any], definition: dict[str, Any], name: str = "value") -> object:
    """A filter's value in the form its property is compared in."""
    return _comparable(given.get(name), definition)


def _comparable(value: object, definition: dict[str, Any]) -> object:
    if value is None or isinstance(value, (list, dict)):
        raise invalid("There was a problem with the request: a filter needs a value")
    text = str(value)
    if definition["type"] == "number":
        try:
            return float(text)
        except ValueError:
            raise invalid(f"There was a problem with the request: {text} is not a number") from None
    if definition["type"] in ("date", "datetime"):
        moment = milliseconds(text)
        if moment is None:
            raise invalid(f"There was a problem with the request: {text} is not a time")
        return iso(moment) if definition["type"] == "datetime" else iso(moment)[:10]
    return text.lower()


def _values(given: dict[str, Any], definition: dict[str, Any]) -> list[object]:
    values = given.get("values")
    if not isinstance(values, list) or not values:
        raise invalid("There was a problem with the request: this operator needs a list of values")
    return [_comparable(value, definition) for value in values]


def _compare(value: str, given: dict[str, Any], definition: dict[str, Any]) -> Condition:
    operator = str(given["operator"])
    if operator == "NEQ":
        return f"({value} IS NOT ?)", [_operand(given, definition)]
    return f"({value} {COMPARE[operator]} ?)", [_operand(given, definition)]


def _between(value: str, given: dict[str, Any], definition: dict[str, Any]) -> Condition:
    return f"({value} BETWEEN ? AND ?)", [_operand(given, definition), _operand(given, definition, "highValue")]


def _in(value: str, given: dict[str, Any], definition: dict[str, Any]) -> Condition:
    wanted = _values(given, definition)
    return f"({value} IN ({','.join('?' * len(wanted))}))", wanted


def _not_in(value: str, given: dict[str, Any], definition: dict[str, Any]) -> Condition:
    wanted = _values(given, definition)
    return f"(coalesce({value}, '') NOT IN ({','.join('?' * len(wanted))}))", wanted


def _has(value: str, _given: dict[str, Any], _definition: dict[str, Any]) -> Condition:
    return f"({value} IS NOT NULL)", []


def _has_not(value: str, _given: dict[str, Any], _definition: dict[str, Any]) -> Condition:
    return f"({value} IS NULL)", []


def _token(value: str, given: dict[str, Any], _definition: dict[str, Any]) -> Condition:
    negate = "NOT " if given["operator"] == "NOT_CONTAINS_TOKEN" else ""
    return f"({negate}has_token({value}, ?))", [str(given.get("value", ""))]


_OPERATORS: dict[str, Callable[[str, dict[str, Any], dict[str, Any]], Condition]] = {
    **dict.fromkeys(COMPARE, _compare),
    "BETWEEN": _between,
    "IN": _in,
    "NOT_IN": _not_in,
    "HAS_PROPERTY": _has,
    "NOT_HAS_PROPERTY": _has_not,
    "CONTAINS_TOKEN": _token,
    "NOT_CONTAINS_TOKEN": _token,
}
