"""The project's jobs, run in this process as ``dagster job execute`` would, with what the run recorded.

Everything comes from the environment, which the caller has set. Keep out: measuring.
"""

import os
from dataclasses import dataclass
from typing import Any

__all__ = ["Run", "run_job"]

QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


@dataclass(frozen=True, slots=True)
class Run:
    """A finished run. ``numbers``: each table's metadata; ``checks_passed``: all sums that were checked; ``failures``: in words."""

    success: bool
    numbers: dict[str, dict[str, Any]]
    checks_passed: bool
    failures: list[str]


def run_job(job: str = "sync_contacts", tables: tuple[str, ...] = ()) -> Run:
    """Run a job, or only some tables as a person would in the UI.

    Args:
        job: its name; not used when ``tables`` are given.
        tables: the tables to materialise.
    """
    # Dagster takes 2 seconds to import; who measures a run as a whole wants them in it.
    import dagster as dg  # noqa: PLC0415

    from hubsync_assets.building import build_definitions  # noqa: PLC0415

    definitions = build_definitions()
    chosen = definitions.resolve_implicit_global_asset_job_def() if tables else definitions.resolve_job_def(job)
    with dg.DagsterInstance.from_config(os.environ["DAGSTER_HOME"]) as instance:
        result = chosen.execute_in_process(
            instance=instance,
            run_config=QUIET,
            raise_on_error=False,
            asset_selection=[dg.AssetKey(name) for name in tables] or None,
        )
    failures = [
        error.description or ""
        for event in result.filter_events(lambda event: event.is_step_failure)
        if (error := event.step_failure_data.user_failure_data) is not None
    ]
    return Run(
        success=result.success,
        numbers={
            event.asset_key.to_user_string(): {k: v.value for k, v in event.materialization.metadata.items()}
            for event in result.get_asset_materialization_events()
            if event.asset_key is not None
        },
        # A yellow one says that a person should look, not that something is wrong.
        checks_passed=all(
            check.passed or check.severity is dg.AssetCheckSeverity.WARN
            for check in result.get_asset_check_evaluations()
        ),
        failures=failures,
    )
