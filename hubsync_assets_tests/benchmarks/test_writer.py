"""The writer's benchmark at small sizes: it counts as said, and its measured processes run."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.measure import cost_of
from benchmarks.upload import planned
from benchmarks.writer import greatest_window, share_of_limit
from hubsync_assets.emulator import HubSpotEmulator


@given(st.lists(st.integers(0, 400), min_size=1, max_size=60).map(sorted))
@settings(max_examples=200, derandomize=True)
def test_the_greatest_window_is_the_most_calls_in_any_ten_seconds(tenths: list[int]) -> None:
    starts = [tenth / 4 for tenth in tenths]
    assert greatest_window(starts) == max(sum(at - 10 < other <= at for other in starts) for at in starts)


def test_the_share_of_the_limit_is_of_the_whole_time_from_the_first_call_on() -> None:
    every_second = [float(second) for second in range(100)]
    assert share_of_limit(every_second, burst=10, seconds=20) == 1.0
    # A slow start, a pause and an early end all count against it.
    assert share_of_limit([0.0, *every_second[10:]], burst=10, seconds=20) == pytest.approx(11 / 20)
    assert share_of_limit(every_second[:5], burst=10, seconds=20) == pytest.approx(5 / 20)


def test_the_writer_alone_and_a_whole_upload_are_measured(tmp_path: Path) -> None:
    with HubSpotEmulator() as hubspot:
        hubspot.set_limit(100_000, daily=None)
        alone = cost_of("benchmarks.upload:write_alone", hubspot.base_url, 250)
        home = planned(tmp_path, 300, hubspot.base_url)
        whole = cost_of("benchmarks.upload:upload_planned", str(home), hubspot.base_url)
    assert alone.value["contacts"] == 250
    assert whole.value["contacts"] > 250
    assert alone.cpu > 0 < whole.peak
