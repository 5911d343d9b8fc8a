"""CSV with the whole record as JSON in one column, as Airbyte writes its raw tables."""

import csv
import io
import json
from pathlib import Path

import pytest

from hubsync_assets.sources.errors import FileRefusedError
from hubsync_assets_tests.sources.seen import see_bytes

BLOCKS = pytest.mark.parametrize("block_bytes", [1, 7, 1 << 20])
PEOPLE = [{"email": f"p{number}@x.io", "name": 'A "b", c\né', "mrr": number} for number in range(30)]
HEADER = ("_airbyte_ab_id", "_airbyte_emitted_at", "_airbyte_data")


def written(delimiter: str = ",", indent: int | None = None) -> bytes:
    out = io.StringIO()
    rows = csv.writer(out, delimiter=delimiter)
    rows.writerow(HEADER)
    rows.writerows(("id", 1, json.dumps(person, indent=indent)) for person in PEOPLE)
    return out.getvalue().encode()


@BLOCKS
@pytest.mark.parametrize("indent", [None, 1])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_records_are_those_in_the_column(
    tmp_path: Path, delimiter: str, indent: int | None, block_bytes: int
) -> None:
    seen = see_bytes(tmp_path, b"\xef\xbb\xbf" + written(delimiter, indent), "a.csv", block_bytes=block_bytes)
    assert seen.column("email") == [person["email"] for person in PEOPLE]
    assert seen.column("name") == ['A "b", c\né'] * 30
    assert (seen.positions, seen.broken, seen.complete) == ([*range(1, 31)], [], True)
    assert seen.end.gives == {"email", "name", "mrr"}


@pytest.mark.parametrize("indent", [None, 1])
def test_a_file_that_was_cut_off_is_incomplete_and_its_whole_rows_are_kept(tmp_path: Path, indent: int | None) -> None:
    content = written(indent=indent)
    for cut in range(len(content) // 2, len(content) // 2 + 120):
        seen = see_bytes(tmp_path, content[:cut], "a.csv")
        whole = content[:cut].count(b'}"\r\n')
        if not content[:cut].endswith((b'}"', b"\r", b"\n")):
            assert (len(seen.rows), seen.complete) == (whole, False)
        assert seen.column("email")[:whole] == [person["email"] for person in PEOPLE[:whole]]


def test_a_cell_that_is_no_json_costs_itself(tmp_path: Path) -> None:
    lines = written().splitlines(keepends=True)
    lines[3:3] = [b"id,1,{oops}\r\n", b"id,1,\r\n", b"id\r\n"]
    seen = see_bytes(tmp_path, b"".join(lines), "a.csv")
    assert (len(seen.rows), [reason for _, reason, _ in seen.broken]) == (
        30,
        ["malformed", "not_an_object", "not_an_object"],
    )
    assert seen.complete


def test_a_quote_out_of_place_ends_the_file_and_says_so(tmp_path: Path) -> None:
    lines = written().splitlines(keepends=True)
    lines[5:5] = [b'id,1,"{oops\r\n']
    seen = see_bytes(tmp_path, b"".join(lines), "a.csv")
    assert (len(seen.rows), seen.complete) == (4, False)


def test_a_column_of_json_without_an_email_is_no_record(tmp_path: Path) -> None:
    for row in ('1,"{""x"": 1}"', "1,{", '"{""email"": 1}","{""email"": 1}"'):
        with pytest.raises(FileRefusedError, match="no column"):
            see_bytes(tmp_path, f"id,raw\n{row}\n".encode(), "a.csv")


def test_json_beside_a_column_with_the_key_is_a_value(tmp_path: Path) -> None:
    seen = see_bytes(tmp_path, b'email,raw\na@x.io,"{""email"": ""no""}"\n', "a.csv")
    assert seen.column("email") == ["a@x.io"]
