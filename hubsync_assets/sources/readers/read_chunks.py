"""Bytes to chunks of rows: one file of any known format, in its order, with bounded memory.

Put here: what comes before and after the formats (encoding, sniffing, when a chunk is full). Keep out: the formats.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import chain

from hubsync_assets.model.columns import Columns
from hubsync_assets.sources import errors
from hubsync_assets.sources.files.byte_stream import ByteStream
from hubsync_assets.sources.files.source_file import Form, SourceFile
from hubsync_assets.sources.looks_like import ENOUGH, looks_like
from hubsync_assets.sources.readers.chunks import Chunk, FileEnd
from hubsync_assets.sources.readers.columnar import read_columnar
from hubsync_assets.sources.readers.columnar_file import columnar_form
from hubsync_assets.sources.readers.csv_polars import CsvBlocks
from hubsync_assets.sources.readers.csv_records import CsvParser
from hubsync_assets.sources.readers.cutting import after_comma, after_line
from hubsync_assets.sources.readers.encoding import HEAD_BYTES, UTF8_BOM, refuse_binary, require_text
from hubsync_assets.sources.readers.json_array import JsonArrayParser
from hubsync_assets.sources.readers.json_blocks import JsonBlocks
from hubsync_assets.sources.readers.json_lines import JsonLinesParser
from hubsync_assets.sources.readers.json_strides import ARRAY, LINES
from hubsync_assets.sources.readers.keys import KeyBook
from hubsync_assets.sources.readers.malloc_reuse import keep_block_memory
from hubsync_assets.sources.readers.one_document import is_one_document
from hubsync_assets.sources.readers.pipeline import Pipeline
from hubsync_assets.sources.readers.row_builder import RowBuilder
from hubsync_assets.sources.readers.spreadsheet import read_spreadsheet
from hubsync_assets.sources.readers.transcoding import in_utf8, is_utf8
from hubsync_assets.sources.readers.workbook import is_spreadsheet

__all__ = ["KEYS_FROM", "RECORD_LIMIT", "read_chunks"]

RECORD_LIMIT = 64 << 20
"""A single record above this is refused rather than held in memory."""

KEYS_FROM = 1 << 15
"""In so many bytes at the beginning of JSON, a key counts as one that the file has even where no record has a value for it. A key
that only ever stands before null, and not before some hundreds of records without it, is no news of anybody."""

_BLANK = b" \t\r\n"


def read_chunks(  # noqa: PLR0913 - a file may be written in many ways
    file: SourceFile,
    columns: Columns,
    *,
    block_bytes: int = 1 << 21,
    threads: int = 2,
    record_limit: int = RECORD_LIMIT,
    superseding: bool = False,
    delimiter: str | None = None,
    encoding: str | None = None,
    sheet: str | None = None,
) -> Iterator[Chunk]:
    """Read a file as chunks, in order; the last one says whether the file was whole, and what it speaks of.

    Parquet, Arrow and spreadsheets are told by their first bytes, whatever the name. A ``.json`` file whose first character is ``{`` is read as NDJSON: many databases name their line exports so. A file without
    any text is whole in no format: a writer that died leaves the same.

    Args:
        file: What ``locate`` gave, or ``fetch`` for a URL.
        columns: What to look for in it.
        block_bytes: About how much text a chunk holds. The result does not depend on it.
        threads: How many blocks of CSV are parsed at the same time. The result does not depend on it.
        record_limit: A record with more characters than this is ``malformed``.
        superseding: The file is newer than another of its source, so a JSON record tells apart what is null and what it has no
            key for (``not_given``).
        delimiter: What stands between the values of CSV; left out: what the header says.
        encoding: Of its text, unless it begins with the mark of UTF-8; left out: UTF-8. Positions in messages are those of the text in
            UTF-8.
        sheet: Of a spreadsheet, the name of the one to read; left out: the one that names the key.

    Yields:
        At least one chunk. Peak memory: a few blocks, or a few times the largest record where that is more; of Parquet, the wanted columns of a
        row group or two.

    Raises:
        PermanentError: Not readable.
        FileRefusedError: Not in its encoding, no known format, a CSV header without an email, JSON that should be lines and is one document, Parquet
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
        head, blocks = _text(stream.blocks(), encoding, file.name)
        form = file.form or _sniff(head, file.name, delimiter)
        if form == "json" and head.removeprefix(UTF8_BOM).lstrip(_BLANK).startswith(b"{"):
            form = "ndjson"
        if form == "ndjson" and is_one_document(head.removeprefix(UTF8_BOM).decode("utf-8", "surrogateescape")):
            raise errors.not_lines(file.name, looks_like(head, form))

        def fault() -> str | None:
            return stream.fault or file.missing

        def taken() -> int:
            return stream.taken

        builder = RowBuilder(KeyBook(columns), superseding=superseding and form != "csv")
        if form == "csv":
            table = CsvParser(builder, record_limit, file.name, delimiter)
            pipeline = Pipeline(table, CsvBlocks(table, record_limit), builder, after_line, taken)
        else:
            pipeline = _json_pipeline(form, builder, record_limit, taken)
        last = yield from pipeline.chunks(_without_mark(blocks), block_bytes, threads, fault)
        head = head[:ENOUGH]
        gives = (
            (table.header.names if table.header else frozenset())
            if form == "csv"
            else _columns_of_json(head, form, builder)
        )
        silent = form != "csv" and not superseding and not builder.complete
        yield replace(last, end=FileEnd(gives, silent, looks_like(head, form)))


def _json_pipeline(form: Form, builder: RowBuilder, limit: int, taken: Callable[[], int]) -> Pipeline:
    lines = form == "ndjson"
    cut = after_line if lines else after_comma
    exact = (JsonLinesParser if lines else JsonArrayParser)(builder, limit)
    return Pipeline(exact, JsonBlocks(builder, cut, limit, LINES if lines else ARRAY), builder, cut, taken)


def _columns_of_json(head: bytes, form: Form, builder: RowBuilder) -> frozenset[str]:
    """What a file speaks of; never a matter of which of its blocks were read quickly, in which nulls leave no trace."""
    columns = builder.book.columns
    if builder.superseding:
        return frozenset(columns.names[number] for number in builder.book.met)
    first = RowBuilder(KeyBook(columns))
    exact = (JsonLinesParser if form == "ndjson" else JsonArrayParser)(first, KEYS_FROM)
    exact.feed(head[:KEYS_FROM].removeprefix(UTF8_BOM))
    return frozenset(builder.valued | {columns.names[number] for number in first.book.met})


def _text(blocks: Iterator[bytes], encoding: str | None, name: str) -> tuple[bytes, Iterator[bytes]]:
    """The same in UTF-8: its first ``HEAD_BYTES``, and all of it."""
    head, blocks = _peek(blocks)
    if encoding is None or is_utf8(head, encoding, name):
        require_text(head, name)
        return head, blocks
    refuse_binary(head, name)
    return _peek(in_utf8(blocks, encoding, name))


def _peek(blocks: Iterator[bytes]) -> tuple[bytes, Iterator[bytes]]:
    """The first ``HEAD_BYTES`` of a text, and all of it."""
    seen: list[bytes] = []
    size = 0
    for block in blocks:
        seen.append(block)
        size += len(block)
        if size >= HEAD_BYTES:
            break
    return b"".join(seen)[:HEAD_BYTES], chain(seen, blocks)


def _without_mark(blocks: Iterator[bytes]) -> Iterator[bytes]:
    """Remove the byte-order mark, which may itself be cut in pieces."""
    start = b""
    for block in blocks:
        start += block
        if len(start) >= len(UTF8_BOM):
            break
    rest = start.removeprefix(UTF8_BOM)
    return chain([rest] if rest else [], blocks)


def _sniff(head: bytes, name: str, delimiter: str | None) -> Form:
    start = head.removeprefix(UTF8_BOM).lstrip(_BLANK)
    if not start:
        return "ndjson"  # any format says of a file without text that it broke off
    if start.startswith((b"[", b"{")):
        return "json"
    line = start.partition(b"\n")[0]
    if any(mark in line for mark in (b",", b";", b"\t", (delimiter or ",").encode())) and not start.startswith(b"<"):
        return "csv"
    raise errors.unknown_suffix(name)
