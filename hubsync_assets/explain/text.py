"""A story on a terminal.

Keep out: what it says (``telling``). What a source holds must not steer the terminal.
"""

from collections.abc import Iterator

from hubsync_assets.explain.story import Story
from hubsync_assets.explain.telling import Part, parts_of

__all__ = ["lines"]

_WIDEST = 110
"""Characters of a line; a table that is wider is told cell by cell."""


def lines(story: Story) -> Iterator[str]:
    """The lines, without their ends."""
    for line in _lines(story):
        yield "".join(char if char.isprintable() else "?" for char in line)


def _lines(story: Story) -> Iterator[str]:
    yield story.email
    yield story.verdict
    if story.reasons:
        yield ""
        yield "Why, and what would help"
        for reason in story.reasons:
            yield f"  - {reason.why}"
            if reason.free:
                yield f"    to do: {reason.free}"
    for part in parts_of(story):
        yield ""
        yield part.title
        yield from _part(part)
    if story.now.address is not None:
        yield f"  {story.now.address}"


def _part(part: Part) -> Iterator[str]:
    if not part.rows:
        yield f"  {part.empty}"
    widths = [max(len(cell) for cell in column) for column in zip(part.head, *part.rows, strict=True)]
    if part.rows and sum(widths) + 2 * len(widths) <= _WIDEST:
        for row in (part.head, *part.rows):
            yield "  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        return
    for row in part.rows:
        first, *others = zip(part.head, row, strict=True)
        yield f"  {first[1]}"
        for name, cell in others:
            if cell:
                yield f"    {name}: {cell}"
