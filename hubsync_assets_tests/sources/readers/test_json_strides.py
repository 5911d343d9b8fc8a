"""Records that are set aside, and come back where they were."""

import json
from pathlib import Path

import pytest

from hubsync_assets.sources.readers.json_strides import ARRAY, LINES, Form, read_stride
from hubsync_assets.sources.readers.json_struct import RecordShape, make_shape
from hubsync_assets.sources.readers.keys import KeyBook
from hubsync_assets_tests.sources.seen import COLUMNS, see_bytes

PLAIN = [f'{{"email":"{number}@x.io","name":"n","mrr":{number}}}' for number in range(40)]
ODD = [
    "null", "42", '"text"', "[1,2]", '[{"email":"x"}]', '{"email":["a"]}', '{"email":"a","name":{"x":"},{"}}', '{"name":12.50}', '{"phone":true}',
    '{"email":"\\ud800"}', '{"email":"\\ud83d\\ude00"}', '{"email":"a{"}', "{}",
    '{"email":"a}"}', '{"email":"}{"}', ' \t{ "email" : "a" , "name":"},{" } ',
]  # fmt: skip


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("place", [1, 20, 40])
@pytest.mark.parametrize("form", ["json", "ndjson"])
def test_odd_records_come_back_where_they_were(tmp_path: Path, odd: str, count: int, place: int, form: str) -> None:
    records = [*PLAIN[:place], *[odd] * count, *PLAIN[place:], *PLAIN, "7", *PLAIN]
    text = f"[{','.join(records)}]" if form == "json" else "\n".join(records) + "\n"
    quick = see_bytes(tmp_path, text.encode(), f"a.{form}", block_bytes=1500)
    exact = see_bytes(tmp_path, text.encode(), f"a.{form}", block_bytes=1 << 20)
    assert quick.chunks > 2
    assert (quick.rows, quick.broken, quick.messages, quick.raw) == (
        exact.rows,
        exact.broken,
        exact.messages,
        exact.raw,
    )
    assert (quick.unknown, quick.complete) == (exact.unknown, True)


def shape() -> RecordShape:
    book = KeyBook(COLUMNS)
    for key in json.loads(PLAIN[0]):
        book.place(key)
    made = make_shape(book, superseding=False)
    assert made is not None
    return made


@pytest.mark.parametrize("odd", [["null"], ["1", "[2]", "3"], ['{"email":[]}'], ["{}", '{"name":1}']])
@pytest.mark.parametrize("form", [ARRAY, LINES])
def test_odd_records_are_told_from_the_others(odd: list[str], form: Form) -> None:
    texts = [*PLAIN[:5], *odd, *PLAIN[5:]]
    found = read_stride(form.separator.join([*map(str.encode, texts), b""]), shape(), form, 1000)
    assert found is not None
    assert (
        [texts[each.number] for each in found.odd]
        == [each.text for each in found.odd]
        == [text for text in odd if text != "{}"]
    )
    assert len(found.records) + len(found.odd) == len(texts)


@pytest.mark.parametrize(
    "records",
    [
        [*PLAIN, '{"a":[}'],
        [*PLAIN, "[] []", *PLAIN],
        [*PLAIN[:2], "[1]", '{"a":[]}'],
        [""],
        [*PLAIN, '{"email":"' + "x" * 2000 + '"}'],
    ],
    ids=["no-json", "no-comma", "too-many", "nothing", "too-long"],
)
@pytest.mark.parametrize("form", [ARRAY, LINES])
def test_a_stride_is_left_alone(records: list[str], form: Form) -> None:
    assert read_stride(form.separator.join([*map(str.encode, records), b""]), shape(), form, 1000) is None


def test_what_may_go_on_is_left_alone() -> None:
    for form in (ARRAY, LINES):
        assert read_stride(form.separator.join(map(str.encode, PLAIN)), shape(), form, 1000) is None


@pytest.mark.parametrize(("between", "taken"), [("\n", True), (",", False), (" ", False)])
def test_on_lines_only_a_line_end_separates(between: str, taken: bool) -> None:
    for odd in ("null", "{}"):
        stride = "\n".join([*PLAIN[:5], f'{{"name":"x"}}{between}{odd}', *PLAIN[5:], ""]).encode()
        assert (read_stride(stride, shape(), LINES, 1000) is not None) == taken
