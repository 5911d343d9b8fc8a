"""How many records a file may have: what comes behind them is not read, and the file counts as broken off.

Keep out: limits of bytes (``sources.files``).
"""

from collections.abc import Iterator
from dataclasses import replace

import polars as pl

from hubsync_assets.model.columns import Columns
from hubsync_assets.sources.readers.chunks import BROKEN_SCHEMA, MALFORMED, Chunk, FileEnd

__all__ = ["MOST_RECORDS", "limited"]

MOST_RECORDS = 1_000_000_000
"""Of one file: some hundred times the contacts of a large portal. A file of nothing but ``{}`` reaches it with 3 GB, and would fill the
disk with what is wrong with each."""


def limited(chunks: Iterator[Chunk], columns: Columns) -> Iterator[Chunk]:
    """The chunks of a file, until it has had too many records."""
    for chunk in chunks:
        positions = (chunk.rows["position"].max(), chunk.broken["position"].max())
        last = max((each for each in positions if isinstance(each, int)), default=0)
        if last <= MOST_RECORDS or chunk.end is not None:
            yield chunk
            continue
        what = f"the file has more than {MOST_RECORDS:,} records, and what follows is not read: split it"
        row = pl.DataFrame([(last + 1, MALFORMED, what, "")], schema=BROKEN_SCHEMA, orient="row")
        # A value that is missing says nothing: nobody knows what the records that are left would have said.
        end = FileEnd(frozenset(columns.names), silent=True, seems="")
        yield replace(chunk, broken=pl.concat([chunk.broken, row]), complete=False, end=end)
        return
