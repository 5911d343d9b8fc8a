"""Documents that are no text: Parquet, Arrow and spreadsheets, and packed ones. Keep out: text (``fuzz_text``), and spoiling."""

import bz2
import gzip
import io
import lzma
import random
import zipfile
from collections.abc import Callable, Sequence
from typing import Any, Literal

import polars as pl
import zstandard
from openpyxl import Workbook

from benchmarks.fuzz_text import NAMES, Record

__all__ = ["PACKINGS", "pack", "write_columnar", "write_xlsx"]

PACKINGS = ("gz", "bz2", "xz", "zst", "zip")

_TEXT = ("csv", "tsv", "json", "jsonl", "ndjson")
_PARQUET: tuple[Literal["zstd", "snappy", "uncompressed"], ...] = ("zstd", "snappy", "uncompressed")
_ARROW: tuple[Literal["uncompressed", "lz4", "zstd"], ...] = ("uncompressed", "lz4", "zstd")


def write_columnar(dice: random.Random, records: Sequence[Record], form: str) -> bytes:
    """Parquet or Arrow by polars, in one part or several, its text plain or as numbers of a dictionary."""
    frame = pl.DataFrame(list(records), schema=dict.fromkeys(NAMES, pl.String), orient="row")
    if dice.random() < 0.3:
        frame = frame.with_columns(pl.col("name").cast(pl.Categorical))
    out = io.BytesIO()
    if form == "parquet":
        frame.write_parquet(out, compression=dice.choice(_PARQUET), row_group_size=dice.choice((1, 3, 1000)))
    else:
        frame.write_ipc(out, compression=dice.choice(_ARROW))
    return out.getvalue()


def write_xlsx(dice: random.Random, records: Sequence[Record]) -> bytes:
    """One sheet of text, with a title above its header now and then."""
    book = Workbook()
    sheet = book.worksheets[0]
    if dice.random() < 0.2:
        sheet.append(["Contacts of Acme"])
    for row in (NAMES, *records):
        sheet.append(list(row))
        for cell in sheet[sheet.max_row]:
            if cell.data_type == "f":
                cell.data_type = "s"  # openpyxl takes what begins with = for a formula
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def pack(dice: random.Random, name: str, content: bytes) -> tuple[str, bytes]:
    """The same in a packing, in one member or two, and its name."""
    packing = dice.choice(PACKINGS)
    if packing == "zip" or not name.endswith(_TEXT):  # what is read from its end is refused in other packings
        return "fuzz.zip", _zip(dice, name, content)
    whole: dict[str, Callable[[bytes], Any]] = {
        "gz": lambda part: gzip.compress(part, 1, mtime=0),
        "bz2": bz2.compress,
        "xz": lambda part: lzma.compress(part, preset=0),
        "zst": zstandard.ZstdCompressor(level=1).compress,
    }
    cut = dice.choice((0, dice.randrange(len(content) + 1)))
    return f"{name}.{packing}", b"".join(whole[packing](part) for part in (content[:cut], content[cut:]) if part)


def _zip(dice: random.Random, name: str, content: bytes) -> bytes:
    out = io.BytesIO()
    method = dice.choice((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA))
    with zipfile.ZipFile(out, "w", method) as archive:
        archive.writestr(dice.choice((name, f"export/{name}")), content)
        if dice.random() < 0.3:
            archive.writestr("_SUCCESS", b"")
    return out.getvalue()
