"""Kind datetime."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubsync_assets.kinds.dates import Datetime
from hubsync_assets.kinds.moments import is_zone
from hubsync_assets_tests.kinds.outcomes import BAD, fault_keys, read_texts
from hubsync_assets_tests.kinds.unhurried import UNHURRIED

TEN = datetime(2026, 1, 3, 10, 20, 30, tzinfo=UTC)
MADRID = "Europe/Madrid"


def moment(**keys: Any) -> Datetime:
    return Datetime.model_validate({"name": "changed", **keys})


@pytest.mark.parametrize(
    "text",
    [
        "2026-01-03T10:20:30Z", "2026-01-03 10:20:30", "2026-01-03T10:20:30", "2026-01-03 10:20:30+00", "2026-01-03T12:20:30+02:00",
        "2026-01-03T05:05:30-0515", "2026-01-03T10:20:30.000Z", " 2026-01-03t10:20:30z ", "2026-01-03 10:20:30 Z", "2026-01-03 09:20:30-01",
    ],
)  # fmt: skip
def test_an_iso_text_is_a_moment_and_one_without_an_offset_is_in_utc(text: str) -> None:
    assert read_texts(moment(), [text]) == [TEN]


def test_a_fraction_counts_to_the_microsecond_and_what_is_left_out_is_0() -> None:
    texts = [
        "2026-01-03T10:20:30.123456Z",
        "2026-01-03T10:20:30.1234569Z",
        "2026-01-03T10:20:30,5+00:00",
        "2026-01-03T10:20Z",
        "2026-01-03",
    ]
    assert read_texts(moment(), texts) == [
        TEN.replace(microsecond=123456), TEN.replace(microsecond=123456), TEN.replace(microsecond=500000), TEN.replace(second=0),
        datetime(2026, 1, 3, tzinfo=UTC),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "0000-00-00 00:00:00",
        "infinity",
        "2026-01-03T24:00:00Z",
        "2026-01-03T10:60Z",
        "2026-01-03T10:20:60Z",
        "2026-01-03Z",
        "10:20:30",
    ],
)
def test_what_is_no_moment_is_unreadable(text: str) -> None:
    assert read_texts(moment(), [text, "2026-01-03T10:20:30Z"]) == [BAD, TEN]


def test_a_text_without_an_offset_is_in_the_declared_zone() -> None:
    texts = ["2026-01-03 11:20:30", "2026-01-03T10:20:30Z", "2026-07-03 12:20:30", "2026-07-03"]
    assert read_texts(moment(zone=MADRID), texts) == [
        TEN,
        TEN,
        TEN.replace(month=7),
        datetime(2026, 7, 2, 22, tzinfo=UTC),
    ]


def test_an_hour_that_is_there_twice_is_the_earlier_one_and_one_that_is_skipped_is_unreadable() -> None:
    texts = ["2026-10-25 02:30:00", "2026-10-25T02:30:00+01:00", "2026-03-29 02:30:00", "2026-03-29 03:00:00"]
    assert read_texts(moment(zone=MADRID), texts) == [
        datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 10, 25, 1, 30, tzinfo=UTC), BAD, datetime(2026, 3, 29, 1, tzinfo=UTC),
    ]  # fmt: skip


def test_formats_are_tried_in_their_order_and_each_may_say_its_offset() -> None:
    field = moment(formats=["%d.%m.%Y %H:%M:%S", "%m/%d/%Y %I:%M:%S %p %z", "epoch_ms", "iso"], zone=MADRID)
    texts = [
        "03.01.2026 11:20:30",
        "1/3/2026 5:20:30 AM -0500",
        "1/3/2026 5:20:30 AM -05:00",
        "1767435630000",
        "2026-01-03T10:20:30Z",
        "x",
    ]
    assert read_texts(field, texts) == [TEN, TEN, TEN, TEN, TEN, BAD]


def test_an_epoch_may_have_a_fraction_and_a_sign() -> None:
    assert read_texts(moment(formats=["epoch_s"]), ["1767435630.25", "-0.5", "+1", "1767435630.1234567"]) == [
        TEN.replace(microsecond=250000), datetime(1969, 12, 31, 23, 59, 59, 500000, tzinfo=UTC), datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC),
        TEN.replace(microsecond=123456),
    ]  # fmt: skip
    assert read_texts(moment(formats=["epoch_ms"]), ["1767435630250.5"]) == [TEN.replace(microsecond=250500)]


def test_a_moment_outside_of_four_digit_years_is_unreadable() -> None:
    texts = [
        "0001-01-01T00:30:00+01:00",
        "9999-12-31T23:30:00-01:00",
        "9999-12-31T23:59:59.999999Z",
        "0001-01-01T00:00:00Z",
    ]
    first, last = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
    assert read_texts(moment(), texts) == [BAD, BAD, last, first]
    assert read_texts(moment(zone="Asia/Tokyo"), ["0001-01-01 00:00:00"]) == [BAD]


def test_people_read_a_fraction_only_where_there_is_one() -> None:
    values = pl.Series([TEN, TEN.replace(microsecond=500000), None], dtype=pl.Datetime("us", "UTC"))
    assert values.to_frame("it").select(moment().text(pl.col("it"))).to_series().to_list() == [
        "2026-01-03T10:20:30Z", "2026-01-03T10:20:30.500Z", None
    ]  # fmt: skip


def test_the_log_keeps_microseconds() -> None:
    value = TEN.replace(microsecond=123456)
    assert moment().to_log(value) == "2026-01-03T10:20:30.123456Z"
    assert moment().of_log(moment().to_log(value)) == value


def test_hubspot_gets_milliseconds_in_utc() -> None:
    assert moment().written(TEN.replace(microsecond=123999), "as_is") == "2026-01-03T10:20:30.123Z"
    assert moment().written(TEN.astimezone(ZoneInfo("Asia/Tokyo")), "as_is") == "2026-01-03T10:20:30.000Z"


def test_what_hubspot_gives_back_is_the_same_if_it_is_the_same_millisecond() -> None:
    ours = "2026-01-03T10:20:30.123Z"
    for theirs in ("2026-01-03T10:20:30.123Z", "1767435630123", "2026-01-03T11:20:30.1239+01:00"):
        assert moment().same(ours, theirs, "datetime")
    for theirs in ("2026-01-03T10:20:30Z", "1767435630", "soon", "2026-01-03T10:20:30.124Z"):
        assert not moment().same(ours, theirs, "datetime")
    assert not moment().same(ours, "1767435630123", "string")


def test_a_zone_that_is_none_is_a_fault_and_so_is_a_format_that_tells_too_little() -> None:
    assert fault_keys(moment(zone="Madrid", formats=["%d/%m", "%F %T %z"])) == ["formats", "zone"]
    assert fault_keys(moment(zone=MADRID, formats=["%F %T %z"])) == []
    assert [is_zone(name) for name in ("UTC", MADRID, "Madrid", "", "local")] == [True, True, False, False, False]


offsets = st.none() | st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
written = [
    lambda it: it.isoformat(),
    lambda it: it.isoformat(" "),
    lambda it: it.isoformat().replace("+00:00", "Z"),
    lambda it: it.isoformat(timespec="milliseconds"),
    lambda it: it.isoformat(timespec="minutes"),
    lambda it: it.isoformat(" ", "seconds").replace(":", "", 0),
]


@given(st.lists(st.tuples(st.datetimes(), offsets, st.sampled_from(written)), max_size=9))
@UNHURRIED
def test_any_iso_time_is_what_the_standard_library_says(given: list[tuple[datetime, timezone | None, Any]]) -> None:
    texts = [write(it.replace(tzinfo=offset)) for it, offset, write in given]

    def by_hand(text: str) -> Any:
        it = datetime.fromisoformat(text)
        try:
            return it.astimezone(UTC) if it.tzinfo else it.replace(tzinfo=UTC)
        except OverflowError:
            return BAD

    assert read_texts(moment(), texts) == [by_hand(text) for text in texts]


@given(
    st.lists(st.datetimes(datetime(1980, 1, 1), datetime(2090, 1, 1)), max_size=9),  # noqa: DTZ001 - local times
    st.sampled_from([MADRID, "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe", "Pacific/Apia"]),
)
@UNHURRIED
def test_a_local_time_is_what_the_standard_library_says(locals_: list[datetime], zone: str) -> None:
    def by_hand(local: datetime) -> Any:
        utc = local.replace(tzinfo=ZoneInfo(zone), fold=0).astimezone(UTC)
        return utc if utc.astimezone(ZoneInfo(zone)).replace(tzinfo=None) == local else BAD

    assert read_texts(moment(zone=zone), [it.isoformat() for it in locals_]) == [by_hand(it) for it in locals_]


@pytest.mark.parametrize("zone", [MADRID, "America/New_York", "Australia/Lord_Howe"])
def test_every_quarter_of_an_hour_around_a_changed_clock_is_what_the_standard_library_says(zone: str) -> None:
    days = ("2026-03-08", "2026-03-29", "2026-04-05", "2026-10-04", "2026-10-25", "2026-11-01")
    quarters = [datetime.fromisoformat(day) + timedelta(minutes=15 * step) for day in days for step in range(24)]
    assert any(value is BAD for value in read_texts(moment(zone=zone), [it.isoformat() for it in quarters]))
    test_a_local_time_is_what_the_standard_library_says.hypothesis.inner_test(quarters, zone)  # type: ignore[attr-defined]
