"""Which bucket a contact belongs to.

Put here: the one hash that splits tables by email, and how many buckets an amount needs. Keep out: how much a bucket may hold
(who fills it knows), and where its files lie.
"""

import polars as pl
from polars_hash import NonCryptographicHashingNameSpace

from hubsync_assets.errors import PermanentError

__all__ = ["MOST_BITS", "bits_for", "bucket_of", "email_hash"]

MOST_BITS = 16
_HASH_BITS = 64


def bits_for(amount: int, at_most: int) -> int:
    """The bucket count for an amount, as the exponent of two: the least with which an even spread puts no more into a bucket.

    Args:
        amount: rows or bytes, of all buckets together.
        at_most: how many of them a bucket may hold.

    Returns:
        0 to ``MOST_BITS``.
    """
    return min(MOST_BITS, max(0, (max(amount, 1) - 1) // at_most).bit_length())


def email_hash(email: pl.Expr) -> pl.Expr:
    """``xxh3_64`` of an email's UTF-8 bytes, as UInt64: the same on every machine and in every version."""
    return NonCryptographicHashingNameSpace(email).xxh3_64()


def bucket_of(email: pl.Expr, bits: int) -> pl.Expr:
    """The bucket of an email: the leading ``bits`` bits of ``xxh3_64`` of its UTF-8 bytes.

    The hash is the xxhash reference's, so it is the same on every machine and in every version; polars' own ``hash`` is not.
    Because the leading bits are taken, bucket ``b`` of a table with n bits holds exactly the buckets ``2b`` and ``2b + 1``
    of one with n + 1 bits.

    Args:
        email: String expression, one canonical email a row.
        bits: 0 (one bucket) to 16 (65,536 buckets).

    Returns:
        UInt32 expression named ``bucket``, as long as ``email``; null where the email is null.

    Raises:
        PermanentError: ``bits`` is out of range.
    """
    if not 0 <= bits <= MOST_BITS:
        raise PermanentError(f"bucket bits must be between 0 and {MOST_BITS}, not {bits}: choose fewer or more buckets")
    if bits == 0:
        # A bare literal would be one row long in a select.
        return pl.when(email.is_not_null()).then(pl.lit(0, dtype=pl.UInt32)).alias("bucket")
    leading = email_hash(email) // pl.lit(1 << (_HASH_BITS - bits), dtype=pl.UInt64)
    return leading.cast(pl.UInt32).alias("bucket")
