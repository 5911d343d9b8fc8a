"""The seam: what every source can be asked, whatever it is. docs/sources.md shows how one is added.

Put here: the shape. Keep out: every kind of source.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from hubsync_assets.sources.files.fingerprint import Fingerprint
from hubsync_assets.sources.files.source_file import Known, SourceFile
from hubsync_assets.sources.readers.chunks import Chunk

__all__ = ["Description", "Reading", "Source"]


@dataclass(frozen=True, slots=True)
class Description:
    """What there is, beside the records.

    Attributes:
        columns: The names of its columns as they are spelled there; of JSON, those of its first records. Empty where nobody knows without
            reading it.
        left_out: What stands where its records are and is not read, and why.
    """

    columns: tuple[str, ...] = ()
    left_out: Mapping[str, str] = field(default_factory=dict)


class Reading(Protocol):
    """One export of a source that is about to be read."""

    @property
    def file(self) -> SourceFile:
        """What is known of it by now; ``unchanged``: it is what it was, and has no chunks."""

    def chunks(self, *, superseding: bool, threads: int = 1) -> Iterator[Chunk]:
        """Its records, in an order that is the same each time; the last chunk says whether all came.

        Args:
            superseding: It is newer than another of its source, so a record tells apart what is empty and what it does not speak of.
            threads: How many blocks may be parsed at the same time, where that is worth it. The records do not depend on it.

        Yields:
            At least one chunk, each in bounded memory. What breaks off after the first record is no error: the last chunk is not
            ``complete`` then, and has a ``malformed`` record that says where and why.

        Raises:
            FileRefusedError: Nothing of this export can be used. Before the first chunk.
            HubsyncError: Nothing of this source can. Before the first chunk.
        """

    def describe(self) -> Description:
        """What there is beside the records, as far as it is known before they are read."""

    def close(self) -> None:
        """Give back what it holds; more than once does no harm."""


class Source(Protocol):
    """Where records come from. Nothing of its setting may stand in an error or a name: it may be a secret."""

    @property
    def reread_after(self) -> float | None:
        """Seconds after which it is read again although it looks unchanged; None: how it looks proves it."""

    def find(self) -> list[SourceFile]:
        """Its exports, newest first, from names, sizes and times; only a bucket has to be asked for its list.

        Raises:
            HubsyncError: There is none, or it may not be looked at.
        """

    def look(self) -> Fingerprint | None:
        """What changes when there is something new to read, without reading it, in seconds; None: nobody knows without reading.

        Raises:
            HubsyncError: It cannot be looked at now.
        """

    def read(self, file: SourceFile, folder: Path, known: Known | None = None) -> Reading:
        """Get hold of one export.

        Args:
            file: From ``find``.
            folder: Where it may put files; the caller removes it.
            known: What it was when it was last read, from a caller that has no use for the same records again.

        Raises:
            HubsyncError: It cannot be had.
        """
