"""The guard: which plans wait for a person, and what that person is told."""

from dataclasses import replace

import pytest

from hubsync_assets.steps.guard import CLEARS, THEIRS, UPDATES, USUAL, Guard, Limit
from hubsync_assets.steps.plan_report import PlanReport, Weight

QUIET = PlanReport(portal_id=1, merged=0, creates=0, updates=0, unchanged={}, held_back={}, digest="abc123")


def report(
    *, first: bool = False, existing: int = 10_000, clears: int = 0, theirs: int = 0, updates: int = 0
) -> PlanReport:
    return replace(QUIET, weight=Weight(first, existing, clears, theirs, updates))


@pytest.mark.parametrize(
    ("plan", "waits"),
    [
        (report(), False),
        # Above 1 % and above 20.
        (report(clears=100), False),
        (report(clears=101), True),
        (report(clears=20, existing=20), False),
        (report(clears=21, existing=21), True),
        (report(clears=21, existing=2_100), False),
        # Above 5 % and above 100.
        (report(theirs=500), False),
        (report(theirs=501), True),
        (report(theirs=100, existing=100), False),
        (report(theirs=101, existing=101), True),
        # Above 30 % and above 1,000.
        (report(updates=3_000), False),
        (report(updates=3_001), True),
        (report(updates=1_000, existing=1_000), False),
        (report(updates=1_001, existing=1_001), True),
        # On a first sync only what overwrites others counts.
        (report(first=True, clears=9_000, updates=9_000), False),
        (report(first=True, theirs=501), True),
    ],
)
def test_a_plan_waits_that_does_unusually_much(plan: PlanReport, waits: bool) -> None:
    assert bool(Guard().reasons(plan)) == bool(Guard().message(plan)) == waits


def test_the_limits_are_settings() -> None:
    strict = Guard({**USUAL, CLEARS: Limit(0.0, 0)})
    assert strict.reasons(report(clears=1)) == ["1 of 10,000 contacts lose a value (usual: up to 0% or 0)"]
    loose = Guard({CLEARS: Limit(1.0, 0), THEIRS: Limit(1.0, 0), UPDATES: Limit(1.0, 0)})
    assert loose.reasons(report(clears=10_000, theirs=10_000, updates=10_000)) == []


def test_the_message_names_the_numbers_the_properties_that_change_most_and_the_plan() -> None:
    changes = {
        "phone": {"overwrite": 400, "overwrite_theirs": 700, "clear": 5},
        "mrr": {"overwrite": 2_500, "create": 9},
        "country": {"overwrite_theirs": 10},
        # Whatever is created is no change.
        "company": {"create": 9_000, "fill": 1},
    }
    plan = replace(report(clears=101, theirs=700, updates=3_500), changes=changes)
    message = Guard().message(plan)
    assert message.startswith(
        "101 of 10,000 contacts lose a value (usual: up to 1% or 20); 700 of 10,000 contacts get another value where somebody else wrote one "
        "(usual: up to 5% or 100); 3,500 of 10,000 contacts are updated (usual: up to 30% or 1,000). "
        "Most changes: mrr (2,500), phone (1,105: 700 of somebody else's, 5 emptied), country (10: 10 of somebody else's). The plan is abc123"
    )
    assert message.endswith("if it is meant so: approve: abc123 in the config of apply_plan")


def test_the_message_names_no_property_that_does_not_change() -> None:
    some = Guard().message(replace(report(clears=101), changes={"phone": {"clear": 101}, "company": {"create": 9}}))
    assert "Most changes: phone (101: 101 emptied). The plan is" in some
    none = Guard().message(replace(report(clears=101), changes={"company": {"create": 9}}))
    assert "(usual: up to 1% or 20). The plan is" in none


def test_where_no_approval_is_needed_it_is_only_said() -> None:
    message = Guard(is_needed=False).message(report(theirs=501))
    assert message.endswith("The plan is abc123; it is written, since HUBSYNC_APPROVAL is never")
    assert Guard(is_needed=False).message(report()) == ""
