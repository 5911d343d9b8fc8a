"""Bytes of a file, packed or not, whole or not."""

import gzip
import random
from pathlib import Path

import pytest

from hubsync_assets.errors import PermanentError, TransientError
from hubsync_assets.sources.files.byte_stream import ByteStream
from hubsync_assets.sources.files.locate import locate
from hubsync_assets.sources.readers.read_chunks import read_chunks
from hubsync_assets_tests.sources.seen import COLUMNS, see_bytes

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


@pytest.mark.parametrize("tail", [b"garbage", gzip.compress(b"x")[:5]], ids=["garbage", "cut-member"])
def test_what_follows_a_packed_text_is_a_fault_unless_it_is_padding(tmp_path: Path, tail: bytes) -> None:
    path = tmp_path / "a.json.gz"
    path.write_bytes(gzip.compress(TEXT) + tail)
    text, fault, _ = unpack(path)
    assert text == TEXT
    assert fault is not None


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
