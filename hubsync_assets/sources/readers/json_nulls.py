"""Which records of a block say null, and to which key: what tells a column that is empty from one that is not given.

polars makes the same null of both. So the keys before each null of an accepted block are read byte by byte, all nulls at once. Keep
out: values, and what follows from a null.
"""

import polars as pl

from hubsync_assets.sources.readers.block_layout import BlockLayout
from hubsync_assets.sources.readers.json_byte_counts import BlockBytes

__all__ = ["rows_with_nulls"]

_QUOTE, _BACKSLASH = b'"\\'


def rows_with_nulls(counts: BlockBytes, layout: BlockLayout) -> dict[str, pl.Series] | None:
    """The numbers, from 0, of the rows that have a null under some key of a column, for each column with any.

    Args:
        counts: A block that was accepted: every null that it holds is counted there, and as many braces as rows.
        layout: The keys that are expected.

    Returns:
        ``None`` where a null stands under a key that the layout does not have as it is written: it may be a column's, too.
    """
    ends = counts.null_places()
    found: dict[str, list[pl.Series]] = {}
    left = ends.len()
    columns = {
        key: name
        for name, ranks in zip(layout.columns.names, layout.spellings, strict=True)
        for keys in ranks
        for key in keys
    }
    for key in layout.schema if left else ():
        own = _behind(counts, ends, key.encode())
        left -= own.len()
        if key in columns and own.len():
            found.setdefault(columns[key], []).append(own)
    if left:
        return None
    starts = counts.starts().slice(0, counts.braces)
    return {
        name: (starts.search_sorted(pl.concat(places), side="right") - 1).unique() for name, places in found.items()
    }


def _behind(counts: BlockBytes, ends: pl.Series, key: bytes) -> pl.Series:
    """Those of some closing quotes that end this very key."""
    own = ends
    for distance, byte in enumerate(reversed(key), start=1):
        own = own.filter(counts.bytes_at(own - distance) == byte)
    before = len(key) + 1
    own = own.filter(counts.bytes_at(own - before) == _QUOTE)
    # An escaped quote is part of a longer key.
    return own.filter(counts.bytes_at(own - (before + 1)) != _BACKSLASH)
