"""A new way of writing contacts: everything is sent once more, and then no more."""

import pytest

from hubsync_assets.hubspot.mapping import MAPPING_VERSION
from hubsync_assets_tests.end_to_end.project import Project, person


def test_after_a_new_mapping_version_one_run_sends_everything_again_and_the_next_sends_nothing(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.put("db1", [person(n) for n in range(3)])
    project.put("db2", [])
    assert project.run().numbers["contact_changes"]["creates"] == 3
    for step in ("plan", "upload"):
        monkeypatch.setattr(f"hubsync_assets.steps.{step}.MAPPING_VERSION", MAPPING_VERSION + 1)
    again = project.run()
    assert again.numbers["hubspot_contacts"]["updated"] == 3
    writes = project.writes()
    after = project.run()
    assert after.success, after.failures
    assert (after.numbers["contact_changes"]["updates"], after.numbers["contact_changes"]["unchanged/log"]) == (0, 3)
    assert project.writes() == writes
