"""One HTTP attempt: where the token goes, proxies and certificates, timeouts, and what the network can do to an answer."""

import gzip
import json
import logging
from pathlib import Path

import pytest
from requests.utils import DEFAULT_CA_BUNDLE_PATH
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, exceptions

from hubsync_assets.emulator import HubSpotEmulator
from hubsync_assets.errors import PermanentError, TransientError
from hubsync_assets.hubspot.client import HubSpotClient
from hubsync_assets.hubspot.errors import UnknownAnswerError
from hubsync_assets.hubspot.transport import Timeouts, pool_of
from hubsync_assets_tests.hubspot.scripted import Reply, ScriptedPortal, refusal
from hubsync_assets_tests.hubspot.upload import TOKEN, client_of

READ = "/batch/read"


@pytest.mark.parametrize("timeouts", [Timeouts(2, 0.1, 5), Timeouts(2, 5, 0.1)], ids=["no bytes", "bytes that trickle"])
def test_every_wait_for_an_answer_has_a_limit(hubspot: HubSpotEmulator, timeouts: Timeouts) -> None:
    hubspot.fault("latency" if timeouts.read < 1 else "slow_drip", times=-1, seconds=1)
    with client_of(hubspot.base_url, timeouts=timeouts) as client, pytest.raises(TransientError, match="timeout"):
        client.account()


@pytest.mark.parametrize(
    "address",
    [
        "http://api.hubapi.com",
        "http://10.0.0.1:80",
        "ftp://localhost",
        "api.hubapi.com",
        "",
        "http://127.0.0.1.example.com",
    ],
)
def test_a_token_never_goes_over_plain_http_to_another_machine(address: str) -> None:
    with pytest.raises(PermanentError, match="https://"):
        HubSpotClient(address, TOKEN)


@pytest.mark.parametrize(
    "address",
    ["https://api.hubapi.com", "http://localhost:8954", "http://127.0.0.1", "http://[::1]:80/", "http://127.9.9.9:1"],
)
def test_https_and_this_machine_are_fine(address: str) -> None:
    HubSpotClient(address, TOKEN).close()


@pytest.mark.parametrize("token", ["", "two words", "line\nbreak", "tokén"])
def test_a_token_that_is_none_is_refused_without_being_quoted(token: str) -> None:
    with pytest.raises(PermanentError, match="HUBSPOT_ACCESS_TOKEN") as caught:
        HubSpotClient("https://api.hubapi.com", token)
    assert not token or token not in str(caught.value)


def test_the_token_is_sent_and_shown_nowhere(
    portal: ScriptedPortal, client: HubSpotClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    portal.always(READ, lambda _: refusal(400))
    with pytest.raises(UnknownAnswerError) as caught:
        client.read_contacts(["ana@example.com"], [])
    assert portal.tokens == {f"Bearer {TOKEN}"}
    shown = caplog.text + str(caught.value) + repr(client) + str(client) + repr(vars(client))
    assert TOKEN not in shown
    assert "ana@example.com" not in shown


def test_an_entry_in_netrc_does_not_take_the_tokens_place(
    portal: ScriptedPortal, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("default login other password other\n", encoding="utf-8")
    monkeypatch.setenv("NETRC", str(netrc))
    with client_of(portal.base_url) as client:
        client.read_contacts(["a@example.com"], [])
    assert portal.tokens == {f"Bearer {TOKEN}"}


def test_a_proxy_of_the_environment_is_not_used_for_this_machine(
    portal: ScriptedPortal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.delenv("NO_PROXY", raising=False)
    with client_of(portal.base_url) as client:
        assert client.read_contacts(["a@example.com"], []).missing == ["a@example.com"]


def test_connections_are_used_again(portal: ScriptedPortal, client: HubSpotClient) -> None:
    for _ in range(5):
        client.read_contacts(["a@example.com"], [])
    assert (len(portal.reads), portal.connections) == (5, 1)


def test_a_compressed_answer_is_read(portal: ScriptedPortal, client: HubSpotClient) -> None:
    body = {"results": [{"id": "1", "properties": {"email": "a@example.com", "firstname": "x" * 200_000}}]}
    portal.script(READ, Reply(200, gzip.compress(json.dumps(body).encode()), {"Content-Encoding": "gzip"}))
    (contact,) = client.read_contacts(["a@example.com"], ["firstname"]).found
    assert contact.properties["firstname"] == "x" * 200_000


@pytest.mark.parametrize(("size", "fault"), [(5_000, ""), (5_001, "an answer that is damaged or too large")])
def test_an_answer_that_grows_without_end_is_not_kept(
    portal: ScriptedPortal, client: HubSpotClient, monkeypatch: pytest.MonkeyPatch, size: int, fault: str
) -> None:
    """Good JSON, which compressed is small: only its size speaks against it."""
    monkeypatch.setattr("hubsync_assets.hubspot.transport.LARGEST_BODY", 5_000)
    content = b'{"results": []}'.ljust(size)
    portal.script(READ, Reply(200, gzip.compress(content), {"Content-Encoding": "gzip"}))
    answer = client.attempt("POST", READ, {}).answer
    assert (answer.fault, answer.body) == (fault, None if fault else {"results": []})


@pytest.mark.parametrize(
    ("fault", "what", "retryable"),
    [
        (
            exceptions.SSLError("[SSL: CERTIFICATE_VERIFY_FAILED] hostname"),
            "a TLS certificate that is not trusted",
            False,
        ),
        (exceptions.SSLError("EOF occurred in violation of protocol"), "a TLS failure", True),
        (exceptions.ProxyError("http://user:secret@proxy", OSError()), "a proxy that does not answer", True),
        (exceptions.ConnectTimeoutError("x"), "timeout", True),
        (exceptions.ProtocolError("x"), "connection lost", True),
        (exceptions.LocationParseError("x"), "an address that is not valid", False),
        (ConnectionResetError(), "connection lost", True),
    ],
)
def test_a_fault_of_the_network_is_told_by_its_kind_only(
    monkeypatch: pytest.MonkeyPatch, fault: Exception, what: str, retryable: bool
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise fault

    monkeypatch.setattr(HTTPConnectionPool, "urlopen", fail)
    with client_of("http://127.0.0.1:1") as client:
        answer = client.attempt("GET", "/").answer
    assert (answer.status, answer.fault, answer.retryable) == (0, what, retryable)


def test_a_server_that_does_not_speak_tls_is_a_fault_and_gets_no_token(portal: ScriptedPortal) -> None:
    with client_of(portal.base_url.replace("http://", "https://")) as client:
        assert client.attempt("GET", "/").answer.fault == "a TLS failure"
    assert portal.tokens == set()


def test_a_proxy_that_is_not_there_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    monkeypatch.delenv("NO_PROXY", raising=False)
    with client_of("https://api.example.com") as client:
        assert client.attempt("GET", "/").answer.fault == "a proxy that does not answer"


@pytest.mark.parametrize("bundle", [None, "company.pem"])
def test_certificates_are_checked_against_the_usual_ones_or_the_companys(
    monkeypatch: pytest.MonkeyPatch, bundle: str | None
) -> None:
    monkeypatch.delenv("REQUESTS_CA_BUNDLE", raising=False)
    monkeypatch.delenv("CURL_CA_BUNDLE", raising=False)
    if bundle:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", bundle)
    pool = pool_of("https://api.example.com", 1)
    assert isinstance(pool, HTTPSConnectionPool)
    assert (pool.cert_reqs, pool.ca_certs) == ("CERT_REQUIRED", bundle or DEFAULT_CA_BUNDLE_PATH)


@pytest.mark.parametrize("address", ["https://[::1", "https://exa mple.com", "https://api.example.com:port"])
def test_an_address_that_is_none_is_said_at_once(address: str) -> None:
    with pytest.raises(PermanentError, match="HUBSPOT_BASE_URL"):
        client_of(address)
