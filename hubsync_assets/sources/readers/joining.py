"""Chunks from blocks that were read quickly, with their odd records put back in their places.

Keep out: reading, and the order of blocks.
"""

from collections import Counter
from collections.abc import Sequence

import polars as pl

from hubsync_assets.sources.readers.chunks import BROKEN_SCHEMA, Chunk
from hubsync_assets.sources.readers.plain_numbers import as_text
from hubsync_assets.sources.readers.protocols import BlockRows
from hubsync_assets.sources.readers.row_builder import RowBuilder

__all__ = ["join"]

_NOTHING_BROKEN = pl.DataFrame(schema=BROKEN_SCHEMA)


def join(builder: RowBuilder, rows: BlockRows, taken: int) -> Chunk:
    """The chunk of one block.

    Args:
        builder: Knows the position; it must hold no records.
        rows: What was read quickly, and what was not.
        taken: Bytes of the file read so far.
    """
    before = builder.position
    quick = builder.place(rows.columns, rows.not_given, [odd.number for odd in rows.odd])
    if not rows.odd:
        return Chunk(quick, _NOTHING_BROKEN, rows.unknown, builder.complete, taken, rows.texts)
    after = builder.position
    for odd in rows.odd:
        builder.position = before + odd.number
        RowBuilder.add(builder, odd.value, odd.text)  # what it was wrapped in is off already
    builder.position = after
    exact = builder.chunk(taken)
    frame = _in_order(builder, quick, exact.rows) if exact.rows.height else quick
    positions = frame["position"]

    def texts(numbers: Sequence[int]) -> list[str]:
        return rows.texts([positions[number] - before - 1 for number in numbers])

    unknown = Counter(rows.unknown) + Counter(exact.unknown)
    return Chunk(frame, exact.broken, unknown, exact.complete, taken, texts)


def _in_order(builder: RowBuilder, quick: pl.DataFrame, exact: pl.DataFrame) -> pl.DataFrame:
    signs = builder.book.columns.decimals
    texts = [as_text(quick[name], signs.get(name)) for name in builder.book.columns.numbers if quick[name].dtype != pl.String]  # fmt: skip
    return pl.concat([quick.with_columns(texts), exact]).sort("position")
