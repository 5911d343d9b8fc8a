"""Faults on demand: each kind does what it says, to the calls that it is meant for."""

import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from hubsync_assets.emulator import ControlError, HubSpotEmulator
from hubsync_assets.emulator.faults import KINDS, Faults
from hubsync_assets_tests.emulator.asking import Api, row

ANSWERS = {
    "burst_429": (429, "application/json;charset=utf-8"),
    "daily_429": (429, "application/json;charset=utf-8"),
    "locked_423": (423, "application/json;charset=utf-8"),
    "migration_477": (477, "application/json;charset=utf-8"),
    "error_500": (500, "application/json;charset=utf-8"),
    "error_502": (502, "text/html; charset=utf-8"),
    "error_503": (503, "text/html; charset=utf-8"),
    "error_504": (504, "text/html; charset=utf-8"),
    "error_524": (524, "text/html; charset=utf-8"),
    "conflict_409": (409, "application/json;charset=utf-8"),
    "expired_token": (401, "application/json;charset=utf-8"),
    "invalid_token": (401, "application/json;charset=utf-8"),
    "missing_scopes": (403, "application/json;charset=utf-8"),
}


@pytest.mark.parametrize("kind", ANSWERS)
def test_a_fault_that_is_an_answer_comes_once_and_writes_nothing(api: Api, hubspot: HubSpotEmulator, kind: str) -> None:
    hubspot.fault(kind)

    first, second = api.upsert(row("a@example.com")), api.upsert(row("b@example.com"))

    assert (first.status_code, first.headers["Content-Type"]) == ANSWERS[kind]
    assert second.status_code == 200
    assert [it["email"] for it in hubspot.contacts()] == ["b@example.com"]


@pytest.mark.parametrize(("kind", "policy"), [("burst_429", "TEN_SECONDLY_ROLLING"), ("daily_429", "DAILY")])
def test_a_429_can_carry_retry_after(api: Api, hubspot: HubSpotEmulator, kind: str, policy: str) -> None:
    hubspot.fault(kind)
    hubspot.fault(kind, retry_after=3)

    without, with_it = api.contacts("GET"), api.contacts("GET")

    assert (without.json()["policyName"], with_it.json()["policyName"]) == (policy, policy)
    assert ("Retry-After" in without.headers, with_it.headers["Retry-After"]) == (False, "3")


def test_a_477_says_when_to_come_back(api: Api, hubspot: HubSpotEmulator) -> None:
    hubspot.fault("migration_477", retry_after=3600)

    assert api.contacts("GET").headers["Retry-After"] == "3600"


@pytest.mark.parametrize(("kind", "written"), [("reset_before", []), ("reset_after", ["a@example.com"])])
def test_a_connection_is_reset_before_or_after_the_write(
    api: Api, hubspot: HubSpotEmulator, kind: str, written: list[str]
) -> None:
    hubspot.fault(kind)

    with pytest.raises(requests.ConnectionError, match="reset by peer"):
        api.upsert(row("a@example.com"))

    assert [it["email"] for it in hubspot.contacts()] == written
    assert [(it["status"], it["fault"]) for it in hubspot.calls()] == [(0, kind)]
    assert api.upsert(row("a@example.com")).status_code == 200


def test_an_empty_answer_wrote_nothing(api: Api, hubspot: HubSpotEmulator) -> None:
    hubspot.fault("empty_answer")

    answer = api.upsert(row("a@example.com", "1"))

    assert (answer.status_code, answer.json()["results"], "errors" in answer.json()) == (200, [], False)
    assert hubspot.contacts() == []


@pytest.mark.parametrize("email", ["", "B@example.com"])
def test_an_input_that_is_left_out_is_written_all_the_same(api: Api, hubspot: HubSpotEmulator, email: str) -> None:
    hubspot.fault("input_left_out", email=email)

    answer = api.upsert(*(row(f"{name}@example.com") for name in "abc"))

    answered = {it["properties"]["email"] for it in answer.json()["results"]}
    assert (answer.status_code, len(answered), len(hubspot.contacts())) == (200, 2, 3)
    assert not email or "b@example.com" not in answered


def test_a_conflict_of_one_input_follows_it(api: Api, hubspot: HubSpotEmulator) -> None:
    hubspot.fault("conflict_409", times=-1, email="B@example.com")

    statuses = [
        api.upsert(row("a@example.com"), row("b@example.com")).status_code,
        api.upsert(row("a@example.com")).status_code,
        api.upsert(row("b@example.com")).status_code,
    ]

    assert statuses == [409, 200, 409]


def test_a_delay_is_measured_apart_from_the_work(api: Api, hubspot: HubSpotEmulator) -> None:
    hubspot.fault("latency", seconds=0.2)
    hubspot.fault("latency", seconds=0.02, spread=0.5)
    api.contacts("GET")
    api.contacts("GET")

    fixed, drawn = hubspot.calls()
    assert fixed["finished"] - fixed["started"] >= 0.2
    assert drawn["finished"] - drawn["started"] >= 0.001
    assert fixed["own_ms"] < 200


def test_a_slow_call_does_not_hold_up_another(api: Api, hubspot: HubSpotEmulator) -> None:
    hubspot.fault("latency", seconds=30, path="batch/upsert")
    with pytest.raises(requests.Timeout):
        api.session.post(f"{hubspot.base_url}/crm/v3/objects/contacts/batch/upsert", json={}, timeout=0.1)

    assert api.contacts("GET").status_code == 200


def test_a_slow_call_does_not_reach_a_portal_that_was_reset_meanwhile(api: Api, hubspot: HubSpotEmulator) -> None:
    hubspot.fault("latency", seconds=60)
    with ThreadPoolExecutor(1) as pool:
        late = pool.submit(api.upsert, row("a@example.com"))
        while hubspot.state()["faults"]:
            time.sleep(0.01)
        hubspot.reset()
        with pytest.raises(requests.ConnectionError):
            late.result()

    assert (hubspot.contacts(), hubspot.calls()) == ([], [])


def test_a_slow_body_comes_in_pieces_and_is_whole(api: Api, hubspot: HubSpotEmulator) -> None:
    hubspot.fault("slow_drip", seconds=0.1)
    url = f"{hubspot.base_url}/crm/v3/objects/contacts/batch/upsert"

    with api.session.post(url, json={"inputs": [row("a@example.com")]}, stream=True, timeout=10) as answer:
        pieces = list(answer.iter_content(chunk_size=None))

    assert len(pieces) > 1
    assert b"a@example.com" in b"".join(pieces)


def test_a_fault_waits_for_the_calls_that_it_is_meant_for(api: Api, hubspot: HubSpotEmulator) -> None:
    hubspot.fault("error_500", times=2, path="batch/read", method="POST")
    read = {"inputs": [{"id": "1"}]}

    statuses = [api.contacts("GET").status_code, api.upsert(row("a@example.com")).status_code]
    statuses += [api.contacts("POST", "/batch/read", read).status_code for _ in range(3)]

    assert statuses == [200, 200, 500, 500, 207]


def test_faults_come_in_the_order_they_were_asked_for_until_they_are_cleared(
    api: Api, hubspot: HubSpotEmulator
) -> None:
    hubspot.fault("error_502")
    hubspot.fault("error_503", times=-1)
    statuses = [api.contacts("GET").status_code for _ in range(3)]
    hubspot.clear_faults()
    statuses.append(api.contacts("GET").status_code)

    assert statuses == [502, 503, 503, 200]


def test_a_mix_meets_calls_at_its_rates_and_again_with_the_same_seed(api: Api, hubspot: HubSpotEmulator) -> None:
    hubspot.set_limit(10_000)

    def statuses(seed: int) -> list[int]:
        hubspot.mix({"error_500": 0.3, "burst_429": 0.2}, seed=seed, path="contacts", burst_429={"retry_after": 1})
        return [api.contacts("GET").status_code for _ in range(200)]

    first, again, other = statuses(1), statuses(1), statuses(2)

    assert first == again != other
    seen = Counter(first)
    assert 40 <= seen[500] <= 80
    assert 25 <= seen[429] <= 55


def test_an_ordered_fault_comes_before_the_mix() -> None:
    faults = Faults()
    faults.mix({"error_500": 1.0})
    faults.order("error_502")

    assert [getattr(faults.take("GET", "/", set()), "kind", "") for _ in range(2)] == ["error_502", "error_500"]


def test_faults_about_inputs_wait_for_a_call_that_has_some(api: Api, hubspot: HubSpotEmulator) -> None:
    hubspot.fault("conflict_409")

    assert [api.contacts("GET").status_code, api.upsert(row("a@example.com")).status_code] == [200, 409]


@pytest.mark.parametrize("kind", ["nonsense", "reset", ""])
def test_a_fault_that_does_not_exist_is_refused(hubspot: HubSpotEmulator, kind: str) -> None:
    with pytest.raises(ControlError, match="There is no fault"):
        hubspot.fault(kind)
    with pytest.raises(ControlError, match="There is no fault"):
        hubspot.mix({kind: 0.1})


@pytest.mark.parametrize("rates", [{"error_500": 0.6, "error_502": 0.6}, {"error_500": -0.1}])
def test_rates_that_are_no_probabilities_are_refused(hubspot: HubSpotEmulator, rates: dict[str, float]) -> None:
    with pytest.raises(ControlError, match="between 0 and 1"):
        hubspot.mix(rates)


@pytest.mark.parametrize("seconds", ["long", -1, True])
def test_a_number_that_is_none_is_refused(hubspot: HubSpotEmulator, seconds: object) -> None:
    with pytest.raises(ControlError, match="takes a number"):
        hubspot.fault("latency", seconds=seconds)


def test_every_kind_of_fault_is_tested_here() -> None:
    others = {"latency", "reset_before", "reset_after", "empty_answer", "input_left_out", "slow_drip"}

    assert set(KINDS) == set(ANSWERS) | others
