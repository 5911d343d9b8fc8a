"""Why a file that is where a source's files are is not read, told by its name.

Put here: names of what programs leave beside their exports or have not finished, and formats that cannot be read. Keep out: looking at the
disk (``locate``), and what is inside of archives (``archives``).
"""

import re
from collections.abc import Iterable

from hubsync_assets.sources.files.source_file import form_of, is_plain_text

__all__ = [
    "ARCHIVE", "FOLDER", "HARMLESS", "LINK_OUT", "NO_DATA", "NO_SHEET", "OTHER", "PLAIN_TEXT", "UNFINISHED", "is_archive", "why_folder_left_out",
    "why_left_out",
]  # fmt: skip

ARCHIVE = ".zip"

UNFINISHED = "not finished, by its name"
OWNER = "an Office program has left it for as long as a file is open"
DONE_MARK = "a mark that an export is complete, and no export"
CHECKSUM = "a checksum or signature, and no export"
HIDDEN = "hidden"
SYSTEM = "an operating system has left it, and it is no export"
OTHER = "of another format"
NOTE = "words for people, and no export"
PLAIN_TEXT = "plain text, whose name does not say its format; name it .csv, .tsv or .json, or declare this file itself"
FOLDER = "a folder; only files directly beside each other are read"
NO_DATA = "an archive without a data file"
NO_SHEET = "a spreadsheet without a sheet"
LINK_OUT = "a link that leads out of the folder; to read it declare follow_links: true"

HARMLESS = frozenset({DONE_MARK, CHECKSUM, HIDDEN, FOLDER, SYSTEM, NOTE})
"""Reasons that stand for no records, so that nobody has to look at them: they are named, and raise no flag."""

_UNFINISHED = (
    ".tmp", ".temp", ".part", ".partial", ".filepart", ".crdownload", ".download", ".opdownload", ".aria2", ".inprogress", ".in-progress",
    ".uploading", ".upload", ".incomplete", ".writing", "._copying_", ".swp", ".lock", ".lck", ".bak~", "~",
)  # fmt: skip
"""What browsers, WinSCP, Hadoop, Flink and editors end the name of a file with while they write it."""

_DONE_MARKS = re.compile(
    r"_success|_started(_.*)?|_committed(_.*)?|_metadata|_common_metadata|.*\.(done|ok|success|ready|complete)"
)
_CHECKSUMS = re.compile(
    r".*\.(md5|sha1|sha224|sha256|sha384|sha512|crc|crc32|crc32c|sfv|b2|asc|sig|etag)|(md5|sha\d*)sums?|checksums?(\.txt)?"
)
_SYSTEMS = re.compile(
    r"(eh)?thumbs\.db|desktop\.ini|icon\r|\$recycle\.bin|system volume information|.*\.(lnk|url|webloc|desktop)"
)
_NOTES = re.compile(
    r"(readme|read_me|license|licence|changelog|notice)([._-].*)?\.(txt|md|rst|html?|pdf)|readme|license"
)
_SPREADSHEETS = (".xlsb", ".numbers", ".fods", ".gsheet")
_ARCHIVES = (".tar", ".tgz", ".tbz", ".tbz2", ".txz", ".7z", ".rar", ".cab", ".lha", ".arj")
_PACKED = (".gz", ".bz2", ".xz", ".zst", ".z", ".lz", ".lz4", ".br", ".lzma", ".lzo", ".sz", ".snappy")


def is_archive(name: str) -> bool:
    """Whether a file's name says that several files are in it."""
    return name.lower().endswith(ARCHIVE)


def why_left_out(name: str) -> str | None:
    """Why a file with this name is not read; None: it is.

    Args:
        name: Without its folder.

    Example:
        >>> [why_left_out(name) for name in ("a.csv", "~$a.csv", "a.csv.crdownload")]
        [None, 'an Office program has left it for as long as a file is open', 'not finished, by its name']
    """
    lower = name.lower()
    if name.startswith((".~lock.", "~$", "~WRL", "~WRD")):
        return OWNER
    if name.startswith("."):
        return HIDDEN
    if lower.endswith(_UNFINISHED) or lower == "_temporary":
        return UNFINISHED
    if _DONE_MARKS.fullmatch(lower):
        return DONE_MARK
    if _CHECKSUMS.fullmatch(lower):
        return CHECKSUM
    return None if is_archive(name) or form_of(name) is not None else _other(lower)


def why_folder_left_out(folders: Iterable[str]) -> str | None:
    """Why nothing in a folder is read that several levels are read of; None: it is.

    Args:
        folders: The names that lead to it, one for each level.
    """
    for folder in folders:
        lower = folder.lower()
        if lower == "__macosx" or (folder.startswith(".") and folder.strip(".")):
            return HIDDEN
        if lower == "_temporary" or lower.endswith(_UNFINISHED):
            return UNFINISHED
    return None


def _other(lower: str) -> str:
    known = SYSTEM if _SYSTEMS.fullmatch(lower) else NOTE if _NOTES.fullmatch(lower) else None
    if known is not None or is_plain_text(lower):
        return known or PLAIN_TEXT
    if lower.endswith(_SPREADSHEETS):
        return "a spreadsheet of a kind that is not read; save it as .xlsx or CSV"
    stem = next((lower.removesuffix(end) for end in _PACKED if lower.endswith(end)), lower)
    if stem.endswith(_ARCHIVES):
        return "an archive that cannot be looked into; unpack it, or make it a .zip"
    if stem != lower:
        return "packed, and its name does not say what is in it, or in a way that cannot be unpacked"
    return OTHER
