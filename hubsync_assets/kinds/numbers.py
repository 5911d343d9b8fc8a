"""Kinds whole and number: read without losing a digit, written in plain decimals.

Keep out: how text is read as a number (``number_reading``), and how a number is written (``number_text``).
"""

import math
from abc import abstractmethod
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any, ClassVar, Literal

import polars as pl
from pydantic import Field as Key

from hubsync_assets.errors import PermanentError
from hubsync_assets.kinds.cleaning import clean_text, without_apostrophe
from hubsync_assets.kinds.field import KIND_KEY, Dtype, Field
from hubsync_assets.kinds.number_reading import MAYBE_THOUSANDS, Numbers, read_numbers, read_wholes
from hubsync_assets.kinds.number_text import float_text, plain_number
from hubsync_assets.kinds.reading import Conventions

__all__ = ["ONE_SIGN", "Number", "Numeric", "Whole"]

ONE_SIGN = "one sign cannot stand for both thousands and decimals"

_EXACT = 2.0**52
"""Below it every half is a double."""

_BETWEEN = {".": "[.]", ",": "[,]", "'": "['\u2019]", "\u2019": "['\u2019]", " ": " ", "\u00a0": " ", "\u202f": " "}
"""What may stand between thousands, by the sign in the declaration, in cleaned text: there every blank is a plain one."""

_WITH_COMMA = r"^\s*[+-]?(?:[0-9]{1,3}(?:[. ][0-9]{3})+,[0-9]+|[0-9]+,(?:[0-9]{1,2}|[0-9]{4,}))\s*$"
"""12,5 and 1.234,56, and not 1,234."""

Sign = Annotated[str, Key(pattern="^[.,]$")]
Thousands = Annotated[str, Key(pattern="^[.,'\u2019 \u00a0\u202f]$")]


class Numeric(Field):
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
    negative: Annotated[bool, Key(description="Whether a number may be less than 0; left out: it may not.")] = False

    def same(self, ours: str, theirs: str, type_: str) -> bool:
        """In a number property "1000" and "1000.0" are one value."""
        if type_ != "number":
            return False
        try:
            return Decimal(ours) == Decimal(theirs)
        except InvalidOperation:
            return False

    def means(self, ours: str, theirs: str, type_: str) -> bool:
        """The same number, also in a property of text."""
        del type_
        return self.same(ours.strip(), theirs.strip(), "number")

    def _faults(self) -> Iterable[tuple[str, str]]:
        if self.thousands is not None and self.thousands == self.decimal:
            yield "thousands", ONE_SIGN

    @property
    def default_value(self) -> Any:  # noqa: ANN401 - of the kind's dtype
        """A number in the declaration is that number, whatever stands before the fraction in a source."""
        if isinstance(self.default, bool) or not isinstance(self.default, int | float):
            return super().default_value
        text = pl.Series([plain_number(self.default)] if math.isfinite(self.default) else ["inf"])
        return self._numbers(text).values[0]

    def suspicion(self, how: Conventions) -> tuple[str, str] | None:
        """A comma before the fraction is named and never guessed: 1,234 may be either."""
        return (_WITH_COMMA, 'decimal: ","') if (self.decimal or how.decimal or ".") == "." else None

    @abstractmethod
    def _numbers(self, given: pl.Series, *, point_is_declared: bool = True) -> Numbers:
        """The numbers of a column in which a point stands before the fraction; ``point_is_declared``: somebody says so."""

    def _read(self, given: pl.Series, how: Conventions) -> tuple[pl.Series, pl.Series | None]:
        declared = (self.decimal or how.decimal or self.thousands) is not None
        numbers = self._numbers(self._plain(given, how), point_is_declared=declared)
        return numbers.values, numbers.bad

    def _plain(self, given: pl.Series, how: Conventions) -> pl.Series:
        """The same numbers with a point, and nothing between thousands; what is written otherwise is text that no number is."""
        decimal = self.decimal or how.decimal or "."
        # What stands before the fraction in a source cannot stand between its thousands.
        thousands = None if self.thousands == decimal else self.thousands
        if given.dtype != pl.String or (decimal == "." and thousands is None):
            return given
        text = pl.col("text")
        point = f"[{decimal}]"
        simple = rf"^[+-]?(?:[0-9]+{point}?[0-9]*|{point}[0-9]+)(?:[eE][+-]?[0-9]+)?$"
        plain: pl.Expr = pl.when(text.str.contains(simple)).then(text)
        if thousands is not None:
            between = _BETWEEN[thousands]
            grouped = rf"^[+-]?[1-9][0-9]{{0,2}}(?:{between}[0-9]{{3}})+(?:{point}[0-9]*)?$"
            plain = pl.when(text.str.contains(grouped)).then(text.str.replace_all(between, "")).otherwise(plain)
        pointed = plain.str.replace_all(decimal, ".", literal=True)
        return (
            without_apostrophe(clean_text(given))
            .to_frame("text")
            .select(pl.coalesce(pointed, pl.lit("?") + text))
            .to_series()
        )


class Whole(Numeric):
    """A whole number of 64 bits."""

    dtype: ClassVar[Dtype] = pl.Int64

    kind: Annotated[Literal["whole"], KIND_KEY] = "whole"

    @property
    def unfit(self) -> str:
        """What is said of a value that does not fit."""
        return "not a whole number of 64 bits" if self.negative else "not a whole number of 64 bits that is 0 or more"

    def written(self, value: Any, form: str) -> str:  # noqa: ANN401 - of the kind's dtype
        """The number's digits."""
        del form
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise self.wrong_type(value, "number")
        return plain_number(value)

    def suspicion(self, how: Conventions) -> tuple[str, str] | None:
        """A thousand that may be a one is named and never guessed, too."""
        usual = super().suspicion(how)
        is_declared = (self.decimal or how.decimal or self.thousands) is not None
        return usual if usual is None or is_declared else (f"{usual[0]}|{MAYBE_THOUSANDS}", usual[1])

    def _numbers(self, given: pl.Series, *, point_is_declared: bool = True) -> Numbers:
        return read_wholes(given, negative=self.negative, point_is_declared=point_is_declared)


class Number(Numeric):
    """A number, kept as a double."""

    dtype: ClassVar[Dtype] = pl.Float64

    kind: Annotated[Literal["number"], KIND_KEY] = "number"
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
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise self.wrong_type(value, "number")
        if not math.isfinite(value):
            raise PermanentError(f"the field {self.name} holds a number that is not finite")
        return plain_number(value)

    def _numbers(self, given: pl.Series, *, point_is_declared: bool = True) -> Numbers:
        del point_is_declared  # any point may be a fraction's
        numbers = read_numbers(given, negative=self.negative)
        if self.places is None:
            return numbers
        value = pl.col("value")
        rounded = value.round(self.places, mode="half_away_from_zero")
        # A greater number has no such place, and rounding it would change the ones it has. -0.001 is 0, and not -0.
        places = pl.when(value.abs() >= _EXACT / 10**self.places).then(value).when(rounded != 0).then(rounded)
        values = numbers.values.to_frame("value").select(places.when(value.is_not_null()).then(0.0))
        return replace(numbers, values=values.to_series())
