"""Which columns a file has, from its beginning: for people who declare which of them is which field.

Keep out: values.
"""

from itertools import islice

from hubsync_assets.model.columns import Columns
from hubsync_assets.model.records_path import RecordsPath
from hubsync_assets.sources.errors import FileRefusedError
from hubsync_assets.sources.files.byte_stream import ByteStream
from hubsync_assets.sources.files.source_file import SourceFile, delimiter_of
from hubsync_assets.sources.readers.columnar import columnar_names
from hubsync_assets.sources.readers.csv_of_json import json_column
from hubsync_assets.sources.readers.csv_start import rows_at_the_top
from hubsync_assets.sources.readers.json_first_records import first_records
from hubsync_assets.sources.readers.json_layout import find_layout
from hubsync_assets.sources.readers.text_blocks import rewritten, text_blocks, with_line_feeds

__all__ = ["column_names"]

_HEAD = 1 << 16
_RECORDS = 50


def column_names(
    file: SourceFile,
    columns: Columns,
    delimiter: str | None = None,
    encoding: str | None = None,
    records: str | None = None,
) -> tuple[str, ...]:
    """The names as they are spelled; of JSON the keys of the first records, in whatever they stand. Empty where nothing can be made of it.

    Args:
        file: One that is here.
        columns: What is looked for, which tells records from what is around them.
        delimiter: What stands between the values of CSV, where that is known.
        encoding: Of its text; left out: it is recognised.
        records: Where the records of JSON stand; left out: where they are found.

    Raises:
        HubsyncError: It cannot be opened.
    """
    if file.path is None:
        return ()
    columnar = columnar_names(file)
    if columnar is not None:
        return columnar
    with ByteStream(file.path, file.name, _HEAD) as stream:
        head = next(stream.blocks(), b"")[:_HEAD]
    try:
        text = text_blocks(iter([head]), encoding, file.name)
    except FileRefusedError:
        return ()  # reading it says what is wrong
    if not text.head.lstrip().startswith((b"[", b"{")) and (found := json_column(text.head, columns, delimiter)):
        text = rewritten(text, found.lines(text.blocks))
    beginning = with_line_feeds(text).head.decode("utf-8", "replace").lstrip()
    if beginning.startswith(("[", "{")):
        return _keys(beginning, columns, records)
    return _cells(beginning, delimiter, delimiter_of(file.name))


def _keys(text: str, columns: Columns, records: str | None) -> tuple[str, ...]:
    declared = None if records is None else RecordsPath.of(records)
    layout = find_layout(text, lines=text.startswith("{"), columns=columns, declared=declared)
    found: dict[str, None] = {}
    for record in islice(first_records(text, layout), _RECORDS):
        found.update((key, None) for key, _ in record)
    return tuple(found)


def _cells(text: str, delimiter: str | None, usual: str | None) -> tuple[str, ...]:
    """Those of the first row that has several, as a title line has not."""
    rows = rows_at_the_top(text, delimiter, usual)
    return tuple(next((row for row in rows if sum(map(bool, row)) > 1), rows[0] if rows else []))
