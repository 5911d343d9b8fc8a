"""The process that decodes Parquet and Arrow files, since bytes that are damaged may end it.

Put here: starting, asking and ending it, and what its end means. One is kept for a while for the next file. Keep out: what it does
(``columnar_child``), and which questions there are (``columnar_process``).
"""

import atexit
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from multiprocessing import Pipe
from pathlib import Path
from threading import Lock
from typing import NoReturn

import polars as pl

from hubsync_assets.errors import HubsyncError, TransientError
from hubsync_assets.sources.readers.columnar_child import IDLE_SECONDS, READY

__all__ = ["DECODERS", "Decoder", "DecodingError"]

START_SECONDS = 120
ANSWER_SECONDS = 900
"""A row group is decoded within seconds."""

END_SECONDS = 10
_CODE = "import sys; from hubsync_assets.sources.readers.columnar_child import main; main(int(sys.argv[1]))"
_ROOT = str(Path(__file__).parents[3])
_OF_ITSELF = {
    -number for number in (signal.SIGABRT, signal.SIGSEGV, signal.SIGBUS, signal.SIGILL, signal.SIGFPE, signal.SIGTRAP)
}
"""What a process dies of that nobody has killed."""


class DecodingError(Exception):
    """What was asked for cannot be decoded. It has no words, as polars' may quote the file."""


class Decoder:
    """A process that is running, and what can be said to it."""

    def __init__(self, name: str) -> None:
        """Start it for the file of this name.

        Raises:
            TransientError: It does not start.
        """
        self._name, self._last_answer = name, time.monotonic()
        self._asked = 0
        self._connection, theirs = Pipe()
        path = os.pathsep.join(filter(None, (_ROOT, os.environ.get("PYTHONPATH"))))
        self._process = subprocess.Popen(  # noqa: S603 - it is ourselves
            [sys.executable, "-P", "-c", _CODE, str(theirs.fileno())],
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": path},
        )
        theirs.close()
        self._within(START_SECONDS)
        try:
            started = self._connection.recv() == READY
        except (EOFError, OSError):
            started = False
        if not started:
            self.end()
            raise TransientError(
                f"{name}: the process that decodes it did not start (exit code {self._process.returncode}); what it says is in "
                "this one's standard error"
            )

    @property
    def is_alive(self) -> bool:
        """It can be asked."""
        return not self._connection.closed and self._process.poll() is None

    def serves(self, name: str) -> bool:
        """Take it for another file; False: it has ended, or is about to."""
        self._name = name
        return self.is_alive and time.monotonic() - self._last_answer < IDLE_SECONDS / 2

    def ask(self, question: str, *given: object) -> object:
        """Its answer.

        Raises:
            DecodingError: It cannot be decoded, or the process died of it.
            HubsyncError: What the process says of the file, or a TransientError: it was killed.
        """
        try:
            self._tell(question, *given)
            return self._answer()
        except (DecodingError, HubsyncError):
            raise
        except BaseException:  # an answer that nobody waits for any more would be the next one's
            self.end()
            raise

    def _tell(self, question: str, *given: object) -> None:
        self._asked += 1
        try:
            self._connection.send((self._asked, question, *given))
        except OSError:
            self._has_died()

    def _answer(self) -> object:
        self._within(ANSWER_SECONDS)
        try:
            number, kind, value = self._connection.recv()
        except (EOFError, OSError):
            self._has_died()
        if number != self._asked:
            self.end()
            raise TransientError(f"{self._name}: the process that decodes it answered something else; try again")
        self._last_answer = time.monotonic()
        if kind == "fault":
            raise DecodingError
        if kind == "error":
            raise value
        return pl.DataFrame.deserialize(value) if kind == "frame" else value

    def end(self) -> None:
        """End it, whatever it does; more than once does no harm."""
        self._connection.close()
        self._process.kill()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(END_SECONDS)

    def _within(self, seconds: float) -> None:
        if not self._connection.poll(seconds):
            self.end()
            raise TransientError(
                f"{self._name}: the process that decodes it gave no answer for {seconds} s and was ended; try again"
            )

    def _has_died(self) -> NoReturn:
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(END_SECONDS)
        self.end()
        if self._process.returncode in _OF_ITSELF:
            raise DecodingError
        raise TransientError(
            f"{self._name}: the process that decodes it was ended (exit code {self._process.returncode}); -9 is mostly a lack of "
            "memory: give it more, or try again"
        )


class _Decoders:
    """Processes that wait for another file. Each ends by itself where none comes."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._children: list[Decoder] = []
        self._owner = os.getpid()

    def take(self, name: str) -> Decoder:
        """One that waits, or a new one, for the file of this name."""
        with self._lock:
            if self._owner != os.getpid():  # a fork: they are somebody else's
                self._children, self._owner = [], os.getpid()
            while self._children:
                child = self._children.pop()
                if child.serves(name):
                    return child
                child.end()
        return Decoder(name)

    def put(self, child: Decoder) -> None:
        """Keep one that has answered all questions."""
        with self._lock:
            if child.is_alive:
                self._children.append(child)

    def end(self) -> None:
        """End all."""
        while self._owner == os.getpid() and self._children:
            self._children.pop().end()


DECODERS = _Decoders()
atexit.register(DECODERS.end)
