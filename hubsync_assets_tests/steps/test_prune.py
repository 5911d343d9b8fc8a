"""Pruning a storage that has synced: what follows from the log stays, what is in doubt stays, and the next sync has nothing to do."""

import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from hubsync_assets.emulator import HubSpotEmulator
from hubsync_assets.model.tables import FAILED, REJECTED, SETTLED, STATE
from hubsync_assets.steps.prune import PruneReport, prune_log, prune_rejected
from hubsync_assets.sync_log.log import SyncLog, sqlite_url
from hubsync_assets.sync_log.plan_events import PlanEvent
from hubsync_assets.sync_log.refresh import refresh_state
from hubsync_assets.tables.storage import Storage
from hubsync_assets_tests.pipeline import Pipeline
from hubsync_assets_tests.shipped import MODEL

pytestmark = pytest.mark.services

TOMORROW = datetime.now(UTC) + timedelta(days=1)


def export(day: int) -> str:
    """Ten people whose MRR changes every day, a record without an email, and one whom nobody changes."""
    people = [f"p{number}@example.com,Ada,{day * 100 + number}" for number in range(10)]
    return "\n".join(["email,name,mrr", *people, "still@example.com,Eva,7", f"nobody{day},Ada,1"]) + "\n"


@pytest.fixture
def synced(tmp_path: Path) -> Iterator[Pipeline]:
    with HubSpotEmulator() as hubspot:
        pipeline = Pipeline(tmp_path, hubspot)
        for day in range(1, 5):
            pipeline.put("db1", {"a.csv": export(day)})
            assert pipeline.sync().success
        assert pipeline.sync().planned == 0
        yield pipeline


@pytest.fixture
def storage(synced: Pipeline) -> Iterator[Storage]:
    opened = Storage(MODEL, synced.folder / "storage")
    opened.acquire("a test's pruning")
    yield opened
    opened.lock.release()


@pytest.fixture
def log(storage: Storage) -> Iterator[SyncLog]:
    with SyncLog(sqlite_url(storage.folder)) as opened:
        yield opened


def folded(storage: Storage, log: SyncLog) -> list[pl.DataFrame]:
    """The three tables, made from the log alone."""
    (portal_id,) = log.portals()
    for name in (STATE, FAILED, SETTLED):
        shutil.rmtree(storage.folder / name)
    state = refresh_state(storage, log, portal_id)
    return [version.scan().collect().sort("email") for version in (state.contacts, state.failed, state.settled)]


def test_the_state_is_the_same_without_what_was_pruned_and_nothing_is_sent_again(
    synced: Pipeline, storage: Storage, log: SyncLog
) -> None:
    before = folded(storage, log)
    newest = log.last_seq(*log.portals())
    report = prune_log(storage, log, "run", TOMORROW)
    assert (report.answers, report.removed) == (41, 20), "of each person the creation and the last update stay"
    assert log.last_seq(*log.portals()) == newest
    assert [one.equals(other) for one, other in zip(folded(storage, log), before, strict=True)] == [True] * 3
    again = prune_log(storage, log, "run", TOMORROW)
    assert (again.removed, again.old) == (0, True)
    sent = synced.inputs_sent()
    storage.lock.release()
    assert synced.sync().planned == 0
    synced.put("db1", {"a.csv": export(9)})
    assert synced.sync().planned == 10
    assert synced.inputs_sent() == sent + 10


def test_what_was_answered_since_a_plan_in_doubt_began_stays(storage: Storage, log: SyncLog) -> None:
    (portal_id,) = log.portals()
    log.note(portal_id, "first", PlanEvent.BEGUN, "run")
    with log._engine.begin() as connection:
        connection.exec_driver_sql(
            "INSERT INTO plans (portal_id, plan_id, event, after_answer, in_doubt, run_id, at) "
            "SELECT portal_id, 'killed', 'begun', 15, 0, run_id, at FROM plans WHERE plan_id = 'first'"
        )
    assert prune_log(storage, log, "run", TOMORROW).removed == 4, "updates of the second day, up to number 15"
    log.note(portal_id, "killed", PlanEvent.RESOLVED, "run")
    assert prune_log(storage, log, "run", TOMORROW).removed == 16


def test_what_is_young_stays_and_storage_without_a_portal_has_nothing_to_prune(
    tmp_path: Path, storage: Storage, log: SyncLog
) -> None:
    yesterday = datetime.now(UTC) - timedelta(days=1)
    assert prune_log(storage, log, "run", yesterday).removed == 0
    assert prune_log(Storage(MODEL, tmp_path / "new"), log, "run", TOMORROW) == PruneReport()


def test_old_rejected_rows_leave_all_versions_and_their_source_is_not_read_again(
    synced: Pipeline, storage: Storage
) -> None:
    table = storage.table(REJECTED)
    before = table.require()
    assert before.manifest.rows == 1
    assert prune_rejected(storage, 1, datetime.now(UTC)) == 0
    assert table.require().id == before.id
    assert prune_rejected(storage, 1, TOMORROW + timedelta(days=1)) == 1
    after = table.require()
    assert (after.manifest.rows, after.facts) == (0, before.facts)
    assert table.numbers() == [int(after.folder.name[1:])]
    assert not any(b"nobody" in path.read_bytes() for path in table.folder.rglob("*.parquet"))
    raw = storage.table("raw_db1").require().id
    storage.lock.release()
    assert synced.sync().planned == 0
    assert storage.table("raw_db1").require().id == raw
    assert table.require().id == after.id


def test_of_rejected_rows_only_those_of_the_source_that_was_read_long_ago_go(
    synced: Pipeline, storage: Storage
) -> None:
    storage.lock.release()
    synced.put("db2", {"b.csv": "email,name,mrr\nother,Ada,1\n" + export(1)})
    synced.sync()
    storage.acquire("a test's pruning")
    table = storage.table(REJECTED)
    for file in table.require().files(0):
        os.utime(file, (0, 0))
    assert prune_rejected(storage, 1, datetime.now(UTC)) == 1
    assert table.require().scan().collect()["source"].unique().to_list() == ["db2"]
