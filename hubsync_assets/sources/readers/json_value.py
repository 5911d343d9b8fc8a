"""One JSON text, read exactly: numbers keep their spelling, keys their order, and what is not JSON is refused.

The scanner is the standard library's (written in C, and it hands over a number's text), held to the stricter reading of
RFC 8259 that orjson has: no ``NaN`` or ``Infinity``, no lone surrogates, no bytes that are not UTF-8. Keep out: fields, rows and files.

Text is decoded with ``surrogateescape``, so that a bad byte stays where it is and costs the one record it is in.
"""

import json
import re
from collections.abc import Callable, Iterator
from json.decoder import scanstring  # type: ignore[attr-defined]
from typing import cast

__all__ = [
    "Fault",
    "JsonNumber",
    "Members",
    "elements_as_written",
    "is_list_of_records",
    "json_text",
    "members_as_written",
    "scan",
    "skip_space",
    "structural_end",
]

_SPACE = re.compile(r"[ \t\n\r]*")
_TOKEN = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*(?:"|\\?$)|[][{},]', re.DOTALL)
_SURROGATE_ESCAPE = re.compile(r"\\u[dD][89a-fA-F]")
_DEEP = "lists and objects are nested too deeply"


class JsonNumber(str):
    """A number as it is spelled."""

    __slots__ = ()


class Members(list[tuple[str, object]]):
    """An object's members in their order, keys that come twice included."""

    __slots__ = ()


class Fault(ValueError):  # noqa: N818 - about a text, not an error of the program
    """Text that is not JSON. ``at`` is an index into the text; ``cut`` says that the text may just end too early."""

    def __init__(self, what: str, at: int, *, cut: bool = False) -> None:
        super().__init__(what)
        self.what = what
        self.at = at
        self.cut = cut


def _refuse(constant: str) -> object:
    raise Fault(f"{constant} is not JSON", 0)


_decoder = json.JSONDecoder(
    object_pairs_hook=Members, parse_float=JsonNumber, parse_int=JsonNumber, parse_constant=_refuse
)
_scan_once: Callable[[str, int], tuple[object, int]] = vars(_decoder)["scan_once"]  # set in __init__, not in the stubs


def skip_space(text: str, at: int) -> int:
    """The index of the next character that is not JSON white space."""
    return cast("re.Match[str]", _SPACE.match(text, at)).end()


def scan(text: str, at: int) -> tuple[object, int]:
    """Read the JSON value that begins at ``text[at]``.

    Returns:
        The value (``Members``, ``list``, ``str``, ``JsonNumber``, ``bool`` or ``None``) and the index after it.

    Raises:
        Fault: It is not JSON, or not all of it is here.
    """
    try:
        value, end = _scan_once(text, at)
    except Fault as constant:
        raise Fault(constant.what, at) from None
    except StopIteration as stop:
        raise Fault("a value is missing", stop.value, cut=len(text) - stop.value < 8) from None
    except json.JSONDecodeError as error:
        cut = error.msg.startswith("Unterminated string") or len(text) - error.pos < 8
        raise Fault(error.msg[0].lower() + error.msg[1:].removesuffix(" at"), error.pos, cut=cut) from None
    except RecursionError:
        raise Fault(_DEEP, at) from None
    _check_characters(text, at, end, value)
    return value, end


def _check_characters(text: str, start: int, end: int, value: object) -> None:
    escaped = _SURROGATE_ESCAPE.search(text, start, end)
    if not escaped and text.isascii():
        return
    try:
        text[start:end].encode()
    except UnicodeEncodeError as error:
        raise Fault("a byte that is not UTF-8", start + error.start) from None
    if escaped:
        try:
            json.dumps(value, ensure_ascii=False, check_circular=False).encode()
        except UnicodeEncodeError:
            raise Fault("half of a surrogate pair", escaped.start()) from None
        except RecursionError:
            raise Fault(_DEEP, start) from None


def structural_end(text: str, at: int, within: int) -> int | None:
    """The index of the ``,`` or ``]`` that ends the array element beginning at ``at``, by brackets and quotes alone.

    ``None``: it does not end in the next ``within`` characters, or its brackets do not match. Needs no valid JSON in
    between.
    """
    open_brackets: list[str] = []
    for token in _TOKEN.finditer(text, at, at + within):
        mark = token[0]
        if mark in "[{":
            open_brackets.append(mark)
        elif mark in "]}":
            if not open_brackets:
                if mark == "]":
                    return token.start()
            elif (open_brackets.pop() == "[") != (mark == "]"):
                return None
        elif mark == "," and not open_brackets:
            return token.start()
    return None


def members_as_written(text: str) -> Iterator[tuple[str, str]]:
    """Key and value text, as they are written, of each member of one valid JSON object."""
    at = skip_space(text, skip_space(text, 0) + 1)
    while text[at] != "}":
        key, at = scanstring(text, at + 1, True)
        at = skip_space(text, skip_space(text, at) + 1)
        _, end = _scan_once(text, at)
        yield key, text[at:end]
        at = skip_space(text, end)
        if text[at] == ",":
            at = skip_space(text, at + 1)


def is_list_of_records(value: object) -> bool:
    """Whether it is a list of objects, and of nothing else."""
    return (
        isinstance(value, list)
        and not isinstance(value, Members)
        and bool(value)
        and all(isinstance(element, Members) for element in value)
    )


def elements_as_written(text: str) -> Iterator[tuple[object, str]]:
    """Each element of one valid JSON array, and its text."""
    at = skip_space(text, skip_space(text, 0) + 1)
    while text[at] != "]":
        value, end = _scan_once(text, at)
        yield value, text[at:end]
        at = skip_space(text, end)
        if text[at] == ",":
            at = skip_space(text, at + 1)


def json_text(value: object) -> str | None:
    """What a column holds of a value that is neither list nor object; ``None`` for JSON null."""
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else str(value)
