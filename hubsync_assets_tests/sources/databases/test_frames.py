"""Rows of a driver as columns, and the order of rows that share an id, whichever batches they come in."""

from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubsync_assets.sources.databases.dialects import as_text
from hubsync_assets.sources.databases.frames import InOrder, frame_of

TEXTS = st.none() | st.sampled_from(["", "a", "B", "b", "ä", "10", "9"])


def in_batches(rows: list[tuple[str, str | None, str | None]], sizes: list[int]) -> list[pl.DataFrame]:
    """These rows, some at a time; what is left comes as one."""
    batches, begin = [], 0
    for size in [*sizes, len(rows)]:
        if rows[begin : begin + size]:
            batches.append(
                pl.DataFrame(
                    rows[begin : begin + size], schema=dict.fromkeys(("id", "a", "b"), pl.String), orient="row"
                )
            )
        begin += size
    return batches


def ordered(batches: list[pl.DataFrame]) -> list[tuple[object, ...]]:
    order = InOrder()
    given_out = [frame for batch in batches if (frame := order.add(batch)) is not None]
    rest = order.rest()
    return [row for frame in [*given_out, *([] if rest is None else [rest])] for row in frame.rows()]


def naive(rows: list[tuple[str, str | None, str | None]]) -> list[tuple[object, ...]]:
    """By id, and where it is the same by what else they say, nothing last."""
    return sorted(rows, key=lambda row: (row[0], [(value is None, value or "") for value in row[1:]]))


@given(
    st.lists(st.tuples(st.sampled_from("abcd"), TEXTS, TEXTS), max_size=30),
    st.lists(st.integers(1, 5), max_size=12),
    st.randoms(use_true_random=False),
)
def test_rows_that_share_an_id_come_in_the_same_order_whatever_the_database_gave_them_in(
    rows: list[tuple[str, str | None, str | None]], sizes: list[int], random: object
) -> None:
    random.shuffle(rows)  # type: ignore[attr-defined]
    by_id = sorted(rows, key=lambda row: row[0])
    assert ordered(in_batches(by_id, sizes)) == naive(rows)


def test_an_id_that_fills_several_batches_is_kept_together() -> None:
    batches = in_batches([("a", str(number % 7), None) for number in range(10)], [3, 3, 3])
    assert ordered(batches) == sorted(ordered(batches), key=str)


@pytest.mark.parametrize("name", ["^a.*$", "*", "_group", "^$", "literal", "0"])
def test_a_column_that_is_a_pattern_to_polars_is_put_in_order_like_any_other(name: str) -> None:
    frame = frame_of(
        ["\0id", name, "ab"], [("1", "b", "x"), ("1", "a", "y"), ("1", None, "z"), ("2", "a", "x")], as_text
    )
    order = InOrder()
    assert order.add(frame) is None
    rest = order.rest()
    assert rest is not None
    assert rest.columns == ["\0id", name, "ab"]
    assert rest.rows() == [("1", "a", "y"), ("1", "b", "x"), ("1", None, "z"), ("2", "a", "x")]


def test_batches_whose_columns_became_other_types_are_still_put_in_order() -> None:
    batches = [
        frame_of(["id", "a"], [(1, 5), (2, 7)], as_text),
        frame_of(["id", "a"], [(2, "x"), (2, "b")], as_text),
        frame_of(["id", "a"], [(2, "a"), ("z", None)], as_text),
    ]
    came = [tuple(map(str, row)) for row in ordered(batches)]
    assert came == [("1", "5"), ("2", "7"), ("2", "a"), ("2", "b"), ("2", "x"), ("z", "None")]


def test_a_column_of_one_type_is_that_type_and_any_other_is_text() -> None:
    made = frame_of(
        ["whole", "double", "text", "bytes", "none", "mixed", "decimal"],
        [(1, 0.5, "a", b"b", None, 1, Decimal("1E+2")), (None, 2.0, None, "ä".encode(), None, "x", None)],
        as_text,
    )
    assert made.dtypes == [pl.Int64, pl.Float64, *[pl.String] * 5]
    assert made.rows() == [(1, 0.5, "a", "b", None, "1", "100"), (None, 2.0, None, "ä", None, "x", None)]


def test_whole_numbers_among_fractions_are_numbers_whichever_comes_first() -> None:
    made = frame_of(["a", "b"], [(1.5, -2), (2, None), (None, 0.25)], as_text)
    assert made.dtypes == [pl.Float64, pl.Float64]
    assert made.rows() == [(1.5, -2.0), (2.0, None), (None, 0.25)]


def test_a_large_whole_number_among_fractions_keeps_all_its_digits() -> None:
    """A double has 53 bits, and such a number may name a row."""
    made = frame_of(["id", "ib"], [(1.5, 2**53 + 1), (9_007_199_254_740_993, 1.5), (2, None)], as_text)
    assert made["id"].to_list() == ["1.5", "9007199254740993", "2"]
    assert made["ib"].to_list() == ["9007199254740993", "1.5", None]


def test_a_number_too_large_for_64_bits_and_bytes_that_are_no_text_cost_no_row() -> None:
    made = frame_of(["a", "b"], [(2**70, b"ok"), (1, b"\xff")], as_text)
    assert made.rows() == [(str(2**70), "ok"), ("1", "\\xff")]
