"""A project in a folder of its own, with a HubSpot of its own: what the end-to-end tests work with.

Put here: setting up, running a job, looking at what came of it. Keep out: expectations.
"""

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import dagster as dg
import polars as pl

from hubsync_assets.building import build_definitions
from hubsync_assets.emulator import HubSpotEmulator
from hubsync_assets_tests.shipped import SHIPPED

QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


@dataclass(frozen=True)
class Run:
    """A finished run, by what Dagster recorded of it."""

    run_id: str
    success: bool
    numbers: dict[str, dict[str, Any]]
    checks: dict[str, bool]
    failures: list[str]
    words: dict[str, str]


@dataclass(frozen=True)
class Project:
    """A folder with sources and storage, and the HubSpot that it syncs to."""

    folder: Path
    hubspot: HubSpotEmulator
    instance: dg.DagsterInstance

    def put(self, source: str, records: Iterable[Any] | str | bytes, name: str = "contacts.json") -> Path:
        """Write a source's file: records as a JSON array, or the text itself."""
        path = self.folder / source / name
        path.parent.mkdir(exist_ok=True)
        content = records if isinstance(records, str | bytes) else json.dumps(list(records))
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def run(self, job: str = "sync_contacts", config: Mapping[str, Any] | None = None, **op_config: Any) -> Run:
        """Run a job in this process; ``op_config`` goes to ``contact_changes``."""
        run_config = {**QUIET, **(config or {})}
        if op_config:
            run_config["ops"] = {"contact_changes": {"config": op_config}}
        result = (
            build_definitions()
            .resolve_job_def(job)
            .execute_in_process(instance=self.instance, run_config=run_config, raise_on_error=False)
        )
        return self.told(result)

    def materialise(self, *assets: str) -> Run:
        """Materialise some assets alone, as a person would in the UI."""
        job = build_definitions().resolve_implicit_global_asset_job_def()
        result = job.execute_in_process(
            instance=self.instance,
            asset_selection=[dg.AssetKey(asset) for asset in assets],
            run_config=QUIET,
            raise_on_error=False,
        )
        return self.told(result)

    def told(self, result: dg.ExecuteInProcessResult) -> Run:
        """What a run recorded."""
        numbers = {
            event.asset_key.to_user_string(): {k: v.value for k, v in event.materialization.metadata.items()}
            for event in result.get_asset_materialization_events()
            if event.asset_key is not None
        }
        checks = {
            f"{it.asset_key.to_user_string()}.{it.check_name}": it.passed for it in result.get_asset_check_evaluations()
        }
        words = {
            f"{it.asset_key.to_user_string()}.{it.check_name}": it.description or ""
            for it in result.get_asset_check_evaluations()
        }
        failures = [_words(event) for event in result.filter_events(lambda event: event.is_step_failure)]
        return Run(result.run_id, result.success, numbers, checks, failures, words)

    def table(self, name: str) -> pl.DataFrame:
        """What is in a table now, as a person would read it."""
        rows = pl.read_parquet(self.folder / "storage" / name / "current" / "**" / "*.parquet")
        return rows.sort("email") if "email" in rows.columns else rows

    def facts(self, name: str) -> dict[str, Any]:
        """What a table notes of how it was made."""
        manifest = self.folder / "storage" / name / "current" / "_manifest.json"
        facts: dict[str, Any] = json.loads(manifest.read_text())["facts"]
        return facts

    def held(self) -> dict[str, dict[str, Any]]:
        """What HubSpot holds, by email."""
        return {contact["email"]: contact for contact in self.hubspot.contacts()}

    def writes(self) -> int:
        """How many calls have written contacts so far."""
        return sum(call["path"].endswith(("/batch/upsert", "/batch/update")) for call in self.hubspot.calls())


def environment(folder: Path, base_url: str) -> dict[str, str]:
    """The variables of a project in ``folder``."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("HUBSYNC_", "HUBSPOT_"))}
    return {
        **kept,
        "HUBSYNC_FILE": str(SHIPPED),
        "HUBSYNC_DB1": str(folder / "db1"),
        "HUBSYNC_DB2": str(folder / "db2"),
        "HUBSYNC_STORAGE": str(folder / "storage"),
        "HUBSPOT_BASE_URL": base_url,
        "DAGSTER_HOME": str(folder / "dagster_home"),
    }


def person(number: int, **values: Any) -> dict[str, Any]:
    """A record that is fine."""
    return {"email": f"person{number}@example.com", "name": f"Ana {number}", "country": "ES", "mrr": number, **values}


def _words(event: dg.DagsterEvent) -> str:
    error = event.step_failure_data.user_failure_data
    return (error.description or "") if error is not None else event.step_failure_data.error_display_string
