"""A table or a query of a database as a source.

Put here: what ties a declaration to a query. Keep out: SQL and connections (``databases``).
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from hubsync_assets.model.columns import Columns
from hubsync_assets.model.declaration import Source as Declared
from hubsync_assets.sources.connectors.source import Description
from hubsync_assets.sources.databases.address import DatabaseAddress
from hubsync_assets.sources.databases.query import Query
from hubsync_assets.sources.databases.query_reading import QueryReading, QuerySpec, fingerprint_of, name_of
from hubsync_assets.sources.files.fingerprint import Fingerprint
from hubsync_assets.sources.files.source_file import Known, SourceFile
from hubsync_assets.sources.readers.chunks import Chunk

__all__ = ["Database", "RowsReading"]

LOOK_SECONDS = 10.0
"""How long a look may take: a sensor has 60 s for all sources."""

_DAY = 24 * 3600.0


@dataclass(frozen=True, slots=True)
class RowsReading:
    """A query with its transaction open. See ``Reading``."""

    query: QueryReading

    @property
    def file(self) -> SourceFile:
        """See ``Reading``."""
        return self.query.file

    def chunks(self, *, superseding: bool, threads: int = 1) -> Iterator[Chunk]:
        """A row has all columns, so it speaks of everything whether it supersedes another or not. One cursor is one thread."""
        del superseding, threads
        return self.query.chunks()

    def describe(self) -> Description:
        """Its columns."""
        return Description(self.query.columns)

    def close(self) -> None:
        """End the transaction."""
        self.query.close()


@dataclass(frozen=True, slots=True)
class Database:
    """A table or query. See ``Source``.

    Attributes:
        spec: What is asked, and where.
        columns: What to look for.
        reread_after: Seconds; see ``Source``.
    """

    spec: QuerySpec = field(repr=False)
    columns: Columns
    reread_after: float | None

    @classmethod
    def of(cls, source: str, setting: str, columns: Columns, declared: Declared) -> "Database":
        """What a declaration means.

        Args:
            source: Its name.
            setting: The URL of the database, with its password.
            columns: What to look for.
            declared: Which rows, and how.

        Raises:
            PermanentError: See ``DatabaseAddress.of``.
        """
        address = DatabaseAddress.of(source, setting, allow_plain=declared.allow_plain)
        query = Query(
            id=declared.id or "",
            table=declared.table,
            sql=declared.query,
            updated_at=declared.updated_at,
            unchanged=declared.unchanged,
        )
        named = [
            name for names in declared.columns.values() for name in ((names,) if isinstance(names, str) else names)
        ]
        spec = QuerySpec(address, query, (*named, *columns.where_columns), declared.time_limit)
        return cls(spec, columns, declared.reread_every * _DAY)

    def find(self) -> list[SourceFile]:
        """One answer; nobody is asked yet."""
        asked = (self.spec.address.url.render_as_string(hide_password=True), self.spec.query.digest)
        return [SourceFile(name_of(self.spec), form="query", identity=hashlib.sha256(repr(asked).encode()).hexdigest())]

    def look(self) -> Fingerprint | None:
        """What is declared to change with its rows; None: nothing is."""
        digest = fingerprint_of(self.spec, LOOK_SECONDS)
        return None if digest is None else Fingerprint(digest, files=1, settled=True)

    def read(self, file: SourceFile, folder: Path, known: Known | None = None) -> RowsReading:
        """Begin its transaction, and see whether it changed."""
        del file, folder
        return RowsReading(QueryReading(self.spec, self.columns, known))
