"""Looking itself: what is shown, what a fault of our own comes to, and what can be seen without a list of locks."""

import threading
from collections.abc import Iterator
from pathlib import Path

from hubsync_assets.doctor.findings import Finding, Level, worst
from hubsync_assets.doctor.screen import lines
from hubsync_assets.doctor.side_by_side import Look, look_at_all
from hubsync_assets.errors import TransientError
from hubsync_assets.sync_log.log import SyncLog, sqlite_url
from hubsync_assets.sync_log.standing import standing_of
from hubsync_assets.tables.holder import Holder
from hubsync_assets.tables.lock_look import look_at_lock
from hubsync_assets.tables.storage_lock import StorageLock
from hubsync_assets_tests.sync_log.test_log import answer


def half() -> Iterator[Finding]:
    yield Finding("one thing")
    raise ValueError("ana@example.com")


def refused() -> Iterator[Finding]:
    yield from ()
    raise TransientError("nobody is there")


def test_what_was_found_before_a_fault_counts_and_its_words_are_not_repeated() -> None:
    (part,) = look_at_all([Look("a", half)])
    assert [finding.text for finding in part.findings] == ["one thing", "could not be looked at (ValueError)"]
    assert worst([part]) == Level.ATTENTION


def test_what_never_ends_is_left_behind_with_what_it_found() -> None:
    forever = threading.Event()

    def hang() -> Iterator[Finding]:
        yield Finding("one thing")
        forever.wait()

    hanging, other = look_at_all([Look("a", hang, seconds=0.5, failing=Level.BROKEN), Look("b", refused)])
    forever.set()
    assert [finding.text for finding in hanging.findings] == ["one thing", "no answer within 0 s"]
    assert (hanging.level, other.level) == (Level.BROKEN, Level.ATTENTION)


def test_what_needs_a_person_comes_again_at_the_end_the_worst_first() -> None:
    parts = look_at_all([Look("a", half, do="report it"), Look("b", refused, failing=Level.BROKEN, do="start it")])
    shown = list(lines(parts))
    assert shown[:3] == [
        "  a  one thing",
        "!    could not be looked at (ValueError)",
        "X b  nobody is there",
    ]
    assert shown[4:] == [
        "Cannot work:",
        "X b: nobody is there",
        "    -> start it",
        "! a: could not be looked at (ValueError)",
        "    -> report it",
    ]


def test_a_lock_is_seen_without_being_taken(tmp_path: Path) -> None:
    assert look_at_lock(tmp_path).is_taken is False
    lock = StorageLock(tmp_path)
    lock.acquire(str(Holder.here("1b9d6bcd-bbfd-4b2d")))
    seen = look_at_lock(tmp_path)
    assert (seen.is_taken, seen.is_held_by("1b9d6bcd-bbfd-4b2d"), seen.is_held_by("other")) == (True, True, False)
    assert look_at_lock(tmp_path, tmp_path / "no list").is_taken is None
    lock.release()
    assert look_at_lock(tmp_path).is_taken is False


def test_a_log_is_read_while_it_is_written_and_no_file_is_left_by_that(tmp_path: Path) -> None:
    url = sqlite_url(tmp_path)
    assert standing_of(url, 1) is None
    with SyncLog(url) as log:
        log.append([answer("ana@example.com")])
        ahead = tmp_path / "sync_log.sqlite-wal"
        assert ahead.stat().st_size > 0, "the row is not in the file itself yet"
        standing = standing_of(url, 1)
        assert standing is not None
        assert standing.newest == 1
        log.append([answer("eva@example.com")])
    before = sorted(tmp_path.iterdir())
    standing = standing_of(url, 1)
    assert standing is not None
    assert standing.newest == 2
    assert sorted(tmp_path.iterdir()) == before
