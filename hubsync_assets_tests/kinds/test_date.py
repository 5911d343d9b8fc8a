"""Kind date."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hubsync_assets.kinds.dates import Date
from hubsync_assets_tests.kinds.outcomes import BAD, UNKNOWN, fault_keys, read_texts
from hubsync_assets_tests.kinds.unhurried import UNHURRIED

THIRD = date(2026, 1, 3)


def day(**keys: Any) -> Date:
    return Date.model_validate({"name": "since", **keys})


@pytest.mark.parametrize(
    "text",
    [
        "2026-01-03", " 2026-01-03\n", "2026-01-03 00:00:00", "2026-01-03T23:59:59.999999", "2026-01-03T23:59:59Z", "2026-01-03t23:59z",
        "2026-01-03 23:59:59+02:00", "2026-01-03 00:30:00-0500", "2026-01-03 10:00+02", "2026-01-03T10:00:00,5 +02:00",
        "2026-01-03 10:00:00-00:14:44",
    ],
)  # fmt: skip
def test_an_iso_text_is_the_day_that_stands_in_it(text: str) -> None:
    assert read_texts(day(), [text]) == [THIRD]


@pytest.mark.parametrize(
    "text",
    [
        "0000-00-00", "0000-01-01", "infinity", "-infinity", "26-01-03", "2026-1-3", "2026-13-01", "2026-02-29", "20260103", "2026-01",
        "03/01/2026", "12026-01-03", "+2026-01-03", "2026-01-03 24:00:00", "2026-01-03 10:00:60", "2026-01-03 10", "2026-01-03x",
        "2026-01-03 BC", "2026-01-03T10:00:00+25:00", "\u0662\u0660\u0662\u0666-01-03", "1767225600000", "today",
    ],
)  # fmt: skip
def test_what_is_no_day_of_the_calendar_in_full_is_unreadable(text: str) -> None:
    assert read_texts(day(), ["2026-01-03", text]) == [THIRD, BAD]


def test_a_null_word_is_no_day_and_no_fault() -> None:
    assert read_texts(day(formats=["%d/%m/%Y", "epoch_s"]), ["null", "-", "n/a", "", None]) == [
        None,
        None,
        UNKNOWN,
        None,
        None,
    ]


def test_the_first_format_that_takes_a_text_reads_it() -> None:
    texts = ["03/01/2026", "2026-01-03", "1/13/2026", "13/1/2026", "1767398400000"]
    field = day(formats=["iso", "%d/%m/%Y", "%m/%d/%Y", "epoch_ms"])
    assert read_texts(field, texts) == [THIRD, THIRD, date(2026, 1, 13), date(2026, 1, 13), THIRD]
    assert read_texts(day(formats=["%m/%d/%Y", "%d/%m/%Y"]), ["03/01/2026"]) == [date(2026, 3, 1)]


def test_a_text_is_cleaned_before_a_later_format_sees_it() -> None:
    field = day(formats=["%m/%d/%Y", " %d/%m/%Y"])
    assert read_texts(field, [" 3/1/2026", "03/01/2026", "\u200b3/1/2026"]) == [date(2026, 3, 1)] * 3


@pytest.mark.parametrize(
    ("format_", "text", "value"),
    [
        ("%d/%m/%Y", "3/1/2026", THIRD),
        ("%d/%m/%Y", "03/01/26", BAD),
        ("%d/%m/%Y", "03/01/12026", BAD),
        ("%d/%m/%Y", "30/02/2026", BAD),
        ("%d/%m/%Y", "03-01-2026", BAD),
        ("%d/%m/%Y", "03 / 01 / 2026", BAD),
        ("%d/%m/%Y", "03/01/2026 10:00", BAD),
        ("%d.%m.%y", "03.01.26", THIRD),
        ("%d.%m.%y", "03x01x26", BAD),
        ("%Y%m%d", "20260103", THIRD),
        ("%Y%m%d", "2026103", BAD),
        ("%d %B %Y", "3 january 2026", THIRD),
        ("%b %d, %Y", "Jan 03, 2026", THIRD),
        ("%a %e %b %Y", "Sat 3 Jan 2026", THIRD),
        ("%a %e %b %Y", "Sun 3 Jan 2026", BAD),
        ("%Y-%j", "2026-003", THIRD),
        ("%d/%m/%Y %H:%M", "03/01/2026 23:59", THIRD),
        ("%m/%d/%Y %I:%M %p", "1/3/2026 11:59 pm", THIRD),
        ("%F %T.%f", "2026-01-03 10:00:00.123456", THIRD),
        ("%F %T%.f", "2026-01-03 10:00:00", THIRD),
        ("%F %T", "2026-01-03 10:00:60", BAD),
        ("%F %H:%M:%S", "2026-01-03 10:00:60", BAD),
        ("%F %H:%M:%S", "2026-01-03 10:00:59", THIRD),
        ("%d (%m) [%Y]", "3 (1) [2026]", THIRD),
        ("%d%%%m%%%Y", "3%1%2026", THIRD),
    ],
)
def test_a_format_takes_what_it_says_and_nothing_else(format_: str, text: str, value: Any) -> None:
    assert fault_keys(day(formats=[format_])) == []
    assert read_texts(day(formats=[format_]), [text]) == [value]


def test_an_epoch_is_a_day_in_utc_or_in_the_declared_zone() -> None:
    texts = ["1767398399", "1767398400", "1767398400.5", "-1", "0", "1767398400000000", "1,5", "1e9"]
    in_utc = [date(2026, 1, 2), THIRD, THIRD, date(1969, 12, 31), date(1970, 1, 1), BAD, BAD, BAD]
    assert read_texts(day(formats=["epoch_s"]), texts) == in_utc
    assert read_texts(day(formats=["epoch_s"], zone="Europe/Madrid"), texts)[:2] == [THIRD, THIRD]
    assert read_texts(day(formats=["epoch_ms"]), ["1767398400000", "-1", "1.9", "253402300800000"])[:3] == [
        THIRD, date(1969, 12, 31), date(1970, 1, 1)
    ]  # fmt: skip


def test_only_a_text_that_says_how_far_it_is_from_utc_is_moved_to_the_zone() -> None:
    texts = [
        "2026-01-03",
        "2026-01-03 23:30:00",
        "2026-01-02T23:30:00Z",
        "2026-01-02 20:30:00-03",
        "2026-01-03T00:30:00+05:00",
    ]
    assert read_texts(day(zone="Europe/Madrid"), texts) == [THIRD, THIRD, THIRD, THIRD, date(2026, 1, 2)]


def test_a_day_outside_of_four_digit_years_is_unreadable_wherever_it_comes_from() -> None:
    texts = ["0001-01-01T00:30:00+02:00", "9999-12-31T23:30:00-02:00", "9999-12-31", "0001-01-01"]
    assert read_texts(day(), texts) == [date(1, 1, 1), date.max, date.max, date.min]
    assert read_texts(day(zone="UTC"), texts) == [BAD, BAD, date.max, date.min]
    assert read_texts(day(formats=["epoch_s"]), ["253402300799", "253402300800", "-62135596800", "-62135596801"]) == [
        date.max, BAD, date.min, BAD
    ]  # fmt: skip


def test_hubspot_gets_the_day_and_gives_it_back_in_three_ways() -> None:
    assert day().written(THIRD, "as_is") == "2026-01-03"
    for theirs in ("2026-01-03", "1767398400000", "2026-01-03T00:00:00Z", "2026-01-03T00:00:00.000Z"):
        assert day().same("2026-01-03", theirs, "date")
    for theirs in ("2026-01-02", "1767398400001", "2026-01-03T10:00:00Z", "3 January", ""):
        assert not day().same("2026-01-03", theirs, "date")
    assert not day().same("2026-01-03", "1767398400000", "string")


def test_a_default_may_be_iso_whatever_the_formats_are() -> None:
    assert day(formats=["%d/%m/%Y"], default="2026-01-03").default_value == THIRD
    assert day(formats=["%d/%m/%Y"], default="03/01/2026").default_value == THIRD
    assert fault_keys(day(formats=["%d/%m/%Y"], default="01/13/2026")) == ["default"]


@pytest.mark.parametrize(
    ("keys", "faults"),
    [
        ({"formats": ["DD/MM/YYYY"]}, ["formats"]),
        ({"formats": ["ISO"]}, ["formats"]),
        ({"formats": [""]}, ["formats"]),
        ({"formats": ["%d/%m"]}, ["formats"]),
        ({"formats": ["%Y-%m"]}, ["formats"]),
        ({"formats": ["%d/%m/%Y %H"]}, ["formats"]),
        ({"formats": ["%d/%m/%Y %I:%M"]}, ["formats"]),
        ({"formats": ["%d/%m/%Y %M"]}, ["formats"]),
        ({"formats": ["%d/%Q/%Y"]}, ["formats"]),
        ({"formats": ["%d/%m/%Y %"]}, ["formats"]),
        ({"formats": ["%F %H:%M:%S %f"]}, ["formats"]),
        ({"formats": ["%FT%TZ"]}, ["formats"]),
        ({"formats": ["%F", "%d/%m", "?"]}, ["formats", "formats"]),
        ({"formats": ["epoch_s", "epoch_ms"]}, ["formats"]),
        ({"formats": ["%F %T %z"]}, ["zone"]),
        ({"formats": ["%F %T %z"], "zone": "UTC"}, []),
        ({"zone": "Mars/Olympus"}, ["zone"]),
        ({"zone": ""}, ["zone"]),
        ({"zone": "Mars/Olympus", "default": "2026-01-03"}, ["zone"]),
        ({"formats": ["%d/%m"], "default": "2026-01-03"}, ["formats"]),
        ({"keep": "any"}, ["keep"]),
    ],
)
def test_what_is_wrong_with_a_declaration_is_said_under_its_key(keys: dict[str, Any], faults: list[str]) -> None:
    assert fault_keys(day(**keys)) == faults


days = st.dates()
clocks = st.sampled_from(
    ["", " 10:20:30", "T23:59:59.5Z", "T00:00+14:00", " 00:00:00-05", "T24:00:00", " 10:20:61", "x"]
)
shapes = [
    "{0:%d}/{0:%m}/{0.year:04}",
    "{0.day}/{0.month}/{0.year:04}",
    "{0.year:04}-{0:%m-%d}",
    "{0.year}-{0.month}-{0.day}",
    "{0.year:04}{0:%m%d}",
]


def by_hand(text: str) -> Any:
    """The formats iso, %d/%m/%Y and %Y%m%d, without a zone."""
    try:
        if text[2:3] == "/" or text[1:2] == "/":
            day_, month, year = text.split("/")
            return date(int(year), int(month), int(day_)) if len(year) == 4 else BAD
        if len(text) == 8 and text.isdecimal():
            return date(int(text[:4]), int(text[4:6]), int(text[6:]))
        if len(text) > 10 and text[13:14] != ":":
            return BAD
        return datetime.fromisoformat(text).date() if text[4:5] == text[7:8] == "-" else BAD
    except ValueError:
        return BAD


@given(st.lists(st.tuples(days, st.sampled_from(shapes), clocks)))
@example([(date(26, 1, 2), shapes[1], ""), (date(26, 1, 2), shapes[3], "")])
@UNHURRIED
def test_a_day_in_many_shapes_is_read_as_by_hand(given: list[tuple[date, str, str]]) -> None:
    texts = [shape.format(day_) + clock for day_, shape, clock in given]
    assert read_texts(day(formats=["iso", "%d/%m/%Y", "%Y%m%d"]), texts) == [by_hand(text) for text in texts]


@given(
    st.lists(st.datetimes(datetime(1970, 1, 1), datetime(2090, 1, 1)), max_size=9),  # noqa: DTZ001 - in UTC
    st.sampled_from(["Europe/Madrid", "America/New_York", "Asia/Kathmandu", "Pacific/Apia", "UTC"]),
)
@UNHURRIED
def test_the_day_in_a_zone_is_the_standard_librarys(moments: list[datetime], zone: str) -> None:
    moments = [moment.replace(tzinfo=UTC, microsecond=0) for moment in moments]
    expected = [moment.astimezone(ZoneInfo(zone)).date() for moment in moments]
    seconds = [str((moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(seconds=1)) for moment in moments]
    assert read_texts(day(formats=["epoch_s"], zone=zone), seconds) == expected
    assert read_texts(day(zone=zone), [moment.isoformat() for moment in moments]) == expected
