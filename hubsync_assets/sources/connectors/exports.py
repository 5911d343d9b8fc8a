"""Files on this machine, and one file behind a URL: the two sources whose exports are bytes.

Put here: what ties finding, downloading and reading a file together. Keep out: each of the three.
"""

import os
from collections.abc import Generator, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import ClassVar, Self, cast

from hubsync_assets.errors import HubsyncError
from hubsync_assets.model.columns import Columns
from hubsync_assets.model.declaration import Source as Declared
from hubsync_assets.model.pages import HEADER
from hubsync_assets.model.records_path import RecordsPath
from hubsync_assets.sources.connectors.credentials import headers_of
from hubsync_assets.sources.connectors.record_limit import limited
from hubsync_assets.sources.connectors.source import Description
from hubsync_assets.sources.errors import FileRefusedError
from hubsync_assets.sources.files.archives import only_member, unpack_member
from hubsync_assets.sources.files.fetch import fetch
from hubsync_assets.sources.files.fingerprint import Fingerprint, fingerprint
from hubsync_assets.sources.files.following import Following
from hubsync_assets.sources.files.locate import left_out_in, left_out_of_archives, locate, look_for
from hubsync_assets.sources.files.pages import PageRule, fetch_pages
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
        setting: What it was found by, where other files may stand beside it.
        folder: Where what is in an archive may be unpacked.
    """

    file: SourceFile
    columns: Columns
    declared: Declared
    setting: str | None = None
    folder: Path | None = None

    @classmethod
    def of(
        cls,
        file: SourceFile,
        columns: Columns,
        declared: Declared,
        setting: str | None = None,
        folder: Path | None = None,
    ) -> Self:
        """The reading of a file, with how much text is in it where its size does not tell."""
        if file.member is None and file.unusable is None and file.path is not None:
            file = replace(file, text_size=columnar_text_size(file, columns))
        return cls(file, columns, declared, setting, folder)

    def chunks(self, *, superseding: bool, threads: int = 1) -> Iterator[Chunk]:
        """See ``Reading``."""
        if self.file.unusable is not None:
            raise FileRefusedError(self.file.name, self.file.unusable)
        file = self._unpacked()
        try:
            chunks = read_chunks(
                file,
                self.columns,
                threads=threads,
                superseding=superseding,
                delimiter=self.declared.delimiter,
                encoding=self.declared.encoding,
                records=self.declared.records,
                sheet=self.declared.sheet,
            )
            with closing(cast("Generator[Chunk]", chunks)):  # it may not be read to its end
                yield from limited(chunks, self.columns)
        finally:
            if file is not self.file and file.path is not None:
                file.path.unlink(missing_ok=True)  # the next member needs the room

    def _unpacked(self) -> SourceFile:
        """The file itself where it is in an archive."""
        if self.file.member is None or self.file.path is None or self.folder is None:
            return self.file
        path, missing = unpack_member(self.file.path, self.file.name, self.file.member, self.folder)
        return replace(self.file, path=path, member=None, missing=self.file.missing or missing)

    def describe(self) -> Description:
        """The columns at its beginning, and what stands beside it and is not read."""
        return Description(self._names(), self._left_out())

    def _names(self) -> tuple[str, ...]:
        if self.file.member is not None or self.file.unusable is not None or self.file.path is None:
            return ()
        names = spreadsheet_names(self.file, self.columns, self.declared.sheet)
        if names is not None:
            return names
        how = self.declared
        return column_names(self.file, self.columns, how.delimiter, how.encoding, how.records)

    def _left_out(self) -> Mapping[str, str]:
        if self.setting is None:
            return left_out_in(self.file)
        try:
            found = look_for(self.setting, follow_links=self.declared.follow_links)
            return {**found.left_out, **left_out_of_archives(found.paths)}
        except (HubsyncError, OSError):
            return {}  # gone since it was found: the reading tells what is wrong

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
        return locate(self.setting, rank=self.declared.rank, follow_links=self.declared.follow_links)

    def look(self) -> Fingerprint | None:
        """Names, sizes and times."""
        return fingerprint(self.setting, still_seconds=STILL_SECONDS, follow_links=self.declared.follow_links)

    def read(self, file: SourceFile, folder: Path, known: Known | None = None) -> FileReading:
        """It is here already."""
        del known
        return FileReading.of(file, self.columns, self.declared, self.setting, folder)


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """One file behind an http(s) URL. See ``Source``.

    Attributes:
        source: The name of the source.
        setting: The URL, with its secrets.
        columns: What to look for.
        declared: How it is written.
    """

    source: str
    setting: str
    columns: Columns
    declared: Declared
    reread_after: ClassVar[float | None] = None

    @classmethod
    def of(cls, source: str, setting: str, columns: Columns, declared: Declared) -> "RemoteFile":
        """The source of a declaration."""
        return cls(source, setting, columns, declared)

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
        following = Following(self.setting, headers_of(self.source, self.setting, self.declared, os.environ))
        rule = _page_rule(self.declared)
        if rule is not None:
            return FileReading.of(
                fetch_pages(file, folder, rule, following), self.columns, self.declared, folder=folder
            )
        fetched = only_member(fetch(file, folder, known=known, following=following))
        return FileReading.of(fetched, self.columns, self.declared, folder=folder)


def _page_rule(declared: Declared) -> PageRule | None:
    pages = declared.pages
    if pages is None:
        return None
    path = None if declared.records is None else RecordsPath.of(declared.records).path
    by_header = pages.next == HEADER
    return PageRule(
        next=tuple(pages.next.split(".")) if pages.next and not by_header else None,
        by_header=by_header,
        cursor=tuple(pages.cursor.split(".")) if pages.cursor else None,
        parameter=pages.number or pages.parameter or "",
        first=pages.first if pages.number else None,
        most=pages.most,
        records=None if path is None else tuple(step for step in path if isinstance(step, str)),
    )
