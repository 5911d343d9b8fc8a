"""A JSON file's way through the readers, as its layout has it.

Put here: which reader reads which layout. Keep out: finding the layout, and reading.
"""

from collections.abc import Callable

from hubsync_assets.model.columns import Columns
from hubsync_assets.model.records_path import RecordsPath
from hubsync_assets.sources import errors
from hubsync_assets.sources.files.source_file import Form
from hubsync_assets.sources.looks_like import looks_like
from hubsync_assets.sources.readers.cutting import Cut, after_comma, after_line
from hubsync_assets.sources.readers.encoding import UTF8_BOM
from hubsync_assets.sources.readers.json_array import JsonArrayParser
from hubsync_assets.sources.readers.json_blocks import JsonBlocks
from hubsync_assets.sources.readers.json_envelope import JsonEnvelopeParser
from hubsync_assets.sources.readers.json_layout import Layout, find_layout
from hubsync_assets.sources.readers.json_lines import JsonLinesParser
from hubsync_assets.sources.readers.json_strides import ARRAY, LINES
from hubsync_assets.sources.readers.json_strides import Form as Records
from hubsync_assets.sources.readers.json_values import JsonValuesParser, NoQuickWay
from hubsync_assets.sources.readers.json_wrapped import Wrapped, WrappedBuilder, Wrapping
from hubsync_assets.sources.readers.keys import KeyBook
from hubsync_assets.sources.readers.pipeline import Pipeline
from hubsync_assets.sources.readers.protocols import Exact
from hubsync_assets.sources.readers.row_builder import RowBuilder

__all__ = ["builder_of", "columns_met", "json_pipeline", "layout_of"]

_BLANK = b" \t\r\n"


def layout_of(head: bytes, form: Form, columns: Columns, name: str, records: str | None) -> Layout:
    """Where the records of a file stand.

    Args:
        head: Its beginning.
        form: What it is named as.
        columns: What to look for.
        name: The file, for errors.
        records: Where they are declared to stand.

    Raises:
        FileRefusedError: Nobody knows where.
    """
    start = head.removeprefix(UTF8_BOM)
    lines = form == "ndjson" or start.lstrip(_BLANK).startswith(b"{")
    declared = None if records is None else RecordsPath.of(records)
    layout = find_layout(start.decode("utf-8", "surrogateescape"), lines=lines, columns=columns, declared=declared)
    if layout.kind == "nowhere":
        raise errors.not_lines(name, looks_like(head, "ndjson"))
    if layout.kind == "several":
        raise errors.several_places(name, looks_like(head, "ndjson" if lines else "json"))
    return layout


def builder_of(layout: Layout, columns: Columns, *, superseding: bool = False) -> RowBuilder:
    """What collects the records."""
    book = KeyBook(columns)
    if layout.wrapper:
        return WrappedBuilder(book, Wrapping(layout.wrapper, columns), superseding=superseding)
    return RowBuilder(book, superseding=superseding)


def json_pipeline(layout: Layout, builder: RowBuilder, limit: int, taken: Callable[[], int]) -> Pipeline:
    """What reads the file. ``limit``: longest record; ``taken``: bytes read so far."""
    cut: Cut = after_comma if layout.kind in {"array", "inside"} else after_line
    exact = _exact(layout, builder, limit)
    if layout.kind == "values":
        return Pipeline(exact, NoQuickWay(), builder, cut, taken)
    form: Records = LINES if layout.kind == "lines" else ARRAY
    if layout.wrapper:
        form = Wrapped(form, Wrapping(layout.wrapper, builder.book.columns))
    return Pipeline(exact, JsonBlocks(builder, cut, limit, form), builder, cut, taken)


def _exact(layout: Layout, builder: RowBuilder, limit: int) -> Exact:
    if layout.kind == "inside":
        return JsonEnvelopeParser(builder, limit, layout.path)
    if layout.kind == "values":
        return JsonValuesParser(builder, limit)
    return (JsonLinesParser if layout.kind == "lines" else JsonArrayParser)(builder, limit)


def columns_met(beginning: bytes, layout: Layout, builder: RowBuilder) -> frozenset[str]:
    """What a file speaks of; never a matter of which of its blocks were read quickly, in which nulls leave no trace."""
    columns = builder.book.columns
    if builder.superseding:
        return frozenset(columns.names[number] for number in builder.book.met)
    first = builder_of(layout, columns)
    _exact(layout, first, len(beginning) + 1).feed(beginning)
    return frozenset(builder.valued | {columns.names[number] for number in first.book.met})
