"""How a number is read, without losing a digit.

Put here: reading numbers from text or from a numeric column. Keep out: how a number is written (``number_text``).

A number is finite, and not negative unless that is allowed; ``-0`` is 0. What polars reads at once is read at once; only the odd rest (blanks, points
and exponents in whole numbers, what is not a number at all) goes through patterns, column by column.
"""

from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

from hubsync_assets.kinds.cleaning import clean_text, without_apostrophe

__all__ = ["MAYBE_THOUSANDS", "Numbers", "read_numbers", "read_wholes"]

_NUMBER = r"^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$"
_PARTS = r"^(?<sign>[+-]?)(?<before>[0-9]*)\.?(?<after>[0-9]*)(?:[eE](?<exponent>[+-]?[0-9]+))?$"
MAYBE_THOUSANDS = r"^\s*'?[+-]?[1-9][0-9]{0,2}\.000\s*$"
"""Of whole numbers, what is either so many or so many thousands."""

_MOST_ZEROS = 18
"""More zeros than this behind a digit don't fit 64 bits."""


@dataclass(frozen=True, slots=True)
class Numbers:
    """A column of numbers.

    Attributes:
        values: Float64 or Int64, null where there was no valid number.
        bad: Boolean: whether a value was there that is not a valid number.
    """

    values: pl.Series
    bad: pl.Series


def read_numbers(given: pl.Series, *, negative: bool = False) -> Numbers:
    """Numbers as Float64.

    Args:
        given: String, Int64 or Float64.
        negative: Whether a number may be less than 0.
    """
    read, there = _read(given, pl.Float64, _as_written) if given.dtype == pl.String else (given.cast(pl.Float64), None)
    value = pl.col("value")
    # Text such as NaN is read as one, and to polars NaN is the greatest number. The second branch turns -0.0 into a plain 0.
    valid = pl.when((value > 0) & (value < float("inf"))).then(value).when(value == 0).then(0.0)
    if negative:
        valid = pl.when(value.is_finite() & (value != 0)).then(value).when(value == 0).then(0.0)
    return _judged(read, valid, given.is_not_null() if there is None else there)


def read_wholes(given: pl.Series, *, negative: bool = False, point_is_declared: bool = True) -> Numbers:
    """Whole numbers as Int64.

    ``148.0`` and ``1.48e2`` are 148. No digit of a text passes through a float, so every 64-bit number is exact.

    Args:
        given: String, Int64 or Float64.
        negative: Whether a number may be less than 0.
        point_is_declared: Whether somebody says what stands before a fraction; else ``1.000`` is none: where points stand between thousands it
            is a thousand.
    """
    value = pl.col("value")
    may_be = pl.lit(value=True) if negative else value >= 0
    if given.dtype == pl.String:
        read, there = _read(given, pl.Int64, _with_the_point_moved if point_is_declared else _without_thousands)
        return _judged(read, pl.when(may_be).then(value), there)
    whole = value.cast(pl.Int64, strict=False)
    return _judged(given, pl.when((whole == value) & may_be).then(whole), given.is_not_null())


def _judged(read: pl.Series, valid: pl.Expr, there: pl.Series) -> Numbers:
    values = read.to_frame("value").select(valid.alias("value")).to_series()
    return Numbers(values, there & values.is_null())


def _read(
    text: pl.Series, dtype: type[pl.DataType], read_odd: Callable[[pl.DataFrame], pl.Series]
) -> tuple[pl.Series, pl.Series]:
    """What text says, and whether it says anything.

    Args:
        text: String.
        dtype: To read text as. All that polars reads as this is a number by the pattern too, except inf and NaN, which are not
            valid either way.
        read_odd: Reads from cleaned text (column ``text``, by the pattern a number or null) what polars does not.
    """
    read, there = text.cast(dtype, strict=False), text.is_not_null()
    odd = (read.is_null() & there).arg_true()
    if odd.is_empty():
        return read, there
    cleaned = without_apostrophe(clean_text(text.gather(odd)))
    numerals = cleaned.to_frame("text").select(pl.when(pl.col("text").str.contains(_NUMBER)).then("text").alias("text"))
    return read.scatter(odd, read_odd(numerals)), there.scatter(odd, cleaned.is_not_null())


def _as_written(numerals: pl.DataFrame) -> pl.Series:
    return numerals["text"].cast(pl.Float64, strict=False)


def _without_thousands(numerals: pl.DataFrame) -> pl.Series:
    maybe = pl.col("text").str.contains(MAYBE_THOUSANDS)
    return _with_the_point_moved(numerals.select(pl.when(~maybe).then("text").alias("text")))


def _with_the_point_moved(numerals: pl.DataFrame) -> pl.Series:
    """The whole number that digits, point and exponent amount to, by moving the point in the text."""
    bytes_of = {part: pl.col(part).str.len_bytes().cast(pl.Int64) for part in ("after", "digits", "significant")}
    without_end = pl.col("digits").str.strip_chars_end("0")
    exponent, zeros, significant = pl.col("exponent"), pl.col("zeros"), pl.col("significant")
    fits = zeros.is_between(0, _MOST_ZEROS)
    return (
        numerals.lazy()
        .select(pl.col("text").str.extract_groups(_PARTS).struct.unnest())
        .with_columns(
            pl.concat_str("before", "after").alias("digits"),
            # An exponent beyond 64 bits gives null, and null zeros don't fit.
            pl.when(exponent.is_null()).then(0).otherwise(exponent.cast(pl.Int64, strict=False)).alias("exponent"),
        )
        .with_columns(
            without_end.str.strip_chars_start("0").alias("significant"),
            (exponent - bytes_of["after"] + bytes_of["digits"] - without_end.str.len_bytes().cast(pl.Int64)).alias(
                "zeros"
            ),
        )
        .with_columns(pl.when(fits).then(zeros).alias("zeros"))
        .select(
            pl.when(significant == "")
            .then(pl.lit(0, dtype=pl.Int64))
            .when(fits)
            .then(_signed(significant.str.pad_end(bytes_of["significant"] + zeros, "0")).cast(pl.Int64, strict=False))
        )
        .collect()
        .to_series()
    )


def _signed(digits: pl.Expr) -> pl.Expr:
    return pl.when(pl.col("sign") == "-").then("-" + digits).otherwise(digits)
