"""A download that takes too long, or is too slow, is ended from outside: its socket is shut, so whoever waits for it wakes.

A timeout of a socket begins anew with each byte, so a server that sends one now and then could hold a run, and the lock that it has, for
months: in the body, in the headers, or with ``100 Continue`` without end. Keep out: what a download is, and what becomes of one that ends.
"""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import TracebackType
from typing import Self

from hubsync_assets.sources.files.download_retry import DownloadRetry

__all__ = ["Watch"]

_LOOKS = 4
"""In so many parts each limit is cut for looking at the clock."""

_LONGEST_NAP = 0.5


class Watch:
    """Of one download; use it with ``with``.

    Attributes:
        why: In words, why the attempt that is under way, or was last, has been ended; None: it was not.
        slow: That was for its speed, so the same server will hardly do better.
    """

    def __init__(self, retry: DownloadRetry) -> None:
        self.why: str | None = None
        self.slow = False
        self._retry = retry
        self._until = time.monotonic() + retry.total_seconds
        self._since = 0.0
        self._received = 0
        self._answered = False
        self._lock = threading.Lock()
        self._sockets: list[socket.socket] = []
        self._at_work = False
        self._over = threading.Event()
        nap = min(retry.total_seconds, retry.answer_seconds, retry.slow_seconds) / _LOOKS
        self._thread = threading.Thread(
            target=self._look, args=(min(max(nap, 0.01), _LONGEST_NAP),), name="watch", daemon=True
        )

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._over.set()
        self._thread.join()

    @property
    def is_over(self) -> bool:
        """Whether there is no time for another attempt."""
        return time.monotonic() > self._until

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """One attempt, from the first connection to the last byte."""
        with self._lock:
            self.why, self.slow, self._answered, self._at_work = None, False, False, True
            self._since, self._received = time.monotonic(), 0
        try:
            yield
        finally:
            with self._lock:
                self._at_work = False
                while self._sockets:
                    self._sockets.pop().close()

    def take(self, connected: socket.socket) -> None:
        """Watch this connection, too, until the attempt ends."""
        own = connected.dup()  # TLS takes the socket itself over; and the number of a closed one is soon another's
        with self._lock:
            self._sockets.append(own)
            if self.why is not None:
                self._shut()

    def answered(self) -> None:
        """The headers are complete: from here on, the speed counts."""
        with self._lock:
            self._answered = True
            self._since, self._received = time.monotonic(), 0

    def received(self, count: int) -> None:
        """So many bytes of the body have come."""
        with self._lock:
            self._received += count

    def _look(self, nap: float) -> None:
        while not self._over.wait(nap):
            with self._lock:
                if self._at_work and self.why is None:
                    self._judge(time.monotonic())

    def _judge(self, now: float) -> None:
        retry = self._retry
        if now > self._until:
            self.why = f"it took longer than {retry.total_seconds:g} s"
        elif not self._answered:
            if now - self._since > retry.answer_seconds:
                self.why = "the server did not answer in time"
        elif now - self._since >= retry.slow_seconds:
            if self._received < retry.lowest_speed * (now - self._since):
                self.why = f"it was slower than {retry.lowest_speed:,.0f} bytes a second for {retry.slow_seconds:g} s"
                self.slow = True
            self._since, self._received = now, 0
        if self.why is not None:
            self._shut()

    def _shut(self) -> None:
        for each in self._sockets:
            with suppress(OSError):  # the other side was faster
                each.shutdown(socket.SHUT_RDWR)
