"""A fold belongs to one log: another log under the same storage is read from its beginning."""

from pathlib import Path

from hubsync_assets.sync_log.log import SyncLog, sqlite_url
from hubsync_assets.sync_log.refresh import refresh_state
from hubsync_assets.tables.storage import Storage
from hubsync_assets_tests.sync_log.test_fold import answer


def test_another_log_is_not_taken_for_the_one_that_was_folded(tmp_path: Path) -> None:
    storage = Storage(tmp_path / "storage")
    (tmp_path / "other").mkdir()
    with SyncLog(sqlite_url(storage.folder)) as log, SyncLog(sqlite_url(tmp_path / "other")) as other:
        log.append([answer("a", name="Old")])
        other.append([answer("a", name="Newer")])
        refresh_state(storage, log, 1)
        state = refresh_state(storage, other, 1)
    assert state.contacts.scan().collect()["name"].to_list() == ["Newer"]
