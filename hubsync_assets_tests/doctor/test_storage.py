"""Files that are lost or damaged, logs that do not fit, and locks that another process holds."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

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


LOOK_AS_NOBODY = """
import os, sys
from hubsync_assets.doctor.machine_look import find_disk
from hubsync_assets.settings import Settings
from hubsync_assets_tests.shipped import MODEL
settings = Settings.from_environment({"HUBSYNC_STORAGE": sys.argv[1]}, MODEL)
# Only now: Python itself may lie where nobody else may read it. Root could write everywhere.
if os.geteuid() == 0:
    os.setgid(65534)
    os.setuid(65534)
print([(finding.level.name, finding.text) for finding in find_disk(MODEL, settings)][0])
"""


def test_a_folder_that_cannot_be_written_is_named() -> None:
    with tempfile.TemporaryDirectory() as above:
        Path(above).chmod(0o755)
        storage = Path(above) / "storage"
        storage.mkdir()
        storage.chmod(0o555)
        command = [sys.executable, "-c", LOOK_AS_NOBODY, str(storage)]
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
        told = subprocess.run(command, check=False, capture_output=True, text=True, env=environment)
        assert told.returncode == 0, told.stderr
        assert told.stdout == f"('ATTENTION', '{storage} cannot be written by this user: no run works here')\n"
