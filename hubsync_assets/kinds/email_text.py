r"""How an email is read, and which ones are valid.

Put here: the rule, as regular expressions without look-around (polars has none). Keep out: what HubSpot thinks of an email.

The local part is 1 to 64 characters, none of them white space or one of ``"`,:;<>()[]{}\``, no dot at either end and no two
together. The domain is two or more labels of letters, marks, digits and inner hyphens, each at most 63 characters, the last
at least 2 and not all digits. At most 254 characters in all. What is none by this may be one in decoration (``email_decorations``). A null word is no email, and no wrong one either.
"""

import polars as pl

from hubsync_assets.kinds.cleaning import clean_text, null_words
from hubsync_assets.kinds.email_decorations import decorated, undecorated
from hubsync_assets.kinds.reading import Conventions

__all__ = ["email_within", "read_emails", "valid"]

_ATOM = r"""[^\s"`,:;<>()\[\]{}\\@.]+"""
_WORD = r"[\p{L}\p{M}\p{Nd}]+"
_LABEL = rf"{_WORD}(?:-+{_WORD})*"

_SHAPE = rf"^{_ATOM}(?:\.{_ATOM})*@(?:{_LABEL}\.)+{_LABEL}$"
_PLAIN = r"^[a-z0-9_+-]+(?:\.[a-z0-9_+-]+)*@(?:[a-z0-9]+(?:-+[a-z0-9]+)*\.)+[a-z]{2,}$"
"""A part of what is valid, that ASCII alone decides: three times as fast, and nearly always enough."""

_BAD_LAST_LABEL = r"\.(?:\p{Nd}+|[^.])$"
_LONG_LOCAL_PART = r"^[^@]{65}"
_LONG_LABEL = r"@.*[^.@]{64}"
_MOST_CHARACTERS = 254
_NO_PART_IS_TOO_LONG = 64
"""Bytes in all. With an ``@`` and a domain in it, neither the local part nor a label can be over its limit."""

_RUN = r"""\\*[^\s",;|<>()\[\]{}:\\`]*@[^\s",;|<>()\[\]{}:\\`]*"""
"""What stands together around an ``@``, and the backslashes before it: behind one nobody knows where the text begins."""

_RUN_SHAPE = r"^[^@\\]+@(?:[^@.\\]+\.)+[^@.\\]+$"


def read_emails(given: pl.Series, how: Conventions) -> tuple[pl.Series, pl.Series]:
    """Emails in canonical form, cleaned and in lower case, and whether each can be synced.

    Args:
        given: String.
        how: Which words stand for nothing.

    Returns:
        String, null where nothing is left; and Boolean, false where there is no email.
    """
    email = given.str.to_lowercase()
    # What is plain in lower case was clean before: of other characters only the Kelvin sign becomes a plain one, and NFC says
    # the same of it.
    fits = _is_plain(email)
    odd = (~fits).arg_true()
    if odd.is_empty():
        return email, fits
    cleaned = clean_text(given.gather(odd), email=True).str.to_lowercase()
    for words in null_words(cleaned, how):
        cleaned = cleaned.scatter(words, None) if words.len() else cleaned
    right = valid(cleaned)
    wrong = (~right & cleaned.is_not_null()).arg_true()
    wrong = wrong.gather(decorated(cleaned.gather(wrong)))
    if wrong.len():
        bare = undecorated(cleaned.gather(wrong))
        found = valid(bare)
        cleaned, right = cleaned.scatter(wrong.filter(found), bare.filter(found)), right.scatter(wrong, found)
    return email.scatter(odd, cleaned), fits.scatter(odd, right)


def email_within(texts: pl.Series) -> pl.Series:
    """The one email that stands in a text that is none, such as a broken record: whose it most likely is.

    Never a part of a longer one: an email is what stands between white space and marks that no email has, quotes and a full stop
    around it aside.

    Args:
        texts: String.

    Returns:
        String: in canonical form and valid; null where there is none, more than one, or something that could be another one.
    """
    runs = texts.str.extract_all(_RUN)
    number = pl.int_range(texts.len(), dtype=pl.UInt32, eager=True).alias("number")
    each = pl.DataFrame([number, runs.alias("email")]).explode("email").drop_nulls()
    if each.is_empty():
        return pl.Series("email", [None], dtype=pl.String).new_from_index(0, texts.len())
    bare = each.with_columns(pl.col("email").str.strip_chars("'.")).filter(
        pl.col("email").str.contains(_RUN_SHAPE) | pl.col("email").str.contains(r"^\\")
    )
    email, fits = read_emails(bare["email"], Conventions())
    told = bare.with_columns(email.alias("email"), fits.alias("fits")).unique(["number", "email"])
    one = told.group_by("number").agg(pl.len().alias("count"), pl.col("email").first(), pl.col("fits").first())
    found = one.filter((pl.col("count") == 1) & pl.col("fits"))
    return number.to_frame().join(found, on="number", how="left", maintain_order="left")["email"]


def valid(email: pl.Series) -> pl.Series:
    """Whether cleaned, lower-cased emails are ones that can be synced.

    Args:
        email: String.

    Returns:
        Boolean; false where there is no email.
    """
    fits = _is_plain(email)
    odd = (~fits).arg_true()
    return fits if odd.is_empty() else fits.scatter(odd, _follows_the_rule(email.gather(odd)).fill_null(value=False))


def _is_plain(email: pl.Series) -> pl.Series:
    plain = email.str.contains(_PLAIN) & (email.str.len_bytes() <= _NO_PART_IS_TOO_LONG)
    return plain.fill_null(value=False)


def _follows_the_rule(email: pl.Series) -> pl.Series:
    text = pl.col("email")
    right_shape = text.str.contains(_SHAPE) & ~text.str.contains(_BAD_LAST_LABEL)
    too_long = (
        (text.str.len_chars() > _MOST_CHARACTERS) | text.str.contains(_LONG_LOCAL_PART) | text.str.contains(_LONG_LABEL)
    )
    return email.to_frame("email").select(right_shape & ~too_long).to_series()
