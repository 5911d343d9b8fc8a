"""A value, empty, or not given: what a JSON record says of each field, beside a naive reading of it."""

import json
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hubsync_assets.sources.readers.cutting import after_comma
from hubsync_assets.sources.readers.json_blocks import read_piece
from hubsync_assets.sources.readers.json_strides import ARRAY
from hubsync_assets.sources.readers.json_struct import make_shape
from hubsync_assets.sources.readers.keys import KeyBook
from hubsync_assets.sources.readers.read_chunks import KEYS_FROM
from hubsync_assets_tests.sources.awkward import records
from hubsync_assets_tests.sources.seen import COLUMNS, Seen, see_bytes

MANY = settings(max_examples=120, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
BUT_THE_KEY = COLUMNS.names[1:]


def keys_of(record: str) -> dict[str, bool]:
    """The columns that a record has a key for, and whether there is a value under one of its keys."""
    found: dict[str, bool] = {}
    for key, value in json.loads(record).items():
        place = COLUMNS.place(key)
        if place:
            name = COLUMNS.names[place[0]]
            found[name] = found.get(name, False) or value is not None
    return found


def see(texts: Sequence[str], form: str, **options: int) -> Seen:
    text = f"[{','.join(texts)}]" if form == "json" else "".join(f"{text}\n" for text in texts)
    with TemporaryDirectory() as folder:
        return see_bytes(Path(folder), text.encode(), f"a.{form}", **options)


SIMPLE = st.lists(
    st.fixed_dictionaries(
        {"email": st.just("a@x.io")},
        optional={
            "name": st.sampled_from([None, "n", '":null', "\\"]),
            "phone": st.none() | st.just("1"),
            "tel": st.none() | st.just("2"),
            "mrr": st.none() | st.just(1.5),
            "company_size": st.none(),
            "phone_": st.none() | st.just("x"),
        },
    ).map(json.dumps),
    min_size=1,
    max_size=40,
)


@MANY
@given(SIMPLE | records(), st.integers(40, 600), st.integers(1, 3), st.sampled_from(["json", "ndjson"]))
def test_each_field_of_each_record_is_a_value_empty_or_not_given(
    made: list[str], block_bytes: int, threads: int, form: str
) -> None:
    made = [" ".join(text.split("\n")) for text in made] * 2
    seen = see(made, form, block_bytes=block_bytes, threads=threads, superseding=True)
    assert seen.complete
    assert len(seen.rows) == len(made)
    for text, row in zip(made, seen.rows, strict=True):
        keys = keys_of(text)
        assert (row["not_given"] or []) == [name for name in BUT_THE_KEY if name not in keys]
        assert {name for name in COLUMNS.names if row[name] is not None} == {name for name in keys if keys[name]}
    assert seen.end.gives == {name for text in made for name in keys_of(text)}
    assert not seen.end.silent


@MANY
@given(SIMPLE | records(), st.integers(40, 600), st.sampled_from(["json", "ndjson"]))
def test_in_a_file_that_supersedes_none_a_key_before_null_counts_at_its_beginning(
    made: list[str], block_bytes: int, form: str
) -> None:
    made = [" ".join(text.split("\n")) for text in made]
    seen = see(made, form, block_bytes=block_bytes)
    assert {row["not_given"] for row in seen.rows} == {None}
    assert seen.end.gives == {name for text in made for name in keys_of(text)}


@pytest.mark.parametrize("superseding", [True, False])
@pytest.mark.parametrize("value", ["null", '"1"'])
def test_a_key_far_behind_counts_by_its_value_or_where_another_file_is_superseded(
    value: str, *, superseding: bool
) -> None:
    plain = [f'{{"email": "a{number}@x.io", "name": "n"}}' for number in range(KEYS_FROM // 20)]
    for block_bytes in (1 << 12, 1 << 21):
        seen = see(
            [*plain, f'{{"email": "b@x.io", "phone": {value}}}', *plain],
            "json",
            block_bytes=block_bytes,
            superseding=superseding,
        )
        assert ("phone" in seen.end.gives) == (superseding or value != "null")
        assert len(seen.rows) == 2 * len(plain) + 1
        if superseding:
            (row,) = [row for row in seen.rows if row["email"] == "b@x.io"]
            assert row["not_given"] == [
                "name",
                "@first name",
                "@last name",
                "country",
                "company_name",
                "company_size",
                "mrr",
            ]


def block(*texts: str, keys: Sequence[str] = ()) -> list[list[str] | None]:
    """What a block read at once says is not given."""
    book = KeyBook(COLUMNS)
    for key in ("email", "name", "phone", *keys):
        book.place(key)
    shape = make_shape(book, superseding=True)
    assert shape is not None
    (part,) = read_piece(shape, ARRAY, after_comma, 1 << 20, [f"{','.join(texts)},".encode()])
    assert part.rows is not None
    assert not part.rows.odd
    height = part.rows.columns[0].len()
    return [None] * height if part.rows.not_given is None else part.rows.not_given.to_list()


HIDDEN = ["@first name", "@last name"]
REST = [*HIDDEN, "country", "company_name", "company_size", "mrr"]


def test_a_block_with_both_kinds_of_missing_values_is_still_read_at_once() -> None:
    assert block(
        '{"email":"a","name":null,"phone":"1"}', '{"email":"b","phone":null}', '{"email":"c","name":"n"}', '{"email":null}'
    ) == [REST, ["name", *REST], [*HIDDEN, "country", "phone", *REST[3:]], ["name", *HIDDEN, "country", "phone", *REST[3:]]]  # fmt: skip


def test_of_two_names_of_a_column_one_is_enough() -> None:
    found = block(
        '{"email":"a","phone":null}',
        '{"email":"a","tel":null}',
        '{"email":"a"}',
        '{"tel":"1","phone":null}',
        keys=["tel"],
    )
    assert ["phone" in (names or []) for names in found] == [False, False, True, False]


def test_where_all_records_are_alike_they_share_one_list() -> None:
    assert block('{"email":"a","name":null,"phone":"1"}', '{"email":"b","name":"n","phone":null}') == [REST, REST]


def test_a_null_twice_in_one_record_is_not_one_in_another() -> None:
    twice = '{"email":"a","name":null,"name":null}'
    found = block('{"email":"a","name":"n"}', twice, '{"email":"b"}')
    assert [names and "name" in names for names in found] == [False, False, True]


def test_numbers_in_a_phone_field_are_its_digits(tmp_path: Path) -> None:
    numbers = ["6.0e8", "600123123", "600123123.0", "34600123123", '"6.0e8"', "1e400"]
    text = "[" + ",".join(f'{{"email":"a","phone":{number}}}' for number in numbers) + "]"
    for block_bytes in (1, 1 << 20):
        assert see_bytes(tmp_path, text.encode(), block_bytes=block_bytes).column("phone") == [
            "600000000", "600123123", "600123123", "34600123123", "6.0e8", "1e400",
        ]  # fmt: skip


@pytest.mark.parametrize(("text", "silent"), [('[{"email":"a"}', True), ('[{"email":"a"}]', False), ("", True)])
@pytest.mark.parametrize("superseding", [True, False])
def test_json_that_broke_off_and_supersedes_none_is_silent(
    tmp_path: Path, text: str, *, silent: bool, superseding: bool
) -> None:
    seen = see_bytes(tmp_path, text.encode(), superseding=superseding)
    assert seen.end.silent == (silent and not superseding)
