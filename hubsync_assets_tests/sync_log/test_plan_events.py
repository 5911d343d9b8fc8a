"""What the log says of plans: begun before the first call, and open until somebody has looked at what was left in doubt."""

import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hubsync_assets.sync_log.answers import Answer, AnswerKind
from hubsync_assets.sync_log.log import SyncLog, sqlite_url
from hubsync_assets.sync_log.plan_events import OpenPlan, PlanEvent

BEGUN, ENDED, RESOLVED = PlanEvent.BEGUN, PlanEvent.ENDED, PlanEvent.RESOLVED
NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)


def answer(email: str) -> Answer:
    return Answer(1, "run", NOON, email, AnswerKind.CREATED, "17", "{}", "[]", "{}", 1)


def test_a_plan_is_open_from_its_beginning_to_an_end_that_leaves_nobody_in_doubt(url: str) -> None:
    with SyncLog(url) as log:
        log.append([answer("a@example.com")])
        log.note(1, "p1", BEGUN, "run")
        assert log.open_plans(1) == [OpenPlan("p1", 1, ended=False)]
        log.note(1, "p1", ENDED, "run")
        assert log.open_plans(1) == []


def test_a_plan_that_ended_with_contacts_in_doubt_is_open_until_they_are_looked_at(url: str) -> None:
    with SyncLog(url) as log:
        log.note(1, "p1", BEGUN, "run")
        log.note(1, "p1", ENDED, "run", in_doubt=3)
        assert log.open_plans(1) == [OpenPlan("p1", 0, ended=True)]
        log.note(1, "p1", RESOLVED, "next run")
        assert log.open_plans(1) == []


def test_a_plan_that_is_continued_counts_from_its_first_beginning(url: str) -> None:
    with SyncLog(url) as log:
        log.note(1, "p1", BEGUN, "run")
        log.append([answer("a@example.com")])
        log.note(1, "p1", BEGUN, "run again")
        assert log.open_plans(1) == [OpenPlan("p1", 0, ended=False)]


def test_several_killed_plans_are_open_in_their_order_and_other_portals_know_nothing_of_them(url: str) -> None:
    with SyncLog(url) as log:
        log.note(1, "p1", BEGUN, "run")
        log.note(1, "p2", BEGUN, "run")
        log.note(2, "p3", BEGUN, "run")
        assert [plan.plan_id for plan in log.open_plans(1)] == ["p1", "p2"]
        assert [plan.plan_id for plan in log.open_plans(2)] == ["p3"]


@pytest.mark.parametrize("statement", ["UPDATE plans SET event = 'ended'", "DELETE FROM plans"])
def test_what_happened_to_a_plan_can_be_neither_changed_nor_deleted(tmp_path: Path, statement: str) -> None:
    with SyncLog(sqlite_url(tmp_path)) as log:
        log.note(1, "p1", BEGUN, "run")
    with (
        sqlite3.connect(tmp_path / "sync_log.sqlite") as raw,
        pytest.raises(sqlite3.IntegrityError, match="append-only"),
    ):
        raw.execute(statement)
