"""The one text of a JSON number in a number field, however it is spelled.

A block that is parsed as a whole gives a number's value, not its spelling, so the exact reader gives the same text: no
exponent, no needless zeros. Keep out: numbers in text fields, which stay as written.
"""

import re
from collections.abc import Sequence

import polars as pl

__all__ = ["is_plain", "plain_texts"]

_PLAIN = re.compile(r"-?(?:0|[1-9][0-9]{0,17})|-?(?:0|[1-9][0-9]{0,7})\.[0-9]{0,5}[1-9]")
_ZERO = "-0"


def is_plain(text: str) -> bool:
    """Whether a JSON number is surely written in its shortest form."""
    return _PLAIN.fullmatch(text) is not None and text != _ZERO


def plain_texts(numbers: Sequence[str]) -> list[str]:
    """The shortest plain text of each number's value, as polars has it.

    Whole numbers keep all their digits, others are those of the nearest double. A number that no double can hold stays
    as written.
    """
    if not numbers:
        return []
    try:
        return _by_polars(numbers)
    except pl.exceptions.PolarsError:
        return [numbers[0]] if len(numbers) == 1 else [plain_texts([number])[0] for number in numbers]


def _by_polars(numbers: Sequence[str]) -> list[str]:
    records = ",".join(f'{{"n":{number}}}' for number in numbers)
    return pl.read_json(f"[{records}]".encode(), schema={"n": pl.String})["n"].to_list()
