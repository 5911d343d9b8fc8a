"""A bucket read by the step: what is unchanged is not downloaded again, and what was replaced is."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from hubsync_assets.model.contact_model import ContactModel
from hubsync_assets.model.declaration import ContactSync
from hubsync_assets.sources.buckets.address import BucketAddress
from hubsync_assets.sources.buckets.download import download
from hubsync_assets.sources.files.source_file import SourceFile
from hubsync_assets.steps.read import read_sources
from hubsync_assets.steps.read_report import ReadReport
from hubsync_assets.tables.storage import Storage
from hubsync_assets_tests.sources.buckets.s3 import S3, s3_server

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")

FIELDS = {"email": {"kind": "email"}, "name": {"kind": "text"}}
MODEL = ContactModel(ContactSync.model_validate({"sources": {"crm": {"read": "env:CRM"}}, "fields": FIELDS}))


@pytest.fixture
def storage(tmp_path: Path) -> Iterator[Storage]:
    made = Storage(MODEL, tmp_path / "storage")
    made.lock.acquire("test")
    yield made
    made.lock.release()


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch) -> Iterator[S3]:
    with s3_server(monkeypatch) as server:
        yield server


def read(storage: Storage) -> tuple[ReadReport, list[str | None]]:
    (report,) = [
        each for each in read_sources({"crm": "s3://exports/"}, "all", storage) if isinstance(each, ReadReport)
    ]
    rows = storage.table("raw_crm").require().scan().collect().sort("email", "file")
    return report, rows["name"].to_list()


def test_objects_are_downloaded_once_and_again_when_one_is_replaced(
    s3: S3, storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    downloaded: list[str] = []

    def counted(address: BucketAddress, file: SourceFile, folder: Path) -> SourceFile:
        assert list(folder.glob("*.data")) == []  # the one before is gone when its records have come
        downloaded.append(file.name.rpartition("/")[2])
        return download(address, file, folder)

    monkeypatch.setattr("hubsync_assets.sources.connectors.bucket.download", counted)
    s3.put(a_dot_csv=b"email,name\nann@x.io,Ann\n", b_dot_csv=b"email,name\nbob@x.io,Bob\n", readme_dot_txt=b"x")
    report, names = read(storage)
    assert (report.reused, report.kept, names, report.left_out) == (
        False,
        2,
        ["Ann", "Bob"],
        {"readme.txt": "words for people, and no export"},
    )
    assert sorted(downloaded) == ["a.csv", "b.csv"]
    report, names = read(storage)
    assert (report.reused, names, len(downloaded)) == (True, ["Ann", "Bob"], 2)
    s3.put(b_dot_csv=b"email,name\nbob@x.io,Rob\n")
    report, names = read(storage)
    assert (report.reused, names, len(downloaded)) == (False, ["Ann", "Rob"], 4)
