"""Open bytes: a file's content in blocks, unpacked, and in plain words how it ended.

Packed ones are told by their first bytes, so that a packed download needs no suffix. A stream that is cut off or corrupt
still gives every byte before the fault, and ``fault`` says what happened. Keep out: what the bytes mean.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from hubsync_assets.sources import errors
from hubsync_assets.sources.files import refusals
from hubsync_assets.sources.files.source_file import packing_of
from hubsync_assets.sources.files.unpacking import (
    START_BYTES,
    CorruptError,
    MemoryNeededError,
    Packing,
    packing_by_magic,
)

__all__ = ["FREE_OF_RATIO", "MOST_RATIO", "MOST_UNPACKED", "ByteStream", "is_packed"]

_PACKED_BLOCK = 1 << 17
_STEPS = (1 << 12, 1)

MOST_UNPACKED = 1 << 40
"""Of one file: at 100 MB/s that is read in three hours, and no table here is made for more."""

MOST_RATIO = 250
"""Bytes of text that a packed byte may stand for. Exports have 12 where they were measured, and highly repetitive ones some dozens; what is
made to fill a disk has 1,000 and more."""

FREE_OF_RATIO = 1 << 28
"""So much text may be packed however tightly: it does no harm."""


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
            PermanentError: No permission, no such file, a name that promises a packing that it has not, nothing that unpacks it.
        """
        self.taken = 0
        self.warning: str | None = None
        self.fault: str | None = None
        self._name = name
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
        start = os.pread(self._file.fileno(), START_BYTES, 0)
        self._packing = packing_by_magic(start)
        promised = packing_of(name)
        if promised is not None and start and (self._packing is None or self._packing.name != promised):
            self._file.close()
            raise refusals.not_packed(name, promised)
        if promised is not None and not start:
            self.fault = f"the {promised} file is empty"
        if self._packing is not None:
            try:
                self._packing.members(name)
            except errors.FileRefusedError:
                self._file.close()
                raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._file.close()

    def blocks(self) -> Iterator[bytes]:
        """The content, each block at most ``block_bytes`` long and none empty."""
        yield from self._plain(self._block_bytes) if self._packing is None else self._unpacked(self._packing)
        now = os.fstat(self._file.fileno())
        before = self._opened_as
        if self.fault is None and (now.st_size, now.st_mtime_ns) != (before.st_size, before.st_mtime_ns):
            self.fault = "the file changed while it was read"

    def _plain(self, size: int) -> Iterator[bytes]:
        while block := self._file.read(size):
            self.taken += len(block)
            yield block

    def _unpacked(self, packing: Packing) -> Iterator[bytes]:
        given = 0
        for step in (self._block_bytes, *_STEPS):
            try:
                for block in self._unpacked_from(packing, given, step):
                    given += len(block)
                    yield block
                    if given > MOST_UNPACKED or given > max(FREE_OF_RATIO, MOST_RATIO * self.taken):
                        self.fault = f"the {packing.name} data stand for more than {min(MOST_UNPACKED, MOST_RATIO * self.taken):,} bytes"
                        return
            except MemoryNeededError:
                self.fault = f"the {packing.name} data need more memory than they get here: pack them again with the usual window, without --long or --ultra"
                return
            except CorruptError:
                continue  # what came out of the call that found it is lost: once more, with smaller calls from there on
            return
        self.fault = f"the {packing.name} data are corrupt near byte {self.taken} of the file"

    def _unpacked_from(self, packing: Packing, skip: int, step: int) -> Iterator[bytes]:
        """What follows the first ``skip`` bytes, ``step`` at a time."""
        self._file.seek(0)
        self.taken = 0
        at = [0]
        members = packing.members(self._name)
        pieces = self._plain(_PACKED_BLOCK)
        for block in members.unpack(pieces, lambda: min(self._block_bytes, skip - at[0]) if at[0] < skip else step):
            at[0] += len(block)
            if at[0] > skip:
                yield block
        if not members.whole:
            self.fault = f"the {packing.name} data end early, at byte {self.taken} of the file"
        elif members.tail:
            self.warning = f"the {packing.name} data are whole, and {members.tail:,} bytes follow that are none of them: they are not read"


def is_packed(path: Path) -> bool:
    """Whether a file begins like a packed one, whatever its name."""
    try:
        with path.open("rb") as file:
            return packing_by_magic(file.read(START_BYTES)) is not None
    except OSError:
        return False  # whoever reads it says what is wrong
