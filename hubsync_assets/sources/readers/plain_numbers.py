"""Numbers as text: no exponent, no needless zeros, and the sign before a fraction that texts have there.

The quick way reads a number's value, not its spelling, so both ways write it like this in the columns where a number is its plain digits.
Keep out: which columns these are (``model.columns``).
"""

import re
from collections.abc import Sequence

import polars as pl

from hubsync_assets.sources.readers.json_value import JsonNumber

__all__ = ["as_numbers", "as_text", "write_plainly"]

_LARGEST_EXACT = 2.0**53
_PLAIN = re.compile(r"0|-?[1-9][0-9]{0,17}|-?(?:0|[1-9][0-9]{0,7})\.[0-9]{0,5}[1-9]")
"""A JSON number that is surely written in its shortest form."""


def write_plainly(cells: list[str | None], sign: str | None) -> None:
    """Give each ``JsonNumber`` its plain text, in place.

    Args:
        cells: One column; text that is none stays.
        sign: What stands before a fraction, if not a point.
    """
    odd = [row for row, cell in enumerate(cells) if isinstance(cell, JsonNumber) and not _PLAIN.fullmatch(cell)]
    for row, text in zip(odd, _plain_texts([str(cells[row]) for row in odd]), strict=True):
        cells[row] = JsonNumber(text)
    if sign is not None:
        cells[:] = [cell.replace(".", sign) if isinstance(cell, JsonNumber) else cell for cell in cells]


def _plain_texts(numbers: Sequence[str]) -> list[str]:
    """The shortest plain text of each number's value, as polars has it.

    Whole numbers keep all their digits, others are those of the nearest double. A number that no double can hold stays
    as written.
    """
    if not numbers:
        return []
    records = ",".join(f'{{"n":{number}}}' for number in numbers)
    try:
        return pl.read_json(f"[{records}]".encode(), schema={"n": pl.String})["n"].to_list()
    except pl.exceptions.PolarsError:
        return [numbers[0]] if len(numbers) == 1 else [_plain_texts([number])[0] for number in numbers]


def as_numbers(values: Sequence[int | float | str | None], *, whole: bool) -> pl.Series | None:
    """Numbers as Int64 or Float64, if that says all that their text said.

    That is: no sign, no fraction where a whole number belongs, nothing beyond exact whole numbers. ``None`` as well where there is text
    among them.
    """
    try:
        column = pl.Series(values, dtype=pl.Float64)
    except (TypeError, OverflowError):  # text, or a whole number that no double can hold
        return None
    least, most = column.min(), column.max()
    if least is not None and (least < 0 or most >= _LARGEST_EXACT):  # type: ignore[operator]
        return None
    if least == 0 and (1 / column).min() < 0:  # type: ignore[operator]
        return None  # -0.0
    if not whole:
        return column
    integers = column.cast(pl.Int64, wrap_numerical=True)  # of this range, and much quicker
    return integers if (integers.cast(pl.Float64) == column).all() else None


def as_text(column: pl.Series, sign: str | None) -> pl.Series:
    """What ``as_numbers`` gave, as the text that ``write_plainly`` gives."""
    if column.dtype == pl.Int64:
        return column.cast(pl.String)
    integers = column.cast(pl.Int64, wrap_numerical=True)
    text = integers.cast(pl.String).zip_with(integers.cast(pl.Float64) == column, column.cast(pl.String))
    small = text.str.contains("e", literal=True).arg_true()
    if small.len():
        text = text.scatter(small, _plain_texts(text.gather(small).to_list()))
    return text if sign is None else text.str.replace(".", sign, literal=True)
