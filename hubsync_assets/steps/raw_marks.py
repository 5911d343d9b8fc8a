"""What a raw row says beside its values, in one number while it waits in the spill.

Two lists and a flag that nearly no row has cost a sixth of sorting rows into buckets; a number costs next to nothing (measured). Put here: that
number, made and read. Keep out: the spill, and what the marks mean (``model.schema.RAW_SCHEMA``).
"""

import polars as pl

from hubsync_assets.model.field_lists import field_lists, no_fields
from hubsync_assets.model.fields import CONTACT_FIELDS

__all__ = ["MARKS", "REJECTED", "pack_marks", "unpack_marks"]

MARKS = "marks"

_NAMES = [field.name for field in CONTACT_FIELDS]
_NOT_GIVEN = len(_NAMES)
"""The unreadable fields have the bits below this one."""

REJECTED = 1 << 2 * len(_NAMES)
"""The number of a record that was rejected."""


def pack_marks(unreadable: pl.Series, not_given: pl.Series) -> pl.Series:
    """The numbers of records that were kept.

    Args:
        unreadable: List(String).
        not_given: List(String).

    Returns:
        UInt64, named ``MARKS``.
    """
    numbers = pl.zeros(unreadable.len(), pl.UInt64, eager=True).alias(MARKS)
    for first, lists in ((0, unreadable), (_NOT_GIVEN, not_given)):
        rows = lists.is_not_null().arg_true() if lists.null_count() < lists.len() else ()
        if len(rows):
            some = lists.gather(rows)
            bits = [some.list.contains(name).cast(pl.UInt64) * (1 << first + bit) for bit, name in enumerate(_NAMES)]
            numbers = numbers.scatter(rows, sum(bits, numbers.gather(rows)))
    return numbers


def unpack_marks(numbers: pl.Series) -> pl.DataFrame:
    """The other way: ``unreadable``, ``not_given`` and ``rejected``."""
    height = numbers.len()
    if not numbers.max():
        unreadable = not_given = no_fields(height)
        rejected = pl.repeat(value=False, n=height, dtype=pl.Boolean, eager=True)
    else:
        flags = [(numbers & (1 << bit)) > 0 for bit in range(2 * len(_NAMES))]
        unreadable = field_lists(dict(zip(_NAMES, flags[:_NOT_GIVEN], strict=True)), height)
        not_given = field_lists(dict(zip(_NAMES, flags[_NOT_GIVEN:], strict=True)), height)
        rejected = numbers >= REJECTED
    return pl.DataFrame([unreadable.alias("unreadable"), not_given.alias("not_given"), rejected.alias("rejected")])
