"""Records that are set aside, and come back where they were."""

import json
from pathlib import Path

import pytest

from hubsync_assets.sources.readers.block_layout import make_layout
from hubsync_assets.sources.readers.keys import KeyBook
from hubsync_assets.sources.readers.odd_records import sieve
from hubsync_assets_tests.sources.seen import COLUMNS, see_bytes

PLAIN = [f'{{"email":"{number}@x.io","name":"n","mrr":{number}}}' for number in range(40)]
ODD = [
    "null", "42", '"text"', "[1,2]", '[{"email":"x"}]', '{"email":["a"]}', '{"email":"a","name":{"x":"},{"}}', '{"name":12.50}', '{"phone":true}',
    '{"email":"\\ud800"}', '{"email":"\\ud83d\\ude00"}', '{"email":"a{"}', "{}",
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


def odd_pattern() -> str:
    book = KeyBook(COLUMNS)
    for key in json.loads(PLAIN[0]):
        book.place(key)
    layout = make_layout(book, PLAIN[0], numeric=False)
    assert layout is not None
    return layout.odd[-1]


@pytest.mark.parametrize(
    ("odd", "texts"),
    [
        ("null", [PLAIN[4], "null", PLAIN[5]]),
        ("1,[2],3", [PLAIN[4], "1", "[2]", "3", PLAIN[5]]),
        ('{"a":[]}', ['{"a":[]}']),
    ],
)
def test_what_is_set_aside_leaves_an_empty_object(odd: str, texts: list[str]) -> None:
    found = sieve(",".join([*PLAIN[:5], odd, *PLAIN[5:], ""]).encode(), odd_pattern(), lines=False)
    assert found is not None
    (aside,) = found.aside
    assert [text for _, text in aside.elements] == texts
    assert found.rest.decode().split("},{")[aside.place] == ""
    assert json.loads(b"[" + found.rest.removesuffix(b",") + b"]")[aside.place] == {}


@pytest.mark.parametrize(
    "records",
    [PLAIN, [*PLAIN, '{"a":[}'], [*PLAIN, "[] []", *PLAIN], ["null", *PLAIN], [*PLAIN[:2], "[1]", '{"a":[]}']],
    ids=["nothing-odd", "no-json", "no-comma", "odd-at-the-edge", "too-many"],
)
def test_a_block_is_left_alone(records: list[str]) -> None:
    assert sieve(",".join([*records, ""]).encode(), odd_pattern(), lines=False) is None


@pytest.mark.parametrize(("between", "taken"), [("\n", True), (",", False), (" ", False)])
def test_on_lines_only_a_line_end_separates(between: str, taken: bool) -> None:
    block = "\n".join([*PLAIN[:5], f'{{"a":[1]}}{between}null', *PLAIN[5:], ""]).encode()
    assert (sieve(block, odd_pattern(), lines=True) is not None) == taken
