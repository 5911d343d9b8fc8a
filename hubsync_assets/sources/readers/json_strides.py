"""Some records at a time, read strictly by msgspec; and where one does not fit, each by itself, so that it costs no other.

What is read is proven: a stride is valid JSON, each record has the shape of this file, and arrays put together with commas between them
are one array and no other. Keep out: columns (``json_rows``), and the exact way.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import msgspec

from hubsync_assets.sources.readers.json_struct import Record, RecordShape
from hubsync_assets.sources.readers.json_value import Fault, is_list_of_records, scan
from hubsync_assets.sources.readers.protocols import Odd

__all__ = ["ARRAY", "LINES", "Form", "Stride", "read_stride"]

_BLANK = b" \t\r\n"
_WORTH = 4
"""Not worth it where more than one record in this many is odd."""

_GROUP = 16
"""So many are read at once where a stride cannot be; one by one only where one of these is odd."""

_MISFITS = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)

_raw_array = msgspec.json.Decoder(list[msgspec.Raw])
_raw = msgspec.json.Decoder(msgspec.Raw)


@dataclass(frozen=True, slots=True)
class Stride:
    """Records, and the odd ones among them."""

    records: list[Record]
    odd: Sequence[Odd] = ()


class Form(Protocol):
    """How records stand in a text: with what between them, the last one included."""

    @property
    def separator(self) -> bytes:
        """What stands behind each."""

    def at_once(self, shape: RecordShape, text: bytes) -> list[Record] | None:
        """All records, if they all have this shape and there are some."""

    def records(self, text: bytes) -> "Sequence[msgspec.Raw | bytes]":
        """The text of each record.

        Raises:
            DecodeError: It is not JSON.
        """

    def bare(self, text: bytes) -> "tuple[bytes, Form]":
        """The same records without what each is wrapped in, and how they stand there.

        Raises:
            DecodeError: It is not JSON.
        """


class _Array:
    """Elements of an array with commas between them."""

    separator: bytes = b","

    def at_once(self, shape: RecordShape, text: bytes) -> list[Record] | None:
        return shape.many.decode(_array(text)) or None

    def records(self, text: bytes) -> Sequence[msgspec.Raw]:
        return _raw_array.decode(_array(text))

    def bare(self, text: bytes) -> tuple[bytes, Form]:
        return text, self


class _Lines:
    """One record a line."""

    separator: bytes = b"\n"

    def at_once(self, shape: RecordShape, text: bytes) -> list[Record] | None:
        records = shape.one.decode_lines(text)
        # A line end is white space to msgspec: so that each of them ends a record, each but the last has to stand between two.
        ends = len(records) - 1
        is_whole = text.count(b"\n") == len(records) and ends in (text.count(end) for end in (b"}\n{", b"}\r\n{"))
        return records if is_whole else None

    def records(self, text: bytes) -> Sequence[bytes]:
        lines = (line.strip(_BLANK) for line in text.split(b"\n"))
        return [line for line in lines if line]

    def bare(self, text: bytes) -> tuple[bytes, Form]:
        return text, self


ARRAY: Form = _Array()
LINES: Form = _Lines()


def _array(text: bytes) -> bytes:
    return b"".join((b"[", memoryview(text)[:-1], b"]"))


def read_stride(text: bytes, shape: RecordShape, form: Form, limit: int) -> Stride | None:
    """Read whole records.

    Args:
        text: Records with what separates them, the last separator included: without it nobody knows whether the last one is whole.
        shape: What they look like.
        form: What separates them.
        limit: Longest record in bytes.

    Returns:
        ``None`` where something is not JSON, a record is too long or too many do not have this shape.
    """
    if not text.endswith(form.separator):
        return None
    try:
        text, form = form.bare(text)
    except _MISFITS:
        return None
    records = _at_once(text, shape, form) if len(text) <= limit else None
    if records is not None:
        return Stride(records)
    try:
        texts = form.records(text)
    except _MISFITS:
        return None
    if len(text) > limit and any(len(bytes(text)) > limit for text in texts):
        return None
    return _in_groups(texts, shape, form)


def _in_groups(texts: "Sequence[msgspec.Raw | bytes]", shape: RecordShape, form: Form) -> Stride | None:
    records: list[Record] = []
    odd: list[Odd] = []
    for begin in range(0, len(texts), _GROUP):
        group = texts[begin : begin + _GROUP]
        found = _at_once(form.separator.join([*group, b""]), shape, form)
        if found is not None:
            records += found
            continue
        for number, text in enumerate(group, begin):
            found = _at_once(bytes(text) + form.separator, shape, form)
            if found is not None:
                records += found
                continue
            one = _odd(number, bytes(text), form)
            if one is None or len(odd) * _WORTH >= len(texts):
                return None
            odd.append(one)
    return Stride(records, odd) if texts else None


def _at_once(text: bytes, shape: RecordShape, form: Form) -> list[Record] | None:
    try:
        records = form.at_once(shape, text)
    except _MISFITS:
        return None
    return records if records and shape.are_clear(records) else None


def _odd(number: int, text: bytes, form: Form) -> Odd | None:
    try:
        written = text.decode()
        value, end = scan(written, 0)
    except (Fault, UnicodeDecodeError):
        return None
    if form is LINES and is_list_of_records(value):
        return None  # not one record
    return Odd(number, value, written) if end == len(written) else None
