"""A look at a source, in words for a terminal: these lines hold contacts, and go nowhere else.

Keep out: the look (``source_look``).
"""

from collections.abc import Iterator, Sequence

from hubsync_assets.check.source_look import SourceLook

__all__ = ["words"]

WIDEST = 24


def words(source: str, look: SourceLook) -> Iterator[str]:
    """The lines for one source."""
    more = f", the newest of {look.files}" if look.files > 1 else ""
    left = f", {look.filtered:,} of them left out by where" if look.filtered else ""
    yield f"{source}: {look.file}{more}"
    yield f"  the first {look.records:,} records: {look.kept:,} can be synced{left}"
    for reason, count in look.reasons.items():
        yield f"  {count:,} cannot: {reason}"
    if look.note:
        yield f"  {look.note}"
    for name, (count, like) in look.suspected.items():
        yield f"  {count:,} values of {name} that do not fit look like {like}: declare it, if they are"
    if look.not_taken:
        names = ", ".join(f"{_plain(name)} ({count:,})" for name, count in look.not_taken.items())
        yield f"  columns that no field takes, and their values: {names}"
    yield ""
    shares = [
        (name, *(_share(count, look.kept) for count in (it.value, it.empty, it.unreadable, it.not_given)))
        for name, it in look.shares.items()
    ]
    yield from _table(("field", "value", "empty", "unreadable", "not given"), shares)
    yield ""
    rows = [["" if value is None else str(value) for value in row] for row in look.rows.iter_rows()]
    yield from _table(look.rows.columns, rows)
    yield ""


def _share(count: int, whole: int) -> str:
    if not count or not whole:
        return "-"
    return f"{count / whole:.0%}" if count >= whole / 200 else "<1%"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    cells = [[_cut(cell) for cell in row] for row in (head, *rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(head))]
    for row in cells:
        yield "  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()


def _plain(text: str) -> str:
    """What a file holds must not steer the terminal."""
    return "".join(char if char.isprintable() else "?" for char in text)


def _cut(text: str) -> str:
    plain = _plain(text)
    return plain if len(plain) <= WIDEST else f"{plain[: WIDEST - 1]}…"
