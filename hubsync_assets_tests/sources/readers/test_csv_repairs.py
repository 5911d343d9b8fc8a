"""What MySQL and Excel put into CSV is taken for what it means, and nothing else is touched."""

from pathlib import Path

import pytest

from hubsync_assets.sources.readers.csv_repairs import unescaped
from hubsync_assets_tests.sources.seen import Seen, see_bytes

BLOCKS = pytest.mark.parametrize("block_bytes", [1, 16, 1 << 20])


def read(folder: Path, rows: str, block_bytes: int) -> Seen:
    return see_bytes(folder, f"email,name,phone\n{rows}\nlast,l,1\n".encode(), "a.csv", block_bytes=block_bytes)


@BLOCKS
@pytest.mark.parametrize(
    ("row", "cells"),
    [
        (r'"a","Ann \"Annie\" Lee","1"', ["a", 'Ann "Annie" Lee', "1"]),
        (r'"a","ends with \"","1"', ["a", 'ends with "', "1"]),
        (r'"a","1","ends \""', ["a", "1", 'ends "']),
        (r'"a","\"b\" C:\\Tools",\N', ["a", '"b" C:\\Tools', None]),
        (r"a,Smith\, John,1", ["a", "Smith, John", "1"]),
        (r"a,Smith\, \\John,\N", ["a", "Smith, \\John", None]),
    ],
)
def test_backslashes_of_mysql_are_taken_off_where_the_record_is_malformed_with_them(
    tmp_path: Path, row: str, cells: list[str], block_bytes: int
) -> None:
    seen = read(tmp_path, row, block_bytes)
    assert [seen.rows[0][name] for name in ("email", "name", "phone")] == cells
    assert (seen.raw[0], seen.column("email"), seen.broken) == (row, ["a", "last"], [])


@BLOCKS
@pytest.mark.parametrize(
    ("row", "name"),
    [
        (r"a,C:\Tools,1", r"C:\Tools"), (r"a,C:\\Tools,1", r"C:\\Tools"), (r'"a","C:\\Tools","1"', r"C:\\Tools"), (r"a,C:\,1", "C:\\"),
        (r'"a","C:\","1"', "C:\\"), (r"a,\N,1", r"\N"), (r"a,b\"c,1", r"b\"c"),
    ],
)  # fmt: skip
def test_a_plain_record_keeps_its_backslashes(tmp_path: Path, row: str, name: str, block_bytes: int) -> None:
    seen = read(tmp_path, row, block_bytes)
    assert (seen.column("name"), seen.broken) == ([name, "l"], [])


@BLOCKS
@pytest.mark.parametrize(
    "row", [r'"a","x \"y","1\q"', r'"a","x \"y"', r"a,b\,c\,d,1,2", r'"a","b" c\,"1"', r"a,b,c,d\x"]
)
def test_a_record_that_is_malformed_either_way_stays_so(tmp_path: Path, row: str, block_bytes: int) -> None:
    seen = read(tmp_path, row, block_bytes)
    assert (seen.column("email"), seen.broken) == (["last"], [(1, "malformed", row)])


@BLOCKS
def test_a_mark_before_a_record_of_mysql_is_no_part_of_it(tmp_path: Path, block_bytes: int) -> None:
    assert read(tmp_path, '\ufeff"a","x \\"y\\"","1"', block_bytes).column("email") == ["a", "last"]


def test_nothing_is_cut_out_of_the_middle_of_a_value() -> None:
    assert unescaped(r"a\N,\"b", ",", 2) is None
    assert unescaped(r"\N,\"b,\N", ",", 3) == ["", '"b', ""]


@BLOCKS
@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ('="0600"', "0600"), ('"=""0600"""', "0600"), ('"=""a,b"""', "a,b"), ('"=""say """"x"""""""', 'say "x"'), ('=""', None), ('="a"b"', 'a"b'),
        ('="0600" x', '="0600" x'), ('x="0600"', 'x="0600"'), ("=0600", "=0600"), ('"=""a"', '="a'),
    ],
)  # fmt: skip
def test_a_text_that_excel_was_kept_from_counting_is_that_text(
    tmp_path: Path, cell: str, value: str | None, block_bytes: int
) -> None:
    seen = read(tmp_path, f"a,b,{cell}", block_bytes)
    assert (seen.column("phone"), seen.broken) == ([value, "1"], [])
