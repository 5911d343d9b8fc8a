"""What counts as written has its proof, and an answer about a contact that nobody sent is a fault that people see."""

from typing import Any

import pytest

from hubsync_assets_tests.end_to_end.hostile_proxy import hostile_proxy
from hubsync_assets_tests.end_to_end.project import Project, person


def test_a_result_for_a_contact_that_nobody_sent_fails_the_run_by_its_own_sum(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    def add_stranger(answer: dict[str, Any]) -> None:
        answer["results"].append({"id": "999", "new": True, "properties": {"email": "stranger@example.com"}})

    project.put("db1", [person(n) for n in range(5)])
    project.put("db2", [])
    with hostile_proxy(project.hubspot.base_url, add_stranger) as base_url:
        monkeypatch.setenv("HUBSPOT_BASE_URL", base_url)
        run = project.run()
    assert not run.success
    assert run.failures == ["a sum does not close (every_answer_belongs_to_its_call: 6 is not 5 matched)"]
    assert [name for name, passed in run.checks.items() if not passed] == [
        "hubspot_contacts.every_answer_belongs_to_its_call"
    ]
    # What HubSpot did acknowledge is kept all the same.
    assert project.table("hubspot_contacts")["email"].to_list() == [f"person{n}@example.com" for n in range(5)]


def test_a_contact_that_was_left_out_of_an_answer_is_proven_by_reading_it_back(project: Project) -> None:
    project.hubspot.fault("input_left_out", path="batch/upsert")
    project.put("db1", [person(n) for n in range(5)])
    project.put("db2", [])
    assert project.run("plan_contacts").success
    planned = len(project.hubspot.calls())
    run = project.materialise("hubspot_contacts", "failed_contacts", "settled_values")
    assert run.success, run.failures
    assert all(run.checks.values())
    assert run.numbers["hubspot_contacts"]["acknowledged"] == 5
    reads = [call for call in project.hubspot.calls()[planned:] if call["path"].endswith("batch/read")]
    assert sum(call["inputs"] for call in reads) == 1
