"""Where to cut a stream of JSON records into pieces that can be parsed on their own.

A cut is a guess (``}, {`` may stand in a text or a nested list): a piece that was cut wrongly is no valid JSON, so whoever
parses it finds out, and the pieces joined are the stream again. Keep out: parsing.
"""

import re
from collections.abc import Callable, Iterator

__all__ = ["Cut", "after_comma", "after_line", "pieces"]

Cut = Callable[[bytes], int]
"""The last place in a text where a new record seems to begin, or 0."""

_BLANK = b" \t\r\n"
_BETWEEN = re.compile(rb"\}\s*,(?=\s*\{)")
_NEAR = 400


def after_comma(text: bytes) -> int:
    """Behind the last comma that stands between ``}`` and ``{``."""
    at = text.rfind(b"},{")
    if len(text) - at < 2 * _NEAR and at >= 0:
        return at + 2
    comma = len(text)
    for _ in range(_NEAR):
        comma = text.rfind(b",", 0, comma)
        if comma < 0:
            return 0
        before, behind = text[max(0, comma - _NEAR) : comma], text[comma + 1 : comma + _NEAR]
        if before.rstrip(_BLANK).endswith(b"}") and behind.lstrip(_BLANK).startswith(b"{"):
            return comma + 1
    return max((match.end() for match in _BETWEEN.finditer(text)), default=0)


def after_line(text: bytes) -> int:
    """Behind the last line end."""
    return text.rfind(b"\n") + 1


def pieces(blocks: Iterator[bytes], cut: Cut, first: int, size: int) -> Iterator[bytes]:
    """The stream, cut between records.

    Args:
        blocks: The stream, cut anywhere.
        cut: Where to cut.
        first: About so many bytes for the first piece.
        size: About so many bytes for the others. A record that is longer makes a longer piece.

    Yields:
        Pieces that end where a record does, and at the end what is left.
    """
    waiting: list[bytes] = []
    have, want = 0, first
    for block in blocks:
        waiting.append(block)
        have += len(block)
        while have >= want:
            text = b"".join(waiting)
            end = cut(text[:want]) or cut(text)
            if not end:
                waiting, want = [text], 2 * have
                break
            yield text[:end]
            waiting, have, want = [text[end:]], len(text) - end, size
    if have:
        yield b"".join(waiting)
