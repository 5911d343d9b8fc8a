"""Whether ``where`` of a source is an expression that says yes or no of a record.

Put here: one try over columns without rows. Keep out: filtering itself.
"""

import polars as pl
from polars.exceptions import PolarsError

__all__ = ["wrong_with"]

_ROWS = 2
"""What looks at all of them gives one answer."""

_ANY_TEXT = ("", "?")
"""Every column has such a text some day."""


def wrong_with(where: str) -> str | None:
    """What is wrong with it, in one line; None: nothing that can be told without the data.

    Args:
        where: SQL over columns that are all text.
    """
    try:
        said = pl.sql_expr(where)
        names = sorted(set(said.meta.root_names()))
    except PolarsError as error:
        return f"polars cannot read this SQL: {_first_line(error)}"
    if not names:
        return "it names no column, so it says the same of every record"
    try:
        answers = pl.DataFrame(dict.fromkeys(names, [None] * _ROWS), schema=dict.fromkeys(names, pl.String)).select(
            said
        )
    except PolarsError as error:
        if "compare string with" in str(error):
            return "it compares text with something else, and every column is text: write try_cast(age as double) > 18"
        return f"it cannot be asked of a record: {_first_line(error)}"
    return _wrong_with_answers(answers.to_series()) or _wrong_with_texts(said, names)


def _wrong_with_answers(answers: pl.Series) -> str | None:
    if answers.dtype != pl.Boolean:
        return "it has to be true or false for a record, as plan <> 'test' is"
    if answers.len() != _ROWS:
        return "it has to be asked of each record by itself, and this looks at all of them"
    return None


def _wrong_with_texts(said: pl.Expr, names: list[str]) -> str | None:
    for text in _ANY_TEXT:
        try:
            pl.DataFrame(dict.fromkeys(names, [text] * _ROWS)).select(said)
        except PolarsError as error:
            if str(error).startswith("conversion from"):
                return (
                    "a text that is no such value would stop the reading: write try_cast(age as double), which makes null of it, in "
                    "place of cast or ::"
                )
            return f"it cannot be asked of a record: {_first_line(error)}"
    return None


def _first_line(error: PolarsError) -> str:
    return str(error).partition("\n")[0].strip()
