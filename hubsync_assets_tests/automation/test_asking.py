"""When a sensor asks for a run: for what no sync has finished with, again with pauses that grow, and not while a person is awaited."""

import json

import pytest

from hubsync_assets.automation.asking import Again, Asked, Decision, decide
from hubsync_assets.sources.files.fingerprint import Fingerprint
from hubsync_assets.sync_log.sync_ends import PastSync, SyncEnd

AGAIN = Again(after=60, times=3)
A, B = {"db1": "a", "db2": "b"}, {"db1": "a", "db2": "c"}


def looks(digests: dict[str, str], *, settled: bool = True) -> dict[str, Fingerprint]:
    return {name: Fingerprint(digest, files=1, settled=settled) for name, digest in digests.items()}


def past(seq: int, of: dict[str, str], end: SyncEnd = SyncEnd.FINISHED, *, cut_off: bool = False) -> PastSync:
    return PastSync(seq, 1, end, of, "words", cut_off_since=cut_off)


def step(before: Decision | None, seen: dict[str, str], *syncs: PastSync, now: float = 0) -> Decision:
    """One look; the newest sync first."""
    return decide(before.cursor if before else None, looks(seen), syncs, now, AGAIN)


def test_the_first_look_asks_and_one_that_a_sync_has_finished_with_asks_no_more() -> None:
    first = step(None, A)
    assert first.ask
    assert set(first.changed) == {"db1", "db2"}
    after = step(first, A, past(1, A))
    assert (after.ask, after.skip) == (False, "nothing has changed")
    changed = step(after, B, past(1, A))
    assert changed.ask
    assert set(changed.changed) == {"db2"}


def test_a_run_that_never_finished_is_asked_for_again_with_pauses_that_grow_up_to_a_limit() -> None:
    decision, asked_at = step(None, A), [0]
    for now in range(1, 2000):
        decision = step(decision, A, now=now)
        asked_at += [now] if decision.ask else []
    assert asked_at == [0, 60, 180, 420]
    assert "it was asked for 4 times: look at its last run" in (decision.skip or "")
    assert step(decision, B, now=2000).ask


def test_a_clock_that_was_set_back_leaves_no_pause_of_years() -> None:
    decision = step(None, A, now=10**9)
    asked_at = []
    for now in range(100, 400):
        decision = step(decision, A, now=now)
        asked_at += [now] if decision.ask else []
    assert asked_at == [160, 280]


def test_what_is_still_to_come_is_said() -> None:
    again = step(step(None, A), A, now=10)
    assert again.skip is not None
    assert again.skip.endswith("waits to be started; it is asked for again in 0:00:50")


@pytest.mark.parametrize(
    ("end", "words"), [(SyncEnd.WAITS, "the plan waits for a person: words"), (SyncEnd.DOUBT, "words")]
)
def test_a_plan_that_waits_and_a_doubtful_source_that_is_unchanged_are_not_asked_for_again(
    end: SyncEnd, words: str
) -> None:
    first = step(None, A)
    waits = step(first, A, past(1, A, end), now=10_000)
    assert (waits.ask, waits.skip) == (False, f"nothing has changed, and {words}")
    assert step(waits, B, past(1, A, end), now=10_001).ask
    approved = step(waits, A, past(2, A), past(1, A, end), now=10_001)
    assert approved.skip == "nothing has changed"


@pytest.mark.parametrize("end", [SyncEnd.WAITS, SyncEnd.FINISHED, SyncEnd.DOUBT])
def test_an_upload_that_was_cut_off_since_is_finished_whoever_began_it(end: SyncEnd) -> None:
    quiet = step(step(None, A), A, past(1, A, end))
    again = step(quiet, A, past(1, A, end, cut_off=True), now=5)
    assert (again.ask, again.changed) == (True, {})
    later = step(again, A, past(1, A, end, cut_off=True), now=6)
    assert (later.ask, later.skip) == (False, "the last upload was cut off; it is asked for again in 0:00:59")


def test_unsent_contacts_are_asked_for_again_and_a_finish_ends_the_counting() -> None:
    first = step(None, A)
    unsent = step(first, A, past(1, A, SyncEnd.UNFINISHED), now=61)
    assert unsent.ask
    done = step(unsent, A, past(2, A), past(1, A, SyncEnd.UNFINISHED), now=62)
    assert done.skip == "nothing has changed"
    assert step(done, A, past(3, A, SyncEnd.UNFINISHED), past(2, A), now=63).ask


def test_a_sync_of_the_schedule_counts_too() -> None:
    first = step(None, A)
    done = step(first, A, past(1, A))
    assert step(done, B, past(2, B), past(1, A)).skip == "nothing has changed"
    assert step(None, A, past(1, A)).skip == "nothing has changed"


def test_what_a_database_went_back_to_is_not_taken_for_done_because_it_was_once() -> None:
    done = step(step(None, A), A, past(1, A))
    other = step(done, B, past(1, A))
    finished = step(other, B, past(2, B), past(1, A))
    back = step(finished, A, past(2, B), past(1, A))
    assert back.ask
    assert not step(back, A, past(2, B), past(1, A), now=1).ask
    assert step(back, A, past(2, B), past(1, A), now=61).ask
    assert step(back, A, past(3, A), past(2, B), past(1, A), now=61).skip == "nothing has changed"


def test_two_machines_that_share_a_log_do_not_ask_in_turns() -> None:
    """The one's files have other times than the other's."""
    mine = step(step(None, A), A, past(1, A))
    theirs = step(None, B, past(1, A))
    assert theirs.ask
    syncs = (past(2, B), past(1, A))
    for now in range(100):
        mine, theirs = step(mine, A, *syncs, now=now), step(theirs, B, *syncs, now=now)
        assert (mine.ask, theirs.ask) == (False, False)


def test_a_source_that_is_switched_off_asks_for_nothing() -> None:
    done = step(step(None, A), A, past(1, A))
    assert step(done, {"db1": "a"}, past(1, A)).skip == "nothing has changed"


def test_where_nothing_can_be_watched_only_what_was_cut_off_is_finished() -> None:
    assert step(None, {}).skip == "no source is one that can be watched, so there is nothing to do"
    quiet = step(None, {}, past(1, {}))
    assert quiet.skip == "nothing has changed"
    assert step(quiet, {}, past(1, {}, cut_off=True)).ask
    assert not step(None, {}, past(1, A, SyncEnd.UNFINISHED)).ask


def test_files_that_are_still_being_written_leave_the_cursor_alone() -> None:
    first = step(None, A)
    moving = decide(first.cursor, looks(B, settled=False), [], 0, AGAIN)
    assert moving.skip == "files of db1 and db2 are still being written"
    assert moving.cursor == first.cursor


@pytest.mark.parametrize("cursor", [None, "", "{}", json.dumps(A)])
def test_what_an_earlier_version_remembered_is_nothing(cursor: str | None) -> None:
    assert Asked.of(cursor) is None
    assert decide(cursor, looks(A), [], 0, AGAIN).ask
