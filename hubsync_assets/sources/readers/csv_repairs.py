"""What programs put into CSV that is no CSV, and means something: marks in the middle, backslashes of MySQL, formulas of Excel, blanks before quotes.

Each is taken for what it means only where it cannot be a value: what a plain file holds is never changed. Keep out: whether a record fits.
"""

import csv
import re
from collections.abc import Sequence

__all__ = [
    "MARK",
    "ends_escaped",
    "has_escaped_line_end",
    "has_inner_mark",
    "unescaped",
    "without_formulas",
    "without_marks",
    "without_padding",
]

MARK = "\ufeff"
"""The byte-order mark."""

_MARK = MARK.encode()
_FORMULA = re.compile(r'="(.*)"', re.DOTALL)


def has_inner_mark(body: bytes, delimiter: str) -> bool:
    """Whether a line or a cell begins with a byte-order mark, as where exports were joined."""
    # One byte is looked for ten times as fast as three.
    if b"\xef" not in body or _MARK not in body:
        return False
    return body.startswith(_MARK) or b"\n" + _MARK in body or delimiter.encode() + _MARK in body


def has_escaped_line_end(body: bytes) -> bool:
    """Whether a line ends with a backslash, as where MySQL writes a value with a line break in it."""
    return b"\\" in body and (b"\\\n" in body or b"\\\r\n" in body)


def ends_escaped(line: str) -> bool:
    """Whether the end of a line is escaped: an odd number of backslashes stands before it."""
    text = line.rstrip("\r\n")
    return (len(text) - len(text.rstrip("\\"))) % 2 == 1


def without_marks(line: str, delimiter: str) -> str:
    """A line without the marks that it or one of its cells begins with."""
    line = line.lstrip(MARK)
    while delimiter + MARK in line:
        line = line.replace(delimiter + MARK, delimiter)
    return line


def unescaped(line: str, delimiter: str, width: int) -> list[str] | None:
    r"""The cells of a line that is malformed, if it is whole with the backslashes that MySQL writes before quotes and delimiters.

    Args:
        line: Without its end; several, where the ends of the others are escaped.
        delimiter: What stands between values.
        width: So many cells it has to have.

    Returns:
        ``None`` where a backslash stands before anything else, or the cells are not as many: then it is no such line.

    Example:
        >>> unescaped(r'"a@example.com","Ann \"Annie\" Lee",\N', ",", 3)
        ['a@example.com', 'Ann "Annie" Lee', '']
    """
    mark = re.escape(delimiter)
    line = without_marks(line, delimiter)
    nothing = re.sub(rf"(?:(?<={mark})|^)\\N(?={mark}|$)", "", line)
    if "\\" not in nothing or re.sub(rf'\\(?:\\|"|\n|{mark})', "", nothing).count("\\"):
        return None
    try:
        # Without its end, a value with an escaped line end would count as cut off there.
        row = next(csv.reader([nothing + "\n"], delimiter=delimiter, escapechar="\\", strict=True), [])
    except csv.Error:
        return None
    return row if len(row) == width else None


def without_padding(text: str, delimiter: str, quote: str = '"') -> list[str] | None:
    """The cells of a record in which blanks stand before values in quotes, which would be part of the values otherwise.

    Args:
        text: Of the record, without its end.
        delimiter: What stands between values.
        quote: What values stand in.

    Returns:
        ``None`` where no blank stands there, or it is no row that way; no cells where a quote behind a blank is not closed.

    Example:
        >>> without_padding('ann@example.com, "Lee, Ann", 10', ",")
        ['ann@example.com', 'Lee, Ann', '10']
    """
    if not re.search(rf"(?:^|{re.escape(delimiter)}) +{quote}", text):
        return None
    reader = csv.reader([text], delimiter=delimiter, quotechar=quote, skipinitialspace=True, strict=True)
    try:
        return next(reader, [])
    except csv.Error as error:
        return [] if str(error) == "unexpected end of data" else None


def without_formulas(row: Sequence[str]) -> list[str]:
    """Cells in which Excel's ``="0600"``, by which a number stays a text, is that text."""
    return [match[1].replace('""', '"') if (match := _FORMULA.fullmatch(cell)) else cell for cell in row]
