"""What is in a .zip: each data file in it is a file of the source, unpacked to disk when it is read.

On disk, because some formats are read from their end. Put here: the table of contents, and unpacking one member. Keep out: which archives there
are (``locate``), and packings of one file (``unpacking``).
"""

import copy
import lzma
import os
import re
import shutil
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from hubsync_assets.sources import errors
from hubsync_assets.sources.files.byte_stream import FREE_OF_RATIO, MOST_RATIO, MOST_UNPACKED
from hubsync_assets.sources.files.leaving_out import NO_DATA, is_archive, why_folder_left_out, why_left_out
from hubsync_assets.sources.files.source_file import SourceFile, form_of
from hubsync_assets.sources.naming import clean

__all__ = ["Archive", "has_no_sheet", "look_into", "only_member", "unpack_member"]

_MOST_CONTENTS = 16 << 20
"""Bytes of a table of contents, which is read whole: some 200,000 names."""

_KNOWN_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA})
_ENCRYPTED = 0x1
_FAULTS = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, OSError, EOFError, ValueError, NotImplementedError)
_STEPS = (1 << 18, 1 << 12)
"""What the call that finds a fault would have given is lost, so from there on calls are small."""

_LEVELS = re.compile(r"[/\\]")
"""Old programs of Windows write folders with a backslash."""

_SHEETS, _SHEETS_OF_ODS = "xl/worksheets/", "content.xml"

_PARTS_OF_OFFICE = {"[Content_Types].xml", _SHEETS_OF_ODS}

_END, _END_SIZE, _LONGEST_COMMENT = b"PK\5\6", 22, 0xFFFF


@dataclass(frozen=True, slots=True)
class Archive:
    """A table of contents.

    Attributes:
        sizes: Of each data file in it, by name, how large it is when it is unpacked.
        left_out: Names of the others, and why they are not read.
        unusable: Why nothing of the archive can be read; None: it can.
    """

    sizes: Mapping[str, int]
    left_out: Mapping[str, str]
    unusable: str | None = None


def look_into(path: Path) -> Archive:
    """Read the table of contents, which is at the end of an archive.

    Raises:
        TransientError, PermanentError: It cannot be opened.
    """
    name = clean(path.name)
    try:
        with path.open("rb") as file:
            if file.read(2) != b"PK":
                return Archive({}, {}, "ends in .zip but is no zip archive: rename it, or pack it again")
            if _contents_size(path) > _MOST_CONTENTS:
                return Archive({}, {}, f"its table of contents has more than {_MOST_CONTENTS:,} bytes: split it")
            with zipfile.ZipFile(file) as archive:
                return _sorted_out(archive.infolist())
    except FileNotFoundError:
        raise errors.vanished(name) from None
    except PermissionError:
        raise errors.denied(name) from None
    except _FAULTS:
        return Archive({}, {}, "a zip archive without its end, or with a damaged one: export or copy it again")


def _contents_size(path: Path) -> int:
    """What the end of an archive says of its table of contents; one of more than 4 GB says the greatest number that it can."""
    with path.open("rb") as file:
        file.seek(max(os.fstat(file.fileno()).st_size - _END_SIZE - _LONGEST_COMMENT, 0))
        tail = file.read()
    at = tail.rfind(_END)
    return int.from_bytes(tail[at + 12 : at + 16], "little") if at >= 0 else 0


def _sorted_out(infos: list[zipfile.ZipInfo]) -> Archive:
    sizes: dict[str, int] = {}
    left_out: dict[str, str] = {}
    for info in infos:
        if not info.filename:
            left_out["a file without a name"] = "the archive's table of contents is damaged: export or copy it again"
            continue
        if info.filename.endswith(("/", "\\")):
            continue
        why = _why_left_out(info)
        if why is None and info.filename in sizes:
            why = "another file in the archive has the same name"
        if why is None:
            sizes[info.filename] = info.file_size
        else:
            left_out[clean(info.filename)] = why
    return Archive(sizes, left_out)


def _why_left_out(info: zipfile.ZipInfo) -> str | None:
    *folders, own = _LEVELS.split(info.filename)
    if is_archive(own):
        return "an archive in an archive; unpack it"
    why = why_left_out(own) or why_folder_left_out(folders)
    if why is None and info.flag_bits & _ENCRYPTED:
        return "encrypted; pack it without a password"
    if why is None and info.compress_type not in _KNOWN_METHODS:
        return f"packed in a way that is not known here (method {info.compress_type})"
    return why


def has_no_sheet(path: Path) -> bool:
    """Whether a file is a workbook, by its name, that is whole and in which there is no sheet; a damaged one may have any.

    Raises:
        TransientError, PermanentError: It cannot be opened.
    """
    if form_of(path.name) != "spreadsheet":
        return False
    archive = look_into(path)
    parts = [*archive.sizes, *archive.left_out]
    return archive.unusable is None and not any(part.startswith(_SHEETS) or part == _SHEETS_OF_ODS for part in parts)


def only_member(file: SourceFile) -> SourceFile:
    """What was downloaded: the file itself, or the one data file in it where it is an archive, or why it cannot be used."""
    if file.path is None or not (is_archive(file.name) or _has_files(file)):
        return file
    archive = look_into(file.path)
    if len(archive.sizes) == 1:
        ((member, size),) = archive.sizes.items()
        return replace(file, member=member, form=form_of(member), text_size=size)
    several = f"it has {len(archive.sizes)} data files, and an archive that is downloaded can have one: give each a URL of its own"
    return replace(file, unusable=archive.unusable or (several if archive.sizes else NO_DATA))


def _has_files(file: SourceFile) -> bool:
    """Whether it is an archive of data files, and its name says nothing: a URL cannot be named better. Office documents are archives, too."""
    if file.path is None or file.form is not None or not zipfile.is_zipfile(file.path):
        return False
    archive = look_into(file.path)
    return bool(archive.sizes) and not _PARTS_OF_OFFICE & archive.left_out.keys()


def unpack_member(path: Path, name: str, member: str, folder: Path) -> tuple[Path, str | None]:
    """Unpack one member into a file in ``folder``.

    Args:
        path: The archive.
        name: What people call the member.
        member: Its name in the archive.
        folder: Where the file goes.

    Returns:
        The file, and in words what is missing of it; None: it is whole.

    Raises:
        FileRefusedError: It is larger than it may be.
        TransientError: The archive has changed.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    target = folder / "member.unpacked"
    target.touch(mode=0o600)
    try:
        with zipfile.ZipFile(path) as archive, target.open("wb") as out:
            info = copy.copy(next(each for each in archive.infolist() if each.filename == member))
            _require_size(info, name, folder)
            wanted = info.CRC
            # Compared here, where what came before is not lost.
            info.CRC = None  # type: ignore[assignment]
            given = checksum = 0
            for block in _blocks(archive, info):
                out.write(block)
                given, checksum = given + len(block), zlib.crc32(block, checksum)
    except (FileNotFoundError, StopIteration, zipfile.BadZipFile):
        raise errors.vanished(name) from None
    if given < info.file_size:
        return target, f"the zip data of it are damaged or cut off behind byte {given} of {info.file_size}"
    return target, None if checksum == wanted else "its checksum in the zip archive is not that of its data"


def _blocks(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Iterator[bytes]:
    """What comes out, until its end or a fault."""
    given = 0
    for step in _STEPS:
        try:
            with archive.open(info) as file:
                left = given
                while left:
                    left -= len(file.read(min(left, _STEPS[0])))
                while block := file.read(step):
                    given += len(block)
                    yield block
        except _FAULTS:
            continue
        return


def _require_size(info: zipfile.ZipInfo, name: str, folder: Path) -> None:
    size = info.file_size
    room = shutil.disk_usage(folder).free // 2
    if size > max(FREE_OF_RATIO, MOST_RATIO * info.compress_size):
        raise errors.FileRefusedError(
            name, f"says that it stands for more than {MOST_RATIO} times its size: no export does"
        )
    if size > min(MOST_UNPACKED, room):
        raise errors.FileRefusedError(
            name,
            f"larger than {min(MOST_UNPACKED, room):,} bytes when it is unpacked, which may be half of what is free on the disk: make room",
        )
