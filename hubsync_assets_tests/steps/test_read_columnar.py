"""A folder with Parquet beside older text, read by the step: one source, whose newest file decides what it speaks of."""

import os
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

from hubsync_assets.model.contact_model import ContactModel
from hubsync_assets.model.declaration import ContactSync
from hubsync_assets.steps.read import read_sources
from hubsync_assets.steps.read_report import ReadReport
from hubsync_assets.tables.storage import Storage
from hubsync_assets_tests.sources.web import Answer, site

SYNC = {
    "sources": {"crm": {"read": "env:CRM", "columns": {"city": "address.city"}}},
    "fields": {
        "email": {"kind": "email"},
        "name": {"kind": "text"},
        "city": {"kind": "text"},
        "size": {"kind": "whole"},
        "seen": {"kind": "datetime"},
        "crm_id": {"kind": "id"},
    },
}
MODEL = ContactModel(ContactSync.model_validate(SYNC))


@pytest.fixture
def storage(tmp_path: Path) -> Iterator[Storage]:
    made = Storage(MODEL, tmp_path / "storage")
    made.lock.acquire("test")
    yield made
    made.lock.release()


def read(storage: Storage, setting: Path | str) -> ReadReport:
    events = list(read_sources({"crm": str(setting)}, "all", storage))
    (report,) = [event for event in events if isinstance(event, ReadReport)]
    return report


def exports(folder: Path) -> Path:
    """An older CSV file and a newer Parquet file."""
    folder.mkdir()
    (folder / "old.csv").write_text("email,name,size\nann@x.io,Old Ann,1\nbob@x.io,Bob,2\n", encoding="utf-8")
    os.utime(folder / "old.csv", (1_000_000_000, 1_000_000_000))
    frame = pl.DataFrame(
        {
            "email": ["ann@x.io", "no email", "eve@x.io"],
            "name": ["Ann", "Nobody", None],
            "address": [{"city": "Berlin"}, {"city": None}, {"city": "Paris"}],
            "seen": pl.Series(["2026-01-01 23:30:00"] * 3).str.to_datetime(time_zone="America/New_York"),
            "crm_id": [1.0, 2.0, None],
            "more": [1, None, 2],
        }
    )
    frame.write_parquet(folder / "new.parquet", row_group_size=1)
    return folder


def test_a_folder_with_parquet_beside_an_older_csv_is_one_source(tmp_path: Path, storage: Storage) -> None:
    report = read(storage, exports(tmp_path / "crm"))
    assert (report.files, report.kept, report.records_sum.closes, report.refused) == (2, 4, True, {})
    rows = storage.table("raw_crm").require().scan().collect().sort("file_rank", "position")
    seen = rows["seen"].dt.strftime("%Y-%m-%dT%H:%MZ").to_list()
    assert rows.select("email", "name", "city", "size", "crm_id").rows() == [
        ("ann@x.io", "Ann", "Berlin", None, "1"),
        ("eve@x.io", None, "Paris", None, None),
        ("ann@x.io", "Old Ann", None, 1, None),
        ("bob@x.io", "Bob", None, 2, None),
    ]
    assert seen == ["2026-01-02T04:30Z", "2026-01-02T04:30Z", None, None]
    rejected = storage.table("rejected_rows").require().scan().collect()
    assert rejected.select("position", "reason").rows() == [(2, "invalid_email")]
    assert '"email":"no email"' in rejected["raw"][0]


def test_a_url_is_parquet_by_its_bytes_where_nothing_else_says_so(tmp_path: Path, storage: Storage) -> None:
    content = (exports(tmp_path / "crm") / "new.parquet").read_bytes()
    with site(Answer(body=content)) as web:
        report = read(storage, f"{web.url}/export?signature=secret")
    assert (report.kept, report.refused) == (2, {})
