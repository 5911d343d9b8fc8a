"""What a file that cannot be used looks like, from its first kilobytes, in words that a message can hold.

Put here: the kinds of files that people hand over by mistake. A file that can be used may look like one of them too, so ask only about
one that is refused. Keep out: refusing, and anything of a file's content: the only keys that are named are those in ``ENVELOPES``.
"""

import json
import re
from collections.abc import Mapping

__all__ = ["ENOUGH", "binary_format", "is_text_of_rows", "looks_like"]

ENOUGH = 1 << 16
"""So many bytes of a file are enough to say what it looks like."""

_BINARY = (
    (b"PK\x03\x04", "a zip file or an Excel spreadsheet (.xlsx)"),
    (b"\xd0\xcf\x11\xe0", "an Excel spreadsheet (.xls)"),
    (b"%PDF", "a PDF"),
    (b"PAR1", "a Parquet file"),
    (b"Obj\x01", "an Avro file"),
    (b"SQLite format 3\0", "an SQLite database"),
    (b"PGDMP", "a dump of a PostgreSQL database"),
    (b"BZh91AY&SY", "a bzip2 file"),
    (b"\xfd7zXZ", "an xz file"),
    (b"\x28\xb5\x2f\xfd", "a zstd file"),
    (b"7z\xbc\xaf", "a 7z file"),
    (b"\x1f\x8b", "a gzip file inside of another"),
)

ENVELOPES = (
    "data", "records", "results", "result", "items", "rows", "contacts", "customers", "people", "persons", "users", "members",
    "subscribers", "value", "values", "content", "payload", "response", "body", "entries", "elements", "list", "objects", "documents",
    "document", "record", "row", "fields", "properties", "attributes", "node", "edges", "hits", "_source", "_airbyte_data", "after",
    "before", "d",
)  # fmt: skip
"""Keys under which the records of an envelope stand. Other keys are not named: they may be somebody's name."""

_ERRORS = {"error", "errors", "fault", "exception", "error_description", "error_message", "errormessage", "errorcode"}
_MAYBE_ERRORS = {"message", "status", "code", "statuscode", "status_code", "detail", "title", "reason"}

_BLANK = b" \t\r\n"
_LINES = 20
_UTF8_BOM = b"\xef\xbb\xbf"
_MEMBER = re.compile(r'\s*,?\s*"((?:[^"\\]|\\.)*)"\s*:\s*')
_SQL = re.compile(rb"(?:--|/\*|INSERT INTO|CREATE TABLE|DROP TABLE|SET |BEGIN|PRAGMA|COPY )", re.IGNORECASE)


def binary_format(head: bytes) -> str:
    """The format whose files begin like this and are no text; empty for any other."""
    return next((words for magic, words in _BINARY if head.startswith(magic)), "")


def is_text_of_rows(head: bytes) -> bool:
    """Whether a file begins as CSV, TSV or JSON does, whatever its name; many programs of the web name that .xls.

    Args:
        head: Its first ``ENOUGH`` bytes.
    """
    wide = head.startswith((b"\xff\xfe", b"\xfe\xff"))
    start = (head[2:].replace(b"\0", b"") if wide else head.removeprefix(_UTF8_BOM)).lstrip(_BLANK)
    if b"\0" in start or start.startswith((b"<", b"MIME-Version:")) or binary_format(start):
        return False
    lines = re.split(rb"[\r\n]+", start)[:_LINES]
    return start.startswith((b"[", b"{")) or any(mark in line for mark in (b",", b";", b"\t") for line in lines)


def looks_like(head: bytes, form: str) -> str:
    """What a file without anything to use looks like.

    Args:
        head: Its first ``ENOUGH`` bytes, or all of it, unpacked.
        form: What it was read as: ``json``, ``ndjson`` or ``csv``.

    Returns:
        A noun with its article, without a word of the file but a key of ``ENVELOPES``; empty where nobody can say.

    Example:
        >>> looks_like(b'{"data": [{"email": "ada@example.com"}]}', "ndjson")
        'an envelope with the key data'
    """
    start = head[:ENOUGH].removeprefix(_UTF8_BOM).lstrip(_BLANK)
    binary = binary_format(start)
    if binary:
        return binary
    if b"phpmyadmin" in start[:4096].lower():
        return "a phpMyAdmin export"
    if start.startswith(b"<"):
        return "an HTML page" if re.match(rb"<(?:!doctype html|html|head|body)", start, re.IGNORECASE) else "XML"
    if start.startswith((b"[", b"{")):
        return _json(start.decode("utf-8", "replace"), form)
    return _lines(start, form)


def _lines(start: bytes, form: str) -> str:
    first = re.split(rb"[\r\n]", start, maxsplit=1)[0]
    if first[:4].lower() == b"sep=":
        return "CSV with a line that names the delimiter before the header"
    if form == "csv" and b"\n" not in start and b"\r" in start:
        return "CSV with the line ends of an old Mac"
    if _SQL.match(start):
        return "an SQL dump"
    return "CSV" if form != "csv" and any(mark in first for mark in b",;\t") else ""


def _json(text: str, form: str) -> str:
    if form == "csv":
        return "JSON"
    if form == "ndjson" and text.startswith("["):
        return "a JSON array in a file of lines"
    if re.match(r"\[\s*\[", text):
        return "a list of lists"
    found = _first_object(text.lstrip("[ \t\r\n"))
    folded = {key.casefold() for key in found}
    if folded & _ERRORS or (folded and folded <= _MAYBE_ERRORS):
        return "an error object"
    nested = {key for key, begin in found.items() if begin in "[{"}
    named = next((key for key in ENVELOPES if key in nested), "")
    return f"an envelope with the key {named}" if named else "an envelope" if nested else ""


def _first_object(text: str) -> Mapping[str, str]:
    """The keys of the object that a text begins with, and the first character of their values, as far as the text goes."""
    found: dict[str, str] = {}
    at = 1
    while text.startswith("{") and (member := _MEMBER.match(text, at)) and member.end() < len(text):
        found[member[1]] = text[member.end()]
        try:
            _, at = json.JSONDecoder().raw_decode(text, member.end())
        except (ValueError, RecursionError):  # the value goes on behind the text that is here
            break
    return found
