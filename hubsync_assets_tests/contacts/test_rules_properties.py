"""Every rule of every kind, alone and in groups, equals the naive model, however the records are cut into pieces."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import Phase, settings
from hypothesis import given as cases
from hypothesis import strategies as st

from hubsync_assets.contacts import merge
from hubsync_assets.contacts.merge import Merged, combine, merge_bucket, partial
from hubsync_assets.contacts.provenance import field_origins
from hubsync_assets.model.schema import CONFLICT_SCHEMA
from hubsync_assets_tests.contacts import oracle, oracle_rules
from hubsync_assets_tests.contacts.rule_cases import ALONE, GROUPED, RuleCase

SOME = settings(max_examples=150, deadline=None, derandomize=True, phases=[Phase.generate])
"""A case is made of one number, so that a failing one cannot be made smaller."""


def as_text(value: Any) -> str | None:
    """As people read it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%SZ")
    return value.isoformat() if isinstance(value, date) else oracle.as_text(value)


def in_words(conflict: Mapping[str, Any]) -> dict[str, Any]:
    not_kept = [{**each, "value": as_text(each["value"])} for each in conflict["not_kept"]]
    return {**conflict, "kept": as_text(conflict["kept"]), "not_kept": not_kept}


def same(done: Merged, case: RuleCase) -> None:
    contacts, conflicts = oracle_rules.merged(case.model, case.rows, case.files)
    found = done.contacts.sort("email").to_dicts()
    assert [row["email"] for row in found] == [row["email"] for row in contacts]
    for row, expected in zip(found, contacts, strict=True):
        differing = {name: (row[name], expected[name]) for name in expected if row[name] != expected[name]}
        assert not differing, told(case, row["email"], differing)
    for row, expected in zip(done.conflicts.to_dicts(), map(in_words, conflicts), strict=False):
        assert row == expected, told(case, row["email"], (row, expected))
    assert done.conflicts.height == len(conflicts)
    assert done.contacts.schema == case.model.schema.merged
    assert done.conflicts.schema == CONFLICT_SCHEMA


def told(case: RuleCase, email: str, differing: object) -> str:
    """What one has to know to understand a failure."""
    fields = [f"{field.name}: {field.keep!r} default={field.default!r}" for field in case.model.contact_fields]
    rows = [
        str({name: value for name, value in row.items() if value is not None})
        for row in case.rows
        if row["email"] == email
    ]
    return "\n".join(
        [*fields, str(case.model.declared.together), str(case.files), *rows, f"got and expected: {differing}"]
    )


@SOME
@cases(ALONE)
def test_each_rule_equals_the_naive_one(case: RuleCase) -> None:
    same(merge_bucket(case.model, case.frame(), case.gives), case)


@SOME
@cases(GROUPED)
def test_fields_that_are_taken_together_equal_the_naive_ones(case: RuleCase) -> None:
    same(merge_bucket(case.model, case.frame(), case.gives), case)


# Each piece is a merge of its own.
@settings(SOME, max_examples=15)
@cases(st.one_of(ALONE, GROUPED), st.integers(1, 9), st.integers(0, 12), st.booleans())
def test_a_bucket_in_pieces_gives_the_same_by_every_rule(
    case: RuleCase, size: int, reduce_at: int, reduce_first: bool
) -> None:
    pieces = case.pieces(size)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(merge, "_ROWS_TO_REDUCE", reduce_at)
        reduced = (partial(case.model, piece, case.gives) if reduce_first else piece for piece in pieces)
        same(combine(case.model, reduced, case.gives), case)


@settings(SOME, max_examples=30)
@cases(st.one_of(ALONE, GROUPED))
def test_whose_a_value_is_equals_what_was_merged(case: RuleCase) -> None:
    merged = {row["email"]: row for row in merge_bucket(case.model, case.frame(), case.gives).contacts.to_dicts()}
    for email, contact in merged.items():
        rows = [row for row in case.rows if row["email"] == email]
        decided = oracle_rules.Person(case.model, rows, case.files).decisions()
        for origin in field_origins(case.model, case.frame(rows), case.gives):
            whose = decided[origin.field].whose
            found = (origin.value, origin.said, origin.place and origin.place.position)
            expected = (contact[origin.field], contact[f"{origin.field}:from"], whose and whose.record["position"])
            assert found == expected, told(case, email, (origin.field, found, expected))
