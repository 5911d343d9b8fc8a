"""A new way of writing contacts: each is looked at once more, and what HubSpot holds as it is written now is not sent."""

import pytest

from hubsync_assets.hubspot.mapping import MAPPING_VERSION
from hubsync_assets_tests.end_to_end.project import Project, person


def test_after_a_new_mapping_version_one_run_looks_at_everything_and_sends_what_is_not_there(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.put("db1", [person(n) for n in range(3)])
    project.put("db2", [])
    assert project.run().numbers["contact_changes"]["creates"] == 3
    writes = project.writes()
    monkeypatch.setattr("hubsync_assets.hubspot.mapping.MAPPING_VERSION", MAPPING_VERSION + 1)
    again = project.run()
    assert again.numbers["contact_changes"]["learned_from_portal"] == 3
    assert again.numbers["contact_changes"]["unchanged/portal"] == 3
    assert project.writes() == writes
    after = project.run()
    assert after.numbers["contact_changes"]["learned_from_portal"] == 0
    assert after.success, after.failures
    assert (after.numbers["contact_changes"]["updates"], after.numbers["contact_changes"]["unchanged/log"]) == (0, 3)
    assert project.writes() == writes
