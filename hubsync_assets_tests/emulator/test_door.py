"""Who is let in: callers that name this machine, and no page of another site; and how much they may send."""

import socket
import subprocess
from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest

from hubsync_assets.emulator import ControlError, EmulatorControl, HubSpotEmulator
from hubsync_assets.emulator.api.routes import TABLE
from hubsync_assets.emulator.body import MOST_BYTES
from hubsync_assets.emulator.door import host_name
from hubsync_assets_tests.emulator.asking import Api, row
from hubsync_assets_tests.emulator.test_server import COMMAND, running

CONTROL = [
    *(("GET", name) for name in ("state", "calls", "contacts", "look", "contact", "page.js")),
    *(("POST", name) for name in ("seed", "fault", "mix", "clear_faults", "limit", "switch", "clock", "snapshot")),
    *(("POST", name) for name in ("restore", "reset")),
]
ROUTES = [
    ("GET", "/"),
    ("GET", "/no/such/path"),
    ("OPTIONS", "/crm/v3/objects/contacts"),
    *((method, f"/_emulator/{name}") for method, name in CONTROL),
    *((method, base.v3.replace("{object}", "contacts") + rest) for base, method, rest, _, _ in TABLE),
]
ADDRESSES = ["127.0.0.1", "127.9.9.9", "[::1]", "localhost", "LOCALHOST", "localhost."]
FOREIGN = [
    "evil.com",
    "evil.com:8954",
    "localhost.evil.com",
    "127.0.0.1.evil.com",
    "evil@localhost",
    "localhost:8954@evil.com",
    "192.168.1.2",
    "0.0.0.0",
    "[fd00::1]:8954",
    "::1",
    "[::1",
    "[",
    "",
]


def status_of(base_url: str, method: str, path: str, **headers: str) -> tuple[int, str]:
    """The status and the text of one call with these headers, ``Host`` among them; ``_`` stands for ``-``."""
    address = urlsplit(base_url)
    connection = HTTPConnection(address.hostname or "", address.port, timeout=10)
    try:
        connection.putrequest(method, path, skip_host=True)
        for name, value in {"Authorization": "Bearer any", **headers}.items():
            connection.putheader(name, value)
        connection.endheaders()
        response = connection.getresponse()
        return response.status, response.read().decode()
    finally:
        connection.close()


def test_no_route_answers_to_a_foreign_host(api: Api, hubspot: HubSpotEmulator) -> None:
    api.create(email="a@example.com")

    answers = {status_of(hubspot.base_url, method, path, Host="evil.com:8954") for method, path in ROUTES}

    ((status, text),) = answers
    assert (status, text.count("\n"), "--allow-host evil.com." in text) == (403, 1, True)
    assert [it["email"] for it in hubspot.contacts()] == ["a@example.com"]
    assert len(hubspot.calls()) == 1


@pytest.mark.parametrize("host", FOREIGN)
def test_a_name_that_is_not_this_machines_is_foreign(hubspot: HubSpotEmulator, host: str) -> None:
    for origin in ({}, {"Origin": f"http://{host}"}):
        status, text = status_of(hubspot.base_url, "POST", "/_emulator/reset", Host=host, **origin)
        assert (status, text.count("\n")) == (403, 1)


@pytest.mark.parametrize("port", ["", ":1", ":8954"])
@pytest.mark.parametrize("address", ADDRESSES)
def test_this_machine_is_called_by_its_own_names_with_any_port(
    hubspot: HubSpotEmulator, address: str, port: str
) -> None:
    for path in ("/", "/_emulator/state", "/crm/v3/objects/contacts"):
        assert status_of(hubspot.base_url, "GET", path, Host=address + port)[0] == 200


def test_a_call_without_a_host_or_with_two_is_refused(hubspot: HubSpotEmulator) -> None:
    address = urlsplit(hubspot.base_url)
    for head in (b"HTTP/1.0\r\n\r\n", b"HTTP/1.1\r\nHost: localhost\r\nHost: evil.com\r\n\r\n"):
        with socket.create_connection((address.hostname, address.port), timeout=10) as raw:
            raw.sendall(b"GET /_emulator/contacts " + head)
            assert raw.recv(100).split(b" ")[1] in (b"400", b"403")


@pytest.mark.parametrize("origin", ["https://example.com", "null", "http://[", "", "http://127.0.0.1:1"])
def test_a_page_of_another_site_is_refused_on_every_route(hubspot: HubSpotEmulator, origin: str) -> None:
    host = urlsplit(hubspot.base_url).netloc
    hubspot.seed([{"email": "a@example.com"}])

    answers = {status_of(hubspot.base_url, method, path, Host=host, Origin=origin) for method, path in ROUTES}

    assert answers == {(403, "The emulator answers no page of another site.\n")}
    assert len(hubspot.contacts()) == 1


def test_other_containers_are_let_in_by_name() -> None:
    allowed = ("--allow-host", "emulator", "--allow-host", "[fd00::1]")
    with running("--host", "0.0.0.0", *allowed) as (url, _):
        assert url.startswith("http://127.0.0.1:")
        for host in ("emulator:8954", "Emulator", "[fd00::1]:80", "localhost"):
            assert status_of(url, "GET", "/_emulator/state", Host=host)[0] == 200
            assert status_of(url, "POST", "/_emulator/reset", Host=host, Origin=f"http://{host}")[0] == 200
        assert status_of(url, "GET", "/_emulator/state", Host="evil.com")[0] == 403
        assert status_of(url, "POST", "/_emulator/reset", Host="emulator", Origin="http://evil.com")[0] == 403


@pytest.mark.parametrize("name", ["", "*", "http://emulator", "a b", "fd00::1"])
def test_a_name_that_can_not_be_called_is_one_line(name: str) -> None:
    command = [*COMMAND, "--port", "0", "--allow-host", name]
    done = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)

    (line,) = done.stderr.splitlines()
    assert (done.returncode, "--allow-host takes a name" in line) == (2, True)


def test_the_control_client_says_why_it_is_refused(monkeypatch: pytest.MonkeyPatch, hubspot: HubSpotEmulator) -> None:
    everywhere = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", urlsplit(hubspot.base_url).port))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: everywhere)

    with pytest.raises(ControlError, match="start it with --allow-host emulator"):
        EmulatorControl("http://emulator:8954").state()


def test_a_host_header_is_read_as_it_is_written() -> None:
    assert [host_name(it) for it in ("Emulator:1", "a_b.c-d.:2", "[FD00::1]:3", "a:b", "a/b", "a b")] == [
        "emulator",
        "a_b.c-d",
        "fd00::1",
        "",
        "",
        "",
    ]


@pytest.mark.parametrize("path", ["/_emulator/seed", "/_emulator/reset", "/crm/v3/objects/contacts/batch/upsert"])
def test_a_body_that_is_too_long_is_refused_while_it_comes_in(api: Api, hubspot: HubSpotEmulator, path: str) -> None:
    address = urlsplit(hubspot.base_url)
    head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer any\r\nContent-Length: {10**12}\r\n\r\n"
    with socket.create_connection((address.hostname, address.port), timeout=10) as raw:
        raw.sendall(head.encode() + b"x" * (MOST_BYTES + 1))
        assert raw.recv(100).split(b" ")[1] == b"413"

    assert api.upsert(row("a@example.com")).status_code == 200


def test_a_control_body_of_just_the_limit_is_read(hubspot: HubSpotEmulator) -> None:
    with pytest.raises(ControlError, match="longer than 16000000 bytes"):
        hubspot.snapshot("x" * MOST_BYTES)
    hubspot.snapshot("x" * (MOST_BYTES - len('{"name":""}')))
