"""A disk that is full and files that may not be written: real ones, each named in one line of the run, and mended by making room."""

import io
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from hubsync_assets.errors import TransientError
from hubsync_assets.explain.__main__ import main as explain
from hubsync_assets.sync_log.log import SyncLog, sqlite_url
from hubsync_assets_tests.end_to_end.project import Project, person
from hubsync_assets_tests.sync_log.rows import answer

pytestmark = pytest.mark.services

IS_ROOT = os.geteuid() == 0
NOBODY = 65534


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 400 KB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=400k", "tmpfs", str(folder)]
    if not IS_ROOT or subprocess.run(command, check=False, capture_output=True).returncode:
        pytest.skip("no file system can be mounted here")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def fill(disk: Path, leave: int) -> None:
    free = os.statvfs(disk).f_bavail * os.statvfs(disk).f_frsize
    (disk / "filling").write_bytes(b"x" * max(0, free - leave))


def one_line(project: Project) -> str:
    run = project.run()
    assert not run.success
    assert len(run.failures) == 1
    assert "\n" not in run.failures[0]
    assert "fault in hubsync_assets" not in run.failures[0]
    return run.failures[0]


@pytest.mark.parametrize("leave", [0, 4096, 16384, 65536])
def test_a_full_disk_is_named_and_the_run_after_it_is_whole(
    project: Project, small_disk: Path, monkeypatch: pytest.MonkeyPatch, leave: int
) -> None:
    monkeypatch.setenv("HUBSYNC_STORAGE", str(small_disk / "storage"))
    project.put("db1", [person(n) for n in range(2000)])
    project.put("db2", [])
    fill(small_disk, leave)
    words = one_line(project)
    assert "the disk is full" in words
    assert str(small_disk) in words
    assert "MB free" in words
    (small_disk / "filling").unlink()
    subprocess.run(["mount", "-o", "remount,size=64m", str(small_disk)], check=True)
    assert project.run().success
    assert len(project.held()) == 2000


def test_a_log_on_a_full_disk_says_so(small_disk: Path) -> None:
    with SyncLog(sqlite_url(small_disk)) as log:
        fill(small_disk, 0)
        with pytest.raises(
            TransientError, match=r"could not be written: the disk is full at .*sync_log.sqlite, 0.0 MB free"
        ):
            log.append([answer(f"p{n}@example.com") for n in range(5000)])


AS_NOBODY = """
import os, sys
from pathlib import Path
from hubsync_assets.errors import HubsyncError
from hubsync_assets.sync_log.log import SyncLog, sqlite_url
from hubsync_assets.tables.storage import Storage
from hubsync_assets_tests.shipped import MODEL
folder = Path(sys.argv[1])
{preloaded}
# Only now: Python itself may lie where nobody else may read it.
os.setgid({nobody})
os.setuid({nobody})
try:
    {what}
except HubsyncError as error:
    print(error)
"""


def as_nobody(folder: Path, what: str) -> str:
    """What a process that is not root says; the permissions of a folder do not bind root."""
    script = AS_NOBODY.format(nobody=NOBODY, what=what, preloaded=PRELOADED)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    command = [sys.executable, "-c", script, str(folder)]
    done = subprocess.run(command, check=False, capture_output=True, text=True, env=environment)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def theirs() -> Iterator[Path]:
    """A folder that belongs to nobody, on a way that everybody may go."""
    if not IS_ROOT:
        pytest.skip("only root can be somebody else")
    with tempfile.TemporaryDirectory() as above:
        folder = Path(above) / "storage"
        folder.mkdir()
        Path(above).chmod(0o755)
        os.chown(folder, NOBODY, NOBODY)
        yield folder


OPEN_LOG = "SyncLog(sqlite_url(folder)).close()"
WRITE_LOG = "SyncLog(sqlite_url(folder)).rename({'was': 'is'})"
PRELOADED = """
import tempfile
with tempfile.TemporaryDirectory() as first:
    SyncLog(sqlite_url(Path(first))).close()
"""


def test_a_log_that_may_not_be_written_is_named(theirs: Path) -> None:
    SyncLog(sqlite_url(theirs)).close()
    words = as_nobody(theirs, OPEN_LOG)
    assert words.startswith(f"the sync log could not be opened: {theirs}/sync_log.sqlite may not be read or written")


def test_a_shared_memory_file_that_was_left_read_only_does_not_stop_later_runs(theirs: Path) -> None:
    assert as_nobody(theirs, OPEN_LOG) == ""
    for name in ("sync_log.sqlite-shm", "sync_log.sqlite-wal"):
        path = theirs / name
        path.touch()
        path.chmod(0o444)
        os.chown(path, NOBODY, NOBODY)
    assert as_nobody(theirs, WRITE_LOG) == ""


def test_a_lock_of_another_user_is_named(theirs: Path) -> None:
    (theirs / ".writer.lock").touch(mode=0o600)
    words = as_nobody(theirs, "Storage(MODEL, folder).acquire('a run')")
    assert words.startswith(f"{theirs}/.writer.lock may not be read or written by the user of this process")


def test_a_sensor_that_may_not_open_the_lock_of_another_users_runs_says_so(theirs: Path) -> None:
    (theirs / ".writer.lock").touch(mode=0o600)
    words = as_nobody(theirs, "Storage(MODEL, folder, only_look=True).lock.is_taken()")
    assert words.startswith(f"{theirs}/.writer.lock may not be read or written by the user of this process")


def test_a_lock_whose_holder_may_not_be_read_is_another_processs(theirs: Path) -> None:
    (theirs / ".writer.json").touch(mode=0o600)
    assert as_nobody(theirs, "print(Storage(MODEL, folder, only_look=True).lock.holder())") == "another process\n"


def test_a_scan_of_a_table_that_may_not_be_read_says_so(theirs: Path) -> None:
    (theirs / "raw_db1").mkdir(mode=0o700)
    words = as_nobody(theirs, "import hubsync_assets; hubsync_assets.scan('raw_db1', folder)")
    assert words.startswith(f"{theirs}/raw_db1/current may not be read or written by the user of this process")


def test_a_contact_is_explained_from_storage_that_is_mounted_read_only(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    project.put("db1", [person(1)])
    project.put("db2", [])
    assert project.run().success
    storage = str(project.folder / "storage")
    Path(storage).chmod(0o750)  # which who writes there would take back
    bind = ["mount", "--bind", storage, storage]
    if not IS_ROOT or subprocess.run(bind, check=False, capture_output=True).returncode:
        pytest.skip("no file system can be mounted here")
    try:
        subprocess.run(["mount", "-o", "remount,ro,bind", storage], check=True)
        monkeypatch.setattr("sys.stdin", io.StringIO("person1@example.com\n"))
        assert explain([], os.environ) == 0
    finally:
        subprocess.run(["umount", storage], check=True)
    assert "means the same" in capsys.readouterr().out


def test_a_manifest_that_may_not_be_read_is_not_called_damaged(theirs: Path) -> None:
    version = theirs / "raw_db1" / "v1"
    version.mkdir(parents=True)
    (version / "_manifest.json").touch(mode=0o600)
    (theirs / "raw_db1" / "current").symlink_to("v1")
    words = as_nobody(theirs, "Storage(MODEL, folder).table('raw_db1').current()")
    assert words.startswith(f"{version}/_manifest.json may not be read or written")
