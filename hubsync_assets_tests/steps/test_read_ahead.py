"""How much of its sources a run has in work: blocks in parsing, and groups of them in cleaning, counted."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from hubsync_assets.sources.readers import csv_polars
from hubsync_assets.steps import read_source
from hubsync_assets.steps.normalise_chunks import normalise_chunks
from hubsync_assets.steps.read import ReadReport, read_sources
from hubsync_assets.tables.storage import Storage
from hubsync_assets_tests.shipped import MODEL

ROWS = 500_000
FORGET_AFTER = 30.0
LINGER = 0.2


class InWork:
    """Holds calls until as many as expected are in work at once, and a moment more, in which too many would show."""

    def __init__(self, expected: int, *, only: str) -> None:
        self.most = 0
        self._expected = expected
        self._only = only
        self._now = 0
        self._held = 4 * expected
        self._change = threading.Condition()

    def watch(self, work: Callable[..., Any]) -> Callable[..., Any]:
        def watched(*args: object, **options: object) -> object:
            if not threading.current_thread().name.startswith(self._only):
                return work(*args, **options)
            with self._change:
                self._now += 1
                self._held -= 1
                self.most = max(self.most, self._now)
                self._change.notify_all()
                if self._held >= 0:
                    self._change.wait_for(lambda: self.most >= self._expected, FORGET_AFTER)
                    self._change.wait_for(lambda: self.most > self._expected, LINGER)
            try:
                return work(*args, **options)
            finally:
                with self._change:
                    self._now -= 1

        return watched


@pytest.fixture(scope="module")
def exports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("exports")
    for source in ("db1", "db2"):
        lines = "".join(f"person{number}@{source}.io,Name{number}\n" for number in range(ROWS))
        (folder / f"{source}.csv").write_text(f"email,name\n{lines}")
    return {source: str(folder / f"{source}.csv") for source in ("db1", "db2")}


@pytest.mark.parametrize(
    ("buckets", "sources", "parsing", "cleaning"),
    [(1, 1, 1, 0), (2, 1, 1, 1), (4, 1, 3, 3), (1, 2, 2, 0), (2, 2, 2, 0), (4, 2, 2, 2), (7, 2, 4, 4)],
)
def test_as_much_is_parsed_and_cleaned_at_once_over_all_sources_as_buckets_may_be_in_work(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    exports: dict[str, str],
    buckets: int,
    sources: int,
    parsing: int,
    cleaning: int,
) -> None:
    parse, clean = InWork(parsing, only="parse"), InWork(cleaning, only="in-turn")
    monkeypatch.setattr(csv_polars, "read_csv_block", parse.watch(csv_polars.read_csv_block))
    monkeypatch.setattr(read_source, "normalise_chunks", clean.watch(normalise_chunks))
    storage = Storage(MODEL, tmp_path / "storage", buckets)
    storage.lock.acquire("test")
    wanted = tuple(exports)[:sources]
    events = list(read_sources({source: exports[source] for source in wanted}, "all", storage, wanted))
    assert [event.records for event in events if isinstance(event, ReadReport)] == [ROWS] * sources
    assert (parse.most, clean.most) == (parsing, cleaning)
