"""Opens and decodes Parquet and Arrow files for another process, one question after the other.

Put here: the end of the pipe that may die. Keep out: who asks (``decoder``), and polars' readers (``columnar_file``).

Polars is Rust, and bytes that are damaged can end its whole process: a length that is wrong, for example, asks for 2 EiB of memory, which
Rust does not raise but aborts over (polars 2.1, ``python -m benchmarks.fuzz --seed 2034 --first 106766 --count 1``).
"""

import os
import signal
from multiprocessing.connection import Connection
from typing import Any, Final, NamedTuple

from hubsync_assets.errors import HubsyncError
from hubsync_assets.sources.files.source_file import SourceFile
from hubsync_assets.sources.readers.column_text import is_nested
from hubsync_assets.sources.readers.columnar_file import FAULTS, ColumnarFile, ColumnarForm

__all__ = ["IDLE_SECONDS", "READY", "Opened", "main"]

READY: Final = "ready"
IDLE_SECONDS: Final = 10
"""Without a question for so long the process ends by itself."""


class Opened(NamedTuple):
    """A file that is open: what it was when it was opened (size, time, number), its columns, those of lists and structs, and its rows."""

    was: tuple[int, int, int]
    names: tuple[str, ...]
    nested: frozenset[str]
    height: int


def main(descriptor: int) -> None:
    """Answer what comes through a socket, until nobody asks any more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who asks ends it
    connection: Connection[Any, Any] = Connection(descriptor)
    connection.send(READY)
    # What Rust says of a panic nobody can catch, and it may quote the file.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    asked = _Asked(connection)
    try:
        while connection.poll(IDLE_SECONDS):
            asked.answer(*connection.recv())
    except (EOFError, BrokenPipeError, ConnectionResetError):
        return


class _Asked:
    """The file that is open, and the answers of it: the number of the question, what the answer is, and the answer."""

    def __init__(self, connection: "Connection[Any, Any]") -> None:
        self._connection = connection
        self._opened: ColumnarFile | None = None
        self._number = 0

    def answer(self, number: int, question: str, *given: Any) -> None:  # noqa: ANN401 - another type for each question
        self._number = number
        try:
            if question == "open":
                self._send("value", self._open(*given))
            elif question == "close":
                self._close()
                self._send("value", None)
            elif question == "piece":
                self._send("frame", self._file.piece(*given).serialize())
            else:
                self._send("value", getattr(self, f"_{question}")(*given))
        except HubsyncError as error:
            self._send("error", error)
        except (BrokenPipeError, ConnectionResetError):
            raise
        except FAULTS:
            self._send("fault", None)

    @property
    def _file(self) -> ColumnarFile:
        if self._opened is None:
            raise OSError("no file is open")
        return self._opened

    def _send(self, kind: str, value: object) -> None:
        self._connection.send((self._number, kind, value))

    def _open(self, file: SourceFile, form: ColumnarForm) -> Opened:
        self._close()
        opened = self._opened = ColumnarFile(file, form)
        nested = frozenset(name for name, dtype in opened.schema.items() if is_nested(dtype))
        return Opened(opened.opened_as, opened.names, nested, opened.height)

    def _close(self) -> None:
        if self._opened is not None:
            self._opened.close()
        self._opened = None

    def _trial(self, names: list[str], rows: int) -> int:
        return sum(frame.height for frame in self._file.batches(names, rows))

    def _parts(self) -> list[tuple[int, int]]:
        return list(self._file.parts())

    def _count(self, names: list[str]) -> dict[str, int]:
        return self._file.counts(names)

    def _has_changed(self) -> bool:
        return self._file.has_changed
