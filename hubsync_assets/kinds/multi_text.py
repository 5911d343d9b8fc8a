"""The elements that stand in one text: a JSON list, or what a separator keeps apart.

Put here: taking a text apart. Keep out: which elements are values (``multi``).
"""

from dataclasses import dataclass

import polars as pl

from hubsync_assets.kinds.cleaning import clean_text

__all__ = ["Elements", "elements_of"]

_PAIR = r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"
_ESCAPE = rf'\\["\\/bfnrt]|\\u(?:[0-9abcefABCEF][0-9a-fA-F]{{3}}|[dD][0-7][0-9a-fA-F]{{2}})|{_PAIR}'
_SCALAR = rf'"(?:[^"\\\x00-\x1f]|{_ESCAPE})*"|-?(?:0|[1-9][0-9]{{0,17}}|(?:0|[1-9][0-9]{{0,6}})\.[0-9]{{1,8}})|true|false|null'
_LIST = rf"^\[ ?(?:(?:{_SCALAR})(?: ?, ?(?:{_SCALAR}))*)? ?\]$"
"""A JSON list of texts, numbers, booleans and nulls, in cleaned text: all that polars' own JSON reader is let read, which stops at the first
fault of a column, and takes half a character for a zero byte."""

_BRACKETED = r"^(?:\[.*\]|\{.*\})$"
"""What some program made of a list; split like other text it would give elements such as ``['a'``."""


@dataclass(frozen=True, slots=True)
class Elements:
    """The elements of some texts.

    Attributes:
        each: ``number`` (UInt32), the number of the text, from 0, and ``element`` (String), cleaned and never null.
        broken: UInt32, the numbers of the texts that are in brackets, and no JSON list of plain values.
    """

    each: pl.DataFrame
    broken: pl.Series


def elements_of(texts: pl.Series, separator: str) -> Elements:
    """Take texts apart.

    Args:
        texts: String.
        separator: What stands between two elements, blanks around it aside.
    """
    cleaned = clean_text(texts)
    is_list = cleaned.str.contains(_LIST).fill_null(value=False)
    is_broken = cleaned.str.contains(_BRACKETED).fill_null(value=False) & ~is_list
    lists = cleaned.filter(is_list).str.json_decode(pl.List(pl.String))
    # Cleaning makes one blank of a tab or a new line, and either may be the separator.
    parts = texts.filter(~is_list & ~is_broken).str.split(separator.strip(" ") or separator)
    number = pl.int_range(texts.len(), dtype=pl.UInt32, eager=True)
    taken_apart = pl.concat(
        [
            pl.DataFrame({"number": number.filter(is_list), "element": lists}),
            pl.DataFrame({"number": number.filter(~is_list & ~is_broken), "element": parts}),
        ]
    )
    each = taken_apart.explode("element")
    return Elements(
        each.with_columns(clean_text(each["element"]).alias("element")).drop_nulls(), number.filter(is_broken)
    )
