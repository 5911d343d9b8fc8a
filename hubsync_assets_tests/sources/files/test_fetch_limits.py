"""Downloads that servers would make last, grow, or lead astray, over real sockets."""

import base64
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests
from requests.adapters import BaseAdapter
from urllib3 import HTTPResponse

from hubsync_assets.errors import HubsyncError, PermanentError, TransientError
from hubsync_assets.sources.files.download_retry import DownloadRetry
from hubsync_assets.sources.files.fetch import fetch
from hubsync_assets.sources.files.following import Following
from hubsync_assets.sources.files.locate import locate
from hubsync_assets.sources.files.reaching import reach
from hubsync_assets.sources.files.session import Session, is_private
from hubsync_assets.sources.files.source_file import SourceFile
from hubsync_assets_tests.sources.web import Answer, site

BODY = b'[{"email":"a@x.io"},{"email":"b@x.io"}]'
OK = b"HTTP/1.1 200 OK\r\n"
PATIENT = 20.0


def retry(**changes: float) -> DownloadRetry:
    quick = {"attempts": 1, "connect_seconds": PATIENT, "read_seconds": PATIENT, **changes}
    return DownloadRetry(sleep=lambda _: None, chance=lambda: 1.0, **quick)  # type: ignore[arg-type]


@contextmanager
def dripping(start: bytes, drop: bytes) -> Iterator[str]:
    """A server that answers with ``start`` at once, and then with one ``drop`` after the other, for ever."""
    over = threading.Event()

    def serve(connection: socket.socket) -> None:
        with connection:
            connection.recv(65536)
            try:
                connection.sendall(start)
                while not over.wait(0.05):
                    connection.sendall(drop)
            except OSError:
                return  # the client has had enough

    def accept(listening: socket.socket) -> None:
        while not over.is_set():
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            threading.Thread(target=serve, args=(connection,), daemon=True).start()

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=accept, args=(listening,), daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}/a.json"
        finally:
            over.set()
            listening.shutdown(socket.SHUT_RDWR)
            thread.join()


DRIPS = {
    "body-without-length": (OK + b"\r\n", b"x"),
    "body-with-length": (OK + b"Content-Length: 1000000\r\n\r\n", b"x"),
    "chunks": (OK + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
    "trailers": (OK + b"Transfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n", b"a: b\r\n"),
    "headers": (OK + b"A: ", b"x"),
    "continue": (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "status": (b"", b"H"),
}


def ended(limits: DownloadRetry, url: str, folder: Path) -> tuple[str, float]:
    """What is said in the end, and how long it took."""
    started = time.monotonic()
    try:
        said = fetch(locate(url)[0], folder, limits).missing or "nothing is missing"
    except HubsyncError as error:
        said = str(error)
    return said, time.monotonic() - started


@pytest.mark.parametrize("drip", DRIPS)
def test_a_server_that_drips_cannot_hold_a_download_past_its_deadline(tmp_path: Path, drip: str) -> None:
    with dripping(*DRIPS[drip]) as url:
        said, seconds = ended(retry(total_seconds=0.5, attempts=99), url, tmp_path)
    assert "it took longer than 0.5 s" in said
    assert seconds < 5


@pytest.mark.parametrize("drip", ["body-without-length", "body-with-length", "chunks", "trailers"])
def test_a_body_slower_than_the_lowest_speed_is_given_up_however_often_some_of_it_comes(
    tmp_path: Path, drip: str
) -> None:
    with dripping(*DRIPS[drip]) as url:
        said, seconds = ended(retry(slow_seconds=0.4, attempts=2), url, tmp_path)
    assert "slower than 1,000 bytes a second for 0.4 s" in said
    assert seconds < 5


@pytest.mark.parametrize("drip", ["headers", "continue", "status"])
def test_headers_have_a_limit_of_their_own(tmp_path: Path, drip: str) -> None:
    with dripping(*DRIPS[drip]) as url, pytest.raises(TransientError, match="did not answer in time"):
        fetch(locate(url)[0], tmp_path, retry(answer_seconds=0.4))


def test_a_body_that_is_fast_enough_is_not_given_up(tmp_path: Path) -> None:
    with dripping(OK + b"Content-Length: 10000\r\n\r\n", b"x" * 1000) as url:
        said, _ = ended(retry(slow_seconds=0.2), url, tmp_path)
    assert said == "nothing is missing"


@pytest.mark.parametrize("announced", [None, 10])
def test_a_body_larger_than_the_limit_is_refused_with_the_limit(tmp_path: Path, announced: int | None) -> None:
    start = OK + (b"Content-Length: 1001\r\n\r\n" if announced else b"\r\n")
    with (
        dripping(start, b"x" * 100) as url,
        pytest.raises(PermanentError, match="larger than 1,000 bytes, the most that is downloaded"),
    ):
        fetch(locate(url)[0], tmp_path, retry(most_bytes=1000))


def test_a_body_that_would_fill_the_disk_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda _: type("Usage", (), {"free": 2000}))
    with (
        dripping(OK + b"\r\n", b"x" * 100) as url,
        pytest.raises(PermanentError, match="1,000 bytes, half of what is free on the disk"),
    ):
        fetch(locate(url)[0], tmp_path, retry())


def no_address_but(*private: str) -> Callable[[str], bool]:
    return lambda address: address in private


def get(url: str, folder: Path, private: Callable[[str], bool] = is_private) -> SourceFile:
    return fetch(locate(url)[0], folder, retry(), private=private)


def moved(url: str) -> Answer:
    return Answer(302, headers={"Location": url})


def test_a_redirect_from_a_public_to_a_private_address_is_refused_before_anything_is_sent(tmp_path: Path) -> None:
    with site(Answer(body=BODY)) as inner, site(moved(inner.url + "/secret?sig=SECRET")) as outer:
        # The whole of 127/8 is this machine; the servers listen on 127.0.0.1.
        url = outer.url.replace("127.0.0.1", "localhost") + "/a.json"
        for seen in (
            ["8.8.8.8", "10.0.0.1"],
            ["8.8.8.8", "8.8.8.8"],
            ["10.0.0.1", "10.0.0.1"],
            ["10.0.0.1", "8.8.8.8"],
        ):
            met = iter(seen)
            asked = len(inner.requests)

            def classify(_: str, met: Iterator[str] = met) -> bool:
                return is_private(next(met))

            if seen[0] == "8.8.8.8" and seen[1] == "10.0.0.1":
                with pytest.raises(PermanentError, match="redirects to a private address") as caught:
                    get(url, tmp_path, classify)
                assert "SECRET" not in str(caught.value)
                assert len(inner.requests) == asked
            else:
                assert get(url, tmp_path, classify).size == len(BODY)
                assert len(inner.requests) == asked + 1


def test_a_first_address_may_be_private(tmp_path: Path) -> None:
    with site(Answer(body=BODY)) as web:
        assert get(web.url + "/a.json", tmp_path).size == len(BODY)


@pytest.mark.parametrize(
    ("address", "private"),
    [
        ("127.0.0.1", True),
        ("10.1.2.3", True),
        ("172.16.0.1", True),
        ("192.168.1.1", True),
        ("169.254.169.254", True),
        ("100.64.0.1", True),
        ("0.0.0.0", True),
        ("224.0.0.1", True),
        ("::1", True),
        ("fe80::1%eth0", True),
        ("fd00::1", True),
        ("::ffff:169.254.169.254", True),
        ("64:ff9b::a00:1", True),
        ("2002:a00:1::", True),
        ("8.8.8.8", False),
        ("::ffff:8.8.8.8", False),
        ("2606:4700::1111", False),
    ],
)
def test_private_addresses_are_known_in_all_their_forms(address: str, private: bool) -> None:
    assert is_private(address) is private


def test_a_user_and_password_go_to_their_own_host_alone(tmp_path: Path) -> None:
    with site(Answer(body=BODY)) as other, site(moved("/there.json"), moved(other.url + "/a.json")) as own:
        get(own.url.replace("://", "://me:secret@") + "/a.json", tmp_path)
    told = "Basic " + base64.b64encode(b"me:secret").decode()
    assert [request.get("Authorization") for request in own.requests] == [told, told]
    assert [request.get("Authorization") for request in other.requests] == [None]


class Moves(BaseAdapter):
    """Answers every request with a redirect."""

    def __init__(self, location: str) -> None:
        super().__init__()
        self._location = location

    def send(self, request: requests.PreparedRequest, **_: Any) -> requests.Response:  # type: ignore[override]
        response = requests.Response()
        response.status_code, response.request, response.url = 302, request, request.url or ""
        response.headers["Location"] = self._location
        response.raw = HTTPResponse(body=b"", preload_content=False)
        return response

    def close(self) -> None:
        """Nothing is held."""


@pytest.mark.parametrize(
    ("location", "says"), [("http://host/a?sig=SECRET", "from https to http"), ("/a", "in circles")]
)
def test_a_redirect_from_https_to_http_is_refused(location: str, says: str) -> None:
    with Session("a.json", lambda _: None) as session:
        session.mount("https://", Moves(location))
        with pytest.raises(PermanentError, match=says) as caught:
            session.ask("https://host/a.json", {}, (1, 1))
    assert "SECRET" not in str(caught.value)


def test_behind_a_proxy_a_private_address_that_is_written_out_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    for there in ("169.254.169.254", "localhost", "[::1]"):
        with site(moved(f"http://{there}/")) as proxy:
            monkeypatch.setenv("http_proxy", proxy.url)
            with pytest.raises(PermanentError, match="redirects to a private address"):
                get("http://somewhere.invalid/a.json", tmp_path)
        assert len(proxy.requests) == 1


def test_a_redirect_to_no_address_is_refused_without_it(tmp_path: Path) -> None:
    with (
        site(moved("http://me:SECRET@[bad/")) as web,
        pytest.raises(PermanentError, match="no valid address") as caught,
    ):
        get(web.url + "/a.json", tmp_path)
    assert "SECRET" not in str(caught.value)


def test_the_body_of_a_redirect_is_not_read(tmp_path: Path) -> None:
    with site(Answer(body=BODY)) as there:
        start = f"HTTP/1.1 302 Found\r\nLocation: {there.url}/a.json\r\nContent-Length: 9999999\r\n\r\n"
        with dripping(start.encode(), b"x") as url:
            said, seconds = ended(retry(), url, tmp_path)
    assert (said, seconds < 5) == ("nothing is missing", True)


NO_HOSTS = ("http://a..b/x", f"http://{'a' * 70}.example/x")


@pytest.mark.parametrize("address", NO_HOSTS)
def test_a_host_that_cannot_be_one_is_told_in_our_words(tmp_path: Path, address: str) -> None:
    with pytest.raises(PermanentError, match="it is not a valid http") as caught:
        fetch(locate(f"{address}?sig=topsecret")[0], tmp_path, retry())
    assert "topsecret" not in str(caught.value)
    with pytest.raises(PermanentError, match="it is not a valid http"):
        reach(locate(address)[0], Following(address), 5.0)


@pytest.mark.parametrize("address", NO_HOSTS)
def test_a_redirect_to_a_host_that_cannot_be_one_is_told_without_it(tmp_path: Path, address: str) -> None:
    with site(Answer(302, headers={"Location": address})) as web, pytest.raises(PermanentError) as caught:
        fetch(locate(web.url + "/a.csv")[0], tmp_path, retry())
    assert str(caught.value).startswith(f"{web.url}/a.csv: it is not a valid http")
    assert address not in str(caught.value)


@pytest.mark.parametrize(
    "headers",
    [
        f"Content-Length: {'9' * 5000}\r\n",
        f"Content-Length: {len(BODY)}\r\nLast-Modified: 1 Jan 99999999999999999999 00:00:00 GMT\r\n",
    ],
)
def test_a_number_that_no_header_can_mean_says_nothing(tmp_path: Path, headers: str) -> None:
    with dripping(OK + headers.encode() + b"Connection: close\r\n\r\n" + BODY, b"") as url:
        file = fetch(locate(url + "/a.json")[0], tmp_path, retry(slow_seconds=0.3))
    assert file.path is not None
    assert file.path.read_bytes() == BODY
    assert file.mtime_ns is None
