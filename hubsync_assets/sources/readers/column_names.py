"""Which columns a file has, from its beginning: for people who declare which of them is which field.

Keep out: values.
"""

import csv

from hubsync_assets.sources.files.byte_stream import ByteStream
from hubsync_assets.sources.files.source_file import SourceFile
from hubsync_assets.sources.readers.columnar import columnar_names
from hubsync_assets.sources.readers.csv_header import DELIMITERS
from hubsync_assets.sources.readers.encoding import UTF8_BOM
from hubsync_assets.sources.readers.json_value import Fault, Members, scan

__all__ = ["column_names"]

_HEAD = 1 << 16
_RECORDS = 50


def column_names(file: SourceFile, delimiter: str | None = None, encoding: str | None = None) -> tuple[str, ...]:
    """The names as they are spelled; of JSON the keys of the first records. Empty where nothing can be made of it.

    Args:
        file: One that is here.
        delimiter: What stands between the values of CSV, where that is known.
        encoding: Of its text; left out: UTF-8.

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
        text = head.removeprefix(UTF8_BOM).decode(encoding or "utf-8", "replace").lstrip()
    except LookupError:
        return ()  # reading it says what is wrong
    return _keys(text) if text.startswith(("[", "{")) else _cells(text, delimiter)


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


def _cells(text: str, delimiter: str | None) -> tuple[str, ...]:
    line = text.splitlines()[:1]
    try:
        rows = [next(csv.reader(line, delimiter=mark), []) for mark in delimiter or DELIMITERS]
    except csv.Error:
        return ()
    return tuple(max(((len(row), row) for row in rows), default=(0, []))[1])
