"""Open bytes: a file's content in blocks, unpacked, and in plain words how it ended.

gzip is recognised by its first two bytes, so that a packed download needs no suffix. A stream that is cut off or corrupt
still gives every byte before the fault, and ``fault`` says what happened. Keep out: what the bytes mean.
"""

import os
import zlib
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from hubsync_assets.sources import errors
from hubsync_assets.sources.files import refusals

__all__ = ["ByteStream", "is_packed"]

_GZIP_MAGIC = b"\x1f\x8b"
_PACKED_BLOCK = 1 << 17
_GZIP_WINDOW = zlib.MAX_WBITS | 16


class ByteStream:
    """A file's bytes in blocks of at most ``block_bytes``; use it with ``with``.

    Attributes:
        taken: Bytes of the file as stored that were read so far.
        warning: After the last block: what a person should know of the file although all of it came, or ``None``.
        fault: After the last block: why the data ended before they should have, or ``None``.
    """

    def __init__(self, path: Path, name: str, block_bytes: int) -> None:
        """Open ``path``.

        Raises:
            PermanentError: No permission, no such file, a ``.gz`` that is not gzip.
        """
        self.taken = 0
        self.warning: str | None = None
        self.fault: str | None = None
        self._block_bytes = block_bytes
        try:
            self._file: BinaryIO = path.open("rb", buffering=0)
        except FileNotFoundError:
            raise errors.vanished(name) from None
        except PermissionError:
            raise errors.denied(name) from None
        except IsADirectoryError:
            raise errors.not_a_file(name) from None
        self._opened_as = os.fstat(self._file.fileno())
        magic = os.pread(self._file.fileno(), 2, 0)
        self._packed = magic == _GZIP_MAGIC
        if name.lower().endswith(".gz") and not self._packed and magic:
            self._file.close()
            raise refusals.not_packed(name, ".gz", "gzip")
        if name.lower().endswith(".gz") and not magic:
            self.fault = "the gzip file is empty"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._file.close()

    def blocks(self) -> Iterator[bytes]:
        """The content, each block at most ``block_bytes`` long and none empty."""
        yield from self._unpacked() if self._packed else self._plain(self._block_bytes)
        now = os.fstat(self._file.fileno())
        before = self._opened_as
        if self.fault is None and (now.st_size, now.st_mtime_ns) != (before.st_size, before.st_mtime_ns):
            self.fault = "the file changed while it was read"

    def _plain(self, size: int) -> Iterator[bytes]:
        while block := self._file.read(size):
            self.taken += len(block)
            yield block

    def _unpacked(self) -> Iterator[bytes]:
        member = zlib.decompressobj(_GZIP_WINDOW)
        for packed in self._plain(_PACKED_BLOCK):
            rest = packed
            while rest:
                if member.eof:
                    rest = rest.lstrip(b"\0")  # tapes and block devices pad with zeros, and gzip ignores them
                    if not rest:
                        break
                    member = zlib.decompressobj(_GZIP_WINDOW)
                before = member.copy()
                try:
                    block = member.decompress(rest, self._block_bytes)
                except zlib.error:
                    self.fault = f"the gzip data are corrupt near byte {self.taken - len(rest)} of the file"
                    yield from _salvage(before, rest, self._block_bytes)
                    return
                if block:
                    yield block
                rest = member.unused_data if member.eof else member.unconsumed_tail
        while block := b"" if member.eof else member.decompress(b"", self._block_bytes):
            yield block  # the input can run out before all of its output has come out
        if not member.eof:
            self.fault = f"the gzip data end early, at byte {self.taken} of the file"


def _salvage(member: "zlib._Decompress", packed: bytes, block_bytes: int) -> Iterator[bytes]:
    """What comes out before the fault: zlib throws away the output of the call that finds it, so ask for less and less."""
    size = block_bytes
    while size:
        before = member.copy()
        try:
            block = member.decompress(packed, size)
        except zlib.error:
            member, size = before, size // 2
            continue
        if not block:
            return
        yield block
        packed = member.unconsumed_tail


def is_packed(path: Path) -> bool:
    """Whether a file begins like a gzip file, whatever its name."""
    try:
        with path.open("rb") as file:
            return file.read(len(_GZIP_MAGIC)) == _GZIP_MAGIC
    except OSError:
        return False  # whoever reads it says what is wrong
