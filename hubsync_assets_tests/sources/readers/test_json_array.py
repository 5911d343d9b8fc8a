"""JSON arrays, good and bad, whatever the block size."""

from pathlib import Path

import pytest

from hubsync_assets.sources.files.source_file import SourceFile
from hubsync_assets.sources.readers.read_chunks import read_chunks
from hubsync_assets_tests.sources.seen import COLUMNS, Seen, see_bytes

BLOCKS = pytest.mark.parametrize("block_bytes", [1, 3, 16, 1 << 20])


def read(folder: Path, text: str, block_bytes: int = 1 << 20, **options: int) -> Seen:
    return see_bytes(folder, text.encode(), "a.json", block_bytes=block_bytes, **options)


@BLOCKS
@pytest.mark.parametrize("text", ["[]", " [ ] ", "\ufeff[\n]\n"])
def test_an_empty_array_is_a_whole_source_without_records(tmp_path: Path, text: str, block_bytes: int) -> None:
    seen = read(tmp_path, text, block_bytes)
    assert (seen.rows, seen.broken, seen.complete, seen.chunks) == ([], [], True, 1)


@BLOCKS
@pytest.mark.parametrize("text", ["", " \n\t", "\ufeff"])
def test_a_file_without_any_text_is_what_a_writer_leaves_that_died(tmp_path: Path, text: str, block_bytes: int) -> None:
    seen = read(tmp_path, text, block_bytes)
    assert (seen.rows, seen.broken, seen.complete) == ([], [(1, "malformed", "")], False)


@BLOCKS
def test_values_are_text_as_given_and_numbers_their_json_text(tmp_path: Path, block_bytes: int) -> None:
    text = (
        '[{"email":" A@x.io ","name":12.0,"country":true,"phone":1e3,"company_name":12345678901234567890123,'
        '"company_size":-0,"mrr":0.10}]'
    )
    (row,) = read(tmp_path, text, block_bytes).rows
    assert row == {
        "position": 1, "email": " A@x.io ", "name": "12.0", "@first name": None, "@last name": None, "country": "true", "phone": "1000",
        "company_name": "12345678901234567890123", "company_size": "0", "mrr": "0.1", "nested": None, "not_given": None,
    }  # fmt: skip


@BLOCKS
@pytest.mark.parametrize(
    ("number", "text"),
    [
        ("1", "1"), ("12.0", "12"), ("1e3", "1000"), ("1E-7", "0.0000001"), ("-0", "0"), ("-3", "-3"),
        ("9007199254740993", "9007199254740993"), ("92233720368547758080", "92233720368547758080"), ("1e400", "1e400"),
        ("1e22", "10000000000000000000000"), ("0.10", "0.1"), ("true", "true"), ('"1e3"', "1e3"), ('"12.0"', "12.0"),
        ("1" + "0" * 50, "1" + "0" * 50),
    ],
)  # fmt: skip
def test_a_number_in_a_number_field_is_plain_text_of_the_same_value(
    tmp_path: Path, number: str, text: str, block_bytes: int
) -> None:
    records = f'[{{"email":"a","mrr":"1"}},{{"mrr":{number}}}, {{"mrr":{number}}} ]'
    assert read(tmp_path, records, block_bytes).column("mrr") == ["1", text, text]


@BLOCKS
def test_escapes_braces_and_quotes_in_text_are_text(tmp_path: Path, block_bytes: int) -> None:
    text = r'[{"name":"}, {\"email\": \\\"x"},{"name":"\u00e9\ud83d\ude00\/\n\u0000"},{"name":"a\\"}]'
    assert read(tmp_path, text, block_bytes).column("name") == ['}, {"email": \\"x', "é😀/\n\0", "a\\"]


@BLOCKS
def test_white_space_may_stand_everywhere(tmp_path: Path, block_bytes: int) -> None:
    text = '\ufeff \r\n[ \t{ "email" : "a" ,\n"mrr" : 1 }\r\n ,\n\n{ } , {"email"\t:\n"b"}\n]\n\n'
    seen = read(tmp_path, text, block_bytes)
    assert (seen.column("email"), seen.column("mrr")) == (["a", None, "b"], ["1", None, None])
    assert seen.raw == ['{ "email" : "a" ,\n"mrr" : 1 }', "{ }", '{"email"\t:\n"b"}']


@BLOCKS
def test_a_list_or_object_in_a_field_is_json_text_as_written_and_named(tmp_path: Path, block_bytes: int) -> None:
    text = '[{"email":"a","name":[1, {"x":"é"}],"phone":{"a" : "\\u00e9"},"x":[[]]},{"email":"b"}]'
    seen = read(tmp_path, text, block_bytes)
    assert seen.rows[0]["name"] == '[1, {"x":"é"}]'
    assert seen.rows[0]["phone"] == '{"a" : "\\u00e9"}'
    assert seen.column("nested") == [["name", "phone"], None]
    assert seen.unknown == {"x": 1}


@BLOCKS
def test_an_element_that_is_no_object_is_said_to_be_none(tmp_path: Path, block_bytes: int) -> None:
    seen = read(tmp_path, '[1,"a",null,true,[{"email":"x"}],{"email":"b"},-1.5e3]', block_bytes)
    assert seen.positions == [6]
    assert seen.broken == [
        (1, "not_an_object", "1"),
        (2, "not_an_object", '"a"'),
        (3, "not_an_object", "null"),
        (4, "not_an_object", "true"),
        (5, "not_an_object", '[{"email":"x"}]'),
        (7, "not_an_object", "-1.5e3"),
    ]
    assert seen.complete


@BLOCKS
@pytest.mark.parametrize(
    "bad",
    [
        '{"email":}', '{"email" "x"}', "{email:1}", "{'email':1}", '{"email":NaN}', '{"email":-Infinity}', "nul", "{,}",
        '{"email":01}', '{"email":1.}', '{"email":.5}', '{"email":+1}', '{"email":"\\x"}', '{"email":"\\u12g4"}',
        '{"email":"a\tb"}', '{"email":"a\nb"}', '{"email":"\\ud800"}', '{"x":["\\udc00\\ud800"]}', '{"email":"a",}',
        '{"email":1}{"email":2}', '{"email":1} {"email":2}', '{"email":"5" pipe "x"}', '{"a":[1,]}', "{} x", "}",
    ],
)  # fmt: skip
def test_an_element_that_is_no_json_costs_itself(tmp_path: Path, bad: str, block_bytes: int) -> None:
    seen = read(tmp_path, f'[{{"email":"a"}}, {bad} ,{{"email":"b"}}]', block_bytes)
    assert seen.column("email") == ["a", "b"]
    assert seen.broken == [(2, "malformed", bad)]
    assert seen.complete


@BLOCKS
@pytest.mark.parametrize(
    ("text", "positions"),
    [("[,{}]", [2]), ("[{},]", [1]), ("[{},,{}]", [1, 3]), ("[,]", [])],
)
def test_a_comma_too_many_is_malformed_and_nothing_is_lost(
    tmp_path: Path, text: str, positions: list[int], block_bytes: int
) -> None:
    seen = read(tmp_path, text, block_bytes)
    assert seen.positions == positions
    assert {(reason, raw) for _, reason, raw in seen.broken} == {("malformed", "")}
    assert seen.complete


@BLOCKS
@pytest.mark.parametrize(
    ("tail", "raw"),
    [
        ("", ""), (",", ""), (', {"em', '{"em'), (',{"email":"b', '{"email":"b'), (',{"email":"b"', '{"email":"b"'),
        (',{"email":"b\\', '{"email":"b\\'), (',{"mrr":1', '{"mrr":1'), (',{"mrr":tr', '{"mrr":tr'), (",{", "{"),
        (',{"x":[{"email":1},{"email":2}', '{"x":[{"email":1},{"email":2}'), (',"ab', '"ab'), (', {"a":{', '{"a":{'),
    ],
)  # fmt: skip
def test_a_file_cut_off_keeps_every_whole_record_and_says_where(
    tmp_path: Path, tail: str, raw: str, block_bytes: int
) -> None:
    whole = '[{"email":"é"},{"email":"b"}'
    seen = read(tmp_path, whole + tail, block_bytes)
    assert seen.positions == [1, 2]
    assert seen.broken == [(3, "malformed", raw)]
    assert not seen.complete
    spaces = len(tail) - len(tail.removeprefix(",").lstrip()) if raw else len(tail)
    assert f"at byte {len(whole.encode()) + spaces}" in seen.messages[0]


@BLOCKS
@pytest.mark.parametrize("tail", ["[{}]", '{"email":"b"}', "]", "x", ',{"email":"b"}'])
def test_text_behind_the_end_is_malformed_and_may_have_held_records(
    tmp_path: Path, tail: str, block_bytes: int
) -> None:
    seen = read(tmp_path, f'[{{"email":"a"}}] {tail}', block_bytes)
    assert seen.positions == [1]
    assert seen.broken == [(2, "malformed", tail)]
    assert not seen.complete


@BLOCKS
def test_text_that_is_no_array_is_malformed(tmp_path: Path, block_bytes: int) -> None:
    seen = read(tmp_path, " <html>", block_bytes)
    assert (seen.broken, seen.complete) == ([(1, "malformed", "<html>")], False)


@BLOCKS
def test_behind_a_quote_too_few_reading_goes_on_at_the_next_sure_record(tmp_path: Path, block_bytes: int) -> None:
    records = ['{"email":"a"}', '{"name":"5" pipe"}', '{"email":"b"}', '{"e-mail":"c"}', '{"email":"d"}']
    seen = read(tmp_path, f"[{', '.join(records)}]", block_bytes)
    assert (seen.column("email"), seen.positions) == (["a", "b", "c", "d"], [1, 3, 4, 5])
    assert seen.broken == [(2, "malformed", records[1])]
    assert not seen.complete


@BLOCKS
def test_behind_a_brace_too_few_no_nested_object_is_taken_for_a_record(tmp_path: Path, block_bytes: int) -> None:
    seen = read(tmp_path, '[{"a":1, {"kids":[{"x":1},{"y":2}]}, {"email":"b"}, {"email":"c"}]', block_bytes)
    assert seen.column("email") == ["b", "c"]
    assert seen.broken == [(1, "malformed", '{"a":1, {"kids":[{"x":1},{"y":2}]}')]
    assert not seen.complete


@BLOCKS
def test_where_no_sure_record_follows_the_rest_is_one_entry(tmp_path: Path, block_bytes: int) -> None:
    seen = read(tmp_path, '[{"email":"a"},{"a":1, {"name":"b"}, {"name":"c"}]', block_bytes)
    assert seen.positions == [1]
    assert seen.broken == [(2, "malformed", '{"a":1, {"name":"b"}, {"name":"c"}]')]
    assert not seen.complete


def test_a_flip_in_a_large_file_is_resynchronised_without_reading_all_of_it_first(tmp_path: Path) -> None:
    good = ",".join(f'{{"email":"{number}@x.io","name":"n"}}' for number in range(100_000))
    seen = read(tmp_path, f'[{{"name":"5" pipe"}},{good}]')
    assert (len(seen.rows), len(seen.broken), seen.complete) == (100_000, 1, False)


@BLOCKS
def test_a_record_over_the_limit_is_refused_and_nothing_behind_it_is_read(tmp_path: Path, block_bytes: int) -> None:
    records = ['{"email":"a"}', '{"email":"' + "x" * 200 + '"}', '{"email":"b"}']
    seen = read(tmp_path, f"[{','.join(records)}]", block_bytes, record_limit=100)
    assert seen.column("email") == ["a"]
    assert len(seen.broken) == 1
    assert "longer than 100 characters" in seen.messages[0]
    assert not seen.complete
    assert read(tmp_path, f"[{','.join(records)}]", block_bytes, record_limit=213).complete


def test_nesting_deeper_than_the_machine_is_malformed_and_no_crash(tmp_path: Path) -> None:
    deep = "[" * 100_000 + "]" * 100_000
    seen = read(tmp_path, f'[{{"email":"a"}},{{"x":{deep}}},{{"email":"b"}}]')
    assert seen.column("email") == ["a", "b"]
    assert [(position, reason) for position, reason, _ in seen.broken] == [(2, "malformed")]
    assert seen.complete


@BLOCKS
def test_a_json_file_of_lines_is_read_as_lines(tmp_path: Path, block_bytes: int) -> None:
    seen = read(tmp_path, '\n {"email":"a"}\n{"email":"b"}\n', block_bytes)
    assert (seen.column("email"), seen.complete) == (["a", "b"], True)


def test_messages_hold_no_content(tmp_path: Path) -> None:
    seen = read(tmp_path, '[{"email":"secret@x.io" x},"secret",{"email":"\\ud800secret"},{"a":secret},{"email":"secret')
    assert len(seen.messages) == 5
    assert "secret" not in " ".join(seen.messages)


def test_raw_text_of_another_chunks_record_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text('[{"email":"a"},1,{"email":"b"}]')
    chunk = next(read_chunks(SourceFile(str(path), path=path, form="json"), COLUMNS))
    assert chunk.raw_text([3, 1]).to_list() == ['{"email":"b"}', '{"email":"a"}']
    assert chunk.raw_text([]).to_list() == []
    for wrong in ([2], [4], [1, 0]):
        with pytest.raises(ValueError, match="not in this chunk"):
            chunk.raw_text(wrong)
