"""Where to cut a stream of JSON records into pieces that can be parsed on their own.

A cut is a guess (``}, {`` may stand in a text or a nested list): a piece that was cut wrongly is not valid JSON, so whoever
parses it finds out, and the pieces joined are the stream again. Keep out: parsing.
"""

import re
from collections.abc import Callable, Iterator

__all__ = ["Cut", "Piece", "after_comma", "after_line", "pieces"]

Cut = Callable[[bytes, int, int], int]
"""(text, begin, end): the last place in ``text[begin:end]`` where a new record seems to begin; ``begin`` if there is none."""

Piece = list[bytes | memoryview]
"""Text in parts, so that nothing is copied before it is needed in one piece."""

_BLANK = b" \t\r\n"
_BETWEEN = re.compile(rb"\}[ \t\r\n]*,(?=[ \t\r\n]*\{)")
_NEAR = 400
_MOST = 8
_WORTH_A_VIEW = 1 << 16


def after_comma(text: bytes, begin: int, end: int) -> int:
    """Cut behind the last comma that stands between ``}`` and ``{``."""
    at = text.rfind(b"},{", max(begin, end - _NEAR), end)
    if at >= 0:
        return at + 2
    comma = end
    for _ in range(_NEAR):
        comma = text.rfind(b",", begin, comma)
        if comma < 0:
            return begin
        before, behind = text[max(begin, comma - _NEAR) : comma], text[comma + 1 : min(end, comma + _NEAR)]
        if before.rstrip(_BLANK).endswith(b"}") and behind.lstrip(_BLANK).startswith(b"{"):
            return comma + 1
    return max((match.end() for match in _BETWEEN.finditer(text, begin, end)), default=begin)


def after_line(text: bytes, begin: int, end: int) -> int:
    """Cut behind the last line end."""
    return max(begin, text.rfind(b"\n", begin, end) + 1)


def pieces(blocks: Iterator[bytes], cut: Cut, first: int, size: int) -> Iterator[Piece]:
    """The stream, cut between records.

    Args:
        blocks: The stream, cut anywhere.
        cut: Where to cut.
        first: About how many bytes the first piece has.
        size: About how many the others have. A record that is longer makes a longer piece, up to ``_MOST`` times this.

    Yields:
        Pieces that end where a record does (behind what separates it from the next), unless there is no such place
        anywhere near; and at the end what is left.
    """
    waiting: Piece = []
    have, want = 0, first
    for arrived in blocks:
        block, begin = arrived, 0
        while have + len(block) - begin >= want:
            end = cut(block, begin, min(begin + max(want - have, 1), len(block)))
            if end == begin:
                end = cut(block, begin, len(block))
            if end == begin and waiting:
                block, begin = b"".join([*waiting, block[begin:]]), 0
                waiting, have = [], 0
                end = cut(block, 0, len(block))
            if end == begin and len(block) - begin < _MOST * size:
                want = 2 * (len(block) - begin)
                break
            end = end if end > begin else len(block)
            yield [*waiting, memoryview(block)[begin:end]]
            waiting, have, want, begin = [], 0, size, end
        rest = len(block) - begin
        if rest:
            waiting.append(memoryview(block)[begin:] if rest > _WORTH_A_VIEW else block[begin:])
            have += rest
    if have:
        yield waiting
