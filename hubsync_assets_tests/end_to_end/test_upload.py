"""An upload while it goes on: how soon an answer is in the log, and what people are told."""

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import dagster as dg
import polars as pl
import pytest

from hubsync_assets.hubspot.client import HubSpotClient
from hubsync_assets.steps.upload import upload_changes
from hubsync_assets.sync_log.answers import Answer, AnswerKind
from hubsync_assets.sync_log.log import SyncLog, sqlite_url
from hubsync_assets.tables.storage import Storage
from hubsync_assets_tests.end_to_end.project import Project, person
from hubsync_assets_tests.shipped import MODEL, TEXT

LINE = re.compile(r"(\d+) sent, .* (\d+) to go, (about \d:\d\d:\d\d left|time left unknown); \d+ a second, \d+% of ")


class TimedLog(SyncLog):
    """Notes how old the oldest answer of each commit was when it was durable, and the number of each row that is read."""

    def __init__(self, folder: Path) -> None:
        super().__init__(sqlite_url(folder))
        self.ages: list[float] = []
        self.read: list[int] = []

    def rows_after(self, portal_id: int, seq: int) -> Iterator[pl.DataFrame]:
        for rows in super().rows_after(portal_id, seq):
            self.read += rows["seq"].to_list()
            yield rows

    def append(self, answers: Sequence[Answer]) -> None:
        super().append(answers)
        self.ages += [(datetime.now(UTC) - min(it.at for it in answers)).total_seconds()] if answers else []


def test_no_answer_waits_two_seconds_for_its_commit_while_nothing_else_comes(project: Project) -> None:
    project.put("db1", [person(n) for n in range(300)])
    project.put("db2", [])
    project.run("plan_contacts")
    # The second comes just too early to take the first along; then nothing comes for long.
    for seconds in (0.1, 1.3, 4.0):
        project.hubspot.fault("latency", path="batch/upsert", seconds=seconds)
    storage = Storage(MODEL, project.folder / "storage")
    with TimedLog(storage.folder) as log, HubSpotClient(project.hubspot.base_url, "any") as client:
        report = upload_changes(storage, log, client, "run")
    assert report.acknowledged == 300
    assert len(log.ages) >= 2
    assert max(log.ages) < 2.0


def answer_some(project: Project, count: int) -> None:
    """Leave behind what a run leaves that is killed after so many answers: they are in the log, and not folded."""
    rows = project.table("contact_changes").head(count).iter_rows(named=True)
    answers = [
        Answer(
            project.hubspot.portal_id,
            "killed run",
            datetime.now(UTC),
            row["email"],
            AnswerKind.CREATED,
            "17",
            TEXT.values(row),
            "[]",
            TEXT.provenance(row),
            1,
            properties=row["properties"],
        )
        for row in rows
    ]
    with SyncLog(sqlite_url(project.folder / "storage")) as log:
        log.append(answers)


def test_an_upload_reads_each_answer_from_the_log_once(project: Project) -> None:
    project.put("db1", [person(n) for n in range(300)])
    project.put("db2", [])
    project.run("plan_contacts")
    answer_some(project, 100)
    storage = Storage(MODEL, project.folder / "storage")
    with TimedLog(storage.folder) as log, HubSpotClient(project.hubspot.base_url, "any") as client:
        report = upload_changes(storage, log, client, "run")
    assert (report.acknowledged, report.created) == (300, 200)
    assert log.read == list(range(1, 301))
    assert project.table("hubspot_contacts").height == 300


def told(project: Project, run_id: str) -> tuple[list[dict[str, Any]], list[str]]:
    """The observations of an upload, and its lines of progress."""
    entries = project.instance.all_logs(run_id)
    observations = [
        {name: value.value for name, value in entry.asset_observation.metadata.items()}
        for entry in entries
        if entry.asset_observation is not None and entry.asset_observation.asset_key == dg.AssetKey("hubspot_contacts")
    ]
    return observations, [entry.user_message for entry in entries if " to go, " in entry.user_message]


def test_progress_counts_what_this_run_has_to_send_and_names_nobody(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hubsync_assets.steps.upload_progress.PROGRESS_SECONDS", 0.2)
    project.put("db1", [person(n) for n in range(400)])
    project.put("db2", [])
    project.run("plan_contacts")
    answer_some(project, 250)
    for seconds in (0.6, 1.6):
        project.hubspot.fault("latency", path="batch/upsert", seconds=seconds)
    run = project.materialise("hubspot_contacts", "failed_contacts", "settled_values")
    assert run.success, run.failures
    assert run.numbers["hubspot_contacts"]["acknowledged"] == 400
    observations, lines = told(project, run.run_id)
    assert all(it["sent"] + it["to_go"] == 150 for it in observations)
    assert (observations[0]["sent"], "seconds_left" in observations[0]) == (0, False)
    half_way = [it for it in observations if 0 < it["sent"] < 150]
    assert half_way
    assert all(0 < it["seconds_left"] < 10 for it in half_way)
    assert all(isinstance(value, int | float) for it in observations for value in it.values())
    assert sum(it["contacts_a_second"] for it in observations) > 50
    assert len(lines) == len(observations)
    found = [LINE.search(line) for line in lines]
    assert [(int(it[1]), int(it[2])) for it in found if it] == [(it["sent"], it["to_go"]) for it in observations]
    assert not [line for line in lines if "person" in line or "example.com" in line or "Ana" in line]
