"""Merging equals the naive merge of the oracle, however the records are spread over rows, pieces and buckets."""

from typing import Any

import polars as pl
import pytest
from hypothesis import given as cases
from hypothesis import settings
from hypothesis import strategies as st

from hubsync_assets.contacts import merge
from hubsync_assets.contacts.merge import Merged, combine, merge_bucket, partial
from hubsync_assets.model.fields import CONTACT_FIELDS, Kind
from hubsync_assets.model.schema import CONFLICT_SCHEMA, MERGED_SCHEMA
from hubsync_assets.tables.buckets import bucket_of
from hubsync_assets_tests.contacts import oracle
from hubsync_assets_tests.contacts.rows import records

FEW = settings(max_examples=100, deadline=None, derandomize=True)

# Few different values, so that records meet, agree and disagree often.
VALUES: dict[Kind, st.SearchStrategy[Any]] = {
    Kind.TEXT: st.sampled_from(["a", "b", "\u00e9"]),
    Kind.PHONE: st.sampled_from(["1", "2"]),
    Kind.COUNTRY: st.sampled_from(["ES", "IT"]),
    Kind.WHOLE: st.sampled_from([0, 1, 9007199254740992, 9007199254740993]),
    Kind.NUMBER: st.sampled_from([0.0, 0.5, 148.0, 1e-9, 1e21]),
}
EMAILS = st.sampled_from([f"{letter}@example.com" for letter in "abcd\u00e9"])

EMAILS_OF_TWO = st.sampled_from(["a@example.com", "b@example.com"])


@st.composite
def many_records(draw: st.DrawFn) -> list[dict[str, Any]]:
    fields = {field.name: st.none() | VALUES[field.kind] for field in CONTACT_FIELDS}
    row = st.fixed_dictionaries(
        {"email": EMAILS, "source": st.sampled_from(["db1", "db2"]), "file_rank": st.integers(0, 2), **fields}
    )
    rows = draw(st.lists(row, max_size=25))
    positions = draw(st.permutations(range(1, len(rows) + 1)))
    return [{**row, "position": position} for row, position in zip(rows, positions, strict=True)]


@st.composite
def many_long_values(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Of two emails, in many different values, most of them long: what is kept of a record is seldom the whole record."""
    long = st.integers(0, 9).map(lambda number: f"{number}" * 1_000)
    rows = draw(many_records())
    return [
        {**row, "email": draw(EMAILS_OF_TWO), **{name: draw(st.none() | long) for name in ("name", "phone")}}
        for row in rows
    ]


def same(done: Merged, rows: list[dict[str, Any]]) -> None:
    contacts, conflicts = oracle.merged(rows)
    assert done.contacts.sort("email").to_dicts() == contacts
    assert done.conflicts.to_dicts() == conflicts
    assert done.contacts.schema == MERGED_SCHEMA
    assert done.conflicts.schema == CONFLICT_SCHEMA


@FEW
@cases(many_records())
def test_merging_equals_the_naive_merge(rows: list[dict[str, Any]]) -> None:
    same(merge_bucket(records(*rows)), rows)


@FEW
@cases(many_records(), st.randoms(use_true_random=False))
def test_the_order_of_the_rows_does_not_matter(rows: list[dict[str, Any]], random: Any) -> None:
    shuffled = random.sample(rows, len(rows))
    same(merge_bucket(records(*shuffled)), rows)


@FEW
@cases(many_records(), st.integers(1, 6), st.integers(0, 12), st.booleans())
def test_a_bucket_in_pieces_gives_the_same(
    rows: list[dict[str, Any]], size: int, reduce_at: int, reduce_first: bool
) -> None:
    pieces = [records(*rows[start : start + size]) for start in range(0, len(rows), size)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(merge, "_ROWS_TO_REDUCE", reduce_at)
        same(combine(partial(piece) if reduce_first else piece for piece in pieces), rows)


@FEW
@cases(many_long_values(), st.integers(1, 6), st.integers(0, 30_000))
def test_many_long_values_in_pieces_give_the_same(rows: list[dict[str, Any]], size: int, reduce_at: int) -> None:
    pieces = [records(*rows[start : start + size]) for start in range(0, len(rows), size)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(merge, "_BYTES_TO_REDUCE", reduce_at)
        same(combine(pieces), rows)


@settings(FEW, max_examples=40)
@cases(many_records(), st.integers(1, 4))
def test_the_number_of_buckets_does_not_matter(rows: list[dict[str, Any]], bits: int) -> None:
    buckets = records(*rows).with_columns(bucket_of(pl.col("email"), bits)).partition_by("bucket", include_key=False)
    done = [merge_bucket(bucket) for bucket in buckets] or [merge_bucket(records())]
    order = {field.name: number for number, field in enumerate(CONTACT_FIELDS)}
    by_field = pl.col("field").replace_strict(order, return_dtype=pl.Int32)
    together = Merged(
        pl.concat([part.contacts for part in done]).sort("email"),
        pl.concat([part.conflicts for part in done]).sort("email", by_field),
    )
    same(together, rows)
