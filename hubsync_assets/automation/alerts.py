"""What somebody is told by webhook: a run that failed, a check that stopped it, too many refused contacts, a sync that is late.

Put here: when and in which words; never a contact's data. Keep out: sending (``alerting``), and the checks themselves (``assets``).
"""

import os
import time
from collections.abc import Iterator

import dagster as dg

from hubsync_assets.alerting import send
from hubsync_assets.automation.jobs import Jobs
from hubsync_assets.automation.targets import hours_until_late
from hubsync_assets.errors import HubsyncError
from hubsync_assets.model.tables import FEW_REFUSED, STATE
from hubsync_assets.resources import Sync

__all__ = ["alerts_of"]

_HOUR = 3_600.0
_LOOK_SECONDS = 60
_MOST_WORDS = 600
_WARNED_OF = frozenset({FEW_REFUSED})
"""Yellow checks that somebody is told of."""


def alerts_of(sync: Sync, jobs: Jobs) -> list[dg.SensorDefinition]:
    """The sensors of one sync; on from the start where ``HUBSYNC_ALERT_URL`` is set."""
    return [_failed_runs(sync, jobs), _finished_runs(sync, jobs), _late_syncs(sync)]


def _failed_runs(sync: Sync, jobs: Jobs) -> dg.SensorDefinition:
    @dg.run_failure_sensor(
        name=sync.name("alert_failed_run"),
        default_status=_status(),
        minimum_interval_seconds=_LOOK_SECONDS // 2,
        description="Sends a message to HUBSYNC_ALERT_URL when a run has failed, with what failed in it and which checks stopped it.",
    )
    def alert_failed_run(context: dg.RunFailureSensorContext) -> dg.SkipReason | None:
        """One message a run."""
        if not _is_ours(sync, jobs, context.dagster_run):
            return dg.SkipReason("the run is none of this sync's")
        lines = [f":red_circle: {_called(context.dagster_run)} failed."]
        lines += _words(context) or [
            "It ended without a word: it may have been killed. The next run finishes its work."
        ]
        return _tell([*lines, *_checks(context, dg.AssetCheckSeverity.ERROR)], context.dagster_run)

    return alert_failed_run


def _finished_runs(sync: Sync, jobs: Jobs) -> dg.SensorDefinition:
    @dg.run_status_sensor(
        run_status=dg.DagsterRunStatus.SUCCESS,
        name=sync.name("alert_refused"),
        default_status=_status(),
        minimum_interval_seconds=_LOOK_SECONDS // 2,
        description="Sends a message to HUBSYNC_ALERT_URL when HubSpot refuses more contacts than HUBSYNC_REFUSED_LIMIT allows.",
    )
    def alert_refused(context: dg.RunStatusSensorContext) -> dg.SkipReason | None:
        """One message a run."""
        if not _is_ours(sync, jobs, context.dagster_run):
            return dg.SkipReason("the run is none of this sync's")
        found = [*_checks(context, dg.AssetCheckSeverity.WARN)]
        if not found:
            return dg.SkipReason("nothing to tell")
        return _tell([f":large_yellow_circle: {_called(context.dagster_run)} finished.", *found], context.dagster_run)

    return alert_refused


def _late_syncs(sync: Sync) -> dg.SensorDefinition:
    hours = hours_until_late()

    @dg.sensor(
        name=sync.name("alert_late_sync"),
        default_status=_status(),
        minimum_interval_seconds=_LOOK_SECONDS,
        description=f"Sends a message to HUBSYNC_ALERT_URL when no upload has finished for {hours} hours (HUBSYNC_LATE_AFTER).",
    )
    def alert_late_sync(context: dg.SensorEvaluationContext) -> dg.SkipReason:
        """One message for each time that it is late; the cursor is since when, and whether that was said."""
        last = context.instance.get_latest_materialization_event(sync.key(STATE))
        before, _, said = (context.cursor or "").partition(" ")
        now = time.time()
        known = last.timestamp if last is not None else float(before or now)
        # A clock that has been set back leaves a time that never gets late: it counts from the first look since.
        since = known if known <= now else min(float(before or now), now)
        if before and float(before) != since:
            said = ""
        late = now - since
        if late > hours * _HOUR and not said:
            when = "has never finished" if last is None else "has not finished"
            text = f":red_circle: The upload to HubSpot {when} for {late / _HOUR:,.0f} hours; the limit is {hours} (HUBSYNC_LATE_AFTER)."
            skipped = _tell([text, "Is Dagster's daemon running, and are the sensors and the schedule on?"], None)
            if skipped is not None:
                return skipped
            said = "said"
        context.update_cursor(f"{since} {said}".strip())
        return dg.SkipReason("late, and said so" if said else f"the last upload finished {late / _HOUR:,.1f} hours ago")

    return alert_late_sync


def _status() -> dg.DefaultSensorStatus:
    return dg.DefaultSensorStatus.RUNNING if _url() else dg.DefaultSensorStatus.STOPPED


def _url() -> str:
    return os.environ.get("HUBSYNC_ALERT_URL", "").strip()


def _is_ours(sync: Sync, jobs: Jobs, run: dg.DagsterRun) -> bool:
    """One of the jobs, or assets of the sync that somebody materialised; another project's runs in the code location are not."""
    if run.job_name in {sync.name("prune"), *(job.name for job in jobs.all)}:
        return True
    ours = {sync.key(table) for table in sync.model.tables.columns}
    return bool(ours & (run.asset_selection or frozenset()))


def _called(run: dg.DagsterRun) -> str:
    return "A run of assets" if run.job_name.startswith("__") else run.job_name


def _words(context: dg.RunFailureSensorContext) -> list[str]:
    """What failed, by the words of the project's own failures; those of anything else may quote what it was working on."""
    lines = []
    for event in context.get_step_failure_events():
        error = event.step_failure_data.user_failure_data
        if error is not None and error.description:
            lines.append(f"{event.step_key}: {_cut(error.description)}")
        else:
            lines.append(f"{event.step_key}: the run's page says why")
    return lines


def _checks(context: dg.RunStatusSensorContext, severity: dg.AssetCheckSeverity) -> Iterator[str]:
    """The checks of the run that did not pass."""
    records = context.instance.get_records_for_run(
        context.dagster_run.run_id, of_type=dg.DagsterEventType.ASSET_CHECK_EVALUATION
    ).records
    for record in records:
        event = record.event_log_entry.dagster_event
        check = event.asset_check_evaluation_data if event is not None else None
        if check is None or check.passed or check.severity != severity:
            continue
        if severity == dg.AssetCheckSeverity.ERROR or check.check_name in _WARNED_OF:
            yield f"Check {check.check_name} of {check.asset_key.to_user_string()}: {_cut(check.description or '')}"


def _cut(text: str) -> str:
    return text if len(text) <= _MOST_WORDS else f"{text[:_MOST_WORDS]} ..."


def _tell(lines: list[str], run: dg.DagsterRun | None) -> dg.SkipReason | None:
    """Send it. What cannot be sent fails the sensor's tick, in one line."""
    if not _url():
        return dg.SkipReason("HUBSYNC_ALERT_URL is not set, so nobody is told")
    try:
        send(_url(), "\n".join([*lines, *([f"Run {run.run_id}"] if run is not None else [])]))
    except HubsyncError as error:
        raise dg.Failure(str(error)) from None
    return None
