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
   x = the unquoted values behind keys that are no text field's. So text columns hold text only.

Keep out: counting (``counting``), cutting blocks, and the exact way.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import polars as pl

from hubsync_assets.contacts.fields import Kind
from hubsync_assets.sources.counting import PADDING, BlockBytes, accounts_for
from hubsync_assets.sources.cutting import Piece
from hubsync_assets.sources.keys import FIELD_NAMES, NUMBER_FIELDS
from hubsync_assets.sources.plan import Plan

__all__ = ["QuickRows", "read_block"]

_LARGEST_EXACT = 2.0**53
_BLANK = b" \t\r\n"


@dataclass(frozen=True, slots=True)
class QuickRows:
    """The rows of one block.

    Attributes:
        frame: One column for each field, in the field table's order, without positions.
        unknown: Values under keys that no field has.
        starts: Where each record begins in ``padded`` (UInt32).
        padded: The block between brackets and ``PADDING``, without the last separator.
        size: Bytes of the block, with the last separator.
        separator: The last separator.
        numeric: Whether number columns are Int64 and Float64.
    """

    frame: pl.DataFrame
    unknown: dict[str, int]
    starts: pl.Series
    padded: bytes
    size: int
    separator: bytes
    numeric: bool

    def text(self) -> bytes:
        """The whole block."""
        return self.padded[len(PADDING) + 1 : -len(PADDING) - 1] + self.separator

    def texts(self, numbers: Sequence[int]) -> list[str]:
        """The original text of some rows, by their number in the block from 0."""
        wanted = pl.Series(numbers, dtype=pl.UInt32)
        end = len(self.padded) - len(PADDING) - 1
        ends = self.starts.slice(1).append(pl.Series([end], dtype=pl.UInt32))
        spans = zip(self.starts.gather(wanted), ends.gather(wanted), strict=True)
        cut = (self.padded[start:end].rstrip(_BLANK).removesuffix(b",").rstrip(_BLANK) for start, end in spans)
        return [text.decode() for text in cut]


def read_block(piece: Piece, plan: Plan, limit: int, *, lines: bool = False) -> QuickRows | None:
    """Parse whole records at once.

    Args:
        piece: Records with what separates them, comma or line end, with or without the last one.
        plan: What to expect.
        limit: Longest record in bytes.
        lines: The records are lines; none may reach over two, and none may share one.

    Returns:
        ``None`` when the block has anything in it that this way cannot account for.
    """
    last, separator = piece[-1], b"\n" if lines else b","
    separator = separator if last[-1:] == separator else b""
    padded = b"".join((PADDING, b"[", *piece[:-1], last[: len(last) - len(separator)], b"]", PADDING))
    try:
        frame = pl.read_json(padded.replace(b"\n", b",") if lines else padded, schema=plan.schema)
    except pl.exceptions.PolarsError:
        return None
    counts = BlockBytes(padded, plan.spaces)
    if not accounts_for(counts, frame, plan) or (lines and not counts.one_record_a_line(frame.height)):
        return None
    rows, starts = _rows(frame, plan), counts.starts()
    if rows is not None and plan.numeric:
        rows = _plain_numbers(rows, counts)
    if rows is None or (len(padded) > limit and _longest(starts, len(padded)) > limit):
        return None
    unknown = {key: count for key in plan.unknown if (count := frame.height - frame[key].null_count())}
    return QuickRows(rows, unknown, starts, padded, sum(map(len, piece)), separator, plan.numeric)


def _longest(starts: pl.Series, end: int) -> int:
    return max(int(b - a) for a, b in pairwise([*starts, end]))


def _rows(frame: pl.DataFrame, plan: Plan) -> pl.DataFrame | None:
    """The columns of the fields; ``None`` where only the order of appearance could tell which of two values counts."""
    columns = []
    for name, ranks in zip(FIELD_NAMES, plan.columns, strict=True):
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
        dtype = pl.Float64 if plan.numeric and name in NUMBER_FIELDS else pl.String
        columns.append(
            pl.Series(name, [None], dtype=dtype).new_from_index(0, frame.height)
            if column is None
            else column.alias(name)
        )
    return pl.DataFrame(columns)


def _plain_numbers(rows: pl.DataFrame, counts: BlockBytes) -> pl.DataFrame | None:
    """Number columns as Int64 and Float64, if they say all that the text said.

    That is: no sign, no fraction where a whole number belongs, nothing beyond exact whole numbers, and no true or false,
    which polars takes for 1 and 0.
    """
    may_be_boolean = False
    for name, kind in NUMBER_FIELDS.items():
        column = rows[name]
        if column.null_count() == column.len():
            rows = rows.with_columns(column.cast(pl.String))
            continue
        if not column.is_between(0, _LARGEST_EXACT, closed="left").all():
            return None
        may_be_boolean = may_be_boolean or bool((column <= 1).any())
        if kind is Kind.WHOLE:
            whole = column.cast(pl.Int64)
            if not (whole == column).all():
                return None
            rows = rows.with_columns(whole)
        else:
            rows = rows.with_columns(column.abs())  # -0.0 is 0
    return None if may_be_boolean and counts.booleans() else rows
