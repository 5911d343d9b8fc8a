r"""JSON objects one after the other, over as many lines as they like, read exactly and one by one; those in lists among them, too.

White space or commas stand between them, and marks of UTF-8 where files were joined. What is not JSON costs everything up to the next line that
begins with one of ``{[``, and the file counts as incomplete, because more than one record may have gone with it. Keep out: one object a line
(``json_lines``).
"""

import re
from collections.abc import Callable
from typing import cast

from hubsync_assets.sources.readers.cutting import Piece
from hubsync_assets.sources.readers.json_value import Fault, JsonNumber, Members, elements_as_written, scan
from hubsync_assets.sources.readers.protocols import Part
from hubsync_assets.sources.readers.row_builder import RAW_LIMIT, RowBuilder

__all__ = ["JsonValuesParser", "NoQuickWay"]

_GAP = re.compile(r"[ \t\n\r,\ufeff]*")
_NEXT = re.compile(r"\n\ufeff?(?=[\[{])")
_LINE_END = re.compile("\n(?:\ufeff|\udcef\udcbb?)?\\Z")
"""Before what comes next, the mark, or a part of it, may stand behind a line end."""

_HALF_A_MARK = ("\udcef", "\udcef\udcbb")


class NoQuickWay:
    """What has only an exact reader. See ``Ways``."""

    in_threads = False

    def reader(self) -> Callable[[Piece], list[Part]] | None:
        """None, ever."""
        return None


class JsonValuesParser:
    """Values as a state between two parts of their text."""

    def __init__(self, builder: RowBuilder, limit: int) -> None:
        """Records go to ``builder``. One with more characters than ``limit`` is refused."""
        self._builder = builder
        self._limit = limit
        self._parts: list[bytes] = []
        self._size = 0
        self._wait_for = 0
        self._offset = 0
        self._skipping = False

    @property
    def stopped(self) -> bool:
        """Values are read to the end."""
        return False

    @property
    def between_records(self) -> bool:
        """Nothing is read another way."""
        return False

    def skip(self, part: Part) -> None:
        """Nothing is read another way."""

    def feed(self, data: bytes) -> None:
        """Take the next part of the text, whatever its end."""
        self._parts.append(data)
        self._size += len(data)
        if self._size >= self._wait_for:
            self._read(None, final=False)

    def finish(self, fault: str | None) -> None:
        """There is no more text; ``fault`` is why, if that is wrong."""
        self._read(fault, final=True)
        if fault and self._builder.complete:
            self._builder.malformed(f"{fault}, at byte {self._offset}", "", lost=True)

    def _read(self, fault: str | None, *, final: bool) -> None:
        text = b"".join(self._parts).decode("utf-8", "surrogateescape")
        at = 0
        while True:
            begin = self._begin(text, at)
            if begin == len(text) or (not final and text[begin:] in _HALF_A_MARK):
                break
            try:
                value, at = scan(text, begin)
                if not final and at == len(text) and isinstance(value, JsonNumber):
                    break
            except Fault as wrong:
                if wrong.cut and not final and len(text) - begin <= self._limit:
                    break
                at = self._malformed(text, begin, wrong, fault, final=final)
            else:
                self._take(value, text[begin:at])
        line_end = _LINE_END.search(text) if self._skipping else None
        kept = text[line_end.start() if line_end else begin :].encode("utf-8", "surrogateescape")
        self._offset += self._size - len(kept)
        self._parts, self._size = [kept] if kept else [], len(kept)
        # Doubling, so that a long value is not read often.
        self._wait_for = 2 * len(kept)

    def _begin(self, text: str, at: int) -> int:
        if not self._skipping:
            return cast("re.Match[str]", _GAP.match(text, at)).end()
        found = _NEXT.search(text, at)
        self._skipping = found is None
        return found.end() if found else len(text)

    def _take(self, value: object, text: str) -> None:
        if isinstance(value, list) and not isinstance(value, Members):
            for element, written in elements_as_written(text):
                self._builder.add(element, written)
        else:
            self._builder.add(value, text)

    def _malformed(self, text: str, begin: int, wrong: Fault, fault: str | None, *, final: bool) -> int:
        why = f" ({fault})" if fault and wrong.cut else ""
        cut = f", the file ends inside it{why}" if final and wrong.cut else ""
        byte = self._offset + len(text[: wrong.at].encode("utf-8", "surrogateescape"))
        self._builder.malformed(f"{wrong.what}, at byte {byte}{cut}", text[begin : begin + RAW_LIMIT], lost=True)
        self._skipping = True
        return begin + 1
