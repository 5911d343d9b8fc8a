"""What a file of a source is: its name for people, where its bytes are, its size and age, and its format.

What a database answers to a query takes the place of a file, too.
Put here: facts that a name or a ``stat`` gives. Keep out: finding files (``locate``), downloading (``fetch``), content.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

__all__ = ["FORMS", "PACKINGS", "Form", "Known", "SourceFile", "delimiter_of", "form_of", "is_plain_text", "packing_of"]

Form = Literal["json", "ndjson", "csv", "parquet", "arrow", "spreadsheet", "query"]

FORMS: dict[str, Form] = {
    ".json": "json", ".ndjson": "ndjson", ".jsonl": "ndjson", ".csv": "csv", ".tsv": "csv", ".tab": "csv", ".parquet": "parquet", ".arrow": "arrow",
    ".feather": "arrow", ".ipc": "arrow", ".xlsx": "spreadsheet", ".xlsm": "spreadsheet", ".xls": "spreadsheet", ".ods": "spreadsheet",
}  # fmt: skip
"""By the end of a name; of a ``query`` nothing is stored. What stands between the values of CSV its header says, so TSV is CSV here."""

PACKINGS = {".gz": "gzip", ".bz2": "bzip2", ".xz": "xz", ".zst": "zstd"}
"""By the end of a name: how its bytes are packed."""


@dataclass(frozen=True, slots=True)
class Known:
    """What a file was when it was last read: the three attributes of ``SourceFile``."""

    size: int | None
    mtime_ns: int | None
    etag: str | None


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One file of a source.

    Attributes:
        name: What people read: the path as given or found (relative where the setting is), for a URL scheme, host and
            path, never its query or user info.
        path: Where the bytes are on this machine; ``None`` for a URL that has not been fetched yet.
        url: The whole URL, with its secrets: never print it. ``None`` for a file.
        form: The format, where the name or the server says it; ``None`` means: sniff the content.
        size: Bytes as stored (packed, if it is packed), ``None`` where not known yet.
        mtime_ns: Modification time (``Last-Modified`` of a URL) in ns since the epoch, ``None`` where not known.
        inode: Its number on its device, ``None`` for a URL or a query.
        ctime_ns: When it was last written, renamed or linked, which no copying tool can set back; ``None`` as above.
        identity: Device and inode, the same for every name of one file; SHA-256 (hex) of where a database is and what is asked of it; ``None`` for
            a URL.
        rank: 0 is the source's newest file.
        key: Of an object in a bucket the key as it is, which ``name`` shows without control characters.
        etag: The server's tag of the content, where it gave one.
        text_size: About how many bytes of text it holds, where ``size`` does not tell.
        missing: What a download could not get, in words; ``None`` when every byte came.
        member: Its name in the archive that ``path`` is; ``None``: it is in none.
        unusable: Why nothing of it can be used, where that is known without reading it.
        unchanged: The server says that it is what it was last time, so it was not downloaded and has no ``path``.
        next_link: Where the server says that the next page is: as secret as ``url``.
    """

    name: str
    path: Path | None = None
    url: str | None = None
    form: Form | None = None
    size: int | None = None
    mtime_ns: int | None = None
    inode: int | None = None
    ctime_ns: int | None = None
    identity: tuple[int, int] | str | None = None
    rank: int = 0
    key: str | None = None
    etag: str | None = None
    text_size: int | None = None
    missing: str | None = None
    member: str | None = None
    unusable: str | None = None
    unchanged: bool = False
    next_link: str | None = None

    def __repr__(self) -> str:
        """Without the URL: a repr ends up in logs."""
        return f"SourceFile({self.name!r}, size={self.size}, rank={self.rank})"


def packing_of(name: str) -> str | None:
    """How the end of a file's name says that its bytes are packed: one of ``PACKINGS``."""
    lower = name.lower()
    return next((packing for suffix, packing in PACKINGS.items() if lower.endswith(suffix)), None)


def form_of(name: str) -> Form | None:
    """The format that a file's name promises (how it is packed aside), or ``None`` for a name that promises nothing known."""
    lower = _unpacked(name)
    return next((form for suffix, form in FORMS.items() if lower.endswith(suffix)), None)


def is_plain_text(name: str) -> bool:
    """Whether a file's name says no more than that it is text: Excel's "Unicode text" and many other exports, and notes too."""
    return _unpacked(name).endswith(".txt")


def delimiter_of(name: str) -> str | None:
    """What a file's name says of what stands between its values; ``None``: nothing."""
    return "\t" if _unpacked(name).endswith((".tsv", ".tab")) else None


def _unpacked(name: str) -> str:
    """A name in lower case, without what says how its bytes are packed."""
    lower = name.lower()
    return lower.removesuffix(next((suffix for suffix in PACKINGS if lower.endswith(suffix)), ""))
