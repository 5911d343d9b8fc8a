"""What fresh eyes found in deciding, applying and explaining: each of these went wrong once."""

from typing import Any

import pytest

from hubsync_assets_tests.end_to_end.project import Project
from hubsync_assets_tests.end_to_end.test_apply import batches, digest, real

__all__ = ["real"]

PEOPLE = 150


@pytest.mark.parametrize(
    ("told", "named"),
    [({"max_contacts": 5}, "max_contacts"), ({"sources": {"db1": False}, "staged": True}, "sources, staged")],
)
def test_what_is_told_beside_approve_and_is_not_so_in_the_plan_is_refused_instead_of_passed_over(
    real: Project, told: dict[str, Any], named: str
) -> None:
    real.run("plan_contacts")
    run = real.run(approve=digest(real), **told)
    assert f"plan {digest(real)} is written as it was made, which was without {named}" in run.failures[0]
    assert batches(real) == []


def test_approve_may_stand_beside_what_the_plan_was_made_with(real: Project) -> None:
    real.run("plan_contacts", max_contacts=5)
    run = real.run(approve=digest(real), max_contacts=5)
    assert run.success, run.failures
    assert batches(real) == [5]
