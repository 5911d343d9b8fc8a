"""The two folded tables follow the log: nothing is folded twice, nothing left out, and a table that is up to date stays as it is."""

import shutil
from pathlib import Path

import polars as pl
import pytest

from hubsync_assets.model.contact_model import ContactModel
from hubsync_assets.sync_log import refresh
from hubsync_assets.sync_log.answers import AnswerKind
from hubsync_assets.sync_log.fold import fold_state as fold
from hubsync_assets.sync_log.log import SyncLog, sqlite_url
from hubsync_assets.sync_log.refresh import refresh_state
from hubsync_assets.sync_log.then import Then
from hubsync_assets.tables.buckets import bucket_of
from hubsync_assets.tables.storage import Storage
from hubsync_assets_tests.shipped import MODEL
from hubsync_assets_tests.sync_log.rows import answer


@pytest.fixture
def storage(tmp_path: Path) -> Storage:
    return Storage(MODEL, tmp_path / "storage")


def emails_of(storage: Storage, name: str) -> list[str]:
    return sorted(storage.table(name).require().scan().collect()["email"])


def test_the_tables_follow_the_log_and_stay_put_when_it_does_not_grow(storage: Storage) -> None:
    with SyncLog(sqlite_url(storage.folder)) as log:
        log.append([answer("a"), answer("b", AnswerKind.REFUSED)])
        first = refresh_state(storage, log, 1)
        assert (first.folded, first.contacts.manifest.rows, first.failed.manifest.rows) == (2, 1, 1)
        again = refresh_state(storage, log, 1)
        assert (again.folded, again.contacts.id, again.failed.id) == (0, first.contacts.id, first.failed.id)
        log.append([answer("b", at=1)])
        third = refresh_state(storage, log, 1)
        assert (third.folded, emails_of(storage, "hubspot_contacts"), emails_of(storage, "failed_contacts")) == (
            1,
            ["a", "b"],
            [],
        )


def test_another_portal_starts_empty_and_the_first_one_is_rebuilt_from_the_log(storage: Storage) -> None:
    with SyncLog(sqlite_url(storage.folder)) as log:
        log.append([answer("a"), answer("b")])
        refresh_state(storage, log, 1)
        other = refresh_state(storage, log, 2)
        assert (other.contacts.manifest.rows, other.other_portal) == (0, 1)
        back = refresh_state(storage, log, 1)
        assert (emails_of(storage, "hubspot_contacts"), back.other_portal) == (["a", "b"], 2)


def test_both_tables_can_be_rebuilt_from_the_log_alone(storage: Storage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hubsync_assets.tables.bucket_spill.ROWS_A_BUCKET", 3)
    with SyncLog(sqlite_url(storage.folder)) as log:
        for at in range(5):
            log.append(
                [
                    answer(f"{n}", AnswerKind.REFUSED if (n + at) % 4 == 0 else AnswerKind.UPDATED, at=at, mrr=at * 1.0)
                    for n in range(10)
                ]
            )
            refresh_state(storage, log, 1)
        tables = ["hubspot_contacts", "failed_contacts"]
        before = {name: storage.table(name).require().scan().collect().sort("email") for name in tables}
        empty = Storage(MODEL, storage.folder.parent / "rebuilt")
        refresh_state(empty, log, 1)
        after = {name: empty.table(name).require().scan().collect().sort("email") for name in tables}
    assert all(after[name].equals(before[name]) for name in tables)
    assert before["hubspot_contacts"].height == 10


@pytest.mark.parametrize("began_as", ["one bucket", "as many as now"])
def test_answers_are_folded_in_halves_of_a_bucket_and_the_tables_keep_whole_ones(
    storage: Storage, monkeypatch: pytest.MonkeyPatch, began_as: str
) -> None:
    monkeypatch.setattr("hubsync_assets.tables.bucket_spill.ROWS_A_BUCKET", 64)
    folded: list[int] = []

    def fold_state(model: ContactModel, state: pl.DataFrame, answers: pl.DataFrame, then: Then) -> pl.DataFrame:
        folded.append(answers.height)
        return fold(model, state, answers, then)

    monkeypatch.setattr(refresh, "fold_state", fold_state)
    with SyncLog(sqlite_url(storage.folder)) as log:
        log.append([answer(f"{n}") for n in range(64 if began_as == "one bucket" else 256)])
        refresh_state(storage, log, 1)
        folded.clear()
        log.append([answer(f"{n}", AnswerKind.UPDATED, at=1, mrr=1.0) for n in range(192)])
        state = refresh_state(storage, log, 1)
    bits = 2 if began_as == "one bucket" else 3
    assert state.contacts.bits == bits
    assert len(folded) == 2 << bits
    assert sum(folded) == 192
    assert max(folded) < 64
    rows = pl.concat(
        state.contacts.scan(bucket).select("email", "mrr", bucket=pl.lit(bucket, pl.UInt32)).collect()
        for bucket in range(1 << bits)
    )
    assert rows.select(bucket_of(pl.col("email"), bits))["bucket"].equals(rows["bucket"])
    height = 192 if began_as == "one bucket" else 256
    assert (rows["email"].n_unique(), rows.height, rows["mrr"].sum()) == (height, height, 192.0)


def test_a_crash_between_the_two_tables_is_mended_by_the_next_refresh(
    storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Crash(BaseException):
        pass

    def crash(*frames: object) -> pl.DataFrame:
        raise Crash

    with SyncLog(sqlite_url(storage.folder)) as log:
        log.append([answer("a", AnswerKind.REFUSED)])
        refresh_state(storage, log, 1)
        log.append([answer("b"), answer("c", AnswerKind.REFUSED)])
        with monkeypatch.context() as patch:
            patch.setattr(refresh, "fold_failed", crash)
            with pytest.raises(Crash):
                refresh_state(storage, log, 1)
        mended = refresh_state(storage, log, 1)
        assert (emails_of(storage, "hubspot_contacts"), emails_of(storage, "failed_contacts")) == (["b"], ["a", "c"])
        assert mended.folded == 2


def test_another_log_is_not_taken_for_the_one_that_was_folded(tmp_path: Path, storage: Storage) -> None:
    (tmp_path / "other").mkdir()
    with SyncLog(sqlite_url(storage.folder)) as log, SyncLog(sqlite_url(tmp_path / "other")) as other:
        log.append([answer("a", name="Old")])
        other.append([answer("a", name="Newer")])
        refresh_state(storage, log, 1)
        state = refresh_state(storage, other, 1)
    assert state.contacts.scan().collect()["name"].to_list() == ["Newer"]


def test_a_table_that_is_up_to_date_is_not_written_anew_when_the_other_one_is(storage: Storage) -> None:
    with SyncLog(sqlite_url(storage.folder)) as log:
        log.append([answer("a"), answer("b", AnswerKind.REFUSED)])
        before = refresh_state(storage, log, 1)
        shutil.rmtree(storage.folder / "hubspot_contacts")
        after = refresh_state(storage, log, 1)
    assert (emails_of(storage, "hubspot_contacts"), after.failed.id) == (["a"], before.failed.id)
    assert after.contacts.id != before.contacts.id


def test_answers_that_a_table_has_are_not_folded_into_it_again_because_the_other_one_lacks_them(
    storage: Storage,
) -> None:
    with SyncLog(sqlite_url(storage.folder)) as log:
        log.append([answer("a", AnswerKind.REFUSED)])
        refresh_state(storage, log, 1)
        shutil.rmtree(storage.folder / "hubspot_contacts")
        log.append([answer("a", AnswerKind.REFUSED, at=1)])
        state = refresh_state(storage, log, 1)
    assert state.failed.scan().collect()["attempts"].to_list() == [2]
