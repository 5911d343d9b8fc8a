"""A whole block of JSON records at once, by polars, with proof that nothing got lost or changed on the way.

polars takes a schema and is silent about everything it does not cover: unknown keys, numbers in text columns, half surrogate
pairs. So the block's bytes are counted beside it, a vector operation each, and what polars found has to account for all of
them. Where the sums do not close, the block is not accepted and the exact reader takes it.

With ``key`` for a quote that ends a key, and m, n, q, x for the counts:

1. As many ``{`` as rows: no nested objects, no braces in text.
2. No colon follows white space (or each one does, where the file is written so): every key's colon stands right behind its
   quote, and m colons do. One in text would need an escaped quote before it.
3. m - (colons followed by ``n``, so null) = values that are not null in the planned columns. So every key with a value is
   planned, none is in a record twice, and polars made no value null.
4. q quotes (escaped ones not counted) = 2 for each key + 2 for each text value. So m - nulls - texts = x values are neither.
   x = the unquoted values behind keys that are not a text column's. So text columns hold text only.

Keep out: counting (``json_byte_counts``), cutting blocks, and the exact way.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import polars as pl

from hubsync_assets.model.field_lists import field_lists
from hubsync_assets.sources.readers.block_layout import BlockLayout
from hubsync_assets.sources.readers.cutting import Piece, after_comma, after_line
from hubsync_assets.sources.readers.json_byte_counts import PADDING, BlockBytes, accounts_for
from hubsync_assets.sources.readers.json_nulls import rows_with_nulls
from hubsync_assets.sources.readers.keys import KEY

__all__ = ["JsonRows", "read_json_block"]

_STRIDE = 1 << 18
"""So much is parsed at once. polars builds a tree of values first, some ten times as large as the text, which then stays in a
core's own cache: measured with two threads, a fifth less time than with 1 MiB."""

_LARGEST_EXACT = 2.0**53
_BLANK = b" \t\r\n"
_NULL = pl.Series([None], dtype=pl.String)


@dataclass(frozen=True, slots=True)
class JsonRows:
    """The rows of one block.

    Attributes:
        columns: One for each column of the source, in their order.
        not_given: See ``row_schema``; ``None`` where nobody asked, or no row has any.
        unknown: Values under keys that no column is.
        counts: The block, without the last separator.
        size: Bytes of the block, with the last separator.
        separator: The last separator.
        numeric: Whether number columns are Int64 and Float64.
    """

    columns: list[pl.Series]
    not_given: pl.Series | None
    unknown: dict[str, int]
    counts: BlockBytes
    size: int
    separator: bytes
    numeric: bool

    @property
    def height(self) -> int:
        """Number of rows."""
        return self.columns[0].len()

    def text(self) -> bytes:
        """The whole block."""
        return self.counts.padded[len(PADDING) + 1 : -len(PADDING) - 1] + self.separator

    def texts(self, numbers: Sequence[int]) -> list[str]:
        """The original text of some rows, by their number in the block from 0."""
        padded = self.counts.padded
        edges = self.counts.starts()[[edge for number in numbers for edge in (number, number + 1)]].to_list()
        spans = zip(edges[::2], edges[1::2], strict=True)
        cut = (padded[begin:end].rstrip(_BLANK).removesuffix(b",") for begin, end in spans)
        return [text.rstrip(_BLANK).decode() for text in cut]


def read_json_block(
    piece: Piece,
    layout: BlockLayout,
    limit: int,
    *,
    lines: bool = False,
    superseding: bool = False,
    stride: int = _STRIDE,
) -> JsonRows | None:
    """Parse whole records at once.

    Args:
        piece: Records with what separates them, comma or line end, the last one included: without it nobody knows whether
            the last record is whole.
        layout: What to expect.
        limit: Longest record in bytes.
        lines: The records are lines; none may reach over two, and none may share one.
        superseding: Find out which columns a record has no key for.
        stride: Parsed at once, in bytes. The result does not depend on it.

    Returns:
        ``None`` when the block has anything in it that this way cannot account for.
    """
    last, separator = piece[-1], b"\n" if lines else b","
    if last[-1:] != separator:
        return None
    padded = b"".join((PADDING, b"[", *piece[:-1], last[:-1], b"]", PADDING))
    try:
        frame = _parse(padded, layout, stride, lines=lines)
    except pl.exceptions.PolarsError:
        return None
    counts = BlockBytes(padded, layout.spaces)
    if not accounts_for(counts, frame, layout) or (lines and not counts.one_record_a_line(frame.height)):
        return None
    columns = _columns(frame, layout)
    if columns is not None:
        columns = _plain_numbers(columns, counts, layout) if layout.numeric else _texts_only(columns, counts, layout)
    if columns is None or (len(padded) > limit and counts.longest_record() > limit):
        return None
    not_given: pl.Series | None = None
    if superseding:
        nulls = rows_with_nulls(counts, layout)
        if nulls is None:
            return None
        not_given = _not_given(columns, nulls)
    unknown = {key: count for key in layout.unknown if (count := frame.height - frame[key].null_count())}
    return JsonRows(columns, not_given, unknown, counts, sum(map(len, piece)), separator, layout.numeric)


def _parse(padded: bytes, layout: BlockLayout, stride: int, *, lines: bool) -> pl.DataFrame:
    """All records, some at a time: arrays of JSON put together with commas between them are one, and no other.

    Raises:
        PolarsError: This is not JSON, or not what the layout expects, or one of the cuts was wrong.
    """
    cut = after_line if lines else after_comma
    begin, end = len(PADDING) + 1, len(padded) - len(PADDING) - 1
    frame, view = pl.DataFrame(schema=layout.schema), memoryview(padded)
    while begin <= end:
        at = cut(padded, begin, begin + stride) if end - begin > stride else end + 1
        at = at if at > begin else end + 1
        array = b"".join((b"[", view[begin : at - 1], b"]"))
        part = pl.read_json(array.replace(b"\n", b",") if lines else array, schema=layout.schema)
        frame = frame.vstack(part) if frame.height else part  # pl.concat costs a tenth of the parsing
        begin = at
    return frame


def _columns(frame: pl.DataFrame, layout: BlockLayout) -> list[pl.Series] | None:
    """A column for each of the source's; ``None`` where only the order of appearance could tell which of two values counts."""
    columns = []
    for name, ranks in zip(layout.columns.names, layout.spellings, strict=True):
        column: pl.Series | None = None
        for spellings in ranks:
            for place, spelling in enumerate(spellings):
                other = frame[spelling]
                if column is None:
                    column = other
                    continue
                if place and (column.is_not_null() & other.is_not_null()).any():
                    return None
                column = column.zip_with(column.is_not_null(), other)
        whole = _no_values(frame.height) if column is None else column.rechunk()  # what comes next is quicker then
        columns.append(whole.alias(name))
    return columns


def _not_given(columns: list[pl.Series], nulls: dict[str, pl.Series]) -> pl.Series:
    """The columns, the key aside, that a row has neither a value nor a null for."""
    height = columns[0].len()
    missing, everywhere = {}, []
    for number, column in enumerate(columns):
        if number == KEY or not column.null_count():
            continue
        absent = column.is_null()
        missing[column.name] = absent.scatter(nulls[column.name], values=False) if column.name in nulls else absent
        if column.null_count() == height and column.name not in nulls:
            everywhere.append(column.name)
    if not any(flags.any() for name, flags in missing.items() if name not in everywhere):
        # As where records are alike, and only other names of a column are not there.
        return pl.Series([everywhere or None], dtype=pl.List(pl.String)).new_from_index(0, height)
    return field_lists(missing, height)


def _no_values(height: int) -> pl.Series:
    return _NULL.new_from_index(0, height)


def _texts_only(columns: list[pl.Series], counts: BlockBytes, layout: BlockLayout) -> list[pl.Series] | None:
    """The columns, unless a number may stand there with its point where texts have another sign before a fraction."""
    decimals = layout.columns.decimals
    pointed = any(column.name in decimals and column.str.contains(".", literal=True).any() for column in columns)
    if pointed and (layout.decimal_marks is None or counts.unquoted(layout.decimal_marks)):
        return None
    return columns


def _plain_numbers(columns: list[pl.Series], counts: BlockBytes, layout: BlockLayout) -> list[pl.Series] | None:
    """Number columns as Int64 and Float64, if they say all that the text said.

    That is: no sign, no fraction where a whole number belongs, nothing beyond exact whole numbers, and no true or false,
    which polars takes for 1 and 0.
    """
    may_be_boolean = False
    plain = []
    for column in columns:
        is_whole = layout.columns.numbers.get(column.name)
        if is_whole is None or column.null_count() == column.len():
            plain.append(column if is_whole is None else _no_values(column.len()).alias(column.name))
            continue
        least, most = cast("float", column.min()), cast("float", column.max())
        if least < 0 or most >= _LARGEST_EXACT:
            return None
        may_be_boolean = may_be_boolean or least <= 1
        if is_whole:
            whole = column.cast(pl.Int64, wrap_numerical=True)  # of this range, and much quicker
            if not (whole.cast(pl.Float64) == column).all():
                return None
            plain.append(whole)
        else:
            plain.append(column if least else column.abs())  # -0.0 is 0
    return None if may_be_boolean and counts.booleans() else plain
