"""The steps as Dagster runs them: raw + merge as assets, the plan by share of changed contacts, a daily run, a run on unchanged files.

The portal is the emulator in a process of its own. What HubSpot has acknowledged before is written into the state table directly,
as a sync of so many contacts would take hours at HubSpot's own limit. Keep out: faults and kills (``storm``, ``kills``).
"""

import os
import shutil
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import polars as pl

from benchmarks.data import Sources, make_sources
from benchmarks.jobs import run_job
from benchmarks.measure import Cost, alternate, cost_of, median, ratio
from benchmarks.portal import environment, running_portal
from benchmarks.report import table
from hubsync_assets.emulator import EmulatorControl
from hubsync_assets.hubspot.client import HubSpotClient
from hubsync_assets.hubspot.mapping import PropertyMapping
from hubsync_assets.hubspot.schema_check import check_portal
from hubsync_assets.steps.plan import PlanOptions, plan_changes
from hubsync_assets.sync_log.log import SyncLog, sqlite_url
from hubsync_assets.tables.storage import Storage
from hubsync_assets_tests.shipped import CONTACT_FIELDS, MODEL, STATE_SCHEMA

__all__ = ["acknowledge", "daily_run", "merge_as_job", "plan_only", "run", "sync_as_job"]

BURST = 190
"""Calls in 10 s of a professional portal."""

CHANGED_PER_MILLE = 1.0
SEEDED_AT_ONCE = 2_000


def merge_as_job(db1: str, db2: str, folder: str) -> int:
    """Both files up to ``merged_contacts`` as Dagster assets; how many contacts.

    Raises:
        SystemExit: the run failed or a sum does not close.
    """
    os.environ.update(environment(Path(folder), {"db1": db1, "db2": db2}, "http://127.0.0.1:1"))
    run = run_job(tables=MODEL.tables.up_to_merge)
    if not run.success or not run.checks_passed:
        raise SystemExit(f"the run failed: {run.failures}")
    return int(run.numbers["merged_contacts"]["dagster/row_count"])


def sync_as_job(db1: str, db2: str, folder: str, url: str) -> dict[str, int]:
    """The job sync_contacts: how many contacts it planned and HubSpot took, and whether it read and merged.

    Raises:
        SystemExit: the run failed or a sum does not close.
    """
    os.environ.update(environment(Path(folder), {"db1": db1, "db2": db2}, url))
    run = run_job()
    if not run.success or not run.checks_passed:
        raise SystemExit(f"the run failed: {run.failures}")
    return {
        "planned": run.numbers["hubspot_contacts"]["planned"],
        "acknowledged": run.numbers["hubspot_contacts"]["acknowledged"],
        "merged_again": int(run.numbers["merged_contacts"]["merged_again"]),
    }


def acknowledge(folder: str, url: str, changed_percent: float, whole: bool = False) -> int:
    """Write the state as if the portal had taken every golden record, so many in a hundred with another name; how many differ.

    The portal really gets those that differ, for the plan looks at them; with ``whole`` all of them.
    """
    storage = Storage(MODEL, Path(folder) / "storage")
    merged = storage.table("merged_contacts").require()
    with SyncLog(sqlite_url(storage.folder)) as log:
        facts = {"portal_id": EmulatorControl(url).portal_id, "log_id": log.id, "folded_through": 0}
        version = log.mapping_version(PropertyMapping(MODEL).ways)
    other_name = (pl.int_range(pl.len()) * changed_percent).cast(pl.Int64) // 100
    differs = other_name != (((pl.int_range(pl.len()) + 1) * changed_percent).cast(pl.Int64) // 100)
    with HubSpotClient(url, "pat-benchmark") as client:
        check_portal(client, MODEL)
    differing = 0
    with storage.table("hubspot_contacts").new_version(bits=merged.bits) as writer:
        for bucket in range(1 << merged.bits):
            contacts = merged.scan(bucket).with_columns(differs.alias("differs")).collect()
            differing += int(contacts["differs"].sum())
            rows = contacts.with_columns(
                pl.when("differs").then(pl.lit("Another Name")).otherwise("name").alias("name"),
                pl.lit(value=True).alias("written"),
                pl.lit(version, pl.Int32).alias("mapping_version"),
                pl.lit("benchmark").alias("run_id"),
                pl.lit(datetime.now(UTC)).cast(STATE_SCHEMA["at"]).alias("at"),
            )
            owned = _with_ids(rows, url, bucket, whole=whole).with_columns(
                *(
                    pl.col(f"{field.name}:from")
                    .cast(STATE_SCHEMA[f"{field.name}:source"], strict=False)
                    .alias(f"{field.name}:source")
                    for field in CONTACT_FIELDS
                ),
                *(pl.col(field.name).is_not_null().alias(f"{field.name}:ours") for field in CONTACT_FIELDS),
            )
            writer.parquet.add(owned.select(STATE_SCHEMA.keys()), bucket)
        writer.publish(facts)
    for name in ("failed_contacts", "settled_values"):
        with storage.table(name).new_version() as writer:
            writer.publish(facts)
    return differing


def _with_ids(rows: pl.DataFrame, url: str, bucket: int, *, whole: bool) -> pl.DataFrame:
    """Contacts with ``hubspot_id``: that of the record that was made for them, or a made-up one."""
    ids = [str(bucket * 10_000_000 + number) for number in range(rows.height)]
    there = rows.with_row_index("row").filter(pl.lit(whole) | pl.col("differs"))
    mapping, control = PropertyMapping(MODEL), EmulatorControl(url)
    for part in there.iter_slices(SEEDED_AT_ONCE):
        made = control.seed([mapping.to_properties(row) for row in part.iter_rows(named=True)])
        for row, identity in zip(part["row"], made, strict=True):
            ids[row] = identity
    return rows.with_columns(pl.Series("hubspot_id", ids, pl.String))


def plan_only(folder: str, url: str) -> dict[str, int]:
    """``contact_changes`` without Dagster: what is to be written, and what is not."""
    storage = Storage(MODEL, Path(folder) / "storage")
    storage.lock.acquire("benchmark")
    with SyncLog(sqlite_url(storage.folder)) as log, HubSpotClient(url, "pat-benchmark") as client:
        report = plan_changes(storage, log, client, PlanOptions(), "benchmark")
    storage.lock.release()
    return {"planned": report.planned, "unchanged": sum(report.unchanged.values()), "calls": report.calls}


def daily_run(sources: Sources, folder: Path, control: EmulatorControl) -> tuple[Cost, float, int]:
    """A sync of changed files: its cost, the seconds until the last write call was answered, and the write calls."""
    before = {call["id"] for call in control.write_calls()}
    began = time.time()
    cost = cost_of("benchmarks.pipeline:sync_as_job", *sources.paths.values(), str(folder), control.base_url)
    writes = [call["finished"] for call in control.write_calls() if call["id"] not in before]
    return cost, max(writes, default=began) - began, len(writes)


def run(sizes: Sequence[int], folder: Path, rounds: int) -> None:
    """Measure and print."""
    for size in sizes:
        sources = make_sources(folder, size)
        changed = make_sources(folder, size, CHANGED_PER_MILLE)
        print(f"\n#### {size:,} records a source, {sources.size / 1e6:,.0f} MB\n", flush=True)
        with running_portal(BURST) as control:
            work = folder / "pipeline"
            merges = _measure_merge(sources, work, rounds)
            _measure_plan(work, control.base_url, rounds)
            _measure_runs(sources, changed, work, control, median(merges, "wall"))
        shutil.rmtree(work)


def _measure_merge(sources: Sources, work: Path, rounds: int) -> list[Cost]:
    def alone() -> Cost:
        shutil.rmtree(work / "alone", ignore_errors=True)
        (work / "alone").mkdir(parents=True)
        return cost_of("benchmarks.merge:raw_and_merge", *sources.paths.values(), str(work / "alone"))

    def as_job() -> Cost:
        shutil.rmtree(work / "storage", ignore_errors=True)
        return cost_of("benchmarks.pipeline:merge_as_job", *sources.paths.values(), str(work))

    costs = alternate({"raw + merge, no Dagster": alone, "the same as Dagster assets": as_job}, rounds)
    shutil.rmtree(work / "alone")
    alone_costs, job_costs = costs.values()
    rows = [(name, f"{median(of, 'whole'):.1f}", f"{median(of, 'cpu'):.1f}", f"{max(c.peak for c in of):,}") for name, of in costs.items()]  # fmt: skip
    print(table((f"median of {rounds}", "process start to end, s", "CPU s", "peak MiB"), rows))
    more = median(job_costs, "whole") - median(alone_costs, "whole")
    print(
        f"As assets it takes {ratio(job_costs, alone_costs, 'whole'):.2f} x, {more:+.1f} s (goal: 10 % + 5 s more, at most 640 MiB).\n",
        flush=True,
    )
    return alone_costs


def _measure_plan(work: Path, url: str, rounds: int) -> None:
    rows = []
    for percent in (0, 1, 100):
        differing = cost_of("benchmarks.pipeline:acknowledge", str(work), url, percent).value
        costs = [cost_of("benchmarks.pipeline:plan_only", str(work), url) for _ in range(rounds)]
        value = costs[0].value
        if value["planned"] != differing:
            raise SystemExit(f"{differing:,} contacts differ, but {value['planned']:,} are planned")
        rows.append((f"{percent} %", f"{value['planned']:,}", f"{value['unchanged']:,}", value["calls"],
                     f"{median(costs, 'wall'):.1f}", f"{median(costs, 'cpu'):.1f}", f"{max(c.peak for c in costs):,}"))  # fmt: skip
    print(table(("changed", "planned", "unchanged", "calls", "wall s", "CPU s", "peak MiB"), rows), flush=True)


def _measure_runs(
    sources: Sources, changed: Sources, work: Path, control: EmulatorControl, merge_seconds: float
) -> None:
    cost_of("benchmarks.pipeline:acknowledge", str(work), control.base_url, 0, True)
    first, _, _ = daily_run(sources, work, control)
    unchanged, _, none = daily_run(sources, work, control)
    if first.value["merged_again"] or unchanged.value["merged_again"] or none:
        raise SystemExit("a run on unchanged files merged again or wrote")
    rows: list[tuple[object, ...]] = [
        ("unchanged files", "10 s", f"{unchanged.whole:.1f}", "-", f"{unchanged.cpu:.1f}", f"{unchanged.peak:,}", none)
    ]
    # The second changes db1 back, and finds db2 as it was.
    for name, new in (
        ("both files written anew", changed),
        ("db1 alone written anew", replace(changed, db1=sources.db1)),
    ):
        daily, until_last, calls = daily_run(new, work, control)
        if not daily.value["planned"] or daily.value["acknowledged"] != daily.value["planned"]:
            raise SystemExit(f"the daily run did not write what it planned: {daily.value}")
        rows.append(
            (
                f"{name}, 0.1 % of db1 changed ({daily.value['planned']:,} contacts)",
                f"1.3 x {merge_seconds:.1f} s",
                f"{daily.whole:.1f}",
                f"{until_last:.1f} ({until_last / merge_seconds:.2f} x)",
                f"{daily.cpu:.1f}",
                f"{daily.peak:,}",
                calls,
            )
        )
    header = ("sync_contacts with", "goal", "process start to end, s", "until the last answer, s", "CPU s", "peak MiB", "write calls")  # fmt: skip
    print(table(header, rows), flush=True)
