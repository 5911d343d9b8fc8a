"""CSV, good and bad, whatever the block size."""

from pathlib import Path

import pytest

from hubsync_assets.errors import PermanentError
from hubsync_assets.sources.errors import FileRefusedError
from hubsync_assets.sources.readers.chunks import FileEnd
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
@pytest.mark.parametrize("bad", ["a,b,c", "a,,c", 'a,"b"c', 'a,"b" ', "a\rb,c"])
def test_a_line_that_does_not_fit_the_header_is_malformed(tmp_path: Path, bad: str, block_bytes: int) -> None:
    seen = read(tmp_path, f"email,name\n1,2\n{bad}\n3,4\n", block_bytes)
    assert seen.column("email") == ["1", "3"]
    assert seen.broken == [(2, "malformed", bad)]
    assert "line 3" in seen.messages[0]
    assert seen.complete


@BLOCKS
@pytest.mark.parametrize("end", [",", ",,,", ', ,""', ",\t"])
def test_empty_cells_behind_the_last_column_are_nothing(tmp_path: Path, end: str, block_bytes: int) -> None:
    seen = read(tmp_path, f"email,name\n1,2{end}\n3,{end}\n4,5\n", block_bytes)
    assert [(row["email"], row["name"]) for row in seen.rows] == [("1", "2"), ("3", None), ("4", "5")]
    assert (seen.column("not_given"), seen.broken, seen.complete) == ([None] * 3, [], True)
    assert seen.raw[0] == f"1,2{end}".rstrip("\r\n")


@BLOCKS
def test_cells_missing_at_the_end_of_a_row_are_not_given(tmp_path: Path, block_bytes: int) -> None:
    text = "name,email,id,phone,tel,company\nn,e,1,p,t,c\nn,e,1,p\nn,e,1\nn,e\n,e,\nn\n"
    seen = read(tmp_path, text, block_bytes)
    assert [row["not_given"] for row in seen.rows] == [
        None, ["company_name"], ["phone", "company_name"], ["phone", "company_name"], ["phone", "company_name"], ["phone", "company_name"],
    ]  # fmt: skip
    assert seen.column("email") == ["e"] * 5 + [None]
    assert seen.column("phone") == ["p", "p", None, None, None, None]
    assert seen.unknown == {"id": 3}
    assert (seen.broken, seen.complete) == ([], True)


@BLOCKS
def test_a_short_row_without_an_end_at_the_end_of_the_file_was_cut_off(tmp_path: Path, block_bytes: int) -> None:
    seen = read(tmp_path, "email,name,phone\n1,2,3\n4,5", block_bytes)
    assert (seen.column("email"), len(seen.broken), seen.complete) == (["1"], 1, False)


def test_a_row_longer_than_the_limit_is_malformed_even_if_what_is_left_of_it_fits(tmp_path: Path) -> None:
    columns = 40
    header = ",".join(["email", *(f"c{number}" for number in range(columns))])
    long = ",".join("x" * 100_000 for _ in range(columns))
    for block_bytes in (1 << 16, 1 << 23):
        seen = read(tmp_path, f"{header}\na,{long}\nb,c\n", block_bytes, record_limit=2_000_000)
        assert (seen.column("email"), [position for position, _, _ in seen.broken]) == (["b"], [1])


@BLOCKS
def test_the_header_says_what_the_file_speaks_of(tmp_path: Path, block_bytes: int) -> None:
    seen = read(tmp_path, "E-Mail,id,Phone Number,tel\na,1,,\n", block_bytes)
    assert seen.end == FileEnd(
        frozenset({"email", "phone"}), silent=False, seems="", several={"phone": ("Phone Number", "tel")}
    )


@pytest.mark.parametrize("header", ["his_email,name,phone", "Name,E-mail 1 - Type,E-mail 2 - Value", "a,b", "id;name"])
def test_a_file_without_an_email_column_is_refused(tmp_path: Path, header: str) -> None:
    with pytest.raises(FileRefusedError, match="email among them"):
        read(tmp_path, f"{header}\n1,2,3\n")


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


def test_a_column_that_may_be_the_email_is_named_where_none_is_known(tmp_path: Path) -> None:
    with pytest.raises(FileRefusedError, match="if it is user_email, Work E-Mail, name it under columns$"):
        read(tmp_path, "ID,user_email,Work E-Mail,name,Mailing City\n1,a@x.es,,A,B\n")
    for line in ("Ann Mail,email ann@x.es,Bilbao", "name,Mailing City"):
        with pytest.raises(FileRefusedError, match="email among them$"):
            read(tmp_path, f"{line}\n")


def test_a_file_without_a_header_is_refused_without_quoting_it(tmp_path: Path) -> None:
    with pytest.raises(PermanentError, match="first line has to name the columns") as caught:
        read(tmp_path, "jose@x.io,José\nana@x.io,Ana\n")
    assert "jos" not in str(caught.value)


def test_two_columns_that_are_one_field_give_the_first_value_in_the_fields_order(tmp_path: Path) -> None:
    seen = read(tmp_path, "mail,E-Mail,Email,email\nm,d,,\nm,,,\n,,c,e\n,d,c,\n")
    assert seen.column("email") == ["d", "m", "e", "d"]
    assert seen.unknown == {}


@pytest.mark.parametrize("block_bytes", [1, 16, 1 << 20])
def test_the_sign_that_dos_puts_at_the_end_is_no_record_that_was_cut_off(tmp_path: Path, block_bytes: int) -> None:
    seen = read(tmp_path, "email,name\na,b\n\x1a", block_bytes)
    assert (seen.column("email"), seen.broken, seen.complete) == (["a"], [], True)
    seen = read(tmp_path, "email,name\na,b\n\x1ac", block_bytes)
    assert (seen.column("email"), seen.complete) == (["a"], False)
