"""The limits on calls, their headers, and the 429s."""

import pytest
import requests
from hypothesis import given, settings
from hypothesis import strategies as st

from hubsync_assets.emulator import HubSpotEmulator
from hubsync_assets.emulator.limits import TIERS, Limits, RollingWindow
from hubsync_assets_tests.emulator.asking import Api

PREFIX = "X-HubSpot-RateLimit-"


def told(answer: requests.Response) -> dict[str, str]:
    """The rate headers without their prefix."""
    return {
        name[len(PREFIX) :]: value for name, value in answer.headers.items() if name.lower().startswith(PREFIX.lower())
    }


@pytest.fixture
def still(hubspot: HubSpotEmulator) -> HubSpotEmulator:
    """An emulator whose clock only moves when it is told to."""
    hubspot.freeze()
    return hubspot


def test_an_answer_tells_what_is_left(api: Api, still: HubSpotEmulator) -> None:
    headers = {name.lower(): value for name, value in told(api.contacts("GET")).items()}

    assert headers == {
        "interval-milliseconds": "10000",
        "max": "100",
        "remaining": "99",
        "secondly": "10",
        "secondly-remaining": "10",
        "daily": "250000",
        "daily-remaining": "249999",
    }


def test_the_burst_limit_rolls(api: Api, still: HubSpotEmulator) -> None:
    still.set_limit(3)
    statuses = [api.contacts("GET").status_code for _ in range(2)]
    still.advance(4)
    statuses += [api.contacts("GET").status_code for _ in range(2)]
    still.advance(6)
    statuses += [api.contacts("GET").status_code for _ in range(3)]

    assert statuses == [200, 200, 200, 429, 200, 200, 429]


def test_a_burst_429_says_its_policy_and_has_no_category(api: Api, still: HubSpotEmulator) -> None:
    still.set_limit(1)
    api.contacts("GET")

    answer = api.contacts("GET")

    body = answer.json()
    assert answer.status_code == 429
    assert (
        body.items()
        >= {
            "status": "error",
            "message": "You have reached your ten_secondly_rolling limit.",
            "errorType": "RATE_LIMIT",
            "policyName": "TEN_SECONDLY_ROLLING",
        }.items()
    )
    assert "category" not in body
    assert answer.headers[f"{PREFIX}Remaining"] == "0"
    assert "Retry-After" not in answer.headers


def test_each_token_has_a_burst_of_its_own(api: Api, still: HubSpotEmulator) -> None:
    still.set_limit(1)
    with Api(still.base_url, token="another") as other:
        assert [it.contacts("GET").status_code for it in (api, other, api)] == [200, 200, 429]


def test_the_daily_limit_is_shared_and_ends_at_midnight(api: Api, still: HubSpotEmulator) -> None:
    still.set_limit(daily=2)
    with Api(still.base_url, token="another") as other:
        statuses = [it.contacts("GET").status_code for it in (api, other)]
        refused = other.contacts("GET")
    still.advance(24 * 3600)
    statuses.append(api.contacts("GET").status_code)

    assert statuses == [200, 200, 200]
    assert refused.status_code == 429
    assert refused.json()["policyName"] == "DAILY"
    assert refused.json()["message"] == "You have reached your daily limit."
    assert refused.headers[f"{PREFIX}Daily-Remaining"] == "0"


@pytest.mark.parametrize(("zone", "hours"), [("UTC", 24), ("US/Eastern", 5), ("Asia/Tokyo", 15)])
def test_midnight_is_the_portals(zone: str, hours: int) -> None:
    limits = Limits(TIERS["free"])
    midnight = 1_795_392_000_000  # 2026-11-23T00:00:00Z
    limits.refuses("t", midnight, search=False, zone=zone)

    assert limits.resets_at() == midnight + hours * 3_600_000


@pytest.mark.parametrize(
    ("tier", "burst", "daily"),
    [
        ("free", "100", "250000"),
        ("professional", "190", "625000"),
        ("enterprise", "190", "1000000"),
        ("increased", "250", "2000000"),
        ("oauth", "110", None),
    ],
)
def test_a_tier_has_its_limits_and_oauth_no_daily_headers(
    api: Api, still: HubSpotEmulator, tier: str, burst: str, daily: str | None
) -> None:
    still.set_limit(tier=tier)

    headers = api.contacts("GET").headers

    assert (headers[f"{PREFIX}Max"], headers.get(f"{PREFIX}Daily")) == (burst, daily)


def test_search_has_a_limit_of_its_own_and_no_headers(api: Api, still: HubSpotEmulator) -> None:
    answers = [api.search() for _ in range(6)]
    still.advance(1)
    answers.append(api.search())

    assert [it.status_code for it in answers] == [200] * 5 + [429, 200]
    assert [told(it) for it in answers] == [{}] * 7
    assert answers[5].json()["policyName"] == "SECONDLY"
    assert answers[5].json()["message"] == "You have reached your secondly limit."
    assert told(api.contacts("GET"))["Remaining".lower()] == "99"


def test_search_calls_count_for_the_day(api: Api, still: HubSpotEmulator) -> None:
    api.search()

    assert still.state()["today"] == 1


@pytest.mark.parametrize(("counts", "statuses"), [(False, [200, 429, 200]), (True, [200, 429, 429])])
def test_whether_refused_calls_count_is_a_switch(
    api: Api, still: HubSpotEmulator, counts: bool, statuses: list[int]
) -> None:
    still.switch(throttled_calls_count=counts)
    still.set_limit(1)

    seen = [api.contacts("GET").status_code]
    still.advance(6)
    seen.append(api.contacts("GET").status_code)
    still.advance(6)
    seen.append(api.contacts("GET").status_code)

    assert seen == statuses


def test_retry_after_is_a_switch(api: Api, still: HubSpotEmulator) -> None:
    still.switch(retry_after_on_429=True)
    still.set_limit(1)
    api.contacts("GET")
    still.advance(3.5)

    assert api.contacts("GET").headers["Retry-After"] == "7"


def test_a_call_without_a_token_uses_nothing_up(api: Api, still: HubSpotEmulator) -> None:
    requests.get(f"{still.base_url}/crm/v3/objects/contacts", timeout=10)

    assert still.state()["today"] == 0


@pytest.mark.parametrize("limits", [{"burst": -1}, {"burst": "many"}, {"daily": 1.5}, {"tier": "gold"}])
def test_a_limit_that_can_not_be_is_refused(hubspot: HubSpotEmulator, limits: dict[str, object]) -> None:
    with pytest.raises(Exception, match="limit|tier"):
        hubspot.set_limit(**limits)  # type: ignore[arg-type]


@given(
    most=st.integers(1, 5),
    gaps=st.lists(st.integers(0, 4_000), max_size=60),
)
@settings(max_examples=100, derandomize=True)
def test_no_ten_seconds_hold_more_calls_than_the_limit(most: int, gaps: list[int]) -> None:
    window = RollingWindow(most, 10_000)
    now = 0
    taken: list[int] = []
    for gap in gaps:
        now += gap
        room = sum(now - 10_000 < it <= now for it in taken) < most
        assert window.is_full(now) is not room
        if room:
            window.count(now)
            taken.append(now)
