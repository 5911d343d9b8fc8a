"""Where the header of a CSV file stands, and what stands above it."""

from pathlib import Path

import pytest

from hubsync_assets.sources.errors import FileRefusedError
from hubsync_assets.sources.files.locate import locate
from hubsync_assets.sources.readers.column_names import column_names
from hubsync_assets_tests.sources.seen import COLUMNS, Seen, see_bytes

BLOCKS = pytest.mark.parametrize("block_bytes", [1, 5, 1 << 20])


def read(folder: Path, text: str, block_bytes: int = 1 << 20, name: str = "a.csv", **options: str) -> Seen:
    return see_bytes(folder, text.encode(), name, block_bytes=block_bytes, **options)


@BLOCKS
@pytest.mark.parametrize("first", ["sep=;\r\n", '"sep=;"\n', "\nSEP=;;;\n", "\ufeffsep=;\n"])
def test_a_first_line_that_names_the_delimiter_is_obeyed_and_left_out(
    tmp_path: Path, first: str, block_bytes: int
) -> None:
    seen = read(tmp_path, f"{first}email;na,me;phone\na;b,c;1\n", block_bytes)
    assert (seen.column("email"), seen.column("phone"), seen.positions) == (["a"], ["1"], [1])
    assert seen.end.note == "a line that names the delimiter left out"


def test_a_declared_delimiter_counts_more_than_one_that_the_file_names(tmp_path: Path) -> None:
    seen = read(tmp_path, "sep=;\nemail|name;x|phone\na|b;c|1\n", delimiter="|")
    assert (seen.column("email"), seen.column("phone")) == (["a"], ["1"])


@BLOCKS
@pytest.mark.parametrize(
    ("titles", "lines"),
    [
        ("Contacts of Acme\n", 1), ("Export of 2026-01-01\nby ana@x.es\n\n", 2), ("Report;;\nof;2026;\n", 2), ("Email\n", 1),
        ("Email; phone and address\n", 1), ("Exported by;ana@x.es\n", 1), ("x\n" * 20, 20), ('"a title\nover lines"\n', 2), ("sep=;\nTitle\n", 1),
    ],
)  # fmt: skip
def test_title_lines_above_the_header_are_no_records(tmp_path: Path, titles: str, lines: int, block_bytes: int) -> None:
    seen = read(tmp_path, f"{titles}email;name;phone\na;b;1\nc;d;2;x\n", block_bytes)
    assert (seen.column("email"), seen.column("phone"), seen.positions) == (["a"], ["1"], [1])
    assert f"{lines} line{'s' if lines > 1 else ''} above the header left out" in seen.end.note
    assert f"line {titles.count(chr(10)) + 3}: 4 values" in seen.messages[0]


@pytest.mark.parametrize(
    "text",
    [
        "a@x.io,Ann,1\nemail,name,phone\nb@x.io,Bob,2\n",
        "x\n" * 21 + "email,name,phone\n",
        "a,b\n" * 3,
    ],
)
def test_what_stands_above_a_header_and_may_be_a_record_is_never_left_out(tmp_path: Path, text: str) -> None:
    with pytest.raises(FileRefusedError, match="first line has to name the columns"):
        read(tmp_path, text)


@BLOCKS
@pytest.mark.parametrize(
    "text",
    [
        "Email,Channel 1,Channel 2\na,email,phone\nb,email,phone\n",
        "email,via\na,email\nb,email\n",
        "email,name\na,b\nb,b\nemail,name\n",
        "email\na\nb\n",
    ],
)
def test_a_record_that_holds_the_names_of_columns_is_no_header(tmp_path: Path, text: str, block_bytes: int) -> None:
    seen = read(tmp_path, text, block_bytes)
    assert (seen.column("email")[:2], seen.end.note) == (["a", "b"], "")


@BLOCKS
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_names_of_columns_may_have_line_breaks(tmp_path: Path, end: str, block_bytes: int) -> None:
    header = f'"E-Mail{end}(work)",email,"Company{end}{end}Name","odd{end}one"'
    seen = read(tmp_path, f"{header}{end}w,a,c,1{end}w,b,d,{end}", block_bytes)
    assert (seen.column("email"), seen.column("company_name")) == (["a", "b"], ["c", "d"])
    assert seen.unknown == {"E-Mail (work)": 2, "odd one": 1}
    assert (seen.positions, seen.end.note, seen.broken) == ([1, 2], "", [])


def test_a_quote_that_is_never_closed_in_the_header_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileRefusedError):
        read(tmp_path, 'email,"name\n' + "a,b\n" * 100)


@BLOCKS
@pytest.mark.parametrize("name", ["a.tsv", "a.TAB"])
def test_tabs_stand_between_the_values_of_a_file_that_is_named_so(tmp_path: Path, name: str, block_bytes: int) -> None:
    seen = read(tmp_path, "email\tname, title, email;phone\na\tb,c\n", block_bytes, name=name)
    assert (seen.column("email"), seen.unknown) == (["a"], {"name, title, email;phone": 1})
    assert read(tmp_path, "email;name\na;b\n", name=name, delimiter=";").column("name") == ["b"]
    assert read(tmp_path, "sep=;\nemail;name\na;b\n", name=name).column("name") == ["b"]


@BLOCKS
@pytest.mark.parametrize("sign", [",", ";"])
def test_a_file_that_is_named_tsv_and_has_another_delimiter_is_read(
    tmp_path: Path, sign: str, block_bytes: int
) -> None:
    seen = read(tmp_path, f"A title\nemail{sign}name\na{sign}b\n", block_bytes, name="a.tsv")
    assert (seen.column("email"), seen.column("name"), seen.complete) == (["a"], ["b"], True)
    with pytest.raises(FileRefusedError):
        read(tmp_path, f"email{sign}name\na{sign}b\n", block_bytes, name="a.csv", delimiter="\t")


@pytest.mark.parametrize(
    ("content", "name"),
    [
        ("email,name,age\n", "a.csv"), ("sep=;\nemail;name;age\n", "a.csv"), ("A title\n\nemail,name,age\na,b,c\n", "a.csv"),
        ("email\tname\tage\n", "a.tsv"), ("email,name,age\ra,b,c\r", "a.csv"), ('email,"na\nme",age\n', "a.csv"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-8-sig"])
def test_people_are_told_the_columns_of_such_files(tmp_path: Path, content: str, name: str, encoding: str) -> None:
    path = tmp_path / name
    path.write_bytes(content.encode(encoding))
    assert [" ".join(it.split()).replace("na me", "name") for it in column_names(locate(str(path))[0], COLUMNS)] == ["email", "name", "age"]  # fmt: skip
