"""What a raw row says beside its values comes out of the number as it went in."""

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from hubsync_assets.steps.raw_marks import MARKS, REJECTED, pack_marks, unpack_marks
from hubsync_assets_tests.shipped import CONTACT_FIELDS, RAW_SCHEMA

NAMES = [field.name for field in CONTACT_FIELDS]
LISTS = st.none() | st.sets(st.sampled_from(NAMES), min_size=1).map(lambda chosen: [n for n in NAMES if n in chosen])
ROWS = st.lists(st.tuples(LISTS, LISTS, st.booleans()), max_size=20)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(ROWS)
def test_marks_come_back_as_they_were(rows: list[tuple[list[str] | None, list[str] | None, bool]]) -> None:
    unreadable, not_given = (
        pl.Series(name, [row[number] for row in rows], dtype=pl.List(pl.String))
        for number, name in enumerate(("unreadable", "not_given"))
    )
    numbers = pack_marks(unreadable, not_given)
    assert numbers.name == MARKS
    rejected = pl.Series([REJECTED if row[2] else 0 for row in rows], dtype=pl.UInt64)
    found = unpack_marks(numbers + rejected)
    assert found.rows() == rows
    assert found.schema == {name: RAW_SCHEMA[name] for name in ("unreadable", "not_given", "rejected")}
