"""How a number is written as text: the shortest decimal form, never an exponent, whole numbers without ``.0``.

Put here: the text of numbers, for people and for HubSpot. Keep out: parsing (``number_reading``).
"""

from decimal import Decimal

import polars as pl

__all__ = ["float_text", "plain_number"]

_SCIENTIFIC = r"^(?<sign>-?)(?<first>[0-9])\.?(?<rest>[0-9]*)e(?<exponent>[+-]?[0-9]+)$"
_LEAST, _MOST = 1e-3, 1e15
"""Between these (and for 0) polars writes no exponent."""


def float_text(value: pl.Expr) -> pl.Expr:
    """The text of finite floats; null stays null."""
    # polars writes the shortest digits that give the same float back, with an exponent for the very small and the very great.
    written = value.cast(pl.String)
    perhaps_with_exponent = pl.when((value.abs() < _LEAST) | (value.abs() > _MOST)).then(written)
    return pl.coalesce(_without_exponent(perhaps_with_exponent), written.str.strip_suffix(".0"))


def plain_number(value: float) -> str:
    """The same for one finite number, int or float."""
    if isinstance(value, int):
        return str(value)
    # repr is the shortest text that gives the same number; it has an exponent only where that is shorter.
    text = repr(value)
    text = format(Decimal(text), "f") if "e" in text else text.removesuffix(".0")
    return "0" if text == "-0" else text


def _without_exponent(written: pl.Expr) -> pl.Expr:
    """``1.5e+20`` as ``150000000000000000000``, ``1e-7`` as ``0.0000001``; null for text that has no exponent."""
    parts = written.str.extract_groups(_SCIENTIFIC).struct
    digits = pl.concat_str(parts.field("first"), parts.field("rest"))
    exponent = parts.field("exponent").cast(pl.Int64)
    great = digits.str.pad_end(exponent.clip(lower_bound=0) + 1, "0")
    zeros = pl.lit("").str.pad_end((-exponent - 1).clip(lower_bound=0), "0")
    small = pl.concat_str(pl.lit("0."), zeros, digits)
    return parts.field("sign") + pl.when(exponent > 0).then(great).otherwise(small)
