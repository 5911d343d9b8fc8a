"""Packed bytes to what they stand for: gzip, bzip2, xz and zstd, told by their first bytes, in bounded memory.

A packed text is one or more members, one behind the other. Put here: how each kind is recognised and unpacked, and where one ends. Keep out:
files, and what a fault means for their records (``byte_stream``).
"""

import importlib
import re
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol

from hubsync_assets.sources.files import refusals

__all__ = ["START_BYTES", "CorruptError", "MemoryNeededError", "Packing", "packing_by_magic"]

_GZIP_WINDOW = zlib.MAX_WBITS | 16
_ZSTD_PIECE = 1 << 10
"""zstandard bounds what goes in, not what comes out: this much stands for 32 MB at most, 128 kB for each 4 bytes."""

_ZSTD_WINDOW = 1 << 27
"""As the command zstd has it: a file may ask for more memory, and gets it only where a person says so."""


_XZ_MEMORY = 1 << 28
"""What xz -9 needs to unpack is a quarter of it."""

_TOO_MUCH = re.compile("too much memory|memory usage limit", re.IGNORECASE)
"""So zstandard and lzma say that the window is longer than the limit above."""

_BZIP2_BLOCKS = (b"1AY&SY", b"\x17rE8P\x90")
"""What follows the four bytes of its magic: a block, or the end of an empty one."""

START_BYTES = 10
"""So many tell every packing."""


class CorruptError(Exception):
    """What follows cannot be unpacked."""


class MemoryNeededError(Exception):
    """It can be unpacked, with more memory than it gets."""


class _Member(Protocol):
    """One member, being unpacked."""

    @property
    def eof(self) -> bool:
        """It has come to its end, and all has come out."""

    @property
    def unused_data(self) -> bytes:
        """What was put in behind its end."""

    @property
    def needs_input(self) -> bool:
        """Nothing comes out before more goes in."""

    def decompress(self, packed: bytes, most: int) -> bytes:
        """At most so many bytes of what comes out."""


class _Gzip:
    """zlib's, which leaves to us what it has not taken."""

    def __init__(self) -> None:
        self._member = zlib.decompressobj(_GZIP_WINDOW)
        self._unread = b""
        self.needs_input = True

    @property
    def eof(self) -> bool:
        return self._member.eof

    @property
    def unused_data(self) -> bytes:
        return self._member.unused_data + self._unread

    def decompress(self, packed: bytes, most: int) -> bytes:
        waits = self._unread + packed
        # Byte by byte: the call that finds a wrong checksum gives nothing, and would take the last one along.
        size = len(waits) if most > 1 else 1
        block = self._member.decompress(waits[:size], most)
        # At its end zlib tells what follows twice.
        self._unread = (b"" if self._member.eof else self._member.unconsumed_tail) + waits[size:]
        # Input can run out before all of its output has come out.
        self.needs_input = not self._unread and len(block) < most
        return block


class _Zstd:
    def __init__(self, module: Any) -> None:  # noqa: ANN401 - the module is not always there
        self._member = module.ZstdDecompressor(max_window_size=_ZSTD_WINDOW).decompressobj()
        self._waits = memoryview(b"")
        self._out = memoryview(b"")
        self._rest = b""

    @property
    def eof(self) -> bool:
        return bool(self._member.eof) and not self._out

    @property
    def unused_data(self) -> bytes:
        return self._rest

    @property
    def needs_input(self) -> bool:
        return not self._waits and not self._out

    def decompress(self, packed: bytes, most: int) -> bytes:
        if packed:
            self._waits = memoryview(bytes(self._waits) + packed)
        while not self._out and self._waits and not self._member.eof:
            piece, self._waits = self._waits[: min(_ZSTD_PIECE, most)], self._waits[min(_ZSTD_PIECE, most) :]
            self._out = memoryview(self._member.decompress(bytes(piece)))
            if self._member.eof:
                self._rest, self._waits = self._member.unused_data + bytes(self._waits), memoryview(b"")
        block, self._out = self._out[:most], self._out[most:]
        return bytes(block)


@dataclass(frozen=True, slots=True)
class Packing:
    """One kind.

    Attributes:
        name: In words.
        needs: What to install where it cannot be unpacked.
        magic: How every member begins.
        starts: How many bytes it takes to tell a member from something else.
    """

    name: str
    needs: str
    magic: bytes
    starts: int
    _module: str
    _make: Callable[[Any], _Member]
    _faults: Callable[[Any], tuple[type[Exception], ...]]

    def members(self, file: str) -> "Members":
        """Ready to unpack.

        Args:
            file: Its name.

        Raises:
            FileRefusedError: What unpacks it is not installed.
        """
        try:
            module = importlib.import_module(self._module)
        except ImportError:
            raise refusals.needs_extra(file, self.name, self.needs) from None
        return Members(self, partial(self._make, module), self._faults(module))

    def begins(self, start: bytes) -> bool:
        """Whether a member begins so."""
        if self.name == "zstd" and start[1:4] == b"\x2a\x4d\x18":
            return start[0] >> 4 == 5  # a frame that is to be skipped
        return start.startswith(self.magic) and (self.name != "bzip2" or start[4:10] in _BZIP2_BLOCKS)

    def may_begin(self, start: bytes) -> bool:
        """Whether these are the first bytes of a member whose others are missing."""
        return self.magic.startswith(start[: len(self.magic)])


class Members:
    """A packed text, being unpacked.

    Attributes:
        whole: After the last block: the last member has come to its end.
        tail: After the last block: how many bytes follow it that are none of a member.
    """

    def __init__(self, packing: Packing, make: Callable[[], _Member], faults: tuple[type[Exception], ...]) -> None:
        self.whole = False
        self.tail = 0
        self._packing = packing
        self._make = make
        self._faults = faults

    def unpack(self, pieces: Iterator[bytes], most: Callable[[], int]) -> Iterator[bytes]:
        """What the pieces stand for, in blocks of at most ``most()`` bytes, none empty.

        Raises:
            CorruptError: What follows cannot be unpacked.
            MemoryNeededError: It needs too much memory.
        """
        member: _Member | None = None
        rest = b""
        for piece in pieces:
            rest += piece
            while rest:
                if member is None:
                    # Tapes and block devices pad with zeros, and gzip ignores them.
                    rest = rest.lstrip(b"\0") if self.whole else rest
                    if len(rest) < self._packing.starts:
                        break
                    if not self._packing.begins(rest):
                        self.tail = len(rest) + sum(map(len, pieces))
                        return
                    member, self.whole = self._make(), False
                put, rest = rest, b""
                yield from self._through(member, put, most)
                if member.eof:
                    rest, member, self.whole = member.unused_data, None, True
        if rest:
            self.whole = self.whole and not self._packing.may_begin(rest)
            self.tail = len(rest)

    def _through(self, member: _Member, packed: bytes, most: Callable[[], int]) -> Iterator[bytes]:
        """All that comes out of a member before it needs more."""
        try:
            block = member.decompress(packed, most())
            while block or not (member.eof or member.needs_input):
                if block:
                    yield block
                block = b"" if member.eof else member.decompress(b"", most())
        except self._faults as error:
            if _TOO_MUCH.search(str(error)):
                raise MemoryNeededError from error
            raise CorruptError from error


_PACKINGS = (
    Packing("gzip", "a Python with zlib", b"\x1f\x8b", 2, "zlib", lambda _: _Gzip(), lambda _: (zlib.error,)),
    Packing(
        "bzip2", "a Python with bz2", b"BZh", 10, "bz2",
        lambda bz2: bz2.BZ2Decompressor(), lambda _: (OSError, ValueError, EOFError),
    ),
    Packing(
        "xz", "a Python with lzma", b"\xfd7zXZ\0", 6, "lzma",
        lambda lzma: lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=_XZ_MEMORY), lambda lzma: (lzma.LZMAError, EOFError),
    ),
    Packing(
        "zstd", "hubsync_assets[zstd], with pip", b"\x28\xb5\x2f\xfd", 4, "zstandard",
        _Zstd, lambda zstandard: (zstandard.ZstdError,),
    ),
)  # fmt: skip


def packing_by_magic(start: bytes) -> Packing | None:
    """How bytes that begin so are packed; None: they are not."""
    return next((packing for packing in _PACKINGS if packing.begins(start)), None)
