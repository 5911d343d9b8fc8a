"""Answers reach the log in groups that are neither large nor old."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from hubsync_assets.errors import TransientError
from hubsync_assets.sync_log.answers import Answer
from hubsync_assets.sync_log.buffer import AnswerBuffer
from hubsync_assets.sync_log.log import SyncLog, sqlite_url
from hubsync_assets_tests.sync_log.test_log import answer, emails


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


class CountingLog(SyncLog):
    """Notes how many answers each commit had; ``fails`` are to come."""

    def __init__(self, folder: Path, fails: int = 0) -> None:
        super().__init__(sqlite_url(folder))
        self.groups: list[int] = []
        self.fails = fails

    def append(self, answers: Sequence[Answer]) -> None:
        if self.fails:
            self.fails -= 1
            raise TransientError("the disk is full")
        super().append(answers)
        self.groups.append(len(answers))


def people(count: int, first: int = 0) -> list[Answer]:
    return [answer(f"p{number}@example.com") for number in range(first, first + count)]


def test_answers_are_committed_before_the_oldest_has_waited_two_seconds(tmp_path: Path) -> None:
    clock = Clock()
    with SyncLog(sqlite_url(tmp_path)) as log:
        buffer = AnswerBuffer(log, clock)
        buffer.add([answer("a@example.com")])
        clock.now = 1.4
        buffer.commit_if_due()
        assert emails(log) == []
        clock.now = 1.75
        buffer.commit_if_due()
        assert emails(log) == ["a@example.com"]
        buffer.add([answer("b@example.com")])
        clock.now = 3.0
        buffer.commit_if_due()
        assert emails(log) == ["a@example.com"]
        buffer.commit()
        assert emails(log) == ["a@example.com", "b@example.com"]


def test_a_full_group_is_committed_at_once(tmp_path: Path) -> None:
    with SyncLog(sqlite_url(tmp_path)) as log:
        buffer = AnswerBuffer(log, Clock())
        buffer.add(people(4_999))
        assert log.last_seq(1) == 0
        buffer.add([answer("last@example.com")])
        assert log.last_seq(1) == 5_000


def test_answers_that_come_all_at_once_are_committed_5000_at_a_time(tmp_path: Path) -> None:
    with CountingLog(tmp_path) as log:
        buffer = AnswerBuffer(log, Clock())
        buffer.add(people(100))
        buffer.add(people(12_000, first=100))
        assert log.groups == [5_000, 5_000]
        buffer.commit()
        assert log.groups == [5_000, 5_000, 2_100]
        assert emails(log) == [person.email for person in people(12_100)]


def test_what_a_full_group_leaves_over_is_as_old_as_it_is_and_not_as_the_group(tmp_path: Path) -> None:
    clock = Clock()
    with CountingLog(tmp_path) as log:
        buffer = AnswerBuffer(log, clock)
        buffer.add(people(4_999))
        clock.now = 1.0
        buffer.add(people(3, first=4_999))
        clock.now = 2.4
        buffer.commit_if_due()
        assert log.groups == [5_000]
        clock.now = 2.75
        buffer.commit_if_due()
        assert log.groups == [5_000, 2]


def test_what_the_log_did_not_take_is_kept_and_goes_in_groups_too(tmp_path: Path) -> None:
    with CountingLog(tmp_path, fails=1) as log:
        buffer = AnswerBuffer(log, Clock())
        with pytest.raises(TransientError):
            buffer.add(people(6_000))
        buffer.commit()
        assert log.groups == [5_000, 1_000]
        assert emails(log) == [person.email for person in people(6_000)]
