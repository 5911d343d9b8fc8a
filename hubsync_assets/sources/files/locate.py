"""Which files a source's setting means: a file, a folder, a glob or an http(s) URL.

Only names and ``stat`` are used; nothing is opened and nothing is asked over the network (a pre-signed URL is signed for
GET alone, so a HEAD would be refused). Keep out: reading and downloading.
"""

import glob
import os
import re
import stat
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Literal
from urllib.parse import unquote, urlsplit

from hubsync_assets.sources import errors
from hubsync_assets.sources.files.source_file import SourceFile, form_of

__all__ = ["find_files", "is_url", "left_out", "locate", "public_name", "refuse_same_files"]

_SCHEME = re.compile(r"^([A-Za-z][A-Za-z0-9+.-]*)://")
_UNFINISHED = (".tmp", ".part", ".partial", ".crdownload", ".download", ".swp", "~")


def locate(setting: str, rank: Literal["time", "name"] = "time") -> list[SourceFile]:
    """The files that ``setting`` names, newest first.

    A folder means the data files directly in it (links followed; hidden and unfinished names left out). A file that is
    named outright is taken whatever its age; its suffix has to be known.

    Args:
        setting: A path, a folder, a glob or an http(s) URL. Not empty: an unused source is the caller's business.
        rank: What says which file is newer: its modification time, of equal ones the greater name; or only its name, the greater one
            being newer, as where the date is a part of it.

    Raises:
        PermanentError: Unknown scheme or suffix, nothing there, no permission, not a regular file.
        TransientError: A file vanished between listing and looking at it.
    """
    if is_url(setting):
        return [SourceFile(public_name(setting), url=setting, form=form_of(unquote(urlsplit(setting).path)))]
    files = [_describe(path) for path in find_files(setting)]
    if not files:
        raise errors.no_data_files(setting) if Path(setting).is_dir() else errors.no_match(setting)
    files.sort(key=lambda file: ((file.mtime_ns or 0) if rank == "time" else 0, file.name), reverse=True)
    return [replace(file, rank=number) for number, file in enumerate(files)]


def is_url(setting: str) -> bool:
    """Whether the setting is an address that is downloaded."""
    return setting.lower().startswith(("http://", "https://"))


def public_name(url: str) -> str:
    """A URL as people may see it: scheme, host, port and path; no user info, query or fragment."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    return f"{parts.scheme}://{host}{parts.path}"


def find_files(setting: str) -> list[Path]:
    """The files that a path, folder or glob names, in no particular order; none is not a fault here.

    Raises:
        PermanentError: Nothing with that name and no glob, a folder that cannot be listed, an unknown suffix or scheme.
    """
    scheme = _SCHEME.match(setting)
    if scheme:
        raise errors.unknown_scheme(scheme[1])
    path = Path(setting)
    try:
        if path.is_dir():
            return [entry for entry in path.iterdir() if _is_data_file(entry)]
        if path.exists():
            if form_of(setting) is None:
                raise errors.unknown_suffix(setting)
            return [path]
    except PermissionError:
        raise errors.denied(setting) from None
    if not glob.has_magic(setting):
        raise errors.no_such_file(setting)
    hits = glob.glob(setting, recursive=True)  # noqa: PTH207 - takes absolute patterns
    return [path for path in map(Path, hits) if _is_data_file(path)]


def left_out(setting: str) -> list[str]:
    """The names of the files that a folder or a glob has, and that are not read: of other formats, or not finished.

    Hidden files are meant to be so. A file or URL leaves nothing out.
    """
    path = Path(setting)
    try:
        if not is_url(setting) and path.is_dir():
            there = list(path.iterdir())
        elif not is_url(setting) and glob.has_magic(setting) and not path.exists():
            there = [Path(hit) for hit in glob.glob(setting, recursive=True)]  # noqa: PTH207 - takes absolute patterns
        else:
            return []
        return sorted(
            each.name for each in there if not _is_data_file(each) and not _is_hidden(each) and each.is_file()
        )
    except OSError:
        # What cannot be looked at is told by the reading itself.
        return []


def _is_hidden(path: Path) -> bool:
    return path.name.startswith(".")


def refuse_same_files(located: Mapping[str, Iterable[SourceFile]]) -> None:
    """Raise when two sources name one file, however each of them spells it (links, relative paths, globs).

    Args:
        located: What ``locate`` found for each source, by the name that the message gives it.

    Raises:
        PermanentError: The same file or URL is in two of them.
    """
    seen: dict[object, str] = {}
    for who, files in located.items():
        for file in files:
            other = seen.setdefault(file.url or file.identity, who)
            if other != who:
                raise errors.same_files(other, who, file.name)


def _is_data_file(path: Path) -> bool:
    unfinished = path.name.startswith(".") or path.name.lower().endswith(_UNFINISHED)
    return not unfinished and form_of(path.name) is not None and path.is_file()


def _describe(path: Path) -> SourceFile:
    name = os.fsencode(path).decode(errors="backslashreplace")  # for tables and logs, which take UTF-8 only
    try:
        status = path.stat()
    except FileNotFoundError:
        raise errors.vanished(name) from None
    except PermissionError:
        raise errors.denied(name) from None
    if not stat.S_ISREG(status.st_mode):
        raise errors.not_a_file(name)
    return SourceFile(
        name,
        path=path,
        form=form_of(name),
        size=status.st_size,
        mtime_ns=status.st_mtime_ns,
        identity=(status.st_dev, status.st_ino),
    )
