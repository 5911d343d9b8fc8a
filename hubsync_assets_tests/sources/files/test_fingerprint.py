"""What a sensor sees of a folder."""

import os
import time
from pathlib import Path

import pytest

from hubsync_assets.errors import PermanentError
from hubsync_assets.sources.files.fingerprint import Fingerprint, fingerprint


def look(setting: Path | str, still_seconds: float = 0.0) -> Fingerprint:
    seen = fingerprint(str(setting), still_seconds=still_seconds)
    assert seen is not None
    return seen


def test_looking_twice_gives_the_same_digest(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text("[]")
    assert look(tmp_path) == look(tmp_path)
    assert look(tmp_path).files == 1


def test_a_new_a_gone_a_grown_and_a_touched_file_change_the_digest(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    digests = [look(tmp_path).digest]
    path.write_text("[]")
    os.utime(path, ns=(1, 1))
    digests.append(look(tmp_path).digest)
    path.write_text("[ ]")
    os.utime(path, ns=(1, 1))
    digests.append(look(tmp_path).digest)
    os.utime(path, ns=(2, 2))
    digests.append(look(tmp_path).digest)
    (tmp_path / "b.json").write_text("[]")
    digests.append(look(tmp_path).digest)
    assert len(set(digests)) == 5
    path.unlink()
    (tmp_path / "b.json").unlink()
    assert look(tmp_path).digest == digests[0]


def test_a_file_copied_late_with_an_old_time_changes_the_digest(tmp_path: Path) -> None:
    (tmp_path / "new.json").write_text("[]")
    before = look(tmp_path)
    late = tmp_path / "late.json"
    late.write_text("[]")
    os.utime(late, ns=(1, 1))
    assert look(tmp_path).digest != before.digest


def test_a_file_that_was_replaced_by_one_with_its_size_and_time_changes_the_digest(tmp_path: Path) -> None:
    path, other = tmp_path / "a.json", tmp_path / "b"
    for each, text in ((path, "[1]"), (other, "[2]")):
        each.write_text(text)
        os.utime(each, ns=(1, 1))
    before = look(path)
    other.replace(path)
    replaced = look(path)
    assert replaced.digest != before.digest
    path.write_text("[3]")
    os.utime(path, ns=(1, 1))
    assert look(path).digest != replaced.digest


def test_what_is_left_out_is_told_and_changes_nothing(tmp_path: Path) -> None:
    before = look(tmp_path)
    (tmp_path / "~$a.csv").write_text("x")
    assert look(tmp_path) == before
    assert list(look(tmp_path).left_out) == ["~$a.csv"]


def test_files_that_are_no_data_files_do_not_count(tmp_path: Path) -> None:
    before = look(tmp_path)
    (tmp_path / "a.json.part").write_text("[")
    (tmp_path / "readme.txt").write_text("x")
    assert look(tmp_path) == before


def test_a_file_that_was_just_written_is_not_settled_and_later_is(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text("[]")
    written = path.stat().st_ctime
    soon = fingerprint(str(tmp_path), still_seconds=5, now=written + 4.9)
    later = fingerprint(str(tmp_path), still_seconds=5, now=written + 5)
    assert soon is not None
    assert later is not None
    assert (soon.settled, later.settled) == (False, True)
    assert soon.digest == later.digest


def test_a_clock_that_was_set_back_far_leaves_no_source_that_is_being_written_for_years(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text("[]")
    written = path.stat().st_ctime

    def settled(ahead: float) -> bool:
        seen = fingerprint(str(tmp_path), still_seconds=5, now=written - ahead)
        assert seen is not None
        return seen.settled

    assert settled(10 * 365 * 86_400)
    assert not settled(3_600), "a file server's clock may be ahead by so much, and its file half-written"


def test_an_old_modification_time_does_not_make_a_growing_file_settled(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text("[")
    os.utime(path, ns=(1, 1))
    seen = fingerprint(str(tmp_path), still_seconds=60, now=time.time())
    assert seen is not None
    assert not seen.settled


def test_an_empty_folder_is_settled_and_has_no_files(tmp_path: Path) -> None:
    assert (look(tmp_path, 5).files, look(tmp_path, 5).settled) == (0, True)


def test_a_missing_folder_is_an_error_and_not_an_empty_listing(tmp_path: Path) -> None:
    with pytest.raises(PermanentError, match="no such file or folder"):
        fingerprint(str(tmp_path / "gone"))


@pytest.mark.parametrize("setting", ["", "https://host/a.json?sig=1"])
def test_there_is_nothing_to_watch_at_a_url_or_an_unused_source(setting: str) -> None:
    assert fingerprint(setting) is None
