"""The pages of one export over HTTP, written one after the other into one file: as many JSON values.

What came is kept whatever happens to a later page; then the export is incomplete. A server that leads in a circle, or gives a page twice, is
at fault, because nobody knows what it left out. Keep out: one request (``fetch``), and where the records of a page stand (``readers``).
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import BinaryIO
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

from hubsync_assets.errors import HubsyncError
from hubsync_assets.sources.files.byte_stream import ByteStream
from hubsync_assets.sources.files.download_retry import DownloadRetry
from hubsync_assets.sources.files.fetch import fetch
from hubsync_assets.sources.files.following import Following, may_follow
from hubsync_assets.sources.files.session import is_private
from hubsync_assets.sources.files.source_file import SourceFile

__all__ = ["PageRule", "fetch_pages"]

PAGE_LIMIT = 64 << 20
"""A page is held in memory to find the next one; a larger one is none."""

_BLOCK = 1 << 18
_ERRORS = ("error", "errors")


class _End(Exception):  # noqa: N818 - the end of the pages, perhaps before it should be
    """``missing``: what is wrong; None: that was the last page."""

    def __init__(self, missing: str | None = None) -> None:
        super().__init__(missing)
        self.missing = missing


@dataclass(frozen=True, slots=True)
class PageRule:
    """How a page leads to the next one; see ``model.pages``. ``records``: the keys that lead to its records, where they are declared."""

    next: tuple[str, ...] | None = None
    by_header: bool = False
    cursor: tuple[str, ...] | None = None
    parameter: str = ""
    first: int | None = None
    most: int = 10_000
    records: tuple[str, ...] | None = None


@dataclass(slots=True)
class _Way:
    """Where the pages have led so far."""

    rule: PageRule
    start: str
    at: str
    led: set[str] = field(default_factory=set)
    contents: set[bytes] = field(default_factory=set)
    number: int = 0

    def onward(self, page: object, link: str | None) -> str:
        """The URL of the next page."""
        rule = self.rule
        is_empty = not _has_records(page, rule.records)
        if is_empty and _says_error(page):
            raise _End("it holds an error, and no records")
        if rule.first is not None:
            if is_empty:
                raise _End
            self.number += 1
            return _with(self.start, rule.parameter, str(self.number))
        found = link if rule.by_header else _at(page, rule.cursor or rule.next or ())
        if found is None or found is False or found == "":
            raise _End
        if isinstance(found, dict | list) or found is True:
            raise _End("what leads to the next page is no text")
        try:
            url = _with(self.start, rule.parameter, str(found)) if rule.cursor else urljoin(self.at, str(found))
            leads_on = may_follow(self.at, url)
        except ValueError:  # half a bracket
            leads_on, url = False, ""
        if is_empty and rule.cursor and url == self.at:
            raise _End  # where the list goes on when there is more, as feeds say it
        if url in self.led:
            raise _End("it leads to a page that was read before")
        if not leads_on:
            raise _End("it leads to what is no http(s) address, or from https to http")
        return url


def fetch_pages(
    file: SourceFile,
    folder: Path,
    rule: PageRule,
    following: Following | None = None,
    retry: DownloadRetry | None = None,
    private: Callable[[str], bool] = is_private,
) -> SourceFile:
    """Download all pages into ``folder``.

    Args:
        file: The first page, from ``locate``.
        folder: As for ``fetch``.
        rule: How a page leads to the next.
        following: What all requests have in common.
        retry: For each page.
        private: See ``Session``.

    Returns:
        The file with ``path``, ``size``, and ``missing`` where not all pages came. Nothing proves that they are what they were last time.

    Raises:
        HubsyncError: As ``fetch``, of the first page.
    """
    start = file.url or ""
    way = _Way(rule, start, start if rule.first is None else _with(start, rule.parameter, str(rule.first)))
    way.number = rule.first or 0
    following = following or Following(start)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / f"{hashlib.sha256(start.encode()).hexdigest()[:16]}.pages"
    path.touch(mode=0o600)
    missing: str | None = None
    number = 0
    with path.open("wb") as target:
        try:
            while True:
                number += 1
                _append_page(target, way, number, partial(_fetch, file, folder, retry, private, following))
        except _End as end:
            missing = None if end.missing is None else f"page {number}: {end.missing}"
        size = target.tell()
    return replace(file, path=path, size=size, form="ndjson", missing=missing)


def _append_page(target: BinaryIO, way: _Way, number: int, get: Callable[[str, bool], SourceFile]) -> None:
    """Write one page, and go on to the next; raises ``_End`` where there is none."""
    if number > way.rule.most:
        raise _End(f"there are more than {way.rule.most} pages")
    way.led.add(way.at)
    page = get(way.at, number == 1)
    content = _content(page)
    digest = hashlib.sha256(content).digest()
    # Empty ones look alike, and one that was seen before is JSON.
    if digest in way.contents and _has_records(_parsed(content), way.rule.records):
        raise _End("it is the same as a page before")
    way.contents.add(digest)
    target.write(content + b"\n")
    if page.missing is not None:
        raise _End(page.missing)
    way.at = way.onward(_parsed(content), page.next_link)


def _fetch(
    file: SourceFile,
    folder: Path,
    retry: DownloadRetry | None,
    private: Callable[[str], bool],
    following: Following,
    url: str,
    is_first: bool,
) -> SourceFile:
    try:
        return fetch(replace(file, url=url, form="json"), folder, retry, private=private, following=following)
    except HubsyncError as error:
        if is_first:
            raise
        raise _End(str(error).removeprefix(f"{file.name}: ")) from None


def _content(page: SourceFile) -> bytes:
    if page.path is None:
        return b""
    parts, size = [], 0
    with ByteStream(page.path, page.name, _BLOCK) as stream:
        for block in stream.blocks():
            parts.append(block)
            size += len(block)
            if size > PAGE_LIMIT:
                raise _End(f"it has more than {PAGE_LIMIT >> 20} MiB")
    page.path.unlink()
    return b"".join(parts).removeprefix(b"\xef\xbb\xbf")


def _parsed(content: bytes) -> object:
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        raise _End("it is not JSON") from None


def _at(page: object, keys: tuple[str, ...]) -> object:
    for key in keys:
        page = page.get(key) if isinstance(page, dict) else None
    return page


def _has_records(page: object, records: tuple[str, ...] | None) -> bool:
    """Whether the list at the path has something in it; where none is declared, whether any list has an object."""
    if records is not None:
        return bool(_at(page, records))
    if isinstance(page, list):
        return any(isinstance(element, dict) for element in page)
    return isinstance(page, dict) and any(
        _has_records(member, None) for key, member in page.items() if key not in _ERRORS
    )


def _says_error(page: object) -> bool:
    return isinstance(page, dict) and any(page.get(key) for key in _ERRORS)


def _with(url: str, parameter: str, value: str) -> str:
    """The URL with a parameter, in place of one of that name."""
    parts = urlsplit(url)
    others = [(name, was) for name, was in parse_qsl(parts.query, keep_blank_values=True) if name != parameter]
    return urlunsplit(parts._replace(query=urlencode([*others, (parameter, value)])))
