"""Records that are wrapped one by one: Airbyte, Singer, Elasticsearch, JSON:API, and whatever is like them."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from hubsync_assets_tests.sources.declared import columns_of
from hubsync_assets_tests.sources.seen import Seen, see_bytes

COLUMNS = columns_of(
    {"email": {"kind": "email"}, "name": {"kind": "text"}, "customer_id": {"kind": "id"}, "tags": {"kind": "multi"}}
)
ANN, BOB = {"email": "ann@x.io", "name": "Ann"}, {"email": "bob@x.io", "tags": ["a", "b"]}
BLOCKS = pytest.mark.parametrize("block_bytes", [1, 7, 1 << 20])


def read(folder: Path, made: list[Any], *, lines: bool, block_bytes: int = 1 << 20, **options: Any) -> Seen:
    text = "".join(json.dumps(record) + "\n" for record in made) if lines else json.dumps(made)
    name = "a.ndjson" if lines else "a.json"
    return see_bytes(folder, text.encode(), name, columns=COLUMNS, block_bytes=block_bytes, **options)


WRAPPERS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "Airbyte": lambda record: {"_airbyte_raw_id": "1", "_airbyte_data": record, "_airbyte_meta": {"changes": []}},
    "Airbyte as text": lambda record: {"_airbyte_ab_id": "1", "_airbyte_data": json.dumps(record)},
    "Airbyte as text over lines": lambda record: {"_airbyte_data": json.dumps(record, indent=1)},
    "Airbyte's protocol": lambda record: {"type": "RECORD", "record": {"stream": "users", "data": record}},
    "Singer": lambda record: {"type": "RECORD", "stream": "users", "record": record},
    "Elasticsearch": lambda record: {"_index": "a", "_id": "1", "_source": record, "sort": [1]},
    "HubSpot": lambda record: {"id": "1", "properties": record},
}


@BLOCKS
@pytest.mark.parametrize("lines", [True, False])
@pytest.mark.parametrize("what", WRAPPERS)
def test_a_record_is_what_is_wrapped(tmp_path: Path, what: str, block_bytes: int, *, lines: bool) -> None:
    wrap = WRAPPERS[what]
    records = [wrap(ANN), wrap({**ANN, "email": None}), *[wrap(BOB)] * 20, wrap(ANN)]
    seen = read(tmp_path, records, lines=lines, block_bytes=block_bytes)
    assert seen.column("email") == ["ann@x.io", None, *["bob@x.io"] * 20, "ann@x.io"]
    assert [json.loads(tags or "0") for tags in seen.column("tags")[1:3]] == [0, ["a", "b"]]
    assert (seen.positions, seen.broken, seen.complete) == ([*range(1, 24)], [], True)
    assert json.loads(seen.raw[2]) == BOB
    assert seen.end.gives == {"email", "name", "tags"}


@BLOCKS
@pytest.mark.parametrize("lines", [True, False])
def test_values_beside_the_wrapper_count_where_the_record_has_none(
    tmp_path: Path, block_bytes: int, *, lines: bool
) -> None:
    records = [
        {"customer_id": 7, "name": {"x": 1}, "attributes": ANN},
        {"customer_id": 8, "attributes": {**BOB, "Customer ID": "own"}, "name": "Outer"},
        {"customer_id": 9, "attributes": {}},
        {"email": "bare@x.io"},
    ]
    seen = read(tmp_path, records, lines=lines, block_bytes=block_bytes, records="[].attributes")
    assert seen.column("customer_id") == ["7", "own", "9", None]
    assert seen.column("name") == ["Ann", "Outer", None, None]
    assert seen.column("email") == ["ann@x.io", "bob@x.io", None, "bare@x.io"]


def test_messages_between_records_are_no_records(tmp_path: Path) -> None:
    wrap = WRAPPERS["Singer"]
    records = [
        {"type": "SCHEMA", "schema": {"properties": {}}},
        wrap(ANN),
        {"type": "STATE", "value": {"a": 1}},
        wrap(BOB),
    ]
    for block_bytes in (1, 1 << 20):
        seen = read(tmp_path, [*records * 200, {"type": "STATE"}], lines=True, block_bytes=block_bytes)
        assert (len(seen.rows), seen.positions[-1], seen.broken, seen.complete) == (400, 400, [], True)


@BLOCKS
def test_a_line_that_is_not_json_costs_itself_among_wrapped_ones(tmp_path: Path, block_bytes: int) -> None:
    text = '{"record":{"email":"a"}}\n{"record":{"email"}}\n{"record":7}\n{"record":{"email":"b"}}\n{"record":{"em'
    seen = see_bytes(tmp_path, text.encode(), "a.ndjson", columns=COLUMNS, block_bytes=block_bytes)
    assert (seen.column("email"), seen.positions) == (["a", None, "b"], [1, 3, 4])
    assert ([position for position, _, _ in seen.broken], seen.complete) == ([2, 5], False)


def test_a_missing_quote_among_wrapped_elements_costs_no_more_than_among_others(tmp_path: Path) -> None:
    text = '[{"record":{"email":"a"}},{"record":{"email":"x,"name":1}},{"record":{"email":"b"}}]'
    seen = see_bytes(tmp_path, text.encode(), columns=COLUMNS)
    assert (seen.column("email"), len(seen.broken)) == (["a", "b"], 1)


def test_a_wrapper_within_a_record_of_the_same_name_is_a_value(tmp_path: Path) -> None:
    odd = {"name": ["odd"]}
    records = [
        {"data": {"email": "a", "data": {"email": "no"}, **(odd if number % 20 == 10 else {})}} for number in range(400)
    ]
    for lines in (True, False):
        for block_bytes in (64, 4_000, 1 << 20):
            seen = read(tmp_path, records, lines=lines, block_bytes=block_bytes)
            assert seen.column("email") == ["a"] * 400
            assert seen.positions == [*range(1, 401)]


@pytest.mark.parametrize("block_bytes", [1, 7, 50, 300, 1 << 20])
@pytest.mark.parametrize("lines", [True, False])
def test_a_byte_that_is_not_utf_8_beside_a_wrapped_record_costs_it_whatever_the_block_size(
    tmp_path: Path, block_bytes: int, *, lines: bool
) -> None:
    record = '{"_airbyte_ab_id": "%d", "_airbyte_data": {"email": "a%d@x.io", "name": "José"}}'
    made = [(record % (number, number)).encode() for number in range(9)]
    made[6] = made[6].replace(b'"6"', b'"\xb36"')
    text = b"\n".join(made) if lines else b"[%b]" % b",".join(made)
    seen = see_bytes(tmp_path, text, "a.ndjson" if lines else "a.json", columns=COLUMNS, block_bytes=block_bytes)
    assert seen.positions == [1, 2, 3, 4, 5, 6, 8, 9]
    assert [(position, reason) for position, reason, _ in seen.broken] == [(7, "malformed")]


def test_a_schema_that_names_the_key_is_no_record_either(tmp_path: Path) -> None:
    schema = {"type": "SCHEMA", "stream": "users", "schema": {"properties": {"email": {"type": "string"}}}}
    records = [schema, *(WRAPPERS["Singer"](record) for record in (ANN, BOB)), {"type": "STATE", "value": {}}]
    for block_bytes in (1, 1 << 20):
        seen = read(tmp_path, records, lines=True, block_bytes=block_bytes)
        assert (seen.column("email"), seen.broken, seen.complete) == (["ann@x.io", "bob@x.io"], [], True)
