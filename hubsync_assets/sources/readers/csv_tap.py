"""Lines on their way to ``csv.reader``, which does not tell how many of them it took for a record.

Put here: lines that wait, and those that were taken. Keep out: what they mean (``csv_records``).
"""

from collections import deque
from typing import Self

from hubsync_assets.sources.readers.csv_repairs import MARK, without_marks

__all__ = ["CutDown", "Tap"]


class CutDown(str):
    """What is left of a line over the limit."""

    __slots__ = ()


class Tap:
    """Lines for ``csv.reader``, which does not tell how many it took for a record."""

    def __init__(self) -> None:
        self._lines: deque[str] = deque()
        self.taken: list[str] = []
        self.delimiter = ","

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> str:
        if not self._lines:
            raise StopIteration
        line = self._lines.popleft()
        self.taken.append(line)
        return without_marks(line, self.delimiter) if MARK in line else line

    def __len__(self) -> int:
        """Lines that are waiting."""
        return len(self._lines)

    def add(self, line: str) -> None:
        """Let a line wait."""
        self._lines.append(line)

    def give_back(self, keep: int) -> None:
        """All lines taken but the first ``keep`` wait again."""
        self._lines.extendleft(reversed(self.taken[keep:]))
        del self.taken[keep:]

    def text(self) -> str:
        """Of the record that was taken, without its end."""
        return "".join(self.taken).rstrip("\r\n")

    def is_cut_down(self) -> bool:
        """Whether a line of it is not all there."""
        return any(isinstance(line, CutDown) for line in self.taken)
