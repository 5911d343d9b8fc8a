"""Odd records taken out of a block, so that the others can be read quickly.

An element that is not a flat object, or has a number in a text column, would keep its whole block from being read quickly. Here such
elements are found by a pattern, set aside, and ``{}`` put in their place. Whether the pattern was right does not
matter to the result: what is set aside is valid JSON by itself, and what remains is proven as any block is; one value in an array may
stand for another. Keep out: that proof, and chunks.
"""

import re
from dataclasses import dataclass

import polars as pl

from hubsync_assets.sources.readers.json_value import Fault, scan, skip_space

__all__ = ["SetAside", "Sieved", "sieve"]

_BETWEEN = re.compile(rb"\}[ \t\r\n]*,[ \t\r\n]*\{")
_BETWEEN_LINES = re.compile(rb"\}[ \t\r]*\n\{")
_BLANK = b" \t\r\n"
_WORTH = 4
"""Not worth it where more than one record in this many is odd."""


@dataclass(frozen=True, slots=True)
class SetAside:
    """Elements that stood in one place of the block: the number of that place from 0, and (value, text) of each."""

    place: int
    elements: list[tuple[object, str]]


@dataclass(frozen=True, slots=True)
class Sieved:
    """A block with ``{}`` where something was set aside."""

    rest: bytes
    aside: list[SetAside]


def sieve(block: bytes, odd: str, *, lines: bool) -> Sieved | None:
    """Set the odd records of a block aside.

    Args:
        block: Records with what separates them, the last separator included.
        odd: Pattern of what makes a record one to set aside.
        lines: The records are lines.

    Returns:
        ``None`` when nothing is odd, too much is, or what is odd is not JSON.
    """
    if not block.endswith(b"\n" if lines else b","):
        return None
    text = block[:-1].strip(_BLANK)
    between = (_BETWEEN_LINES if lines else _BETWEEN).search(text)
    separator = between[0] if between else b"},{"
    if not (text.startswith(b"{") and text.endswith(b"}")):
        return None
    insides = text[1:-1].split(separator)
    try:
        found = pl.Series(insides, dtype=pl.Binary).cast(pl.String).str.contains(odd).arg_true().to_list()
    except pl.exceptions.PolarsError:  # bytes that are not UTF-8
        return None
    if not found or len(found) * _WORTH > len(insides):
        return None
    aside = []
    for place in found:
        elements = _elements((b"{" + insides[place] + b"}").decode(), lines=lines)
        if elements is None:
            return None
        aside.append(SetAside(place, elements))
        insides[place] = b""
    return Sieved(b"{" + separator.join(insides) + (b"}\n" if lines else b"},"), aside)


def _elements(text: str, *, lines: bool) -> list[tuple[object, str]] | None:
    """The values that the text holds, with commas or line ends between them; ``None`` if it is not that."""
    elements = []
    at = 0
    while True:
        try:
            value, end = scan(text, at)
        except Fault:
            return None
        elements.append((value, text[at:end]))
        at = skip_space(text, end)
        if at == len(text):
            return elements
        if lines:
            if "\n" not in text[end:at] or any("\n" in element for _, element in elements):
                return None
        elif text[at] == ",":
            at = skip_space(text, at + 1)
        else:
            return None
