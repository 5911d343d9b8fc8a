"""A source that is a URL is downloaded when it changed, and only then."""

from pathlib import Path

import pytest

from hubsync_assets.steps.read import read_sources
from hubsync_assets.steps.read_report import ReadReport
from hubsync_assets.tables.storage import Storage
from hubsync_assets_tests.shipped import MODEL
from hubsync_assets_tests.sources.web import Answer, Site, site

BODY = b'[{"email":"a@x.io"},{"email":"b@x.io"}]'
TAG = {"ETag": '"v1"'}


def read(web: Site, storage: Storage) -> ReadReport:
    settings = {"db1": f"{web.url}/export.json"}
    (report,) = [event for event in read_sources(settings, "all", storage, ("db1",)) if isinstance(event, ReadReport)]
    return report


@pytest.fixture
def storage(tmp_path: Path) -> Storage:
    made = Storage(MODEL, tmp_path)
    made.lock.acquire("test")
    return made


def test_a_url_that_is_not_modified_is_not_read_again(storage: Storage) -> None:
    with site(Answer(body=BODY, headers=TAG), Answer(304)) as web:
        first, again = read(web, storage), read(web, storage)
    assert web.requests[1]["If-None-Match"] == '"v1"'
    assert (first.reused, again.reused, again.kept, again.version) == (False, True, 2, first.version)


def test_a_url_with_new_content_is_read_again(storage: Storage) -> None:
    with site(Answer(body=BODY, headers=TAG), Answer(body=b"[]", headers={"ETag": '"v2"'})) as web:
        first, again = read(web, storage), read(web, storage)
    assert (first.kept, again.reused, again.kept) == (2, False, 0)


def test_a_download_that_broke_off_is_no_reason_to_leave_the_url_alone(storage: Storage) -> None:
    cut = Answer(body=BODY[:-5], headers=TAG)
    with site(cut, Answer(body=BODY, headers=TAG)) as web:
        first, again = read(web, storage), read(web, storage)
    assert (first.incomplete_rank, first.kept) == (0, 1)
    assert web.requests[1].get("If-None-Match") is None
    assert (again.reused, again.incomplete_rank, again.kept) == (False, None, 2)
