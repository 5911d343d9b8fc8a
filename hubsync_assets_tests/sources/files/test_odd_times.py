"""Times that a person should know of."""

import pytest

from hubsync_assets.sources.files.name_dates import dates_in
from hubsync_assets.sources.files.odd_times import odd_times
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
    assert odd_times(files[::-1], "name", NOW) == ()
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
        ("2026_1_5.csv", "2026-01-05 00:00:00"),
        ("Export 31.01.2026.csv", "2026-01-31 00:00:00"),
        ("a-31-01-2026.csv", "2026-01-31 00:00:00"),
        ("a_01-31-2026 (1).csv", "2026-01-31 00:00:00"),
        ("a-01-02-2026.csv", None),
        ("2026-W05.csv", "2026-01-26 00:00:00"),
        ("2026-W54.csv", None),
        ("crm_31Jan2026.csv", "2026-01-31 00:00:00"),
        ("Contacts January 31, 2026.csv", "2026-01-31 00:00:00"),
        ("export-2026-01.csv", "2026-01-01 00:00:00"),
        ("1769817600.csv", "2026-01-31 00:00:00"),
        ("1769817600123.csv", "2026-01-31 00:00:00"),
        ("a_2026-02-30.csv", "2026-02-01 00:00:00"),
        ("a_120260131.csv", None),
        ("order-20269931.csv", None),
        ("2026.csv", None),
        ("export_v2 (1).csv", None),
        ("+34600123456.csv", None),
    ],
)
def test_dates_in_names(name: str, date: str | None) -> None:
    (found,) = dates_in([f"2020-02-02/{name}"])
    assert (None if found is None else str(found[1])) == date


@pytest.mark.parametrize(
    ("newer", "older"),
    [
        ("31-01-2026.csv", "01-02-2026.csv"),
        ("01-31-2026.csv", "02-01-2026.csv"),
        ("2026-W05.csv", "2026-W06.csv"),
        ("31Jan2026.csv", "1Feb2026.csv"),
        ("1769817600.csv", "1769904000.csv"),
    ],
)
def test_dates_of_every_style_are_compared_with_the_times(newer: str, older: str) -> None:
    files = [file(newer), file(older, NOW - 9)]
    assert "the dates in their names say the opposite" in "".join(odd_times(files, "time", NOW))
    assert odd_times([file(older), file(newer, NOW - 9)], "time", NOW) == ()


def test_a_month_and_a_day_in_it_are_not_compared() -> None:
    assert odd_times([file("all_2026-01.csv"), file("delta_2026-01-31.csv", NOW - 9)], "time", NOW) == ()


def test_names_that_count_and_do_not_put_their_dates_in_order_are_named() -> None:
    (said,) = odd_times([file("31.01.2026.csv"), file("01.02.2026.csv")], "name", NOW)
    assert said.startswith("31.01.2026.csv counts as newer than 01.02.2026.csv by its name, and the dates")
    assert "declare rank: time" in said


def test_names_that_count_and_do_not_put_their_numbers_in_order_are_named() -> None:
    (said,) = odd_times([file("export_9.csv"), file("export_10.csv")], "name", NOW)
    assert said.startswith("export_9.csv counts as newer than export_10.csv by its name, and the numbers")
    assert odd_times([file("export_10.csv"), file("export_09.csv")], "name", NOW) == ()
    assert odd_times([file("export_9.csv"), file("export_10.csv")], "time", NOW) == ()
    assert odd_times([file(f"a{'9' * 5000}.csv"), file("a10.csv")], "name", NOW) == ()
