"""How a text value is cleaned, before anybody asks what it means.

Put here: the cleaning that every kind of value shares. Keep out: which values are valid.
"""

import polars as pl

__all__ = ["clean"]

_PLAIN = "^[!-~\u00a1-\u024f]+( [!-~\u00a1-\u024f]+)*$"
"""Words in ASCII and composed Latin letters with single spaces: nothing to clean. Nearly all values are plain, and one look is
much cheaper than cleaning (NFC alone takes ten times as long)."""

_INVISIBLE = "\u200b\u2060\ufeff"
_INVISIBLE_IN_EMAIL = _INVISIBLE + "\u200c\u200d"
"""The joiners U+200C and U+200D mean something in Persian and in Indian names, and nothing in an email."""


def clean(text: pl.Expr, *, email: bool = False) -> pl.Expr:
    """Text in NFC without invisible characters; control characters and runs of white space are one space; trimmed.

    Args:
        text: String expression.
        email: Also remove the joiners U+200C and U+200D.

    Returns:
        String expression; null where nothing is left.
    """
    plain = text.str.contains(_PLAIN)
    # A null costs the string functions nothing, so the masked column is as good as a branch.
    other = pl.when(~plain).then(text)
    cleaned = (
        other.str.normalize("NFC")
        .str.replace_all(f"[{_INVISIBLE_IN_EMAIL if email else _INVISIBLE}]", "")
        .str.replace_all(r"[\p{Cc}\s]+", " ")
        .str.strip_chars(" ")
    )
    return pl.when(plain).then(text).when(cleaned != "").then(cleaned)
