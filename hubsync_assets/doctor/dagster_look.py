"""Dagster: the last runs, runs that are dead and not noticed, and whether sensors, schedule and daemon are on.

Keep out: where runs are kept (``dagster_storage_look``). Dagster is imported here, in a thread with a limit: it takes seconds.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

import dagster as dg
from dagster._core.definitions.run_request import InstigatorType
from dagster._core.scheduler.instigation import InstigatorStatus

from hubsync_assets.automation import faults
from hubsync_assets.building import build_definitions
from hubsync_assets.declaring.loading import file_named_by
from hubsync_assets.doctor.findings import Finding, Level

__all__ = ["find_faults", "find_runs"]


def find_faults() -> Iterator[Finding]:
    """What sensors, schedule and alerts are told by the environment and cannot be meant."""
    for fault in faults():
        yield Finding(fault, Level.ATTENTION, "correct the variable")


_JOBS = ("sync_contacts", "plan_contacts", "retry_failed_contacts")
_AT_WORK = [dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.STARTING, dg.DagsterRunStatus.CANCELING]
_WAITS = [dg.DagsterRunStatus.QUEUED, dg.DagsterRunStatus.NOT_STARTED]
_SOON = 300.0
"""A run that has started takes the storage's lock within seconds; a daemon says every minute that it lives."""
_MOST = 20


def find_runs(
    home: Path, environment: Mapping[str, str], prefix: str, is_at_work: Callable[[str], bool]
) -> Iterator[Finding]:
    """Ask Dagster's storage; nothing is changed there, and no run is started.

    Args:
        home: ``DAGSTER_HOME``.
        environment: Where ``HUBSYNC_FILE`` may be.
        prefix: Of the sync.
        is_at_work: Whether a run of this id may hold a lock.
    """
    with dg.DagsterInstance.from_config(str(home)) as instance:
        jobs = [f"{prefix}_{job}" if prefix else job for job in _JOBS]
        yield from _last(instance, jobs[0])
        yield from _dead(instance, jobs, is_at_work)
        yield from _automation(instance, environment, prefix)


def _last(instance: dg.DagsterInstance, job: str) -> Iterator[Finding]:
    records = instance.get_run_records(dg.RunsFilter(job_name=job), limit=1)
    if not records:
        yield Finding(f"{job} has never run")
        return
    last = records[0]
    yield Finding(
        f"last {job}: {_named(last)}, {last.dagster_run.status.value}, asked for {_at(last.create_timestamp.timestamp())}"
    )
    done = instance.get_run_records(dg.RunsFilter(job_name=job, statuses=[dg.DagsterRunStatus.SUCCESS]), limit=1)
    if done and done[0].end_time:
        yield Finding(f"last that succeeded: {_named(done[0])}, {_at(done[0].end_time)}")
    if last.dagster_run.status == dg.DagsterRunStatus.FAILURE:
        yield Finding(
            f"{job} failed the last time",
            Level.ATTENTION,
            f"open run {last.dagster_run.run_id} in Dagster: the failed step says what to do",
        )


def _dead(instance: dg.DagsterInstance, jobs: list[str], is_at_work: Callable[[str], bool]) -> Iterator[Finding]:
    now = time.time()
    for job in jobs:
        for record in instance.get_run_records(dg.RunsFilter(job_name=job, statuses=_AT_WORK), limit=_MOST):
            run_id = record.dagster_run.run_id
            since = record.start_time or record.create_timestamp.timestamp()
            if is_at_work(run_id) or now - since < _SOON:
                yield Finding(f"{_named(record)} of {job} is at work since {_at(since)}")
            else:
                yield Finding(
                    f"{_named(record)} of {job} is {record.dagster_run.status.value} since {_at(since)} and holds no lock: its process is gone, most likely",
                    Level.ATTENTION,
                    f"end run {run_id} in Dagster (Terminate, forced); run_monitoring of deploy/dagster.yaml does so by itself",
                )
        for record in instance.get_run_records(dg.RunsFilter(job_name=job, statuses=_WAITS), limit=_MOST):
            asked = record.create_timestamp.timestamp()
            if now - asked >= _SOON:
                yield Finding(
                    f"{_named(record)} of {job} waits since {_at(asked)}",
                    Level.ATTENTION,
                    "see that dagster-daemon and the code server run with this DAGSTER_HOME",
                )


def _automation(instance: dg.DagsterInstance, environment: Mapping[str, str], prefix: str) -> Iterator[Finding]:
    defs = build_definitions(file=file_named_by(environment), key_prefix=prefix)
    declared: dict[str, tuple[InstigatorType, bool]] = {
        **{
            sensor.name: (InstigatorType.SENSOR, sensor.default_status == dg.DefaultSensorStatus.RUNNING)
            for sensor in defs.sensors or ()
        },
        **{
            schedule.name: (InstigatorType.SCHEDULE, schedule.default_status == dg.DefaultScheduleStatus.RUNNING)
            for schedule in defs.schedules or ()
            if isinstance(schedule, dg.ScheduleDefinition)
        },
    }
    said = {(state.instigator_type, state.instigator_name): state.status for state in instance.all_instigator_state()}
    some_on = False
    for name, (kind, is_on) in declared.items():
        status = said.get((kind, name), InstigatorStatus.DECLARED_IN_CODE)
        if status in (InstigatorStatus.RUNNING, InstigatorStatus.STOPPED):
            is_on = status == InstigatorStatus.RUNNING  # noqa: PLW2901 - what a person switched counts more
        some_on |= is_on
        yield Finding(f"{kind.value.lower()} {name}: {'on' if is_on else 'off'}")
    beats = [beat.timestamp for beat in instance.get_daemon_heartbeats().values()]
    if some_on and (not beats or time.time() - max(beats) > _SOON):
        when = f"last seen {_at(max(beats))}" if beats else "never seen"
        yield Finding(
            f"dagster-daemon is not running ({when}): nothing starts by itself",
            Level.ATTENTION,
            "start dagster-daemon run, with this DAGSTER_HOME",
        )


def _named(record: dg.RunRecord) -> str:
    return f"run {record.dagster_run.run_id[:8]}"


def _at(seconds: float) -> str:
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M} UTC"
