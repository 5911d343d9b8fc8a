"""Chunks from blocks that were read quickly, with the records that were set aside put back in their places.

Keep out: reading, and the order of blocks.
"""

from collections import Counter
from collections.abc import Sequence

import polars as pl

from hubsync_assets.sources.chunks import BROKEN_SCHEMA, Chunk
from hubsync_assets.sources.quick import QuickRows
from hubsync_assets.sources.rows import RowBuilder
from hubsync_assets.sources.sieve import SetAside

__all__ = ["join"]

_NOTHING_BROKEN = pl.DataFrame(schema=BROKEN_SCHEMA)


def join(builder: RowBuilder, rows: QuickRows, aside: Sequence[SetAside], taken: int) -> Chunk:
    """The chunk of one block.

    Args:
        builder: Knows the position; it must hold no records.
        rows: What was read quickly; where something was set aside, a row without values.
        aside: That, in order.
        taken: Bytes of the file read so far.
    """
    if not aside:
        frame = builder.place(rows.columns)
        return Chunk(frame, _NOTHING_BROKEN, rows.unknown, builder.complete, taken, rows.texts)
    before = builder.position
    frame = _shifted(builder.place(rows.columns), aside)
    exact = _put_back(builder, aside, before, taken)
    origin = pl.Series("origin", [*frame["row"], *range(rows.height, rows.height + exact.rows.height)], dtype=pl.UInt32)
    joined = pl.concat([frame.drop("row"), exact.rows]).with_columns(origin).sort("position")
    origin = joined["origin"]

    def texts(numbers: Sequence[int]) -> list[str]:
        found = origin.gather(numbers).to_list()
        quick = iter(rows.texts([row for row in found if row < rows.height]))
        positions = exact.rows["position"].gather([row - rows.height for row in found if row >= rows.height])
        others = iter(exact.raw_text(positions))
        return [next(quick) if row < rows.height else next(others) for row in found]

    unknown = Counter(rows.unknown) + Counter(exact.unknown)
    return Chunk(joined.drop("origin"), exact.broken, unknown, exact.complete, taken, texts)


def _shifted(frame: pl.DataFrame, aside: Sequence[SetAside]) -> pl.DataFrame:
    """Without the rows that only hold a place, and with positions that leave room for what stood there; ``row`` is kept."""
    more = pl.DataFrame(
        {"row": [one.place for one in aside], "more": [len(one.elements) - 1 for one in aside]},
        schema={"row": pl.UInt32, "more": pl.UInt64},
    )
    numbered = frame.with_row_index("row").join(more, on="row", how="left", maintain_order="left")
    shift = pl.col("more").fill_null(0).cum_sum()
    return numbered.with_columns(pl.col("position") + shift).filter(pl.col("more").is_null()).drop("more")


def _put_back(builder: RowBuilder, aside: Sequence[SetAside], before: int, taken: int) -> Chunk:
    end = builder.position
    added = 0
    for one in aside:
        builder.position = before + one.place + added
        for value, text in one.elements:
            builder.add(value, text)
        added += len(one.elements) - 1
    builder.position = end + added
    return builder.chunk(taken)
