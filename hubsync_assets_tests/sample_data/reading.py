"""A sample as rows, read with the standard library.

Put here: what a reader would hand to ``normalise``. Keep out: the project's readers, which have tests of their own.
"""

import json
from pathlib import Path

import polars as pl

from hubsync_assets_tests.shipped import FIELDS

SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "position": pl.UInt64,
    **{field.name: pl.String for field in FIELDS},
    "nested": pl.List(pl.String),
    "not_given": pl.List(pl.String),
}


def rows_of(path: Path) -> tuple[pl.DataFrame, int]:
    """The array's objects as rows, and how many of its elements are no objects."""
    elements = json.loads(path.read_text("utf-8"), parse_int=_Numeral, parse_float=_Numeral)
    rows = [
        {
            "position": position,
            **{field.name: _text(element.get(field.name)) for field in FIELDS},
            "nested": [field.name for field in FIELDS if isinstance(element.get(field.name), list | dict)] or None,
        }
        for position, element in enumerate(elements, 1)
        if isinstance(element, dict)
    ]
    return pl.DataFrame(rows, schema=SCHEMA), len(elements) - len(rows)


class _Numeral(str):
    """A number's JSON text."""

    __slots__ = ()


def _text(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)
