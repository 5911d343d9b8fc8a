"""A disk that is full, a file that may not be written: what, where, and how much is missing, in one line.

Put here: telling these from faults of the project, also where polars hides them. Keep out: the sync log's database, whose words are its own.
"""

import errno
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import polars as pl

from hubsync_assets.errors import PermanentError

__all__ = ["clear_disk_failures", "disk_failure", "free_space"]

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_FORBIDDEN = {errno.EACCES, errno.EPERM}
_WORDS = {
    errno.EROFS: "is on a file system that is mounted read-only: mount it for writing, or set HUBSYNC_STORAGE to another folder",
    errno.EIO: "cannot be read or written (input/output error): the disk may be failing, look at the system's log",
    errno.EMFILE: "cannot be opened, because this process has too many files open: raise the limit (ulimit -n)",
    errno.ENFILE: "cannot be opened, because the machine has too many files open: raise the limit (fs.file-max)",
}


@contextmanager
def clear_disk_failures(path: Path, needed: int | None = None) -> Iterator[None]:
    """Turn what a disk refuses into one line; everything else passes.

    Args:
        path: what is being written or read, where the failure does not say it.
        needed: how many bytes are to be written, about.

    Raises:
        PermanentError: there is no room, no permission, or the disk fails.
    """
    try:
        yield
    except (OSError, pl.exceptions.PolarsError) as error:
        failure = disk_failure(error, path, needed)
        if failure is None:
            raise
        raise failure from None


def disk_failure(error: BaseException, path: Path | None = None, needed: int | None = None) -> PermanentError | None:
    """The line for what a disk refused; None: it is something else.

    Args:
        error: as it was raised, by Python or by polars.
        path: what was being written or read; None: not known, so only a name that the error has is said.
        needed: how many bytes were to be written, about.
    """
    code = _code(error)
    named = getattr(error, "filename", None)
    path = Path(named) if isinstance(named, str) and named else path
    what = "a file in storage" if path is None else str(path)
    if code in _FULL:
        limit = " (or the limit for a file is reached)" if code != errno.ENOSPC else ""
        room = "" if path is None else f", {free_space(path)} free"
        size = "" if needed is None else f", some {_megabytes(needed)} to be written"
        return PermanentError(
            f"the disk is full{limit} at {what}{size}{room}: make room, or set HUBSYNC_STORAGE to another disk, and start again"
        )
    if code in _FORBIDDEN:
        return PermanentError(
            f"{what} may not be read or written by the user of this process: give the storage folder to it (chown), with all in it"
        )
    return PermanentError(f"{what} {_WORDS[code]}") if code in _WORDS else None


def free_space(path: Path) -> str:
    """How much room there is where a file is to lie, in words."""
    while not path.exists() and path != path.parent:
        path = path.parent
    return _megabytes(shutil.disk_usage(path).free)


def _megabytes(size: int) -> str:
    return f"{size / 1e6:,.1f} MB"


def _code(error: BaseException) -> int | None:
    if isinstance(error, OSError) and error.errno is not None:
        return error.errno
    if isinstance(error, OSError | pl.exceptions.PolarsError):
        # polars has it in its words alone, which may go on to quote what it was working on.
        found = re.search(r"\(os error (\d+)\)", str(error))
        return int(found[1]) if found else None
    return None
