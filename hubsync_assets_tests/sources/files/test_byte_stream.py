"""Bytes of a file, packed or not, whole or not."""

import bz2
import gzip
import lzma
import random
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import zstandard

from hubsync_assets.errors import PermanentError, TransientError
from hubsync_assets.sources.files import byte_stream
from hubsync_assets.sources.files.byte_stream import ByteStream, is_packed
from hubsync_assets.sources.files.locate import locate
from hubsync_assets.sources.readers.read_chunks import read_chunks
from hubsync_assets_tests.sources.seen import COLUMNS, see_bytes

LONG = random.Random(2).randbytes(1_200_000)
TEXT = bytes(random.Random(1).randbytes(300_000))


def unpack(path: Path, block_bytes: int = 1000) -> tuple[bytes, str | None, int]:
    with ByteStream(path, path.name, block_bytes) as stream:
        blocks = list(stream.blocks())
    assert all(0 < len(block) <= block_bytes for block in blocks)
    return b"".join(blocks), stream.fault, stream.taken


@pytest.mark.parametrize("block_bytes", [1, 7, 1 << 20])
def test_a_plain_file_comes_in_blocks(tmp_path: Path, block_bytes: int) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(TEXT[:5000])
    assert unpack(path, block_bytes) == (TEXT[:5000], None, 5000)


@pytest.mark.parametrize(
    "packed",
    [
        gzip.compress(TEXT),
        gzip.compress(TEXT[:1000]) + gzip.compress(TEXT[1000:]),
        gzip.compress(TEXT) + b"\0" * 5000,
    ],
    ids=["one-member", "two-members", "padded"],
)
def test_a_packed_file_is_unpacked_whatever_its_name(tmp_path: Path, packed: bytes) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(packed)
    assert unpack(path) == (TEXT, None, len(packed))


def test_a_few_packed_bytes_that_stand_for_many_come_in_blocks_too(tmp_path: Path) -> None:
    path = tmp_path / "a.json.gz"
    path.write_bytes(gzip.compress(b" " * 10_000_000))
    with ByteStream(path, path.name, 1 << 16) as stream:
        sizes = [len(block) for block in stream.blocks()]
    assert (sum(sizes), max(sizes)) == (10_000_000, 1 << 16)
    assert stream.fault is None


def test_a_packed_file_that_was_cut_off_gives_what_came_before(tmp_path: Path) -> None:
    path = tmp_path / "a.json.gz"
    packed = gzip.compress(TEXT)
    path.write_bytes(packed[:200_000])
    text, fault, _ = unpack(path)
    assert len(text) > 190_000
    assert TEXT.startswith(text)
    assert fault == "the gzip data end early, at byte 200000 of the file"


PACK: dict[str, Callable[[bytes], bytes]] = {
    "gz": gzip.compress,
    "bz2": bz2.compress,
    "xz": lzma.compress,
    "zst": zstandard.ZstdCompressor(write_checksum=True).compress,
}
EACH = pytest.mark.parametrize("suffix", PACK)


@EACH
@pytest.mark.parametrize("block_bytes", [7, 1000, 1 << 20])
def test_each_packing_is_unpacked_by_its_name_and_by_its_bytes(tmp_path: Path, suffix: str, block_bytes: int) -> None:
    text = TEXT[:30_000] * 2
    packed = PACK[suffix](text[:50_000]) + b"\0" * 8 + PACK[suffix](b"") + PACK[suffix](text[50_000:])
    for name in (f"a.json.{suffix}", "a.json"):
        (tmp_path / name).write_bytes(packed)
        assert unpack(tmp_path / name, block_bytes) == (text, None, len(packed))
        assert is_packed(tmp_path / name)


@EACH
def test_each_packing_gives_what_came_before_a_cut(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a.json.{suffix}"
    # Packings work in blocks, of up to 900 kB: of one that is cut, nothing may be known.
    packed = PACK[suffix](LONG)
    path.write_bytes(packed[:1_100_000])
    got, fault, _ = unpack(path, 10_000)
    assert fault is not None
    assert "end early, at byte 1100000" in fault
    assert len(got) > 890_000
    assert LONG.startswith(got)


@EACH
def test_each_packing_gives_every_byte_before_a_fault_whatever_the_blocks(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a.json.{suffix}"
    packed = bytearray(PACK[suffix](LONG))
    packed[1_100_000:1_100_010] = b"\xff" * 10
    path.write_bytes(packed)
    seen = [unpack(path, block_bytes) for block_bytes in (1 << 12, 1 << 16, 1 << 21)]
    assert all("corrupt near byte" in (fault or "") for _, fault, _ in seen)
    assert len({got for got, _, _ in seen}) == 1
    assert len(seen[0][0]) > 890_000
    assert LONG.startswith(seen[0][0][:890_000])


@EACH
def test_bytes_behind_a_whole_packed_text_are_a_warning(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a.json.{suffix}"
    for tail in (b"garbage\r\n", b"garbage" * 50_000, b"g"):
        path.write_bytes(PACK[suffix](TEXT) + tail)
        with ByteStream(path, path.name, 1000) as stream:
            assert b"".join(stream.blocks()) == TEXT
        assert (stream.fault, stream.taken) == (None, path.stat().st_size)
        assert f"{len(tail):,} bytes follow" in (stream.warning or "")


@EACH
def test_a_second_member_that_is_cut_off_is_a_fault(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a.json.{suffix}"
    for size in (1, 2, 5, 12):
        path.write_bytes(PACK[suffix](TEXT) + PACK[suffix](TEXT)[:size])
        text, fault, _ = unpack(path)
        assert text.startswith(TEXT)
        assert "end early" in (fault or ""), size


def test_a_member_whose_checksum_is_wrong_is_a_fault_also_with_a_tail(tmp_path: Path) -> None:
    path = tmp_path / "a.json.gz"
    packed = bytearray(gzip.compress(TEXT))
    packed[-6] ^= 0xFF
    path.write_bytes(bytes(packed) + b"garbage")
    text, fault, _ = unpack(path)
    assert text == TEXT
    assert "corrupt" in (fault or "")


@EACH
def test_what_is_named_as_packed_and_is_not_is_refused(tmp_path: Path, suffix: str) -> None:
    with pytest.raises(PermanentError, match=f"ends in .{suffix} but is not"):
        see_bytes(tmp_path, b"[]" * 20, f"a.json.{suffix}")


@EACH
def test_a_missing_module_is_one_line_that_says_what_to_install(
    tmp_path: Path, suffix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    module, needs = {
        "gz": ("zlib", "a Python with zlib"),
        "bz2": ("bz2", "a Python with bz2"),
        "xz": ("lzma", "a Python with lzma"),
        "zst": ("zstandard", "hubsync_assets[zstd], with pip"),
    }[suffix]
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(PermanentError) as caught:
        see_bytes(tmp_path, PACK[suffix](b"[]"), f"a.json.{suffix}")
    assert str(caught.value).endswith(f"cannot be unpacked here: install {needs}")
    assert "\n" not in str(caught.value)


@EACH
def test_a_few_bytes_that_stand_for_very_many_are_given_up(
    tmp_path: Path, suffix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(byte_stream, "FREE_OF_RATIO", 1 << 20)
    path = tmp_path / f"a.json.{suffix}"
    path.write_bytes(PACK[suffix](b" " * 50_000_000))
    with ByteStream(path, path.name, 1 << 16) as stream:
        read = sum(map(len, stream.blocks()))
    assert "stand for more than" in (stream.fault or "")
    assert read < 20_000_000


def test_a_corrupt_packed_file_says_about_where(tmp_path: Path) -> None:
    packed = bytearray(gzip.compress(b"[" + b'{"email":"a@x.io"},' * 100_000 + b"{}]"))
    packed[-6] ^= 0xFF  # the checksum
    seen = see_bytes(tmp_path, bytes(packed), "a.json.gz")
    assert (len(seen.rows), seen.complete, len(seen.broken)) == (100_001, False, 1)
    assert "corrupt" in seen.messages[0]


def test_an_empty_packed_file_is_incomplete_in_every_format(tmp_path: Path) -> None:
    for name in ("a.json.gz", "a.ndjson.gz", "a.csv.gz"):
        seen = see_bytes(tmp_path, b"", name)
        assert (seen.rows, seen.complete, len(seen.broken)) == ([], False, 1), name
        assert "the gzip file is empty" in seen.messages[0]


def test_a_gz_that_is_not_packed_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PermanentError, match="not gzip"):
        see_bytes(tmp_path, b"[]", "a.json.gz")


def test_a_file_that_changes_while_it_is_read_is_incomplete(tmp_path: Path) -> None:
    path = tmp_path / "a.ndjson"
    path.write_bytes(b'{"email":"a"}\n' * 100_000)
    (file,) = locate(str(path))
    chunks = read_chunks(file, COLUMNS, block_bytes=1000)
    first = next(chunks)
    with path.open("ab") as more:
        more.write(b'{"email":"b"}\n')
    rest = list(chunks)
    assert first.complete
    assert not rest[-1].complete
    assert "changed while it was read" in rest[-1].broken["message"][-1]


def test_a_file_that_vanished_is_a_passing_error(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(b"[]")
    (file,) = locate(str(path))
    path.unlink()
    with pytest.raises(TransientError, match="gone"):
        list(read_chunks(file, COLUMNS))


def test_progress_counts_the_bytes_of_the_file_as_stored(tmp_path: Path) -> None:
    path = tmp_path / "a.ndjson.gz"
    path.write_bytes(gzip.compress(b"".join(b'{"email":"%d@x.io"}\n' % number for number in range(100_000))))
    (file,) = locate(str(path))
    read = [chunk.bytes_read for chunk in read_chunks(file, COLUMNS, block_bytes=1 << 16)]
    assert len(read) > 5
    assert read == sorted(read)
    assert read[-1] == file.size


@pytest.mark.parametrize("suffix", ["zst", "xz"])
def test_what_needs_too_much_memory_is_not_called_corrupt(tmp_path: Path, suffix: str) -> None:
    if suffix == "zst":
        long = zstandard.ZstdCompressionParameters(window_log=28)
        packing = zstandard.ZstdCompressor(compression_params=long).compressobj()
        packed = packing.compress(b"[1]") + packing.flush()
    else:
        filters = [{"id": lzma.FILTER_LZMA2, "preset": 0, "dict_size": 1 << 29}]
        packed = lzma.compress(b"[1]", filters=filters)
    path = tmp_path / f"a.json.{suffix}"
    path.write_bytes(packed)
    got, fault, _ = unpack(path)
    assert got == b""
    assert fault is not None
    assert "need more memory than they get here" in fault
