"""Which objects an address means: names, sizes, times and ETags, from one listing.

Put here: a key, a folder, a pattern. Keep out: their bytes (``download``).
"""

import hashlib
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from hubsync_assets.sources.buckets import errors
from hubsync_assets.sources.buckets.address import BucketAddress
from hubsync_assets.sources.buckets.failures import in_own_words
from hubsync_assets.sources.buckets.store import endpoint_of, open_store
from hubsync_assets.sources.files.leaving_out import (
    FOLDER,
    OTHER,
    PLAIN_TEXT,
    is_archive,
    why_folder_left_out,
    why_left_out,
)
from hubsync_assets.sources.files.source_file import SourceFile, form_of, is_plain_text, packing_of
from hubsync_assets.sources.naming import clean

if TYPE_CHECKING:
    from obstore import ObjectMeta
    from obstore.store import ObjectStore

__all__ = ["MOST_OBJECTS", "Listing", "list_objects"]

MOST_OBJECTS = 100_000
"""A listing with more is refused rather than held."""

_PACKED = 4
"""So many bytes of text a byte of a packed format is taken to be."""

_PACKED_TEXT = 12
"""The same of text that is packed as a whole (see ``steps.bucket_count``)."""

_PACKED_FORMS = ("parquet", "arrow", "spreadsheet")


@dataclass(frozen=True, slots=True)
class Listing:
    """What is there.

    Attributes:
        files: The exports, newest first.
        left_out: The names of other objects in that folder, and why they are not read.
    """

    files: tuple[SourceFile, ...]
    left_out: dict[str, str]


def list_objects(address: BucketAddress, rank: Literal["time", "name"]) -> Listing:
    """Ask the store.

    Args:
        address: What is meant.
        rank: See ``locate``.

    Raises:
        PermanentError: No such bucket, object or folder; credentials that are missing or wrong.
        TransientError: It cannot be reached.
    """
    store = open_store(address)
    folders: set[str] = set()
    with in_own_words(address.name, address.scheme):
        named = [] if address.is_folder or address.is_pattern else _one(store, address.path)
        metas = named or list(_some(store, address, folders))
    if not metas and not folders and not address.is_folder and not address.is_pattern:
        raise errors.no_such_object(address.name)
    reasons = {} if named else {meta["path"]: _why_left_out(address, meta["path"]) for meta in metas}
    taken = [meta for meta in metas if reasons.get(meta["path"]) is None]
    whys = {**dict.fromkeys(folders, FOLDER), **reasons}
    start = len(address.fixed) if address.is_pattern else len(address.path)
    others = {clean(path[start:].strip("/")): reason for path, reason in sorted(whys.items()) if reason is not None}
    files = [_file(address, meta) for meta in taken]
    files.sort(key=lambda file: ((file.mtime_ns or 0) if rank == "time" else 0, file.name), reverse=True)
    return Listing(tuple(replace(file, rank=number) for number, file in enumerate(files)), others)


def _why_left_out(address: BucketAddress, key: str) -> str | None:
    *folders, last = key.removeprefix(address.fixed).strip("/").split("/")
    why = why_left_out(last)
    meant = address.is_pattern and is_plain_text(address.path) and why == PLAIN_TEXT
    return (None if meant else why) or why_folder_left_out(folders)


def _one(store: "ObjectStore", key: str) -> list["ObjectMeta"]:
    import obstore  # noqa: PLC0415 - an extra

    try:
        return [obstore.head(store, key)]
    except FileNotFoundError:
        return []  # perhaps a folder


def _some(store: "ObjectStore", address: BucketAddress, folders: set[str]) -> Iterator["ObjectMeta"]:
    """``folders`` gets those that stand beside the objects."""
    import obstore  # noqa: PLC0415 - an extra

    if address.is_pattern:
        blocks: Iterable[Iterable[ObjectMeta]] = obstore.list(store, prefix=address.fixed or None)
    else:
        there = obstore.list_with_delimiter(store, prefix=address.path or None)
        folders.update(there["common_prefixes"])
        blocks = [there["objects"]]
    seen = 0
    for block in blocks:
        for meta in block:
            seen += 1
            if seen > MOST_OBJECTS:
                raise errors.too_many(address.name, MOST_OBJECTS)
            if (not address.is_pattern or address.matches(meta["path"])) and not _is_marker(meta, address):
                yield meta


def _is_marker(meta: "ObjectMeta", address: BucketAddress) -> bool:
    """An empty object that a console makes so that a folder is there; the slash that its key ends in is gone by here."""
    key = meta["path"]
    return meta["size"] == 0 and (key == address.path or why_left_out(_last(key)) == OTHER) and "." not in _last(key)


def _last(path: str) -> str:
    return path.rpartition("/")[2]


def _file(address: BucketAddress, meta: "ObjectMeta") -> SourceFile:
    form = form_of(meta["path"])
    asked = (endpoint_of(address, os.environ), address.root, meta["path"])
    return SourceFile(
        clean(address.root + meta["path"]),
        key=meta["path"],
        form=form,
        size=meta["size"],
        mtime_ns=int(meta["last_modified"].timestamp() * 1000) * 10**6,
        identity=hashlib.sha256(repr(asked).encode()).hexdigest(),
        etag=meta["e_tag"],
        text_size=_text_size(meta["path"], meta["size"]),
    )


def _text_size(path: str, size: int) -> int | None:
    if packing_of(path) is not None or is_archive(path):
        return size * _PACKED_TEXT
    return size * _PACKED if form_of(path) in _PACKED_FORMS else None
