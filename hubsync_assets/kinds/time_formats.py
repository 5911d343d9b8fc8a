"""How dates and times are written in a declaration: ``iso``, ``epoch_ms``, ``epoch_s``, or a format such as ``%d/%m/%Y %H:%M``.

Put here: which formats there are, what is wrong with one, and which texts one takes. Keep out: reading a text (``time_reading``).

A format says exactly which texts it takes, and polars is only given those: left to itself it reads ``26-01-02`` as a day of the year 26.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

import polars as pl

__all__ = ["EPOCHS", "ISO", "Shape", "fault_of", "shape_of"]

ISO = "iso"
EPOCHS = {"epoch_s": 1_000_000, "epoch_ms": 1_000}
"""By format, the microseconds of its unit."""

_DIRECTIVES = {
    "Y": "[0-9]{4}", "y": "[0-9]{2}", "m": "[0-9]{1,2}", "d": "[0-9]{1,2}", "e": "[0-9]{1,2}", "j": "[0-9]{1,3}", "H": "[0-9]{1,2}",
    "I": "[0-9]{1,2}", "M": "[0-5][0-9]", "S": "[0-5][0-9]", "p": "(?i:am|pm)", "b": "[A-Za-z]{3,9}", "B": "[A-Za-z]{3,9}",
    "a": "[A-Za-z]{3,9}", "A": "[A-Za-z]{3,9}", "z": "[+-][0-9]{2}:?[0-5][0-9]", "F": "[0-9]{4}-[0-9]{2}-[0-9]{2}",
    "T": "[0-9]{2}:[0-5][0-9]:[0-5][0-9]", "R": "[0-9]{2}:[0-5][0-9]", "%": "%",
}  # fmt: skip
"""What each directive takes."""

_FRACTION = r"(?:\.[0-9]{1,9})?"
_FRACTIONS = frozenset({".%f", "%.f"})
_NUMBERS = frozenset({f"%{letter}" for letter in "YymdejHIMSFTR"})
_OF_TIME = frozenset("HIMSpTR")
_SIGN = re.compile(r"[\\.+*?()|\[\]{}^$#&~-]")
_TOKEN = re.compile(r"\.%f|%\.f|%.?|[^%.]+|\.", re.DOTALL)

_PROBE = datetime(2026, 11, 26, 13, 45, 30, tzinfo=UTC)
"""No part of it can stand for another one."""


@dataclass(frozen=True, slots=True)
class Shape:
    """A format with percent signs.

    Attributes:
        takes: a pattern for the texts that it takes.
        polars: the same format as polars has it.
        says_offset: it says how far the time is from UTC.
    """

    takes: str
    polars: str
    says_offset: bool


@lru_cache(maxsize=256)
def shape_of(text: str) -> Shape:
    """The shape of a format without faults."""
    tokens = _TOKEN.findall(text)
    takes, polars = "", ""
    for before, part, after in zip(["", *tokens], tokens, [*tokens[1:], ""], strict=False):
        polars += "%.f" if part == ".%f" else part
        if part in _FRACTIONS:
            takes += _FRACTION
        elif part[0] != "%":
            takes += _SIGN.sub(r"\\\g<0>", part)
        else:
            # Between two numbers without a sign nobody knows where the first one ends, unless all digits are there.
            joined = before in _NUMBERS or after in _NUMBERS
            takes += _DIRECTIVES[part[1:]].replace("{1,", "{" if joined else "{1,")
    return Shape(f"^{takes}$", polars, "%z" in tokens)


def fault_of(text: str) -> str | None:
    """What is wrong with a format; None: nothing."""
    if text == ISO or text in EPOCHS:
        return None
    tokens = _TOKEN.findall(text)
    directives = [token for token in tokens if token[0] == "%" and token not in _FRACTIONS]
    if not directives:
        return f"'{text}' is no format: use {ISO}, {', '.join(EPOCHS)}, or one such as %d/%m/%Y"
    for directive in directives:
        if directive[1:] not in _DIRECTIVES:
            return f"{directive} cannot stand in a format: use %{', %'.join(_DIRECTIVES)}, or .%f for a fraction"
    if text.endswith("Z"):
        return f"'{text}': a Z says that it is UTC: use {ISO}, or write %z where +0000 stands"
    if not _tells_the_probe(shape_of(text), {directive[1:] for directive in directives}):
        return f"'{text}' does not say which day it is, or only a part of the time"
    return None


def _tells_the_probe(shape: Shape, directives: set[str]) -> bool:
    probe = pl.Series([_PROBE], dtype=pl.Datetime("us", "UTC"))
    try:
        written = probe.dt.strftime(shape.polars)
        read = written.str.to_datetime(shape.polars, strict=False, time_unit="us")[0]
    except pl.exceptions.ComputeError:
        return False
    if read is None or not written.str.contains(shape.takes)[0]:
        return False
    parts = _OF_TIME & directives
    expected = _PROBE.replace(second=_PROBE.second if {"S", "T"} & parts else 0)
    return bool(read.replace(tzinfo=UTC) == (expected if parts else _PROBE.replace(hour=0, minute=0, second=0)))
