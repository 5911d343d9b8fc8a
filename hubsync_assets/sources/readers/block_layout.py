"""How the blocks of one file are parsed at once: which keys to ask polars for, and how this file is spelled.

Made from what the exact reader met so far; a block that does not fit is read exactly, and the next layout knows more. Keep
out: parsing (``json_polars``).
"""

import re
from dataclasses import dataclass

import polars as pl

from hubsync_assets.model.columns import Columns
from hubsync_assets.sources.readers.keys import KeyBook

__all__ = ["LONGEST_MARK", "BlockLayout", "make_layout"]

MOST_UNKNOWN = 64
"""How many unknown columns are parsed as well, to be counted; with more of them the exact reader does it all."""

LONGEST_MARK = 64
"""How far from a key's end a byte may be that tells it from another key."""

_COLON = re.compile(r'"( ?)(?:[ \t\r\n]*):( ?)')
_SIMPLE = re.compile(r"[ -~]*")
_WORD = re.compile(r"[A-Za-z0-9_ -]+")
_MAY_BE_ESCAPED = re.compile(r"[\"\\&<>']")


@dataclass(frozen=True)
class BlockLayout:
    """One way to parse a block.

    Attributes:
        schema: The keys as spelled, for ``pl.read_json``: text, or Float64 for number columns while every value was a number.
        columns: What is looked for.
        spellings: For each of the columns its spellings, the one that counts most first; those of equal rank share a tuple.
        unknown: Keys that no column is.
        spaces: How many spaces (0 or 1) stand before and behind a colon.
        marks: (distance, byte): a key with this byte so far before its closing quote (1: the last character) may have an
            unquoted value. Fits every key that is not a text column's, and none that is. ``None``: there is no such set.
        decimal_marks: The same for the keys of columns where numbers in text have another sign than a point; fits no other key.
        odd: Patterns of what makes a record one to set aside; the quicker one first.
        numeric: Whether number columns are Float64.
    """

    schema: dict[str, type[pl.DataType]]
    columns: Columns
    spellings: tuple[tuple[tuple[str, ...], ...], ...]
    unknown: tuple[str, ...]
    spaces: tuple[int, int]
    marks: tuple[tuple[int, int], ...] | None
    decimal_marks: tuple[tuple[int, int], ...] | None
    odd: tuple[str, str]
    numeric: bool


def make_layout(book: KeyBook, sample: str, *, numeric: bool) -> BlockLayout | None:
    """The layout for blocks like what was read so far.

    Args:
        book: The keys met.
        sample: The text of one record, for the spaces around its colons.
        numeric: Ask for numbers in number columns, which is quicker but fails on numbers written as text.

    Returns:
        ``None`` where there are no known keys, too many unknown ones, or a known one with characters that are escaped.
    """
    met = [(key, place) for key, place in book.places.items()]
    known = [(key, place) for key, place in met if place is not None]
    unknown = [key for key, place in met if place is None]
    colon = _COLON.search(sample)
    if not known or len(unknown) > MOST_UNKNOWN or colon is None:
        return None
    columns, names = book.columns, book.columns.names
    spellings = []
    for number in range(len(names)):
        ranks = sorted({rank for _, (column, rank) in known if column == number})
        spellings.append(tuple(tuple(key for key, place in known if place == (number, rank)) for rank in ranks))
    numbers = {key for key, (column, _) in known if names[column] in columns.numbers}
    texts = [key for key, _ in known if key not in numbers]
    if not all(_is_written_as_it_is(key) for key in texts):
        return None
    others = unknown if numeric else [*unknown, *numbers]
    return BlockLayout(
        schema={key: pl.Float64 if numeric and key in numbers else pl.String for key, _ in met},
        columns=columns,
        spellings=tuple(spellings),
        unknown=tuple(unknown),
        spaces=(len(colon[1]), len(colon[2])),
        marks=_find_marks([key.encode() for key in others], [b'"' + key.encode() for key in texts]),
        decimal_marks=_decimal_marks(
            [key for key, (column, _) in known if names[column] in columns.decimals], list(book.places)
        ),
        odd=_odd(texts),
        numeric=numeric,
    )


def _odd(texts: list[str]) -> tuple[str, str]:
    """Brackets and half surrogate pairs; and also what is not text behind a text column's key."""
    brackets = r"[\[\]{}]|\\u[dD][89a-fA-F]"
    keys = "|".join(key for key in texts if _WORD.fullmatch(key))
    return brackets, rf'{brackets}|"(?:{keys})"\s*:\s*[-0-9tf]' if keys else brackets


def _is_written_as_it_is(key: str) -> bool:
    """Whether every writer would leave a key unescaped; blocks with other escapes of ASCII are not read quickly."""
    return bool(_SIMPLE.fullmatch(key)) and not _MAY_BE_ESCAPED.search(key)


def _find_marks(others: list[bytes], texts: list[bytes]) -> tuple[tuple[int, int], ...] | None:
    """A few (distance, byte) pairs that fit every one of ``others`` and none of ``texts`` (which begin with their quote)."""
    marks: list[tuple[int, int]] = []
    # Before a key's quote stands a separator, which is neither a letter nor a digit.
    reach = min((len(text) for text in texts), default=0) + 1
    for key in others:
        if any(distance <= len(key) and key[-distance] == byte for distance, byte in marks):
            continue
        fitting = (
            (distance, key[-distance])
            for distance in range(1, min(len(key), reach, LONGEST_MARK - 4) + 1)
            if all(_before_end(text, distance) != key[-distance] for text in texts)
            and (distance < reach or chr(key[-distance]).isalnum())
        )
        mark = next(fitting, None)
        if mark is None:
            return None
        marks.append(mark)
    return tuple(marks)


def _decimal_marks(keys: list[str], met: list[str]) -> tuple[tuple[int, int], ...] | None:
    if not all(_is_written_as_it_is(key) for key in keys):
        return None
    return _find_marks([key.encode() for key in keys], [b'"' + key.encode() for key in met if key not in keys])


def _before_end(text: bytes, distance: int) -> int | None:
    """The byte at this distance before the end of a key; ``None`` before its quote."""
    return text[-distance] if distance <= len(text) else None
