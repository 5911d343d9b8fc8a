r"""The records of an NDJSON file: one JSON object a line, read exactly and one by one.

Lines end with ``\n`` or ``\r\n``; blank ones are no records. A line that is no JSON costs itself. The last line may lack
its end; when it is no JSON then, the file was cut off and counts as incomplete. A file without any line is whole: it
holds no records. Keep out: bytes of files, fields, frames.
"""

from collections.abc import Callable, Iterator

from hubsync_assets.sources.rows import RAW_LIMIT, RowBuilder
from hubsync_assets.sources.strict import Fault, scan, skip_space

__all__ = ["line_records", "split_lines"]

_SPACE = b" \t\r\n"


def line_records(
    blocks: Iterator[bytes], builder: RowBuilder, limit: int, fault: Callable[[], str | None]
) -> Iterator[None]:
    """Read NDJSON into ``builder``; yields whenever a chunk may be taken from it.

    Args:
        blocks: The text, cut anywhere.
        builder: Where the records go.
        limit: A line with more bytes than this is refused; the next one is read again.
        fault: Asked after the last block: why there is no more although there should be.
    """
    offset = 0
    whole = True
    for line, size, whole in split_lines(blocks, limit):
        if size > limit:
            builder.malformed(f"a line longer than {limit} bytes, at byte {offset}", _text(line), lost=not whole)
        elif line.strip(_SPACE):
            indent = len(line) - len(line.lstrip(_SPACE))
            _line(line.strip(_SPACE), offset + indent, builder, whole=whole, fault=None if whole else fault())
        offset += size
        yield
    broken_off = fault()
    if broken_off and builder.complete:
        builder.malformed(f"{broken_off}, at byte {offset}", "", lost=True)


def _line(line: bytes, offset: int, builder: RowBuilder, *, whole: bool, fault: str | None) -> None:
    text = _text(line)
    try:
        value, end = scan(text, 0)
        end = skip_space(text, end)
        if end < len(text):
            raise Fault("more text follows the record on its line", end)  # noqa: TRY301 - one way to handle a fault
    except Fault as wrong:
        at = offset + len(text[: wrong.at].encode("utf-8", "surrogateescape"))
        why = f" ({fault})" if fault else ""
        cut = "" if whole else f", the file ends inside the line{why}"
        builder.malformed(f"{wrong.what}, at byte {at}{cut}", text, lost=not whole)
    else:
        builder.add(value, text)


def _text(line: bytes) -> str:
    return line.decode("utf-8", "surrogateescape")


def split_lines(blocks: Iterator[bytes], limit: int) -> Iterator[tuple[bytes, int, bool]]:
    """Each line with its end, its size in bytes, and whether it has an end (only the last may lack it).

    Of a line longer than ``limit`` only the first ``RAW_LIMIT`` bytes are kept.
    """
    rest: list[bytes] = []
    size = 0
    for block in blocks:
        begin = 0
        while (end := block.find(b"\n", begin) + 1) > 0:
            size += end - begin
            yield b"".join([*rest, block[begin:end]]), size, True
            rest, size, begin = [], 0, end
        size += len(block) - begin
        rest.append(block[begin:])
        if size > limit:
            rest = [b"".join(rest)[:RAW_LIMIT]]
    if size:
        yield b"".join(rest), size, False
