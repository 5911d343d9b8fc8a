"""What programs write around an email: mailto:, a name and angle brackets, quotes, a comma at its end.

Asked only of what is no email as it stands, so that no valid address ever becomes another one. Keep out: which emails are valid
(``email_text``).
"""

from urllib.parse import unquote

import polars as pl

__all__ = ["decorated", "hold_several", "undecorated"]

_ADDRESS = r"""[^\s"<>()\[\],;:]+@[^\s"<>()\[\],;:]+"""
_QUOTED = "^[\"'`\u2018\u2019\u201c\u201d\u00ab](.+)[\"'`\u2018\u2019\u201c\u201d\u00bb]$"
_IN_BRACKETS = r"^[^<>]*<([^<>]+)>$"
_MAILTO = r"^mailto:\s*([^?]*)(?:\?.*)?$"
_AROUND = "^(?:mailto:|[\"'`\u2018\u2019\u201c\u201d\u00ab])|[,;.>]$"
"""What every decoration begins or ends with."""
_ADDRESS_MARK = "[@%]"
"""In a link it may be packed."""


def decorated(emails: pl.Series) -> pl.Series:
    """The numbers of the rows, from 0, where there may be decoration around an address; of the others ``undecorated`` changes none into one.

    One look, since nearly all of what is no email has none, and taking it off is ten looks.

    Args:
        emails: As ``undecorated`` has them, without white space at their ends.
    """
    return (emails.str.contains(_AROUND) & emails.str.contains(_ADDRESS_MARK)).arg_true()


def undecorated(emails: pl.Series) -> pl.Series:
    """What is left without the decoration; as it was where there is none, or where more than one address stands there.

    Args:
        emails: String, cleaned and in lower case.

    Example:
        >>> undecorated(pl.Series(["ana lee <mailto:ana@example.com?subject=hi>,", "'bo@example.com'"])).to_list()
        ['ana@example.com', 'bo@example.com']
    """
    text = emails.str.strip_chars_end().str.replace("[,;.]$", "")
    for _ in range(2):
        text = _within(text.str.strip_chars(), _QUOTED)
        text = _within(text.str.strip_chars(), _IN_BRACKETS)
        text = _without_mailto(text.str.strip_chars())
    return text.str.strip_chars().zip_with(~hold_several(emails), emails)


def hold_several(texts: pl.Series) -> pl.Series:
    """Boolean: whether more than one address stands in a text; false where there is none."""
    enough = (texts.str.count_matches("@", literal=True) > 1).fill_null(value=False)
    rows = enough.arg_true()
    if rows.is_empty():
        return enough
    found = texts.gather(rows).str.to_lowercase().str.replace_all("mailto:", "").str.extract_all(_ADDRESS)
    bare = found.list.eval(pl.element().str.strip_chars("'.`"))
    return enough.scatter(rows, bare.list.n_unique() > 1)


def _within(text: pl.Series, pattern: str) -> pl.Series:
    inside = text.str.extract(pattern)
    return inside.zip_with(inside.is_not_null(), text)


def _without_mailto(text: pl.Series) -> pl.Series:
    address = text.str.extract(_MAILTO)
    packed = address.str.contains("%", literal=True).arg_true()
    if not packed.is_empty():
        plain = [unquote(one).lower() for one in address.gather(packed).to_list()]
        address = address.scatter(packed, pl.Series(plain, dtype=pl.String))
    return address.zip_with(address.is_not_null(), text)
