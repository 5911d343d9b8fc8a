"""The one way past the triggers: it is noted for ever, covers what it says and no more, and a kill in the middle leaves a whole log."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from hubsync_assets.errors import TransientError
from hubsync_assets.sync_log.answers import AnswerKind
from hubsync_assets.sync_log.log import SyncLog, sqlite_url
from hubsync_assets.sync_log.outlived import outlived
from hubsync_assets.sync_log.then import NOW
from hubsync_assets_tests.sync_log.rows import NOON, answer
from hubsync_assets_tests.sync_log.test_log import emails
from hubsync_assets_tests.sync_log.test_outlived import assert_same, folded

LATER = NOON + timedelta(days=1)


def execute(log: SyncLog, *statements: str) -> list[tuple[object, ...]]:
    """As somebody else would, in one transaction; what the last one says."""
    with log._engine.begin() as connection:
        results = [connection.execute(sa.text(statement)) for statement in statements]
        return [tuple(row) for row in results[-1]] if results[-1].returns_rows else []


def filled(url: str) -> SyncLog:
    """Three rows of portal 1, of which the first two are a day old, and one of portal 2."""
    log = SyncLog(url)
    log.append([answer("a"), answer("b"), answer("c", at=86_400), answer("d", portal_id=2)])
    return log


def test_what_is_removed_is_noted_and_numbers_do_not_go_back(url: str) -> None:
    with filled(url) as log:
        log.acquire(1, "run")
        assert log.pruning.aged_through(1, LATER) == 2
        log.pruning.remove(1, "run7", LATER, 2, [1, 2])
        assert emails(log) == ["c"]
        assert emails(log, 2) == ["d"]
        noted = execute(log, "SELECT portal_id, run_id, through, rows FROM prunings")
        assert noted == [(1, "run7", 2, 2)]
        assert log.pruning.aged_through(1, LATER + timedelta(days=9)) == 2, "the newest stays, however old"
        log.append([answer("e")])
        assert log.last_seq(1) == 5


@pytest.mark.parametrize("number", [3, 4], ids=["too young", "of another portal"])
def test_what_a_note_does_not_cover_is_not_removed_nor_is_the_rest(url: str, number: int) -> None:
    with filled(url) as log:
        with pytest.raises(TransientError, match="could not be pruned"):
            log.pruning.remove(1, "run", LATER, 4, [1, 2, number])
        assert emails(log) == ["a", "b", "c"]
        assert execute(log, "SELECT count(*) FROM prunings") == [(0,)]


@pytest.mark.parametrize(
    "statements",
    [
        ["DELETE FROM answers WHERE seq = 2"],
        ["INSERT INTO pruning_now (pruning) VALUES (1)", "DELETE FROM answers WHERE seq = 2"],
        ["DELETE FROM prunings"],
        ["UPDATE prunings SET rows = 0"],
        ["INSERT INTO pruning_now (pruning) VALUES (1)", "UPDATE answers SET email = 'x' WHERE seq = 2"],
    ],
)
def test_nobody_gets_past_without_a_note_and_a_note_stays(url: str, statements: list[str]) -> None:
    with filled(url) as log:
        log.pruning.remove(1, "run", LATER, 1, [1])
        log.append([answer("f")])
        with pytest.raises(DBAPIError, match="append-only"):
            execute(log, *statements)
        assert emails(log) == ["b", "c", "f"]
        assert execute(log, "SELECT count(*) FROM pruning_now") == [(0,)]


@pytest.mark.parametrize("older", ["sqlite", "postgresql"])
def test_a_log_of_an_earlier_version_learns_to_be_pruned(
    older: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    url = sqlite_url(tmp_path) if older == "sqlite" else str(request.getfixturevalue("postgresql"))
    refuse = {
        "sqlite": [
            "DROP TRIGGER answers_refuse_delete",
            "CREATE TRIGGER answers_refuse_delete BEFORE DELETE ON answers BEGIN SELECT RAISE(ABORT, 'the sync log is append-only'); END",
        ],
        "postgresql": [
            """CREATE OR REPLACE FUNCTION answers_refuse() RETURNS trigger LANGUAGE plpgsql AS
            'BEGIN RAISE EXCEPTION ''the sync log is append-only''; END'""",
        ],
    }[older]
    with filled(url) as log:
        execute(log, *refuse, "DROP TABLE prunings", "DROP TABLE pruning_now")
    with SyncLog(url) as log:
        log.pruning.remove(1, "run", LATER, 2, [1, 2])
        assert emails(log) == ["c"]
        with pytest.raises(DBAPIError, match="append-only"):
            execute(log, "DELETE FROM answers")


KILLED = """
import os, sys
from datetime import UTC, datetime
import sqlalchemy as sa
from hubsync_assets.sync_log import pruning
from hubsync_assets.sync_log.log import SyncLog
pruning.ROWS_AT_A_TIME = 3
log = SyncLog(sys.argv[1])
done = []
def count(connection, cursor, statement, *_):
    if statement.startswith("DELETE FROM answers"):
        done.append(1)
        if len(done) == 3:
            os.kill(os.getpid(), 9)
sa.event.listen(log._engine, "after_cursor_execute", count)
log.pruning.remove(1, "killed", datetime(2030, 1, 1, tzinfo=UTC), 10**6, [int(number) for number in sys.argv[2].split(",")])
"""


def test_a_pruning_that_is_killed_in_the_middle_leaves_a_whole_log_and_is_finished_by_the_next(url: str) -> None:
    with SyncLog(url) as log:
        log.append(
            [
                answer("ab"[at % 2], AnswerKind.UPDATED, at=at, mrr=float(at))._replace(mapping_version=1)
                for at in range(30)
            ]
        )
        whole = pl.concat(log.rows_after(1, 0))
        numbers = sorted(outlived(whole, 10**6))
        assert len(numbers) == 28
        killed = subprocess.run([sys.executable, "-c", KILLED, url, ",".join(map(str, numbers))], check=False)
        assert killed.returncode == -9
        left = pl.concat(log.rows_after(1, 0))
        assert (left.height, execute(log, "SELECT sum(rows) FROM prunings")[0][0]) == (24, 6)
        assert_same(folded(left, NOW), folded(whole, NOW))
        rest = outlived(left, 10**6)
        assert set(rest) < set(numbers)
        log.pruning.remove(1, "next", datetime(2030, 1, 1, tzinfo=UTC), 10**6, rest)
        left = pl.concat(log.rows_after(1, 0))
        assert left.height == 2
        assert_same(folded(left, NOW), folded(whole, NOW))


def test_a_file_is_made_smaller_where_that_is_worth_it_and_keeps_its_rows(tmp_path: Path) -> None:
    with SyncLog(sqlite_url(tmp_path)) as log:
        log.append([answer(f"p{at}@example.com", at=0, name="x" * 500) for at in range(2_000)])
        assert log.pruning.shrink() is None
        log.pruning.remove(1, "run", LATER, 1_990, list(range(1, 1_991)))
        shrunk = log.pruning.shrink()
        assert shrunk is not None
        assert shrunk[1] < shrunk[0] / 10
        assert (tmp_path / "sync_log.sqlite").stat().st_size == shrunk[1]
        assert (log.last_seq(1), len(emails(log))) == (2_000, 10)
        assert b"p17@example.com" not in (tmp_path / "sync_log.sqlite").read_bytes()
