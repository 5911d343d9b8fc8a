"""What a source holds, in the terms of a person who looks at it, and the files that its database exports.

Put here: people, columns, deltas, damage, and writing them as CSV or JSON text. Keep out: what follows from a file (``rules``).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

__all__ = [
    "BAD",
    "EMAILS",
    "EMPTY",
    "FIELDS",
    "VALUES",
    "Cell",
    "Damage",
    "Delta",
    "ExportFile",
    "Row",
    "Truth",
    "files_of",
    "text_of",
]

EMAILS = tuple(f"p{n}@example.com" for n in range(7))

FIELDS = ("name", "phone", "company_name", "mrr")

EMPTY = ""
BAD = "bad"
Cell = str | None
"""A value as canonical text, ``EMPTY``, ``BAD`` (text that does not fit), or None: the record does not speak of the field."""

VALUES: Mapping[str, tuple[str, ...]] = {
    "name": ("Ana Lopez", "Ana", "Bea Ruiz", "Bea"),
    "phone": ("+34600000001", "+34600000002", "+34600000003"),
    "company_name": ("Acme", "Beta", "Gamma"),
    "mrr": ("1", "2", "3"),
}
"""Few values, so that sources agree, disagree and go back by themselves."""

UNREADABLE_TEXT = {"name": "?", "phone": "ask them", "company_name": "#N/A", "mrr": "99,5"}


@dataclass(frozen=True)
class Delta:
    """A small file that is newer than the full export: some fields of some contacts."""

    fields: tuple[str, ...]
    rows: Mapping[str, Mapping[str, Cell]]


@dataclass(frozen=True)
class Truth:
    """What a source's database holds: people with a cell for each field, the columns that it exports, its deltas, its format."""

    people: Mapping[str, Mapping[str, Cell]] = field(default_factory=dict)
    columns: tuple[str, ...] = FIELDS
    deltas: tuple[Delta, ...] = ()
    form: Literal["csv", "json"] = "csv"


@dataclass(frozen=True)
class Damage:
    """What is wrong with this export of it.

    Attributes:
        whole: what became of all files: nothing, an export without a record, or the source is switched off.
        newest: what became of the newest file: it broke off after so many rows, has 0 bytes, or is refused.
        broken: contacts whose row in the newest file that has them cannot be read.
        bad_emails: contacts whose email in the newest file that has them cannot be read.
        nobody: rows without an email at the end of the newest file.
    """

    whole: Literal["", "nothing", "off"] = ""
    newest: Literal["", "zero", "refused"] | int = ""
    broken: tuple[str, ...] = ()
    bad_emails: tuple[str, ...] = ()
    nobody: int = 0


@dataclass(frozen=True)
class Row:
    """A row of a file. ``kind``: ``broken``: only its email can be read; ``lost``: not even that; ``nobody``: it has none."""

    email: str
    cells: Mapping[str, Cell]
    kind: Literal["", "broken", "lost", "nobody"] = ""


@dataclass(frozen=True)
class ExportFile:
    """A file. ``cut``: it breaks off after its rows."""

    name: str
    form: Literal["csv", "json"]
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    cut: bool = False
    refused: bool = False
    zero: bool = False


def files_of(truth: Truth, damage: Damage) -> list[ExportFile]:
    """The files of an export, the oldest first; none: the source is switched off."""
    if damage.whole == "off":
        return []
    people = {} if damage.whole == "nothing" else truth.people
    full = tuple(
        Row(email, {name: cells.get(name, EMPTY) for name in truth.columns}) for email, cells in sorted(people.items())
    )
    found = [ExportFile(f"0.{truth.form}", truth.form, truth.columns, full)]
    for number, delta in enumerate(truth.deltas if damage.whole != "nothing" else (), start=1):
        rows = tuple(Row(email, cells) for email, cells in sorted(delta.rows.items()))
        form: Literal["csv", "json"] = "json" if number % 2 else "csv"
        found.append(ExportFile(f"{number}.{form}", form, delta.fields, rows))
    found = _with_bad_rows(found, damage)
    found[-1] = _damaged(found[-1], damage.newest)
    return found


def _with_bad_rows(files: list[ExportFile], damage: Damage) -> list[ExportFile]:
    kinds: dict[str, Literal["broken", "lost"]] = {
        **dict.fromkeys(damage.bad_emails, "lost"),
        **dict.fromkeys(damage.broken, "broken"),
    }
    found = []
    for file in reversed(files):
        rows = tuple(Row(row.email, row.cells, kinds.pop(row.email, row.kind)) for row in file.rows)
        found.append(ExportFile(file.name, file.form, file.columns, rows))
    newest = found[0]
    nobody = tuple(Row("", dict.fromkeys(newest.columns, EMPTY), "nobody") for _ in range(damage.nobody))
    found[0] = ExportFile(newest.name, newest.form, newest.columns, newest.rows + nobody)
    return found[::-1]


def _damaged(file: ExportFile, how: Literal["", "zero", "refused"] | int) -> ExportFile:
    if how == "zero":
        return ExportFile(file.name, file.form, (), (), zero=True)
    if how == "refused":
        return ExportFile(file.name, file.form, (), (), refused=True)
    if isinstance(how, int):
        # A CSV file that breaks off in a row looks like one with a short row. In JSON, what is empty has no key here: whether a null
        # in a file that breaks off says "empty" is left open.
        rows = tuple(
            Row(row.email, {it: cell or None for it, cell in row.cells.items()}, row.kind) for row in file.rows
        )
        return ExportFile(f"{file.name[0]}.json", "json", file.columns, rows[:how], cut=True)
    return file


def text_of(file: ExportFile) -> str:
    """The file's content."""
    if file.zero:
        return ""
    if file.refused:
        return "user_email,name\nx@example.com,X\n" if file.form == "csv" else '{"error": "unauthorized"}'
    return _csv(file) if file.form == "csv" else _json(file)


def _csv(file: ExportFile) -> str:
    lines = [",".join(["email", *file.columns])]
    for row in file.rows:
        # Cells that are missing at the end of a row are missing in the file; elsewhere a row has no way to say it.
        cells = [row.cells[name] for name in file.columns]
        while cells and cells[-1] is None:
            cells.pop()
        texts = [_csv_text(name, cell or EMPTY) for name, cell in zip(file.columns, cells, strict=False)]
        extra = ["too", "many", "cells"] * 4 if row.kind == "broken" else []
        lines.append(",".join([_email_text(row), *texts, *extra]))
    return "\n".join(lines) + "\n"


def _csv_text(name: str, cell: str) -> str:
    return f'"{UNREADABLE_TEXT[name]}"' if cell == BAD else cell


def _email_text(row: Row) -> str:
    return {"lost": "nobody at example.com", "nobody": ""}.get(row.kind, row.email)


def _json(file: ExportFile) -> str:
    records = [_json_record(row) for row in file.rows]
    text = "[" + ",\n".join(records)
    return text + (',\n{"email": "' if records else '\n{"email": "') if file.cut else text + "]"


def _json_record(row: Row) -> str:
    record: dict[str, Any] = {"email": _email_text(row)}
    for name, cell in row.cells.items():
        if cell is not None:
            record[name] = (
                UNREADABLE_TEXT[name] if cell == BAD else (float(cell) if cell and name == "mrr" else cell or None)
            )
    text = json.dumps(record)
    # One value that is no JSON: the record is lost, and its email is there to be seen.
    return text[:-1] + ', "x": NaN}' if row.kind == "broken" else text
