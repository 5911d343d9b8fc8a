"""Which columns a file has, from its beginning: for people who declare which of them is which field.

Keep out: values.
"""

from hubsync_assets.sources.errors import FileRefusedError
from hubsync_assets.sources.files.byte_stream import ByteStream
from hubsync_assets.sources.files.source_file import SourceFile, delimiter_of
from hubsync_assets.sources.readers.columnar import columnar_names
from hubsync_assets.sources.readers.csv_start import rows_at_the_top
from hubsync_assets.sources.readers.json_value import Fault, Members, scan
from hubsync_assets.sources.readers.text_blocks import text_blocks, with_line_feeds

__all__ = ["column_names"]

_HEAD = 1 << 16
_RECORDS = 50


def column_names(file: SourceFile, delimiter: str | None = None, encoding: str | None = None) -> tuple[str, ...]:
    """The names as they are spelled; of JSON the keys of the first records. Empty where nothing can be made of it.

    Args:
        file: One that is here.
        delimiter: What stands between the values of CSV, where that is known.
        encoding: Of its text; left out: it is recognised.

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
        text = with_line_feeds(text_blocks(iter([head]), encoding, file.name)).head.decode("utf-8", "replace").lstrip()
    except FileRefusedError:
        return ()  # reading it says what is wrong
    return _keys(text) if text.startswith(("[", "{")) else _cells(text, delimiter, delimiter_of(file.name))


def _keys(text: str) -> tuple[str, ...]:
    found: dict[str, None] = {}
    at = text.find("{")
    for _ in range(_RECORDS):
        if at < 0:
            break
        try:
            value, end = scan(text, at)
        except Fault:
            break
        if isinstance(value, Members):
            found.update((key, None) for key, _ in value)
        at = text.find("{", end)
    return tuple(found)


def _cells(text: str, delimiter: str | None, usual: str | None) -> tuple[str, ...]:
    """Those of the first row that has several, as a title line has not."""
    rows = rows_at_the_top(text, delimiter, usual)
    return tuple(next((row for row in rows if sum(map(bool, row)) > 1), rows[0] if rows else []))
