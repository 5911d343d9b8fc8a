"""How a text value is cleaned, before anybody asks what it means, and which words are none.

Put here: the cleaning that every kind of value shares. Keep out: which values are valid, and the lists of words (``null_words``).
"""

import polars as pl

from hubsync_assets.kinds.null_words import AS_WRITTEN
from hubsync_assets.kinds.reading import NO_ROWS, Conventions

__all__ = ["clean_text", "digits_without_apostrophe", "null_words", "unknown_as_written", "without_apostrophe"]

_PLAIN = "^[!-~\u00a1-\u00ac\u00ae-\u024f]+( [!-~\u00a1-\u00ac\u00ae-\u024f]+)*$"
"""Words in ASCII and composed Latin letters (no soft hyphen) with single spaces: nothing to clean. Nearly all values are plain, and one look is
much cheaper than cleaning (NFC alone takes ten times as long)."""

_INVISIBLE = r"[\x{200b}\x{2060}\x{feff}]"

_WIDE = [chr(code) for code in range(0xFF01, 0xFF5F)] + ["\u3002", "\uff61"]
_NARROW = [chr(code) for code in range(0x21, 0x7F)] + [".", "."]
"""What keyboards for Chinese and Japanese write where others write ASCII: no mailbox differs from another in that."""

_INVISIBLE_IN_EMAIL = r"[\p{Cf}\p{Default_Ignorable_Code_Point}\x{2800}]"
"""Joiners mean something in Persian and in Indian names, and marks of direction in Arabic and Hebrew ones; but nobody's mailbox is
another one with such a character in it: format characters (soft hyphen, direction marks, tags), variation selectors, fillers and the
empty Braille cell."""


def clean_text(text: pl.Series, *, email: bool = False) -> pl.Series:
    """Text in NFC without invisible characters; control characters and runs of white space are one space; trimmed.

    Args:
        text: String.
        email: Remove everything that nobody sees, and write in ASCII what is wide ASCII.

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
        stripped = stripped.scatter(odder, _thoroughly(stripped.gather(odder), email=email))
    return text.clone().scatter(odd, stripped)


def without_apostrophe(cleaned: pl.Series) -> pl.Series:
    """Text without the apostrophe that keeps Excel from counting with it: before a digit, a sign or ``@``. Only for what is no name."""
    return _without_apostrophe(cleaned, r"^'([+\-=@0-9])")


def digits_without_apostrophe(cleaned: pl.Series) -> pl.Series:
    """Text without the apostrophe before digits alone, at least four, such as ``'28001``; a name may begin with one (``'t Hooft``)."""
    return _without_apostrophe(cleaned, "^'([0-9](?:[ -]?[0-9]){3,})$")


def _without_apostrophe(cleaned: pl.Series, before: str) -> pl.Series:
    marked = (cleaned < "(").arg_true()  # what may begin with one, for half of what the question for it costs
    if marked.is_empty():
        return cleaned
    return cleaned.clone().scatter(marked, cleaned.gather(marked).str.replace(before, "${1}"))


def _not_plain(text: pl.Series) -> pl.Series:
    return (~text.str.contains(_PLAIN)).arg_true()


def _thoroughly(text: pl.Series, *, email: bool) -> pl.Series:
    value = pl.col("value")
    narrow = value.str.replace_many(_WIDE, _NARROW) if email else value
    invisible = _INVISIBLE_IN_EMAIL if email else _INVISIBLE
    return (
        text.to_frame("value")
        .select(narrow)
        .select(
            # First of all, so that what stood on its two sides is composed.
            value.str.replace_all(invisible, "")
            .str.normalize("NFC")
            .str.replace_all(r"[\p{Cc}\s]+", " ")
            .str.strip_chars(" ")
        )
        .select(pl.when(value != "").then(value))
        .to_series()
    )


def null_words(cleaned: pl.Series, how: Conventions) -> tuple[pl.Series, pl.Series]:
    """Which values are a word for nothing, and which say that nobody knows.

    Args:
        cleaned: String.
        how: Which words there are.

    Returns:
        The numbers of the rows of both kinds, from 0; nearly always none.
    """
    if cleaned.null_count() == cleaned.len():
        return NO_ROWS, NO_ROWS
    short = (cleaned.str.len_bytes() <= how.longest_word).arg_true()
    empty = unknown = short
    if not short.is_empty():
        words = cleaned.gather(short).str.to_lowercase()
        empty, unknown = short.filter(words.is_in(how.empty_words)), short.filter(words.is_in(how.unreadable_words))
    return empty, unknown


def unknown_as_written(cleaned: pl.Series, how: Conventions) -> pl.Series:
    """The numbers of the rows, from 0, with a long word that says that nobody knows; only text could be taken for a value with one.

    Args:
        cleaned: String, without the words of ``null_words``.
        how: Which words there are.
    """
    words = [word for word in AS_WRITTEN if word.lower() not in how.empty_words]
    # All but one begin with #, as hardly any value does.
    maybe = ((cleaned < "$") | (cleaned == "undefined")).arg_true()
    return maybe.filter(cleaned.gather(maybe).is_in(words))
