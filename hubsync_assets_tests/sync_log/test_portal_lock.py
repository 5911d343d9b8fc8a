"""One writer a portal, on a real PostgreSQL with real processes: who holds the lock is named, and other portals of the database go on."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import sqlalchemy as sa

from hubsync_assets.errors import TransientError
from hubsync_assets.sync_log.database_lock import EARLIER_LOCK
from hubsync_assets.sync_log.lock_holders import key_of, writers
from hubsync_assets.sync_log.log import SyncLog
from hubsync_assets_tests.sync_log.test_log import answer, emails
from hubsync_assets_tests.sync_log.test_postgresql import acquire_soon, execute

HOLD = (
    "import sys; from hubsync_assets.sync_log.log import SyncLog; log = SyncLog(sys.argv[1]); "
    "log.acquire(int(sys.argv[2]), '1b9d6bcd-bbfd-4b2d'); print('held', flush=True); sys.stdin.read()"
)


@contextmanager
def held_elsewhere(url: str, portal_id: int) -> Iterator[subprocess.Popen[bytes]]:
    """The lock, in another process that a test may kill."""
    command = [sys.executable, "-c", HOLD, url, str(portal_id)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"held\n"
        yield process
        process.kill()


def seen(url: str) -> dict[int, str]:
    """Who is writing, as a sensor sees it."""
    engine = sa.create_engine(url)
    try:
        with engine.connect() as connection:
            return writers(connection)
    finally:
        engine.dispose()


def test_the_second_is_told_which_run_of_which_process_where_and_since_when(postgresql: str) -> None:
    with held_elsewhere(postgresql, 7) as process, SyncLog(postgresql) as log:
        words = rf"run 1b9d6bcd \(process {process.pid} on {os.uname().nodename[:20]}.*, since 20\d\d-\d\d-\d\d \d\d:\d\d UTC\)"
        with pytest.raises(TransientError, match=rf"^{words} is writing to portal 7: wait until it has finished"):
            log.acquire(7, "run")
        assert seen(postgresql).keys() == {7}
        process.send_signal(signal.SIGKILL)
        process.wait()
        for _ in range(100):
            try:
                log.acquire(7, "run")
                break
            except TransientError:
                continue
        assert seen(postgresql)[7].startswith(f"run run (process {os.getpid()} on ")
    assert seen(postgresql) == {}


def test_other_portals_of_the_same_database_are_written_at_the_same_time(postgresql: str) -> None:
    large = 4_294_967_300
    with SyncLog(postgresql) as first, SyncLog(postgresql) as second:
        first.acquire(1, "run")
        second.acquire(large, "run")
        assert seen(postgresql).keys() == {1, key_of(large)}
        first.append([answer("a@example.com", portal_id=1)])
        second.append([answer("b@example.com", portal_id=large)])
        # What they share, they make one after the other.
        numbers = {log.mapping_version({"name": f"form {n}"}) for n, log in enumerate((first, second))}
        assert len(numbers) == 2
        assert (emails(first, 1), emails(second, large)) == (["a@example.com"], ["b@example.com"])


@pytest.mark.parametrize("portal_id", [1, 2**31 - 1, 2**31, 2**32 - 1, 2**40 + 5])
def test_every_portals_number_is_one_that_is_found_again(postgresql: str, portal_id: int) -> None:
    with SyncLog(postgresql) as log, SyncLog(postgresql) as other:
        log.acquire(portal_id, "run")
        assert seen(postgresql).keys() == {key_of(portal_id)}
        with pytest.raises(TransientError, match=f"is writing to portal {portal_id}"):
            other.acquire(portal_id, "run")


def test_a_run_of_an_earlier_version_and_one_of_this_keep_each_other_out(postgresql: str) -> None:
    engine = sa.create_engine(postgresql)
    with SyncLog(postgresql) as log, engine.connect() as earlier:
        take = sa.select(sa.func.pg_try_advisory_lock(EARLIER_LOCK))
        log.acquire(1, "run")
        assert earlier.execute(take).scalar() is False
        log.release()
        while not earlier.execute(take).scalar():
            earlier.rollback()
        with pytest.raises(TransientError, match="a run of an earlier version of hubsync_assets is writing"):
            log.acquire(1, "run")
    engine.dispose()


def test_a_lock_that_is_lost_is_noticed_without_writing(postgresql: str) -> None:
    with SyncLog(postgresql) as log, SyncLog(postgresql) as other:
        log.acquire(1, "run")
        log.confirm_lock()
        execute(postgresql, "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'")
        acquire_soon(other)
        for ask in (log.confirm_lock, lambda: log.acquire(1, "run")):
            with pytest.raises(TransientError, match=r"start again when the database is there"):
                ask()


def test_the_session_is_told_to_outlive_silence(postgresql: str) -> None:
    with SyncLog(postgresql) as log:
        log.acquire(1, "run")
        with log._lock.transaction() as session:
            assert session.exec_driver_sql("SHOW idle_session_timeout").scalar() == "0"
            assert session.exec_driver_sql("SHOW application_name").scalar().startswith("hubsync:run:")  # type: ignore[union-attr]
