"""The sensors on sources: when what a source has changed and settled, they start a sync, and again when it did not finish.

``new_files`` looks at names, sizes and times of files, every few seconds; ``changed_rows`` asks databases for what is declared to change with
their rows, and buckets for what is in them, every quarter of an hour. Keep out: the decision (``asking``), and reading; Dagster gives a sensor 60 seconds.
"""

import os
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import dagster as dg

from hubsync_assets.automation.asking import Again, Asked, decide
from hubsync_assets.automation.jobs import Jobs
from hubsync_assets.automation.requests import run_request
from hubsync_assets.automation.targets import runs_out_of_the_box, seconds_between_files, seconds_between_looks
from hubsync_assets.errors import HubsyncError
from hubsync_assets.resources import Sync, SyncLook, look_at_sync
from hubsync_assets.sources.connectors.registry import is_bucket_url, source_of
from hubsync_assets.sources.errors import some_left_out
from hubsync_assets.sources.files.fingerprint import Fingerprint

__all__ = ["changed_rows_of", "new_files_of"]

_LOOKS_AT_ONCE = 8

_STARTING = (dg.DagsterRunStatus.NOT_STARTED, dg.DagsterRunStatus.STARTING, dg.DagsterRunStatus.STARTED)
_STARTING_SECONDS = 300.0
"""A run that was asked for and has no lock yet is on its way for so long; one that is older is dead and not noticed, or past its locks."""


def new_files_of(sync: Sync, jobs: Jobs) -> dg.SensorDefinition:
    """The sensor of one sync on files."""
    return _sensor(
        sync,
        jobs,
        name="new_files",
        seconds=seconds_between_files(),
        description="Starts sync_contacts when a file of any source is new, changed or gone, and nothing has changed for some seconds.",
        look=lambda: dict(_look_at_files(sync)),
    )


def changed_rows_of(sync: Sync, jobs: Jobs) -> dg.SensorDefinition | None:
    """The sensor of one sync on what is asked over a network; None: no source is a bucket, or a database that says what changes with its rows."""
    watched = [
        name for name in sync.model.sources if sync.model.source(name).says_what_changes or _is_bucket(sync, name)
    ]
    if not watched:
        return None
    return _sensor(
        sync,
        jobs,
        name="changed_rows",
        seconds=seconds_between_looks(),
        description=f"Starts sync_contacts when {' or '.join(watched)} changed: rows, by updated_at or unchanged of the declaration, or the objects of a bucket.",
        look=lambda: _look_at_databases(sync, watched),
    )


def _sensor(
    sync: Sync, jobs: Jobs, *, name: str, seconds: int, description: str, look: Callable[[], dict[str, Fingerprint]]
) -> dg.SensorDefinition:
    @dg.sensor(
        name=sync.name(name),
        jobs=[jobs.sync, jobs.plan],
        minimum_interval_seconds=seconds,
        default_status=dg.DefaultSensorStatus.RUNNING if runs_out_of_the_box() else dg.DefaultSensorStatus.STOPPED,
        description=description,
    )
    def changed(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
        """Look at all sources of its kind, and ask for one run when any of them changed."""
        try:
            now = look_at_sync(sync)
            if now.is_taken:
                return _wait(context.cursor, now)
            settings = sync.settings(os.environ)
            again = Again(settings.again_after, settings.again_times)
            decision = decide(context.cursor, look(), now.past, time.time(), again)
            request = run_request(sync, jobs, context) if decision.ask else None
        except HubsyncError as error:
            return dg.SkipReason(str(error))
        if request is None:
            return dg.SensorResult(skip_reason=decision.skip, cursor=decision.cursor)
        if _is_on_its_way(context.instance, jobs):
            return dg.SkipReason("a sync has been asked for and is about to start; looking again when it has")
        exports = sync.model.tables.export
        return dg.SensorResult(
            run_requests=[request],
            cursor=decision.cursor,
            asset_events=[
                dg.AssetMaterialization(asset_key=sync.key(exports[source]), metadata=_metadata(look))
                for source, look in decision.changed.items()
            ],
        )

    return changed


def _wait(cursor: str | None, now: SyncLook) -> dg.SensorResult:
    """A run is at work: a pause before the next one counts from its end."""
    asked = Asked.of(cursor)
    kept = replace(asked, at=time.time()).cursor if asked else cursor
    return dg.SensorResult(
        skip_reason=f"a sync is running: {now.writer}; looking again when it has finished", cursor=kept
    )


def _is_on_its_way(instance: dg.DagsterInstance, jobs: Jobs) -> bool:
    """Whether a sync waits in the queue or is being started, whoever asked for it: another sensor, another code location, a person."""
    early = [dg.DagsterRunStatus.QUEUED, *_STARTING]
    runs = instance.get_run_records(dg.RunsFilter(job_name=jobs.sync.name, statuses=early), limit=20)
    return any(
        record.dagster_run.status == dg.DagsterRunStatus.QUEUED
        # Either way: a time far ahead is of a clock that has been set back since.
        or abs(time.time() - record.create_timestamp.timestamp()) < _STARTING_SECONDS
        for record in runs
    )


def _metadata(look: Fingerprint) -> dict[str, int | str]:
    told = {"left_out": some_left_out(look.left_out)} if look.left_out else {}
    return {"files": look.files, **told}


def _is_bucket(sync: Sync, name: str) -> bool:
    """Whether it is one by now: the sensors are made once, from the environment of that moment."""
    try:
        return is_bucket_url(sync.settings(os.environ).sources.get(name, ""))
    except HubsyncError:
        return False  # whatever is wrong is told by a run


def _look_at_files(sync: Sync) -> Iterator[tuple[str, Fingerprint]]:
    for name, setting in sync.settings(os.environ).sources.items():
        if not sync.model.source(name).is_database and not is_bucket_url(setting):
            look = source_of(sync.model, name, setting).look()
            if look is not None:
                yield name, look


def _look_at_databases(sync: Sync, watched: list[str]) -> dict[str, Fingerprint]:
    """Each has a limit of its own, so they are asked at the same time."""
    settings = sync.settings(os.environ).sources

    def look(name: str) -> tuple[str, Fingerprint | None]:
        return name, source_of(sync.model, name, settings[name]).look()

    with ThreadPoolExecutor(_LOOKS_AT_ONCE, thread_name_prefix="look") as pool:
        seen = list(pool.map(look, [name for name in watched if name in settings]))
    return {name: found for name, found in seen if found is not None}
