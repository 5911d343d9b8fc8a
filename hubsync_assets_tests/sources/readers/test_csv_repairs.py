"""What MySQL and Excel put into CSV is taken for what it means, and nothing else is touched."""

from pathlib import Path

import pytest

from hubsync_assets.sources.readers.csv_repairs import unescaped
from hubsync_assets_tests.sources.seen import Seen, see_bytes

BLOCKS = pytest.mark.parametrize("block_bytes", [1, 16, 1 << 20])


def read(folder: Path, rows: str, block_bytes: int) -> Seen:
    return see_bytes(folder, f"email,name,phone\n{rows}\nlast,l,1\n".encode(), "a.csv", block_bytes=block_bytes)


def check_cells(folder: Path, row: str, cells: list[str], block_bytes: int) -> None:
    """A row has these cells, and the one behind it is its own."""
    seen = read(folder, row, block_bytes)
    assert [seen.rows[0][name] for name in ("email", "name", "phone")] == cells
    assert (seen.raw[0], seen.column("email"), seen.broken) == (row, ["a", "last"], [])


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
    check_cells(tmp_path, row, cells, block_bytes)


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


@BLOCKS
@pytest.mark.parametrize(
    ("row", "cells"),
    [
        ("a,two\\\nlines\\\nand more,1", ["a", "two\nlines\nand more", "1"]),
        ("a,n,1\\\n2", ["a", "n", "1\n2"]),
        ("a,two\\\r\nlines,1", ["a", "two\nlines", "1"]),
        (r"a,C:\\,1" + "\\\n2", ["a", "C:\\", "1\n2"]),
    ],
)
def test_line_ends_that_mysql_escapes_belong_to_the_value(
    tmp_path: Path, row: str, cells: list[str], block_bytes: int
) -> None:
    check_cells(tmp_path, row, cells, block_bytes)


@BLOCKS
@pytest.mark.parametrize("row", ["a,n,C:\\\nb@x.org,C:\\", "a,C:\\\nb@x.org,n", "a,n,C:\\\n\\\nb@x.org,n", "a,n,C:\\"])
def test_a_backslash_at_the_end_of_a_record_does_not_take_the_next_one_in(
    tmp_path: Path, row: str, block_bytes: int
) -> None:
    seen = read(tmp_path, row, block_bytes)
    assert [seen.rows[0]["email"], seen.rows[-1]["email"]] == ["a", "last"]
    assert "C:\\" in {seen.rows[0]["name"], seen.rows[0]["phone"]}
    assert ("b@x.org" in row) is ("b@x.org" in seen.column("email"))


@BLOCKS
@pytest.mark.parametrize(
    ("row", "cells"),
    [
        ('a, "Lee, Ann", "1"', ["a", "Lee, Ann", "1"]), ('a,  "Ann",1', ["a", "Ann", "1"]),
        ('a, "Ann ""Annie"" Lee", 1', ["a", 'Ann "Annie" Lee', "1"]), ('a, "6"" pipe, 1', None), ('a, "Ann\nLee", 1', None),
        ('a, "big" one,1', ["a", ' "big" one', "1"]), ('a,the "big" one,1', ["a", 'the "big" one', "1"]), ('a,"b, ""c"" ,d",1', ["a", 'b, "c" ,d', "1"]),
    ],
)  # fmt: skip
def test_quotes_behind_blanks_are_no_part_of_a_value(
    tmp_path: Path, row: str, cells: list[str] | None, block_bytes: int
) -> None:
    seen = read(tmp_path, row, block_bytes)
    assert (seen.column("email")[-1], seen.complete) == ("last", True)
    if cells is None:
        assert "a" not in seen.column("email")
        assert seen.messages == ["record 1: line 2: a quote behind a blank is not closed"]
    else:
        assert [seen.rows[0][name] for name in ("email", "name", "phone")] == cells
        assert seen.broken == []


@BLOCKS
def test_a_file_whose_names_stand_in_single_quotes_has_its_values_in_them(tmp_path: Path, block_bytes: int) -> None:
    text = "'email','full name','phone'\n'a','Lee, Ann','1'\n'b','O''Brien',\n'c','said \"no\"',2\n'd','O'Neil','3'\n"
    seen = see_bytes(tmp_path, text.encode(), "a.csv", block_bytes=block_bytes)
    assert seen.column("name") == ["Lee, Ann", "O'Brien", 'said "no"']
    assert [position for position, _, _ in seen.broken] == [4]
    assert seen.unknown == {}


@BLOCKS
def test_a_value_in_single_quotes_stays_as_it_is_where_not_all_names_are(tmp_path: Path, block_bytes: int) -> None:
    seen = see_bytes(tmp_path, b"email,'name'\na,'Ann'\n", "a.csv", block_bytes=block_bytes)
    assert seen.column("name") == ["'Ann'"]
