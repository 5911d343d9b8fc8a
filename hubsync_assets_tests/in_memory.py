"""The tests' temporary folders in memory, where there is much of it: they wait for a disk a third of their time (fsync of Dagster's event logs).

Nothing is tested less: what happens when a disk is full or slow is tested on disks of the tests' own. Keep out: what is in the folders.
"""

import os
import shutil
import tempfile
from pathlib import Path

__all__ = ["begin", "end"]

PLACE = Path("/dev/shm")
ENOUGH = 8 << 30
"""Bytes that must be free there; the whole suite was seen to take under 2 GiB. In a container it is often 64 MiB."""

_VARIABLE = "TMPDIR"
_PREFIX = "hubsync-tests-"


def begin() -> Path | None:
    """Let all temporary folders of this process and those that it starts be made there; None: not here, or a person has said where."""
    if _VARIABLE in os.environ or not PLACE.is_dir() or not os.access(PLACE, os.W_OK):
        return None
    available = os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    if min(shutil.disk_usage(PLACE).free, available) < ENOUGH:
        return None
    _clear()
    made = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-", dir=PLACE))
    made.chmod(0o755)  # PostgreSQL does not run as root, and then is another user
    os.environ[_VARIABLE], tempfile.tempdir = str(made), None
    return made


def end(made: Path | None, *, failed: bool) -> None:
    """Give the memory back, unless somebody wants to look at what failed."""
    if made is not None and not failed:
        shutil.rmtree(made, ignore_errors=True)


def _clear() -> None:
    """Give back what runs have left that failed, or were killed."""
    for left in PLACE.glob(f"{_PREFIX}*-*"):
        if not Path("/proc", left.name.removeprefix(_PREFIX).split("-")[0]).exists():
            shutil.rmtree(left, ignore_errors=True)
