"""Times that a person should know of."""

import pytest

from hubsync_assets.sources.files.odd_times import date_in, odd_times
from hubsync_assets.sources.files.source_file import SourceFile

NOW = 1_790_000_000


def file(name: str, seconds: float = NOW) -> SourceFile:
    return SourceFile(name, mtime_ns=int(seconds * 1e9))


@pytest.mark.parametrize("rank", ["time", "name"])
def test_a_time_in_the_future_is_named(rank: str) -> None:
    (said,) = odd_times([file("a.csv", NOW + 7200), file("b.csv", NOW + 60), file("c.csv")], rank, NOW)
    assert said.startswith("a.csv has a time in the future, 2026-09-21 16:13 UTC")
    assert ("counts as newer" in said) == (rank == "time")


def test_a_time_that_no_calendar_has_is_named_too() -> None:
    (said,) = odd_times([file("a.csv", 4e12)], "time", NOW)
    assert "a.csv has a time in the future" in said


def test_many_of_them_are_counted() -> None:
    said = odd_times([file(f"{number}.csv", NOW + 7200) for number in range(8)], "time", NOW)
    assert (len(said), said[-1]) == (6, "3 more files have a time in the future")


def test_names_whose_dates_disagree_with_the_times_are_named_where_times_count() -> None:
    files = [file("db1/contacts_2026-01-01.csv"), file("db1/contacts_2026-01-02.csv", NOW - 9)]
    (said,) = odd_times(files, "time", NOW)
    assert said.startswith("db1/contacts_2026-01-01.csv counts as newer than db1/contacts_2026-01-02.csv by its time")
    assert odd_times(files, "name", NOW) == ()
    assert odd_times(files[::-1], "time", NOW) == ()


def test_files_without_a_date_are_passed_over() -> None:
    names = ["c_20260103.csv", "delta.csv", "c_20260102.csv", "c_99999999.csv", "c_20260101.csv"]
    assert odd_times([file(name) for name in names], "time", NOW) == ()


@pytest.mark.parametrize(
    ("name", "date"),
    [
        ("a_2026-01-31.csv", "2026-01-31 00:00:00"),
        ("a_2026_01_31T0930.csv", "2026-01-31 09:30:00"),
        ("20260131-093015.csv", "2026-01-31 09:30:15"),
        ("20260131093015.csv", "2026-01-31 09:30:15"),
        ("a_2026-02-30.csv", None),
        ("a_120260131.csv", None),
        ("order-20269931.csv", None),
        ("2026.csv", None),
    ],
)
def test_dates_in_names(name: str, date: str | None) -> None:
    found = date_in(f"2020-02-02/{name}")
    assert (None if found is None else str(found)) == date
