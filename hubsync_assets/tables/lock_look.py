"""Whether somebody writes into a storage folder, seen from outside: no lock is taken for it, and nothing is written.

``StorageLock.is_taken`` holds the lock for an instant. Linux lists all file locks in ``/proc/locks``, which is read here. Keep out: taking locks
(``storage_lock``).
"""

import os
import re
from dataclasses import dataclass
from pathlib import Path

__all__ = ["LockLook", "look_at_lock"]

_LOCKS = Path("/proc/locks")
_RUN = re.compile(r"run (\S+) \(process (\d+) on (\S+), since")


@dataclass(frozen=True, slots=True)
class LockLook:
    """What is seen of a storage folder's lock.

    Attributes:
        is_taken: Whether somebody holds it; None: that cannot be seen here.
        holder: Who took it last, in words; empty: nobody ever did.
    """

    is_taken: bool | None
    holder: str = ""

    def is_held_by(self, run_id: str) -> bool:
        """Whether a run may hold it: it took it last, and it is taken, or the run is on another machine, whose locks cannot be seen here."""
        found = _RUN.match(self.holder)
        if found is None or not run_id.startswith(found[1]):
            return False
        return self.is_taken is not False or found[3] != os.uname().nodename


def look_at_lock(storage: Path, locks: Path = _LOCKS) -> LockLook:
    """Look at the lock of a storage folder.

    Args:
        storage: The folder.
        locks: The system's list of file locks.
    """
    try:
        holder = (storage / ".writer.json").read_text(encoding="utf-8", errors="replace")
    except OSError:
        holder = ""
    try:
        status = (storage / ".writer.lock").stat()
    except OSError:
        return LockLook(is_taken=False, holder=holder)
    try:
        listed = locks.read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        return LockLook(_lives(holder), holder)
    place = f"{os.major(status.st_dev):02x}:{os.minor(status.st_dev):02x}:{status.st_ino}"
    return LockLook(any(_is_of(line, place) for line in listed), holder)


def _is_of(line: str, place: str) -> bool:
    """Whether a line names this file, as in ``1: FLOCK  ADVISORY  WRITE 3700 fe:00:2344232 0 EOF``; one that only waits has an arrow."""
    words = line.split()
    return len(words) > 5 and words[1] == "FLOCK" and words[5] == place


def _lives(holder: str) -> bool | None:
    """Without the list: a holder whose process is gone holds nothing; more is not known."""
    found = _RUN.match(holder)
    if found is None or found[3] != os.uname().nodename:
        return None
    try:
        os.kill(int(found[2]), 0)  # nothing is sent
    except ProcessLookupError:
        return False
    except OSError:
        return None
    return None
