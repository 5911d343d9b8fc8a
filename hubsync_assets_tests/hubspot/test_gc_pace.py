"""The collector's pace during an upload, and that nothing of it stays."""

import gc
from collections.abc import Iterator

import pytest

from hubsync_assets.hubspot.gc_pace import PACE, unhurried_collector


@pytest.fixture(autouse=True)
def as_it_was() -> Iterator[None]:
    before = gc.get_threshold()
    yield
    gc.set_threshold(*before)
    gc.unfreeze()


def test_the_pace_is_slower_inside_and_as_before_afterwards_whatever_happens() -> None:
    before = gc.get_threshold()
    with pytest.raises(KeyboardInterrupt), unhurried_collector():
        assert gc.get_threshold() == (PACE, *before[1:])
        assert gc.get_freeze_count() > 0
        raise KeyboardInterrupt
    assert gc.get_threshold() == before
    assert gc.get_freeze_count() == 0


@pytest.mark.parametrize("pace", [0, PACE + 1])
def test_a_collector_that_is_off_or_slower_stays_so(pace: int) -> None:
    gc.set_threshold(pace)
    with unhurried_collector():
        assert gc.get_threshold()[0] == pace


def test_what_somebody_else_has_frozen_stays_frozen() -> None:
    gc.freeze()
    with unhurried_collector():
        pass
    assert gc.get_freeze_count() > 0


def test_cycles_made_inside_are_still_collected() -> None:
    gc.collect()
    with unhurried_collector():
        for _ in range(3 * PACE):
            cycle: list[object] = []
            cycle.append(cycle)
        left = sum(1 for it in gc.get_objects() if isinstance(it, list) and it and it[0] is it)
    assert left <= PACE
