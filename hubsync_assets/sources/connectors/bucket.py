"""Objects in a bucket as a source: a key, a folder or a pattern.

Put here: what ties a listing, a download and a reader together. Keep out: each of the three.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

from hubsync_assets.model.columns import Columns
from hubsync_assets.model.declaration import Source as Declared
from hubsync_assets.sources.buckets import errors
from hubsync_assets.sources.buckets.address import BucketAddress
from hubsync_assets.sources.buckets.download import download
from hubsync_assets.sources.buckets.listing import Listing, list_objects
from hubsync_assets.sources.connectors.exports import FileReading
from hubsync_assets.sources.connectors.source import Description
from hubsync_assets.sources.files.archives import only_member
from hubsync_assets.sources.files.fingerprint import Fingerprint
from hubsync_assets.sources.files.source_file import Known, SourceFile
from hubsync_assets.sources.readers.chunks import Chunk

__all__ = ["Bucket", "ObjectReading"]


@dataclass(slots=True)
class ObjectReading:
    """An object that is downloaded when somebody asks for its records, and gone again when they have come. See ``Reading``.

    Attributes:
        file: As it was listed.
        bucket: Where it is.
        folder: Where it may put a file.
        left_out: Of the listing, and of the archives in it that have been downloaded by now; all readings of a listing share it.
    """

    file: SourceFile
    bucket: "Bucket"
    folder: Path
    left_out: dict[str, str] = field(default_factory=dict)
    _names: tuple[str, ...] = ()

    def chunks(self, *, superseding: bool, threads: int = 1) -> Iterator[Chunk]:
        """See ``Reading``."""
        came = download(self.bucket.address, self.file, self.folder)
        try:
            reading = FileReading.of(only_member(came), self.bucket.columns, self.bucket.declared, folder=self.folder)
            described = reading.describe()
            self._names = described.columns
            self.left_out.update(described.left_out)
            yield from reading.chunks(superseding=superseding, threads=threads)
        finally:
            if came.path is not None:
                came.path.unlink(missing_ok=True)

    def describe(self) -> Description:
        """What else is in its folder; its columns when it has been downloaded."""
        return Description(self._names, dict(self.left_out))

    def close(self) -> None:
        """Nothing is held."""


@dataclass(frozen=True, slots=True)
class Bucket:
    """A key, a folder or a pattern. See ``Source``.

    Attributes:
        address: Where.
        columns: What to look for.
        declared: How they are written, and which is the newest.
    """

    address: BucketAddress
    columns: Columns
    declared: Declared
    reread_after: ClassVar[float | None] = None
    _beside: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, source: str, setting: str, columns: Columns, declared: Declared) -> "Bucket":
        """What a declaration means.

        Raises:
            PermanentError: It is no address of objects.
        """
        return cls(BucketAddress.of(source, setting), columns, declared)

    def find(self) -> list[SourceFile]:
        """Its listing; this asks the store."""
        listing = self._listing()
        if not listing.files:
            raise errors.no_data_objects(self.address.name, listing.left_out)
        self._beside.clear()
        self._beside.update(listing.left_out)
        return list(listing.files)

    def look(self) -> Fingerprint | None:
        """Names, sizes, times and ETags. An object is there as a whole or not at all, so it has always settled."""
        listing = self._listing()
        files = sorted((file.name, file.size, file.mtime_ns, file.etag) for file in listing.files)
        digest = hashlib.sha256(repr(files).encode()).hexdigest()
        return Fingerprint(digest, len(files), settled=True, left_out=listing.left_out)

    def read(self, file: SourceFile, folder: Path, known: Known | None = None) -> ObjectReading:
        """It is known already what it is; its bytes come when they are asked for."""
        del known
        return ObjectReading(file, self, folder, self._beside)

    def _listing(self) -> Listing:
        return list_objects(self.address, self.declared.rank)
