"""What reading made of each text, in one list."""

from collections.abc import Iterable
from enum import Enum
from typing import Any

import polars as pl

from hubsync_assets.kinds.field import Field
from hubsync_assets.kinds.reading import Conventions, Read

__all__ = ["BAD", "UNKNOWN", "fault_keys", "outcomes", "read_texts"]


class NoValue(Enum):
    """Why there is none, where the text is not empty."""

    BAD = "unreadable, and listed"
    UNKNOWN = "unreadable, and not listed"


BAD, UNKNOWN = NoValue.BAD, NoValue.UNKNOWN

USUAL = Conventions()


def read_texts(field: Field, texts: Iterable[str | None], how: Conventions = USUAL) -> list[Any]:
    """The value of each text; None where it is empty."""
    return outcomes(field.read(pl.Series(list(texts), dtype=pl.String), how))


def outcomes(read: Read) -> list[Any]:
    """The same, of a column that was read."""
    bad = set() if read.bad is None else set(read.bad.arg_true())
    unknown = set(read.unknown)
    return [
        BAD if row in bad else UNKNOWN if row in unknown else value for row, value in enumerate(read.values.to_list())
    ]


def fault_keys(field: Field) -> list[str]:
    """The keys that are wrong."""
    return [key for key, _ in field.faults()]
