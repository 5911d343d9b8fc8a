"""The storage folder: who may write into it, and who may not."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from hubsync_assets.errors import PermanentError, TransientError
from hubsync_assets.tables.storage import Storage
from hubsync_assets_tests.shipped import MODEL

HOLD_THE_LOCK = """
import sys, time
from pathlib import Path
from hubsync_assets.tables.storage import Storage
from hubsync_assets_tests.shipped import MODEL
storage = Storage(MODEL, Path(sys.argv[1]))
storage.lock.acquire("run 1234")
print("held", flush=True)
time.sleep(30)
"""


def test_a_folder_is_made_and_found_again(tmp_path: Path) -> None:
    first = Storage(MODEL, tmp_path / "deep" / "storage")
    assert Storage(MODEL, tmp_path / "deep" / "storage").folder == first.folder
    assert first.folder.is_dir()


def test_the_next_writer_clears_away_what_a_killed_one_left_but_nobody_elses_work(tmp_path: Path) -> None:
    killed = Storage(MODEL, tmp_path)
    (killed.temporary_folder() / "b00000-000000.parquet").write_bytes(b"left over")
    storage = Storage(MODEL, tmp_path)
    storage.acquire("run 1")
    mine = storage.temporary_folder()
    storage.acquire("run 1")
    assert [path for path in tmp_path.iterdir() if path.is_dir()] == [mine]
    storage.lock.release()


def test_storage_that_cannot_be_made_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(PermanentError, match="cannot write into .*set HUBSYNC_STORAGE to another folder"):
        Storage(MODEL, tmp_path / "file" / "storage")


def test_storage_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    (tmp_path / "storage.json").write_text(json.dumps({"layout": 99, "more": 1}))
    with pytest.raises(PermanentError, match="written by a newer version of hubsync_assets"):
        Storage(MODEL, tmp_path)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"layout": "one"}'])
def test_a_damaged_description_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "storage.json").write_text(text)
    with pytest.raises(PermanentError, match=r"storage.json cannot be read"):
        Storage(MODEL, tmp_path)


def test_a_look_makes_nothing_and_changes_nothing(tmp_path: Path) -> None:
    missing = Storage(MODEL, tmp_path / "missing", only_look=True)
    assert not missing.lock.is_taken()
    assert missing.table("merged_contacts").current() is None
    assert not missing.folder.exists()
    made = Storage(MODEL, tmp_path / "made")
    made.folder.chmod(0o755)  # as an earlier version left it
    made.acquire("run 1")
    before = {path: path.stat() for path in (made.folder, *made.folder.iterdir())}
    look = Storage(MODEL, made.folder, only_look=True)
    assert look.lock.is_taken()
    assert look.lock.holder() == "run 1"
    made.lock.release()
    assert not look.lock.is_taken()
    after = {path: path.stat() for path in (made.folder, *made.folder.iterdir())}
    assert {path: (it.st_mode, it.st_mtime_ns) for path, it in after.items()} == {
        path: (it.st_mode, it.st_mtime_ns) for path, it in before.items()
    }


def test_a_look_refuses_storage_of_a_newer_version_too(tmp_path: Path) -> None:
    (tmp_path / "storage.json").write_text(json.dumps({"layout": 99}))
    with pytest.raises(PermanentError, match="written by a newer version of hubsync_assets"):
        Storage(MODEL, tmp_path, only_look=True)


def test_the_second_writer_is_told_who_is_first_and_gets_in_after_a_kill(tmp_path: Path) -> None:
    storage = Storage(MODEL, tmp_path)
    with subprocess.Popen([sys.executable, "-c", HOLD_THE_LOCK, str(tmp_path)], stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        assert storage.lock.is_taken()
        with pytest.raises(TransientError, match="run 1234 is writing into this storage folder"):
            storage.lock.acquire("run 5678")
        os.kill(holder.pid, signal.SIGKILL)
    assert not storage.lock.is_taken()
    storage.lock.acquire("run 5678")
    storage.lock.acquire("run 5678")
    assert storage.lock.holder() == "run 5678"
    storage.lock.release()


def test_two_runs_in_one_process_exclude_each_other_too(tmp_path: Path) -> None:
    first, second = Storage(MODEL, tmp_path), Storage(MODEL, tmp_path)
    first.lock.acquire("run 1")
    with pytest.raises(TransientError, match="run 1 is writing"):
        second.lock.acquire("run 2")
    first.lock.release()
    second.lock.acquire("run 2")
    second.lock.release()
