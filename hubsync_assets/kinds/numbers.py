"""Kinds whole and number: read without losing a digit, written in plain decimals.

Keep out: how text is read as a number (``number_reading``), and how a number is written (``number_text``).
"""

import math
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any, ClassVar, Literal

import polars as pl
from pydantic import Field as Key

from hubsync_assets.errors import PermanentError
from hubsync_assets.kinds.cleaning import clean_text
from hubsync_assets.kinds.field import Dtype, Field
from hubsync_assets.kinds.number_reading import read_numbers, read_wholes
from hubsync_assets.kinds.number_text import float_text, plain_number
from hubsync_assets.kinds.reading import Conventions

__all__ = ["Number", "Whole"]

Sign = Annotated[str, Key(pattern="^[.,]$")]
Thousands = Annotated[str, Key(pattern="^[.,' \u00a0\u202f]$")]


class _Numeric(Field):
    """What both kinds share."""

    given: ClassVar[tuple[Dtype, ...]] = (pl.String, pl.Int64, pl.Float64)
    taken: ClassVar[frozenset[str]] = frozenset({"number", "string", "enumeration"})
    made: ClassVar[tuple[str, str]] = ("number", "number")
    plain: ClassVar[bool] = True

    decimal: Annotated[
        Sign | None, Key(description="What stands before the fraction: . or , (left out: the source's, or .).")
    ] = None
    thousands: Annotated[
        Thousands | None, Key(description="What stands between thousands; left out: nothing may stand there.")
    ] = None
    negative: Annotated[bool, Key(description="Whether a number may be less than 0.")] = False

    def same(self, ours: str, theirs: str, type_: str) -> bool:
        """In a number property "1000" and "1000.0" are one value."""
        if type_ != "number":
            return False
        try:
            return Decimal(ours) == Decimal(theirs)
        except InvalidOperation:
            return False

    def faults(self) -> Any:  # noqa: ANN401 - as in the base
        """What is wrong beyond the types."""
        yield from super().faults()
        if self.thousands is not None and self.thousands == (self.decimal or "."):
            yield "thousands", "one sign cannot stand for both thousands and decimals"

    def _plain(self, given: pl.Series, how: Conventions) -> pl.Series:
        """The same numbers with a point, and nothing between thousands; what is written otherwise is text that no number is."""
        decimal = self.decimal or how.decimal or "."
        if given.dtype != pl.String or (decimal == "." and self.thousands is None):
            return given
        comma, between = "\\" + decimal, "\\" + (self.thousands or "x")
        grouped = rf"^[+-]?[0-9]{{1,3}}(?:{between}[0-9]{{3}})+(?:{comma}[0-9]*)?$"
        simple = rf"^[+-]?(?:[0-9]+{comma}?[0-9]*|{comma}[0-9]+)(?:[eE][+-]?[0-9]+)?$"
        text = pl.col("text")
        without = text if self.thousands is None else text.str.replace_all(self.thousands, "", literal=True)
        pointed = pl.when(text.str.contains(grouped)).then(without).when(text.str.contains(simple)).then(text)
        plain = pointed.str.replace_all(decimal, ".", literal=True)
        return clean_text(given).to_frame("text").select(pl.coalesce(plain, pl.lit("?") + text)).to_series()


class Whole(_Numeric):
    """A whole number of 64 bits."""

    dtype: ClassVar[Dtype] = pl.Int64

    kind: Literal["whole"] = "whole"

    @property
    def unfit(self) -> str:
        """What is said of a value that does not fit."""
        return "not a whole number of 64 bits" if self.negative else "not a whole number of 64 bits that is 0 or more"

    def written(self, value: Any, form: str) -> str:  # noqa: ANN401 - of the kind's dtype
        """The number's digits."""
        del form
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.wrong_type(value, "number")
        return plain_number(value)

    def _read(self, given: pl.Series, how: Conventions) -> tuple[pl.Series, pl.Series | None]:
        numbers = read_wholes(self._plain(given, how), negative=self.negative)
        return numbers.values, numbers.bad


class Number(_Numeric):
    """A number, kept as a double."""

    dtype: ClassVar[Dtype] = pl.Float64

    kind: Literal["number"] = "number"
    places: Annotated[
        int | None, Key(ge=0, le=12, description="Round to so many decimal places; left out: as it is.")
    ] = None

    @property
    def unfit(self) -> str:
        """What is said of a value that does not fit."""
        return "not a finite number" if self.negative else "not a finite number that is 0 or more"

    def text(self, value: pl.Expr) -> pl.Expr:
        """The shortest decimals, never an exponent."""
        return float_text(value)

    def written(self, value: Any, form: str) -> str:  # noqa: ANN401 - of the kind's dtype
        """The shortest decimals that give the same number, never an exponent."""
        del form
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.wrong_type(value, "number")
        if not math.isfinite(value):
            raise PermanentError(f"the field {self.name} holds a number that is not finite")
        return plain_number(value)

    def _read(self, given: pl.Series, how: Conventions) -> tuple[pl.Series, pl.Series | None]:
        numbers = read_numbers(self._plain(given, how), negative=self.negative)
        values = numbers.values if self.places is None else numbers.values.round(self.places)
        return values, numbers.bad
