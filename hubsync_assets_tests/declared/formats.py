"""Files as databases export them: CSV, JSON lines and JSON arrays, with paths as nested objects.

Put here: from rows by column to bytes. Keep out: what stands in a row.
"""

import csv
import io
import json
from collections.abc import Iterable, Mapping
from typing import Any

__all__ = ["as_csv", "as_json", "as_lines"]

Rows = Iterable[Mapping[str, Any]]


def as_csv(rows: Rows, *, delimiter: str = ",", encoding: str = "utf-8") -> bytes:
    """A header and a line for each row; None is an empty cell."""
    rows = list(rows)
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), delimiter=delimiter, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode(encoding)


def as_json(rows: Rows) -> bytes:
    """An array of objects; ``a.b`` is the key ``b`` of the object ``a``."""
    return json.dumps([_nested(row) for row in rows], ensure_ascii=False, indent=1).encode()


def as_lines(rows: Rows) -> bytes:
    """An object a line."""
    return "".join(json.dumps(_nested(row), ensure_ascii=False) + "\n" for row in rows).encode()


def _nested(row: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for path, value in row.items():
        *outer, last = path.split(".")
        inside = found
        for key in outer:
            inside = inside.setdefault(key, {})
        inside[last] = value
    return found
