"""The retry policy, the backoff and the circuit breaker, without a socket."""

import random
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hubsync_assets.hubspot.errors import daily_limit
from hubsync_assets.hubspot.response import Response
from hubsync_assets.hubspot.retry import Action, Breaker, RetryPolicy, rule

POLICY = RetryPolicy()
NOW = "Mon, 23 Nov 2026 05:00:00 GMT"


def answer(status: int, policy: str = "", body: object = None, **headers: str) -> Response:
    content = {"policyName": policy} if policy else {} if body is None else None
    return Response(status, headers={name.replace("_", "-"): value for name, value in headers.items()}, body=content)


@pytest.mark.parametrize(
    ("given_answer", "action", "wait"),
    [
        (answer(200), Action.USE, None),
        (answer(207), Action.USE, None),
        (answer(200, body="no JSON"), Action.RETRY, None),
        (Response(0, "timeout"), Action.RETRY, None),
        (Response(0, "a TLS certificate that is not trusted", retryable=False), Action.STOP, None),
        (answer(301), Action.STOP, None),
        (answer(400), Action.SPLIT, None),
        (answer(409), Action.SPLIT, None),
        (answer(413), Action.SPLIT, None),
        (answer(401), Action.STOP, None),
        (answer(403), Action.STOP, None),
        (answer(404), Action.STOP, None),
        (answer(423), Action.RETRY, 2.0),
        (answer(423, retry_after="7"), Action.RETRY, 7.0),
        (answer(425), Action.RETRY, None),
        (answer(429, "TEN_SECONDLY_ROLLING"), Action.PAUSE, None),
        (answer(429, "TEN_SECONDLY_ROLLING", retry_after="3"), Action.PAUSE, 3.0),
        (answer(429, "TEN_SECONDLY_ROLLING", retry_after="0"), Action.PAUSE, None),
        (answer(429, "SECONDLY"), Action.PAUSE, 1.0),
        (answer(429, "SECONDLY", retry_after="0"), Action.PAUSE, 1.0),
        (answer(429), Action.PAUSE, None),
        (answer(429, "DAILY"), Action.STOP, None),
        (answer(429, "DAILY", retry_after="1"), Action.STOP, None),
        (answer(477), Action.PAUSE, 60.0),
        (answer(477, retry_after="0"), Action.PAUSE, 60.0),
        (answer(477, retry_after="120"), Action.PAUSE, 120.0),
        (answer(477, retry_after="86400"), Action.STOP, 86400.0),
        (answer(500), Action.RETRY, None),
        (answer(502), Action.RETRY, None),
        (answer(503, retry_after="4"), Action.RETRY, 4.0),
        (answer(503, retry_after="999999"), Action.RETRY, 60.0),
        (answer(503, retry_after="Mon, 23 Nov 2026 05:00:30 GMT", date=NOW), Action.RETRY, 30.0),
        (answer(503, retry_after="Mon, 23 Nov 2026 04:00:00 GMT", date=NOW), Action.RETRY, 0.0),
        (answer(503, retry_after="Tue, 24 Nov 2026 05:00:00 GMT", date=NOW), Action.RETRY, 60.0),
        (answer(503, retry_after="soon"), Action.RETRY, None),
        (answer(503, retry_after="Mon, 23 Nov 99999999999999999999 05:00:00 GMT", date=NOW), Action.RETRY, None),
        (answer(503, retry_after="nan"), Action.RETRY, None),
        (answer(503, retry_after="-5"), Action.RETRY, 0.0),
        (answer(520), Action.RETRY, None),
        (answer(522), Action.RETRY, None),
        (answer(524), Action.RETRY, None),
        (answer(525), Action.STOP, None),
        (answer(526), Action.STOP, None),
    ],
)
def test_the_policy_says_what_to_do_and_how_long_to_wait(
    given_answer: Response, action: Action, wait: float | None
) -> None:
    ruling = rule(given_answer, POLICY)
    assert (ruling.action, ruling.wait) == (action, wait)


@given(st.integers(1, 50), st.floats(0, 60), st.integers())
@settings(max_examples=100, derandomize=True)
def test_what_the_portal_asked_for_is_never_cut_short(tries: int, asked: float, seed: int) -> None:
    assert asked <= POLICY.pause(tries, random.Random(seed), asked) <= asked + POLICY.cap


@pytest.mark.parametrize(
    ("zone", "now", "words"),
    [
        ("Europe/Madrid", datetime(2026, 11, 23, 22, 59, tzinfo=UTC), "2026-11-24T00:00+01:00 (Europe/Madrid)"),
        ("Europe/Madrid", datetime(2026, 11, 23, 23, 1, tzinfo=UTC), "2026-11-25T00:00+01:00 (Europe/Madrid)"),
        ("US/Eastern", datetime(2026, 11, 1, 3, 0, tzinfo=UTC), "2026-11-01T00:00-04:00 (US/Eastern)"),
        ("America", datetime(2026, 11, 23, tzinfo=UTC), "at midnight in the portal's time zone"),
        ("Nowhere/Town", datetime(2026, 11, 23, tzinfo=UTC), "at midnight in the portal's time zone"),
        (None, datetime(2026, 11, 23, tzinfo=UTC), "at midnight in the portal's time zone"),
    ],
)
def test_the_daily_limit_says_when_it_resets_in_the_portals_time(zone: str | None, now: datetime, words: str) -> None:
    assert words in str(daily_limit(zone, now))


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def breaker(clock: Clock) -> Breaker:
    return Breaker(RetryPolicy(failures=3, probes=2, base=1.0), clock=clock, chance=random.Random(1))


def test_the_breaker_opens_after_so_many_failures_in_a_row_and_not_before() -> None:
    it = breaker(Clock())
    states = []
    for healthy in (False, False, True, False, False, False):
        if healthy:
            it.success()
        else:
            it.failure(5)
        states.append(it.is_open)
    assert states == [False, False, False, False, False, True]
    assert it.wait(in_flight=4) > 0


def test_an_open_breaker_lets_one_probe_go_after_a_wait_and_a_success_closes_it() -> None:
    clock = Clock()
    it = breaker(clock)
    for left in (2, 1, 0):
        it.failure(left)
    wait = it.wait(in_flight=0)
    assert 0 < wait <= 60
    clock.now += wait
    assert it.wait(in_flight=0) == 0
    assert it.wait(in_flight=1) > 0
    it.success()
    assert it.wait(in_flight=9) == 0


def test_the_breaker_gives_up_after_failed_probes_and_calls_in_flight_are_no_probes() -> None:
    clock = Clock()
    it = breaker(clock)
    gave_up = []
    for left in (9, 8, 7, 6, 5, 4, 3, 2, 1, 0, 0):
        it.failure(left)
        gave_up.append(it.gave_up)
    assert gave_up == [False] * 10 + [True]
    assert it.failing_for == 0.0
