"""CSV, good and bad, whatever the block size."""

from pathlib import Path

import pytest

from hubsync_assets.errors import PermanentError
from hubsync_assets_tests.sources.seen import Seen, see_bytes

BLOCKS = pytest.mark.parametrize("block_bytes", [1, 3, 16, 1 << 20])


def read(folder: Path, text: str, block_bytes: int = 1 << 20, **options: int) -> Seen:
    return see_bytes(folder, text.encode(), "a.csv", block_bytes=block_bytes, **options)


@BLOCKS
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_the_delimiter_is_found_and_every_value_is_text(
    tmp_path: Path, delimiter: str, end: str, block_bytes: int
) -> None:
    rows = [["E-Mail", "Company, Name", "mrr", "Company Name"], ["a", "x", "1e3", '"q, ""w"";\ta"'], ["b", "", "", "é"]]
    rows[0][1] = '"Company, Name; x"'
    seen = read(tmp_path, end.join(delimiter.join(row) for row in rows) + end, block_bytes)
    assert seen.column("email") == ["a", "b"]
    assert seen.column("mrr") == ["1e3", None]
    assert seen.column("company_name") == ['q, "w";\ta', "é"]
    assert seen.unknown == {"Company, Name; x": 1}
    assert seen.complete


@BLOCKS
def test_quotes_hold_line_breaks_and_blank_lines_do_not_count(tmp_path: Path, block_bytes: int) -> None:
    seen = read(tmp_path, '\nemail,name\n\n"a","b\n\nc"\n\r\n"d",""\nlast,1', block_bytes)
    assert seen.column("email") == ["a", "d", "last"]
    assert seen.column("name") == ["b\n\nc", None, "1"]
    assert seen.raw == ['"a","b\n\nc"', '"d",""', "last,1"]
    assert (seen.positions, seen.complete) == ([1, 2, 3], True)


@pytest.mark.parametrize("at", [5, 2_500])
@pytest.mark.parametrize(
    ("delimiter", "line", "records"), [("\t", "\t\t", 3_001), (";", ";;", 3_001), (",", "  ", 3_000)]
)
def test_a_line_without_values_counts_alike_wherever_it_stands(
    tmp_path: Path, delimiter: str, line: str, records: int, at: int
) -> None:
    lines = [delimiter.join((f"a{number}@x.io", "n", "ES")) for number in range(3_000)]
    lines.insert(at, line)
    text = "\n".join([delimiter.join(("email", "name", "country")), *lines, ""])
    for block_bytes in (1 << 12, 1 << 16, 1 << 21):
        seen = read(tmp_path, text, block_bytes)
        assert (len(seen.rows), seen.broken, seen.positions[-1]) == (records, [], records)


@BLOCKS
@pytest.mark.parametrize("bad", ["a", "a,b,c", 'a,"b"c', 'a,"b" ', "a\rb,c"])
def test_a_line_that_does_not_fit_the_header_is_malformed(tmp_path: Path, bad: str, block_bytes: int) -> None:
    seen = read(tmp_path, f"email,name\n1,2\n{bad}\n3,4\n", block_bytes)
    assert seen.column("email") == ["1", "3"]
    assert seen.broken == [(2, "malformed", bad)]
    assert "line 3" in seen.messages[0]
    assert seen.complete


@BLOCKS
def test_a_stray_quote_costs_its_own_line_only(tmp_path: Path, block_bytes: int) -> None:
    lines = "".join(f"{number},x\n" for number in range(5))
    seen = read(tmp_path, f'email,name\na,"b\n{lines}', block_bytes)
    assert seen.column("email") == ["0", "1", "2", "3", "4"]
    assert seen.broken == [(1, "malformed", 'a,"b')]


def test_a_stray_quote_in_a_large_file_does_not_swallow_it(tmp_path: Path) -> None:
    lines = "".join(f"{number}@x.io,some name\n" for number in range(20_000))
    seen = read(tmp_path, f'email,name\na,"b\n{lines}')
    assert (len(seen.rows), len(seen.broken)) == (20_000, 1)


@BLOCKS
@pytest.mark.parametrize("tail", ["c", 'c,"d', 'c,"d\ne'])
def test_a_last_line_that_is_cut_off_makes_the_source_incomplete(tmp_path: Path, tail: str, block_bytes: int) -> None:
    seen = read(tmp_path, f"email,name\na,b\n{tail}", block_bytes)
    assert seen.column("email") == ["a"]
    assert seen.broken == [(2, "malformed", tail)]
    assert "the file ends inside it" in seen.messages[0]
    assert not seen.complete


@BLOCKS
def test_a_header_alone_is_a_whole_source_without_records(tmp_path: Path, block_bytes: int) -> None:
    seen = read(tmp_path, "email,name", block_bytes)
    assert (seen.rows, seen.broken, seen.complete) == ([], [], True)


@BLOCKS
@pytest.mark.parametrize("text", ["", "\n \n", "\ufeff"])
def test_not_even_a_header_is_what_a_writer_leaves_that_died(tmp_path: Path, text: str, block_bytes: int) -> None:
    seen = read(tmp_path, text, block_bytes)
    assert (seen.rows, seen.complete, len(seen.broken)) == ([], False, 1)


def test_a_file_without_a_header_is_refused_without_quoting_it(tmp_path: Path) -> None:
    with pytest.raises(PermanentError, match="first line has to name the columns") as caught:
        read(tmp_path, "jose@x.io,José\nana@x.io,Ana\n")
    assert "jos" not in str(caught.value)


def test_two_columns_that_are_one_field_give_the_first_value_in_the_fields_order(tmp_path: Path) -> None:
    seen = read(tmp_path, "mail,E-Mail,Email,email\nm,d,,\nm,,,\n,,c,e\n,d,c,\n")
    assert seen.column("email") == ["d", "m", "e", "d"]
    assert seen.unknown == {}
