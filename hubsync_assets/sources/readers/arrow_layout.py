"""Whether the record batches of an Arrow file lie where its footer says, and are of a size that they can have.

polars believes an Arrow file: with a damaged length it asks for so much memory that the process is killed, or never ends (measured with
random bytes in random places). So the lengths are looked at first. Keep out: values, which nobody can check: the format has no checksums.

https://arrow.apache.org/docs/format/Columnar.html#ipc-file-format, and File.fbs and Message.fbs there. A table of FlatBuffers begins with
how far before it its vtable stands, and that says where each field is, 0 where there is none.
"""

import os
import struct
from collections.abc import Iterator
from dataclasses import dataclass

__all__ = ["heights_of_batches"]

_END = 10
"""Bytes of the length of the footer, and of the mark behind it."""

_MOST_PACKED = 1 << 17
"""So many times its size is the most that a buffer can have been packed; zstd gets to a quarter of that with nothing but zeros."""

_DICTIONARY, _RECORDS = 2, 3
"""Kinds of messages."""

_BLOCK = "<qi4xq"
"""Where a message begins, and how long it and its body are."""


class _DamagedError(Exception):
    """Something is where it cannot be."""


def heights_of_batches(descriptor: int, size: int) -> list[int] | None:
    """How many rows each batch of an open Arrow file has; None: something is where it cannot be."""
    try:
        length = struct.unpack("<i", os.pread(descriptor, 4, size - _END))[0]
        _require(0 < length <= size - 2 * _END)
        footer = _Table.root(os.pread(descriptor, length, size - _END - length))
        for block in footer.structs(2, _BLOCK):
            _check_batch(descriptor, block, size, _DICTIONARY)
        return [_check_batch(descriptor, block, size, _RECORDS) for block in footer.structs(3, _BLOCK)]
    except (_DamagedError, struct.error):
        return None


@dataclass(frozen=True, slots=True)
class _Table:
    """A table of FlatBuffers."""

    buffer: bytes
    at: int

    @classmethod
    def root(cls, buffer: bytes) -> "_Table":
        return cls(buffer, struct.unpack_from("<I", buffer)[0])

    def number(self, field: int, form: str) -> int:
        """A number; 0 where it is left out."""
        at = self._place(field)
        return 0 if at is None else int(struct.unpack_from(form, self.buffer, at)[0])

    def table(self, field: int) -> "_Table | None":
        """A table; None: it is left out."""
        at = self._place(field)
        return None if at is None else _Table(self.buffer, at + struct.unpack_from("<I", self.buffer, at)[0])

    def structs(self, field: int, form: str) -> Iterator[tuple[int, ...]]:
        """A list of structs."""
        at = self._place(field)
        if at is None:
            return
        at += struct.unpack_from("<I", self.buffer, at)[0]
        count, width = struct.unpack_from("<I", self.buffer, at)[0], struct.calcsize(form)
        _require(at + 4 + count * width <= len(self.buffer))
        for number in range(count):
            yield struct.unpack_from(form, self.buffer, at + 4 + number * width)

    def _place(self, field: int) -> int | None:
        _require(self.at >= 0)
        vtable = self.at - struct.unpack_from("<i", self.buffer, self.at)[0]
        _require(vtable >= 0)
        (width,) = struct.unpack_from("<H", self.buffer, vtable)
        place = 4 + 2 * field
        offset = struct.unpack_from("<H", self.buffer, vtable + place)[0] if place + 2 <= width else 0
        return self.at + offset if offset else None


def _check_batch(descriptor: int, block: tuple[int, ...], size: int, kind: int) -> int:
    """Returns how many rows it has."""
    at, of_message, of_body = block
    _require(at >= 0 and of_message >= 8 and of_body >= 0 and at + of_message + of_body <= size)
    header = os.pread(descriptor, of_message, at)
    # Before version 0.15 there was no mark before the length.
    prefix = 8 if header.startswith(b"\xff\xff\xff\xff") else 4
    message = _Table.root(header[prefix:])
    _require(message.number(1, "<B") == kind and message.number(3, "<q") == of_body)
    batch = message.table(2)
    if batch is not None and kind == _DICTIONARY:
        batch = batch.table(1)
    if batch is None:
        raise _DamagedError
    rows = batch.number(0, "<q")
    nodes = list(batch.structs(1, "<qq"))
    _require(rows >= 0 and all(0 <= nulls <= length for length, nulls in nodes))
    # The first column is a column of the table, and not what is in a list.
    _require(not nodes or nodes[0][0] == rows)
    packed = batch.table(3) is not None
    most = 0
    buffers = 0
    for start, length in batch.structs(2, "<qq"):
        buffers += 1
        _require(start >= 0 and length >= 0 and start + length <= of_body)
        if packed and length >= 8:
            (unpacked,) = struct.unpack("<q", os.pread(descriptor, 8, at + of_message + start))
            _require(-1 <= unpacked <= length * _MOST_PACKED)
            most += max(length, unpacked)
        else:
            most += length
    # What is in lists is more than the rows are, and not more than has room; each value has a bit at least.
    _require(all(length <= max(rows, 8 * most) for length, _ in nodes))
    _require(all(0 <= count <= buffers for (count,) in batch.structs(4, "<q")))
    return rows


def _require(condition: bool) -> None:
    if not condition:
        raise _DamagedError
