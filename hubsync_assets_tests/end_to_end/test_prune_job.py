"""The job that prunes, in Dagster: off by itself, numbers on its run, and no sync at the same time."""

from typing import cast

import dagster as dg
import pytest

from hubsync_assets.building import build_definitions
from hubsync_assets.tables.storage_lock import StorageLock
from hubsync_assets_tests.end_to_end.project import QUIET, Project, person


def pruned(project: Project) -> dict[str, int] | None:
    """The numbers of a run of the job; None: it failed."""
    job = build_definitions().resolve_job_def("prune")
    result = job.execute_in_process(instance=project.instance, run_config=QUIET, raise_on_error=False)
    if not result.success:
        return None
    (output,) = [event for event in result.all_events if event.is_successful_output]
    return {name: cast("int", value.value) for name, value in output.step_output_data.metadata.items()}


def test_the_job_prunes_what_the_settings_say_and_reports_numbers(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HUBSYNC_DB2", "")
    project.put("db1", [person(1), {"name": "nobody"}])
    assert project.run().success
    assert pruned(project) == {}, "nothing is set"
    monkeypatch.setenv("HUBSYNC_KEEP_LOG", "30")
    monkeypatch.setenv("HUBSYNC_KEEP_REJECTED", "7")
    numbers = {"answers": 0, "answers_removed": 0, "log_bytes_given_back": 0, "rejected_rows_removed": 0}
    assert pruned(project) == numbers, "nothing is as old"
    assert project.run().success, "its locks are free again"


def test_nothing_is_pruned_while_a_run_writes(project: Project) -> None:
    project.put("db1", [person(1)])
    project.put("db2", [person(2)])
    assert project.run().success
    lock = StorageLock(project.folder / "storage")
    lock.acquire("a run")
    assert pruned(project) is None
    lock.release()
    assert pruned(project) == {}


def test_its_schedule_is_off_until_a_person_switches_it_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUBSYNC_AUTOMATION", "on")
    schedule = build_definitions().resolve_schedule_def("weekly_prune")
    assert schedule.default_status is dg.DefaultScheduleStatus.STOPPED
    assert (schedule.cron_schedule, schedule.job.name) == ("0 3 * * 0", "prune")
