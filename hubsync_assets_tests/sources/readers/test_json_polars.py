"""The quick way and the exact way give the same, whatever the file."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory

import orjson
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hubsync_assets.sources.readers.block_layout import make_layout
from hubsync_assets.sources.readers.chunks import Chunk
from hubsync_assets.sources.readers.json_array import JsonArrayParser
from hubsync_assets.sources.readers.json_polars import JsonRows, read_json_block
from hubsync_assets.sources.readers.keys import KeyBook
from hubsync_assets.sources.readers.row_builder import RowBuilder
from hubsync_assets_tests.sources.awkward import records
from hubsync_assets_tests.sources.seen import COLUMNS, Seen, see_bytes

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


def quick(text: str, *more: str, numeric: bool, stride: int = LIMIT) -> tuple[JsonRows | None, Chunk]:
    """Both ways; the layout knows the keys of ``more`` too."""
    book = KeyBook(COLUMNS)
    for other in more:
        exact(other, book)
    chunk = exact(text, book)
    layout = make_layout(book, text, numeric=numeric)
    return (read_json_block([f"{text},".encode()], layout, LIMIT, stride=stride) if layout else None), chunk


def same(rows: JsonRows, chunk: Chunk) -> None:
    assert chunk.broken.is_empty()
    assert rows.unknown == chunk.unknown
    assert [column.name for column in rows.columns] == list(COLUMNS.names)
    for got in rows.columns:
        name = got.name
        wanted = chunk.rows[name]
        if got.dtype != pl.String:
            assert name in COLUMNS.numbers
            wanted = wanted.cast(got.dtype)
        assert got.to_list() == wanted.to_list(), name
    assert chunk.rows["nested"].null_count() == chunk.rows.height
    assert rows.texts(range(chunk.rows.height)) == chunk.raw_text(chunk.rows["position"]).to_list()


@MANY
@given(records(), st.sampled_from([",", ", ", " , ", ",\n"]), st.booleans())
def test_a_block_that_is_accepted_is_what_the_exact_reader_reads(
    made: list[str],
    between: str,
    numeric: bool,
) -> None:
    rows, chunk = quick(between.join(made), numeric=numeric)
    if rows is not None:
        same(rows, chunk)


@MANY
@given(
    records(),
    st.sampled_from([",", ", ", ",\n"]),
    st.integers(1, 300),
    st.booleans(),
)
def test_it_is_of_no_matter_how_much_of_a_block_is_parsed_at_once(
    made: list[str], between: str, stride: int, numeric: bool
) -> None:
    text = between.join(made * 3)
    at_once, chunk = quick(text, numeric=numeric)
    in_strides, _ = quick(text, numeric=numeric, stride=stride)
    assert (at_once is None) == (in_strides is None)
    if in_strides is not None:
        same(in_strides, chunk)


@MANY
@given(records(bad=True), st.booleans())
def test_a_block_with_anything_broken_is_not_accepted(made: list[str], numeric: bool) -> None:
    rows, chunk = quick(",".join(made), *PLAIN, numeric=numeric)
    if rows is not None:
        same(rows, chunk)


def strictly(text: str) -> str:
    """What orjson says. It also refuses numbers that no double holds, which is a matter of range and not of grammar."""
    try:
        return "row" if isinstance(orjson.loads(text.replace("1e400", "1")), dict) else "not_an_object"
    except orjson.JSONDecodeError:
        return "malformed"


def see(text: str, name: str, block_bytes: int, threads: int = 2, *, superseding: bool = False) -> Seen:
    with TemporaryDirectory() as folder:
        return see_bytes(
            Path(folder), text.encode(), name, block_bytes=block_bytes, threads=threads, superseding=superseding
        )


def facts(seen: Seen) -> object:
    return seen.rows, seen.broken, seen.messages, seen.raw, seen.unknown, seen.complete, seen.end


@settings(MANY, max_examples=50)
@given(records(bad=True), st.integers(40, 400), st.sampled_from([",", ", ", ",\n"]), st.integers(0, 30), st.booleans())
def test_an_array_reads_alike_whatever_the_block_size(
    made: list[str], block_bytes: int, between: str, cut: int, superseding: bool
) -> None:
    text = f"[{between.join([*PLAIN, *made, *PLAIN])}]"
    text = text[: len(text) - cut]
    in_blocks = see(text, "a.json", block_bytes, superseding=superseding)
    assert facts(in_blocks) == facts(see(text, "a.json", 1 << 20, superseding=superseding))


@settings(MANY, max_examples=50)
@given(
    records(bad=True),
    st.integers(40, 400),
    st.sampled_from(["\n", "\r\n", "\n\n"]),
    st.integers(0, 30),
    st.booleans(),
)
def test_lines_read_alike_whatever_the_block_size(
    made: list[str], block_bytes: int, end: str, cut: int, superseding: bool
) -> None:
    text = end.join([*PLAIN, *made, *PLAIN])
    text = text[: len(text) - cut]
    in_blocks = see(text, "a.ndjson", block_bytes, superseding=superseding)
    assert facts(in_blocks) == facts(see(text, "a.ndjson", 1 << 20, superseding=superseding))


@settings(MANY, max_examples=100)
@given(records(bad=True))
def test_what_a_strict_parser_takes_is_kept_and_what_it_refuses_is_malformed(made: list[str]) -> None:
    lines = [text.replace("\n", " ").replace("\r", " ") for text in made]
    lines.insert(0, PLAIN[0])
    seen = see("\n".join(lines) + "\n", "a.ndjson", 64)
    kinds = [strictly(line) for line in lines]
    reasons = {position: reason for position, reason, _ in seen.broken}
    assert [reasons.get(number, "row") for number in range(1, len(lines) + 1)] == kinds


def test_plain_blocks_are_accepted_with_numbers_as_numbers() -> None:
    rows, chunk = quick(",".join(PLAIN * 10), numeric=True)
    assert rows is not None
    same(rows, chunk)
    dtypes = {column.name: column.dtype for column in rows.columns}
    assert dtypes["company_size"] == pl.Int64()
    assert dtypes["mrr"] == pl.Float64()


@pytest.mark.parametrize(
    "record",
    [
        '{"email":"a","mrr":"12"}', '{"email":"a","mrr":"1,5"}', '{"email":"a\\"b"}', '{"email":"\\u00e9\\ud83d\\ude00"}',
        '{"email":"12","name":"34"}', '{"email":"a","mrr":-1}', '{"email":"a","company_size":1.5}', '{"email":"a","mrr":true}',
        '{"email":"a","created":"2024-01-01T10:00:00Z"}', '{"email":"a","id":5}', '{"email":"a","active":false}',
        '{"E-Mail":"a","email":null}', '{"email":"a","x":null}', '{}', '{"email":"a: b"}', '{ "email": "a", "mrr": 1 }',
        '{ "email" : "a", "mrr" : 1 }', '{"email":"a","mrr":9007199254740993}', '{"email":  "a"}', '{"email":"a","name":"R\\u0026D"}',
    ],
)  # fmt: skip
def test_blocks_with_common_oddities_are_accepted_too(record: str) -> None:
    colon = next(
        (colon for colon in ('" : ', '": ') if '"email' + colon in record and '"email":  ' not in record), '":'
    )
    rows, chunk = quick(",".join([*(text.replace('":', colon) for text in PLAIN), record]), numeric=False)
    assert rows is not None
    same(rows, chunk)


@pytest.mark.parametrize(
    "record",
    [
        '{"email":"a","zzz":1}', '{"email"  :"a"}', '{"email" :"x","name":5.0,"phone":6.0,"zzz":"1"}', '{"email":"a{"}', '{"email":"a","name":12.0}', '{"name":1e3}',
        '{"email":null,"email":"a"}', '{"email":"a","email":"b"}', '{"email":"\\ud800"}', '{"email":"\\\\ud83d\\ude00"}', '{"email":"a","name":[1]}', '{"name":true}',
        '{"email":"a","mrr":1e400}', "{},{}}", '{"mail":{"email":"a"}}', '{"\\u0065mail":"a","name":5.0}',
    ],
)  # fmt: skip
@pytest.mark.parametrize("numeric", [True, False])
def test_a_block_that_cannot_be_accounted_for_is_left_to_the_exact_reader(record: str, numeric: bool) -> None:
    book = KeyBook(COLUMNS)
    exact(",".join(PLAIN), book)
    layout = make_layout(book, PLAIN[0], numeric=numeric)
    assert layout is not None
    assert read_json_block([",".join([*PLAIN, record, ""]).encode()], layout, LIMIT) is None


@pytest.mark.parametrize(
    ("plain", "odd"),
    [
        ('{"email":"a","mrr":1}', '{"email":"b","mrr": true}'),
        ('{"email": "a", "mrr": 1}', '{"email": "b", "mrr":true}'),
        ('{"email":"a","company_size":1}', '{"email":"b","company_size":\nfalse}'),
        ('{"email" : "a", "mrr" : 1}', '{"email" : "b", "tel" : "123", "company_size" :  5, "mrr": 1.5}'),
        ('{"email" : "a", "mrr" : 1}', '{"email" : "b", "name" : 12.0000000000000000001, "mrr": 1.5}'),
        ('{"email" : "a", "mrr" : 1}', '{"email" : "b", "name" : "x : y", "mrr": 1.5}'),
    ],
)
@pytest.mark.parametrize("numeric", [True, False])
def test_white_space_that_differs_from_record_to_record_hides_nothing(plain: str, odd: str, *, numeric: bool) -> None:
    book = KeyBook(COLUMNS)
    exact(plain, book)
    layout = make_layout(book, plain, numeric=numeric)
    assert layout is not None
    text = ",".join([*[plain] * 3, odd])
    rows = read_json_block([f"{text},".encode()], layout, LIMIT)
    if rows is not None:
        same(rows, exact(text, KeyBook(COLUMNS)))


@pytest.mark.parametrize("key", ["nick_name", "username", "aname", "file name"])
def test_a_key_that_ends_like_a_known_one_is_told_from_it(key: str) -> None:
    records = [
        f'{{"email":"a","name":"b","company_name":"c","country":"ES","{key}":{value}}}'
        for value in ('"d"', "1", "null")
    ]
    rows, chunk = quick(",".join(records), numeric=True)
    assert rows is not None
    same(rows, chunk)


@pytest.mark.parametrize(
    ("line", "accepted"),
    [
        (PLAIN[0], True), (PLAIN[0] + " \r", True), (PLAIN[0] + "," + PLAIN[1], False), ("", False), (" " + PLAIN[0], False),
        (PLAIN[0].replace(",", ",\n"), False), (PLAIN[0].replace(",", "\n") + "," + PLAIN[1], False),
        ('{"email":"a"\n"mrr":1},{"email":"a"}', False),
    ],
)  # fmt: skip
@pytest.mark.parametrize("stride", [20, 120, LIMIT])
def test_lines_are_records_or_the_exact_reader_takes_them(line: str, stride: int, *, accepted: bool) -> None:
    book = KeyBook(COLUMNS)
    exact(",".join(PLAIN), book)
    layout = make_layout(book, PLAIN[0], numeric=False)
    assert layout is not None
    rows = read_json_block(
        ["\n".join([PLAIN[0], line, PLAIN[1], ""]).encode()], layout, LIMIT, lines=True, stride=stride
    )
    assert (rows is not None) == accepted


def test_one_odd_record_in_a_large_file_costs_its_neighbours_only(tmp_path: Path) -> None:
    made = [json.dumps({"email": f"{number}@x.io", "mrr": number, "name": "x" * 100}) for number in range(20_000)]
    made[12_345] = '{"email":["a"]}'
    seen = see_bytes(tmp_path, f"[{','.join(made)}]".encode())
    assert seen.positions == list(range(1, 20_001))
    assert seen.rows[12_345 - 1]["email"] == "12344@x.io"
    assert seen.rows[12_345]["nested"] == ["email"]
    assert seen.column("mrr")[-1] == "19999"
    assert seen.raw == made
