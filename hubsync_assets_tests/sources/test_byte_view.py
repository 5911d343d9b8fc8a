"""Bytes that polars looks at without owning them."""

import gc

import polars as pl

from hubsync_assets.sources import byte_view
from hubsync_assets.sources.byte_view import byte_column


def test_the_column_holds_the_bytes() -> None:
    data = bytes(range(256)) * 10
    column = byte_column(data)
    assert column.dtype == pl.UInt8
    assert column.to_list() == list(data)


def test_no_bytes_are_an_empty_column() -> None:
    assert byte_column(b"").to_list() == []


def test_the_bytes_live_as_long_as_a_slice_of_the_column_and_no_longer() -> None:
    gc.collect()
    before = len(byte_view._lent)
    part = byte_column(b"".join([b"some ", b"bytes"])).slice(5)
    gc.collect()
    assert len(byte_view._lent) == before + 1
    assert bytes(part) == b"bytes"
    del part
    gc.collect()
    assert len(byte_view._lent) == before
