"""Objects of S3, against moto's server: what a setting names, how it is got, and in which words it fails."""

import sys
import time
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import obstore
import pytest

from hubsync_assets.errors import HubsyncError, PermanentError, TransientError
from hubsync_assets.sources.buckets import listing
from hubsync_assets.sources.buckets.address import BucketAddress
from hubsync_assets.sources.buckets.download import download
from hubsync_assets.sources.buckets.listing import list_objects
from hubsync_assets.sources.connectors.bucket import Bucket
from hubsync_assets.sources.files.download_retry import DownloadRetry
from hubsync_assets.sources.files.leaving_out import FOLDER, PLAIN_TEXT, UNFINISHED
from hubsync_assets_tests.shipped import MODEL
from hubsync_assets_tests.sources.buckets.s3 import S3, SECRET, s3_server

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch) -> Iterator[S3]:
    with s3_server(monkeypatch) as server:
        server.put(
            crm__a_dot_csv=b"email\na@x.io\n",
            crm__b_dot_json=b"[]",
            crm__c_dot_pdf=b"x",
            crm__old__d_dot_csv=b"email\n",
        )
        yield server


def names(setting: str) -> list[str]:
    return sorted(file.name for file in list_objects(BucketAddress.of("crm", setting), "name").files)


@pytest.mark.parametrize("role", [False, True])
def test_a_profile_is_used_where_no_keys_are_set_and_so_is_the_role_that_it_takes(
    s3: S3, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, role: bool
) -> None:
    taken = (
        "role_arn = arn:aws:iam::123456789012:role/reader\nsource_profile = base\nsts_regional_endpoints = regional\n"
    )
    own = "aws_access_key_id = AKIABASE\naws_secret_access_key = base\n"
    config = tmp_path / "config"
    config.write_text(f"[profile base]\n{own}\n[profile reader]\n{taken if role else own}region = us-east-1\n")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_PROFILE", "reader")
    assert names("s3://exports/crm/") == ["s3://exports/crm/a.csv", "s3://exports/crm/b.json"]


@pytest.mark.parametrize(
    ("setting", "found"),
    [
        ("s3://exports/crm/", ["crm/a.csv", "crm/b.json"]), ("s3://exports/crm", ["crm/a.csv", "crm/b.json"]), ("s3://exports/crm/c.pdf", ["crm/c.pdf"]),
        ("S3://exports/crm/a.csv", ["crm/a.csv"]), ("s3://exports/crm/*.csv", ["crm/a.csv"]), ("s3://exports/**/*.csv", ["crm/a.csv", "crm/old/d.csv"]),
        ("s3://exports/crm/[ab].*", ["crm/a.csv", "crm/b.json"]), ("s3://exports/c?m/old/*", ["crm/old/d.csv"]), ("s3://exports", []), ("s3://exports/none/", []),
    ],
)  # fmt: skip
def test_a_key_a_folder_or_a_pattern_names_objects(s3: S3, setting: str, found: list[str]) -> None:
    assert names(setting) == [f"s3://exports/{key}" for key in found]


def test_the_newest_object_comes_first_and_others_are_named(s3: S3) -> None:
    time.sleep(1.1)  # S3 has seconds
    s3.put(crm__a_dot_csv=b"email\nz@x.io\n")
    found = list_objects(BucketAddress.of("crm", "s3://exports/crm/"), "time")
    assert [(file.name, file.rank, file.size, file.form) for file in found.files] == [
        ("s3://exports/crm/a.csv", 0, 13, "csv"),
        ("s3://exports/crm/b.json", 1, 2, "json"),
    ]
    assert found.left_out == {"c.pdf": "of another format", "old": FOLDER}
    assert all(file.etag and file.mtime_ns for file in found.files)


def bucket(setting: str) -> Bucket:
    return Bucket.of("db1", setting, MODEL.columns("db1"), MODEL.source("db1"))


def test_what_is_left_out_of_a_bucket_is_named_by_the_sensor_and_where_nothing_is_left(s3: S3) -> None:
    look = bucket("s3://exports/crm/").look()
    assert look is not None
    assert look.left_out == {"c.pdf": "of another format", "old": FOLDER}
    s3.put(only___SUCCESS=b"", only__x_dot_pdf=b"x")
    with pytest.raises(PermanentError, match=r"left out: _SUCCESS \(a mark .*\), x\.pdf \(of another format\)"):
        bucket("s3://exports/only/").find()


def test_the_marks_of_folders_that_consoles_make_are_no_files(s3: S3) -> None:
    s3.put(crm__=b"", crm__old__=b"", crm__empty__=b"")
    assert list_objects(BucketAddress.of("crm", "s3://exports/crm/"), "time").left_out == {
        "c.pdf": "of another format",
        "empty": FOLDER,
        "old": FOLDER,
    }
    assert list_objects(BucketAddress.of("crm", "s3://exports/crm/*"), "time").left_out == {
        "c.pdf": "of another format"
    }


def test_a_pattern_means_text_where_it_says_so_and_nothing_in_unfinished_folders(s3: S3) -> None:
    s3.put(day__a_dot_txt=b"email\tname\n", day___temporary__0__b_dot_txt=b"email\tname\n")
    found = list_objects(BucketAddress.of("crm", "s3://exports/day/**/*.txt"), "time")
    assert [file.name for file in found.files] == ["s3://exports/day/a.txt"]
    assert found.left_out == {"_temporary/0/b.txt": UNFINISHED}
    assert list_objects(BucketAddress.of("crm", "s3://exports/day/"), "time").left_out["a.txt"] == PLAIN_TEXT


def test_a_key_that_turns_text_around_is_shown_harmlessly_and_read(s3: S3, tmp_path: Path) -> None:
    s3.client.put_object(Bucket="exports", Key="odd/a\u202evsc.csv", Body=b"email\na@x.io\n")
    address = BucketAddress.of("crm", "s3://exports/odd/")
    (file,) = list_objects(address, "time").files
    assert file.name == "s3://exports/odd/a\\u202evsc.csv"
    came = download(address, file, tmp_path)
    assert came.path is not None
    assert came.path.read_bytes() == b"email\na@x.io\n"


@pytest.mark.parametrize("key", ["odd//a.csv", "odd/./a.csv", "odd/a\x1b[2J.csv"])
def test_a_key_that_ends_a_listing_is_no_failure_that_passes(s3: S3, key: str) -> None:
    s3.client.put_object(Bucket="exports", Key=key, Body=b"email\na@x.io\n")
    with pytest.raises(PermanentError, match=r"a key there has an empty part") as raised:
        bucket("s3://exports/odd/").find()
    assert "\x1b" not in str(raised.value)


def test_what_is_left_out_of_an_archive_in_a_bucket_is_named(s3: S3, tmp_path: Path) -> None:
    packed = BytesIO()
    with ZipFile(packed, "w") as archive:
        archive.writestr("a.csv", b"email\na@x.io\n")
        archive.writestr("b.pdf", b"x")
    s3.put(zip__older_dot_zip=packed.getvalue(), zip__newer_dot_csv=b"email\n")
    source = bucket("s3://exports/zip/")
    readings = [source.read(file, tmp_path) for file in source.find()]
    emails = [
        email for reading in readings for chunk in reading.chunks(superseding=False) for email in chunk.rows["email"]
    ]
    assert emails == ["a@x.io"]
    assert all(
        reading.describe().left_out == {"s3://exports/zip/older.zip/b.pdf": "of another format"} for reading in readings
    )


def test_an_object_comes_in_blocks_of_one_version(s3: S3, tmp_path: Path) -> None:
    address = BucketAddress.of("crm", "s3://exports/crm/a.csv")
    (file,) = list_objects(address, "time").files
    came = download(address, file, tmp_path, block=5)
    assert came.path is not None
    assert (came.path.read_bytes(), came.missing) == (b"email\na@x.io\n", None)
    s3.put(crm__a_dot_csv=b"email\nb@x.io\n")
    with pytest.raises(TransientError, match="replaced or gone"):
        download(address, file, tmp_path, DownloadRetry(attempts=1), block=5)


@pytest.mark.parametrize(
    ("failures", "content", "missing"),
    [(1, b"email\na@x.io\n", None), (2, b"email", "the download broke off at byte 5 of 13")],
)
def test_a_download_goes_on_where_it_broke_off(
    s3: S3, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failures: int, content: bytes, missing: str | None
) -> None:
    address = BucketAddress.of("crm", "s3://exports/crm/a.csv")
    (file,) = list_objects(address, "time").files
    starts: list[int] = []

    def get(store: Any, key: str, *, options: Any) -> Any:
        starts.append(options["range"][0])
        if 1 < len(starts) < 2 + failures:
            raise obstore.exceptions.GenericError("error sending request for url (http://127.0.0.1)")
        return honest(store, key, options=options)

    honest = obstore.get
    monkeypatch.setattr(obstore, "get", get)
    came = download(address, file, tmp_path, DownloadRetry(attempts=2, sleep=lambda _: None), block=5)
    assert came.path is not None
    assert (came.path.read_bytes(), came.missing) == (content, missing)
    assert starts == ([0, 5, 5, 10] if failures == 1 else [0, 5, 5])


def test_an_empty_object_and_one_larger_than_the_disk(s3: S3, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    s3.put(empty_dot_csv=b"")
    address = BucketAddress.of("crm", "s3://exports/empty.csv")
    (file,) = list_objects(address, "time").files
    came = download(address, file, tmp_path)
    assert came.path is not None
    assert came.path.read_bytes() == b""
    monkeypatch.setattr("shutil.disk_usage", lambda _: type("Usage", (), {"free": -1}))
    with pytest.raises(PermanentError, match="the disk has less room"):
        download(address, file, tmp_path)


def test_the_fingerprint_changes_with_the_objects(s3: S3) -> None:
    source = Bucket.of("db1", "s3://exports/crm/", MODEL.columns("db1"), MODEL.source("db1"))
    first = source.look()
    assert first == source.look()
    s3.put(crm__a_dot_csv=b"email\nb@x.io\n")
    assert source.look() != first


def wrong(s3: S3, monkeypatch: pytest.MonkeyPatch, how: str) -> None:
    if how == "credentials":
        s3.refuse_strangers()
    elif how == "nobody there":
        monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
        monkeypatch.setattr("hubsync_assets.sources.buckets.store._AGAIN", {"max_retries": 0})
    elif how == "plain":
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://{SECRET}.example.com")
    elif how == "no address":
        monkeypatch.setenv("AWS_ENDPOINT_URL", SECRET)
    elif how == "no library":
        monkeypatch.setitem(sys.modules, "obstore.store", None)
    elif how == "many":
        monkeypatch.setattr(listing, "MOST_OBJECTS", 1)


@pytest.mark.parametrize(
    ("setting", "how", "kind", "words"),
    [
        ("s3://exports/", "credentials", PermanentError, "the credentials are wrong or have expired: check AWS_ACCESS_KEY_ID"),
        ("s3://exports/a.csv", "credentials", PermanentError, "the store does not allow it: check AWS_ACCESS_KEY_ID"),
        ("s3://nobucket/", "", PermanentError, "no such bucket"), ("s3://exports/none.csv", "", PermanentError, "no such object or folder"),
        ("s3://exports/", "nobody there", TransientError, "no connection to the store"), ("s3://exports/", "plain", PermanentError, "AWS_ENDPOINT_URL lets contacts"),
        ("s3://exports/", "no address", PermanentError, "AWS_ENDPOINT_URL is no http"), ("s3://exports/", "no library", PermanentError, "pip install 'hubsync_assets\\[cloud\\]'"),
        ("s3://exports/crm/", "many", PermanentError, "more than 1 objects"),
        (f"s3://u:{SECRET}@exports/a.csv", "", PermanentError, "crm reads is no address"), (f"s3://exports/a.csv?key={SECRET}", "", PermanentError, "crm reads is no address"),
    ],
)  # fmt: skip
def test_what_goes_wrong_is_one_line_in_our_words(
    s3: S3, monkeypatch: pytest.MonkeyPatch, setting: str, how: str, kind: type[HubsyncError], words: str
) -> None:
    wrong(s3, monkeypatch, how)
    with pytest.raises(kind, match=words) as raised:
        list_objects(BucketAddress.of("crm", setting), "time")
    text: Any = str(raised.value)
    assert SECRET not in text
    assert "127.0.0.1" not in text
    assert "\n" not in text
