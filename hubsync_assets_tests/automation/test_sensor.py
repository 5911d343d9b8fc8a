"""The sensor on new files: the decision without Dagster, and the sensor on a real instance."""

import json
import os
import time
from pathlib import Path

import dagster as dg
import pytest

from hubsync_assets.automation import Jobs, new_files_of
from hubsync_assets.automation.sensors import decide
from hubsync_assets.resources import Sync
from hubsync_assets.sources.connectors.exports import STILL_SECONDS
from hubsync_assets.sources.files.fingerprint import Fingerprint
from hubsync_assets.tables.storage import Storage
from hubsync_assets_tests.shipped import MODEL

SYNC = Sync(MODEL)
LONG_AGO = time.time() - 100


def look(digest: str, *, settled: bool = True) -> Fingerprint:
    return Fingerprint(digest, files=1, settled=settled)


def test_the_first_look_starts_a_run() -> None:
    decision = decide(None, {"db1": look("a"), "db2": look("b")})
    assert set(decision.changed) == {"db1", "db2"}
    assert json.loads(decision.cursor) == {"db1": "a", "db2": "b"}


def test_only_a_change_starts_the_next_one() -> None:
    first = decide(None, {"db1": look("a"), "db2": look("b")})
    same = decide(first.cursor, {"db1": look("a"), "db2": look("b")})
    assert (same.changed, same.skip, same.cursor) == ({}, "nothing has changed", first.cursor)
    other = decide(first.cursor, {"db1": look("a"), "db2": look("c")})
    assert set(other.changed) == {"db2"}


def test_files_that_are_still_being_written_leave_the_cursor_alone() -> None:
    first = decide(None, {"db1": look("a")})
    moving = decide(first.cursor, {"db1": look("b", settled=False)})
    assert moving.skip == "files of db1 are still being written"
    assert moving.cursor == first.cursor
    assert set(decide(moving.cursor, {"db1": look("b")}).changed) == {"db1"}


def test_nothing_to_watch_is_said() -> None:
    assert decide(None, {}).skip == "no source is one that can be watched, so there is nothing to do"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for source in ("db1", "db2"):
        (tmp_path / source).mkdir()
        monkeypatch.setenv(f"HUBSYNC_{source.upper()}", str(tmp_path / source))
    monkeypatch.setenv("HUBSYNC_STORAGE", str(tmp_path / "storage"))
    monkeypatch.delenv("HUBSYNC_TARGET", raising=False)
    monkeypatch.setattr("hubsync_assets.sources.connectors.exports.STILL_SECONDS", -1.0)
    return tmp_path


def evaluate(cursor: str | None) -> dg.SensorResult | dg.SkipReason:
    with (
        dg.DagsterInstance.ephemeral() as instance,
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
    third = evaluate(second.cursor)
    assert isinstance(third, dg.SensorResult)
    assert (third.run_requests, third.cursor) == ([], second.cursor)


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
    assert isinstance(result, dg.SkipReason)
    storage.lock.release()
    assert isinstance(evaluate(None), dg.SensorResult)


def test_what_a_source_leaves_out_is_named_whether_a_run_starts_or_not(folder: Path) -> None:
    (folder / "db1" / "a.json").write_text("[]")
    (folder / "db1" / "~$a.csv").write_text("x")
    first = evaluate(None)
    assert isinstance(first, dg.SensorResult)
    told = {event.asset_key.to_user_string(): str(event.metadata.get("left_out")) for event in first.asset_events}
    assert "~$a.csv (an Office program" in told["db1_export"]
    assert told["db2_export"] == "None"
    second = evaluate(first.cursor)
    assert isinstance(second, dg.SensorResult)
    assert second.run_requests == []
    assert "nothing has changed; db1 left out: ~$a.csv (an Office program" in str(second.skip_reason)
