"""Both sources read: which of their files are read, and that one source does not take the other along."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from hubsync_assets.errors import PermanentError
from hubsync_assets.sources.files.locate import locate
from hubsync_assets.sources.files.source_file import SourceFile
from hubsync_assets.steps.read import ReadFailure, ReadReport, read_sources
from hubsync_assets.tables.storage import Storage
from hubsync_assets_tests.shipped import MODEL


@pytest.fixture
def storage(tmp_path: Path) -> Storage:
    made = Storage(MODEL, tmp_path / "storage")
    made.lock.acquire("test")
    return made


@pytest.fixture
def settings(tmp_path: Path) -> dict[str, str]:
    for source in ("db1", "db2"):
        (tmp_path / source).mkdir()
        put(tmp_path / source / "a.json", f"{source}@x.io")
    return {source: str(tmp_path / source) for source in ("db1", "db2")}


def put(path: Path, *emails: str) -> None:
    path.write_text("[" + ",".join(f'{{"email":"{email}"}}' for email in emails) + "]", encoding="utf-8")


def test_each_source_is_looked_at_once_and_a_file_that_comes_later_waits_for_the_next_run(
    settings: dict[str, str], storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: Counter[str] = Counter()

    def look_and_let_a_file_come(setting: str, **how: Any) -> list[SourceFile]:
        looks[setting] += 1
        found = locate(setting, **how)
        put(Path(setting) / "later.json", "c@x.io", "d@x.io")
        return found

    monkeypatch.setattr("hubsync_assets.sources.connectors.exports.locate", look_and_let_a_file_come)
    reports = [event for event in read_sources(settings, "all", storage) if isinstance(event, ReadReport)]
    assert looks == dict.fromkeys(settings.values(), 1)
    assert sorted((report.source, report.files, report.kept) for report in reports) == [("db1", 1, 1), ("db2", 1, 1)]


def test_only_the_newest_file_is_read_where_that_is_wanted(settings: dict[str, str], storage: Storage) -> None:
    put(Path(settings["db1"]) / "b.json", "b@x.io", "c@x.io")
    (report,) = read_sources(settings, "newest", storage, ("db1",))
    assert isinstance(report, ReadReport)
    assert (report.files, report.kept) == (1, 2)


def test_one_file_in_both_sources_is_refused_also_where_only_one_source_is_read(
    settings: dict[str, str], storage: Storage
) -> None:
    (Path(settings["db2"]) / "linked.json").hardlink_to(Path(settings["db1"]) / "a.json")
    with pytest.raises(PermanentError, match="db1 and db2 both read"):
        list(read_sources(settings, "all", storage, ("db1",)))


def test_a_source_that_is_not_there_fails_alone(settings: dict[str, str], storage: Storage, tmp_path: Path) -> None:
    settings["db1"] = str(tmp_path / "nowhere")
    events = {event.source: event for event in read_sources(settings, "all", storage)}
    assert isinstance(events["db1"], ReadFailure)
    assert isinstance(events["db2"], ReadReport)
