"""Bytes that polars looks at without owning them."""

import gc
import subprocess
import sys

import polars as pl
import pytest

from hubsync_assets.sources.readers import arrow_bytes
from hubsync_assets.sources.readers.arrow_bytes import byte_column


def test_the_column_holds_the_bytes() -> None:
    data = bytes(range(256)) * 10
    column = byte_column(data)
    assert column.dtype == pl.UInt8
    assert column.to_list() == list(data)


def test_no_bytes_are_an_empty_column() -> None:
    assert byte_column(b"").to_list() == []


def test_the_bytes_live_as_long_as_a_slice_of_the_column_and_no_longer() -> None:
    gc.collect()
    before = len(arrow_bytes._lent)
    part = byte_column(b"".join([b"some ", b"bytes"])).slice(5)
    gc.collect()
    assert len(arrow_bytes._lent) == before + 1
    assert bytes(part) == b"bytes"
    del part
    gc.collect()
    assert len(arrow_bytes._lent) == before


@pytest.mark.parametrize(
    "keep", ["sys.kept = column", "import builtins; builtins.kept = kept = [column]; kept.append(kept)"]
)
def test_a_column_may_outlive_the_module_when_the_process_ends(keep: str) -> None:
    script = f"import sys; from hubsync_assets.sources.readers.arrow_bytes import byte_column; column = byte_column(b'a' * 999); {keep}"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
