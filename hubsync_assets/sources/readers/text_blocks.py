"""The bytes of a text file as readers want them: UTF-8, without its mark, and with line feeds at the ends of lines.

Put here: what is done to a text as a whole, whatever its format. Keep out: guessing (``encoding``), decoding (``transcoding``), formats.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import chain

from hubsync_assets.sources.readers.encoding import HEAD_BYTES, UTF8_BOM, recognise, refuse_binary, require_utf8
from hubsync_assets.sources.readers.transcoding import in_utf8, is_utf8

__all__ = ["TextBlocks", "rewritten", "text_blocks", "with_line_feeds", "without_comments"]

_LOOKED_AT = 1 << 16
"""So much of a text shows how its lines end."""

_COMMENTS = re.compile(rb"\s*(?:(?:/\*.*?\*/|//[^\n]*\n)\s*)+", re.DOTALL)

_SPOKEN = {"cp1252": "Windows-1252", "mac_roman": "MacRoman"}


@dataclass(frozen=True, slots=True)
class TextBlocks:
    """A text in UTF-8.

    Attributes:
        head: its first ``HEAD_BYTES``, without the mark.
        blocks: all of it, cut anywhere.
        notes: what was recognised, in words; empty where it is plain.
    """

    head: bytes
    blocks: Iterator[bytes]
    notes: tuple[str, ...] = ()


def text_blocks(blocks: Iterator[bytes], encoding: str | None, name: str) -> TextBlocks:
    """A file's content in UTF-8, without a byte-order mark.

    Args:
        blocks: The content as it is stored.
        encoding: As declared; left out: it is recognised.
        name: The file, for the error.

    Raises:
        FileRefusedError: No text, or not in an encoding that can be told, or not in the one that is declared.
    """
    head, blocks = _peek(blocks)
    notes: tuple[str, ...] = ()
    if encoding is None:
        encoding = recognise(head, name)
        notes = () if encoding is None else (f"read as {_SPOKEN.get(encoding, encoding)}",)
    elif is_utf8(head, encoding, name):
        require_utf8(head, name)
        encoding = None
    else:
        refuse_binary(head, name)
    if encoding is not None:
        head, blocks = _peek(in_utf8(blocks, encoding, name))
    return TextBlocks(head.removeprefix(UTF8_BOM), _without_mark(blocks), notes)


def rewritten(text: TextBlocks, blocks: Iterator[bytes]) -> TextBlocks:
    """Another text made of one, of which the same was recognised."""
    head, blocks = _peek(blocks)
    return replace(text, head=head, blocks=blocks)


def without_comments(text: TextBlocks) -> TextBlocks:
    """JSON without comments above it, as phpMyAdmin wrote them before version 4.8; any other text as it is."""
    comments = _COMMENTS.match(text.head)
    if comments is None:
        return text
    blocks = _behind(text.blocks, comments.end())
    notes = (*text.notes, "comments above the records left out")
    return replace(text, head=text.head[comments.end() :], blocks=blocks, notes=notes)


def _behind(blocks: Iterator[bytes], size: int) -> Iterator[bytes]:
    for block in blocks:
        if len(block) > size:
            yield block[size:]
        size = max(size - len(block), 0)


def with_line_feeds(text: TextBlocks) -> TextBlocks:
    """The same where lines end as on an old Mac; any other text as it is.

    It does where the first line end outside of quotes is a carriage return alone and most others are; one in a value is none.
    """
    if not _has_old_line_ends(text.head[:_LOOKED_AT]):
        return text
    blocks = (block.replace(b"\r", b"\n") for block in text.blocks)
    notes = (*text.notes, "its lines end with CR")
    return replace(text, head=text.head.replace(b"\r", b"\n"), blocks=blocks, notes=notes)


def _has_old_line_ends(head: bytes) -> bool:
    if head.count(b"\r") == head.count(b"\r\n"):
        return False
    outside = b"".join(head.split(b'"')[::2]).lstrip(b"\r\n")
    first = outside.find(b"\r")
    feeds = outside.count(b"\n")
    return (
        first >= 0
        and outside[first + 1 : first + 2] != b"\n"
        and b"\n" not in outside[:first]
        and outside.count(b"\r") > 2 * feeds
    )


def _peek(blocks: Iterator[bytes]) -> tuple[bytes, Iterator[bytes]]:
    """The first ``HEAD_BYTES`` of a text, and all of it."""
    seen: list[bytes] = []
    size = 0
    for block in blocks:
        seen.append(block)
        size += len(block)
        if size >= HEAD_BYTES:
            break
    return b"".join(seen)[:HEAD_BYTES], chain(seen, blocks)


def _without_mark(blocks: Iterator[bytes]) -> Iterator[bytes]:
    """Remove the byte-order mark, which may itself be cut in pieces."""
    start = b""
    for block in blocks:
        start += block
        if len(start) >= len(UTF8_BOM):
            break
    rest = start.removeprefix(UTF8_BOM)
    return chain([rest] if rest else [], blocks)
