"""Which text can be a phone number at all.

Put here: what is refused without knowing any country's numbers. Keep out: what a number looks like (``e164``).
"""

import polars as pl

from hubsync_assets.kinds.cleaning import clean_text, without_apostrophe

__all__ = ["read_phones"]

_PLAIN = r"^\+?[0-9]+(?:[ ./-][0-9]+)*$"
"""Clean, and digits; nearly all phones are."""

_DIGIT = r"\p{Nd}"
_SCIENTIFIC = r"^[+-]?[0-9][0-9.,]*[eE][+-]?[0-9]+$"
"""What a spreadsheet makes of a long number: the digits that are not there any more cannot be read."""


def read_phones(given: pl.Series) -> tuple[pl.Series, pl.Series]:
    """Phones as cleaned text, and the numbers of the rows, from 0, where that is no phone: it is null there.

    Args:
        given: String.
    """
    odd = (~given.str.contains(_PLAIN)).arg_true()
    if odd.is_empty():
        return given, odd
    phone = without_apostrophe(clean_text(given.gather(odd)))
    bad = ~phone.str.contains(_DIGIT) | phone.str.contains(_SCIENTIFIC)
    read = pl.DataFrame({"phone": phone, "bad": bad}).select(pl.when(~pl.col("bad")).then("phone")).to_series()
    return given.clone().scatter(odd, read), odd.filter(bad)
