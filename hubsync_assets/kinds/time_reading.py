"""Reading moments: each text by the first format that takes it.

Put here: columns of text in, moments out. Keep out: what formats there are (``time_formats``), and what a moment is good for (``moments``).
"""

from collections.abc import Callable, Iterable, Sequence
from functools import partial

import polars as pl

from hubsync_assets.kinds.cleaning import clean_text
from hubsync_assets.kinds.moments import AHEAD, LOCAL, Moments, of_four_digits
from hubsync_assets.kinds.time_formats import EPOCHS, ISO, shape_of

__all__ = ["read_moments"]

_DAY = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_CLOCK = r"[0-2][0-9]:[0-5][0-9]:[0-5][0-9](?:\.[0-9]{1,9})?"
_USUAL = (
    (rf"^{_DAY}$", "%Y-%m-%d", False),
    (rf"^{_DAY}T{_CLOCK}Z$", "%Y-%m-%dT%H:%M:%S%.fZ", True),
    (rf"^{_DAY} {_CLOCK}$", "%Y-%m-%d %H:%M:%S%.f", False),
    (rf"^{_DAY}T{_CLOCK}$", "%Y-%m-%dT%H:%M:%S%.f", False),
)
"""What nearly all ISO times look like, the format of it, and whether that is UTC; everything else is taken apart."""

_ISO = (
    r"^(?<day>[0-9]{4}-[0-9]{2}-[0-9]{2})(?:[Tt ](?<clock>[0-9]{2}:[0-5][0-9])(?::(?<second>[0-5][0-9])(?:[.,](?<fraction>[0-9]{1,9}))?)? ?"
    r"(?:(?<utc>[Zz])|(?<sign>[+-])(?<hours>[01][0-9])(?::?(?<minutes>[0-5][0-9])(?::(?<seconds>[0-5][0-9]))?)?)?)?$"
)
_EPOCH = r"^(?<sign>[+-]?)(?<whole>[0-9]{1,15})(?:\.(?<fraction>[0-9]{1,9}))?$"
_WHOLE_EPOCH = r"^-?[0-9]{1,15}$"
_MICROSECONDS = 1_000_000


def read_moments(given: pl.Series, formats: Sequence[str]) -> tuple[Moments, pl.Series]:
    """What texts say.

    Args:
        given: String.
        formats: Without faults. The first one that takes a text reads it.

    Returns:
        The moments, and the numbers of the rows, from 0, where a text is none.
    """
    readers = [partial(_by_format, each) for each in formats]
    found = readers[0](given)
    left = found.missing(given)
    if left.is_empty():
        return found, left
    texts = given.gather(left)
    cleaned = clean_text(texts)
    found = found.completed(left, _in_turn(cleaned, readers[1:] if cleaned.equals(texts) else readers))
    return found, left.filter(cleaned.is_not_null() & found.local.gather(left).is_null())


def _in_turn(texts: pl.Series, readers: Iterable[Callable[[pl.Series], Moments]]) -> Moments:
    """What the first reader makes of each text that makes something of it."""
    found = Moments(pl.Series([None], dtype=LOCAL).new_from_index(0, texts.len()))
    for read in readers:
        left = found.missing(texts)
        if left.is_empty():
            break
        found = found.completed(left, read(texts.gather(left)))
    return found


def _by_format(format_: str, texts: pl.Series) -> Moments:
    if format_ == ISO:
        return _in_turn(texts, _ISO_READERS)
    if format_ in EPOCHS:
        return _epoch(texts, EPOCHS[format_])
    shape = shape_of(format_)
    return _parsed(shape.takes, shape.polars, texts, utc=shape.says_offset)


def _parsed(takes: str, format_: str, texts: pl.Series, *, utc: bool) -> Moments:
    """The texts that a pattern takes, by polars; times with an offset become UTC."""
    fit = texts.str.contains(takes).fill_null(value=False)
    taken = texts if fit.all() else texts.zip_with(fit, texts.clear(texts.len()))
    local = taken.str.to_datetime(format_, strict=False, time_unit="us").dt.replace_time_zone(None)
    return _moments(local, pl.zeros(texts.len(), pl.Int64, eager=True) if utc else None)


def _iso(texts: pl.Series) -> Moments:
    """Any ISO time with a day."""
    parts = texts.str.extract_groups(_ISO).struct.unnest()
    day, clock, second = pl.col("day"), pl.col("clock").fill_null("00:00"), pl.col("second").fill_null("00")
    hours, minutes, seconds = (pl.col(part).cast(pl.Int64).fill_null(0) for part in ("hours", "minutes", "seconds"))
    ahead = (
        ((hours * 60 + minutes) * 60 + seconds) * _MICROSECONDS * pl.when(pl.col("sign") == "-").then(-1).otherwise(1)
    )
    read = parts.select(
        pl.concat_str(day, pl.lit("T"), clock, pl.lit(":"), second)
        .str.to_datetime("%Y-%m-%dT%H:%M:%S", strict=False, time_unit="us")
        .alias("local")
        + pl.duration(microseconds=_fraction(_MICROSECONDS)),
        pl.when(pl.col("utc").is_not_null() | pl.col("sign").is_not_null()).then(ahead).alias("ahead"),
    )
    return _moments(read["local"], read["ahead"])


_ISO_READERS: tuple[Callable[[pl.Series], Moments], ...] = (
    *(partial(_parsed, takes, format_, utc=utc) for takes, format_, utc in _USUAL),
    _iso,
)


def _epoch(texts: pl.Series, unit: int) -> Moments:
    """Time since 1970 in a unit of so many microseconds."""
    whole = texts.str.contains(_WHOLE_EPOCH).fill_null(value=False)
    if whole.all():
        passed = texts.cast(pl.Int64) * unit
    else:
        parts = texts.str.extract_groups(_EPOCH).struct.unnest()
        amount = pl.col("whole").cast(pl.Int64) * unit + _fraction(unit)
        passed = parts.select(pl.when(pl.col("sign") == "-").then(-amount).otherwise(amount)).to_series()
    return _moments(passed.cast(LOCAL), pl.zeros(texts.len(), pl.Int64, eager=True))


def _fraction(unit: int) -> pl.Expr:
    """The digits behind a point, in microseconds, where 1 is so many of them; 0 without any."""
    digits = len(str(unit)) - 1
    return pl.col("fraction").str.pad_end(digits, "0").str.slice(0, digits).cast(pl.Int64).fill_null(0)


def _moments(local: pl.Series, ahead: pl.Series | None) -> Moments:
    return Moments(of_four_digits(local), None if ahead is None else ahead.cast(AHEAD))
