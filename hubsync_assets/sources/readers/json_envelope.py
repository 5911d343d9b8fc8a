"""The elements of arrays that stand somewhere in JSON: in an envelope, or in several one after the other, as pages do.

The array is read as one that stands alone; what is around it is looked through (``json_scanner``). A value without the array may have lost
its records, as a page that is an error has: then the file counts as incomplete. Keep out: which array it is (``json_layout``).
"""

from hubsync_assets.sources.readers.json_array import JsonArrayParser
from hubsync_assets.sources.readers.json_array_state import State
from hubsync_assets.sources.readers.json_scanner import PlaceScanner, Step
from hubsync_assets.sources.readers.protocols import Part
from hubsync_assets.sources.readers.row_builder import RowBuilder

__all__ = ["JsonEnvelopeParser"]


class _Inside(JsonArrayParser):
    """An array whose ``[`` was read, and that is followed by something else. ``behind``: that, when it has begun."""

    def __init__(self, builder: RowBuilder, limit: int, offset: int) -> None:
        super().__init__(builder, limit)
        self.behind: bytes | None = None
        self._state = State.FIRST
        self._offset = offset

    @property
    def has_ended(self) -> bool:
        return self._state is State.ENDED

    @property
    def offset(self) -> int:
        """Bytes of the file up to here."""
        return self._offset

    def finish(self, fault: str | None) -> None:
        """There is no more text; what is wrong with that is said by the envelope, where the array has ended."""
        if not self.stopped:
            self._read(final=True)
        super().finish(None if self.has_ended else fault)

    def _outside(self, text: str, at: int) -> int:
        self.behind = text[at:].encode("utf-8", "surrogateescape")
        self._state = State.STOPPED
        return len(text)


class JsonEnvelopeParser:
    """Envelopes as a state between two parts of their text."""

    def __init__(self, builder: RowBuilder, limit: int, path: tuple[Step, ...]) -> None:
        """Records go to ``builder``; ``limit`` as for an array. ``path``: the steps that lead to the array, in each envelope."""
        self._builder = builder
        self._limit = limit
        self._scanner = PlaceScanner(path)
        self._array: _Inside | None = None
        self._offset = 0
        self._stopped = False
        self._bare = 0

    @property
    def stopped(self) -> bool:
        """Nothing behind this point is read."""
        return self._stopped

    @property
    def between_records(self) -> bool:
        """The next byte begins a new record, or white space before one."""
        return self._array is not None and self._array.between_records

    def skip(self, part: Part) -> None:
        """Step over whole records that were read another way."""
        if self._array is not None:
            self._array.skip(part)

    def feed(self, data: bytes) -> None:
        """Take the next part of the text, whatever its end."""
        rest: bytes | None = data
        while rest and not self._stopped:
            rest = self._around(rest) if self._array is None else self._within(self._array, rest)

    def _around(self, data: bytes) -> bytes | None:
        begin = self._scanner.feed(data)
        self._note_bare()
        if self._scanner.fault is not None:
            self._lose(f"{self._scanner.fault}, around the records")
        if begin is None:
            self._offset += len(data)
            return None
        self._array = _Inside(self._builder, self._limit, self._offset + begin)
        return data[begin:]

    def _within(self, array: _Inside, data: bytes) -> bytes | None:
        array.feed(data)
        behind = array.behind
        if behind is not None:
            self._offset = array.offset - len(behind)
            self._array = None
            self._scanner.closed()
        elif array.stopped:
            self._stopped = True
        return behind

    def _note_bare(self) -> None:
        new, self._bare = self._scanner.bare - self._bare, self._scanner.bare
        for _ in range(new):
            self._builder.malformed(f"no records where they should be, before byte {self._offset}", "", lost=True)

    def _lose(self, what: str) -> None:
        self._stopped = True
        self._builder.malformed(f"{what}, behind byte {self._offset}; nothing behind it was read", "", lost=True)

    def finish(self, fault: str | None) -> None:
        """There is no more text; ``fault`` is why, if that is wrong."""
        while not self._stopped and self._array is not None:
            array, self._array = self._array, None
            array.finish(fault)
            behind = array.behind
            if behind is None and not array.has_ended:
                return
            self._offset = array.offset - len(behind or b"")
            self._scanner.closed()
            self.feed(behind or b"")
        if not self._stopped:
            self._finish_around(fault)

    def _finish_around(self, fault: str | None) -> None:
        self._note_bare()
        why = f" ({fault})" if fault else ""
        if not self._scanner.is_closed:
            self._lose(f"the file ends before its envelope does{why}")
        elif fault and self._builder.complete:
            self._builder.malformed(fault, "", lost=True)
