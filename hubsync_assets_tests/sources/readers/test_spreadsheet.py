"""Spreadsheets: what people see in a sheet is what is read of it, and what cannot be read is refused in our words."""

import gzip
import shutil
import subprocess
import sys
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from hubsync_assets.sources.errors import FileRefusedError
from hubsync_assets.sources.files.locate import locate
from hubsync_assets.sources.files.source_file import SourceFile
from hubsync_assets.sources.readers import workbook_size
from hubsync_assets.sources.readers.spreadsheet import spreadsheet_names
from hubsync_assets_tests.sources.declared import columns_of
from hubsync_assets_tests.sources.readers.workbooks import ods_of_rows, write_ods, write_xlsx
from hubsync_assets_tests.sources.seen import Seen, see

COLUMNS = columns_of()
HEADER = ("email", "name", "city", "size", "price")
ADA = ("ada@x.io", "Ada", "London", 3, 0.5)
HERE = Path(__file__).parent
OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def see_path(path: Path, **options: Any) -> Seen:
    return see(locate(str(path))[0], COLUMNS, **options)


def refusal(path: Path, **options: Any) -> str:
    with pytest.raises(FileRefusedError) as raised:
        see_path(path, **options)
    return raised.value.what


@pytest.mark.parametrize("suffix", ["xlsx", "xlsm", "XLSX"])
def test_rows_below_the_header_are_records(tmp_path: Path, suffix: str) -> None:
    path = write_xlsx(tmp_path / f"a.{suffix}", {"People": [HEADER, ADA, ("bob@x.io", None, "Bergen")]})
    seen = see_path(path)
    assert (seen.complete, seen.broken, seen.positions) == (True, [], [1, 2])
    assert [seen.column(name) for name in HEADER] == [
        ["ada@x.io", "bob@x.io"], ["Ada", None], ["London", "Bergen"], ["3", None], ["0.5", None],
    ]  # fmt: skip
    assert seen.end.gives == set(HEADER)
    assert seen.raw[0] == '{"email":"ada@x.io","name":"Ada","city":"London","size":"3","price":"0.5"}'


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (4915112345678, "4915112345678"), (12.0, "12"), (0.1, "0.1"), (-1.5, "-1.5"), (1e15, "1000000000000000"), (-0.0, "0"), ("0049", "0049"),
        (" a ", " a "), (True, "true"), (False, "false"), (date(2026, 1, 2), "2026-01-02"), (datetime.fromisoformat("2026-01-02T03:04:05"), "2026-01-02T03:04:05"),
        (time(3, 4), "03:04:00"), (timedelta(hours=30, minutes=5), "30:05:00"), ("", None), ("#N/A", None),
    ],
)  # fmt: skip
def test_a_cell_reads_as_people_see_it(tmp_path: Path, cell: Any, text: str | None) -> None:
    assert see_path(write_xlsx(tmp_path / "a.xlsx", {"A": [HEADER, ("ada@x.io", cell)]})).column("name") == [text]


def test_a_number_has_the_sign_before_its_fraction_that_its_source_declares(tmp_path: Path) -> None:
    rows = [("email", "price", "name"), ("ada@x.io", 1.5, 1.5), ("bob@x.io", "1.500,5", "")]
    path = write_xlsx(tmp_path / "a.xlsx", {"A": rows})
    seen = see(locate(str(path))[0], columns_of(decimal=","))
    assert seen.column("price") == ["1,5", "1.500,5"]
    assert seen.column("name") == ["1.5", None]


def test_titles_above_the_header_and_blank_rows_are_no_records(tmp_path: Path) -> None:
    rows = [("Our customers",), (), (None, "Name", "E-Mail", ""), (None, "Ada", "ada@x.io"), (None, " ", None), (None, "Bob", "bob@x.io")]  # fmt: skip
    seen = see_path(write_xlsx(tmp_path / "a.xlsx", {"A": rows}))
    assert (seen.positions, seen.column("email"), seen.column("name")) == ([1, 2], ["ada@x.io", "bob@x.io"], ["Ada", "Bob"])  # fmt: skip


def test_of_two_columns_of_one_name_the_first_that_says_something_counts(tmp_path: Path) -> None:
    rows = [("email", "name", "name"), ("ada@x.io", None, "Ada"), ("bob@x.io", "Bob", "Robert")]
    assert see_path(write_xlsx(tmp_path / "a.xlsx", {"A": rows})).column("name") == ["Ada", "Bob"]


def test_columns_that_no_field_takes_are_counted(tmp_path: Path) -> None:
    rows = [("email", "shoe size"), ("ada@x.io", 38), ("bob@x.io", None)]
    assert see_path(write_xlsx(tmp_path / "a.xlsx", {"A": rows})).unknown == {"shoe size": 1}


def test_the_size_of_a_block_changes_nothing(tmp_path: Path) -> None:
    rows = [(f"p{number}@x.io", number) for number in range(50)]
    path = write_xlsx(tmp_path / "a.xlsx", {"A": [("email", "name"), *rows]})
    seen = see_path(path, block_bytes=100)
    assert seen.chunks > 10
    assert (seen.rows, seen.positions) == (see_path(path).rows, list(range(1, 51)))


def test_the_sheet_that_names_the_key_is_read(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", {"Notes": [("Read me",)], "Empty": [], "People": [HEADER, ADA], "Old": [HEADER]}, hidden=["Old"])  # fmt: skip
    assert see_path(path).column("name") == ["Ada"]
    assert spreadsheet_names(locate(str(path))[0], COLUMNS) == HEADER


def test_several_sheets_with_the_key_are_refused_until_one_is_declared(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", {"One": [HEADER, ADA], "Two": [HEADER, ("bob@x.io", "Bob")]})
    assert refusal(path) == "several of its sheets have an email, One, Two: say which one with sheet"
    assert see_path(path, sheet="Two").column("name") == ["Bob"]
    assert refusal(path, sheet="Three") == "it has no sheet Three, but One, Two: correct sheet"


def test_a_sheet_without_the_key_is_refused_with_what_it_has(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", {"A": [("Customers",), ("id", "town"), (1, "Bergen")]})
    assert refusal(path) == "no column is an email: it has id, town; name the right one under columns"
    assert refusal(write_xlsx(tmp_path / "b.xlsx", {"A": []})).startswith("its sheets are empty")


def test_an_open_document_is_read_though_it_claims_a_million_empty_rows(tmp_path: Path) -> None:
    empty = '<table:table-cell table:number-columns-repeated="16384"/>'
    rows = f'{ods_of_rows([HEADER[:2], ADA[:2]])}<table:table-row table:number-rows-repeated="1048574">{empty}</table:table-row>'
    seen = see_path(write_ods(tmp_path / "a.ods", rows))
    assert (seen.positions, seen.column("name")) == ([1], ["Ada"])


@pytest.mark.parametrize("name", ["export", "export.csv", "export.json", "export.xls", "export.ods", "export.xlsb"])
def test_a_spreadsheet_is_one_by_its_bytes_whatever_its_name(tmp_path: Path, name: str) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", {"A": [HEADER, ADA]}).rename(tmp_path / name)
    file = SourceFile(name, path=path, form="csv" if "." in name else None, size=1)
    assert see(file, COLUMNS).column("name") == ["Ada"]


NAMES = ("email", "name", "phone", "mrr", "created_at")


def test_an_old_workbook_reads_as_a_new_one() -> None:
    """``people.xls`` was written by xlwt 1.3: a sheet of notes, then one with a title above the header, a phone number, a number and a date."""
    seen = see(
        locate(str(HERE / "people.xls"))[0],
        columns_of({name: {"kind": "email" if name == "email" else "text"} for name in NAMES}),
    )
    rows = [[row[name] for name in NAMES] for row in seen.rows]
    assert rows == [
        ["ana@example.com", "José Núñez", "0034600", "12.5", "2026-01-02"],
        ["bob@example.com", None, "34600123456", "3", None],
    ]


@pytest.mark.parametrize("name", ["people.xlsx", "people.ods", "people.csv"])
def test_an_old_workbook_is_one_whatever_its_name(tmp_path: Path, name: str) -> None:
    path = Path(shutil.copy(HERE / "people.xls", tmp_path / name))
    columns = columns_of({"email": {"kind": "email"}})
    assert see(locate(str(path))[0], columns).column("email") == ["ana@example.com", "bob@example.com"]


def test_an_encrypted_workbook_is_refused_as_such() -> None:
    """``locked.xlsx`` was encrypted by msoffcrypto-tool 6.0."""
    assert "it is encrypted: save it without a password" in refusal(HERE / "locked.xlsx")


@pytest.mark.parametrize(
    "content",
    [
        b"email;name\nada@x.io;Ada\n",
        b"\xef\xbb\xbfemail\tname\r\nada@x.io\tAda\r\n",
        "email\tname\nada@x.io\tAda\n".encode("utf-16"),
        b'[{"email": "ada@x.io", "name": "Ada"}]',
    ],
)
def test_text_that_is_named_as_a_spreadsheet_is_read_as_text(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "export.xls").write_bytes(content)
    seen = see(locate(str(tmp_path / "export.xls"))[0], COLUMNS)
    assert (seen.column("name"), seen.complete) == (["Ada"], True)
    assert "its name promises a spreadsheet, and it is text" in str(seen.end.note)


def damaged(kind: str, whole: bytes) -> bytes:
    return {
        "cut off": whole[: len(whole) // 2],
        "no zip": b"PK\x03\x04" + b"x" * 500,
        "an old one without records": OLD + b"\0" * 3000,
        "empty": b"",
        "text": b"nothing that is written in columns\n",
        "a web page": b"<html><table><tr><td>email</td><td>a, b</td></tr></table></html>",
        "binary": b"a,b\0\1\2\n",
        "its bytes": whole[:200] + bytes(byte ^ 255 for byte in whole[200:260]) + whole[260:],
    }[kind]


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("cut off", "a spreadsheet without its end"), ("no zip", "a spreadsheet without its end"), ("empty", "a spreadsheet without its end"),
        ("an old one without records", "an Excel spreadsheet, or one of its kind, that cannot be read: it is damaged"), ("text", "its name promises a spreadsheet, and it is none"),
        ("a web page", "its name promises a spreadsheet, and it is none (it looks like an HTML page)"), ("binary", "its name promises a spreadsheet, and it is none"),
        ("its bytes", "an Excel spreadsheet, or one of its kind, that cannot be read: it is damaged"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_in_our_words(tmp_path: Path, kind: str, words: str) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", {"A": [HEADER, ADA]})
    path.write_bytes(damaged(kind, path.read_bytes()))
    assert refusal(path).startswith(words)


def test_a_far_cell_is_refused_before_a_library_asks_for_the_room_before_it(tmp_path: Path) -> None:
    rows = [HEADER, ADA, *[()] * 200, (*[None] * 16_000, "x")]
    path = write_xlsx(tmp_path / "a.xlsx", {"A": rows})
    assert see_path(path).column("name") == ["Ada", None]
    with ZipFile(path) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    sheet = parts["xl/worksheets/sheet1.xml"].replace(b'<row r="203"', b'<row r="190000"')
    with ZipFile(path, "w", ZIP_DEFLATED) as packed:
        for name, part in parts.items():
            packed.writestr(name, sheet.replace(b'203" ', b'190000" ') if part is parts["xl/worksheets/sheet1.xml"] else part)  # fmt: skip
    assert refusal(path) == (
        "a spreadsheet that is too large, a sheet has more than 10,000,000 cells: 190,000 rows and 16,001 columns: export the records as CSV or Parquet"
    )


def test_more_rows_than_may_be_held_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook_size, "MOST_ROWS", 3)
    rows = [(f"p{number}@x.io",) for number in range(4)]
    assert see_path(write_xlsx(tmp_path / "a.xlsx", {"A": [("email",), *rows[:3]]})).positions == [1, 2, 3]
    for path in (
        write_xlsx(tmp_path / "b.xlsx", {"A": [("email",), *rows]}),
        write_ods(tmp_path / "b.ods", ods_of_rows([("email",), *rows])),
    ):
        assert "a sheet has more than 3 rows" in refusal(path)


def test_what_unpacks_to_too_much_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", {"A": [HEADER, ADA]})
    monkeypatch.setattr(workbook_size, "MOST_BYTES", 1000)
    assert "it unpacks to more than" in refusal(path)


def test_cells_of_an_open_document_that_are_repeated_count_as_many(tmp_path: Path) -> None:
    cell = '<table:table-cell table:number-columns-repeated="16000" office:value-type="string"><text:p>email</text:p></table:table-cell>'
    rows = f'<table:table-row table:number-rows-repeated="5000">{cell}</table:table-row>'
    assert "5,000 rows and 16,000 columns" in refusal(write_ods(tmp_path / "a.ods", rows))


def test_a_workbook_inside_of_gzip_is_refused(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", {"A": [HEADER, ADA]})
    packed = tmp_path / "b.xlsx.gz"
    packed.write_bytes(gzip.compress(path.read_bytes()))
    assert refusal(packed).startswith("a spreadsheet inside of gzip")


def test_without_the_library_one_line_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "python_calamine", None)
    path = write_xlsx(tmp_path / "a.xlsx", {"A": [HEADER, ADA]})
    assert refusal(path).endswith("pip install 'hubsync_assets[excel]'")


@pytest.mark.services
def test_a_large_sheet_takes_less_than_400_megabytes(tmp_path: Path) -> None:
    rows = (
        (f"p{number}@x.io", f"Name {number}", "a street in town", number, 0.5, *"abcde") for number in range(40_000)
    )
    path = write_xlsx(tmp_path / "a.xlsx", {"A": [(*HEADER, *"fghij"), *rows]})
    code = (
        "import resource, sys; from pathlib import Path; from hubsync_assets_tests.sources.readers.test_spreadsheet import COLUMNS;"
        "from hubsync_assets.sources.files.locate import locate; from hubsync_assets.sources.readers.read_chunks import read_chunks;"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss;"
        "count = sum(chunk.rows.height for chunk in read_chunks(locate(sys.argv[1])[0], COLUMNS));"
        "print(count, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)"
    )
    answer = subprocess.run([sys.executable, "-c", code, str(path)], check=True, capture_output=True, text=True).stdout
    count, megabytes = map(int, answer.split())
    assert count == 40_000
    assert megabytes < 120
