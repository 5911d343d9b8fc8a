"""The sync log in PostgreSQL, on a real server: one writer at a time, on the disk when it says so, and append-only."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from hubsync_assets.errors import TransientError
from hubsync_assets.sync_log.log import SyncLog
from hubsync_assets_tests.sync_log.test_log import answer, emails

LOST = "ended the session that held the writer's lock, so that another machine may be writing now"


def execute(url: str, statement: str) -> None:
    """Run one statement as somebody else."""
    engine = sa.create_engine(url)
    try:
        with engine.begin() as connection:
            connection.execute(sa.text(statement))
    finally:
        engine.dispose()


def acquire_soon(log: SyncLog) -> None:
    """Acquire a lock whose holder has just died."""
    for _ in range(100):
        try:
            log.acquire(1, "run")
        except TransientError:
            time.sleep(0.05)  # the server has to notice that the connection is gone
        else:
            return
    pytest.fail("the lock of a dead writer was not freed")


def end_writers_session(url: str) -> None:
    """What a restart of the server, a proxy or an administrator does to it."""
    execute(url, "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'")


def test_on_postgresql_one_machine_writes_at_a_time_and_a_dead_one_lets_go(postgresql: str) -> None:
    first, second = SyncLog(postgresql), SyncLog(postgresql)
    first.acquire(1, "run")
    first.acquire(1, "run")
    with pytest.raises(TransientError, match=r"run run \(process \d+ on .* is writing to portal 1: wait until"):
        second.acquire(1, "run")
    first.close()
    second.acquire(1, "run")
    second.close()


def test_on_postgresql_a_killed_writer_lets_the_next_one_in(postgresql: str) -> None:
    script = (
        "import sys, time; from hubsync_assets.sync_log.log import SyncLog; log = SyncLog(sys.argv[1]); "
        "log.acquire(1, 'run'); print('held', flush=True); time.sleep(30)"
    )
    with subprocess.Popen([sys.executable, "-c", script, postgresql], stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        with SyncLog(postgresql) as log, pytest.raises(TransientError):
            log.acquire(1, "run")
        os.kill(holder.pid, signal.SIGKILL)
    with SyncLog(postgresql) as log:
        acquire_soon(log)


def test_on_postgresql_a_writer_that_lost_its_session_cannot_append_beside_the_next_one(postgresql: str) -> None:
    with SyncLog(postgresql) as first, SyncLog(postgresql) as second:
        first.acquire(1, "run")
        first.append([answer("a@example.com")])
        end_writers_session(postgresql)
        acquire_soon(second)
        for _ in range(2):  # it must not connect anew either
            with pytest.raises(TransientError, match=LOST) as raised:
                first.append([answer("secret@example.com")])
            assert "secret" not in str(raised.value)
            assert raised.value.__context__ is None or raised.value.__suppress_context__
        second.append([answer("b@example.com")])
        assert emails(second) == emails(first) == ["a@example.com", "b@example.com"]


def test_on_postgresql_a_writer_that_lost_its_session_stops_even_where_nobody_took_its_place(postgresql: str) -> None:
    with SyncLog(postgresql) as log:
        log.acquire(1, "run")
        end_writers_session(postgresql)
        with pytest.raises(TransientError, match=LOST):
            log.append([answer("a@example.com")])
        log.release()
        acquire_soon(log)
        log.append([answer("b@example.com")])
        assert emails(log) == ["b@example.com"]


def test_on_postgresql_a_group_that_fails_does_not_cost_the_lock(postgresql: str) -> None:
    with SyncLog(postgresql) as log, SyncLog(postgresql) as other:
        log.acquire(1, "run")
        with pytest.raises(TransientError, match=r"could not be written .NotNullViolation"):
            log.append([answer("a@example.com")._replace(sent=None)])  # type: ignore[arg-type]
        with pytest.raises(TransientError, match="is writing to portal 1"):
            other.acquire(1, "run")
        log.append([answer("b@example.com")])
        assert emails(log) == ["b@example.com"]


@pytest.fixture
def careless(postgresql: str) -> Iterator[str]:
    """A database whose commits do not wait for the disk unless they are told to."""
    execute(postgresql, "ALTER DATABASE postgres SET synchronous_commit = off")
    yield postgresql
    execute(postgresql, "ALTER DATABASE postgres RESET synchronous_commit")


def test_on_postgresql_a_commit_waits_for_the_disk_whatever_the_database_says(careless: str) -> None:
    setting = sa.text("SHOW synchronous_commit")
    engine = sa.create_engine(careless)
    with engine.connect() as connection:
        assert connection.execute(setting).scalar() == "off"
    engine.dispose()
    with SyncLog(careless) as log:
        log.acquire(1, "run")
        with pytest.raises(TransientError):
            log.append([answer("a@example.com")._replace(sent=None)])  # type: ignore[arg-type]
        with log._lock.transaction() as session:
            assert session.execute(setting).scalar() == "on"
        with log._engine.connect() as connection:
            assert connection.execute(setting).scalar() == "on"
            connection.rollback()  # which takes back what was set in the same transaction
            assert connection.execute(setting).scalar() == "on"


@pytest.mark.parametrize(
    "statement",
    ["UPDATE answers SET email = 'x'", "DELETE FROM answers", "TRUNCATE answers", "TRUNCATE answers, layout CASCADE"],
)
def test_on_postgresql_a_row_can_be_neither_changed_nor_deleted_nor_truncated_away(
    postgresql: str, statement: str
) -> None:
    with SyncLog(postgresql) as log:
        log.append([answer("a@example.com")])
        with pytest.raises(DBAPIError, match="append-only"), log._engine.begin() as connection:
            connection.execute(sa.text(statement))
        assert emails(log) == ["a@example.com"]


def test_on_postgresql_a_log_of_an_earlier_version_learns_to_refuse_truncate(postgresql: str) -> None:
    with SyncLog(postgresql) as log:
        log.append([answer("a@example.com")])
        first_id = log.id
    execute(postgresql, "DROP TRIGGER IF EXISTS answers_refuse_truncate ON answers")
    with SyncLog(postgresql) as log:
        with pytest.raises(DBAPIError, match="append-only"):
            execute(postgresql, "TRUNCATE answers")
        assert emails(log) == ["a@example.com"]
        assert log.id == first_id
