"""The elements of one JSON array, from text that arrives in parts, read exactly and one by one.

What happens to text that is not JSON:

- An element that is not JSON costs only itself, where its brackets and quotes say where it ends: one ``malformed`` entry, and
  reading goes on behind the next comma.
- Where they don't (a quote or a brace is missing), reading goes on at the next object that stands behind ``},``, is
  valid JSON and has an email key. What lies between is one ``malformed`` entry, and the file counts as incomplete,
  because more than one record may have gone with it. Without such an object that is the rest of the file.
- A file that ends inside the array is cut off: one ``malformed`` entry says where, and the file is incomplete.
- Text behind the array's end (a second array, say) is one ``malformed`` entry, is not read, and the file is incomplete.

None of this depends on how the text was cut into parts. Keep out: bytes of files, fields, frames.
"""

import re

from hubsync_assets.sources.readers.json_array_state import State, Wait
from hubsync_assets.sources.readers.json_value import Fault, scan, skip_space, structural_end
from hubsync_assets.sources.readers.protocols import Part
from hubsync_assets.sources.readers.row_builder import RAW_LIMIT, RowBuilder

__all__ = ["JsonArrayParser"]

SEARCH = 1 << 20
"""How many characters of an element that is not JSON are searched for its end."""

_NEXT_OBJECT = re.compile(r"\}\s*,\s*(?=\{)")
_BETWEEN = re.compile(r"[ \t\n\r]*,[ \t\n\r]*(?=\{)")


class JsonArrayParser:
    """A JSON array as a state between two parts of its text."""

    def __init__(self, builder: RowBuilder, limit: int) -> None:
        """Records go to ``builder``. One with more characters than ``limit`` is refused, and nothing behind it is read."""
        self._builder = builder
        self._limit = limit
        self._state = State.BEFORE
        self._parts: list[bytes] = []
        self._size = 0
        self._wait_for = 0
        self._offset = 0
        self._skipped = ""
        self._skipped_why = ""

    @property
    def stopped(self) -> bool:
        """Nothing behind this point is read."""
        return self._state is State.STOPPED

    @property
    def between_records(self) -> bool:
        """The next byte begins a new record, or white space before one."""
        return self._state is State.NEXT and not self._size

    def skip(self, part: Part) -> None:
        """Step over whole records that were read another way."""
        self._offset += len(part.text)

    def feed(self, data: bytes) -> None:
        """Take the next part of the text, whatever its end."""
        self._parts.append(data)
        self._size += len(data)
        if self._size >= self._wait_for:
            self._read(final=False)

    def finish(self, fault: str | None) -> None:
        """There is no more text; ``fault`` is why, if that is wrong."""
        if self.stopped:
            return
        self._read(final=True)
        builder, state = self._builder, self._state
        if state is State.STOPPED:
            return
        rest = self._parts[0].decode("utf-8", "surrogateescape") if self._parts else ""
        if state in {State.SKIPPING, State.GIVING_UP}:
            builder.malformed(self._skipped_why, (self._skipped + rest)[:RAW_LIMIT], lost=True)
        elif state is not State.ENDED:
            what = "no JSON array" if state is State.BEFORE else "the file ends inside the array"
            why = f" ({fault})" if fault else ""
            builder.malformed(f"{what}, at byte {self._offset}{why}", rest, lost=True)
        elif fault:
            builder.malformed(fault, "", lost=True)

    def _read(self, *, final: bool) -> None:
        text = b"".join(self._parts).decode("utf-8", "surrogateescape")
        at = 0
        try:
            while at < len(text) and not self.stopped:
                at = self._step(text, at, final=final)
            rest = ""
        except Wait as wait:
            rest = text[wait.at :]
            at = wait.at
        kept = rest.encode("utf-8", "surrogateescape")
        self._offset += self._size - len(kept)
        self._parts, self._size = [kept] if kept else [], len(kept)
        # Doubling, so that a long record is not read often.
        self._wait_for = min(2 * len(kept), len(kept) + self._limit)

    def _step(self, text: str, at: int, *, final: bool) -> int:
        """Read one element or one mark. Returns the index behind it, raises ``Wait`` where more text is needed."""
        if self._state is State.SKIPPING:
            return self._skip(text, at, at, final=final)
        if self._state is State.GIVING_UP:
            return self._give_up(text, at)
        start = skip_space(text, at)
        if start == len(text):
            return start
        if self._state in {State.BEFORE, State.ENDED}:
            return self._outside(text, start)
        if text[start] in ",]":
            return self._mark(text, start)
        behind = self._plain_run(text, start)
        return behind if behind > start else self._element(text, start, final=final)

    def _plain_run(self, text: str, at: int) -> int:
        """Read elements as long as the next one is an object and nothing is wrong: most of them, in a tight loop."""
        while True:
            try:
                value, end = scan(text, at)
            except Fault:
                return at
            between = _BETWEEN.match(text, end)
            if not between or end - at > self._limit:
                return at
            self._builder.add(value, text[at:end])
            self._state = State.NEXT
            at = between.end()

    def _element(self, text: str, start: int, *, final: bool) -> int:
        try:
            value, end = scan(text, start)
            separator = skip_space(text, end)
            if separator == len(text):
                if not final:
                    raise Wait(start)
            elif text[separator] not in ",]":
                raise Fault("a comma is missing", separator)  # noqa: TRY301 - one way to handle a fault
            if end - start > self._limit:
                return self._too_long(text, start)
        except Fault as fault:
            return self._faulty(text, start, fault, final=final)
        self._builder.add(value, text[start:end])
        return self._behind(text, separator)

    def _outside(self, text: str, at: int) -> int:
        if self._state is State.BEFORE and text[at] == "[":
            self._state = State.FIRST
            return at + 1
        what = "no JSON array begins" if self._state is State.BEFORE else "text stands behind the end of the array"
        return self._stop(f"{what} at byte {self._byte(text, at)}", text, at)

    def _mark(self, text: str, at: int) -> int:
        if text[at] == "," or self._state is State.NEXT:
            self._builder.malformed(f"nothing stands before the {text[at]} at byte {self._byte(text, at)}", "")
        return self._behind(text, at)

    def _behind(self, text: str, separator: int) -> int:
        """Go behind the ``,`` or ``]`` after an element; at the end of a file that was cut off there is none."""
        if separator == len(text):
            return separator
        self._state = State.NEXT if text[separator] == "," else State.ENDED
        return separator + 1

    def _faulty(self, text: str, start: int, fault: Fault, *, final: bool) -> int:
        if fault.cut:
            if len(text) - start > self._limit:
                return self._too_long(text, start)
            if not final:
                raise Wait(start)
        end = structural_end(text, start, SEARCH)
        where = f"{fault.what}, at byte {self._byte(text, fault.at)}"
        if end is not None:
            self._builder.malformed(where, text[start:end].rstrip())
            return self._behind(text, end)
        if not final and len(text) - start < SEARCH:
            raise Wait(start)
        if final and fault.cut:
            raise Wait(start)
        self._state, self._skipped, self._skipped_why = State.SKIPPING, "", where
        return self._skip(text, start, fault.at, final=final)

    def _skip(self, text: str, start: int, search_from: int, *, final: bool) -> int:
        """Look for the next object that is surely a record; ``text[start:]`` up to it is given up."""
        undecided = text.rfind("}", search_from)
        for candidate in _NEXT_OBJECT.finditer(text, search_from):
            try:
                value, end = scan(text, candidate.end())
            except Fault as fault:
                if not fault.cut or final or len(text) - candidate.end() > self._limit:
                    continue
                undecided = candidate.start()
                break
            separator = skip_space(text, end)
            if separator == len(text) and not final:
                undecided = candidate.start()
                break
            if text[separator : separator + 1] in {",", "]", ""} and self._builder.has_key(value):
                skipped = self._skipped + text[start : candidate.start() + 1]
                self._builder.malformed(self._skipped_why, skipped[:RAW_LIMIT], lost=True)
                self._state = State.NEXT
                return candidate.end()
        keep = len(text) if undecided < 0 else undecided
        self._skipped = (self._skipped + text[start:keep])[:RAW_LIMIT]
        raise Wait(keep)

    def _too_long(self, text: str, at: int) -> int:
        what = f"longer than {self._limit} characters, at byte {self._byte(text, at)}; nothing behind it was read"
        return self._stop(what, text, at)

    def _stop(self, what: str, text: str, at: int) -> int:
        self._state, self._skipped, self._skipped_why = State.GIVING_UP, "", what
        return self._give_up(text, at)

    def _give_up(self, text: str, at: int) -> int:
        """Collect what is to be kept as raw text, then stop."""
        self._skipped += text[at : at + RAW_LIMIT - len(self._skipped)]
        if len(self._skipped) == RAW_LIMIT:
            self._builder.malformed(self._skipped_why, self._skipped, lost=True)
            self._state = State.STOPPED
        return len(text)

    def _byte(self, text: str, at: int) -> int:
        return self._offset + len(text[:at].encode("utf-8", "surrogateescape"))
