"""Work done ahead: in turn, and never more at once than promised."""

import threading
from itertools import count

import pytest

from hubsync_assets.tables.in_turn import in_turn


def test_results_come_in_the_order_of_the_items() -> None:
    first = threading.Event()

    def work(item: int) -> int:
        if item == 0:
            assert first.wait(10)
        else:
            first.set()
        return item * item

    assert list(in_turn(work, range(5), 2)) == [0, 1, 4, 9, 16]


@pytest.mark.parametrize("at_once", [1, 2, 3])
def test_no_more_is_begun_than_at_once_besides_what_was_taken(at_once: int) -> None:
    begun: list[int] = []

    def work(item: int) -> int:
        begun.append(item)
        return item

    results = in_turn(work, count(), at_once)
    for taken, result in zip(range(10), results, strict=False):
        assert result == taken
        assert len(begun) <= taken + 1 + at_once


def test_how_much_goes_ahead_is_asked_for_each_item_and_none_means_in_the_callers_thread() -> None:
    caller = threading.get_ident()
    allowed = iter([0, 2, 2, 0, 1, 0])

    def work(item: int) -> tuple[int, bool]:
        return item, threading.get_ident() == caller

    found = list(in_turn(work, range(6), lambda: next(allowed)))
    assert found == [(0, True), (1, False), (2, False), (3, True), (4, False), (5, True)]


def test_a_fault_is_raised_in_its_turn_and_ends_the_rest() -> None:
    done: list[int] = []

    def work(item: int) -> int:
        if item == 3:
            raise ValueError(item)
        done.append(item)
        return item

    with pytest.raises(ValueError, match="3"):
        list(in_turn(work, range(100), 2))
    assert max(done) <= 5
