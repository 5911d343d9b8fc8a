"""Measuring: a process of its own, and the arithmetic over what came of it."""

import pytest

from benchmarks.measure import Cost, best_ratio, cost_of, median, ratio
from benchmarks.report import heading, table


def cost(wall: float) -> Cost:
    return Cost(wall=wall, cpu=2 * wall, peak=100, whole=wall + 1, value=None)


def test_a_call_has_a_process_of_its_own_and_gives_its_value_back() -> None:
    measured = cost_of("os:getpid")
    assert measured.value != cost_of("os:getpid").value
    assert 0 < measured.wall < measured.whole
    assert 1 < measured.peak < 500


def test_a_call_that_fails_ends_the_benchmark_with_its_last_words() -> None:
    with pytest.raises(SystemExit, match=r"builtins:int failed:[\s\S]*invalid literal"):
        cost_of("builtins:int", "no number")


def test_a_ratio_is_the_median_of_the_rounds_ratios() -> None:
    ours, theirs = [cost(2), cost(30), cost(6)], [cost(1), cost(10), cost(2)]
    assert ratio(ours, theirs) == 3
    assert median(ours, "cpu") == 12


def test_the_best_rival_is_the_one_with_the_least_median() -> None:
    assert best_ratio([cost(3)] * 3, [[cost(1), cost(9), cost(9)], [cost(2), cost(2), cost(2)]]) == 1.5


def test_a_table_is_markdown() -> None:
    assert table(("a", "b"), [(1, "x")]) == "| a | b |\n| --- | --- |\n| 1 | x |\n"


def test_the_heading_says_command_machine_and_versions() -> None:
    told = heading("python -m benchmarks")
    assert told.splitlines()[0] == "- command: `python -m benchmarks`"
    assert "cores" in told
    assert "polars" in told
