"""New answers: each is read from the log once, and comes out oldest first, whenever it was read and wherever it was kept."""

from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

from hubsync_assets.sync_log.answers import AnswerKind
from hubsync_assets.sync_log.log import SyncLog, sqlite_url
from hubsync_assets.sync_log.new_answers import NewAnswers
from hubsync_assets.sync_log.refresh import refresh_state
from hubsync_assets.tables.storage import Storage
from hubsync_assets_tests.shipped import MODEL
from hubsync_assets_tests.sync_log.rows import answer


class CountedLog(SyncLog):
    """Notes the number of each row that is read."""

    def __init__(self, folder: Path) -> None:
        super().__init__(sqlite_url(folder))
        self.read: list[int] = []

    def rows_after(self, portal_id: int, seq: int) -> Iterator[pl.DataFrame]:
        for rows in super().rows_after(portal_id, seq):
            self.read += rows["seq"].to_list()
            yield rows


@pytest.fixture
def storage(tmp_path: Path) -> Storage:
    return Storage(MODEL, tmp_path / "storage")


@pytest.fixture
def log(storage: Storage) -> Iterator[CountedLog]:
    with CountedLog(storage.folder) as made:
        yield made


def test_answers_come_oldest_first_also_when_later_ones_went_to_disk_before(
    storage: Storage, log: CountedLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    with NewAnswers(storage, log, 1, 0, bits=0) as answers:
        log.append([answer("a"), answer("b")])
        answers.read_on()
        assert answers.bucket(0)["seq"].to_list() == [1, 2]
        monkeypatch.setattr(answers._spill, "_buffer_bytes", 0)
        log.append([answer("a", at=1)])
        answers.read_on()
        assert answers.bucket(0)["seq"].to_list() == [1, 2, 3]
        assert (answers.rows, answers.through) == (3, 3)
    assert log.read == [1, 2, 3]
    assert not list(storage.folder.glob(".temporary-*"))


def test_what_the_caller_has_read_is_folded_and_not_read_again(storage: Storage, log: CountedLog) -> None:
    log.append([answer("a")])
    refresh_state(storage, log, 1)
    log.append([answer("a", AnswerKind.UPDATED, at=1, name="Ana"), answer("b", AnswerKind.REFUSED)])
    with NewAnswers(storage, log, 1, 1, bits=2) as answers:
        answers.read_on()
        log.append([answer("c", name="Eva")])
        state = refresh_state(storage, log, 1, answers)
    assert log.read == [1, 2, 3, 4]
    assert sorted(state.contacts.scan().select("email", "name").collect().rows()) == [("a", "Ana"), ("c", "Eva")]
    assert state.failed.scan().collect()["email"].to_list() == ["b"]
    assert (state.folded, state.contacts.facts["folded_through"], refresh_state(storage, log, 1).folded) == (3, 4, 0)


def test_what_the_caller_has_read_is_not_enough_where_the_tables_lack_more(storage: Storage, log: CountedLog) -> None:
    log.append([answer("a"), answer("b")])
    with NewAnswers(storage, log, 1, 1, bits=0) as answers:
        answers.read_on()
        state = refresh_state(storage, log, 1, answers)
    assert sorted(state.contacts.scan().collect()["email"]) == ["a", "b"]
