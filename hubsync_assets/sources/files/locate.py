"""Which files a source's setting means: a file, a folder, a glob or an http(s) URL; and which files beside them it does not, and why.

Only names and ``stat`` are used, and of an archive its table of contents; nothing is asked over the network (a pre-signed URL is signed for
GET alone, so a HEAD would be refused). Keep out: reading and downloading, and what a name says (``leaving_out``).
"""

import glob
import os
import re
import stat
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal
from urllib.parse import unquote, urlsplit

from hubsync_assets.sources import errors
from hubsync_assets.sources.files import refusals
from hubsync_assets.sources.files.archives import has_no_sheet, look_into
from hubsync_assets.sources.files.leaving_out import (
    FOLDER,
    LINK_OUT,
    NO_DATA,
    NO_SHEET,
    PLAIN_TEXT,
    is_archive,
    why_left_out,
)
from hubsync_assets.sources.files.pattern import fixed_part, matches
from hubsync_assets.sources.files.source_file import Form, SourceFile, form_of, is_plain_text
from hubsync_assets.sources.naming import clean, is_broken_url, public_name, public_setting

__all__ = ["Found", "Rank", "is_url", "left_out_in", "left_out_of_archives", "locate", "look_for", "refuse_same_files"]

Rank = Literal["time", "name"]

_SCHEME = re.compile(r"^([A-Za-z][A-Za-z0-9+.-]*)://")


@dataclass(frozen=True, slots=True)
class Found:
    """What a setting names.

    Attributes:
        paths: Of files to read, in no particular order.
        left_out: Names of what stands beside them and is not read, and why.
    """

    paths: tuple[Path, ...]
    left_out: Mapping[str, str]


def locate(setting: str, rank: Rank = "time", *, follow_links: bool = False) -> list[SourceFile]:
    """The files that ``setting`` names, newest first.

    A folder means the data files directly in it. A file that is named outright is taken whatever its age; its suffix has to be known.

    Args:
        setting: A path, a folder, a glob or an http(s) URL. Not empty: an unused source is the caller's business.
        rank: What says which file is newer: its modification time, of equal ones the greater name; or only its name, the greater one
            being newer, as where the date is a part of it.
        follow_links: See ``look_for``.

    Raises:
        PermanentError: Unknown scheme or suffix, nothing there, no permission, not a regular file.
        TransientError: A file vanished between listing and looking at it.
    """
    if is_url(setting):
        return [SourceFile(public_name(setting), url=setting, form=_form_of_url(setting))]
    found = look_for(setting, follow_links=follow_links)
    files = [file for path in found.paths for file in _files_of(path)]
    return _ranked(files, rank) or _none(setting, {**found.left_out, **left_out_of_archives(found.paths)})


def _files_of(path: Path) -> list[SourceFile]:
    """The file, or those in it."""
    file = _describe(path)
    if not is_archive(path.name):
        return [] if has_no_sheet(path) else [file]
    archive = look_into(path)
    if archive.unusable is not None:
        return [replace(file, unusable=archive.unusable)]
    return [
        replace(
            file, name=f"{file.name}/{clean(member)}", member=member, form=form_of(member), size=size, text_size=size
        )
        for member, size in archive.sizes.items()
    ]


def left_out_of_archives(paths: Iterable[Path]) -> dict[str, str]:
    """What is in archives and is not read, and why; an archive without any data file is named, too, and so is a workbook without a sheet."""
    left_out: dict[str, str] = {}
    for path in paths:
        name = _name_of(Path(path.name))
        if has_no_sheet(path):
            left_out[name] = NO_SHEET
        if is_archive(path.name):
            archive = look_into(path)
            left_out |= {f"{name}/{member}": why for member, why in archive.left_out.items()}
            if not archive.sizes and archive.unusable is None:
                left_out[name] = NO_DATA
    return left_out


def left_out_in(file: SourceFile) -> dict[str, str]:
    """What is in an archive that was downloaded and is not read, and why."""
    if file.path is None or not (is_archive(file.name) or file.member):
        return {}
    return {f"{file.name}/{member}": why for member, why in look_into(file.path).left_out.items()}


def _ranked(files: list[SourceFile], rank: Rank) -> list[SourceFile]:
    """Newest first, each with its rank."""
    files.sort(key=lambda file: ((file.mtime_ns or 0) if rank == "time" else 0, file.name), reverse=True)
    return [replace(file, rank=number) for number, file in enumerate(files)]


def _none(setting: str, left_out: Mapping[str, str]) -> list[SourceFile]:
    name = public_setting(setting)
    raise errors.no_data_files(name, left_out) if Path(setting).is_dir() else errors.no_match(name, left_out)


def _form_of_url(setting: str) -> Form | None:
    try:
        return form_of(unquote(urlsplit(setting).path))
    except ValueError:
        raise refusals.unusable_url(public_name(setting), "it is not a valid http(s) address") from None


def is_url(setting: str) -> bool:
    """Whether the setting is an address that is downloaded."""
    return setting.lower().startswith(("http://", "https://"))


def look_for(setting: str, *, follow_links: bool = False) -> Found:
    """The files that a path, folder or glob names, and those that it leaves out; none is not a fault here.

    Args:
        setting: Not a URL.
        follow_links: Whether a link in a folder may lead out of it. Otherwise whoever may write there could have any file read that the
            user of the sync may read. The folder itself may be a link, and so may a file that is named outright.

    Raises:
        PermanentError: Nothing with that name and no glob, a folder that cannot be listed, an unknown suffix or scheme.
    """
    name = public_setting(setting)
    if is_broken_url(setting):
        raise refusals.broken_url()
    scheme = _SCHEME.match(setting)
    if scheme:
        raise errors.unknown_scheme(scheme[1])
    path = Path(setting)
    try:
        if path.is_dir():
            return _sorted_out(list(path.iterdir()), None if follow_links else path, folders=True)
        if path.exists():
            if not is_archive(path.name) and form_of(setting) is None and not is_plain_text(path.name):
                raise errors.unknown_suffix(name)
            return Found((path,), {})
    except PermissionError:
        raise errors.denied(name) from None
    except OSError:  # a name that is too long: what it quotes may be a secret
        raise errors.no_such_file(name) from None
    if not glob.has_magic(setting):
        raise errors.no_such_file(name)
    hits, unfinished = matches(setting)
    within = None if follow_links else fixed_part(setting)
    found = _sorted_out(hits, within, folders=False, texts=is_plain_text(setting))
    return replace(found, left_out={**found.left_out, **{_name_of(path): why for path, why in unfinished.items()}})


def _sorted_out(entries: list[Path], within: Path | None, *, folders: bool, texts: bool = False) -> Found:
    """What of these is read. ``within``: where links may lead; None: anywhere. ``folders``: folders among them are named. ``texts``: .txt is read."""
    resolved = None if within is None else within.resolve()
    paths, left_out = [], {}
    for entry in entries:
        if entry.is_dir():
            if folders:
                left_out[_name_of(Path(entry.name))] = FOLDER
            continue
        why = why_left_out(entry.name)
        why = (None if texts and why == PLAIN_TEXT else why) or _why_unusual(entry, resolved)
        if why is None:
            paths.append(entry)
        else:
            left_out[_name_of(Path(entry.name))] = why
    return Found(tuple(paths), dict(sorted(left_out.items())))


def _why_unusual(entry: Path, within: Path | None) -> str | None:
    if within is not None and entry.is_symlink() | (entry.parent.resolve() != entry.parent.absolute()):
        try:
            if not entry.resolve().is_relative_to(within):
                return LINK_OUT
        except (OSError, RuntimeError):  # a link to itself
            return "a link that leads nowhere"
    if entry.is_file():
        return None
    return "a link that leads nowhere" if entry.is_symlink() else "no regular file"


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


def _name_of(path: Path) -> str:
    """For tables and logs, which take UTF-8 only, and a line each."""
    return clean(os.fsencode(path).decode(errors="backslashreplace"))


def _describe(path: Path) -> SourceFile:
    """A file by its ``stat``.

    Raises:
        PermanentError: No permission, or no regular file.
        TransientError: It vanished.
    """
    name = _name_of(path)
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
        inode=status.st_ino,
        ctime_ns=status.st_ctime_ns,
        identity=(status.st_dev, status.st_ino),
    )
