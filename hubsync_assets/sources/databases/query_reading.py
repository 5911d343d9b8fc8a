"""One query of a database, read: what it has, whether it changed, and its rows as chunks with their health at the end.

Put here: the order of things in one transaction: columns, probe, counts, rows. Keep out: connecting (``session``), SQL (``query``).
"""

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from typing import Any

import polars as pl

from hubsync_assets.errors import TransientError
from hubsync_assets.model.aliases import folded
from hubsync_assets.model.columns import Columns
from hubsync_assets.sources.databases import errors
from hubsync_assets.sources.databases.address import DatabaseAddress
from hubsync_assets.sources.databases.dialects import as_text
from hubsync_assets.sources.databases.driver_errors import explained, in_short
from hubsync_assets.sources.databases.frames import InOrder, frame_of
from hubsync_assets.sources.databases.query import Query
from hubsync_assets.sources.databases.session import Session, failures, open_session
from hubsync_assets.sources.files.source_file import Known, SourceFile
from hubsync_assets.sources.readers.chunks import Chunk
from hubsync_assets.sources.readers.tabular import Tabular

__all__ = ["QueryReading", "QuerySpec", "fingerprint_of", "name_of"]

ROWS_AT_ONCE = 10_000
"""Of a cursor: some megabytes of Python's objects at most."""

_ID = "\0id"
"""A name that no column has."""

_TEXT_A_VALUE = 24
"""About how many bytes a value has, for the number of buckets."""


@dataclass(frozen=True, slots=True)
class QuerySpec:
    """What a source asks of a database.

    Attributes:
        address: Where it is.
        query: What is asked.
        required: Columns that the declaration names.
        seconds: How long reading may take.
    """

    address: DatabaseAddress
    query: Query
    required: tuple[str, ...]
    seconds: float


def name_of(spec: QuerySpec) -> str:
    """What takes the place of a file's name: no user, no password, no SQL."""
    return f"{spec.address.name} {spec.query.name}"


def fingerprint_of(spec: QuerySpec, seconds: float, *, connect: bool = False) -> str | None:
    """SHA-256 (hex) of what was asked and of what changes with the rows; None: nobody knows, and only to ``connect`` is anything asked.

    Raises:
        PermanentError, TransientError: As ``QueryReading``.
    """
    if not connect and spec.query.updated_at is None and spec.query.unchanged is None:
        return None
    with open_session(spec.address, seconds) as session:
        _check_columns(spec, [column[0] for column in _described(spec, session)])
        return _fingerprint(spec, session)


class QueryReading:
    """A query with its transaction open, or one that need not be read again.

    Attributes:
        file: What takes a file's place: ``etag`` is the fingerprint, ``unchanged`` says that it is the known one.
        columns: The names of all columns.
    """

    def __init__(self, spec: QuerySpec, columns: Columns, known: Known | None) -> None:
        """Connect, and see what there is; no row is read yet.

        Args:
            spec: What is asked.
            columns: What to look for.
            known: What it was when it was last read, from a caller that has no use for the same rows again.

        Raises:
            PermanentError: The login was refused; a table or column is not there, no column is an email, the id is empty somewhere; the
                query is not valid.
            TransientError: It cannot be reached, or takes too long.
        """
        self.file = SourceFile(name_of(spec), form="query")
        self.columns: tuple[str, ...] = ()
        self._spec = spec
        self._stack = ExitStack()
        try:
            self._session = self._stack.enter_context(open_session(spec.address, spec.seconds))
            self._open(columns, known)
        except BaseException:
            self.close()
            raise
        if self.file.unchanged:
            self.close()

    def _open(self, columns: Columns, known: Known | None) -> None:
        spec, session = self._spec, self._session
        described = _described(spec, session)
        there = self.columns = tuple(column[0] for column in described)
        _check_columns(spec, there)
        with _explaining(self.file.name, session):
            numbers, nested = session.dialect.typed(session.connection, described)
        used = {spec.query.id, spec.query.updated_at or spec.query.id}
        self._table = Tabular(self.file.name, there, columns, numbers=numbers, nested=nested, used=used)
        etag = _fingerprint(spec, session)
        if known is not None and etag is not None and etag == known.etag:
            self.file = replace(self.file, etag=etag, unchanged=True)
            return
        self._count, self._unknown = self._counts()
        text_size = self._count * _TEXT_A_VALUE * len(self._table.wanted)
        self.file = replace(self.file, etag=etag, text_size=text_size)

    def close(self) -> None:
        """End the transaction and the connection."""
        self._stack.close()

    def chunks(self) -> Iterator[Chunk]:
        """All rows, in the order of their ids; the last chunk says whether all came.

        Yields:
            At least one chunk. A row's ``raw_text`` is the columns that were read, as JSON.

        Raises:
            PermanentError: The query cannot be computed.
            TransientError: It broke off before the first row.
        """
        try:
            yield from self._chunks()
        finally:
            self.close()

    def _chunks(self) -> Iterator[Chunk]:
        ordered = InOrder()
        came, fault = 0, None
        batches = self._batches()
        while True:
            try:
                rows = next(batches, None)
            except failures(self._session) as error:
                if not came:
                    raise explained(self.file.name, error, late=self._late()) from None
                fault = self._late() or in_short(error)
                break
            if rows is None:
                break
            came += rows.height
            certain = ordered.add(rows)
            if certain is not None:
                yield self._chunk(certain)
            if self._session.is_over():
                fault = self._late()
                break
        rest = ordered.rest()
        if rest is not None:
            yield self._chunk(rest)
        if fault is None and self._session.dialect.has_snapshot and came != self._count:
            fault = f"{came} rows came of {self._count}"
        yield self._table.last(0, self._unknown, fault and f"the reading broke off behind it: {fault}")

    def _batches(self) -> Iterator[pl.DataFrame]:
        session, wanted = self._session, self._table.wanted
        sql = self._spec.query.rows(session.quoting, wanted)
        for rows in session.dialect.rows(session.connection, sql, ROWS_AT_ONCE):
            yield frame_of([_ID, *wanted], rows, as_text)

    def _chunk(self, rows: pl.DataFrame) -> Chunk:
        return self._table.chunk(rows.drop(_ID), 0, rows[_ID].cast(pl.String))

    def _late(self) -> str | None:
        return errors.too_slow(self._spec.seconds) if self._session.is_over() else None

    def _counts(self) -> tuple[int, dict[str, int]]:
        """How many rows there are, and values in columns that nobody looks for."""
        table, query, session = self._table, self._spec.query, self._session
        sql = query.counts(session.quoting, [query.id, *table.unknown])
        with _explaining(self.file.name, session):
            count, with_id, *values = map(int, _first_row(session, sql))
        if with_id != count:
            raise errors.no_order(self.file.name, query.id)
        return count, table.counted(dict(zip(table.unknown, values, strict=True)))


def _described(spec: QuerySpec, session: Session) -> Sequence[Sequence[Any]]:
    """What a cursor over the query says of its columns, without a row."""
    with _explaining(name_of(spec), session):
        options = session.connection.execution_options(no_parameters=True)
        result = options.exec_driver_sql(spec.query.columns(session.quoting))
        cursor = result.cursor
        described = list(cursor.description) if cursor is not None else []
        result.close()
        return described


def _check_columns(spec: QuerySpec, there: Sequence[str]) -> None:
    """The columns that are declared are there, each once."""
    twice = [column for column, times in Counter(there).items() if times > 1]
    if twice:
        raise errors.column_twice(name_of(spec), twice[0])
    exact = [name for name in (spec.query.id, spec.query.updated_at) if name is not None and name not in there]
    known = {folded(column) for column in there}
    # A name may be a path into the JSON of a column.
    by_name = [name for name in spec.required if not {folded(name), folded(name.partition(".")[0])} & known]
    if exact or by_name:
        raise errors.missing_columns(name_of(spec), [*exact, *by_name], there)


def _fingerprint(spec: QuerySpec, session: Session) -> str | None:
    sql = spec.query.probe(session.quoting)
    if sql is None:
        return None
    with _explaining(name_of(spec), session):
        answer = [as_text(value) for value in _first_row(session, sql)]
    return hashlib.sha256(repr((spec.address.name, spec.query.digest, answer)).encode()).hexdigest()


def _first_row(session: Session, sql: str) -> Sequence[Any]:
    row = session.connection.execution_options(no_parameters=True).exec_driver_sql(sql).fetchone()
    return () if row is None else tuple(row)


@contextmanager
def _explaining(name: str, session: Session) -> Iterator[None]:
    if session.is_over():  # where the clock had nothing to break off
        raise TransientError(f"{name}: {errors.too_slow(session.seconds)}")
    try:
        yield
    except failures(session) as error:
        late = errors.too_slow(session.seconds) if session.is_over() else None
        raise explained(name, error, late=late) from None
