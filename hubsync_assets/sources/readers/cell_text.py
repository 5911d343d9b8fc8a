"""What the cells of a spreadsheet say, as people see them there.

Put here: one value of Python to its text. Keep out: which cells are which field, and how a sheet is read.
"""

from datetime import date, datetime, time, timedelta
from decimal import Decimal

__all__ = ["Cell", "cell_text"]

Cell = int | float | str | bool | time | date | datetime | timedelta


def cell_text(value: Cell, sign: str | None = None) -> str | None:
    """The text of a cell; None: it is empty, or holds an error such as #N/A.

    Args:
        value: Of the cell.
        sign: What stands before the fraction of a number; None: a point.

    Example:
        >>> [cell_text(value) for value in ("", "0049", 4930123456.0, 0.5, True, date(2026, 1, 2))]
        [None, '0049', '4930123456', '0.5', 'true', '2026-01-02']
    """
    if isinstance(value, str):
        return value or None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        # Excel has no whole numbers: a phone number or an id is a double there, and shown without its fraction of zeros.
        text = format(Decimal(repr(value + 0.0)), "f").removesuffix(".0")  # -0.0 is 0
        return text.replace(".", sign, 1) if sign else text
    if isinstance(value, int):
        return str(value)
    if isinstance(value, timedelta):
        minutes, seconds = divmod(round(value.total_seconds()), 60)
        return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"  # hours go on above 24
    return value.isoformat()
