"""A block of CSV at once, by polars, where every line is a record and quotes stand around whole values only.

The block is split at delimiters and line ends as if quotes meant nothing, and accepted when

1. every line has as many cells as the first one (polars refuses more; delimiters are counted against fewer),
2. every quote is the first or last character of a value that has no other: then no delimiter or line end stands in quotes, and
3. what is too much for the header is empty.

Keep out: the exact way (``csv_records``).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial, reduce

import polars as pl

from hubsync_assets.sources.readers.csv_header import Header
from hubsync_assets.sources.readers.csv_records import CsvParser
from hubsync_assets.sources.readers.csv_repairs import has_escaped_line_end, has_inner_mark
from hubsync_assets.sources.readers.cutting import Piece, after_line
from hubsync_assets.sources.readers.protocols import Part, halve

__all__ = ["CsvBlocks", "CsvRows", "read_csv_block"]

_MOST_SURPLUS = 16
"""More cells than this behind the last column are left to the exact reader."""

_LONGEST_VALUE = 100_000
"""The exact reader has a limit near this, so a block with a longer value is left to it."""


@dataclass(frozen=True, slots=True)
class CsvRows:
    """The rows of one block.

    Attributes:
        columns: One for each column of the source, in their order.
        not_given: See ``row_schema``; ``None`` where the rows end where the header does.
        unknown: Values in cells that no column is.
        body: The block.
        odd: None: all records are rows.
    """

    columns: list[pl.Series]
    not_given: pl.Series | None
    unknown: dict[str, int]
    body: bytes
    odd: tuple[()] = ()

    def texts(self, numbers: Sequence[int]) -> list[str]:
        """The original text of some rows, by their number in the block from 0."""
        lines = self.body.split(b"\n") if numbers else []
        return [lines[number].removesuffix(b"\r").decode() for number in numbers]


class CsvBlocks:
    """The one quick way to read CSV."""

    in_threads = True

    def __init__(self, parser: CsvParser, limit: int) -> None:
        """``parser`` knows the header once it has read it; a line with more bytes than ``limit`` is left to it."""
        self._parser = parser
        self._limit = limit

    def reader(self) -> Callable[[Piece], list[Part]] | None:
        """What reads a piece under the header."""
        header = self._parser.header
        # polars takes a delimiter of one byte.
        is_usual = header and header.width > 1 and header.delimiter.isascii() and header.quote == '"'
        return partial(self._read, header) if header and is_usual else None

    def _read(self, header: Header, piece: Piece) -> list[Part]:
        text = b"".join(piece)
        rows = read_csv_block(text, header, self._limit)
        return [Part(text, rows)] if rows is not None else halve(text, after_line, partial(self._read, header))


def read_csv_block(body: bytes, header: Header, limit: int) -> CsvRows | None:
    """Parse whole lines at once.

    Args:
        body: Lines, each with its end: without it nobody knows whether the last record is whole.
        header: What the columns are; two at least.
        limit: Longest line in bytes.

    Returns:
        ``None`` when the block has anything in it that this way cannot account for.
    """
    cells = body[: body.index(b"\n")].count(header.delimiter.encode()) + 1 if body.endswith(b"\n") else 0
    is_odd = has_inner_mark(body, header.delimiter) or has_escaped_line_end(body)
    if is_odd or not 1 < cells <= header.width + _MOST_SURPLUS:
        return None
    names = [str(column) for column in range(cells)]
    first = header.delimiter.join(names).encode() + b"\n"
    try:
        frame = pl.read_csv(first + body, separator=header.delimiter, quote_char=None, infer_schema=False)
    except (pl.exceptions.PolarsError, UnicodeDecodeError):
        return None
    if body.count(header.delimiter.encode()) != frame.height * (cells - 1):
        return None
    if not _has_a_line_a_row(frame, body):
        return None
    too_long = _has_longer_line(body, min(limit, _LONGEST_VALUE))
    quotes = body.count(b'"') if b'"' in body else 0  # looking for one takes a seventh of counting none
    unquoted = None if too_long else _unquoted(frame, quotes) if quotes else frame
    if unquoted is None or any(unquoted[name].null_count() < frame.height for name in names[header.width :]):
        return None
    missing = header.not_given(cells)
    not_given = pl.Series([missing], dtype=pl.List(pl.String)).new_from_index(0, frame.height) if missing else None
    return CsvRows(_columns(unquoted, header), not_given, _unknown(unquoted, header), body)


def _has_a_line_a_row(frame: pl.DataFrame, body: bytes) -> bool:
    """Whether there are as many line ends as rows, if there are as many delimiters as rows need."""
    if b"\r" in body:
        return body.count(b"\n") == frame.height and body.count(b"\r") == body.count(b"\r\n")
    # What is neither in a value nor a delimiter: lengths are summed in a third of the time that counting takes.
    in_values = int(sum(frame.select(pl.all().str.len_bytes().cast(pl.UInt64).sum()).row(0)))
    return len(body) - in_values - frame.height * (frame.width - 1) == frame.height


def _has_longer_line(body: bytes, limit: int) -> bool:
    """Whether a line has more bytes, its end included: looks at one line end in so many bytes."""
    begin = 0
    while len(body) - begin > limit:
        end = body.rfind(b"\n", begin, begin + limit) + 1
        if not end:
            return True
        begin = end
    return False


def _unquoted(frame: pl.DataFrame, quotes: int) -> pl.DataFrame | None:
    text = pl.all().str
    whole = text.starts_with('"') & text.ends_with('"') & (text.len_bytes() > 1)
    if 2 * sum(frame.select(whole.sum()).row(0)) != quotes:
        return None
    bare = frame.select(text.strip_chars('"'))
    return bare.select(pl.when(text.len_bytes() > 0).then(pl.all()))


def _columns(frame: pl.DataFrame, header: Header) -> list[pl.Series]:
    none = pl.Series([None], dtype=pl.String).new_from_index(0, frame.height)
    columns = []
    for name, numbers in zip(header.columns.names, header.cells, strict=True):
        found = [frame[str(number)] for number in numbers if number < frame.width]
        column = found[0] if len(found) == 1 else reduce(lambda one, other: one.zip_with(one.is_not_null(), other), found, none)  # fmt: skip
        columns.append(column.alias(name))
    return columns


def _unknown(frame: pl.DataFrame, header: Header) -> dict[str, int]:
    counts: dict[str, int] = {}
    for column, name in header.unknown:
        if column >= frame.width:
            continue
        values = frame.height - frame[str(column)].null_count()
        if values:
            counts[name] = counts.get(name, 0) + values
    return counts
