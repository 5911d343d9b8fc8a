"""Chunks from blocks that were read quickly, with the records that were set aside put back in their places.

Keep out: reading, and the order of blocks.
"""

from collections import Counter
from collections.abc import Sequence

import polars as pl

from hubsync_assets.sources.readers.chunks import BROKEN_SCHEMA, Chunk
from hubsync_assets.sources.readers.odd_records import SetAside
from hubsync_assets.sources.readers.protocols import BlockRows
from hubsync_assets.sources.readers.row_builder import RowBuilder

__all__ = ["join"]

_NOTHING_BROKEN = pl.DataFrame(schema=BROKEN_SCHEMA)


def join(builder: RowBuilder, rows: BlockRows, aside: Sequence[SetAside], taken: int) -> Chunk:
    """The chunk of one block.

    Args:
        builder: Knows the position; it must hold no records.
        rows: What was read quickly; where something was set aside, a row without values.
        aside: That, in order.
        taken: Bytes of the file read so far.
    """
    if not aside:
        frame = builder.place(rows.columns, rows.not_given)
        return Chunk(frame, _NOTHING_BROKEN, rows.unknown, builder.complete, taken, rows.texts)
    before = builder.position
    quick = builder.place(rows.columns, rows.not_given).drop("position")
    exact = _put_back(builder, aside, before, taken)
    order, positions = _in_order(rows.height, aside, before, exact.rows["position"].to_list())
    frame = pl.concat([quick, exact.rows.drop("position")])[order]
    frame.insert_column(0, pl.Series("position", positions, dtype=pl.UInt64))

    def texts(numbers: Sequence[int]) -> list[str]:
        found = [order[number] for number in numbers]
        quick_texts = iter(rows.texts([row for row in found if row < rows.height]))
        places = [row - rows.height for row in found if row >= rows.height]
        exact_texts = iter(exact.raw_text(exact.rows["position"].gather(places)))
        return [next(quick_texts) if row < rows.height else next(exact_texts) for row in found]

    unknown = Counter(rows.unknown) + Counter(exact.unknown)
    return Chunk(frame, exact.broken, unknown, exact.complete, taken, texts)


def _in_order(
    height: int, aside: Sequence[SetAside], before: int, put_back: Sequence[int]
) -> tuple[list[int], list[int]]:
    """The rows in their order (those put back are numbered from ``height`` on), and their positions."""
    order: list[int] = []
    positions: list[int] = []
    begin, returned = 0, 0
    position = before + 1
    for one in (*aside, SetAside(height, [])):
        order.extend(range(begin, one.place))
        positions.extend(range(position, position + one.place - begin))
        position += one.place - begin + len(one.elements)
        begin = one.place + 1
        while returned < len(put_back) and put_back[returned] < position:
            order.append(height + returned)
            positions.append(put_back[returned])
            returned += 1
    return order, positions


def _put_back(builder: RowBuilder, aside: Sequence[SetAside], before: int, taken: int) -> Chunk:
    end, added = builder.position, 0
    for one in aside:
        builder.position = before + one.place + added
        for value, text in one.elements:
            builder.add(value, text)
        added += len(one.elements) - 1
    builder.position = end + added
    return builder.chunk(taken)
