"""Where in JSON an array begins, found in bytes that arrive in parts: nothing is kept of what stands around it.

The text around the array is not checked to be JSON, only to have matching brackets and quotes: that tells a file that was cut off from one
that was not. Keep out: what is in the array.
"""

import json
import re
from dataclasses import dataclass

__all__ = ["PlaceScanner", "Step"]

Step = str | int
"""A key of an object, or the number of a list's element from 0."""

_MARK = re.compile(rb'["{}\[\],:]')
_IN_STRING = re.compile(rb'["\\]')
_OUTSIDE = re.compile(rb"[^ \t\r\n,]")
_LONGEST_KEY = 4096


@dataclass(slots=True)
class _Open:
    """A list or object that is not closed yet. ``leads``: it is on the way to the array."""

    is_object: bool
    leads: bool
    step: Step | None
    wants_key: bool


class PlaceScanner:
    """A state between two parts of a text: one value, or several one after the other.

    Attributes:
        fault: What is wrong with the brackets; ``None``: nothing yet.
        bare: Values so far that ended without the array.
    """

    def __init__(self, path: tuple[Step, ...]) -> None:
        """``path``: the steps that lead to the array; none: each value is one."""
        self.fault: str | None = None
        self.bare = 0
        self._path = path
        self._open: list[_Open] = []
        self._met = False
        self._in_string = False
        self._escaped = False
        self._key: bytearray | None = None

    @property
    def is_closed(self) -> bool:
        """Everything that was opened is closed."""
        return not self._open and not self._in_string

    def feed(self, data: bytes) -> int | None:
        """Look through the next part.

        Returns:
            The index behind the ``[`` of the array; what follows belongs to it, and the next part begins behind its ``]``. ``None``: it
            does not begin here.
        """
        at = 0
        while at < len(data) and self.fault is None:
            if self._in_string:
                at = self._string(data, at)
                continue
            mark = (_MARK if self._open else _OUTSIDE).search(data, at)
            if mark is None:
                return None
            at = mark.end()
            if self._take(mark[0]):
                return at
        return None

    def _string(self, data: bytes, begin: int) -> int:
        if self._escaped:
            self._escaped = False
            self._keep(data[begin : begin + 1])
            return begin + 1
        mark = _IN_STRING.search(data, begin)
        end = mark.end() if mark else len(data)
        self._keep(data[begin:end])
        if mark and mark[0] == b"\\":
            self._escaped = True
        elif mark:
            self._in_string = False
            if self._key is not None:
                self._open[-1].step, self._key = _text(self._key), None
        return end

    def _keep(self, part: bytes) -> None:
        if self._key is not None and len(self._key) < _LONGEST_KEY:
            self._key += part

    def _take(self, mark: bytes) -> bool:
        top = self._open[-1] if self._open else None
        if mark == b'"' and top:
            self._in_string = True
            self._key = bytearray(b'"') if top.wants_key and top.leads else None
        elif mark in b"[{":
            return self._begin(top, is_object=mark == b"{")
        elif mark in b"]}" and top:
            if top.is_object != (mark == b"}"):
                self.fault = "brackets that do not match"
            self._open.pop()
            self._end()
        elif mark == b":" and top:
            top.wants_key = False
        elif mark == b"," and top:
            if top.is_object:
                top.wants_key, top.step = True, None
            elif isinstance(top.step, int):
                top.step += 1
        elif not top:
            self.fault = "text that is no list and no object"
        return False

    def _begin(self, top: _Open | None, *, is_object: bool) -> bool:
        depth = len(self._open)
        leads = depth <= len(self._path) and (top is None or (top.leads and top.step == self._path[depth - 1]))
        if leads and depth == len(self._path) and not is_object:
            self._met = True
            return True
        leads = leads and depth < len(self._path)
        self._open.append(_Open(is_object, leads, None if is_object else 0, is_object))
        return False

    def closed(self) -> None:
        """The array that was found has ended."""
        self._end()

    def _end(self) -> None:
        if not self._open:
            self.bare += not self._met
            self._met = False


def _text(key: bytearray) -> str | None:
    try:
        return str(json.loads(bytes(key)))
    except ValueError:
        return None
