"""Pages of an API, from a real web server: all of them are one export, and whatever goes wrong is missing from it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from hubsync_assets.errors import PermanentError
from hubsync_assets.model.contact_model import ContactModel
from hubsync_assets.model.declaration import ContactSync
from hubsync_assets.sources.connectors.exports import RemoteFile
from hubsync_assets.sources.files.download_retry import DownloadRetry
from hubsync_assets.sources.files.following import Following
from hubsync_assets.sources.files.locate import locate
from hubsync_assets.sources.files.pages import PageRule, fetch_pages
from hubsync_assets.sources.files.source_file import SourceFile
from hubsync_assets_tests.sources.seen import Seen, see
from hubsync_assets_tests.sources.web import Answer, Site, site

RETRY = DownloadRetry(attempts=2, first_pause=0, sleep=lambda _: None)
NEXT = PageRule(next=("paging", "next"))
CURSOR = PageRule(cursor=("after",), parameter="after")
NUMBER = PageRule(parameter="page", first=1)
Pages = Callable[[dict[str, list[str]], str], Any]


def record(number: int) -> dict[str, str]:
    return {"email": f"p{number}@x.io"}


def api(pages: Pages) -> Any:
    """A server whose answer is made of the query and the path of a request."""
    made: list[Site] = []

    def choose(headers: dict[str, str]) -> Answer:
        path = made[0].paths[-1]
        answer = pages(parse_qs(urlsplit(path).query), path)
        return answer if isinstance(answer, Answer) else Answer(body=json.dumps(answer).encode())

    context = site(choose=choose)
    made.append(context.__enter__())
    return context, made[0]


def read(
    folder: Path, pages: Pages, rule: PageRule, path: str = "/c?limit=1&key=secret", **options: Any
) -> tuple[SourceFile, Seen, Site]:
    context, here = api(pages)
    try:
        file = fetch_pages(locate(here.url + path)[0], folder, rule, retry=RETRY, **options)
    finally:
        context.__exit__(None, None, None)
    return file, see(file), here


def by_next(last: int, **odd: Any) -> Pages:
    def page(query: dict[str, list[str]], _: str) -> Any:
        number = int(query.get("p", ["1"])[0])
        onward = f"/c?p={number + 1}" if number < last else None
        return odd.get(f"p{number}", {"data": [record(number)], "paging": {"next": onward}})

    return page


def by_cursor(query: dict[str, list[str]], _: str) -> Any:
    number = int(query.get("after", ["1"])[0])
    return {"data": [record(number)], "after": number + 1 if number < 3 else None}


def by_number(query: dict[str, list[str]], _: str) -> Any:
    number = int(query["page"][0])
    return {"data": [record(number)] if number < 4 else [], "page": number}


def by_header(query: dict[str, list[str]], _: str) -> Any:
    number = int(query.get("p", ["1"])[0])
    link = {"Link": f'</c?p=9>; rel="last", </c?p={number + 1}>; rel="next"'} if number < 3 else {}
    return Answer(body=json.dumps([record(number)], indent=1).encode(), headers=link)


@pytest.mark.parametrize(
    ("pages", "rule"),
    [(by_next(3), NEXT), (by_cursor, CURSOR), (by_number, NUMBER), (by_header, PageRule(by_header=True))],
    ids=["next", "cursor", "number", "header"],
)
def test_all_pages_are_one_export(tmp_path: Path, pages: Pages, rule: PageRule) -> None:
    file, seen, here = read(tmp_path, pages, rule)
    assert seen.column("email") == ["p1@x.io", "p2@x.io", "p3@x.io"]
    assert (seen.positions, seen.broken, seen.complete) == ([1, 2, 3], [], True)
    assert (file.missing, file.mtime_ns, file.etag) == (None, None, None)
    assert file.path is not None
    assert file.size == file.path.stat().st_size
    assert len(list(tmp_path.iterdir())) == 1
    if rule in {CURSOR, NUMBER}:
        assert all("limit=1&key=secret" in path for path in here.paths)


@pytest.mark.parametrize(
    ("pages", "rule", "kept", "words"),
    [
        (by_next(9, p3=Answer(500)), NEXT, 2, "page 3: HTTP 500"),
        (by_next(9, p3=Answer(403)), NEXT, 2, "page 3: HTTP 403"),
        (by_next(9, p3=Answer(body=b"oops")), NEXT, 2, "page 3: it is not JSON"),
        (by_next(9, p3={"data": [record(3)], "paging": {"next": "/c?p=2"}}), NEXT, 3, "page 3: it leads to a page that was read before"),
        (by_next(9, p3={"data": [record(3)], "paging": {"next": "ftp://x/c"}}), NEXT, 3, "page 3: it leads to what is no http(s) address"),
        (by_next(9, p3={"data": [record(3)], "paging": {"next": "http://[x/c"}}), NEXT, 3, "page 3: it leads to what is no http(s) address"),
        (by_next(9, p3={"data": [record(3)], "paging": {"next": "http://a..b/c"}}), NEXT, 3, "page 4: it is not a valid http(s) address"),
        (by_next(9, p3={"data": [record(3)], "paging": {"next": {"a": 1}}}), NEXT, 3, "page 3: what leads to the next page is no text"),
        (by_next(9), PageRule(next=("paging", "next"), most=2), 2, "page 3: there are more than 2 pages"),
        (lambda *_: {"data": [record(1)], "after": "same"}, CURSOR, 1, "page 2: it is the same as a page before"),
        (lambda *_: {"data": [record(1)]}, NUMBER, 1, "page 2: it is the same as a page before"),
    ],
)  # fmt: skip
def test_what_came_before_a_fault_is_kept_and_the_export_is_incomplete(
    tmp_path: Path, pages: Pages, rule: PageRule, kept: int, words: str
) -> None:
    file, seen, _ = read(tmp_path, pages, rule)
    assert seen.column("email")[:kept] == [f"p{number}@x.io" for number in range(1, kept + 1)]
    assert (len(seen.rows), seen.complete) == (kept, False)
    assert file.missing is not None
    assert file.missing.startswith(words)
    assert "secret" not in repr(file) + file.missing + "".join(seen.messages)


def by_header_with_gaps(query: dict[str, list[str]], _: str) -> Any:
    number = int(query.get("p", ["1"])[0])
    link = {"Link": f'</c?p={number + 1}>; rel="next"'} if number < 4 else {}
    return Answer(body=json.dumps([record(number)] if number in {1, 4} else []).encode(), headers=link)


def test_pages_without_records_may_look_alike(tmp_path: Path) -> None:
    file, seen, here = read(tmp_path, by_header_with_gaps, PageRule(by_header=True))
    assert (file.missing, seen.column("email"), seen.complete) == (None, ["p1@x.io", "p4@x.io"], True)
    assert len(here.requests) == 4


def test_a_cursor_that_stays_where_it_is_ends_the_list_where_nothing_is_behind_it(tmp_path: Path) -> None:
    def feed(query: dict[str, list[str]], _: str) -> Any:
        number = int(query.get("after", ["1"])[0])
        return {"data": [record(number)] if number < 3 else [], "after": min(number + 1, 3)}

    file, seen, _ = read(tmp_path, feed, CURSOR)
    assert (file.missing, seen.column("email"), seen.complete) == (None, ["p1@x.io", "p2@x.io"], True)


@pytest.mark.parametrize("records", [None, ("data",)])
@pytest.mark.parametrize("errors", [{"errors": [{"message": "quota"}]}, {"error": "quota"}])
def test_a_page_that_holds_an_error_beside_an_empty_list_is_not_the_last_one(
    tmp_path: Path, records: tuple[str, ...] | None, errors: dict[str, Any]
) -> None:
    def page(query: dict[str, list[str]], _: str) -> Any:
        number = int(query["page"][0])
        return {"data": [record(number)]} if number < 3 else {"data": [], **errors}

    file, seen, here = read(tmp_path, page, PageRule(parameter="page", first=1, records=records))
    assert (file.missing, seen.complete) == ("page 3: it holds an error, and no records", False)
    assert (seen.column("email"), len(here.requests)) == (["p1@x.io", "p2@x.io"], 3)


def test_a_page_that_is_an_error_leaves_the_export_incomplete(tmp_path: Path) -> None:
    file, seen, _ = read(tmp_path, by_next(9, p2={"error": "quota"}), NEXT)
    words = "page 2: it holds an error, and no records"
    assert (file.missing, seen.column("email"), seen.complete) == (words, ["p1@x.io"], False)


def test_a_first_page_that_is_refused_refuses_the_source(tmp_path: Path) -> None:
    with pytest.raises(PermanentError, match="HTTP 404"):
        read(tmp_path, by_next(3, p1=Answer(404)), NEXT)


def sent(here: Site, header: str) -> list[str | None]:
    return [request.get(header) for request in here.requests]


def test_credentials_go_to_the_declared_server_and_nowhere_else(tmp_path: Path) -> None:
    with site(Answer(body=b'{"data":[{"email":"b@x.io"}]}')) as other:
        pages = by_next(9, p2={"data": [record(2)], "paging": {"next": f"{other.url}/c"}})
        context, here = api(pages)
        following = Following(here.url + "/c", {"Authorization": "Bearer hunter2", "X-Key": "hunter3"})
        file = fetch_pages(locate(here.url + "/c")[0], tmp_path, NEXT, following, RETRY)
        context.__exit__(None, None, None)
        assert see(file).column("email") == ["p1@x.io", "p2@x.io", "b@x.io"]
        assert (sent(here, "Authorization"), sent(here, "X-Key")) == (["Bearer hunter2"] * 2, ["hunter3"] * 2)
        assert (sent(other, "Authorization"), sent(other, "X-Key")) == ([None], [None])
    assert "hunter" not in repr(following)


def test_a_redirect_elsewhere_goes_without_credentials(tmp_path: Path) -> None:
    with site(Answer(body=b'{"data":[{"email":"b@x.io"}]}')) as other:
        context, here = api(lambda *_: Answer(302, headers={"Location": f"{other.url}/c"}))
        following = Following(here.url + "/c", {"X-Key": "hunter3"})
        fetch_pages(locate(here.url + "/c")[0], tmp_path, NEXT, following, RETRY)
        context.__exit__(None, None, None)
        assert (sent(here, "X-Key"), sent(other, "X-Key")) == (["hunter3"], [None])


def absolute(pages: int) -> tuple[Any, Site]:
    """A server whose pages name the next one as most do: with scheme and host, without the user."""
    made: list[Site] = []

    def page(query: dict[str, list[str]], _: str) -> Any:
        number = int(query.get("p", ["1"])[0])
        onward = f"{made[0].url}/c?p={number + 1}" if number < pages else None
        return {"data": [record(number)], "paging": {"next": onward}}

    context, here = api(page)
    made.append(here)
    return context, here


def test_the_user_of_the_declared_url_reads_every_page_of_its_server(tmp_path: Path) -> None:
    context, here = absolute(3)
    url = here.url.replace("://", "://me:hunter2@") + "/c"
    file = fetch_pages(locate(url)[0], tmp_path, NEXT, Following(url), RETRY)
    context.__exit__(None, None, None)
    assert sent(here, "Authorization") == ["Basic bWU6aHVudGVyMg=="] * 3
    assert "hunter2" not in repr(file) + "".join(see(file).messages)


def test_an_entry_in_netrc_replaces_no_token_and_goes_to_no_other_server(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "netrc").write_text("default login other password other\n", encoding="utf-8")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    with site(Answer(body=b'{"data":[{"email":"b@x.io"}]}')) as other:
        context, here = api(by_next(9, p2={"data": [record(2)], "paging": {"next": f"{other.url}/c"}}))
        following = Following(here.url + "/c", {"authorization": "Bearer hunter2"})
        fetch_pages(locate(here.url + "/c")[0], tmp_path / "new", NEXT, following, RETRY)
        context.__exit__(None, None, None)
    assert (sent(here, "authorization"), sent(other, "authorization")) == (["Bearer hunter2"] * 2, [None])
    assert sent(other, "Authorization") == [None]


def test_no_page_leads_from_a_public_to_a_private_address(tmp_path: Path) -> None:
    asked: list[str] = []

    def private(address: str) -> bool:
        asked.append(address)
        return len(asked) > 1  # the first request's connection is as if it were public

    file, seen, here = read(tmp_path, by_next(9), NEXT, private=private)
    assert (len(seen.rows), seen.complete, len(here.requests)) == (1, False, 1)
    assert "private address" in str(file.missing)


def test_a_declared_source_reads_its_pages_with_its_token(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    context, here = api(by_cursor)
    declared = {
        "read": here.url + "/c",
        "records": "data",
        "pages": {"cursor": "after", "parameter": "after"},
        "bearer": "env:API_TOKEN",
        "headers": {"X-Key": "env:API_KEY"},
    }
    sync = ContactSync.model_validate({"sources": {"api": declared}, "fields": {"email": {"kind": "email"}}})
    model = ContactModel(sync)
    source = RemoteFile.of("api", here.url + "/c", model.columns("api"), model.source("api"))
    monkeypatch.setenv("API_KEY", "hunter3")
    with pytest.raises(PermanentError, match="API_TOKEN is not set, and the source api"):
        source.read(source.find()[0], tmp_path)
    monkeypatch.setenv("API_TOKEN", "hunter2\nX: y")
    with pytest.raises(PermanentError, match="API_TOKEN has characters") as caught:
        source.read(source.find()[0], tmp_path)
    monkeypatch.setenv("API_TOKEN", " hunter2 ")
    reading = source.read(source.find()[0], tmp_path)
    context.__exit__(None, None, None)
    rows = [row for chunk in reading.chunks(superseding=False) for row in chunk.rows["email"]]
    assert rows == ["p1@x.io", "p2@x.io", "p3@x.io"]
    assert (sent(here, "Authorization"), sent(here, "X-Key")) == (["Bearer hunter2"] * 3, ["hunter3"] * 3)
    assert "hunter" not in repr(source) + repr(reading) + str(caught.value)


@pytest.mark.parametrize("key", ["bearer", "headers"])
def test_secrets_do_not_leave_this_machine_in_plain_text_unless_it_is_declared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    monkeypatch.setenv("API_TOKEN", "hunter2")
    value = "env:API_TOKEN" if key == "bearer" else {"X-Key": "env:API_TOKEN"}

    def read(url: str, **more: bool) -> None:
        declared = {"read": "env:API_URL", key: value, **more}
        sync = ContactSync.model_validate({"sources": {"api": declared}, "fields": {"email": {"kind": "email"}}})
        model = ContactModel(sync)
        source = RemoteFile.of("api", url, model.columns("api"), model.source("api"))
        source.read(source.find()[0], tmp_path)

    with site(Answer(200, b"email\n")) as server:
        monkeypatch.setenv("http_proxy", server.url)
        for name in ("no_proxy", "NO_PROXY"):
            monkeypatch.setenv(name, "127.0.0.1")
        with pytest.raises(PermanentError, match=r"api: its URL is http, .* declare allow_plain: true"):
            read("http://api.test/c.csv")
        assert server.requests == []
        read("http://api.test/c.csv", allow_plain=True)
        read(f"{server.url}/c.csv")
        assert len(server.requests) == 2
