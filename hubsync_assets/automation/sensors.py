"""The sensors on sources: when what a source has changed and settled, they start a sync.

``new_files`` looks at names, sizes and times of files, every few seconds; ``changed_rows`` asks databases for what is declared to change with
their rows, and buckets for what is in them, every quarter of an hour. ``decide`` is the decision, without Dagster. The cursor holds one digest a source and is the only
memory: no run keys, which a failed run would burn (github.com/dagster-io/dagster issue 15982), and no list of names, which would grow for
ever. Keep out: reading; Dagster gives a sensor 60 seconds.
"""

import json
import os
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import dagster as dg

from hubsync_assets.automation.jobs import Jobs
from hubsync_assets.automation.requests import run_request
from hubsync_assets.automation.targets import runs_out_of_the_box, seconds_between_looks
from hubsync_assets.errors import HubsyncError
from hubsync_assets.resources import StorageResource, Sync
from hubsync_assets.sources.connectors.registry import is_bucket_url, source_of
from hubsync_assets.sources.errors import some_left_out
from hubsync_assets.sources.files.fingerprint import Fingerprint

__all__ = ["Decision", "changed_rows_of", "decide", "new_files_of"]

_LOOKS_AT_ONCE = 8


@dataclass(frozen=True, slots=True)
class Decision:
    """What a look came to: sources that changed, or why nothing is done now; and the next cursor."""

    changed: dict[str, Fingerprint] = field(default_factory=dict)
    cursor: str = ""
    skip: str | None = None


def decide(cursor: str | None, seen: Mapping[str, Fingerprint]) -> Decision:
    """Decide whether to sync.

    Args:
        cursor: what the last decision left: JSON of one digest a source.
        seen: what each watched source looks like now.
    """
    if not seen:
        return Decision(cursor=cursor or "", skip="no source is one that can be watched, so there is nothing to do")
    moving = [source for source, look in seen.items() if not look.settled]
    if moving:
        return Decision(cursor=cursor or "", skip=f"files of {' and '.join(moving)} are still being written")
    known = json.loads(cursor) if cursor else {}
    digests = {source: look.digest for source, look in seen.items()}
    changed = {source: look for source, look in seen.items() if known.get(source) != look.digest}
    skip = None if changed else f"nothing has changed{_beside(seen)}"
    return Decision(changed, json.dumps(digests, sort_keys=True), skip)


def _beside(seen: Mapping[str, Fingerprint]) -> str:
    """What the sources leave out, in words."""
    told = [f"; {source} {some_left_out(look.left_out)}" for source, look in seen.items() if look.left_out]
    return "".join(told)


def new_files_of(sync: Sync, jobs: Jobs) -> dg.SensorDefinition:
    """The sensor of one sync on files."""
    return _sensor(
        sync,
        jobs,
        name="new_files",
        seconds=10,
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
            if StorageResource().open(sync).lock.is_taken():
                return dg.SkipReason("a sync is running; looking again when it has finished")
            decision = decide(context.cursor, look())
            request = None if decision.skip is not None else run_request(sync, jobs, context)
        except HubsyncError as error:
            return dg.SkipReason(str(error))
        if request is None:
            return dg.SensorResult(skip_reason=decision.skip, cursor=decision.cursor)
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
