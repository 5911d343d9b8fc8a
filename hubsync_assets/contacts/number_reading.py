"""How a number is read, without losing a digit.

Put here: reading numbers from text or from a numeric column. Keep out: how a number is written (``number_text``).

A number is finite and not negative; ``-0`` is 0. Each step is a column of its own, because a polars expression that uses
another one three times carries it three times, and such trees soon take longer to plan than to run.
"""

import polars as pl

from hubsync_assets.contacts.text import clean

__all__ = ["read_numbers", "read_wholes"]

_NUMBER = r"^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$"
_PARTS = r"^(?<sign>[+-]?)(?<before>[0-9]*)\.?(?<after>[0-9]*)(?:[eE](?<exponent>[+-]?[0-9]+))?$"
_MOST_ZEROS = 18
"""More zeros than this behind a digit don't fit 64 bits."""


def read_numbers(frame: pl.LazyFrame, name: str, given: pl.DataType, *, bad: str) -> pl.LazyFrame:
    """Make a column Float64, null where there was no valid number.

    Args:
        frame: Has the column ``name``.
        name: A column of dtype ``given``.
        given: String, Int64 or Float64.
        bad: Name of a Boolean column to add: whether a value was there and was no such number.
    """
    steps = _Steps(name)
    if given == pl.String:
        frame = steps.split(frame, pl.Float64)
        read = pl.coalesce(steps.direct, pl.col(steps.numeral).cast(pl.Float64, strict=False))
    else:
        read = pl.col(name).cast(pl.Float64)
    frame = frame.with_columns(_is_there(steps, given).alias(bad), read.alias(name))
    # Text such as NaN is read as one, and polars holds NaN for the greatest number. The second branch makes a plain 0 of -0.0.
    valid = pl.when((pl.col(name) > 0) & (pl.col(name) < float("inf"))).then(name).when(pl.col(name) == 0).then(0.0)
    return frame.with_columns(valid.alias(name)).with_columns((pl.col(bad) & pl.col(name).is_null()).alias(bad))


def read_wholes(frame: pl.LazyFrame, name: str, given: pl.DataType, *, bad: str) -> pl.LazyFrame:
    """Make a column Int64, null where there was no valid whole number of 64 bits.

    ``148.0`` and ``1.48e2`` are 148. No digit of a text passes through a float, so every 64-bit number is exact.

    Args:
        frame: Has the column ``name``.
        name: A column of dtype ``given``.
        given: String, Int64 or Float64.
        bad: Name of a Boolean column to add: whether a value was there and was no such number.
    """
    steps = _Steps(name)
    if given == pl.String:
        frame = steps.move_the_point(steps.split(frame, pl.Int64))
        read = pl.coalesce(steps.direct, steps.moved)
    else:
        whole = pl.col(name).cast(pl.Int64, strict=False)
        read = pl.when(whole == pl.col(name)).then(whole)
    frame = frame.with_columns(_is_there(steps, given).alias(bad), read.alias(name))
    frame = frame.with_columns(pl.when(pl.col(name) >= 0).then(name).alias(name))
    return frame.with_columns((pl.col(bad) & pl.col(name).is_null()).alias(bad))


def _is_there(steps: "_Steps", given: pl.DataType) -> pl.Expr:
    if given == pl.String:
        return pl.col(steps.direct).is_not_null() | pl.col(steps.odd).is_not_null()
    return pl.col(steps.name).is_not_null()


class _Steps:
    """The columns between a number's text and its value; the names say whose steps they are."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.direct, self.odd, self.numeral, self.moved = (
            f"{name}:{step}" for step in ("direct", "odd", "numeral", "moved")
        )

    def split(self, frame: pl.LazyFrame, dtype: type[pl.DataType]) -> pl.LazyFrame:
        """What polars reads at once (``direct``), and of the rest the cleaned text (``odd``), and that if it is a number (``numeral``).

        All that polars reads from text is a number by the pattern too, but for inf and NaN, which are no valid values either way.
        """
        direct, odd = pl.col(self.direct), pl.col(self.odd)
        return (
            frame.with_columns(pl.col(self.name).cast(dtype, strict=False).alias(self.direct))
            .with_columns(pl.when(direct.is_null()).then(self.name).alias(self.odd))
            .with_columns(clean(odd).alias(self.odd))
            .with_columns(pl.when(odd.str.contains(_NUMBER)).then(odd).alias(self.numeral))
        )

    def move_the_point(self, frame: pl.LazyFrame) -> pl.LazyFrame:
        """The whole number that digits, point and exponent amount to (``moved``), by moving the point in the text."""
        sign, before, after, exponent, digits, significant, zeros = (
            f"{self.name}:{part}" for part in ("sign", "before", "after", "exponent", "digits", "significant", "zeros")
        )
        bytes_of = {part: pl.col(part).str.len_bytes().cast(pl.Int64) for part in (after, digits, significant)}
        parts = pl.col(self.numeral).str.extract_groups(_PARTS)
        without_end = pl.col(digits).str.strip_chars_end("0")
        fits = pl.col(zeros).is_between(0, _MOST_ZEROS)
        padded = pl.col(significant).str.pad_end(bytes_of[significant] + pl.col(zeros), "0")
        return (
            frame.with_columns(parts.struct.rename_fields([sign, before, after, exponent]).struct.unnest())
            .with_columns(
                pl.concat_str(before, after).alias(digits),
                # An exponent beyond 64 bits gives null, and null zeros don't fit.
                pl.when(pl.col(exponent).is_null()).then(0).otherwise(pl.col(exponent).cast(pl.Int64, strict=False)).alias(exponent),
            )
            .with_columns(
                without_end.str.strip_chars_start("0").alias(significant),
                (pl.col(exponent) - bytes_of[after] + bytes_of[digits] - without_end.str.len_bytes().cast(pl.Int64)).alias(zeros),
            )
            .with_columns(pl.when(fits).then(zeros).alias(zeros))
            .with_columns(
                pl.when(pl.col(significant) == "").then(pl.lit(0, dtype=pl.Int64))
                .when(fits & (pl.col(sign) != "-")).then(padded.cast(pl.Int64, strict=False))
                .alias(self.moved)
            )
        )  # fmt: skip
