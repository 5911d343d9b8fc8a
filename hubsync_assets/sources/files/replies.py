"""What a server's answer says about a file: length, age, tag, format; and the exception for an answer that broke off.

Keep out: making requests, and reading the body.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

from requests.utils import parse_header_links

from hubsync_assets.sources.files import refusals
from hubsync_assets.sources.files.source_file import Form

__all__ = ["Interrupted", "Reply", "believable_form", "read_reply"]

_FORMS: dict[str, Form] = {
    "application/json": "json",
    "application/x-ndjson": "ndjson",
    "application/ndjson": "ndjson",
    "application/jsonl": "ndjson",
    "application/x-jsonlines": "ndjson",
    "text/csv": "csv",
    "text/tab-separated-values": "csv",
}

_MOST_DIGITS = 18
"""Of a length: what is longer is none, and Python refuses to read thousands."""

_WORD = re.compile(r"[a-z0-9-]{1,20}")


class Interrupted(Exception):  # noqa: N818 - becomes an error only when retrying ends
    """An attempt that failed in a way that another one may not.

    ``what``: in words, without the URL. ``slow``: what came, came so slowly that it counts as nothing.
    """

    def __init__(self, what: str, retry_after: str | None = None, *, slow: bool = False) -> None:
        super().__init__(what)
        self.slow = slow
        self.what = what
        self.retry_after = retry_after


@dataclass(frozen=True)
class Reply:
    """The headers that matter.

    Attributes:
        length: Bytes of the whole body as sent, where announced.
        etag: As given, quotes and all.
        mtime_ns: ``Last-Modified`` in ns since the epoch.
        form: The format that the content type names.
        validator: What proves to the server that the remainder belongs to the same file; ``None``: it cannot be resumed.
        next_link: Where its header ``Link`` says that the next page is; it may hold secrets.
    """

    length: int | None = None
    etag: str | None = None
    mtime_ns: int | None = None
    form: Form | None = None
    validator: str | None = None
    next_link: str | None = None


def read_reply(headers: Mapping[str, str], name: str, *, is_part: bool = False) -> Reply:
    """Read a 200's headers.

    Args:
        headers: Of the answer.
        name: What people call the file.
        is_part: It is a 206 that was not asked for, and says elsewhere how long the whole is.

    Raises:
        PermanentError: A web page (a login form, most likely), or an encoding that was not asked for.
    """
    kind = headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if kind == "text/html":
        raise refusals.unusable_url(name, "it answers with a web page, not with data")
    encoding = headers.get("Content-Encoding", "identity").strip().lower()
    if encoding not in {"", "identity", "gzip", "x-gzip"}:
        named = f"the encoding {encoding!r}" if _WORD.fullmatch(encoding) else "an encoding"
        raise refusals.unusable_url(name, f"it sends {named}, which was not asked for")
    length = headers.get("Content-Range", "").rpartition("/")[2] if is_part else headers.get("Content-Length", "")
    etag = headers.get("ETag")
    resumable = headers.get("Accept-Ranges", "").lower() == "bytes"
    strong = etag if etag and not etag.startswith("W/") else None
    return Reply(
        length=int(length) if length.isdecimal() and len(length) <= _MOST_DIGITS else None,
        etag=etag,
        mtime_ns=_moment(headers.get("Last-Modified")),
        form=_FORMS.get(kind),
        validator=strong if resumable else None,
        next_link=_next_link(headers.get("Link", "")),
    )


def believable_form(told: Form | None, start: bytes) -> Form | None:
    """What the server calls a file, unless that is JSON and the content is not, or the other way round: then whoever reads it looks.

    Example:
        >>> believable_form("csv", b"email,name"), believable_form("csv", b'[{"email"'), believable_form("json", b"<html>")
        ('csv', None, None)
    """
    first = start.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    if not first.isascii() or not first.strip() or first < b" ":
        return told  # packed, or of another encoding
    return None if told and (first in {b"[", b"{"}) == (told == "csv") else told


def _next_link(header: str) -> str | None:
    links = parse_header_links(header) if header else []
    return next((link.get("url") for link in links if "next" in link.get("rel", "").lower().split()), None)


def _moment(date: str | None) -> int | None:
    try:
        return int(parsedate_to_datetime(date).timestamp()) * 10**9 if date else None
    except (ValueError, OverflowError):
        return None
