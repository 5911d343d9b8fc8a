"""The sensor on new files, on a real instance; its decision alone is in test_asking.py."""

import os
import time
from contextlib import nullcontext
from pathlib import Path

import dagster as dg
import pytest

from hubsync_assets.automation import Jobs, new_files_of
from hubsync_assets.automation.asking import Asked
from hubsync_assets.building import build_definitions
from hubsync_assets.resources import Sync
from hubsync_assets.sources.connectors.exports import STILL_SECONDS
from hubsync_assets.sync_log.log import SyncLog, sqlite_url
from hubsync_assets.sync_log.sync_ends import SyncEnd
from hubsync_assets.tables.storage import Storage
from hubsync_assets_tests.shipped import MODEL

SYNC = Sync(MODEL)
LONG_AGO = time.time() - 100


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for source in ("db1", "db2"):
        (tmp_path / source).mkdir()
        monkeypatch.setenv(f"HUBSYNC_{source.upper()}", str(tmp_path / source))
    monkeypatch.setenv("HUBSYNC_STORAGE", str(tmp_path / "storage"))
    monkeypatch.delenv("HUBSYNC_TARGET", raising=False)
    monkeypatch.setattr("hubsync_assets.sources.connectors.exports.STILL_SECONDS", -1.0)
    return tmp_path


def finish(folder: Path, cursor: str | None) -> None:
    """What a run leaves that was made from what the sensor saw."""
    asked = Asked.of(cursor)
    assert asked is not None
    with SyncLog(sqlite_url(Storage(MODEL, folder / "storage").folder)) as log:
        log.note_end(1, "run", SyncEnd.FINISHED, asked.looks, "")


def evaluate(cursor: str | None, given: dg.DagsterInstance | None = None) -> dg.SensorResult | dg.SkipReason:
    with (
        nullcontext(given) if given else dg.DagsterInstance.ephemeral() as instance,
        dg.build_sensor_context(instance=instance, cursor=cursor) as context,
    ):
        result = new_files_of(SYNC, Jobs.of(SYNC))(context)
    assert isinstance(result, dg.SensorResult | dg.SkipReason)
    return result


def test_a_new_file_asks_for_one_run_and_reports_what_it_saw(folder: Path) -> None:
    (folder / "db1" / "a.json").write_text("[]")
    first = evaluate(None)
    assert isinstance(first, dg.SensorResult)
    assert len(first.run_requests or []) == 1
    assert (first.run_requests or [])[0].run_key is None
    (folder / "db1" / "b.json").write_text("[]")
    second = evaluate(first.cursor)
    assert isinstance(second, dg.SensorResult)
    assert [event.asset_key.to_user_string() for event in second.asset_events] == ["db1_export"]
    finish(folder, second.cursor)
    third = evaluate(second.cursor)
    assert isinstance(third, dg.SensorResult)
    assert (third.run_requests, str(third.skip_reason)) == ([], "SkipReason(skip_message='nothing has changed')")


def test_a_look_makes_no_storage_because_a_code_servers_disk_may_be_read_only(folder: Path) -> None:
    (folder / "db1" / "a.json").write_text("[]")
    assert not (folder / "storage").exists()
    evaluate(None)
    assert not (folder / "storage").exists()


def test_a_file_copied_late_with_an_old_time_is_seen(folder: Path) -> None:
    (folder / "db1" / "new.json").write_text("[]")
    first = evaluate(None)
    assert isinstance(first, dg.SensorResult)
    (folder / "db1" / "old.json").write_text("[]")
    os.utime(folder / "db1" / "old.json", (LONG_AGO, LONG_AGO))
    second = evaluate(first.cursor)
    assert isinstance(second, dg.SensorResult)
    assert len(second.run_requests or []) == 1


def test_a_file_has_to_lie_still_first(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hubsync_assets.sources.connectors.exports.STILL_SECONDS", 3600.0)
    (folder / "db1" / "a.json").write_text("[]")
    result = evaluate(None)
    assert isinstance(result, dg.SensorResult)
    assert result.run_requests == []
    assert STILL_SECONDS >= 2


def test_a_folder_that_is_gone_is_not_taken_for_an_empty_one(folder: Path) -> None:
    (folder / "db1" / "a.json").write_text("[]")
    (folder / "db2").rmdir()
    result = evaluate("{}")
    assert isinstance(result, dg.SkipReason)
    assert "db2" in (result.skip_message or "")


def test_while_a_sync_is_running_it_waits(folder: Path) -> None:
    (folder / "db1" / "a.json").write_text("[]")
    storage = Storage(MODEL, folder / "storage")
    storage.lock.acquire("run 1")
    result = evaluate(None)
    assert isinstance(result, dg.SensorResult)
    assert "a sync is running: run 1; looking again when it has finished" in str(result.skip_reason)
    storage.lock.release()
    after = evaluate(result.cursor)
    assert isinstance(after, dg.SensorResult)
    assert len(after.run_requests or []) == 1


def test_while_another_disk_holds_the_portal_it_waits_and_says_who(
    folder: Path, postgresql: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HUBSYNC_LOG_URL", postgresql)
    (folder / "db1" / "a.json").write_text("[]")
    with SyncLog(postgresql) as elsewhere:
        elsewhere.acquire(1, "1b9d6bcd-bbfd")
        result = evaluate(None)
    assert isinstance(result, dg.SensorResult)
    assert result.run_requests == []
    assert f"a sync is running: run 1b9d6bcd (process {os.getpid()} on " in str(result.skip_reason)
    after = evaluate(result.cursor)
    assert isinstance(after, dg.SensorResult)
    assert len(after.run_requests or []) == 1


def test_what_another_sensor_or_code_location_has_asked_for_is_not_asked_for_twice(folder: Path) -> None:
    (folder / "db1" / "a.json").write_text("[]")
    with dg.DagsterInstance.ephemeral() as instance:
        job = build_definitions().resolve_job_def("sync_contacts")
        queued = instance.create_run_for_job(job, status=dg.DagsterRunStatus.NOT_STARTED)
        result = evaluate(None, instance)
        assert isinstance(result, dg.SkipReason)
        assert "is about to start" in (result.skip_message or "")
        instance.report_run_failed(queued)
        after = evaluate(None, instance)
    assert isinstance(after, dg.SensorResult)
    assert len(after.run_requests or []) == 1


def test_a_dead_run_of_a_clock_that_was_set_back_since_is_not_on_its_way_for_years(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "db1" / "a.json").write_text("[]")
    now = time.time() - 3_600
    with dg.DagsterInstance.ephemeral() as instance:
        job = build_definitions().resolve_job_def("sync_contacts")
        instance.create_run_for_job(job, status=dg.DagsterRunStatus.STARTED)
        monkeypatch.setattr("hubsync_assets.automation.sensors.time.time", lambda: now)
        monkeypatch.setattr("hubsync_assets.sources.connectors.exports.STILL_SECONDS", -7_200.0)
        result = evaluate(None, instance)
    assert isinstance(result, dg.SensorResult)
    assert len(result.run_requests or []) == 1


def test_what_a_source_leaves_out_is_named_whether_a_run_starts_or_not(folder: Path) -> None:
    (folder / "db1" / "a.json").write_text("[]")
    (folder / "db1" / "~$a.csv").write_text("x")
    first = evaluate(None)
    assert isinstance(first, dg.SensorResult)
    told = {event.asset_key.to_user_string(): str(event.metadata.get("left_out")) for event in first.asset_events}
    assert "~$a.csv (an Office program" in told["db1_export"]
    assert told["db2_export"] == "None"
    finish(folder, first.cursor)
    second = evaluate(first.cursor)
    assert isinstance(second, dg.SensorResult)
    assert second.run_requests == []
    assert "nothing has changed; db1 left out: ~$a.csv (an Office program" in str(second.skip_reason)
