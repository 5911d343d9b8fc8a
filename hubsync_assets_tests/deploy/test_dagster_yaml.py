"""deploy/dagster.yaml on a real PostgreSQL: it loads, a run starts on it, and what is dead there does not stay STARTED for ever."""

import logging
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import dagster as dg
import pytest
import sqlalchemy as sa
from dagster._core.definitions.run_request import InstigatorType
from dagster._core.scheduler.instigation import TickStatus
from dagster._core.storage.dagster_run import RunRecord
from dagster._core.storage.tags import WILL_RETRY_TAG
from dagster._daemon.auto_run_reexecution.auto_run_reexecution import get_reexecution_strategy
from dagster._daemon.monitoring.run_monitoring import monitor_started_run

from hubsync_assets.building import build_definitions
from hubsync_assets.dagster_storage import storage_url_fault
from hubsync_assets_tests.end_to_end.conftest import project
from hubsync_assets_tests.end_to_end.project import Project, person

__all__ = ["project"]

FILE = Path(__file__).parents[2] / "deploy" / "dagster.yaml"


@pytest.fixture(scope="module")
def database(postgresql_server: str) -> str:
    """A database for Dagster alone, by its URL with psycopg2."""
    engine = sa.create_engine(postgresql_server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(sa.text("DROP DATABASE IF EXISTS dagster"))
        connection.execute(sa.text("CREATE DATABASE dagster"))
    engine.dispose()
    url = sa.make_url(postgresql_server).set(drivername="postgresql+psycopg2", database="dagster")
    return url.render_as_string(hide_password=False)


@pytest.fixture
def instance(database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dg.DagsterInstance]:
    """As a process of a deployment has it."""
    monkeypatch.setenv("DAGSTER_PG_URL", database)
    home = tmp_path / "production"
    home.mkdir()
    shutil.copy(FILE, home / "dagster.yaml")
    with dg.DagsterInstance.from_config(str(home)) as made:
        yield made


def test_a_run_starts_and_ends_on_dagsters_own_postgresql(project: Project, instance: dg.DagsterInstance) -> None:
    project.put("db1", [person(1), person(2)])
    project.put("db2", [])
    run = replace(project, instance=instance).run()
    assert run.success, run.failures
    stored = instance.get_run_by_id(run.run_id)
    assert stored is not None
    assert stored.status == dg.DagsterRunStatus.SUCCESS
    assert len(project.held()) == 2


def test_the_url_that_is_called_wrong_does_start_none(
    project: Project, instance: dg.DagsterInstance, database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    del instance  # which has made the tables
    plain = database.replace("+psycopg2", "")
    assert storage_url_fault(database) is None
    assert storage_url_fault(plain) is not None
    monkeypatch.setenv("DAGSTER_PG_URL", plain)
    with (
        dg.DagsterInstance.from_config(str(tmp_path / "production")) as broken,
        pytest.raises(sa.exc.ProgrammingError, match="syntax error"),
    ):
        replace(project, instance=broken).run()


def test_what_is_set_is_what_dagster_takes_it_for(instance: dg.DagsterInstance) -> None:
    assert type(instance.run_storage).__name__ == "PostgresRunStorage"
    assert type(instance.run_coordinator).__name__ == "QueuedRunCoordinator"
    assert (instance.run_monitoring_enabled, instance.run_monitoring_max_runtime_seconds) == (True, 43_200)
    assert instance.run_monitoring_max_resume_run_attempts == 0
    assert (instance.run_retries_enabled, instance.run_retries_max_retries) == (True, 2)
    assert instance.run_retries_retry_on_asset_or_op_failure is False
    assert instance.get_concurrency_config().run_queue_config.max_concurrent_runs == 4  # type: ignore[union-attr]
    assert not instance.telemetry_enabled
    kept = instance.get_tick_retention_settings(InstigatorType.SENSOR)
    assert (kept[TickStatus.SKIPPED], kept[TickStatus.SUCCESS]) == (7, 90)


def started(instance: dg.DagsterInstance, seconds_ago: float) -> RunRecord:
    """A run of sync_contacts that nobody executes, as a process and code server that are gone leave it."""
    job = build_definitions().resolve_job_def("sync_contacts")
    run = instance.create_run_for_job(job, tags=job.run_tags)  # as whoever launches a job does
    instance.report_dagster_event(
        dg.DagsterEvent("PIPELINE_START", job.name, message="began"), run.run_id, logging.INFO
    )
    (record,) = instance.get_run_records(dg.RunsFilter(run_ids=[run.run_id]))
    assert record.dagster_run.status == dg.DagsterRunStatus.STARTED
    assert record.start_time is not None
    return record._replace(start_time=record.start_time - seconds_ago)


@pytest.mark.parametrize(("hours", "status"), [(11, "STARTED"), (13, "FAILURE")])
def test_a_run_whose_process_and_code_server_are_gone_ends_by_its_time(
    instance: dg.DagsterInstance, hours: int, status: str
) -> None:
    record = started(instance, hours * 3600)
    monitor_started_run(instance, cast("Any", None), record, logging.getLogger("test"))
    ended = instance.get_run_by_id(record.dagster_run.run_id)
    assert ended is not None
    assert ended.status.value == status


def test_a_run_that_crashed_is_started_again_from_its_beginning_and_one_that_failed_is_not(
    project: Project, instance: dg.DagsterInstance
) -> None:
    crashed = started(instance, 0).dagster_run
    instance.report_run_failed(crashed)
    crashed = instance.get_run_by_id(crashed.run_id)  # type: ignore[assignment]
    assert crashed.tags[WILL_RETRY_TAG] == "true"
    strategy = get_reexecution_strategy(crashed, instance)
    assert strategy is not None
    assert strategy.value == "ALL_STEPS"
    failed = replace(project, instance=instance).run()  # there are no sources
    assert not failed.success
    stored = instance.get_run_by_id(failed.run_id)
    assert stored is not None
    assert stored.tags[WILL_RETRY_TAG] == "false"
