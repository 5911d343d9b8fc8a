r"""The records of an NDJSON file: one JSON object a line, read exactly and one by one.

Lines end with ``\n`` or ``\r\n``; blank ones are not records, and a list of objects on a line is as many. A line that is not JSON costs only itself. The last line may
lack its end; when it is not JSON then, the file was cut off and counts as incomplete. So does a file without
any text: a writer that died leaves the same as one that had no records. Keep out: bytes of files, fields, frames.
"""

from collections.abc import Iterator

from hubsync_assets.sources.readers.json_value import Fault, elements_as_written, is_list_of_records, scan, skip_space
from hubsync_assets.sources.readers.protocols import Part
from hubsync_assets.sources.readers.row_builder import RAW_LIMIT, RowBuilder

__all__ = ["JsonLinesParser", "LineSplitter"]

_SPACE = b" \t\r\n"


class JsonLinesParser:
    """NDJSON as a state between two parts of its text."""

    def __init__(self, builder: RowBuilder, limit: int) -> None:
        """Records go to ``builder``. A line with more bytes than ``limit`` is refused; the next one is read again."""
        self._builder = builder
        self._lines = LineSplitter(limit)
        self._limit = limit
        self._offset = 0
        self._is_empty = True

    @property
    def stopped(self) -> bool:
        """Lines are read to the end."""
        return False

    @property
    def between_records(self) -> bool:
        """The next byte begins a new line."""
        return not self._lines.size

    def skip(self, part: Part) -> None:
        """Step over whole lines that were read another way."""
        self._is_empty = False
        self._offset += len(part.text)

    def feed(self, data: bytes) -> None:
        """Take the next part of the text, whatever its end."""
        for line, size in self._lines.split(data):
            self._line(line, size)

    def finish(self, fault: str | None) -> None:
        """There is no more text; ``fault`` is why, if that is wrong."""
        line, size = self._lines.rest()
        if size:
            why = f" ({fault})" if fault else ""
            self._line(line, size, cut=f", the file ends inside the line{why}")
        if (fault or self._is_empty) and self._builder.complete:
            what = fault or "the file is empty"
            self._builder.malformed(f"{what}, at byte {self._offset}", "", lost=True)

    def _line(self, line: bytes, size: int, cut: str = "") -> None:
        begin = self._offset + len(line) - len(line.lstrip(_SPACE))
        text = _text(line.strip(_SPACE)).lstrip("\ufeff")  # where exports were joined, one begins in the middle
        self._is_empty = self._is_empty and not text
        if size > self._limit:
            what = f"a line longer than {self._limit} bytes, at byte {self._offset}{cut}"
            self._builder.malformed(what, text, lost=bool(cut))
        elif text:
            self._record(text, begin, cut)
        self._offset += size

    def _record(self, text: str, begin: int, cut: str) -> None:
        try:
            value, end = scan(text, 0)
            end = skip_space(text, end)
            if end < len(text):
                raise Fault("more text follows the record on its line", end)  # noqa: TRY301 - one way to handle a fault
        except Fault as wrong:
            at = begin + len(text[: wrong.at].encode("utf-8", "surrogateescape"))
            self._builder.malformed(f"{wrong.what}, at byte {at}{cut}", text, lost=bool(cut))
        else:
            records = elements_as_written(text) if is_list_of_records(value) else [(value, text)]
            for record, written in records:
                self._builder.add(record, written)


def _text(line: bytes) -> str:
    return line.decode("utf-8", "surrogateescape")


class LineSplitter:
    """Cuts text that arrives in parts into lines.

    Of a line longer than ``limit`` only the first ``RAW_LIMIT`` bytes are kept.
    """

    def __init__(self, limit: int) -> None:
        self.size = 0
        self._limit = limit
        self._rest: list[bytes] = []

    def split(self, block: bytes) -> Iterator[tuple[bytes, int]]:
        """Each line that ends in this part, with its end, and its size in bytes."""
        begin = 0
        while (end := block.find(b"\n", begin) + 1) > 0:
            line, size = b"".join([*self._rest, block[begin:end]]), self.size + end - begin
            self._rest, self.size, begin = [], 0, end
            yield line, size
        if begin < len(block):
            self.size += len(block) - begin
            self._rest.append(block[begin:])
            if self.size > self._limit:
                self._rest = [b"".join(self._rest)[:RAW_LIMIT]]

    def rest(self) -> tuple[bytes, int]:
        """The last line, if it has no end."""
        line, size = b"".join(self._rest), self.size
        self._rest, self.size = [], 0
        return line, size
