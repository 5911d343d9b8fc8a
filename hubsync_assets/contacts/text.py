"""How a text value is cleaned, before anybody asks what it means.

Put here: the cleaning that every kind of value shares. Keep out: which values are valid.
"""

import polars as pl

__all__ = ["clean_text"]

_PLAIN = "^[!-~\u00a1-\u024f]+( [!-~\u00a1-\u024f]+)*$"
"""Words in ASCII and composed Latin letters with single spaces: nothing to clean. Nearly all values are plain, and one look is
much cheaper than cleaning (NFC alone takes ten times as long)."""

_INVISIBLE = "\u200b\u2060\ufeff"
_INVISIBLE_IN_EMAIL = _INVISIBLE + "\u200c\u200d"
"""The joiners U+200C and U+200D mean something in Persian and in Indian names, and nothing in an email."""


def clean_text(text: pl.Series, *, email: bool = False) -> pl.Series:
    """Text in NFC without invisible characters; control characters and runs of white space are one space; trimmed.

    Args:
        text: String.
        email: Also remove the joiners U+200C and U+200D.

    Returns:
        String; null where nothing is left.
    """
    odd = _not_plain(text)
    if odd.is_empty():
        return text
    # Most of what is not plain only has blanks at its ends.
    stripped = text.gather(odd).str.strip_chars(" ")
    odder = _not_plain(stripped)
    if not odder.is_empty():
        stripped = stripped.scatter(
            odder, _thoroughly(stripped.gather(odder), _INVISIBLE_IN_EMAIL if email else _INVISIBLE)
        )
    return text.clone().scatter(odd, stripped)


def _not_plain(text: pl.Series) -> pl.Series:
    return (~text.str.contains(_PLAIN)).arg_true()


def _thoroughly(text: pl.Series, invisible: str) -> pl.Series:
    value = pl.col("value")
    return (
        text.to_frame("value")
        .select(
            value.str.normalize("NFC")
            .str.replace_all(f"[{invisible}]", "")
            .str.replace_all(r"[\p{Cc}\s]+", " ")
            .str.strip_chars(" ")
        )
        .select(pl.when(value != "").then(value))
        .to_series()
    )
