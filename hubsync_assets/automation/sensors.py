"""The sensor on new files: when the files that a source's setting names have changed and settled, it starts a sync.

``decide`` is the decision, without Dagster. The cursor holds one digest a source and is the only memory: no run keys, which a
failed run would burn (github.com/dagster-io/dagster issue 15982), and no list of names, which would grow for ever. Keep out:
reading files; the sensor only looks at their names, sizes and times, because Dagster gives it 60 seconds.
"""

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import dagster as dg

from hubsync_assets.automation.jobs import Jobs
from hubsync_assets.automation.targets import runs_out_of_the_box
from hubsync_assets.errors import HubsyncError
from hubsync_assets.resources import StorageResource, Sync
from hubsync_assets.sources.files.fingerprint import Fingerprint, fingerprint

__all__ = ["Decision", "decide", "new_files_of"]

STILL_SECONDS = 3.0
"""How long a file must have been unchanged: whoever writes more slowly than that has to use a temporary name."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What a look at the files came to: sources that changed, or why nothing is done now; and the next cursor."""

    changed: dict[str, Fingerprint] = field(default_factory=dict)
    cursor: str = ""
    skip: str | None = None


def decide(cursor: str | None, seen: Mapping[str, Fingerprint]) -> Decision:
    """Decide whether to sync.

    Args:
        cursor: what the last decision left: JSON of one digest a source.
        seen: what each watched source's files look like now.
    """
    if not seen:
        return Decision(cursor=cursor or "", skip="no source is a file or folder, so there is nothing to watch")
    moving = [source for source, look in seen.items() if not look.settled]
    if moving:
        return Decision(cursor=cursor or "", skip=f"files of {' and '.join(moving)} are still being written")
    known = json.loads(cursor) if cursor else {}
    digests = {source: look.digest for source, look in seen.items()}
    changed = {source: look for source, look in seen.items() if known.get(source) != look.digest}
    skip = None if changed else "no file has changed"
    return Decision(changed, json.dumps(digests, sort_keys=True), skip)


def new_files_of(sync: Sync, jobs: Jobs) -> dg.SensorDefinition:
    """The sensor of one sync."""

    @dg.sensor(
        name=sync.name("new_files"),
        job=jobs.sync,
        minimum_interval_seconds=10,
        default_status=dg.DefaultSensorStatus.RUNNING if runs_out_of_the_box() else dg.DefaultSensorStatus.STOPPED,
        description="Starts sync_contacts when a file of any source is new, changed or gone, and nothing has changed for some seconds.",
    )
    def new_files(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
        """Look at the files of all sources, and ask for one run when any of them changed."""
        try:
            if StorageResource().open(sync).lock.is_taken():
                return dg.SkipReason("a sync is running; looking again when it has finished")
            decision = decide(context.cursor, dict(_look(sync)))
        except HubsyncError as error:
            return dg.SkipReason(str(error))
        if decision.skip is not None:
            return dg.SensorResult(skip_reason=decision.skip, cursor=decision.cursor)
        exports = sync.model.tables.export
        return dg.SensorResult(
            run_requests=[dg.RunRequest()],
            cursor=decision.cursor,
            asset_events=[
                dg.AssetMaterialization(asset_key=sync.key(exports[source]), metadata={"files": look.files})
                for source, look in decision.changed.items()
            ],
        )

    return new_files


def _look(sync: Sync) -> Iterator[tuple[str, Fingerprint]]:
    for source, setting in sync.settings(os.environ).sources.items():
        look = fingerprint(setting, still_seconds=STILL_SECONDS)
        if look is not None:
            yield source, look
