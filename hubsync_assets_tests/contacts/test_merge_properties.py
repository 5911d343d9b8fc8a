"""Merging equals the naive merge of the oracle, however the records are spread over rows, pieces and buckets."""

from typing import Any

import polars as pl
import pytest
from hypothesis import given as cases
from hypothesis import settings
from hypothesis import strategies as st

from hubsync_assets.contacts import merge
from hubsync_assets.contacts.merge import Merged, combine, merge_bucket, partial
from hubsync_assets.model.schema import CONFLICT_SCHEMA
from hubsync_assets.tables.buckets import bucket_of
from hubsync_assets_tests.contacts import oracle_merge
from hubsync_assets_tests.contacts.merge_cases import FEW, Case, as_it_would_be, many_records
from hubsync_assets_tests.contacts.rows import records
from hubsync_assets_tests.shipped import CONTACT_FIELDS, MERGED_SCHEMA, MODEL

EMAILS_OF_TWO = st.sampled_from(["a@example.com", "b@example.com"])


@st.composite
def many_long_values(draw: st.DrawFn) -> Case:
    """Of two emails, in many different values, most of them long: what is kept of a record is seldom the whole record."""
    long = st.integers(0, 9).map(lambda number: f"{number}" * 1_000)
    case = draw(many_records())
    rows = [
        {**row, "email": draw(EMAILS_OF_TWO), **{name: draw(st.none() | long) for name in ("name", "phone")}}
        for row in case.rows
    ]
    return Case([as_it_would_be(row, case.files) for row in rows], case.files)


def same(done: Merged, case: Case) -> None:
    contacts, conflicts = oracle_merge.merged(case.rows, case.files)
    assert done.contacts.sort("email").to_dicts() == contacts
    assert done.conflicts.to_dicts() == conflicts
    assert done.contacts.schema == MERGED_SCHEMA
    assert done.conflicts.schema == CONFLICT_SCHEMA


@FEW
@cases(many_records())
def test_merging_equals_the_naive_merge(case: Case) -> None:
    same(merge_bucket(MODEL, case.frame, case.gives), case)


@FEW
@cases(many_records(), st.randoms(use_true_random=False))
def test_the_order_of_the_rows_does_not_matter(case: Case, random: Any) -> None:
    shuffled = records(*random.sample(case.rows, len(case.rows)))
    same(merge_bucket(MODEL, shuffled, case.gives), case)


@FEW
@cases(many_records(), st.integers(1, 6), st.integers(0, 12), st.booleans())
def test_a_bucket_in_pieces_gives_the_same(case: Case, size: int, reduce_at: int, reduce_first: bool) -> None:
    pieces = case.pieces(size)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(merge, "_ROWS_TO_REDUCE", reduce_at)
        reduced = (partial(MODEL, piece, case.gives) if reduce_first else piece for piece in pieces)
        same(combine(MODEL, reduced, case.gives), case)


@FEW
@cases(many_long_values(), st.integers(1, 6), st.integers(0, 30_000))
def test_many_long_values_in_pieces_give_the_same(case: Case, size: int, reduce_at: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(merge, "_BYTES_TO_REDUCE", reduce_at)
        same(combine(MODEL, case.pieces(size), case.gives), case)


@settings(FEW, max_examples=40)
@cases(many_records(), st.integers(1, 4))
def test_the_number_of_buckets_does_not_matter(case: Case, bits: int) -> None:
    buckets = case.frame.with_columns(bucket_of(pl.col("email"), bits)).partition_by("bucket", include_key=False)
    done = [merge_bucket(MODEL, bucket, case.gives) for bucket in buckets] or [merge_bucket(MODEL, records())]
    order = {field.name: number for number, field in enumerate(CONTACT_FIELDS)}
    by_field = pl.col("field").replace_strict(order, return_dtype=pl.Int32)
    together = Merged(
        pl.concat([part.contacts for part in done]).sort("email"),
        pl.concat([part.conflicts for part in done]).sort("email", by_field),
    )
    same(together, case)
