"""The sync log: durable when it says so, append-only, one portal apart from the other."""

import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.exc import DBAPIError

from hubsync_assets.errors import PermanentError, TransientError
from hubsync_assets.sync_log.answers import ANSWERS, LAYOUT, Answer, AnswerKind
from hubsync_assets.sync_log.log import SyncLog, sqlite_url

NOON = datetime(2026, 11, 23, 12, 0, 0, 123456, tzinfo=UTC)


def answer(email: str, *, portal_id: int = 1, kind: AnswerKind = AnswerKind.CREATED) -> Answer:
    return Answer(portal_id, "run", NOON, email, kind, "17", '{"name":"Ana"}', "[]", "{}", 1)


def emails(log: SyncLog, portal_id: int = 1, after: int = 0) -> list[str]:
    return [email for rows in log.rows_after(portal_id, after) for email in rows["email"]]


def test_rows_come_back_in_order_with_their_types(url: str) -> None:
    with SyncLog(url) as log:
        log.append([answer("b@example.com"), answer("a@example.com")])
    with SyncLog(url) as log:
        (rows,) = log.rows_after(1, 0)
    assert rows["email"].to_list() == ["b@example.com", "a@example.com"]
    assert rows["at"].to_list() == [NOON, NOON]
    assert rows["seq"].to_list() == [1, 2]


def test_portals_do_not_see_each_other(url: str) -> None:
    with SyncLog(url) as log:
        log.append([answer("a@example.com", portal_id=1), answer("b@example.com", portal_id=2)])
        assert (emails(log, 1), emails(log, 2)) == (["a@example.com"], ["b@example.com"])
        assert log.last_seq(2) == 2
        assert log.last_seq(3) == 0
        assert log.portals() == [1, 2]


def test_more_rows_than_one_page_are_read_once_each(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hubsync_assets.sync_log.reading.ROWS_AT_A_TIME", 7)
    with SyncLog(url) as log:
        log.append([answer(f"p{n}@example.com") for n in range(30)])
        assert emails(log) == [f"p{n}@example.com" for n in range(30)]
        assert emails(log, after=28) == ["p28@example.com", "p29@example.com"]
        assert max(rows.height for rows in log.rows_after(1, 0)) == 7


@pytest.mark.parametrize("statement", ["UPDATE answers SET email = 'x'", "DELETE FROM answers"])
def test_a_row_can_be_neither_changed_nor_deleted(tmp_path: Path, statement: str) -> None:
    with SyncLog(sqlite_url(tmp_path)) as log:
        log.append([answer("a@example.com")])
    with (
        sqlite3.connect(tmp_path / "sync_log.sqlite") as connection,
        pytest.raises(sqlite3.IntegrityError, match="append-only"),
    ):
        connection.execute(statement)
    connection.close()


def test_a_group_that_fails_leaves_nothing_and_its_error_quotes_nobody(url: str) -> None:
    bad = answer("secret@example.com", kind=AnswerKind.CREATED)._replace(sent=None)  # type: ignore[arg-type]
    with SyncLog(url) as log:
        with pytest.raises(TransientError, match=r"could not be written .(IntegrityError|NotNullViolation)") as raised:
            log.append([answer("a@example.com"), bad])
        assert emails(log) == []
    assert "secret" not in str(raised.value)
    assert raised.value.__suppress_context__


def test_the_database_waits_for_the_disk_at_each_commit(tmp_path: Path) -> None:
    with SyncLog(sqlite_url(tmp_path)) as log, log._engine.connect() as connection:
        assert connection.execute(sa.text("PRAGMA journal_mode")).scalar() == "wal"
        assert connection.execute(sa.text("PRAGMA synchronous")).scalar() == 2


def test_a_log_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    with SyncLog(sqlite_url(tmp_path)) as log, log._engine.begin() as connection:
        connection.execute(LAYOUT.update().values(version=99))
    with pytest.raises(PermanentError, match="written by a newer version of hubsync_assets .layout 99"):
        SyncLog(sqlite_url(tmp_path))


@pytest.mark.parametrize("url", ["nonsense", "oracle+nodriver://host/db", "secret://"])
def test_a_url_that_is_none_says_what_to_write_and_does_not_repeat_it(url: str) -> None:
    with pytest.raises(PermanentError, match="HUBSYNC_LOG_URL is not a usable database URL") as raised:
        SyncLog(url)
    assert url not in str(raised.value)


class OtherDialect(SQLiteDialect_pysqlite):
    """A database that SQLAlchemy knows and the log does not."""

    name = "other"


def test_a_database_of_another_kind_says_which_ones_can_be_used(tmp_path: Path) -> None:
    registry.register("other", __name__, "OtherDialect")
    with pytest.raises(PermanentError, match="write sqlite:///<path> or postgresql"):
        SyncLog(f"other:///{tmp_path / 'log'}")
    assert not list(tmp_path.iterdir())


def test_a_folder_that_is_missing_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(TransientError, match="the sync log could not be opened .OperationalError"):
        SyncLog(sqlite_url(tmp_path / "missing"))


def test_a_database_that_is_no_database_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "sync_log.sqlite").write_text("this is a text file, and not a short one" * 100)
    with pytest.raises(TransientError, match="the sync log could not be opened"):
        SyncLog(sqlite_url(tmp_path))


def test_a_unique_key_is_never_reused_after_the_newest_row(tmp_path: Path) -> None:
    with SyncLog(sqlite_url(tmp_path)) as log:
        log.append([answer("a@example.com")])
        with pytest.raises(DBAPIError), log._engine.begin() as connection:
            connection.execute(ANSWERS.delete())
        log.append([answer("b@example.com")])
        assert log.last_seq(1) == 2
