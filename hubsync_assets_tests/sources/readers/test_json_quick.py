"""Whole files of JSON: alike whatever the size of a block, and most of it read quickly."""

import json
import re
from pathlib import Path
from tempfile import TemporaryDirectory

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hubsync_assets.sources.readers.keys import UNKNOWN_LIMIT
from hubsync_assets.sources.readers.row_builder import RowBuilder
from hubsync_assets_tests.sources.awkward import records
from hubsync_assets_tests.sources.seen import Seen, see_bytes

MANY = settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
PLAIN = (
    '{"email":"a@x.io","name":"José","country":"ES","phone":"+34 600","company_size":12,"mrr":179.5}',
    '{"email":"b@x.io","name":null,"country":"IT","phone":null,"company_size":null,"mrr":0.5}',
)


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
    lines = [line for line in lines if not re.match(r"\s*\[\s*\{", line)]  # as many records as it has objects
    lines.insert(0, PLAIN[0])
    seen = see("\n".join(lines) + "\n", "a.ndjson", 64)
    kinds = [strictly(line) for line in lines]
    reasons = {position: reason for position, reason, _ in seen.broken}
    assert [reasons.get(number, "row") for number in range(1, len(lines) + 1)] == kinds


def counting(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The texts of the records that the exact reader gets from now on."""
    seen: list[str] = []
    add = RowBuilder.add

    def count(self: RowBuilder, value: object, text: str) -> None:
        seen.append(text)
        add(self, value, text)

    monkeypatch.setattr(RowBuilder, "add", count)
    return seen


FIRST = 1 << 15
"""So many bytes are always read exactly: once for the keys there, once for the records."""


@pytest.mark.parametrize("form", ["json", "ndjson"])
@pytest.mark.parametrize("superseding", [True, False])
def test_columns_that_nobody_declared_stay_on_the_quick_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: str, *, superseding: bool
) -> None:
    values: list[object] = ["x", 1, 2.5, True, None, ["a", "b"], {"k": {"é": []}}]
    others = {f"custom {number}": value for number, value in enumerate(values)}
    wide = {f"column {number}": number for number in range(UNKNOWN_LIMIT - len(others))}
    made = [
        {"email": f"{number}@x.io", "mrr": number, **others, **(wide if number % 9 == 0 else {})}
        for number in range(20_000)
    ]
    texts = [json.dumps(record) for record in made]
    text = f"[{','.join(texts)}]" if form == "json" else "\n".join(texts)
    exactly = counting(monkeypatch)
    seen = see_bytes(tmp_path, text.encode(), f"a.{form}", superseding=superseding)
    assert sum(map(len, exactly)) < 3 * FIRST
    assert seen.column("email") == [record["email"] for record in made]
    wide_ones = len(range(0, len(made), 9))
    assert seen.unknown == {name: len(made) for name in others if name != "custom 4"} | dict.fromkeys(wide, wide_ones)


@pytest.mark.parametrize("form", ["json", "ndjson"])
def test_one_odd_record_in_a_hundred_stays_on_the_quick_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    odd = [
        '{"email":["a"]}',
        "null",
        '{"email":"b","mrr":true}',
        '{"email":"c","country":34}',
        '{"email":"d","mrr":1E400}',
    ]
    texts = [
        odd[number // 100 % 5] if number % 100 == 99 else f'{{"email":"{number}@x.io","mrr":{number}.5,"company_size":{number}}}'
        for number in range(20_000)
    ]  # fmt: skip
    text = f"[{','.join(texts)}]" if form == "json" else "\n".join(texts)
    exactly = counting(monkeypatch)
    seen = see_bytes(tmp_path, text.encode(), f"a.{form}")
    assert sum(map(len, exactly)) < 3 * FIRST
    assert len(exactly) >= 200
    assert [position for position, _, _ in seen.broken] == list(range(200, 20_001, 500))
    assert seen.raw == [text for text in texts if text != "null"]
    kept = [number for number, text in enumerate(texts) if text != "null"]
    sizes = [None if number % 100 == 99 else str(number) for number in kept]
    assert seen.column("company_size") == sizes
    assert seen.column("mrr")[:99] == [f"{number}.5" for number in range(99)]
    assert [value for value, number in zip(seen.column("mrr"), kept, strict=True) if number % 500 in {299, 499}] == [
        "true",
        "1E400",
    ] * 40


@pytest.mark.parametrize("superseding", [True, False])
@pytest.mark.parametrize("block_bytes", [30, 1 << 20])
@pytest.mark.parametrize("form", ["json", "ndjson"])
def test_of_a_key_that_comes_twice_the_last_one_counts(
    tmp_path: Path, form: str, block_bytes: int, *, superseding: bool
) -> None:
    texts = [
        '{"email":"1","email":"2","id":1,"id":2}', '{"email":"1","email":null,"id":1,"id":null}', '{"email":null,"email":"2"}',
        '{"email":"1","\\u0065mail":"2"}', '{"email":["1"],"email":[ 2 ]}', '{"email":["1"],"email":"2"}', '{"E-Mail":"0","email":"1","email":null}',
    ]  # fmt: skip
    texts = texts * 3
    text = f"[{','.join(texts)}]" if form == "json" else "\n".join(texts)
    seen = see_bytes(tmp_path, text.encode(), f"a.{form}", block_bytes=block_bytes, superseding=superseding)
    assert seen.column("email") == ["2", None, "2", "2", "[ 2 ]", "2", "0"] * 3
    assert seen.column("nested") == [None, None, None, None, ["email"], None, None] * 3
    assert seen.unknown == {"id": 3}


def test_one_odd_record_in_a_large_file_costs_its_neighbours_only(tmp_path: Path) -> None:
    made = [json.dumps({"email": f"{number}@x.io", "mrr": number, "name": "x" * 100}) for number in range(20_000)]
    made[12_345] = '{"email":["a"]}'
    seen = see_bytes(tmp_path, f"[{','.join(made)}]".encode())
    assert seen.positions == list(range(1, 20_001))
    assert seen.rows[12_345 - 1]["email"] == "12344@x.io"
    assert seen.rows[12_345]["nested"] == ["email"]
    assert seen.column("mrr")[-1] == "19999"
    assert seen.raw == made
