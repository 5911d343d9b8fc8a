"""One writer at a time in a storage folder.

An operating system's file lock: it is freed when its process dies, however it dies. (A Dagster pool of 1 is no substitute:
after SIGKILL its slot stays taken.) Beside the lock a small file says who holds it, for the message that the second one gets.
"""

import fcntl
import os
from pathlib import Path

from filelock import FileLock, Timeout

from hubsync_assets.errors import TransientError
from hubsync_assets.tables.disk import clear_disk_failures
from hubsync_assets.tables.manifest import write_text_durably

__all__ = ["StorageLock"]

LOOK_SECONDS = 1.0
"""A sensor that checks whether the lock is free holds it for an instant, which is no reason to turn a run away."""


class StorageLock:
    """The lock of one storage folder. ``acquire`` and ``release`` may be called any number of times.

    Args:
        storage: the storage folder; it exists.
    """

    def __init__(self, storage: Path) -> None:
        self._path = storage / ".writer.lock"
        self._lock = FileLock(self._path, mode=0o600, thread_local=False)
        self._holder = storage / ".writer.json"

    def acquire(self, holder: str) -> bool:
        """Take the lock, or say who has it.

        Args:
            holder: what the next one in line reads, for example the run's id.

        Returns:
            True when it was taken now, False when this object already had it.

        Raises:
            TransientError: another process, or another run in this process, is writing.
            PermanentError: the lock may not be opened.
        """
        if self._lock.is_locked:
            return False
        try:
            with clear_disk_failures(self._holder.with_name(".writer.lock")):
                self._lock.acquire(timeout=LOOK_SECONDS)
        except Timeout:
            msg = f"{self.holder()} is writing into this storage folder: wait until it has finished, then start again"
            raise TransientError(msg) from None
        write_text_durably(self._holder, holder)
        return True

    def release(self) -> None:
        """Give the lock back; nothing happens when it is not held."""
        self._lock.release()

    def holder(self) -> str:
        """Who took the lock last."""
        try:
            return self._holder.read_text(encoding="utf-8")
        except (FileNotFoundError, PermissionError):
            return "another process"

    def is_taken(self) -> bool:
        """Whether another writer is at work right now (a sensor asks before it starts a run). Nothing is written: a reader's lock is enough.

        Raises:
            PermanentError: the lock may not be opened.
        """
        if self._lock.is_locked:
            return False
        try:
            with clear_disk_failures(self._path):
                descriptor = os.open(self._path, os.O_RDONLY)
        except FileNotFoundError:
            return False  # nobody has ever written here
        try:
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        finally:
            os.close(descriptor)  # which gives it back
        return False
