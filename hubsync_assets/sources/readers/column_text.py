"""A column of any type as the text that people would write, or as numbers.

Put here: what each dtype of polars becomes. Keep out: which columns there are, and what a number column makes of numbers (``tabular``).
"""

import json
from collections.abc import Callable

import polars as pl

__all__ = ["as_text", "is_nested"]

_FIRST_DAY, _LAST_DAY = -719_162, 2_932_896
"""0001-01-01 and 9999-12-31, in days since 1970."""

_LOWEST, _HIGHEST = -(2**63), 2**63 - 1

_A_DAY = {"ms": 86_400_000, "us": 86_400_000_000, "ns": 86_400_000_000_000}
_ISO = "%Y-%m-%dT%H:%M:%S%.f"
_KEY = '{"":'


def is_nested(dtype: pl.DataType) -> bool:
    """Whether its values are lists or objects, which ``as_text`` makes JSON of."""
    return dtype.is_nested()


def as_text(own: pl.Series, *, is_number: bool) -> pl.Series:
    """String, or a numeric dtype for numbers; null stays null.

    Args:
        own: Of any dtype.
        is_number: It is for a column of numbers only. There NaN stays what it is and is rejected with a reason; elsewhere it is nothing,
            as pandas writes a missing number so.

    Example:
        >>> as_text(pl.Series([b"Ada", None]), is_number=False).to_list()
        ['Ada', None]
    """
    dtype = own.dtype
    if isinstance(dtype, pl.BaseExtension):
        return as_text(own.ext.storage(), is_number=is_number)
    if dtype.is_float():
        return _floats(own) if is_number else _floats(own).fill_nan(None)
    if dtype.is_numeric() or dtype == pl.String:
        return own
    return _json(own) if is_nested(dtype) else _WRITTEN.get(dtype.base_type(), _cast)(own)


def _floats(own: pl.Series) -> pl.Series:
    """By way of text, so that a short float is the number that was written: 0.1, and not 0.10000000149."""
    return own if own.dtype == pl.Float64 else own.cast(pl.String).cast(pl.Float64)


def _cast(own: pl.Series) -> pl.Series:
    return own.cast(pl.String)


def _time(own: pl.Series) -> pl.Series:
    return own.dt.strftime("%H:%M:%S%.f")


def _duration(own: pl.Series) -> pl.Series:
    return own.dt.to_string("iso")


def _day(own: pl.Series) -> pl.Series:
    return _in_years_of_four_digits(own, 1, "%Y-%m-%d", "days")


def _moment(own: pl.Series) -> pl.Series:
    """With a zone, the time there and how far that is from UTC, since the day is that of the zone."""
    dtype = own.dtype
    assert isinstance(dtype, pl.Datetime)  # noqa: S101 - for mypy
    zone = dtype.time_zone
    form = _ISO if zone is None else f"{_ISO}Z" if zone == "UTC" else f"{_ISO}%:z"
    return _in_years_of_four_digits(own, _A_DAY[dtype.time_unit], form, dtype.time_unit)


def _in_years_of_four_digits(own: pl.Series, a_day: int, form: str, unit: str) -> pl.Series:
    passed = own.to_physical()
    first, last = max(_FIRST_DAY * a_day, _LOWEST), min((_LAST_DAY + 1) * a_day - 1, _HIGHEST)
    known = passed.is_between(first, last).fill_null(value=True)
    if known.all():
        return own.dt.strftime(form)
    # Such as infinity in PostgreSQL: of a time that far polars makes a panic. Text that is no time is rejected.
    words = passed.cast(pl.String) + f" {unit} since 1970"
    return own.set(~known, None).dt.strftime(form).zip_with(known, words)


def _decoded(own: pl.Series) -> pl.Series:
    try:
        return own.cast(pl.String)
    except pl.exceptions.PolarsError:
        texts = [None if value is None else _from_bytes(value) for value in own]
        return pl.Series(own.name, texts, dtype=pl.String)


def _from_bytes(value: bytes) -> str:
    return value.decode("utf-8", "backslashreplace")


def _json(own: pl.Series) -> pl.Series:
    if _has_bytes(own.dtype):
        texts = [None if value is None else json.dumps(_plain(value), ensure_ascii=False) for value in own.to_list()]
        return pl.Series(own.name, texts, dtype=pl.String)
    try:
        encoded = _encoded(own)
    except pl.exceptions.PanicException:
        # A time that polars cannot write, see above.
        encoded = _encoded(own.to_physical())
    return encoded.set(own.is_null(), None)


def _encoded(own: pl.Series) -> pl.Series:
    """JSON can be made of structs alone."""
    wrapped = own.alias("").to_frame().select(pl.struct("").struct.json_encode()).to_series()
    return wrapped.str.slice(len(_KEY)).str.head(-1).alias(own.name)


def _has_bytes(dtype: pl.DataType) -> bool:
    """Of which polars makes no JSON."""
    inner = [getattr(dtype, name, None) for name in ("inner", "key", "value")]
    fields = [field.dtype for field in dtype.fields] if isinstance(dtype, pl.Struct) else []
    return dtype == pl.Binary or any(_has_bytes(each) for each in [*inner, *fields] if isinstance(each, pl.DataType))


def _plain(value: object) -> object:
    if isinstance(value, dict):
        return {_name(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    if isinstance(value, float):
        return value if value - value == 0 else None  # JSON has no NaN
    return value if value is None or isinstance(value, str | int) else _name(value)


def _name(value: object) -> str:
    return _from_bytes(value) if isinstance(value, bytes) else str(value)


_WRITTEN: dict[type[pl.DataType], Callable[[pl.Series], pl.Series]] = {
    pl.Date: _day,
    pl.Datetime: _moment,
    pl.Time: _time,
    pl.Duration: _duration,
    pl.Binary: _decoded,
}
