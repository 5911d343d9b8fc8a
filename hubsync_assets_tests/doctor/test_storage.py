"""Files that are lost or damaged, logs that do not fit, and locks that another process holds."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from hubsync_assets_tests.doctor.installation import Installation
from hubsync_assets_tests.sync_log.test_portal_lock import held_elsewhere

HOLD = (
    "import sys; from pathlib import Path; from hubsync_assets.tables.storage_lock import StorageLock; "
    "from hubsync_assets.tables.holder import Holder; lock = StorageLock(Path(sys.argv[1])); lock.acquire(str(Holder.here('1b9d6bcd-bbfd'))); "
    "print('held', flush=True); sys.stdin.read()"
)


@contextmanager
def storage_held(storage: Path) -> Iterator[int]:
    command = [sys.executable, "-c", HOLD, str(storage)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"held\n"
        yield process.pid
        process.kill()


def one_file(installation: Installation) -> Path:
    (path,) = (installation.storage / "merged_contacts" / "current").glob("*.parquet")
    return path


def test_a_file_that_is_gone_is_named_with_the_command_that_mends_it(installation: Installation) -> None:
    one_file(installation).unlink()
    told = installation.look()
    assert (told.code, told.worse()) == (2, {"files": "broken"})
    assert "is missing, so the table merged_contacts is damaged" in told.said("files")
    assert any("hubsync_assets.rebuild" in finding["do"] for finding in told.parts["files"]["findings"])


def test_one_byte_that_is_another_is_found_when_all_are_read(installation: Installation) -> None:
    path = one_file(installation)
    content = bytearray(path.read_bytes())
    content[6] ^= 1
    path.write_bytes(content)
    assert installation.look().code == 0
    told = installation.look("--files")
    assert (told.code, told.worse()) == (2, {"files": "broken"})
    assert "has other bytes than were written" in told.said("files")


def test_who_holds_the_storage_lock_is_told(installation: Installation) -> None:
    with storage_held(installation.storage) as pid:
        told = installation.look()
        assert told.code == 0
        expected = f"storage is being written by run 1b9d6bcd (process {pid} on {os.uname().nodename}"
        assert expected in told.said("locks")
    assert "storage: free, last held by run 1b9d6bcd" in installation.look().said("locks")


def test_who_holds_the_portal_lock_is_told(installation: Installation, postgresql: str) -> None:
    installation.environment["HUBSYNC_LOG_URL"] = postgresql
    with held_elsewhere(postgresql, 7) as process:
        assert f"a portal is being written by run 1b9d6bcd (process {process.pid}" in installation.look().said("locks")
    # The tables were made from the SQLite log of the fixture.
    told = installation.look()
    assert told.worse() == {"sync log": "attention"}
    assert "hubspot_contacts was made from another log than this" in told.said("sync log")


def test_a_log_that_is_gone(installation: Installation) -> None:
    for path in installation.storage.glob("sync_log.sqlite*"):
        path.unlink()
    told = installation.look()
    assert (told.code, told.worse()) == (2, {"sync log": "broken"})
    assert "the log is gone" in told.said("sync log")


def test_an_older_copy_of_the_log(installation: Installation) -> None:
    log = installation.storage / "sync_log.sqlite"
    older = installation.folder / "older.sqlite"
    shutil.copy(log, older)
    installation.sync(mrr=6)
    shutil.copy(older, log)
    told = installation.look()
    assert told.worse() == {"sync log": "attention"}
    assert "an older copy of it was put back" in told.said("sync log")


@pytest.mark.skipif(os.geteuid() == 0, reason="everything can be written by root")
def test_a_folder_that_cannot_be_written(installation: Installation) -> None:
    installation.storage.chmod(0o500)
    told = installation.look()
    installation.storage.chmod(0o700)
    assert told.worse() == {"disk": "attention"}
