"""The pace, on a clock that only moves when told."""

import bisect
import itertools
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hubsync_assets.errors import PermanentError
from hubsync_assets.hubspot.pacing import SAFE_LIMIT, Pacer


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def headers(limit: int, window_ms: int = 10_000) -> dict[str, str]:
    return {"x-hubspot-ratelimit-max": str(limit), "x-hubspot-ratelimit-interval-milliseconds": str(window_ms)}


def grants(pacer: Pacer, clock: Clock, seconds: float, chance: random.Random | None = None) -> list[float]:
    """When the server counts the calls of somebody who always wants one.

    With ``chance``, the way there has stalls (once it is known what is usual): calls arrive late, and in bunches. Answers come 0.3 s after a call is counted.
    """
    until = clock.now + seconds
    counted: list[float] = []
    answers: list[tuple[float, float]] = []
    stalled_until = clock.now
    while clock.now < until:
        while answers and answers[0][0] <= clock.now:
            pacer.answered(answers.pop(0)[1])
        wait = pacer.take()
        if wait == 0:
            sent, wait = clock.now, 0.0005
            if chance and len(counted) > 10 and chance.random() < 0.01:
                stalled_until = sent + chance.uniform(0, 0.6)
            counted.append(max(sent, stalled_until))
            answers.append((counted[-1] + 0.3, sent))
        clock.now = min(clock.now + wait, answers[0][0] if answers else until)
    return counted


def most_in_a_window(times: list[float], window: float = 10.0) -> int:
    return max(place - bisect.bisect_right(times, at - window) + 1 for place, at in enumerate(times))


@pytest.mark.parametrize("limit", [100, 110, 190, 250])
def test_the_limit_is_nearly_used_and_never_exceeded(limit: int) -> None:
    clock = Clock()
    pacer = Pacer(clock=clock)
    pacer.learn(headers(limit))
    times = grants(pacer, clock, 60)
    assert most_in_a_window(times) <= limit - 1
    assert len(times) >= 0.985 * limit * 6


def test_calls_are_spaced_evenly_from_the_first_on() -> None:
    clock = Clock()
    pacer = Pacer(clock=clock)
    pacer.learn(headers(190))
    times = grants(pacer, clock, 30)
    gaps = [later - earlier for earlier, later in itertools.pairwise(times)]
    assert min(gaps) > 0.05


@given(st.integers(0, 10_000), st.sampled_from([20, 100, 190, 250]), st.integers(0, 15))
@settings(max_examples=15, derandomize=True, deadline=None)
def test_no_window_has_more_than_the_limit_less_the_reserve_when_calls_arrive_late_and_in_bunches(
    seed: int, limit: int, reserve: int
) -> None:
    clock = Clock()
    pacer = Pacer(reserve=reserve, clock=clock)
    pacer.learn(headers(limit))
    times = grants(pacer, clock, 25, random.Random(seed))
    assert most_in_a_window(times) <= limit - reserve


def test_until_the_first_answer_the_pace_is_one_that_every_portal_allows() -> None:
    clock = Clock()
    assert most_in_a_window(grants(Pacer(clock=clock), clock, 30)) <= SAFE_LIMIT


@pytest.mark.parametrize(
    "unreadable",
    [{}, headers(0), {"x-hubspot-ratelimit-max": "190"}, headers(190) | {"x-hubspot-ratelimit-max": "many"}],
)
def test_an_answer_without_a_readable_limit_changes_nothing(unreadable: dict[str, str]) -> None:
    pacer = Pacer(clock=Clock())
    pacer.learn(unreadable)
    assert (pacer.limit, pacer.window, pacer.learned) == (SAFE_LIMIT, 10.0, False)


def test_a_limit_that_changes_in_the_middle_is_kept_with_what_was_used_already() -> None:
    clock = Clock()
    pacer = Pacer(clock=clock)
    pacer.learn(headers(250))
    first = grants(pacer, clock, 8)
    pacer.learn(headers(100))
    later = grants(pacer, clock, 30)
    assert len(first) > 190
    assert later[0] >= first[-99] + 10
    assert most_in_a_window(later) <= 100


def test_another_window_length_is_learned_too() -> None:
    clock = Clock()
    pacer = Pacer(clock=clock)
    pacer.learn(headers(50, 1_000))
    times = grants(pacer, clock, 10)
    assert most_in_a_window(times, 1.0) <= 50
    assert len(times) > 480


def test_what_the_portal_asks_for_is_kept_and_a_shorter_wait_does_not_end_it() -> None:
    clock = Clock()
    pacer = Pacer(clock=clock)
    pacer.throttled(clock.now, 10)
    pacer.throttled(clock.now, 1)
    assert pacer.take() == pytest.approx(10)
    clock.now += 10
    assert pacer.take() == 0


@pytest.mark.parametrize(("seconds", "windows"), [(20, 0.1), (5, 1.0)], ids=["used up alone", "used by others too"])
def test_a_refusal_costs_a_window_unless_the_limit_was_used_up_alone(seconds: float, windows: float) -> None:
    clock = Clock()
    pacer = Pacer(clock=clock)
    pacer.learn(headers(190))
    grants(pacer, clock, seconds)
    refused_at = clock.now
    pacer.throttled(refused_at, None)
    assert pacer.take() == pytest.approx(windows * 10)
    clock.now += 0.5
    pacer.throttled(refused_at - 0.1, None)
    assert pacer.take() == pytest.approx(windows * 10 - 0.5)


def test_refusals_soon_after_each_other_cost_more_and_a_window_at_most() -> None:
    clock = Clock()
    pacer = Pacer(clock=clock)
    pacer.learn(headers(190))
    grants(pacer, clock, 20)
    waits = []
    for _ in range(6):
        pacer.throttled(clock.now, None)
        waits.append(pacer.take())
        clock.now += 0.1
    assert waits[:3] == pytest.approx([1, 2, 4])
    assert max(waits) <= 10


def test_waiting_is_never_asked_for_in_steps_that_spin() -> None:
    clock = Clock()
    pacer = Pacer(clock=clock)
    pacer.learn(headers(1))
    assert pacer.take() == 0
    assert pacer.take() > 1


@pytest.mark.parametrize("reserve", [100, 1000])
def test_a_reserve_that_leaves_no_call_is_an_error_once_the_limit_is_known(reserve: int) -> None:
    pacer = Pacer(reserve=reserve, clock=Clock())
    assert pacer.take() == 0
    with pytest.raises(PermanentError, match="reserve"):
        pacer.learn(headers(100))


def test_a_reserve_above_the_safe_limit_is_fine_where_the_portal_allows_more() -> None:
    clock = Clock()
    pacer = Pacer(reserve=120, clock=clock)
    assert pacer.take() == 0
    pacer.learn(headers(250))
    times = grants(pacer, clock, 60)
    assert most_in_a_window(times) <= 130
    assert len(times) >= 0.98 * 130 * 6


def test_a_negative_reserve_is_an_error() -> None:
    with pytest.raises(PermanentError, match="negative"):
        Pacer(reserve=-1)
