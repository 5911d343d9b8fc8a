"""What is wrong with how a source of a declaration is asked over HTTP, and with where its records are said to stand.

Put here: checks of more than one key, and of secrets, which are never told. Keep out: all other keys of a source (``source_faults``).
"""

import re
from collections.abc import Iterator

from hubsync_assets.model.declaration import Source
from hubsync_assets.model.judged import Fault, Path
from hubsync_assets.model.plain_http import leaves_in_plain
from hubsync_assets.model.records_path import RecordsPath

__all__ = ["faults_of_requests"]

_SECRET = re.compile(r"env:[A-Za-z_][A-Za-z0-9_]*")
_HEADER = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_OWN = frozenset({"host", "content-length", "connection", "range", "if-range", "if-none-match", "accept-encoding"})
_NO_SECRET = "a secret does not belong into this file: write env:NAME, and put it into that variable"  # noqa: S105 - it is none


def faults_of_requests(source: Source, path: Path) -> Iterator[Fault]:
    """Everything that is wrong with ``records``, ``pages``, ``headers`` and ``bearer``, and with ``allow_plain`` where it is about them."""
    if source.records is not None:
        try:
            RecordsPath.of(source.records)
        except ValueError as wrong:
            yield Fault((*path, "records"), str(wrong))
    if source.is_database:
        return
    here = source.read.strip().lower()
    if not here.startswith(("http://", "https://", "env:")):
        words = "it belongs to an http(s) URL, and this reads something else"
        yield from (
            Fault((*path, key), words) for key in ("pages", "headers", "bearer") if key in source.model_fields_set
        )
    yield from _of_headers(source, path)
    yield from _of_plain(source, path)
    yield from _of_pages(source, path)


def _of_headers(source: Source, path: Path) -> Iterator[Fault]:
    for name, value in source.headers.items():
        if not _HEADER.fullmatch(name):
            yield Fault((*path, "headers"), "a header's name has letters, digits and -, as in X-Api-Key")
        elif name.lower() in _OWN:
            yield Fault((*path, "headers", name), "it is set for each request: leave it out")
        elif not _SECRET.fullmatch(value):
            yield Fault((*path, "headers", name), _NO_SECRET)
    if source.bearer is not None:
        if not _SECRET.fullmatch(source.bearer):
            yield Fault((*path, "bearer"), _NO_SECRET)
        if any(name.lower() == "authorization" for name in source.headers):
            yield Fault((*path, "bearer"), "there is a header Authorization, too: it can have one of both")


def _of_plain(source: Source, path: Path) -> Iterator[Fault]:
    sends = [key for key in ("bearer", "headers") if getattr(source, key)]
    if source.allow_plain and not sends:
        yield Fault((*path, "allow_plain"), "it belongs to a database, or to bearer and headers, and there is neither")
    elif sends and not source.allow_plain and leaves_in_plain(source.read):
        words = "over http anybody on the way can read it: write https instead, or allow_plain: true where the network is trusted"
        yield from (Fault((*path, key), words) for key in sends)


def _of_pages(source: Source, path: Path) -> Iterator[Fault]:
    pages = source.pages
    if pages is None:
        return
    here = (*path, "pages")
    ways = [key for key in ("next", "cursor", "number") if getattr(pages, key) is not None]
    if len(ways) != 1:
        yield Fault(here, "one of next, cursor and number says how a page leads to the next one")
    if pages.cursor is not None and pages.parameter is None:
        yield Fault(here, "parameter is missing: the parameter of the URL that the cursor is sent in")
    if pages.cursor is None and pages.parameter is not None:
        yield Fault((*here, "parameter"), "it belongs to cursor, and there is none")
    if pages.number is None and "first" in pages.model_fields_set:
        yield Fault((*here, "first"), "it belongs to number, and there is none")
