"""What a raw row says beside its values comes out of the numbers as it went in, however many fields there are."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hubsync_assets.steps.raw_marks import RawMarks
from hubsync_assets_tests.shipped import MODEL, RAW_SCHEMA

FEW = settings(max_examples=60, deadline=None, derandomize=True)


@pytest.mark.parametrize("names", [MODEL.names, ("one",), tuple(f"f{number}" for number in range(100))], ids=len)
@FEW
@given(st.data())
def test_marks_come_back_as_they_were(names: tuple[str, ...], data: st.DataObject) -> None:
    marks = RawMarks(names)
    lists = st.none() | st.sets(st.sampled_from(names), min_size=1).map(lambda some: [n for n in names if n in some])
    rows = data.draw(st.lists(st.tuples(lists, lists, st.sampled_from(["", "rejected", "filtered"])), max_size=20))
    unreadable, not_given = (
        pl.Series([row[number] if not row[2] else None for row in rows], dtype=pl.List(pl.String)) for number in (0, 1)
    )
    packed = pl.DataFrame(marks.pack(unreadable, not_given))
    assert packed.schema == marks.schema
    for word, flags in (("rejected", marks.rejected), ("filtered", marks.filtered)):
        is_it = pl.Series([row[2] == word for row in rows], dtype=pl.Boolean)
        packed = packed.with_columns(
            pl.when(is_it).then(flag).otherwise(pl.col(name)).alias(name)
            for name, flag in zip(marks.schema, flags, strict=True)
        )
    found = marks.unpack(packed)
    assert found.rows() == [
        (
            row[0] if not row[2] else None,
            row[1] if not row[2] else None,
            row[2] == "rejected",
            row[2] == "filtered",
        )
        for row in rows
    ]
    assert found.schema == {name: RAW_SCHEMA[name] for name in ("unreadable", "not_given", "rejected", "filtered")}
