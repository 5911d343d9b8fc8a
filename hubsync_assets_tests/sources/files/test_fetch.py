"""Downloads, over a real socket."""

import gzip
import logging
import socket
from dataclasses import replace
from pathlib import Path

import pytest

from hubsync_assets.errors import HubsyncError, PermanentError, TransientError
from hubsync_assets.sources.files.download_retry import DownloadRetry
from hubsync_assets.sources.files.fetch import fetch
from hubsync_assets.sources.files.locate import locate
from hubsync_assets.sources.files.source_file import Known, SourceFile
from hubsync_assets_tests.sources.seen import see
from hubsync_assets_tests.sources.web import Answer, site

QUERY = "?X-Amz-Signature=topsecret&X-Amz-Expires=60"
BODY = b'[{"email":"a@x.io"},{"email":"b@x.io"}]'
RESUMABLE = {"ETag": '"v1"', "Accept-Ranges": "bytes"}


class Waits(list[float]):
    """Stands in for sleeping."""


def retry(waits: Waits, **changes: float) -> DownloadRetry:
    quick = DownloadRetry(attempts=3, connect_seconds=20, read_seconds=20, sleep=waits.append, chance=lambda: 1.0)
    return replace(quick, **changes)  # type: ignore[arg-type]


def get(url: str, folder: Path, waits: Waits | None = None, path: str = "/export.json") -> SourceFile:
    return fetch(locate(url + path + QUERY)[0], folder, retry(Waits() if waits is None else waits))


def get_again(url: str, folder: Path, known: Known, query: str = "") -> SourceFile:
    return fetch(locate(f"{url}/export.json{query}")[0], folder, retry(Waits()), known)


def facts(file: SourceFile) -> Known:
    return Known(file.size, file.mtime_ns, file.etag)


def test_a_url_becomes_a_file_with_what_the_server_told(tmp_path: Path) -> None:
    headers = {"ETag": '"v1"', "Last-Modified": "Wed, 21 Oct 2015 07:28:00 GMT"}
    with site(Answer(body=BODY, headers=headers)) as web:
        file = get(web.url, tmp_path / "new")
    assert file.path is not None
    assert file.path.read_bytes() == BODY
    assert (file.size, file.etag, file.mtime_ns, file.missing) == (len(BODY), '"v1"', 1_445_412_480 * 10**9, None)
    assert see(file).column("email") == ["a@x.io", "b@x.io"]
    assert [path.suffix for path in file.path.parent.iterdir()] == [".data"]


def test_a_local_file_needs_no_fetching(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_bytes(BODY)
    (file,) = locate(str(tmp_path))
    assert fetch(file, tmp_path / "none") is file
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize(
    ("status", "says"),
    [
        (400, "HTTP 400"),
        (401, "credentials"),
        (403, "expired.*get a new one"),
        (404, "no such file"),
        (410, "taken away"),
    ],
)
def test_a_refusal_is_final_and_says_what_to_do(tmp_path: Path, status: int, says: str) -> None:
    with site(Answer(status)) as web, pytest.raises(PermanentError, match=says) as caught:
        get(web.url, tmp_path)
    assert len(web.requests) == 1
    assert "topsecret" not in str(caught.value)


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504])
def test_a_passing_fault_is_waited_out(tmp_path: Path, status: int) -> None:
    waits = Waits()
    with site(Answer(status), Answer(status), Answer(body=BODY)) as web:
        assert get(web.url, tmp_path, waits).missing is None
    assert waits == [0.5, 1.0]


def test_attempts_are_limited_and_the_error_is_transient(tmp_path: Path) -> None:
    with site(Answer(503)) as web, pytest.raises(TransientError, match="HTTP 503, 3 attempts") as caught:
        get(web.url, tmp_path)
    assert len(web.requests) == 3
    assert "topsecret" not in str(caught.value)


def test_pauses_grow_to_a_cap_and_heed_the_server(tmp_path: Path) -> None:
    waits = Waits()
    busy = Answer(429, headers={"Retry-After": "7"})
    long = Answer(503, headers={"Retry-After": "9999"})
    odd = Answer(503, headers={"Retry-After": "soon"})
    with site(busy, long, odd, Answer(body=BODY)) as web:
        fetch(locate(web.url + "/a.json")[0], tmp_path, retry(waits, attempts=9, longest_pause=8))
    assert waits == [7.0, 8.0, 2.0]


def test_a_silent_server_is_given_up(tmp_path: Path) -> None:
    with site(Answer(hang=True)) as web, pytest.raises(TransientError, match="did not answer in time"):
        fetch(locate(web.url + "/a.json")[0], tmp_path, retry(Waits(), read_seconds=0.3))


def test_a_server_that_is_not_there_is_given_up(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        with pytest.raises(TransientError, match="no connection") as caught:
            get(f"http://127.0.0.1:{taken.getsockname()[1]}", tmp_path)
    assert "topsecret" not in repr(caught.value)


def test_a_short_body_is_asked_for_again(tmp_path: Path) -> None:
    with site(Answer(body=BODY[:20], announced=len(BODY)), Answer(body=BODY)) as web:
        file = get(web.url, tmp_path)
    assert see(file).positions == [1, 2]
    assert file.missing is None


def test_a_body_that_stays_short_is_an_incomplete_source_with_its_whole_records(tmp_path: Path) -> None:
    with site(Answer(body=BODY[:25], announced=len(BODY))) as web:
        file = get(web.url, tmp_path)
    assert file.missing is not None
    assert f"byte 25 of {len(BODY)}" in file.missing
    seen = see(file)
    assert (seen.positions, seen.complete) == ([1], False)
    assert len(seen.broken) == 1
    assert "download broke off at byte 25" in seen.messages[0]


@pytest.mark.parametrize(("name", "cut"), [("/a.ndjson", b'{"email":"a"}\n'), ("/a.csv", b"email\na\n")])
def test_a_download_that_broke_off_between_two_lines_is_incomplete_all_the_same(
    tmp_path: Path, name: str, cut: bytes
) -> None:
    with site(Answer(body=cut, announced=999)) as web:
        seen = see(get(web.url, tmp_path, path=name))
    assert (seen.positions, seen.complete, len(seen.broken)) == ([1], False, 1)


def test_a_download_goes_on_where_it_broke_off(tmp_path: Path) -> None:
    def choose(headers: dict[str, str]) -> Answer:
        begin = int(headers.get("Range", "bytes=0-").removeprefix("bytes=").removesuffix("-"))
        body = BODY[begin : begin + 10]
        if not begin:
            return Answer(body=body, headers=RESUMABLE, announced=len(BODY))
        content_range = f"bytes {begin}-{len(BODY) - 1}/{len(BODY)}"
        return Answer(206, body, {"Content-Range": content_range}, announced=len(BODY) - begin)

    with site(choose=choose) as web:
        file = get(web.url, tmp_path)
    assert file.path is not None
    assert file.path.read_bytes() == BODY
    assert [request.get("Range") for request in web.requests] == [None, "bytes=10-", "bytes=20-", "bytes=30-"]
    assert {request.get("If-Range") for request in web.requests[1:]} == {'"v1"'}


@pytest.mark.parametrize(
    "second",
    [
        Answer(416),
        Answer(206, BODY[5:], {"Content-Range": f"bytes 5-{len(BODY) - 1}/{len(BODY)}"}),
        Answer(200, BODY, {"ETag": '"v2"'}),
    ],
    ids=["range-refused", "another-range", "file-changed"],
)
def test_a_file_that_cannot_be_resumed_is_fetched_anew(tmp_path: Path, second: Answer) -> None:
    with site(Answer(body=BODY[:10], headers=RESUMABLE, announced=len(BODY)), second, Answer(body=BODY)) as web:
        file = get(web.url, tmp_path)
    assert file.path is not None
    assert file.path.read_bytes() == BODY


def test_a_packed_body_is_read_whatever_the_name_says(tmp_path: Path) -> None:
    with site(Answer(body=gzip.compress(BODY), headers={"Content-Encoding": "gzip"})) as web:
        assert see(get(web.url, tmp_path)).positions == [1, 2]


@pytest.mark.parametrize(
    ("headers", "says"),
    [({"Content-Encoding": "br"}, "encoding 'br'"), ({"Content-Type": "text/html; charset=utf-8"}, "web page")],
)
def test_an_answer_that_is_no_file_is_refused(tmp_path: Path, headers: dict[str, str], says: str) -> None:
    with site(Answer(body=BODY, headers=headers)) as web, pytest.raises(PermanentError, match=says):
        get(web.url, tmp_path)


@pytest.mark.parametrize(
    ("kind", "body", "form"),
    [
        ("application/json", BODY, "json"),
        ("application/x-ndjson; charset=utf-8", b'{"email":"a"}\n', "ndjson"),
        ("text/csv", b"email\na\n", "csv"),
        ("application/octet-stream", b"email;name\na;b\n", None),
        ("binary/octet-stream", b' \n[{"email":"a"}]', None),
    ],
)
def test_a_url_without_suffix_is_known_by_its_type_or_its_first_bytes(
    tmp_path: Path, kind: str, body: bytes, form: str | None
) -> None:
    with site(Answer(body=body, headers={"Content-Type": kind})) as web:
        file = get(web.url, tmp_path, path="/download")
    assert file.form == form
    assert see(file).positions[0] == 1


def test_a_download_of_unknown_kind_is_refused(tmp_path: Path) -> None:
    with site(Answer(body=b"hello")) as web:
        file = get(web.url, tmp_path, path="/download")
    with pytest.raises(PermanentError, match="unknown kind of file"):
        see(file)


def test_a_url_that_redirects_in_circles_or_away_from_http_is_refused(tmp_path: Path) -> None:
    with site(Answer(302, headers={"Location": "/again?X-Amz-Signature=topsecret"})) as web:
        with pytest.raises(PermanentError, match="circles") as caught:
            get(web.url, tmp_path)
        web.answers[:] = [Answer(302, headers={"Location": "file:///etc/passwd"})]
        with pytest.raises(PermanentError, match="not a valid http"):
            get(web.url, tmp_path)
    assert "topsecret" not in str(caught.value)


def test_no_log_line_holds_the_query_even_at_debug_level(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with site(Answer(503), Answer(body=BODY)) as web:
        get(web.url, tmp_path)
    assert "topsecret" not in caplog.text


def test_other_threads_and_later_requests_are_logged_as_before(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Dagster's database migrations, in other tests of this process, switch all loggers off that exist by then.
    monkeypatch.setattr(logging.getLogger("urllib3.connectionpool"), "disabled", False)
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.DEBUG, logger="urllib3.connectionpool")
    with site(Answer(body=BODY)) as web:
        get(web.url, tmp_path)
    logging.getLogger("urllib3.connectionpool").debug("still here")
    assert "still here" in caplog.text


def test_the_whole_download_has_a_limit(tmp_path: Path) -> None:
    with site(Answer(503)) as web, pytest.raises(HubsyncError, match="1 attempts"):
        fetch(locate(web.url + "/a.json")[0], tmp_path, retry(Waits(), attempts=99, total_seconds=0))


DATE = {"Last-Modified": "Wed, 21 Oct 2015 07:28:00 GMT"}
LATER = {"Last-Modified": "Wed, 21 Oct 2015 07:28:01 GMT"}


@pytest.mark.parametrize("tag", ['"v1"', 'W/"v1"'])
def test_a_file_that_the_server_calls_not_modified_is_not_downloaded_again(tmp_path: Path, tag: str) -> None:
    def choose(headers: dict[str, str]) -> Answer:
        told = {"ETag": tag, **DATE}
        return Answer(304, headers=told) if headers.get("If-None-Match") == tag else Answer(body=BODY, headers=told)

    with site(choose=choose) as web:
        first = get_again(web.url, tmp_path / "1", Known(None, None, None))
        again = get_again(web.url, tmp_path / "2", facts(first))
    assert [request.get("If-None-Match") for request in web.requests] == [None, tag]
    assert (first.unchanged, again.unchanged, again.path) == (False, True, None)
    assert facts(again) == facts(first)
    assert list((tmp_path / "2").iterdir()) == []


@pytest.mark.parametrize("query", ["", QUERY])
@pytest.mark.parametrize("headers", [DATE, {"ETag": '"v1"'}, {"ETag": '"v1"', **DATE}])
def test_a_body_with_the_headers_of_the_last_time_is_not_read(
    tmp_path: Path, headers: dict[str, str], query: str
) -> None:
    size = 10**12  # whoever reads the body finds that there is less
    with site(Answer(body=BODY, headers=headers, announced=size)) as web:
        again = get_again(web.url, tmp_path, Known(size, *_date_and_tag(headers)), query)
    assert (again.unchanged, again.path, again.size, len(web.requests)) == (True, None, size, 1)
    assert list(tmp_path.iterdir()) == []


def _date_and_tag(headers: dict[str, str]) -> tuple[int | None, str | None]:
    return (1_445_412_480 * 10**9 if "Last-Modified" in headers else None), headers.get("ETag")


@pytest.mark.parametrize(
    ("before", "now"),
    [
        ({"ETag": '"v1"', **DATE}, {"ETag": '"v2"', **DATE}),
        (DATE, LATER),
        (LATER, DATE),
        (DATE, {}),
        ({}, {}),
        ({"ETag": '"v1"'}, DATE),
    ],
    ids=["new-tag", "newer", "older", "no-date", "nothing-told", "tag-then-date"],
)
def test_a_file_that_may_have_changed_is_downloaded(
    tmp_path: Path, before: dict[str, str], now: dict[str, str]
) -> None:
    with site(Answer(body=BODY, headers=before), Answer(body=BODY[::-1], headers=now)) as web:
        first = get_again(web.url, tmp_path / "1", Known(None, None, None))
        again = get_again(web.url, tmp_path / "2", facts(first))
    assert not again.unchanged
    assert again.path is not None
    assert again.path.read_bytes() == BODY[::-1]


def test_the_same_headers_with_another_length_are_another_file(tmp_path: Path) -> None:
    with site(Answer(body=BODY + b" ", headers={"ETag": '"v1"', **DATE})) as web:
        file = get_again(web.url, tmp_path, Known(len(BODY), *_date_and_tag({"ETag": '"v1"', **DATE})))
    assert (file.unchanged, file.size) == (False, len(BODY) + 1)


def test_a_url_with_a_query_may_name_another_thing_so_its_tag_alone_proves_nothing(tmp_path: Path) -> None:
    with site(Answer(body=BODY, headers={"ETag": '"v1"'})) as web:
        file = get_again(web.url, tmp_path, Known(7, None, '"v1"'), "?table=other")
    assert web.requests[0].get("If-None-Match") is None
    assert not file.unchanged


def test_not_modified_from_a_server_that_was_not_asked_is_refused(tmp_path: Path) -> None:
    with site(Answer(304)) as web, pytest.raises(PermanentError, match="HTTP 304"):
        get_again(web.url, tmp_path, Known(7, 5, None))


def test_a_passing_fault_on_the_way_to_not_modified_is_waited_out(tmp_path: Path) -> None:
    with site(Answer(503), Answer(304)) as web:
        assert get_again(web.url, tmp_path, Known(7, None, '"v1"')).unchanged
    assert len(web.requests) == 2


LINES = b"email,name\na@x.io,Ann\n"


@pytest.mark.parametrize(
    ("body", "kind", "says"),
    [
        (LINES, "application/json", None),
        (BODY, "text/csv", None),
        (b"<!DOCTYPE html><html>Log in</html>", "application/json", "unknown kind of file .it looks like an HTML page"),
        (
            b"<!DOCTYPE html><html>Log in</html>",
            "application/octet-stream",
            "unknown kind of file .it looks like an HTML page",
        ),
        (b"<?xml version='1.0'?><Error/>", "application/xml", "unknown kind of file .it looks like XML"),
    ],
)
def test_what_the_content_is_counts_more_than_what_the_server_calls_it(
    tmp_path: Path, body: bytes, kind: str, says: str | None
) -> None:
    with site(Answer(body=body, headers={"Content-Type": kind})) as web:
        file = get(web.url, tmp_path, path="/export")
    if says is None:
        seen = see(file)
        assert (seen.column("email")[0], seen.complete) == ("a@x.io", True)
    else:
        with pytest.raises(HubsyncError, match=says):
            see(file)


@pytest.mark.parametrize("whole", [len(BODY), "*"])
def test_a_part_that_was_not_asked_for_may_be_the_whole(tmp_path: Path, whole: int | str) -> None:
    part = {"Content-Range": f"bytes 0-{len(BODY) - 1}/{whole}"}
    with site(Answer(206, BODY, part)) as web:
        file = get(web.url, tmp_path)
    assert file.missing is None
    assert see(file).column("email") == ["a@x.io", "b@x.io"]


def test_a_part_that_was_not_asked_for_and_says_that_there_is_more_is_not_the_whole(tmp_path: Path) -> None:
    part = {"Content-Range": f"bytes 0-{len(BODY) - 1}/{len(BODY) + 100}"}
    with site(Answer(206, BODY, part)) as web, pytest.raises(TransientError, match="cannot resume"):
        get(web.url, tmp_path)
