"""What the readers hand on: a chunk of rows, what was not a row, and the counts.

Put here: the shape (columns, dtypes) and its documentation. Keep out: parsing.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from hubsync_assets.model.columns import Columns
from hubsync_assets.model.schema import Schema

__all__ = ["BROKEN_SCHEMA", "MALFORMED", "NOT_AN_OBJECT", "Chunk", "FileEnd", "row_schema"]

MALFORMED = "malformed"
NOT_AN_OBJECT = "not_an_object"

BROKEN_SCHEMA: Schema = {
    "position": pl.UInt64,
    "reason": pl.String,
    "message": pl.String,
    "raw": pl.String,
}


def row_schema(columns: Columns) -> Schema:
    """The columns and dtypes of ``Chunk.rows``, for a source with these columns."""
    return {
        "position": pl.UInt64,
        **dict.fromkeys(columns.names, pl.String),
        "nested": pl.List(pl.String),
        "not_given": pl.List(pl.String),
    }


@dataclass(frozen=True, slots=True)
class FileEnd:
    """What is known of a file when it has been read to its end.

    Attributes:
        gives: The source's columns that the file speaks of. CSV: those of the header. JSON: those that some record has a value for; that a
            record of the first ``KEYS_FROM`` bytes has a key for, null or not; and, where the file was read as superseding
            another, that any record has a key for.
        silent: A missing value says nothing: JSON that broke off and was not read as superseding, so that nobody knows what the keys
            of the records that are lost would have been.
        seems: What it looks like if nothing in it is of any use; see ``looks_like``.
        several: By column, the names in the file that are it, where these are more than one: the first that has a value counts.
        note: What was recognised that a plain file does not have, for people; empty: nothing.
        warning: What a person should know of it although every record of it came.
    """

    gives: frozenset[str]
    silent: bool
    seems: str
    several: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    note: str = ""
    warning: str | None = None


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some consecutive records of one file.

    Attributes:
        rows: See ``row_schema``: the records that are rows. ``position`` counts every record of the file from 1, broken ones
            too. A column of the source is text as given, the JSON text of a number or boolean, null for a missing value or
            JSON null. In one of ``Columns.plain`` a JSON number is the shortest plain text of its double (``1e3`` is ``1000``,
            ``12.0`` is ``12``), whole ones keep all their digits; and in one of ``Columns.decimals`` it has that sign before its
            fraction, as numbers in text have there. Where a block has nothing but plain numbers in one of ``Columns.numbers``,
            the column is Int64 or Float64. ``nested`` names the columns whose value was a list or an object (they hold its JSON
            text); ``not_given`` those that the record does not speak of although its file may: cells that are missing at the end
            of a CSV row, or keys that a JSON record does not have, where the file was read as superseding another. Both are null
            when there is none.
        broken: ``BROKEN_SCHEMA``: what is not a row, ``reason`` being ``malformed`` or ``not_an_object``; ``message`` says
            where in words, without content.
        unknown: How many values each key has that no column is; null in JSON and empty in CSV count as no value. Over a whole file at most ``UNKNOWN_LIMIT`` names and ``OTHERS``.
        complete: False when records may be missing that this file should have had: it was cut off, or text had to be
            skipped that may have held more than one record.
        bytes_read: Bytes of the file (as stored, so packed ones of a .gz) read so far.
        end: Set in the last chunk of a file.
        note: See ``FileEnd``; known from the first chunk on.
        ids: String, what each row is called in its source (the value of the column that a database's source names); None for files.
    """

    rows: pl.DataFrame
    broken: pl.DataFrame
    unknown: Mapping[str, int]
    complete: bool
    bytes_read: int
    _texts: Callable[[Sequence[int]], list[str]]
    end: FileEnd | None = None
    ids: pl.Series | None = None
    note: str = ""

    def raw_text(self, positions: Sequence[int] | pl.Series) -> pl.Series:
        """The original text of records in ``rows``.

        Args:
            positions: Positions from ``rows["position"]``, in any order.

        Returns:
            A ``String`` series named ``raw``, one text for each position, in their order.

        Raises:
            ValueError: A position that this chunk has no row for.
        """
        wanted = list(positions)
        texts = self._texts(self._numbers(wanted)) if wanted else []
        return pl.Series("raw", texts, dtype=pl.String)

    def _numbers(self, wanted: list[int]) -> list[int]:
        """The numbers, from 0, of the rows with these positions."""
        own = self.rows["position"]
        first, last = (own[0], own[-1]) if own.len() else (1, 0)
        if first <= min(wanted) and max(wanted) <= last:
            if last - first + 1 == own.len():
                return [position - first for position in wanted]
            numbers = own.search_sorted(pl.Series(wanted, dtype=pl.UInt64)).to_list()
            if own[numbers].to_list() == wanted:
                return numbers
        message = "raw_text was asked for a record that is not in this chunk"
        raise ValueError(message)
