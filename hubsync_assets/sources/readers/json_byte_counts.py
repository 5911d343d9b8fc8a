"""A block of JSON as a vector of bytes: what can be counted in it without reading it, a few vector operations for each count.

The sums that have to close are explained in ``json_polars``. Each count can only err to the side that breaks its equation. Keep
out: parsing, and what becomes of a block.
"""

import re
from itertools import pairwise

import polars as pl

from hubsync_assets.sources.readers.arrow_bytes import byte_column
from hubsync_assets.sources.readers.block_layout import LONGEST_MARK, BlockLayout

__all__ = ["PADDING", "BlockBytes", "accounts_for"]

PADDING = b" " * LONGEST_MARK
"""Stands on both sides of a block, so that a shifted view of it is a slice."""

_QUOTE, _COLON, _BRACE, _BACKSLASH, _SPACE, _NULL = b'":{\\ n'
_HALF = re.compile(rb"\\u[dD][89a-fA-F]")
_PAIR = re.compile(rb"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F]")
_ESCAPED_ASCII = re.compile(rb"\\u00(?!26|27|3[cCeE])[2-7]")
"""An escape that may make a key look like another; those of ``& ' < >`` are what web frameworks write into text."""


_STRIDE = 1 << 18
_NUMBERS = pl.int_range(0, _STRIDE, dtype=pl.UInt32, eager=True)
"""Where a byte is, for this many bytes at a time: what every block needs stays in the processor's cache."""


class BlockBytes:
    """What can be counted.

    Picking the bytes beside each colon is cheaper than combining masks of the whole block, so that is how it is done.

    Attributes:
        padded: The block between brackets and ``PADDING``.
        braces: How many ``{``.
        escapes: Whether there is a backslash.
        members: How many colons follow a quote as they follow a key.
    """

    def __init__(self, padded: bytes, spaces: tuple[int, int]) -> None:
        """``spaces``: before and behind a colon."""
        self.padded = padded
        self._bytes = byte_column(padded)
        self._size = len(padded) - 2 * len(PADDING)
        self._before, self._behind = spaces
        self.escapes = b"\\" in padded
        byte = self._at(0)
        self._brace, self._colon, self._quote = byte == _BRACE, byte == _COLON, byte == _QUOTE
        self.braces = int(self._brace.sum())
        self.members = int((self._at(-1 - self._before).filter(self._colon) == _QUOTE).sum())
        self._value = self._values_begin()

    def _at(self, distance: int) -> pl.Series:
        """The bytes at this distance behind (or before) each byte of the block."""
        return self._bytes.slice(len(PADDING) + distance, self._size)

    def _values_begin(self) -> pl.Series:
        """The colons of keys that are followed by as many spaces as usual."""
        marks = self._colon
        if self.members != marks.sum():
            marks &= self._at(-1 - self._before) == _QUOTE
        if self._behind and not (self._at(1).filter(marks) == _SPACE).all():
            marks &= self._at(1) == _SPACE
        return marks

    def _at_values(self, distance: int) -> pl.Series:
        """The bytes at this distance behind (or before) each of these colons."""
        return self._at(distance).filter(self._value)

    def starts(self) -> pl.Series:
        """Where the braces are in ``padded``, and at last its end."""
        starts = self._places(self._brace)
        starts.append(pl.Series([len(PADDING) + self._size - 1], dtype=pl.UInt32))
        return starts.rechunk()

    def _places(self, mask: pl.Series) -> pl.Series:
        """Where a mask of the block is true, as an index into ``padded``."""
        places = pl.Series([], dtype=pl.UInt32)
        for at in range(0, self._size, _STRIDE):
            part = mask.slice(at, _STRIDE)
            places.append(_NUMBERS.slice(0, part.len()).filter(part) + (len(PADDING) + at))
        return places

    def null_places(self) -> pl.Series:
        """Where the closing quotes of the keys are that null stands behind, as an index into ``padded``."""
        colons = self._places(self._value & (self._at(1 + self._behind) == _NULL)).rechunk()
        return colons - (1 + self._before)

    def bytes_at(self, places: pl.Series) -> pl.Series:
        """The bytes of ``padded`` with these indexes."""
        return self._bytes.gather(places)

    def longest_record(self) -> int:
        """The greatest distance between two braces, which is a little more than the longest record."""
        starts = self.starts()
        return max((int(end - begin) for begin, end in pairwise(starts)), default=0)

    def regular_colons(self) -> bool:
        """No white space before any colon; or one space before each of them."""
        if not self._before and self.members == self._colon.sum():
            return True  # a quote stands before each
        before = self._at(-1).filter(self._colon)
        if not self._before:
            return not (before <= _SPACE).any()
        ends_a_key = self._at(-1 - self._before).filter(self._colon) == _QUOTE
        return not (before == _QUOTE).any() and bool(((before <= _SPACE) == ends_a_key).all())

    def quotes(self) -> int:
        """Quotes that are not escaped. One behind an escaped backslash is missed, and then the sum does not close."""
        escaped = (self._at(-1).filter(self._quote) == _BACKSLASH).sum() if self.escapes else 0
        return int(self._quote.sum()) - int(escaped)

    def nulls(self) -> int:
        """Keys followed by what null begins with."""
        return int((self._at_values(1 + self._behind) == _NULL).sum())

    def booleans(self) -> int:
        """Keys followed by what true and false begin with, or by unusual white space, behind which they may stand."""
        first = self._at_values(1 + self._behind)
        unusual = self.members - first.len()
        return unusual + int(((first == ord("t")) | (first == ord("f")) | (first <= _SPACE)).sum())

    def unquoted(self, marks: tuple[tuple[int, int], ...]) -> int:
        """Numbers, true and false behind keys that have one of these marks."""
        if not marks:
            return 0
        first = self._at_values(1 + self._behind)
        kind = ((first >= ord("-")) & (first <= ord("9"))) | (first == ord("t")) | (first == ord("f"))
        marked = pl.zeros(first.len(), dtype=pl.Boolean, eager=True)
        for distance, byte in marks:
            marked |= self._at_values(-1 - self._before - distance) == byte
        return int((kind & marked).sum())

    def one_record_a_line(self, rows: int) -> bool:
        """Every line end is followed by a record, and all records but the first are behind a line end."""
        ends = self._at(0) == ord("\n")
        return bool(ends.sum() == rows - 1 and (self._at(1).filter(ends) == _BRACE).all())


def accounts_for(counts: BlockBytes, frame: pl.DataFrame, layout: BlockLayout) -> bool:
    """Whether what polars found is all that is in the block, and unchanged."""
    if counts.braces != frame.height or (counts.escapes and not _escapes_are_exact(counts.padded, layout)):
        return False
    return _adds_up(counts, frame, layout)


def _adds_up(counts: BlockBytes, frame: pl.DataFrame, layout: BlockLayout) -> bool:
    if layout.marks is None or not counts.regular_colons():
        return False
    members, nulls = counts.members, counts.nulls()
    present = {key: frame.height - frame[key].null_count() for key in layout.schema}
    if members - nulls != sum(present.values()):
        return False
    quotes = counts.quotes()
    texts = quotes // 2 - members
    numbers = sum(count for key, count in present.items() if layout.schema[key] == pl.Float64)
    return quotes % 2 == 0 and members - nulls - texts == numbers + counts.unquoted(layout.marks)


def _escapes_are_exact(body: bytes, layout: BlockLayout) -> bool:
    if b"\\u" not in body:
        return True
    if layout.marks and _ESCAPED_ASCII.search(body):
        return False
    halves = len(_HALF.findall(body))
    return not halves or (b"\\\\" not in body and halves == 2 * len(_PAIR.findall(body)))
