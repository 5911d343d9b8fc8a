"""Records in envelopes: found, or declared; cut anywhere, in any block size, against the standard library's JSON."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hubsync_assets_tests.sources.seen import Seen, see_bytes

ANN, BOB = '{"email":"ann@x.io","name":"Ann"}', '{"email":"bob@x.io","mrr":1e3}'
BOTH = ["ann@x.io", "bob@x.io"]
BLOCKS = pytest.mark.parametrize("block_bytes", [1, 7, 1 << 20])
HEADER = '{"type":"header","comment":"Export to JSON plugin for PHPMyAdmin"},{"type":"database","name":"crm"}'


def read(folder: Path, text: str, block_bytes: int = 1 << 20, name: str = "a.json", **options: Any) -> Seen:
    return see_bytes(folder, text.encode(), name, block_bytes=block_bytes, **options)


ENVELOPES = {
    "an envelope": f'{{"page":1,"data":[{ANN},{BOB}],"next":null}}',
    "one over lines": f'{{\n "meta": {{"a": ["]", "}}"]}},\n "records": [\n{ANN},\n{BOB}\n]\n}}\n',
    "one deep inside": f'{{"data":{{"people":{{"items":[{ANN},{BOB}],"x":[]}}}},"errors":[]}}',
    "pages on lines": f'{{"data":[{ANN}],"next":"x"}}\n{{"data":[],"next":"y"}}\n{{"data":[{BOB}],"next":null}}\n',
    "pages over lines": f'{{\n"data":[{ANN}]}}\n{{\n"data":\n[{BOB}]}}\n',
    "phpMyAdmin": f'[{HEADER},{{"type":"table","name":"people","data":\n[\n{ANN},\n{BOB}\n]\n}}\n]',
    "phpMyAdmin with another table": f'[{HEADER},{{"type":"table","data":[{{"id":1}}]}},{{"type":"table","data":[{ANN},{BOB}]}}]',
    "an array on lines": f"[\n{ANN},\n{BOB}\n]\n",
    "arrays on lines": f"[{ANN}]\n[{BOB}]\n",
    "arrays with commas": f"[{ANN}],\n[],[{BOB}]\n",
    "objects over lines": '{\n "email": "ann@x.io",\n "name": "Ann"\n}\n{\n "email": "bob@x.io"\n}\n',
    "objects over lines with commas": '{\n "email": "ann@x.io"},\n{\n "email": "bob@x.io"\n},',
    "one object over lines, then a list": '{\n "email": "ann@x.io"}\n[{"email": "bob@x.io"}]',
    "JSON:API": f'{{"data":[{{"id":7,"attributes":{ANN}}},{{"id":8,"attributes":{BOB}}}]}}',
    "Elasticsearch": f'{{"hits":{{"total":2,"hits":[{{"_id":"1","_source":{ANN}}},{{"_id":"2","_source":{BOB}}}]}}}}',
    "GraphQL": f'{{"data":{{"people":{{"edges":[{{"cursor":"a","node":{ANN}}},{{"cursor":"b","node":{BOB}}}]}}}}}}',
}


@BLOCKS
@pytest.mark.parametrize("what", ENVELOPES)
@pytest.mark.parametrize("name", ["a.json", "a.ndjson"])
def test_records_are_found_where_they_stand(tmp_path: Path, what: str, name: str, block_bytes: int) -> None:
    seen = read(tmp_path, ENVELOPES[what], block_bytes, name)
    assert (seen.column("email"), seen.positions) == (BOTH, [1, 2])
    assert (seen.broken, seen.complete) == ([], True)


@BLOCKS
@pytest.mark.parametrize("records", ["data", "people.data", "[1]", "[].after", "x.y[].z.after", "after"])
def test_a_declared_place_is_read_where_several_could_be_meant(tmp_path: Path, records: str, block_bytes: int) -> None:
    texts = {
        "data": f'{{"other":[{{"email":"no"}}],"data":[{ANN},{BOB}],"deep":{{"data":[{{"email":"no"}}]}}}}',
        "people.data": f'{{"data":[{{"email":"no"}}],"people":{{"data":[{ANN},{BOB}]}}}}',
        "[1]": f'[[{{"email":"no"}}],[{ANN},{BOB}],[{{"email":"no"}}]]',
        "[].after": f'[{{"before":{{"email":"no"}},"after":{ANN}}},{{"after":{BOB}}}]',
        "x.y[].z.after": f'{{"x":{{"y":[{{"z":{{"before":{BOB},"after":{ANN}}}}},{{"z":{{"after":{BOB}}}}}]}}}}',
        "after": f'{{"before":{BOB},"after":{ANN}}}\n{{"before":{BOB},"after":{BOB}}}\n',
    }
    seen = read(tmp_path, texts[records], block_bytes, records=records)
    assert (seen.column("email"), seen.broken, seen.complete) == (BOTH, [], True)


@BLOCKS
def test_a_page_without_its_records_leaves_the_file_incomplete(tmp_path: Path, block_bytes: int) -> None:
    seen = read(tmp_path, f'{{"data":[{ANN}]}}\n{{"error":"quota"}}\n{{"data":[{BOB}]}}\n', block_bytes)
    assert (seen.column("email"), seen.positions) == (BOTH, [1, 3])
    assert [reason for _, reason, _ in seen.broken] == ["malformed"]
    assert not seen.complete


@BLOCKS
@pytest.mark.parametrize(
    ("text", "words"),
    [
        (f'{{"data":[{ANN},{BOB}', "the file ends inside the array, at byte 73"),
        (f'{{"data":[{ANN},{BOB}]', "the file ends before its envelope does"),
        (f'{{"data":[{ANN},{BOB}],"next":"x', "the file ends before its envelope does"),
        (f'{{"data":[{ANN},{BOB}]]', "brackets that do not match"),
        (f'{{"data":[{ANN},{BOB}]}} oops', "text that is no list and no object"),
    ],
)
def test_an_envelope_that_does_not_close_was_cut_off(tmp_path: Path, text: str, words: str, block_bytes: int) -> None:
    seen = read(tmp_path, text, block_bytes)
    assert (seen.column("email"), seen.complete) == (BOTH, False)
    (message,) = seen.messages
    assert words in message


@BLOCKS
def test_packed_data_that_end_behind_the_array_are_one_fault(tmp_path: Path, block_bytes: int) -> None:
    packed = gzip.compress(f'{{"errors":[],"data":[{ANN}]'.encode())[:-8]  # without the end that gzip has
    seen = see_bytes(tmp_path, packed, "a.json.gz", block_bytes=block_bytes)
    assert (seen.column("email"), seen.complete, len(seen.broken)) == (["ann@x.io"], False, 1)


@BLOCKS
def test_a_bad_record_in_an_envelope_costs_itself_and_says_its_byte_in_the_file(
    tmp_path: Path, block_bytes: int
) -> None:
    seen = read(tmp_path, f'{{"data":[{ANN},{{"é":"",bad}},{BOB}]}}', block_bytes)
    assert (seen.column("email"), seen.positions, seen.complete) == (BOTH, [1, 3], True)
    assert seen.messages == ["record 2: expecting property name enclosed in double quotes, at byte 52"]


def test_a_missing_quote_in_an_envelope_loses_no_more_than_in_an_array(tmp_path: Path) -> None:
    for form in ("[{}]", '{{"data":[{}]}}', '{{"data":[{}],"next":1}}'):
        seen = read(tmp_path, form.format(f'{ANN},{{"email":"x,"name":1}},{BOB}'))
        assert (seen.column("email"), len(seen.broken)) == (BOTH, 1)


def test_many_records_of_an_envelope_are_read_like_those_of_an_array(tmp_path: Path) -> None:
    records = ",\n".join(f'{{"email":"p{number}@x.io","mrr":{number}}}' for number in range(5_000))
    alone = read(tmp_path, f"[{records}]", 1 << 12)
    inside = read(tmp_path, f'{{"meta":{{}},"data":[{records}],"next":null}}', 1 << 12)
    assert inside.rows == alone.rows
    assert (inside.raw, inside.end.gives, inside.complete) == (alone.raw, alone.end.gives, True)
    assert inside.positions == [*range(1, 5_001)]


ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.sampled_from(['"', "\\", "]", "}", "é"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text('ab"]}\\é', max_size=3), inner, max_size=3),
    max_leaves=8,
)
AROUND = st.dictionaries(st.text('ab"]}\\é', max_size=3), ANY, max_size=3)
PEOPLE = st.lists(
    st.fixed_dictionaries({"email": st.text("az@é", min_size=1, max_size=5), "zzz": ANY}), min_size=1, max_size=4
)
MANY = settings(max_examples=150, deadline=None)


@MANY
@given(
    before=AROUND,
    people=PEOPLE,
    after=AROUND,
    indent=st.sampled_from([None, 1]),
    block=st.integers(1, 60),
    data=st.data(),
)
def test_an_envelope_cut_anywhere_gives_the_records_before_and_is_whole_only_when_it_is(
    tmp_path_factory: pytest.TempPathFactory,
    before: dict[str, Any], people: list[dict[str, Any]], after: dict[str, Any], indent: int | None, block: int, data: st.DataObject,
) -> None:  # fmt: skip
    envelope = {**before, "data": people, **{key + "z": value for key, value in after.items()}}
    content = json.dumps(envelope, indent=indent, ensure_ascii=False).encode()
    folder = tmp_path_factory.mktemp("cut")
    whole = see_bytes(folder, content, block_bytes=block, records="data")
    assert whole.column("email") == [person["email"] for person in json.loads(content)["data"]]
    assert [json.loads(text) for text in whole.raw] == people
    assert (whole.broken, whole.complete) == ([], True)
    cut = data.draw(st.integers(1, len(content) - 1))
    part = see_bytes(folder, content[:cut], block_bytes=block, records="data")
    assert part.column("email") == whole.column("email")[: len(part.rows)]
    assert not part.complete


@MANY
@given(
    pages=st.lists(PEOPLE, min_size=1, max_size=4),
    gap=st.sampled_from(["\n", " ", ",", ",\n", "\r\n"]),
    block=st.integers(1, 60),
)
def test_arrays_and_objects_one_after_the_other_are_all_their_records(
    tmp_path_factory: pytest.TempPathFactory, pages: list[list[dict[str, Any]]], gap: str, block: int
) -> None:
    folder = tmp_path_factory.mktemp("values")
    people = [person for page in pages for person in page]
    for texts in (map(json.dumps, pages), (json.dumps(person, indent=1) for person in people)):
        seen = see_bytes(folder, gap.join(texts).encode(), "a.ndjson", block_bytes=block)
        assert seen.column("email") == [person["email"] for person in people]
        assert [json.loads(text) for text in seen.raw] == people
        assert (seen.broken, seen.complete) == ([], True)
