"""Kinds date and datetime: a day, and a moment.

Keep out: how texts are read (``time_reading``), and formats (``time_formats``).
"""

from abc import abstractmethod
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any, ClassVar, Literal

import polars as pl
from pydantic import Field as Key

from hubsync_assets.kinds.field import KIND_KEY, Dtype, Field
from hubsync_assets.kinds.moments import UTC as UTC_TIME
from hubsync_assets.kinds.moments import Moments, is_zone
from hubsync_assets.kinds.reading import Conventions, nowhere
from hubsync_assets.kinds.time_formats import EPOCHS, ISO, fault_of, shape_of
from hubsync_assets.kinds.time_reading import read_moments

__all__ = ["Date", "Datetime"]

_LOGGED = "%Y-%m-%dT%H:%M:%S%.fZ"
_MILLISECOND = timedelta(milliseconds=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class _Timed(Field):
    """What both kinds share."""

    plain: ClassVar[bool] = True

    formats: Annotated[
        tuple[str, ...],
        Key(
            min_length=1,
            description="How it is written: iso, epoch_ms, epoch_s, or a format such as %d/%m/%Y. The first one that takes a text reads it.",
        ),
    ] = (ISO,)

    @property
    def default_value(self) -> Any:  # noqa: ANN401 - of the kind's dtype
        """In the declaration itself iso is a format anyway."""
        value = super().default_value
        return value if value is not None or self.default is None else self._of_text(str(self.default))

    @property
    def logged(self) -> Dtype:
        """Text: JSON has no dates."""
        return pl.String

    def _faults(self) -> Iterable[tuple[str, str]]:
        yield from (("formats", fault) for each in self.formats if (fault := fault_of(each)) is not None)
        if len(EPOCHS.keys() & set(self.formats)) > 1:
            yield "formats", f"{' and '.join(EPOCHS)} take the same texts: only one of them can be meant"
        zone = getattr(self, "zone", None)
        if zone is not None and not is_zone(zone):
            yield "zone", f"'{zone}' is no time zone: use a name such as Europe/Madrid"

    @abstractmethod
    def _values(self, moments: Moments) -> pl.Series:
        """The canonical values; null also where a moment is none in the zone."""

    def _of_text(self, iso: str) -> Any:  # noqa: ANN401 - of the kind's dtype
        moments, _ = read_moments(pl.Series([iso]), (ISO,))
        return self._values(moments)[0]

    def _read(self, given: pl.Series, how: Conventions) -> tuple[pl.Series, pl.Series | None]:
        del how
        moments, wrong = read_moments(given, self.formats)
        values = self._values(moments)
        never = (values.is_null() & moments.local.is_not_null()).arg_true()
        return values, nowhere(given.len()).scatter(pl.concat([wrong, never]), values=True)


class Date(_Timed):
    """A day."""

    dtype: ClassVar[Dtype] = pl.Date
    taken: ClassVar[frozenset[str]] = frozenset({"date", "string"})
    made: ClassVar[tuple[str, str]] = ("date", "date")

    kind: Annotated[Literal["date"], KIND_KEY] = "date"
    zone: Annotated[
        str | None,
        Key(
            description="The time zone whose day it is where a text says how far its time is from UTC; left out: the day as it is written, "
            "and of an epoch the day in UTC."
        ),
    ] = None

    @property
    def unfit(self) -> str:
        """What is said of a value that does not fit."""
        return f"no day in the form {' or '.join(self.formats)}"

    def to_log(self, value: Any) -> Any:  # noqa: ANN401 - of the kind's dtype
        """``2026-01-31``."""
        return None if value is None else value.isoformat()

    def of_log(self, value: Any) -> Any:  # noqa: ANN401 - of the kind's dtype
        """A day again."""
        return None if value is None else date.fromisoformat(value)

    def from_log(self, value: pl.Expr) -> pl.Expr:
        """A day again; null where it is none."""
        return value.str.to_date("%Y-%m-%d", strict=False)

    def written(self, value: Any, form: str) -> str:  # noqa: ANN401 - of the kind's dtype
        """``2026-01-31``."""
        del form
        if not isinstance(value, date) or isinstance(value, datetime):
            raise self.wrong_type(value, "date")
        return value.isoformat()

    def same(self, ours: str, theirs: str, type_: str) -> bool:
        """HubSpot's own midnight in UTC, as milliseconds or as a time, is the day."""
        if type_ != "date":
            return False
        moment = _moment(theirs)
        return moment is not None and moment == _moment(ours)

    def means(self, ours: str, theirs: str, type_: str) -> bool:
        """The same day, also in a property of text."""
        return super().means(ours, theirs, type_) or self.same(ours, theirs, "date")

    def _faults(self) -> Iterable[tuple[str, str]]:
        faults = list(super()._faults())
        yield from faults
        if self.zone is None and not faults:
            for each in self.formats:
                if each != ISO and each not in EPOCHS and shape_of(each).says_offset:
                    yield "zone", f"'{each}' says how far a time is from UTC: name the time zone whose day counts"

    def _values(self, moments: Moments) -> pl.Series:
        return moments.days(self.zone)


class Datetime(_Timed):
    """A moment."""

    dtype: ClassVar[Dtype] = UTC_TIME
    taken: ClassVar[frozenset[str]] = frozenset({"datetime", "string"})
    made: ClassVar[tuple[str, str]] = ("datetime", "date")

    kind: Annotated[Literal["datetime"], KIND_KEY] = "datetime"
    zone: Annotated[
        str,
        Key(
            description="The time zone of a text that does not say how far it is from UTC; of a time that is there twice, the earlier one."
        ),
    ] = "UTC"

    @property
    def unfit(self) -> str:
        """What is said of a value that does not fit."""
        return f"no time in the form {' or '.join(self.formats)}"

    def text(self, value: pl.Expr) -> pl.Expr:
        """``2026-01-31T10:00:00Z``, with a fraction only where there is one."""
        return value.dt.strftime(_LOGGED)

    def to_log(self, value: Any) -> Any:  # noqa: ANN401 - of the kind's dtype
        """``2026-01-31T10:00:00.000000Z``."""
        return None if value is None else _with_z(value, "microseconds")

    def of_log(self, value: Any) -> Any:  # noqa: ANN401 - of the kind's dtype
        """A moment again."""
        return None if value is None else datetime.fromisoformat(value)

    def from_log(self, value: pl.Expr) -> pl.Expr:
        """A moment again; null where it is none."""
        return value.str.to_datetime(_LOGGED, time_unit="us", strict=False).dt.replace_time_zone("UTC")

    def written(self, value: Any, form: str) -> str:  # noqa: ANN401 - of the kind's dtype
        """``2026-01-31T10:00:00.000Z``: HubSpot keeps milliseconds."""
        del form
        if not isinstance(value, datetime) or value.tzinfo is None:
            raise self.wrong_type(value, "time with a zone")
        return _with_z(value, "milliseconds")

    def same(self, ours: str, theirs: str, type_: str) -> bool:
        """The same millisecond, as milliseconds since 1970 or as a time."""
        if type_ != "datetime":
            return False
        moment = _moment(theirs)
        return moment is not None and moment == _moment(ours)

    def means(self, ours: str, theirs: str, type_: str) -> bool:
        """The same moment, also in a property of text."""
        return super().means(ours, theirs, type_) or self.same(ours, theirs, "datetime")

    def _values(self, moments: Moments) -> pl.Series:
        return moments.instants(self.zone)


def _with_z(value: datetime, precision: str) -> str:
    return value.astimezone(UTC).replace(tzinfo=None).isoformat(timespec=precision) + "Z"


def _moment(text: str) -> int | None:
    """Milliseconds since 1970, by what HubSpot gives back; None: it is no time."""
    text = text.strip()
    if text.removeprefix("-").isdecimal():
        return int(text)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return ((moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - _EPOCH) // _MILLISECOND
