"""Nobody but the owner reads what is in storage, whatever the umask: folders 0700, files 0600.

Put here: making them so, and tightening what an earlier version left open. Keep out: what is in them.
"""

import os
import stat
from pathlib import Path

__all__ = ["make_file", "make_folder", "make_private", "make_writable", "tighten"]

FILE = 0o600
FOLDER = 0o700
_OTHERS = 0o077


def make_folder(path: Path) -> None:
    """Make a folder, and those above it that are missing; one that is there stays as it is."""
    if not path.is_dir():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.mkdir(mode=FOLDER, exist_ok=True)


def make_file(path: Path) -> None:
    """Make an empty file for somebody else to write into (polars, SQLite), who leaves its mode as it is; one that is there is tightened."""
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT, FILE))
    _close(path)


def make_private(path: Path) -> None:
    """Take a file or a folder, not what is in it, from everybody else; what belongs to another user stays as it is."""
    _close(path)


def make_writable(path: Path) -> None:
    """Let its owner, and nobody else, read and write a file that is there; what belongs to another user stays as it is."""
    if os.geteuid() in (0, path.stat().st_uid):
        path.chmod(FILE)


def tighten(folder: Path) -> None:
    """Take a folder, and all that is in it, from everybody else.

    What belongs to another user stays as it is: a volume that is shared by a group is its administrator's business. A folder that is
    closed already was tightened with all that is in it, so only the first look costs a walk.
    """
    if not _is_open(folder):
        return
    for parent, _, files in os.walk(folder, topdown=False):
        for name in files:
            _close(Path(parent, name))
        if Path(parent) != folder:
            _close(Path(parent))
    # Last, so that a walk that is killed is begun again.
    _close(folder)


def _is_open(path: Path) -> bool:
    try:
        found = path.lstat()
    except FileNotFoundError:
        return False  # a temporary file of another process
    mine = os.geteuid() in (0, found.st_uid)
    return mine and not stat.S_ISLNK(found.st_mode) and bool(found.st_mode & _OTHERS)


def _close(path: Path) -> None:
    if _is_open(path):
        try:
            path.chmod(path.stat().st_mode & 0o700)
        except FileNotFoundError:
            return
