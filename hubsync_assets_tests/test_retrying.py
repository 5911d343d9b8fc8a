"""What is worth another try, and the wait before it."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hubsync_assets.retrying import backoff, is_retryable


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504, 520, 522, 524, 599])
def test_what_time_may_mend_is_tried_again(status: int) -> None:
    assert is_retryable(status)


@pytest.mark.parametrize("status", [200, 301, 400, 401, 403, 404, 409, 410, 416, 525, 526])
def test_what_somebody_has_to_mend_is_not(status: int) -> None:
    assert not is_retryable(status)


@given(st.integers(1, 10_000), st.floats(0, 1), st.sampled_from([0.0, 0.5, 1.0]))
@settings(max_examples=200, derandomize=True)
def test_a_wait_stays_within_its_bounds_however_often_a_call_failed(failures: int, dice: float, certain: float) -> None:
    bound = min(60.0, 0.5 * 2 ** min(failures - 1, 30))
    assert certain * bound <= backoff(failures, 0.5, 60.0, lambda: dice, certain=certain) <= bound


def test_the_bound_doubles_up_to_the_longest_wait() -> None:
    assert [backoff(it, 0.5, 3.0, lambda: 1.0) for it in (1, 2, 3, 4, 5)] == [0.5, 1.0, 2.0, 3.0, 3.0]


def test_waits_are_spread_over_the_whole_range() -> None:
    chance = random.Random(1).random
    waits = [backoff(5, 0.5, 60.0, chance) for _ in range(400)]
    assert min(waits) < 0.8
    assert max(waits) > 7.2
