"""How many rows each row group of a Parquet file has, which polars does not say.

Only asked where one of them is damaged: what is in it can be wrong from its first row on, and what is before it is right. Keep out: all
else that a footer says, and whether it is right, which polars has found before.

https://github.com/apache/parquet-format (FileMetaData.row_groups is field 4, RowGroup.num_rows field 3), written in Thrift's compact protocol:
https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md
"""

import os
from collections.abc import Iterator

__all__ = ["heights_of_groups"]

_GROUPS, _ROWS = 4, 3
_BINARY, _LIST, _SET, _MAP, _STRUCT = 8, 9, 10, 11, 12
_WIDTHS = {1: 0, 2: 0, 3: 1, 7: 8, 13: 16}
"""Bytes of a value; a Boolean that is a field is a type of its own."""


def heights_of_groups(descriptor: int, size: int) -> list[int]:
    """The heights, in order; empty: nobody can say."""
    length = int.from_bytes(os.pread(descriptor, 4, size - 8), "little")
    reader = _Compact(os.pread(descriptor, length, size - 8 - length))
    heights: list[int] = []
    try:
        for field, kind in reader.fields():
            if field != _GROUPS:
                reader.skip(kind)
                continue
            count, _ = reader.list_head()
            heights = [reader.height() for _ in range(count)]
    except (IndexError, RecursionError):
        return []
    return heights


class _Compact:
    """A place in bytes of the compact protocol. Bytes that end early are an IndexError."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def fields(self) -> Iterator[tuple[int, int]]:
        """The number and the type of each field of a struct; the caller reads or skips it."""
        number = 0
        while head := self._byte():
            number = number + (head >> 4) if head >> 4 else self._signed()
            yield number, head & 15

    def list_head(self) -> tuple[int, int]:
        """How many, and of which type."""
        head = self._byte()
        return (self._varint() if head >> 4 == 15 else head >> 4), head & 15

    def height(self) -> int:
        """The rows of a row group."""
        rows = 0
        for field, kind in self.fields():
            if field == _ROWS:
                rows = self._signed()
            else:
                self.skip(kind)
        return rows

    def skip(self, kind: int) -> None:
        """Go behind a value."""
        if kind in _WIDTHS:
            self._at += _WIDTHS[kind]
        elif kind == _BINARY:
            length = self._varint()
            self._at += length
        elif kind in {_LIST, _SET}:
            count, inner = self.list_head()
            self._skip_each(count, (inner,))
        elif kind == _MAP:
            count = self._varint()
            kinds = self._byte() if count else 0
            self._skip_each(count, (kinds >> 4, kinds & 15))
        elif kind == _STRUCT:
            for _, inner in self.fields():
                self.skip(inner)
        else:
            self._varint()
        if self._at > len(self._data):
            raise IndexError

    def _skip_each(self, count: int, kinds: tuple[int, ...]) -> None:
        for _ in range(count):
            for kind in kinds:
                # In a list or a map a Boolean is a byte.
                self.skip(3 if kind in {1, 2} else kind)

    def _byte(self) -> int:
        self._at += 1
        return self._data[self._at - 1]

    def _varint(self) -> int:
        value = shift = 0
        while True:
            byte = self._byte()
            value |= (byte & 127) << shift
            if byte < 128:
                return value
            shift += 7

    def _signed(self) -> int:
        value = self._varint()
        return (value >> 1) ^ -(value & 1)
