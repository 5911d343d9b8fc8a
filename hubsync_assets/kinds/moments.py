"""A moment as it was written: the local time, and how far that is from UTC, if it says so.

Put here: the value that passes between the formats and the kinds date and datetime, and what it amounts to. Keep out: reading a text.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Self

import polars as pl

__all__ = ["AHEAD", "LOCAL", "UTC", "Moments", "is_zone", "of_four_digits"]

LOCAL = pl.Datetime("us")
UTC = pl.Datetime("us", "UTC")
AHEAD = pl.Duration("us")

_FIRST, _LAST = datetime(1, 1, 1), datetime(9999, 12, 31, 23, 59, 59, 999999)  # noqa: DTZ001 - a local time
"""A year has four digits, in HubSpot and in Python."""


@dataclass(frozen=True, slots=True)
class Moments:
    """A column of moments.

    Attributes:
        local: Datetime(us): date and time as they stand there; null: the text is none.
        ahead: Duration(us): how far that is ahead of UTC; null: the text does not say. None: no text says.
    """

    local: pl.Series
    ahead: pl.Series | None = None

    def missing(self, texts: pl.Series) -> pl.Series:
        """The numbers of the rows, from 0, where there is a text and no moment."""
        return (self.local.is_null() & texts.is_not_null()).arg_true()

    def completed(self, rows: pl.Series, others: Self) -> Self:
        """The same moments, and others in some rows.

        Args:
            rows: UInt32, their numbers, from 0.
            others: Their moments.
        """
        local = self.local.clone().scatter(rows, others.local)
        if self.ahead is None and others.ahead is None:
            return replace(self, local=local)
        nowhere = pl.Series([None], dtype=AHEAD)
        ahead = nowhere.new_from_index(0, local.len()) if self.ahead is None else self.ahead.clone()
        here = nowhere.new_from_index(0, rows.len()) if others.ahead is None else others.ahead
        return replace(self, local=local, ahead=ahead.scatter(rows, here))

    def days(self, zone: str | None) -> pl.Series:
        """The day (Date) of each moment in a time zone, if it says how far it is from UTC; else, and without a zone, the day as written."""
        local = self.local
        if zone is not None and self.ahead is not None:
            there = (
                (local - self.ahead).dt.replace_time_zone("UTC").dt.convert_time_zone(zone).dt.replace_time_zone(None)
            )
            local = local.zip_with(self.ahead.is_null(), there)
        return of_four_digits(local).dt.date()

    def instants(self, zone: str) -> pl.Series:
        """Each moment as Datetime(us, UTC).

        Args:
            zone: whose time it is where a moment does not say so. Of a time that is there twice the earlier one is meant; one that is
                never there (an hour is skipped in spring) is null.
        """
        naive = self.local if zone == "UTC" else _in_zone(self.local, zone)
        utc = naive if self.ahead is None else naive.zip_with(self.ahead.is_null(), self.local - self.ahead)
        return of_four_digits(utc).dt.replace_time_zone("UTC")


def is_zone(name: str) -> bool:
    """Whether there is a time zone of this name."""
    try:
        _in_zone(pl.Series([_FIRST], dtype=LOCAL), name)
    except pl.exceptions.ComputeError:
        return False
    # To polars no name is no zone.
    return name != ""


def of_four_digits(times: pl.Series) -> pl.Series:
    """The same times (Datetime without a zone); null where a year is not one of 1 to 9999."""
    value = pl.col("value")
    return times.to_frame("value").select(pl.when(value.is_between(_FIRST, _LAST)).then(value)).to_series()


def _in_zone(local: pl.Series, zone: str) -> pl.Series:
    there = local.dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null")
    return there.dt.convert_time_zone("UTC").dt.replace_time_zone(None)
