"""A JSON array that is written element by element, in another order than the elements arrive in.

Put here: the file. Keep out: what is in it.
"""

import heapq
import json
from pathlib import Path
from types import TracebackType
from typing import Self

__all__ = ["ArrayFile"]

_TO_JSON = json.JSONEncoder(ensure_ascii=False).encode
"""``json.dumps`` makes a new encoder for each element when it is told anything."""


class ArrayFile:
    """Writes to a temporary name beside the file, and takes the file's name when all has gone well.

    Use it as a context manager. Memory follows the elements that are not due yet.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._temporary = path.with_name(f".{path.name}.tmp")
        self._waiting: list[tuple[int, int, str]] = []
        self._put = 0
        self._written = 0

    def __enter__(self) -> Self:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._file = self._temporary.open("w", encoding="utf-8", newline="\n")
        self._file.write("[")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                while self._waiting:
                    self._write_next()
                self._file.write("\n]\n")
        finally:
            self._file.close()
        if kind is None:
            self._temporary.replace(self._path)
        else:
            self._temporary.unlink()

    def put(self, due: int, element: object) -> None:
        """Add an element; it is written after all that are due earlier, and after those of the same time that were put before it."""
        heapq.heappush(self._waiting, (due, self._put, _TO_JSON(element)))
        self._put += 1

    def write_due(self, now: int) -> None:
        """Write the elements that are due; nothing may be put before ``now`` any more."""
        while self._waiting and self._waiting[0][0] <= now:
            self._write_next()

    def _write_next(self) -> None:
        _, _, text = heapq.heappop(self._waiting)
        self._file.write(f",\n{text}" if self._written else f"\n{text}")
        self._written += 1
