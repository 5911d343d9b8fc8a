"""NDJSON, good and bad, whatever the block size."""

from pathlib import Path

import pytest

from hubsync_assets_tests.sources.seen import Seen, see_bytes

BLOCKS = pytest.mark.parametrize("block_bytes", [1, 3, 16, 1 << 20])


def read(folder: Path, text: str, block_bytes: int = 1 << 20, **options: int) -> Seen:
    return see_bytes(folder, text.encode(), "a.ndjson", block_bytes=block_bytes, **options)


@BLOCKS
@pytest.mark.parametrize("text", ["", "\n\r\n \n", "\ufeff"])
def test_a_file_without_any_text_is_what_a_writer_leaves_that_died(tmp_path: Path, text: str, block_bytes: int) -> None:
    seen = read(tmp_path, text, block_bytes)
    assert (seen.rows, seen.broken, seen.complete) == ([], [(1, "malformed", "")], False)
    assert "the file is empty" in seen.messages[0]


@BLOCKS
def test_lines_end_either_way_and_blank_ones_do_not_count(tmp_path: Path, block_bytes: int) -> None:
    seen = read(tmp_path, '{"email":"a"}\r\n\n  \r\n {"email":"b", "mrr": 1e3} \n\n{"email":"c"}', block_bytes)
    assert (seen.column("email"), seen.positions) == (["a", "b", "c"], [1, 2, 3])
    assert seen.column("mrr") == [None, "1000", None]
    assert seen.raw[1] == '{"email":"b", "mrr": 1e3}'
    assert seen.complete


@BLOCKS
@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        ('{"email":', "malformed"), ('{"email":"x"} {"email":"y"}', "malformed"), ('{"email":"x"},', "malformed"),
        ('{"a":NaN}', "malformed"), ('{"a":"\\ud800"}', "malformed"), ("]", "malformed"), ("hello", "malformed"),
        ('[{"email":"x"},1]', "not_an_object"), ("[]", "not_an_object"), ("7", "not_an_object"), ("null", "not_an_object"),
    ],
)  # fmt: skip
def test_a_bad_line_costs_itself(tmp_path: Path, bad: str, reason: str, block_bytes: int) -> None:
    seen = read(tmp_path, f'{{"email":"a"}}\n{bad}\n{{"email":"b"}}\n', block_bytes)
    assert seen.column("email") == ["a", "b"]
    assert seen.broken == [(2, reason, bad)]
    assert seen.complete


@BLOCKS
def test_a_list_of_records_on_a_line_is_as_many_records(tmp_path: Path, block_bytes: int) -> None:
    text = '{"email":"a"}\n' * 3 + '[{"email":"b"}, {"email" : "c"}]\n{"email":"d"}\n' * 2
    seen = read(tmp_path, text, block_bytes)
    assert seen.column("email") == ["a", "a", "a", "b", "c", "d", "b", "c", "d"]
    assert (seen.positions, seen.broken, seen.complete) == ([*range(1, 10)], [], True)
    assert seen.raw[3:5] == ['{"email":"b"}', '{"email" : "c"}']


@BLOCKS
def test_a_record_over_two_lines_is_two_malformed_lines(tmp_path: Path, block_bytes: int) -> None:
    seen = read(tmp_path, '{"email":"x"}\n{"email":"a",\n"mrr":1}\n{"email":"b"}\n', block_bytes)
    assert seen.positions == [1, 4]
    assert [raw for _, _, raw in seen.broken] == ['{"email":"a",', '"mrr":1}']


@BLOCKS
def test_half_a_last_line_means_that_the_file_was_cut_off(tmp_path: Path, block_bytes: int) -> None:
    seen = read(tmp_path, '{"email":"é"}\n{"email":"b', block_bytes)
    assert seen.column("email") == ["é"]
    assert seen.broken == [(2, "malformed", '{"email":"b')]
    assert "the file ends inside the line" in seen.messages[0]
    assert not seen.complete


@BLOCKS
def test_a_line_over_the_limit_costs_itself(tmp_path: Path, block_bytes: int) -> None:
    long = '{"email":"' + "x" * 200 + '"}'
    seen = read(tmp_path, f'{{"email":"a"}}\n{long}\n{{"email":"b"}}\n', block_bytes, record_limit=100)
    assert (seen.column("email"), seen.positions, seen.complete) == (["a", "b"], [1, 3], True)
    assert "longer than 100 bytes, at byte 14" in seen.messages[0]


def test_the_byte_of_a_fault_counts_from_the_beginning_of_the_file(tmp_path: Path) -> None:
    seen = read(tmp_path, '{"email":"é"}\n  {"email":}\n')
    assert "at byte 26" in seen.messages[0]
