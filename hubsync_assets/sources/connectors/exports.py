"""Files on this machine, and one file behind a URL: the two sources whose exports are bytes.

Put here: what ties finding, downloading and reading a file together. Keep out: each of the three.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import ClassVar, Self

from hubsync_assets.model.columns import Columns
from hubsync_assets.model.declaration import Source as Declared
from hubsync_assets.sources.connectors.source import Description
from hubsync_assets.sources.files.fetch import fetch
from hubsync_assets.sources.files.fingerprint import Fingerprint, fingerprint
from hubsync_assets.sources.files.locate import left_out, locate
from hubsync_assets.sources.files.source_file import Known, SourceFile
from hubsync_assets.sources.readers.chunks import Chunk
from hubsync_assets.sources.readers.column_names import column_names
from hubsync_assets.sources.readers.columnar import columnar_text_size
from hubsync_assets.sources.readers.read_chunks import read_chunks
from hubsync_assets.sources.readers.spreadsheet import spreadsheet_names

__all__ = ["FileReading", "LocalFiles", "RemoteFile"]

STILL_SECONDS = 3.0
"""How long a file must have been unchanged: whoever writes more slowly than that has to use a temporary name."""


@dataclass(frozen=True, slots=True)
class FileReading:
    """A file that is on this machine by now. See ``Reading``.

    Attributes:
        file: The file.
        columns: What to look for.
        declared: How it is written.
        folder: What it was found by, where other files may stand beside it.
    """

    file: SourceFile
    columns: Columns
    declared: Declared
    folder: str | None = None

    @classmethod
    def of(cls, file: SourceFile, columns: Columns, declared: Declared, folder: str | None = None) -> Self:
        """The reading of a file, with how much text is in it where its size does not tell."""
        text_size = None if file.path is None else columnar_text_size(file, columns)
        return cls(replace(file, text_size=text_size), columns, declared, folder)

    def chunks(self, *, superseding: bool) -> Iterator[Chunk]:
        """See ``Reading``."""
        return read_chunks(
            self.file,
            self.columns,
            threads=1,
            superseding=superseding,
            delimiter=self.declared.delimiter,
            encoding=self.declared.encoding,
            sheet=self.declared.sheet,
        )

    def describe(self) -> Description:
        """The columns at its beginning, and the names of files beside it that are not read."""
        names = None if self.file.path is None else spreadsheet_names(self.file, self.columns, self.declared.sheet)
        if names is None:
            names = column_names(self.file, self.declared.delimiter, self.declared.encoding)
        beside = [] if self.folder is None else left_out(self.folder)
        return Description(names, dict.fromkeys(beside, "unfinished, or of another format"))

    def close(self) -> None:
        """Nothing is held."""


@dataclass(frozen=True, slots=True)
class LocalFiles:
    """A file, a folder or a glob. See ``Source``.

    Attributes:
        setting: Which.
        columns: What to look for.
        declared: How they are written, and which is the newest.
    """

    setting: str
    columns: Columns
    declared: Declared
    reread_after: ClassVar[float | None] = None

    @classmethod
    def of(cls, source: str, setting: str, columns: Columns, declared: Declared) -> "LocalFiles":
        """The source of a declaration, whose name does not matter."""
        del source
        return cls(setting, columns, declared)

    def find(self) -> list[SourceFile]:
        """See ``Source``."""
        return locate(self.setting, rank=self.declared.rank)

    def look(self) -> Fingerprint | None:
        """Names, sizes and times."""
        return fingerprint(self.setting, still_seconds=STILL_SECONDS)

    def read(self, file: SourceFile, folder: Path, known: Known | None = None) -> FileReading:
        """It is here already."""
        del folder, known
        return FileReading.of(file, self.columns, self.declared, self.setting)


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """One file behind an http(s) URL. See ``Source``.

    Attributes:
        setting: The URL, with its secrets.
        columns: What to look for.
        declared: How it is written.
    """

    setting: str
    columns: Columns
    declared: Declared
    reread_after: ClassVar[float | None] = None

    @classmethod
    def of(cls, source: str, setting: str, columns: Columns, declared: Declared) -> "RemoteFile":
        """The source of a declaration, whose name does not matter."""
        del source
        return cls(setting, columns, declared)

    def __repr__(self) -> str:
        """Without the URL: a repr ends up in logs."""
        return "RemoteFile()"

    def find(self) -> list[SourceFile]:
        """See ``Source``."""
        return locate(self.setting)

    def look(self) -> Fingerprint | None:
        """A pre-signed URL is signed for GET alone, and that is reading it."""
        return None

    def read(self, file: SourceFile, folder: Path, known: Known | None = None) -> FileReading:
        """Download it, unless its server says that it is still what it was."""
        return FileReading.of(fetch(file, folder, known=known), self.columns, self.declared)
