"""Buckets are the same everywhere and for ever, and tables with different bucket counts line up."""

import polars as pl
import pytest
from polars_hash import NonCryptographicHashingNameSpace

from hubsync_assets.errors import PermanentError
from hubsync_assets.tables.buckets import MOST_BITS, bits_for, bucket_of

EMAILS = pl.DataFrame({"email": [f"person{number}@example.com" for number in range(5_000)]})


def test_the_hash_is_the_xxhash_reference() -> None:
    hashed = pl.DataFrame({"email": ["a@x.com"]}).select(NonCryptographicHashingNameSpace(pl.col("email")).xxh3_64())
    assert hashed.item() == 12845932199328425724


@pytest.mark.parametrize(("bits", "bucket"), [(0, 0), (1, 1), (4, 11), (8, 178), (16, 45637)])
def test_a_bucket_is_the_leading_bits_of_the_hash(bits: int, bucket: int) -> None:
    assert 12845932199328425724 >> (64 - bits) == bucket
    assert pl.DataFrame({"email": ["a@x.com"]}).select(bucket_of(pl.col("email"), bits)).item() == bucket


@pytest.mark.parametrize("bits", range(MOST_BITS))
def test_a_bucket_is_split_in_two_by_one_more_bit(bits: int) -> None:
    both = EMAILS.select(
        bucket_of(pl.col("email"), bits).alias("few"), bucket_of(pl.col("email"), bits + 1).alias("many")
    )
    assert both.schema == {"few": pl.UInt32, "many": pl.UInt32}
    assert both.height == EMAILS.height
    assert both.filter(pl.col("many") // 2 != pl.col("few")).is_empty()


def test_buckets_are_about_equally_full() -> None:
    sizes = EMAILS.group_by(bucket_of(pl.col("email"), 3)).len()
    assert sizes["bucket"].sort().to_list() == list(range(8))
    assert sizes["len"].min() > 500  # type: ignore[operator]  # 625 on average


@pytest.mark.parametrize("bits", [0, 5])
def test_no_email_has_no_bucket(bits: int) -> None:
    assert (
        pl.DataFrame({"email": [None]}, schema={"email": pl.String}).select(bucket_of(pl.col("email"), bits)).item()
        is None
    )


@pytest.mark.parametrize("bits", [-1, 17])
def test_a_bucket_count_that_the_hash_cannot_give_is_refused(bits: int) -> None:
    with pytest.raises(PermanentError, match="between 0 and 16"):
        bucket_of(pl.col("email"), bits)


@pytest.mark.parametrize(("amount", "bits"), [(0, 0), (1, 0), (10, 0), (11, 1), (20, 1), (21, 2), (80, 3), (81, 4)])
def test_there_are_as_few_buckets_as_hold_the_amount(amount: int, bits: int) -> None:
    assert bits_for(amount, 10) == bits


def test_there_are_never_more_buckets_than_the_hash_can_give() -> None:
    assert bits_for(10**18, 10) == MOST_BITS
