"""The beginning of a JSON text as values, as far as it goes: a list or object that is not all there has what is there of it.

Asked only of a file whose records do not stand where they usually do. Keep out: what the values mean (``json_layout``).
"""

import re
from json.decoder import scanstring  # type: ignore[attr-defined]
from typing import cast

from hubsync_assets.sources.readers.json_value import Fault, Members, scan, skip_space

__all__ = ["beginning", "value_at"]

_DEEPEST = 8
_GAP = re.compile(r"[ \t\n\r,]*")
_ABSENT = object()


def beginning(text: str) -> list[object]:
    """The values at the beginning of a text, with white space or commas between them.

    Example:
        >>> beginning('{"a": 1} {"b": [{"c": 2}, {"d')
        [[('a', '1')], [('b', [[('c', '2')], []])]]
    """
    values: list[object] = []
    at = 0
    while True:
        at = cast("re.Match[str]", _GAP.match(text, at)).end()
        if at == len(text):
            return values
        value, at, whole = value_at(text, at)
        if value is not _ABSENT:
            values.append(value)
        if not whole:
            return values


def value_at(text: str, at: int, depth: int = 0) -> tuple[object, int, bool]:
    """What there is of the value that begins at ``text[at]``, the index behind it, and whether it is all there."""
    try:
        return *scan(text, at), True
    except Fault:
        if depth == _DEEPEST:
            return _ABSENT, len(text), False
    if text[at : at + 1] == "{":
        return _object(text, at + 1, depth), len(text), False
    if text[at : at + 1] == "[":
        return _list(text, at + 1, depth), len(text), False
    return _ABSENT, len(text), False


def _object(text: str, start: int, depth: int) -> Members:
    members = Members()
    at = skip_space(text, start)
    while text[at : at + 1] == '"':
        try:
            key, at = scanstring(text, at + 1, True)
        except ValueError:
            break
        at = skip_space(text, at)
        if text[at : at + 1] != ":":
            break
        value, at, whole = value_at(text, skip_space(text, at + 1), depth + 1)
        if value is not _ABSENT:
            members.append((key, value))
        at = skip_space(text, at)
        if not whole or text[at : at + 1] != ",":
            break
        at = skip_space(text, at + 1)
    return members


def _list(text: str, start: int, depth: int) -> list[object]:
    elements: list[object] = []
    at = skip_space(text, start)
    while at < len(text):
        value, at, whole = value_at(text, at, depth + 1)
        if value is not _ABSENT:
            elements.append(value)
        at = skip_space(text, at)
        if not whole or text[at : at + 1] != ",":
            break
        at = skip_space(text, at + 1)
    return elements
