"""A whole file as one value that tests can compare: what all its chunks said, joined."""

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl

from hubsync_assets.model.columns import Columns
from hubsync_assets.sources.files.locate import locate
from hubsync_assets.sources.files.source_file import SourceFile
from hubsync_assets.sources.readers.chunks import BROKEN_SCHEMA, Chunk, FileEnd, row_schema
from hubsync_assets.sources.readers.read_chunks import read_chunks
from hubsync_assets_tests.shipped import MODEL

COLUMNS = MODEL.columns("db1")


@dataclass(frozen=True)
class Seen:
    rows: list[dict[str, Any]]
    broken: list[tuple[int, str, str]]
    messages: list[str]
    raw: list[str]
    unknown: dict[str, int]
    complete: bool
    chunks: int
    end: FileEnd

    @property
    def positions(self) -> list[int]:
        return [row["position"] for row in self.rows]

    def column(self, field: str) -> list[Any]:
        return [row[field] for row in self.rows]


def see(file: SourceFile, columns: Columns = COLUMNS, **options: Any) -> Seen:
    chunks = list(read_chunks(file, columns, **options))
    broken = pl.concat([chunk.broken for chunk in chunks])
    assert broken.schema == BROKEN_SCHEMA
    assert all(list(chunk.rows.columns) == list(row_schema(columns)) for chunk in chunks)
    (end,) = [chunk.end for chunk in chunks if chunk.end is not None]
    assert chunks[-1].end is end
    unknown: Counter[str] = Counter()
    for chunk in chunks:
        unknown.update(chunk.unknown)
    return Seen(
        rows=[_same_texts(row, columns) for chunk in chunks for row in chunk.rows.to_dicts()],
        broken=list(broken.select("position", "reason", "raw").iter_rows()),
        messages=broken["message"].to_list(),
        raw=[text for chunk in chunks for text in _raw(chunk)],
        unknown=dict(unknown),
        complete=all(chunk.complete for chunk in chunks),
        chunks=len(chunks),
        end=end,
    )


def _same_texts(row: dict[str, Any], columns: Columns) -> dict[str, Any]:
    """Numbers as the text they have where a block holds other things too."""
    return {key: _plain(value) if key in columns.numbers else value for key, value in row.items()}


def _plain(value: str | float | None) -> str | None:
    if not isinstance(value, float):
        return None if value is None else str(value)
    text = format(Decimal(repr(value)), "f")
    return text.removesuffix(".0")


def _raw(chunk: Chunk) -> list[str]:
    return chunk.raw_text(chunk.rows["position"]).to_list()


def see_bytes(folder: Path, content: bytes, name: str = "export.json", **options: Any) -> Seen:
    path = folder / name
    path.write_bytes(content)
    return see(locate(str(path))[0], **options)
