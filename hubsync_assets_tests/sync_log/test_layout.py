"""A log of an earlier layout is opened: columns are added, no row is touched, and all of it folds as before."""

import sqlite3
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from hubsync_assets.sync_log.answers import ANSWER_SCHEMA, Answer, AnswerKind
from hubsync_assets.sync_log.fold import fold_failed, fold_state
from hubsync_assets.sync_log.log import LAYOUT_VERSION, SyncLog, sqlite_url
from hubsync_assets.sync_log.settled import fold_settled
from hubsync_assets_tests.shipped import FAILED_SCHEMA, MODEL, STATE_SCHEMA
from hubsync_assets_tests.sync_log.rows import NOTHING_SETTLED, answer
from hubsync_assets_tests.sync_log.test_settled import entries

OLD = [
    answer("a", name="Ana", phone="1"),
    answer("b", AnswerKind.REFUSED, at=1, name="Bea"),
    answer("a", AnswerKind.UNCHANGED, at=2, mrr=1.0),
    answer("a", AnswerKind.UPDATED, at=3, cleared=("phone",)),
]


def columns(database: sqlite3.Connection) -> list[str]:
    return [name for _, name, *_ in database.execute("PRAGMA table_info(answers)")]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """With a log as it was before: two columns less."""
    with SyncLog(sqlite_url(tmp_path)) as log:
        log.append(OLD)
    with sqlite3.connect(next(tmp_path.glob("*.sqlite"))) as database:
        for name in ("properties", "settled"):
            database.execute(f"ALTER TABLE answers DROP COLUMN {name}")
        database.execute("UPDATE layout SET version = 1")
    database.close()
    return tmp_path


def rows_of(log: SyncLog) -> pl.DataFrame:
    return pl.concat([pl.DataFrame(schema=ANSWER_SCHEMA), *log.rows_after(1, 0)])


def folded(rows: pl.DataFrame) -> list[list[dict[str, Any]]]:
    settled = fold_settled(MODEL, NOTHING_SETTLED, rows)
    state = fold_state(MODEL, pl.DataFrame(schema=STATE_SCHEMA), rows).sort("email")
    failed = fold_failed(MODEL, pl.DataFrame(schema=FAILED_SCHEMA), rows, settled)
    return [each.to_dicts() for each in (state, failed, settled)]


def test_a_log_of_the_first_layout_folds_as_before(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    with SyncLog(sqlite_url(tmp_path_factory.mktemp("new"))) as log:
        log.append(OLD)
        expected = rows_of(log)
    with SyncLog(sqlite_url(folder)) as log:
        rows = rows_of(log)
    assert rows.equals(expected)
    assert rows["properties"].null_count() == rows["settled"].null_count() == len(OLD)
    assert folded(rows) == folded(expected)


def test_it_has_the_layout_of_now_from_then_on_and_takes_what_is_new(folder: Path) -> None:
    more: Answer = answer("a", AnswerKind.UNCHANGED, at=4, settled=entries(("phone", "theirs")))
    for _ in range(2):
        with SyncLog(sqlite_url(folder)) as log:
            log.append([more._replace(properties='{"mrr":"1"}')])
            rows = rows_of(log)
    assert rows["properties"].to_list()[-3:] == [None, '{"mrr":"1"}', '{"mrr":"1"}']
    assert [row["field"] for row in folded(rows)[2]] == ["phone"]
    database = sqlite3.connect(next(folder.glob("*.sqlite")))
    assert database.execute("SELECT version FROM layout").fetchall() == [(LAYOUT_VERSION,)]
    assert columns(database) == list(ANSWER_SCHEMA)
    database.close()


def test_its_rows_can_still_be_neither_changed_nor_deleted(folder: Path) -> None:
    with SyncLog(sqlite_url(folder)):
        pass
    database = sqlite3.connect(next(folder.glob("*.sqlite")))
    for statement in ("UPDATE answers SET email = 'x'", "DELETE FROM answers"):
        with pytest.raises(sqlite3.Error):
            database.execute(statement)
    database.close()
