"""An object to a file on this disk: in blocks, each of the same version, and asked for again where the network fails.

Put here: getting bytes. Keep out: which objects there are (``listing``), and what the bytes mean.
"""

import hashlib
import shutil
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from hubsync_assets.errors import TransientError
from hubsync_assets.sources.buckets import errors
from hubsync_assets.sources.buckets.address import BucketAddress
from hubsync_assets.sources.buckets.failures import in_own_words
from hubsync_assets.sources.buckets.store import open_store
from hubsync_assets.sources.files.download_retry import DownloadRetry
from hubsync_assets.sources.files.source_file import SourceFile

if TYPE_CHECKING:
    from obstore import GetOptions
    from obstore.store import ObjectStore

__all__ = ["BLOCK", "download"]

BLOCK = 16 << 20
"""So much is asked for at once, and held in memory."""


def download(
    address: BucketAddress, file: SourceFile, folder: Path, retry: DownloadRetry | None = None, block: int = BLOCK
) -> SourceFile:
    """Get an object into ``folder``.

    Args:
        address: Where it is.
        file: From ``list_objects``; if it is another one by now, that is an error.
        folder: Made if needed. The caller clears it.
        retry: How often and how long to try.
        block: Bytes of a request.

    Returns:
        The same file with ``path``; with ``missing``, where only a part of it came.

    Raises:
        PermanentError: It may not be read, or the disk is too small.
        TransientError: Not a byte came, or it was replaced.
    """
    folder.mkdir(parents=True, exist_ok=True)
    size = file.size or 0
    if size > shutil.disk_usage(folder).free:
        raise errors.no_space(file.name, size)
    stem = hashlib.sha256(file.name.encode()).hexdigest()[:16]
    part = folder / f"{stem}.part"
    with part.open("wb") as target:
        missing = _Download(address, file, target, retry or DownloadRetry(attempts=3), block).run()
    path = part.with_suffix(".data")
    part.replace(path)
    return replace(file, path=path, missing=missing)


class _Download:
    def __init__(
        self, address: BucketAddress, file: SourceFile, target: BinaryIO, retry: DownloadRetry, block: int
    ) -> None:
        self._address, self._file, self._target, self._retry, self._block = address, file, target, retry, block
        self._key = file.key or ""

    def run(self) -> str | None:
        """Fill the target. Returns what is missing in the end, in words."""
        store = open_store(self._address)
        size, failures = self._file.size or 0, 0
        deadline = time.monotonic() + self._retry.total_seconds
        while (got := self._target.tell()) < size:
            try:
                self._target.write(self._get(store, got, min(got + self._block, size)))
                failures = 0
            except TransientError:
                failures += 1
                if failures >= self._retry.attempts or time.monotonic() > deadline:
                    if not got:
                        raise
                    return errors.broke_off(got, size)
                self._retry.pause(failures, None)
        return None

    def _get(self, store: "ObjectStore", start: int, end: int) -> bytes:
        import obstore  # noqa: PLC0415 - an extra

        options: GetOptions = {"range": (start, end), "if_match": self._file.etag}
        with in_own_words(self._file.name, self._address.scheme):
            answer = obstore.get(store, self._key, options=options)
            # Without an ETag its size is all that says that it is the same.
            if answer.meta["size"] != self._file.size:
                raise errors.replaced(self._file.name)
            return bytes(answer.bytes())
