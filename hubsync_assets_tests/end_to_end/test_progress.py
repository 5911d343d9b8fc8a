"""What a person sees while sources are read and merged: lines and observations, with numbers and nobody's name."""

from collections import defaultdict
from typing import Any

import pytest

from hubsync_assets_tests.end_to_end.project import Project


def test_reading_and_merging_tell_how_far_they_are_and_name_nobody(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    for step in ("read_source", "merge_group"):
        monkeypatch.setattr(f"hubsync_assets.steps.{step}.PROGRESS_SECONDS", 0.0)
    for source in ("db1", "db2"):
        project.put(source, [{"email": f"person{n}@example.com", "name": f"Ana {n}"} for n in range(2_000)])
    run = project.run("plan_contacts")
    assert run.success, run.failures
    told: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    lines = []
    for entry in project.instance.all_logs(run.run_id):
        if (observation := entry.asset_observation) is not None:
            told[observation.asset_key.to_user_string()].append({k: v.value for k, v in observation.metadata.items()})
        if " MB/s" in entry.user_message or " merged, " in entry.user_message:
            lines.append(entry.user_message)
    assert set(told) >= {"raw_db1", "raw_db2", "merged_contacts"}
    for source in ("raw_db1", "raw_db2"):
        last = told[source][-1]
        assert (last["rows_so_far"], last["share_done"]) == (2_000, 1.0)
        assert last["megabytes_a_second"] > 0
    merged = told["merged_contacts"][-1]
    assert (merged["contacts_so_far"], merged["share_done"]) == (2_000, 1.0)
    assert merged["contacts_a_second"] > 0
    assert len(lines) == sum(len(told[name]) for name in ("raw_db1", "raw_db2", "merged_contacts"))
    assert not [line for line in lines if "person" in line or "example.com" in line or "Ana" in line]
