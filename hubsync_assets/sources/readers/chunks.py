"""What the readers hand on: a chunk of rows, what was not a row, and the counts.

Put here: the shape (columns, dtypes) and its documentation. Keep out: parsing.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from hubsync_assets.sources.readers.keys import FIELD_NAMES

__all__ = ["BROKEN_SCHEMA", "MALFORMED", "NOT_AN_OBJECT", "ROW_SCHEMA", "Chunk"]

MALFORMED = "malformed"
NOT_AN_OBJECT = "not_an_object"

ROW_SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "position": pl.UInt64,
    **dict.fromkeys(FIELD_NAMES, pl.String),
    "nested": pl.List(pl.String),
}

BROKEN_SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "position": pl.UInt64,
    "reason": pl.String,
    "message": pl.String,
    "raw": pl.String,
}


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some consecutive records of one file.

    Attributes:
        rows: ``ROW_SCHEMA``: the records that are rows. ``position`` counts every record of the file from 1, broken ones
            too. A field's column is text as given, the JSON text of a number or boolean, null for a missing value or
            JSON null. In a number field a JSON number is the shortest plain text of its double (``1e3`` is ``1000``,
            ``12.0`` is ``12``), whole ones keep all their digits; or, where a block has nothing but plain numbers there,
            the column is Int64 or Float64. ``nested`` names the fields whose value was a list or an object (their column
            holds its JSON text); null when there is none.
        broken: ``BROKEN_SCHEMA``: what is not a row, ``reason`` being ``malformed`` or ``not_an_object``; ``message`` says
            where in words, without content.
        unknown: How many values each key has that no field has; null in JSON and empty in CSV count as no value (a key
            that one record has twice counts twice). Over a whole file at most ``UNKNOWN_LIMIT`` names and ``OTHERS``.
        complete: False when records may be missing that this file should have had: it was cut off, or text had to be
            skipped that may have held more than one record.
        bytes_read: Bytes of the file (as stored, so packed ones of a .gz) read so far.
    """

    rows: pl.DataFrame
    broken: pl.DataFrame
    unknown: Mapping[str, int]
    complete: bool
    bytes_read: int
    _texts: Callable[[Sequence[int]], list[str]]

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
