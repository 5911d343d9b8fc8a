"""The calls that read, and those that prepare the portal."""

from typing import Any

import pytest

from hubsync_assets.emulator import HubSpotEmulator
from hubsync_assets.errors import PermanentError
from hubsync_assets.hubspot.client import HubSpotClient
from hubsync_assets.hubspot.errors import (
    DailyLimitError,
    ForbiddenError,
    NotReachableError,
    PortalFailingError,
    UnknownAnswerError,
)
from hubsync_assets.hubspot.paths import VERSIONS
from hubsync_assets.kinds.property import Property
from hubsync_assets_tests.hubspot.scripted import Reply, ScriptedPortal, refusal
from hubsync_assets_tests.hubspot.upload import TOKEN, client_of
from hubsync_assets_tests.shipped import CONTACT_FIELDS, MAPPING

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
        assert [it.email for it in client.list_contacts(MAPPING.read_properties()).contacts] == ["ana@example.com"]
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


def test_emails_are_lower_cased_however_hubspot_spells_them(portal: ScriptedPortal, client: HubSpotClient) -> None:
    record = {"id": "1", "properties": {"email": " Ana@Example.COM", "hs_additional_emails": "Ana.Lopez@Example.com"}}
    portal.script(READ, Reply(200, {"results": [record]}))
    portal.script("/contacts", Reply(200, {"results": [record]}))
    (read,) = client.read_contacts(["ana@example.com"], []).found
    (listed,) = client.list_contacts([]).contacts
    assert read.email == listed.email == "ana@example.com"
    assert read.additional_emails == ("ana.lopez@example.com",)


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


def test_an_unknown_version_is_refused() -> None:
    with pytest.raises(PermanentError, match="2026-09, 2026-03, v3"):
        HubSpotClient("https://api.hubapi.com", TOKEN, api_version="v4")


def test_every_request_counts_against_the_budget(portal: ScriptedPortal, client: HubSpotClient) -> None:
    portal.script(READ, Reply(500, {}), Reply(500, {}))
    client.pacer.learn({"x-hubspot-ratelimit-max": "900", "x-hubspot-ratelimit-interval-milliseconds": "60000"})
    portal.headers = {}
    client.read_contacts(["a@example.com"], [])
    assert client.pacer.used() == 3
    assert client.meter.usage().calls == 3


def test_the_limit_is_learned_from_the_first_answer(hubspot: HubSpotEmulator) -> None:
    hubspot.set_limit(250)
    with HubSpotClient(hubspot.base_url, TOKEN) as client:
        client.account()
        assert (client.pacer.limit, client.pacer.learned) == (250, True)
        assert client.meter.usage().daily_remaining is not None
