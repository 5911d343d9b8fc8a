"""Random frames with types, and what a reader has to say of them, slowly and without polars.

Keep out: the reader.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from math import isnan
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl
from hypothesis import strategies as st

__all__ = ["ANY_TYPE", "NUMBERS", "Typed"]

BERLIN = ZoneInfo("Europe/Berlin")


@dataclass(frozen=True)
class Typed:
    """A type: what values it has, and each of them as text."""

    dtype: pl.DataType
    values: st.SearchStrategy[Any]
    text: Callable[[Any], str | None]


def whole(value: int) -> str:
    return str(value)


def moment(value: datetime) -> str:
    text = value.replace(tzinfo=None).isoformat()
    if value.microsecond and not value.microsecond % 1000:
        text = text[:-3]
    ahead = value.utcoffset()
    if value.tzinfo is None or ahead is None:
        return text
    minutes = int(ahead / timedelta(minutes=1))
    return f"{text}Z" if value.tzinfo is UTC else f"{text}+{minutes // 60:02d}:{minutes % 60:02d}"


def clock(value: time) -> str:
    return moment(datetime.combine(date(2026, 1, 1), value)).partition("T")[2]


def as_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def in_bytes(value: bytes) -> str:
    return value.decode("utf-8", "backslashreplace")


def double(value: float) -> str | None:
    return None if isnan(value) else str(value).replace("e-0", "e-")


def ints(dtype: pl.DataType, low: int, high: int) -> Typed:
    return Typed(dtype, st.integers(low, high), whole)


TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
WORDS = st.sampled_from(["red", "grün", "", "blue sky"])
NAIVE = st.datetimes(datetime(1, 1, 1), datetime(9999, 12, 31)).map(lambda at: at.replace(microsecond=0))  # noqa: DTZ001
RECENT = st.datetimes(datetime(1990, 1, 1), datetime(2040, 1, 1))  # noqa: DTZ001
SHORT_FLOATS = st.integers(-(10**6), 10**6).map(lambda number: number / 4)
OBJECT = st.tuples(st.none() | TEXT, st.none() | st.integers(-9, 10**12)).map(
    lambda pair: dict(zip(("city", "zip"), pair, strict=True))
)

NUMBERS = [
    ints(pl.Int8(), -(2**7), 2**7 - 1),
    ints(pl.Int64(), -(2**63), 2**63 - 1),
    ints(pl.UInt64(), 0, 2**64 - 1),
    ints(pl.Int128(), -(2**127), 2**127 - 1),
    ints(pl.UInt16(), 0, 2**16 - 1),
    Typed(pl.Float64(), SHORT_FLOATS | st.just(float("nan")), double),
    Typed(pl.Float32(), SHORT_FLOATS, double),
    Typed(
        pl.Decimal(20, 2), st.decimals(-(10**9), 10**9, places=2).map(lambda each: each + 0), lambda each: f"{each:.2f}"
    ),
]
ANY_TYPE = [
    *NUMBERS,
    Typed(pl.String(), TEXT, str),
    Typed(pl.Boolean(), st.booleans(), lambda each: str(each).lower()),
    Typed(pl.Date(), st.dates(), date.isoformat),
    Typed(pl.Time(), st.times(), clock),
    Typed(pl.Datetime("us"), NAIVE | RECENT, moment),
    Typed(pl.Datetime("ns"), RECENT, moment),
    Typed(pl.Datetime("ms", "UTC"), NAIVE.map(lambda at: at.replace(tzinfo=UTC)), moment),
    Typed(pl.Datetime("us", "Europe/Berlin"), RECENT.map(lambda at: at.replace(tzinfo=UTC).astimezone(BERLIN)), moment),
    Typed(pl.Binary(), st.binary(max_size=8), in_bytes),
    Typed(pl.Categorical(), WORDS, str),
    Typed(pl.Enum(["red", "grün", "", "blue sky"]), WORDS, str),
    Typed(pl.List(pl.Int32()), st.lists(st.none() | st.integers(-9, 9), max_size=3), as_json),
    Typed(pl.Array(pl.Int8(), 2), st.lists(st.integers(-9, 9), min_size=2, max_size=2), as_json),
    Typed(pl.Struct({"city": pl.String, "zip": pl.Int64}), OBJECT, as_json),
    Typed(pl.Null(), st.none(), str),
]
