"""Threads that make calls, and that the end of the process does not wait for.

Python joins the threads of a ``ThreadPoolExecutor`` before it exits, so after Ctrl-C a portal that does not answer would keep the
process for as long as a call may take. Nothing is lost with these: what has no outcome is sent again. Keep out: what they do.
"""

import queue
import threading
from collections.abc import Callable

__all__ = ["Workers"]


class Workers:
    """Up to ``most`` daemon threads, started as they are needed."""

    def __init__(self, most: int, name: str) -> None:
        self._most, self._name = most, name
        self._work: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._idle = threading.Semaphore(0)
        self._started = 0

    def submit(self, work: Callable[[], None]) -> None:
        """Do this in one of the threads; it must not raise. Called by one thread."""
        self._work.put(work)
        if not self._idle.acquire(blocking=False) and self._started < self._most:
            self._started += 1
            threading.Thread(target=self._run, name=f"{self._name}-{self._started}", daemon=True).start()

    def close(self) -> None:
        """Let the threads go; one that works ends with its work."""
        for _ in range(self._started):
            self._work.put(None)

    def _run(self) -> None:
        while (work := self._work.get()) is not None:
            work()
            self._idle.release()
