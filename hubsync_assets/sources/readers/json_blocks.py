"""The quick way to read JSON records: a piece, stride by stride, in the shape that this file's records have.

Keep out: reading a stride (``json_strides``), columns (``json_rows``), and the exact way.
"""

from collections.abc import Callable, Iterator
from functools import partial

from hubsync_assets.sources.readers.cutting import Cut, Piece
from hubsync_assets.sources.readers.json_rows import BlockBuilder
from hubsync_assets.sources.readers.json_strides import Form, read_stride
from hubsync_assets.sources.readers.json_struct import RecordShape, make_shape
from hubsync_assets.sources.readers.protocols import Part
from hubsync_assets.sources.readers.row_builder import RowBuilder

__all__ = ["JsonBlocks", "read_piece"]

_STRIDE = 1 << 19
"""So much is read at once, in bytes. Where one record in it is odd, all of them are read one by one."""


class JsonBlocks:
    """What is known of one file."""

    in_threads = False

    def __init__(self, builder: RowBuilder, cut: Cut, limit: int, form: Form) -> None:
        """A record with more bytes than ``limit`` is left to the exact reader, whose ``builder`` knows the keys met."""
        self._builder = builder
        self._cut = cut
        self._limit = limit
        self._form = form
        self._shape: RecordShape | None = None
        self._made_of = 0

    def reader(self) -> Callable[[Piece], list[Part]] | None:
        """What reads a piece with all keys met until now."""
        book = self._builder.book
        if len(book.places) != self._made_of:
            self._made_of = len(book.places)
            self._shape = make_shape(book, superseding=self._builder.superseding)
        return partial(read_piece, self._shape, self._form, self._cut, self._limit) if self._shape else None


def read_piece(shape: RecordShape, form: Form, cut: Cut, limit: int, piece: Piece, stride: int = _STRIDE) -> list[Part]:
    """Read a piece of a file; its parts in order.

    Args:
        shape: What records look like.
        form: How they stand in the text.
        cut: Where a record seems to begin.
        limit: Longest record in bytes.
        piece: Records; the last one may lack what separates it from the next.
        stride: Read at once, in bytes. What all parts together say does not depend on it.
    """
    text = b"".join(piece)
    parts: list[Part] = []
    begin = start = 0
    block = BlockBuilder(shape)
    for end in _ends(text, form.separator, cut, stride):
        found = read_stride(text[begin:end], shape, form, limit)
        if found is None:
            if begin > start:
                quick = text[start:begin]
                parts.append(Part(quick, block.rows(quick, form)))
                block = BlockBuilder(shape)
            parts.append(Part(text[begin:end]))
            start = end
        else:
            block.add(found)
        begin = end
    if begin > start:
        quick = text[start:begin]
        parts.append(Part(quick, block.rows(quick, form)))
    return parts


def _ends(text: bytes, separator: bytes, cut: Cut, stride: int) -> Iterator[int]:
    """Where strides end; what lacks its end is the last one."""
    begin, is_whole = 0, text.endswith(separator)
    while begin < len(text):
        end = len(text)
        if end - begin > stride or not is_whole:
            end = cut(text, begin, min(begin + stride, end))
        begin = end if end > begin else len(text)
        yield begin
