"""The quick way and the exact way give the same, whatever the file."""

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hubsync_assets.sources.readers.chunks import Chunk
from hubsync_assets.sources.readers.cutting import after_comma, after_line
from hubsync_assets.sources.readers.joining import join
from hubsync_assets.sources.readers.json_array import JsonArrayParser
from hubsync_assets.sources.readers.json_blocks import read_piece
from hubsync_assets.sources.readers.json_strides import ARRAY, LINES
from hubsync_assets.sources.readers.json_struct import RecordShape, make_shape
from hubsync_assets.sources.readers.keys import KeyBook
from hubsync_assets.sources.readers.plain_numbers import as_text
from hubsync_assets.sources.readers.protocols import Part
from hubsync_assets.sources.readers.row_builder import RowBuilder
from hubsync_assets_tests.sources.awkward import records
from hubsync_assets_tests.sources.seen import COLUMNS

LIMIT = 1 << 20
MANY = settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
PLAIN = (
    '{"email":"a@x.io","name":"José","country":"ES","phone":"+34 600","company_size":12,"mrr":179.5}',
    '{"email":"b@x.io","name":null,"country":"IT","phone":null,"company_size":null,"mrr":0.5}',
)


def exact(text: str, book: KeyBook) -> Chunk:
    builder = RowBuilder(book)
    parser = JsonArrayParser(builder, LIMIT)
    parser.feed(f"[{text}]".encode())
    parser.finish(None)
    return builder.chunk(0)


def shape_of(book: KeyBook) -> RecordShape:
    shape = make_shape(book, superseding=False)
    assert shape is not None
    return shape


def quick(text: str, *more: str, stride: int = LIMIT) -> tuple[Part | None, Chunk]:
    """Both ways; the shape knows the keys of ``more`` too. ``None``: the quick one left some of it to the other."""
    book = KeyBook(COLUMNS)
    for other in more:
        exact(other, book)
    chunk = exact(text, book)
    if make_shape(book, superseding=False) is None:
        return None, chunk
    parts = read_piece(shape_of(book), ARRAY, after_comma, LIMIT, [f"{text},".encode()], stride)
    return (parts[0] if len(parts) == 1 and parts[0].rows else None), chunk


def same(part: Part, chunk: Chunk) -> None:
    assert part.rows is not None
    found = join(RowBuilder(KeyBook(COLUMNS)), part.rows, 0)
    assert found.broken.equals(chunk.broken)
    assert found.unknown == chunk.unknown
    for got in found.rows:
        wanted = chunk.rows[got.name]
        if got.dtype != wanted.dtype:
            assert got.name in COLUMNS.numbers
            assert as_text(got, None).to_list() == wanted.to_list(), got.name
        else:
            assert got.to_list() == wanted.to_list(), got.name
    positions = chunk.rows["position"]
    assert found.raw_text(positions).to_list() == chunk.raw_text(positions).to_list()


@MANY
@given(records(), st.sampled_from([",", ", ", " , ", ",\n"]))
def test_a_block_that_is_accepted_is_what_the_exact_reader_reads(made: list[str], between: str) -> None:
    part, chunk = quick(between.join(made))
    if part is not None:
        same(part, chunk)


@MANY
@given(records(), st.sampled_from([",", ", ", ",\n"]), st.integers(1, 300))
def test_it_is_of_no_matter_how_much_of_a_block_is_read_at_once(made: list[str], between: str, stride: int) -> None:
    part, chunk = quick(between.join(made * 3), stride=stride)
    if part is not None:
        same(part, chunk)


@MANY
@given(records(bad=True))
def test_a_block_with_anything_broken_is_not_accepted(made: list[str]) -> None:
    part, chunk = quick(",".join(made), *PLAIN)
    if part is not None:
        same(part, chunk)
        assert "malformed" not in chunk.broken["reason"]


def dtypes(part: Part | None) -> dict[str, pl.DataType]:
    assert part is not None
    assert part.rows is not None
    return {column.name: column.dtype for column in part.rows.columns}


def test_plain_blocks_are_accepted_with_numbers_as_numbers() -> None:
    part, chunk = quick(",".join(PLAIN * 10))
    assert (dtypes(part)["company_size"], dtypes(part)["mrr"]) == (pl.Int64(), pl.Float64())
    assert part is not None
    same(part, chunk)


@pytest.mark.parametrize(
    ("mrr", "size", "are_numbers"),
    [
        ("12", "1e3", True), ("0.1", "12.0", True), ("0", "0", True), ("null", "null", True), ("9007199254740991", "9007199254740991", True),
        ("-1", "-1", False), ("-0.0", "-0.0", False), ("9007199254740993", "9007199254740993", False), ('"1"', "1.5", False),
        ("1" + "0" * 400, "92233720368547758080", False),
    ],
)  # fmt: skip
def test_a_column_is_numbers_where_they_say_all_that_their_text_says(mrr: str, size: str, *, are_numbers: bool) -> None:
    part, chunk = quick(f'{PLAIN[0]},{{"email":"a","mrr":{mrr},"company_size":{size}}}')
    assert part is not None
    same(part, chunk)
    found = [dtypes(part)[name] for name in ("mrr", "company_size")]
    assert found == ([pl.Float64(), pl.Int64()] if are_numbers else [pl.String()] * 2)


@pytest.mark.parametrize(
    "record",
    [
        '{"email":"a","mrr":"12"}', '{"email":"a","mrr":"1,5"}', '{"email":"a\\"b"}', '{"email":"\\u00e9\\ud83d\\ude00"}',
        '{"email":"12","name":"34"}', '{"email":"a","mrr":-1}', '{"email":"a","company_size":1.5}', '{"email":"a","company_size":12.0}',
        '{"email":"a","created":"2024-01-01T10:00:00Z"}', '{"email":"a","id":5}', '{"email":"a","active":false}', '{"email":"a","name":true}',
        '{"E-Mail":"a","email":null}', '{"email":"a","x":null}', '{}', '{"email":"a: b"}', '{ "email": "a", "mrr": 1 }',
        '{ "email" : "a", "mrr" :\t1 }', '{"email":"a","mrr":9007199254740993}', '{"email":  "a"}', '{"email":"a","name":"R\\u0026D"}',
        '{"email":"a{"}', '{"email":null,"email":"a"}', '{"email":"a","email":null}', '{"\\u0065mail":"a","id":5.0}', '{"mail":{"email":"a"},"E-Mail":"b"}',
        '{"email":"a","mrr":-0}', '{"email":"a","mrr":-0.0}', '{"email":"a","company_size":1e3}', '{"email":"a","mrr":92233720368547758080}',
        '{"email":"a","phone":34600123123}', '{"email":"a","phone":6.0e8}', '{"email":"a","phone":true}', '{"email":"a","tags":[1,{"a":"b"}]}',
        '{"email":"a","mrr":1e-7}', '{"email":"a","mrr":1e-400}', '{"email":"a","é ":[[]]}', '{"email":"a","mrr":1' + "0" * 400 + "}",
    ],
)  # fmt: skip
def test_common_oddities_are_no_matter(record: str) -> None:
    part, chunk = quick(",".join([*PLAIN, record]))
    assert part is not None
    same(part, chunk)
    assert part.rows is not None
    assert len(part.rows.odd) == (record.startswith('{"mail":{'))


@pytest.mark.parametrize(
    "record",
    [
        '{"email":"a","zzz":1}', '{"email":"a","name":12.0}', '{"name":1e3}', '{"email":"a","name":[1]}', '{"email":"a","name":{"x":"},{"}}',
        '{"email":"a","mrr":1e400}', '{"email":"a","mrr":true}', '{"email":"a","company_size":false}', '{"mail":{"email":"a"}}',
        '{"email":"a","zzz":null}', '{"EMAIL":"1","Email":"2"}', '{"email":"a","q\\"":1}', "null", "7", '"text"', "[1,2]", '[{"email":"x"}]',
    ],
)  # fmt: skip
def test_one_odd_record_is_set_aside_and_costs_no_other(record: str) -> None:
    book = KeyBook(COLUMNS)
    exact(",".join([*PLAIN, '{"EMAIL":null,"Email":null}']), book)
    text = ",".join([*PLAIN * 3, record, *PLAIN])
    (part,) = read_piece(shape_of(book), ARRAY, after_comma, LIMIT, [f"{text},".encode()])
    assert part.rows is not None
    assert [(odd.number, odd.text) for odd in part.rows.odd] == [(6, record)]
    same(part, exact(text, KeyBook(COLUMNS)))


@pytest.mark.parametrize(
    "record",
    ['{"email":"\\ud800"}', '{"email":"a","x":"\\ude00\\ud83d"}', "{},{}}", '{"email"}', '{"a":NaN}', "", '{"x":01}'],
)
def test_what_is_not_json_is_left_to_the_exact_reader(record: str) -> None:
    book = KeyBook(COLUMNS)
    exact(",".join([*PLAIN, '{"x":1}']), book)
    text = ",".join([*PLAIN * 3, record, ""]).encode()
    assert [part.rows for part in read_piece(shape_of(book), ARRAY, after_comma, LIMIT, [text])] == [None]


def test_a_record_without_what_separates_it_from_the_next_is_left_to_the_exact_reader() -> None:
    book = KeyBook(COLUMNS)
    exact(",".join(PLAIN), book)
    parts = read_piece(shape_of(book), ARRAY, after_comma, LIMIT, [",".join(PLAIN).encode() + b"]"])
    assert [(part.text.decode(), part.rows is not None) for part in parts] == [
        (PLAIN[0] + ",", True),
        (PLAIN[1] + "]", False),
    ]


@pytest.mark.parametrize("key", ["nick_name", "username", "aname", "file name"])
def test_a_key_that_ends_like_a_known_one_is_told_from_it(key: str) -> None:
    records = [
        f'{{"email":"a","name":"b","company_name":"c","country":"ES","{key}":{value}}}'
        for value in ('"d"', "1", "null")
    ]
    part, chunk = quick(",".join(records))
    assert part is not None
    same(part, chunk)


@pytest.mark.parametrize(
    ("line", "accepted"),
    [
        (PLAIN[0], True), (PLAIN[0] + " \r", True), (PLAIN[0] + "\r", True), ("", True), (" \t\r", True), (" " + PLAIN[0], True),
        (PLAIN[0] + "," + PLAIN[1], False), (PLAIN[0] + " " + PLAIN[1], False), (PLAIN[0] + PLAIN[1], False),
        (PLAIN[0].replace(",", ",\n"), False), (PLAIN[0].replace(",", "\n") + "," + PLAIN[1], False),
        ('{"email":"a"\n"mrr":1},{"email":"a"}', False), ('{"tags":\n{"a":1}} {"email":"a"}', False), ('{"tags":[{}\n{}]}', False),
    ],
)  # fmt: skip
@pytest.mark.parametrize("stride", [20, 120, LIMIT])
def test_lines_are_records_or_the_exact_reader_takes_them(line: str, stride: int, *, accepted: bool) -> None:
    book = KeyBook(COLUMNS)
    exact(",".join([*PLAIN, '{"tags":1}']), book)
    text = "\n".join([PLAIN[0], line, PLAIN[1], ""])
    parts = read_piece(shape_of(book), LINES, after_line, LIMIT, [text.encode()], stride)
    assert "".join(part.text.decode() for part in parts) == text
    assert all(part.rows or not part.text.strip() for part in parts) == accepted
