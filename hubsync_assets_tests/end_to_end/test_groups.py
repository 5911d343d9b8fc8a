"""The merge on the engines of examples/groups, which docs/production.md shows: equal to one process, also where a worker is killed."""

import importlib
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import dagster as dg
import polars as pl
import pytest

from hubsync_assets.steps.merge import MergeReport, merge_sources
from hubsync_assets.tables.storage import Storage
from hubsync_assets_tests.end_to_end.project import QUIET, Project, Run, person
from hubsync_assets_tests.steps.test_merge_groups import left_over, put, tables

EXAMPLES = Path(__file__).parents[2] / "examples" / "groups"
BUCKETS = 3

KILLING = """
import os
import signal
from pathlib import Path

import hubsync_assets.steps.merge_group as merging

merged, real = 0, merging.merge_share


def merge_share(model, raw, gives, share):
    global merged
    merged += 1
    killed = Path(os.environ["HUBSYNC_STORAGE"]).with_name("killed")
    if share.bucket == 5 and not killed.exists():
        killed.write_text(f"after {merged} shares")
        os.kill(os.getpid(), signal.SIGKILL)
    return real(model, raw, gives, share)


merging.merge_share = merge_share
"""
"""Put before an engine's module: whoever merges bucket 5 first is killed."""


@pytest.fixture
def example(project: Project, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Imports one of the examples, as it is under the project's variables."""
    monkeypatch.syspath_prepend(str(EXAMPLES))
    loaded: list[str] = []

    def load(name: str) -> ModuleType:
        loaded.append(name)
        return importlib.import_module(name)

    yield load
    for name in loaded:
        sys.modules.pop(name)


def read(project: Project) -> Storage:
    """The raw tables of some records, as a run has left them, in eight buckets."""
    return put(project.folder / "storage", bits=BUCKETS)


def of_one_process(folder: Path) -> tuple[list[pl.DataFrame], MergeReport]:
    storage = put(folder, bits=BUCKETS)
    *_, report = (event for event in merge_sources(storage) if isinstance(event, MergeReport))
    return tables(storage), report


def is_equal(storage: Storage, expected: list[pl.DataFrame]) -> bool:
    return [table.rows() for table in tables(storage)] == [table.rows() for table in expected]


def killing(project: Project, of: str) -> str:
    """A module that is the example ``of``, with a killed worker; it can be imported by its name."""
    name = f"killed_{of}"
    (project.folder / f"{name}.py").write_text(
        f"{KILLING}\nimport {of}\nfrom {of} import *\n\n{of}.GROUPS = 3\n", encoding="utf-8"
    )
    return name


def run(project: Project, definitions: dg.Definitions) -> Run:
    job = definitions.resolve_job_def("sync_contacts")
    return project.told(job.execute_in_process(instance=project.instance, run_config=QUIET, raise_on_error=False))


def test_a_whole_sync_with_dagsters_steps_ends_as_one_of_one_process(project: Project, example: Any) -> None:
    project.put("db1", [person(n) for n in range(30)])
    project.put("db2", [person(n, company_size=n) for n in range(20, 50)])
    spread = example("with_dagster")
    synced = run(project, spread.definitions)
    assert synced.success, synced.failures
    assert synced.numbers["merged_contacts"] == {"dagster/row_count": 50}
    assert synced.checks["merged_contacts.every_record_is_merged"]
    assert synced.checks["merged_contacts.emails_are_unique"]
    assert len(project.held()) == 50
    again = run(project, spread.definitions)  # no group at all
    assert again.success, again.failures
    usual = project.run()
    assert usual.success, usual.failures
    assert usual.numbers["merged_contacts"]["merged_again"] is False
    assert usual.numbers["merged_contacts"]["dagster/row_count"] == 50


@pytest.mark.parametrize("wrong", [{"records": 1}, {"emails": 1}], ids=["every_record_is_merged", "emails_are_unique"])
def test_a_sum_that_does_not_close_stops_a_sync_with_dagsters_steps(
    project: Project, example: Any, monkeypatch: pytest.MonkeyPatch, wrong: dict[str, int]
) -> None:
    project.put("db1", [person(n) for n in range(30)])
    project.put("db2", [])
    spread = example("with_dagster")
    published = spread.publish_merge
    monkeypatch.setattr(spread, "publish_merge", lambda *given: replace(published(*given), **wrong))
    stopped = run(project, spread.definitions)
    assert not stopped.success
    assert [name for name, passed in stopped.checks.items() if not passed and name.startswith("merged")] == [
        f"merged_contacts.{'every_record_is_merged' if 'records' in wrong else 'emails_are_unique'}"
    ]
    assert project.held() == {}


@pytest.mark.services
@pytest.mark.timeout(600)
def test_dagsters_steps_in_processes_of_their_own_one_killed_give_what_one_process_gives(project: Project) -> None:
    expected, _ = of_one_process(project.folder / "one")
    storage = read(project)
    module = killing(project, "with_dagster")
    (project.folder / "dagster_home" / "dagster.yaml").write_text("telemetry: {enabled: false}\n")
    dagster = [str(Path(sys.executable).with_name("dagster")), "asset", "materialize", "-m", module]
    paths = os.pathsep.join([str(EXAMPLES), str(project.folder), os.environ.get("PYTHONPATH", "")])
    done = subprocess.run(
        [*dagster, "--select", "key:merged_contacts or key:contact_conflicts"],
        env={**os.environ, "PYTHONPATH": paths},
        capture_output=True,
        text=True,
        timeout=550,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3_000:]
    assert (project.folder / "killed").exists()
    assert "STEP_RESTARTED" in done.stderr
    assert is_equal(storage, expected)
    assert left_over(storage) == []


@pytest.mark.parametrize("workers", [1, 2])
def test_dask_gives_what_one_process_gives_also_where_a_worker_is_killed(
    project: Project, example: Any, workers: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected, report = of_one_process(project.folder / "one")
    storage = read(project)
    monkeypatch.syspath_prepend(str(project.folder))
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(EXAMPLES), str(project.folder)]), prepend=os.pathsep)
    spread = example("with_dask")
    distributed = importlib.import_module("distributed")
    with (
        distributed.LocalCluster(n_workers=workers, threads_per_worker=1, dashboard_address=None) as cluster,
        distributed.Client(cluster) as client,
    ):
        # What a worker gives back is imported here, too, and this process must go on.
        client.run(exec, f"import {killing(project, 'with_dask')}")
        assert spread.merge_all(client, groups=4) == report
    assert (project.folder / "killed").exists()
    assert is_equal(storage, expected)
    assert left_over(storage) == []


def test_the_page_shows_the_examples_that_are_run(project: Project) -> None:
    page = (EXAMPLES.parents[1] / "docs" / "production.md").read_text(encoding="utf-8")
    assert "examples/groups/with_dagster.py" in page
    dask = (EXAMPLES / "with_dask.py").read_text(encoding="utf-8")
    shown = page.partition("```python\nfrom dask.distributed import Client")[2].partition("```")[0]
    assert shown
    assert all(line in dask for line in shown.splitlines() if line)
