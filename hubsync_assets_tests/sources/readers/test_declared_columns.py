"""Columns that a source declares: other names, paths, another decimal sign, another delimiter."""

import json
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hubsync_assets.sources.errors import FileRefusedError
from hubsync_assets.sources.files.locate import locate
from hubsync_assets.sources.readers.cutting import after_comma
from hubsync_assets.sources.readers.json_blocks import read_piece
from hubsync_assets.sources.readers.json_strides import ARRAY
from hubsync_assets.sources.readers.json_struct import make_shape
from hubsync_assets.sources.readers.keys import KeyBook
from hubsync_assets.sources.readers.read_chunks import read_chunks
from hubsync_assets_tests.sources.declared import columns_of
from hubsync_assets_tests.sources.seen import see_bytes

BOTH_WAYS = pytest.mark.parametrize("block_bytes", [30, 1 << 20])
COMMA = columns_of(decimal=",")


@BOTH_WAYS
@pytest.mark.parametrize("name", ["a.json", "a.ndjson"])
def test_a_declared_name_is_read_beside_the_names_of_other_fields(tmp_path: Path, name: str, block_bytes: int) -> None:
    columns = columns_of(columns={"name": "Full-Name", "city": "address.city"})
    records = [{"email": "a", "Full-Name": "n", "name": "not this", "address": {"city": "c"}, "size": 3}] * 40
    text = json.dumps(records) if name == "a.json" else "\n".join(map(json.dumps, records))
    seen = see_bytes(tmp_path, text.encode(), name, columns=columns, block_bytes=block_bytes)
    assert seen.column("@Full-Name") == ["n"] * 40
    assert seen.column("@address") == ['{"city": "c"}'] * 40
    assert {tuple(names) for names in seen.column("nested")} == {("@address",)}
    assert seen.column("size") == ["3"] * 40
    assert seen.unknown == {"name": 40}
    assert seen.end.gives == {"email", "@Full-Name", "@address", "size"}


def test_the_key_may_have_another_name_in_a_file(tmp_path: Path) -> None:
    columns = columns_of(columns={"email": "customer"})
    assert see_bytes(tmp_path, b"name;customer\nn;a@x.io\n", "a.csv", columns=columns).column("email") == ["a@x.io"]
    with pytest.raises(FileRefusedError, match="no column is an email"):
        see_bytes(tmp_path, b"name;email\nn;a@x.io\n", "a.csv", columns=columns)
    cut = b'[{"customer":"a"},{"customer":"b" "},{"email":"no key"},{"customer":"c"},{"customer":"d"}]'
    assert see_bytes(tmp_path, cut, columns=columns).column("email") == ["a", "c", "d"]


@BOTH_WAYS
def test_first_and_last_name_are_columns_of_their_own(tmp_path: Path, block_bytes: int) -> None:
    text = "Email,First Name,Surname,Phone\na,Ana,Díaz,1\nb,Bo\n"
    seen = see_bytes(tmp_path, text.encode(), "a.csv", block_bytes=block_bytes)
    assert [(row["name"], row["@first name"], row["@last name"]) for row in seen.rows] == [
        (None, "Ana", "Díaz"),
        (None, "Bo", None),
    ]
    assert seen.column("not_given") == [None, ["@last name", "phone"]]
    assert seen.end.gives == {"email", "@first name", "@last name", "phone"}


NUMBERS = st.one_of(st.integers(-9, 10**17), st.floats(-1e6, 1e18, allow_nan=False), st.decimals(0, 9_999, places=2))
AS_NUMBER = NUMBERS.map(lambda number: (str(number), plain(Decimal(str(number)))))
AS_TEXT = st.sampled_from(["1,5", "1.234,56", "1.234", "0,50", "12", "-", "1.5"]).map(
    lambda text: (json.dumps(text), text)
)


def plain(number: Decimal) -> str:
    """With a comma, slowly."""
    text = format(number, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text.replace(".", ",")


def prices(file: Path, block_bytes: int) -> list[str | None]:
    """What was read, in text with a comma where a column came as numbers."""
    found: list[str | None] = []
    for chunk in read_chunks(locate(str(file))[0], COMMA, block_bytes=block_bytes):
        column = chunk.rows["price"]
        number = column.dtype != pl.String
        found += [plain(Decimal(repr(value))) if number and value is not None else value for value in column]
    return ["0" if text == "-0" else text for text in found]


@settings(max_examples=200, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(st.data(), st.sampled_from([20, 200, 1 << 20]), st.sampled_from(["a.json", "a.ndjson"]))
def test_a_json_number_reads_like_text_with_the_declared_sign(data: st.DataObject, block_bytes: int, name: str) -> None:
    kinds = data.draw(st.sampled_from([AS_TEXT, AS_NUMBER, AS_TEXT | AS_NUMBER, AS_TEXT | AS_NUMBER | st.none()]))
    made = data.draw(st.lists(kinds, min_size=1, max_size=60))
    records = [f'{{"email":"a","price":{cell[0] if cell else "null"}}}' for cell in made]
    with TemporaryDirectory() as folder:
        file = Path(folder, name)
        file.write_text(f"[{','.join(records)}]" if name == "a.json" else "\n".join(records))
        assert prices(file, block_bytes) == [cell[1] if cell else None for cell in made]


@pytest.mark.parametrize(
    ("prices", "texts"),
    [
        (['"1,5"', '"1.234,56"'], ["1,5", "1.234,56"]),
        (['"1,5"', "2", "2.50"], ["1,5", "2", "2,5"]),
        (['"1.234"', "1e-7", "12.0"], ["1.234", "0,0000001", "12"]),
    ],
)
def test_in_a_block_read_at_once_a_numbers_own_point_is_told_from_that_of_a_text(
    prices: list[str], texts: list[str]
) -> None:
    book = KeyBook(COMMA)
    for name in ("email", "price"):
        book.place(name)
    shape = make_shape(book, superseding=False)
    assert shape is not None
    block = ",".join([*(f'{{"email":"a","price":{price}}}' for price in prices), ""]).encode()
    for stride in (40, 1 << 20):  # a column of numbers joined with one of texts, or both in one
        (part,) = read_piece(shape, ARRAY, after_comma, 1 << 20, [block], stride)
        assert part.rows is not None
        assert {column.name: column.to_list() for column in part.rows.columns}["price"] == texts


@BOTH_WAYS
@pytest.mark.parametrize("delimiter", ["^", ":", "¦", "x", " "])
def test_a_declared_delimiter_is_the_one(tmp_path: Path, delimiter: str, block_bytes: int) -> None:
    lines = [["email", "size"], *(["a@q.io", "1,5;2"] for _ in range(20)), ["b", f'"1{delimiter}2"']]
    text = "".join(f"{delimiter.join(line)}\n" for line in lines)
    columns = columns_of()
    seen = see_bytes(tmp_path, text.encode(), "a.csv", columns=columns, delimiter=delimiter, block_bytes=block_bytes)
    assert seen.column("size") == [*["1,5;2"] * 20, f"1{delimiter}2"]
    assert (seen.broken, seen.complete) == ([], True)
    with pytest.raises(FileRefusedError, match="no column"):
        see_bytes(tmp_path, text.encode(), "a.csv", columns=columns, block_bytes=block_bytes)


def test_a_declared_delimiter_counts_where_another_one_would_give_more_columns(tmp_path: Path) -> None:
    text = b"email;name,city\na;b,c\n"
    assert see_bytes(tmp_path, text, "a.csv", columns=columns_of(), delimiter=";").column("name") == [None]
    assert see_bytes(tmp_path, text, "a.csv", columns=columns_of(columns={"email": "email;name"})).column("city") == [
        "c"
    ]
