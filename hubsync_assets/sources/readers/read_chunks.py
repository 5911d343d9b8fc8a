"""Bytes to chunks of rows: one file of any known format, in its order, with bounded memory.

Put here: what comes before and after the formats (encoding, sniffing, when a chunk is full). Keep out: the formats.
"""

import re
from collections.abc import Generator, Iterator
from dataclasses import replace
from typing import cast

from hubsync_assets.model.columns import Columns
from hubsync_assets.sources import errors
from hubsync_assets.sources.files.byte_stream import ByteStream
from hubsync_assets.sources.files.source_file import Form, SourceFile, delimiter_of
from hubsync_assets.sources.looks_like import ENOUGH, looks_like
from hubsync_assets.sources.readers.chunks import Chunk, FileEnd
from hubsync_assets.sources.readers.columnar import read_columnar
from hubsync_assets.sources.readers.columnar_file import columnar_form
from hubsync_assets.sources.readers.csv_of_json import json_column
from hubsync_assets.sources.readers.csv_polars import CsvBlocks
from hubsync_assets.sources.readers.csv_records import CsvParser
from hubsync_assets.sources.readers.csv_start import csv_start
from hubsync_assets.sources.readers.cutting import after_line
from hubsync_assets.sources.readers.json_reading import builder_of, columns_met, json_pipeline, layout_of
from hubsync_assets.sources.readers.keys import KeyBook
from hubsync_assets.sources.readers.malloc_reuse import keep_block_memory
from hubsync_assets.sources.readers.pipeline import Pipeline
from hubsync_assets.sources.readers.row_builder import RowBuilder
from hubsync_assets.sources.readers.spreadsheet import read_spreadsheet
from hubsync_assets.sources.readers.text_blocks import rewritten, text_blocks, with_line_feeds, without_comments
from hubsync_assets.sources.readers.workbook import is_spreadsheet

__all__ = ["KEYS_FROM", "RECORD_LIMIT", "read_chunks"]

RECORD_LIMIT = 64 << 20
"""A single record above this is refused rather than held in memory."""

KEYS_FROM = 1 << 15
"""In so many bytes at the beginning of JSON, a key counts as one that the file has even where no record has a value for it. A key
that only ever stands before null, and not before some hundreds of records without it, is no news of anybody."""

_BLANK = b" \t\r\n"
_MISNAMED = "its name promises a spreadsheet, and it is text: read as that"
_LINES = 20
"""In one of so many lines there is a delimiter, if it is CSV."""


def read_chunks(  # noqa: PLR0913 - how a file is written has many sides
    file: SourceFile,
    columns: Columns,
    *,
    block_bytes: int = 1 << 21,
    threads: int = 2,
    record_limit: int = RECORD_LIMIT,
    superseding: bool = False,
    delimiter: str | None = None,
    encoding: str | None = None,
    records: str | None = None,
    sheet: str | None = None,
) -> Iterator[Chunk]:
    """Read a file as chunks, in order; the last one says whether the file was whole, and what it speaks of.

    Parquet, Arrow and spreadsheets are told by their first bytes, whatever the name. Where the records of JSON stand is found (``json_layout``): many
    databases name their line exports ``.json``, and an API puts its array into an envelope. A file without any text is whole in no format: a
    writer that died leaves the same.

    Args:
        file: What ``locate`` gave, or ``fetch`` for a URL.
        columns: What to look for in it.
        block_bytes: About how much text a chunk holds. The result does not depend on it.
        threads: How many blocks of CSV are parsed at the same time. The result does not depend on it.
        record_limit: A record with more characters than this is ``malformed``.
        superseding: The file is newer than another of its source, so a JSON record tells apart what is null and what it has no
            key for (``not_given``).
        delimiter: What stands between the values of CSV; left out: what a first line ``sep=`` says, or a name such as ``.tsv``, or the header.
        encoding: Of its text, unless it begins with the mark of UTF-8; left out: it is recognised. Positions in messages are those of the
            text in UTF-8.
        records: Where the records of JSON stand (``model.records_path``); left out: where they are found.
        sheet: Of a spreadsheet, the name of the one to read; left out: the one that names the key.

    Yields:
        At least one chunk. Peak memory: a few blocks, or a few times the largest record where that is more; of Parquet, the wanted columns of a
        row group or two.

    Raises:
        PermanentError: Not readable.
        FileRefusedError: Not in its encoding, no known format, a CSV header without an email, JSON whose records stand nowhere or in several places, Parquet
            or Arrow that is cut off or damaged from its beginning. Before the first chunk.
        TransientError: The file vanished.

    Example:
        >>> import tempfile
        >>> from pathlib import Path
        >>> import polars as pl
        >>> from hubsync_assets.model.contact_model import ContactModel
        >>> from hubsync_assets.model.declaration import ContactSync
        >>> from hubsync_assets.sources.files.locate import locate
        >>> fields = {"email": {"kind": "email"}, "mrr": {"kind": "number"}}
        >>> sync = ContactSync.model_validate({"sources": {"crm": {"read": "export.json"}}, "fields": fields})
        >>> columns = ContactModel(sync).columns("crm")
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     export = Path(folder, "export.json")
        ...     _ = export.write_text('[{"email": "ada@example.com", "mrr": 12}, "no record"]')
        ...     chunks = list(read_chunks(locate(str(export))[0], columns))
        >>> pl.concat(chunk.rows for chunk in chunks).select("position", "email", "mrr").rows()
        [(1, 'ada@example.com', '12')]
        >>> pl.concat(chunk.broken for chunk in chunks).select("position", "reason").rows()
        [(2, 'not_an_object')]
    """
    if file.path is None:
        message = f"{file.name} has to be fetched before it can be read"
        raise ValueError(message)
    columnar = columnar_form(file)
    if columnar is not None:
        yield from read_columnar(file, columnar, columns, block_bytes=block_bytes)
        return
    if is_spreadsheet(file):
        yield from read_spreadsheet(file, columns, sheet=sheet, block_bytes=block_bytes)
        return
    keep_block_memory()
    with ByteStream(file.path, file.name, block_bytes) as stream:
        text = text_blocks(stream.blocks(), encoding, file.name)
        is_misnamed = file.form == "spreadsheet"
        form = _sniff(text.head, file.name, delimiter) if is_misnamed or file.form is None else file.form
        if form == "csv" and (found := json_column(text.head, columns, delimiter)):
            text, form = rewritten(text, found.lines(text.blocks)), "ndjson"
        text = text if form == "csv" else without_comments(text)
        layout = None if form == "csv" else layout_of(text.head, form, columns, file.name, records)
        text = with_line_feeds(text) if layout is None or layout.kind == "lines" else text
        notes = (*text.notes, *((_MISNAMED,) if is_misnamed else ()))

        def fault() -> str | None:
            return stream.fault or file.missing

        def taken() -> int:
            return stream.taken

        if layout is None:
            builder = RowBuilder(KeyBook(columns))
            start = csv_start(text.head, columns, delimiter, delimiter_of(file.name))
            notes += (start.note,) if start.note else ()
            table = CsvParser(builder, record_limit, file.name, start)
            pipeline = Pipeline(table, CsvBlocks(table, record_limit), builder, after_line, taken)
        else:
            builder = builder_of(layout, columns, superseding=superseding)
            pipeline = json_pipeline(layout, builder, record_limit, taken)
        note = "; ".join(notes)
        last = yield from _noted(pipeline.chunks(text.blocks, block_bytes, threads, fault), note)
        head = text.head[:ENOUGH]
        if layout is None:
            gives = table.header.names if table.header else frozenset()
        else:
            gives = columns_met(head[:KEYS_FROM], layout, builder)
            form = "ndjson" if layout.kind == "lines" else "json"
        silent = layout is not None and not superseding and not builder.complete
        end = FileEnd(gives, silent, looks_like(head, form), builder.book.several(), note, stream.warning)
        yield replace(last, end=end, note=note)


def _noted(chunks: Generator[Chunk, None, Chunk], note: str) -> Generator[Chunk, None, Chunk]:
    while True:
        try:
            chunk = next(chunks)
        except StopIteration as stopped:
            return cast("Chunk", stopped.value)
        yield replace(chunk, note=note) if note else chunk


def _sniff(head: bytes, name: str, delimiter: str | None) -> Form:
    start = head.lstrip(_BLANK)
    if not start:
        return "ndjson"  # any format says of a file without text that it broke off
    if start.startswith((b"[", b"{")):
        return "json"
    lines = re.split(rb"[\r\n]+", start[:ENOUGH])[:_LINES]
    marks = (b",", b";", b"\t", (delimiter or ",").encode())
    if any(mark in line for mark in marks for line in lines) and not start.startswith(b"<"):
        return "csv"
    raise errors.unknown_suffix(name, looks_like(head, "csv"))
