"""The calls that read, and those that prepare the portal."""

import gzip
import json
import logging
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from requests.utils import DEFAULT_CA_BUNDLE_PATH
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, exceptions

from hubsync_assets.contacts.fields import CONTACT_FIELDS, Property
from hubsync_assets.emulator import HubSpotEmulator
from hubsync_assets.errors import PermanentError, TransientError
from hubsync_assets.hubspot import HubSpotClient, read_properties
from hubsync_assets.hubspot.connections import pool_of
from hubsync_assets.hubspot.errors import (
    DailyLimitError,
    ForbiddenError,
    NotReachableError,
    PortalFailingError,
    UnknownAnswerError,
)
from hubsync_assets.hubspot.paths import VERSIONS
from hubsync_assets.hubspot.transport import LARGEST_BODY, Timeouts
from hubsync_assets_tests.hubspot.scripted import Reply, ScriptedPortal, refusal
from hubsync_assets_tests.hubspot.upload import IMPATIENT, TOKEN, client_of

READ = "/batch/read"


@pytest.mark.parametrize("version", VERSIONS)
def test_every_call_works_in_every_edition_of_the_api(hubspot: HubSpotEmulator, version: str) -> None:
    hubspot.switch(api_version=version)
    hubspot.seed([{"email": "ana@example.com", "firstname": "Ana"}])
    hubspot.advance(60)
    with client_of(hubspot.base_url, api_version=version) as client:
        assert client.account().portal_id == hubspot.portal_id
        assert client.properties()["email"].type == "string"
        client.create_properties([Property("mrr", "MRR", "number", "number")])
        assert client.properties()["mrr"].type == "number"
        assert [it.email for it in client.list_contacts(read_properties()).contacts] == ["ana@example.com"]
        assert client.read_contacts(["ana@example.com"], ["firstname"]).found[0].properties["firstname"] == "Ana"
        assert client.count_contacts() == 1


def test_the_account_is_asked_for_once(hubspot: HubSpotEmulator, emulated: HubSpotClient) -> None:
    hubspot.switch(time_zone="Europe/Madrid")
    assert emulated.account() is emulated.account()
    assert emulated.account().time_zone == "Europe/Madrid"
    assert len(hubspot.calls("account-info")) == 1


def test_account_details_are_looked_for_where_older_editions_have_them(
    portal: ScriptedPortal, client: HubSpotClient
) -> None:
    portal.script("/account-info/2026-03/details", refusal(404))
    portal.script("/account-info/2026-09/details", refusal(404))
    portal.script("/account-info/v3/details", Reply(200, {"portalId": 12, "timeZone": "UTC"}))
    assert client.account().portal_id == 12


def test_contacts_are_found_by_any_of_their_emails_and_every_asked_one_is_decided(
    hubspot: HubSpotEmulator, emulated: HubSpotClient
) -> None:
    hubspot.seed(
        [
            {
                "email": "first@example.com",
                "hs_additional_emails": "second@example.com;third@example.com",
                "firstname": "Ana",
            }
        ]
    )
    asked = ["second@example.com", "nobody@example.com", "first@example.com", "no.one@example.com"]
    answer = emulated.read_contacts(asked, ["firstname"])
    assert sorted(it.email or "" for it in answer.found) == ["first@example.com", "second@example.com"]
    assert len({it.id for it in answer.found}) == 1
    assert answer.missing == ["nobody@example.com", "no.one@example.com"]


def test_reading_takes_one_call_for_each_hundred(hubspot: HubSpotEmulator, emulated: HubSpotClient) -> None:
    answer = emulated.read_contacts([f"p{it}@example.com" for it in range(250)], ["firstname"])
    assert len(answer.missing) == 250
    assert sorted(it["inputs"] for it in hubspot.calls(READ)) == [50, 100, 100]


def test_reading_nobody_takes_no_call(portal: ScriptedPortal, client: HubSpotClient) -> None:
    assert client.read_contacts([], ["firstname"]).found == []
    assert portal.reads == []


def test_an_email_that_a_read_does_not_mention_is_asked_for_again(
    portal: ScriptedPortal, client: HubSpotClient
) -> None:
    portal.contacts["a@example.com"] = {"id": "1", "email": "a@example.com"}
    portal.script(READ, Reply(200, {"results": []}))
    assert client.read_contacts(["a@example.com"], ["firstname"]).found[0].id == "1"
    assert len(portal.reads) == 2


@pytest.mark.parametrize(
    "body",
    [
        {"results": []},
        {},
        {"results": "none"},
        {"results": [{"id": "1"}]},
        {"results": [{"id": "1", "properties": {"email": "stranger@example.com"}}]},
        {"results": [{"properties": {"email": "a@example.com"}}]},
    ],
)
def test_a_read_that_decides_nothing_is_an_error_without_any_email(
    portal: ScriptedPortal, client: HubSpotClient, body: Any
) -> None:
    portal.always(READ, lambda _: Reply(200, body))
    with pytest.raises(UnknownAnswerError) as caught:
        client.read_contacts(["a@example.com"], ["firstname"])
    assert "example.com" not in str(caught.value)


def test_a_read_with_a_contact_that_nobody_asked_for_is_an_error(portal: ScriptedPortal, client: HubSpotClient) -> None:
    contacts = [
        {"id": str(it), "properties": {"email": email}} for it, email in enumerate(["a@example.com", "who@example.com"])
    ]
    portal.script(READ, Reply(200, {"results": contacts}))
    with pytest.raises(UnknownAnswerError, match="not asked for"):
        client.read_contacts(["a@example.com"], ["firstname"])


def test_listing_goes_through_all_pages(hubspot: HubSpotEmulator, emulated: HubSpotClient) -> None:
    hubspot.seed([{"email": f"p{it}@example.com"} for it in range(25)])
    emails, after, pages = [], None, 0
    while pages == 0 or after is not None:
        page = emulated.list_contacts(["firstname"], after, limit=10)
        emails += [it.email for it in page.contacts]
        after, pages = page.after, pages + 1
    assert (len(set(emails)), pages) == (25, 3)


def test_a_listed_contact_may_have_no_email(hubspot: HubSpotEmulator, emulated: HubSpotClient) -> None:
    hubspot.seed([{"firstname": "Nobody"}])
    assert emulated.list_contacts(["firstname"]).contacts[0].email is None


def test_creating_properties_that_exist_changes_nothing(hubspot: HubSpotEmulator, emulated: HubSpotClient) -> None:
    wanted = [Property("mrr", "MRR", "number", "number")]
    emulated.create_properties(wanted)
    before = emulated.properties()
    emulated.create_properties([*wanted, Property("mrr", "Other", "string", "text")])
    assert emulated.properties() == before


def test_properties_say_what_is_read_only_and_which_options_there_are(emulated: HubSpotClient) -> None:
    properties = emulated.properties()
    assert properties["createdate"].read_only
    assert not properties["firstname"].read_only
    assert "customer" in properties["lifecyclestage"].options
    assert {it.name for field in CONTACT_FIELDS for it in field.properties} - properties.keys() == {"mrr"}


RETRIED = {
    "burst 429": Reply(429, {}, {"Retry-After": "0"}),
    "423": Reply(423, {}),
    "502": Reply(502, b"<html>"),
    "reset": Reply(0),
}


@pytest.mark.parametrize("reply", RETRIED.values(), ids=RETRIED)
def test_a_read_is_retried_like_a_write(portal: ScriptedPortal, client: HubSpotClient, reply: Reply) -> None:
    portal.script(READ, reply, reply)
    assert client.read_contacts(["a@example.com"], []).missing == ["a@example.com"]
    assert len(portal.reads) == 3


def test_a_read_that_keeps_failing_is_given_up(portal: ScriptedPortal, client: HubSpotClient) -> None:
    portal.always(READ, lambda _: Reply(503, b""))
    with pytest.raises(PortalFailingError, match="HTTP 503"):
        client.read_contacts(["a@example.com"], [])
    assert len(portal.reads) == 5


STOPS: dict[str, tuple[Reply, type[Exception], str]] = {
    "401": (refusal(401), ForbiddenError, "HUBSPOT_ACCESS_TOKEN"),
    "403": (refusal(403, errors=[{"context": {"requiredGranularScopes": ["crm.x"]}}]), ForbiddenError, "crm.x"),
    "daily 429": (refusal(429, policyName="DAILY"), DailyLimitError, "daily limit"),
    "400": (refusal(400, message="a@example.com is bad"), UnknownAnswerError, "VALIDATION_ERROR"),
    "404": (refusal(404), UnknownAnswerError, "HUBSPOT_API_VERSION"),
}


@pytest.mark.parametrize(("reply", "error", "words"), STOPS.values(), ids=STOPS)
def test_a_read_that_cannot_succeed_is_not_retried(
    portal: ScriptedPortal, client: HubSpotClient, reply: Reply, error: type[Exception], words: str
) -> None:
    portal.always(READ, lambda _: reply)
    with pytest.raises(error, match=words) as caught:
        client.read_contacts(["a@example.com"], [])
    assert len(portal.reads) == 1
    assert "example.com" not in str(caught.value)


def test_the_daily_limit_says_when_it_resets(hubspot: HubSpotEmulator, emulated: HubSpotClient) -> None:
    hubspot.switch(time_zone="Europe/Madrid")
    emulated.account()
    hubspot.fault("daily_429")
    with pytest.raises(DailyLimitError, match=r"resets at \d{4}-\d\d-\d\dT00:00\+0\d:00 \(Europe/Madrid\)"):
        emulated.properties()


def test_nothing_listening_is_said_at_once(hubspot: HubSpotEmulator) -> None:
    with (
        client_of("http://127.0.0.1:1") as client,
        pytest.raises(NotReachableError, match=r"http://127\.0\.0\.1:1 .*emulator"),
    ):
        client.account()


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


def test_an_unknown_version_is_refused() -> None:
    with pytest.raises(PermanentError, match="2026-09, 2026-03, v3"):
        HubSpotClient("https://api.hubapi.com", TOKEN, api_version="v4")


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


def test_an_answer_that_grows_without_end_is_not_kept(portal: ScriptedPortal) -> None:
    bomb = gzip.compress(b" " * (LARGEST_BODY + 1))
    portal.always(READ, lambda _: Reply(200, bomb, {"Content-Encoding": "gzip"}))
    with client_of(portal.base_url, replace(IMPATIENT, tries=1)) as client, pytest.raises(PortalFailingError):
        client.read_contacts(["a@example.com"], [])


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
        (exceptions.LocationParseError("x"), "an address that is none", False),
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


def test_every_request_counts_against_the_budget(portal: ScriptedPortal, client: HubSpotClient) -> None:
    portal.script(READ, Reply(500, {}), Reply(500, {}))
    client.pacer.learn({"x-hubspot-ratelimit-max": "900", "x-hubspot-ratelimit-interval-milliseconds": "60000"})
    portal.headers = {}
    client.read_contacts(["a@example.com"], [])
    assert client.pacer.used() == 3
    usage = client.meter.usage()
    assert (usage.calls, usage.failed) == (3, 2)


def test_the_limit_is_learned_from_the_first_answer(hubspot: HubSpotEmulator) -> None:
    hubspot.set_limit(250)
    with HubSpotClient(hubspot.base_url, TOKEN) as client:
        client.account()
        assert (client.pacer.limit, client.pacer.learned) == (250, True)
        assert client.meter.usage().daily_remaining is not None
