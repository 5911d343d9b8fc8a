"""Account details, usage, record limits, tokens and scopes."""

import pytest
import requests

from hubsync_assets.emulator import HubSpotEmulator
from hubsync_assets_tests.emulator.asking import Api, row

VERSIONS = ["v3", "2026-03", "2026-09"]


@pytest.mark.parametrize("version", VERSIONS)
def test_the_details_say_which_portal_it_is(api: Api, hubspot: HubSpotEmulator, version: str) -> None:
    hubspot.switch(time_zone="Asia/Tokyo")

    answer = api.ask("GET", f"/account-info/{version}/details")

    assert answer.status_code == 200
    assert answer.json() == {
        "portalId": hubspot.portal_id,
        "accountType": "STANDARD",
        "timeZone": "Asia/Tokyo",
        "companyCurrency": "EUR",
        "additionalCurrencies": [],
        "utcOffset": "+09:00",
        "utcOffsetMilliseconds": 32_400_000,
        "uiDomain": "app.hubspot.com",
        "dataHostingLocation": "na1",
    }


@pytest.mark.parametrize("version", VERSIONS)
def test_the_usage_counts_the_day(api: Api, version: str) -> None:
    api.contacts("GET")

    (usage,) = api.ask("GET", f"/account-info/{version}/api-usage/daily/private-apps").json()["results"]

    assert (usage["name"], usage["usageLimit"]) == ("private-apps-api-calls-daily", 250_000)
    assert (usage["currentUsage"], usage["fetchStatus"]) == (2, "SUCCESS")
    assert usage["resetsAt"].endswith("T00:00:00.000Z")


@pytest.mark.parametrize(
    "path", ["/crm/v3/limits/records", "/crm/limits/2026-03/records", "/crm/limits/2026-09/records"]
)
def test_the_record_limits_count_contacts(api: Api, hubspot: HubSpotEmulator, path: str) -> None:
    hubspot.seed({"email": f"p{number}@example.com"} for number in range(3))

    answer = api.ask("GET", path).json()
    (contacts,) = answer["hubspotDefinedObjectTypes"]

    assert answer["customObjectTypes"].keys() == {"overallLimit", "overallUsage", "overallPercentage", "byObjectType"}
    assert (contacts["objectTypeId"], contacts["usage"], contacts["limit"]) == ("0-1", 3, 15_000_000)


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer ", "Basic abc", "abc"])
def test_without_a_token_nothing_is_answered(hubspot: HubSpotEmulator, header: str | None) -> None:
    headers = {} if header is None else {"Authorization": header}

    answer = requests.get(f"{hubspot.base_url}/crm/v3/objects/contacts", headers=headers, timeout=10)

    assert (answer.status_code, answer.json()["category"]) == (401, "INVALID_AUTHENTICATION")


def test_a_token_can_be_required(api: Api, hubspot: HubSpotEmulator) -> None:
    hubspot.switch(token="the-right-one")
    with Api(hubspot.base_url, token="the-right-one") as right:
        assert (api.contacts("GET").status_code, right.contacts("GET").status_code) == (401, 200)


def test_a_call_without_the_scope_is_refused(api: Api, hubspot: HubSpotEmulator) -> None:
    hubspot.switch(scopes="crm.objects.contacts.read")

    refused = api.upsert(row("a@example.com"))

    assert refused.status_code == 403
    assert refused.json()["category"] == "MISSING_SCOPES"
    assert refused.json()["errors"][0]["context"] == {"requiredGranularScopes": ["crm.objects.contacts.write"]}
    assert api.define("mrr").status_code == 403
    assert api.contacts("GET").status_code == 200
    assert api.properties("GET").status_code == 200


def test_the_token_is_checked_before_the_limit_and_the_limit_before_the_body(
    api: Api, hubspot: HubSpotEmulator
) -> None:
    hubspot.set_limit(0)
    no_token = requests.post(f"{hubspot.base_url}/crm/v3/objects/contacts/batch/upsert", data="{", timeout=10)
    hubspot.switch(scopes="none")
    no_scope = api.contacts("POST", "/batch/upsert", {})
    hubspot.switch(scopes="")
    no_room = api.contacts("POST", "/batch/upsert", {})
    hubspot.set_limit(10)
    no_inputs = api.contacts("POST", "/batch/upsert", {})

    assert [it.status_code for it in (no_token, no_scope, no_room, no_inputs)] == [401, 403, 429, 400]


def test_only_one_version_can_be_spoken(hubspot: HubSpotEmulator) -> None:
    hubspot.switch(api_version="2026-09")

    statuses = []
    for version in VERSIONS:
        with Api(hubspot.base_url, version) as api:
            statuses.append(api.contacts("GET").status_code)

    assert statuses == [404, 404, 200]
