"""Documents of text as programs write them: CSV, JSON and what stands around it, in every encoding.

Put here: writing records, and where each of them has ended. Keep out: files that are no text (``fuzz_binary``), and spoiling.
"""

import csv
import io
import json
import random
from collections.abc import Sequence

__all__ = ["ENCODINGS", "NAMES", "Record", "Written", "write_csv", "write_csv_of_json", "write_json"]

NAMES = ("email", "name", "phone", "company_name")
ENCODINGS = ("utf-8", "utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252", "mac_roman")
TITLES = ("Contacts of Acme", "Export\n\nof 2026", "Email", "by ana@example.com")

Record = tuple[str | None, ...]
Written = list[str]
"""What stands before the first record, each record with what ends it, and what stands behind the last."""


def write_csv(dice: random.Random, records: Sequence[Record], delimiter: str) -> Written:
    """CSV by Python's writer, with what Excel and MySQL add to it."""
    end = dice.choice(("\n", "\n", "\r\n", "\r"))
    head = ""
    if dice.random() < 0.15:
        head = f"sep={delimiter}{end}"
    elif dice.random() < 0.15:
        head = dice.choice(TITLES).replace("\n", end) + end
    # Python's writer does not quote a line feed where lines end otherwise.
    quoting = csv.QUOTE_ALL if end == "\r" or dice.random() < 0.5 else csv.QUOTE_MINIMAL
    header = [f"{name[:2]}\n{name[2:]}" if dice.random() < 0.05 else name for name in NAMES]
    surplus = [""] * dice.choice((0, 0, 0, 2))
    written = [head + _row(header, delimiter, end, quoting)]
    for record in records:
        mark = "\ufeff" if dice.random() < 0.05 else ""
        if dice.random() < 0.1 and _is_for_mysql(record):
            row = delimiter.join(_as_mysql(value or "", delimiter) for value in record) + end
        else:
            row = _row([*record, *surplus], delimiter, end, quoting)
        written.append(mark + row)
    return [*written, ""]


def _row(row: Sequence[str | None], delimiter: str, end: str, quoting: int = csv.QUOTE_MINIMAL) -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator=end, quoting=quoting).writerow(row)  # type: ignore[arg-type]
    return out.getvalue()


def _is_for_mysql(row: Sequence[str | None]) -> bool:
    """A row that is malformed as CSV when it is written with backslashes, so that the two can be told apart; on one line."""
    text = "".join(value or "" for value in row)
    return '"' in text and "\n" not in text


def _as_mysql(value: str, delimiter: str) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"' if delimiter in value or '"' in value else escaped


def write_csv_of_json(dice: random.Random, records: Sequence[Record]) -> Written:
    """As a warehouse's raw table has it: the whole record in one column, on one line or several."""
    indent = dice.choice((None, None, 1))
    rows = [
        [f"id-{number}", _object(dice, record, indent), "2026-01-02"][: dice.choice((3, 3, 2)) if number else 3]
        for number, record in enumerate(records)
    ]
    return [
        _row(("_airbyte_ab_id", "_airbyte_data", "_airbyte_emitted_at"), ",", "\n"),
        *(_row(row, ",", "\n") for row in rows),
        "",
    ]


def write_json(dice: random.Random, records: Sequence[Record]) -> tuple[str, Written]:
    """An array, lines, or one of the shapes in which APIs and tools wrap them; and the end of its name."""
    shape = dice.choice(("array", "lines", "lines", "pretty", "pages", "envelope", "airbyte", "phpmyadmin"))
    indent = 2 if shape == "pretty" else None
    texts = [_object(dice, record, indent) for record in records]
    match shape:
        case "array":
            return "json", _array("", texts, "", dice)
        case "lines" | "pretty":
            end = dice.choice(("\n", "\r\n", "\r", "\n\ufeff"))
            written = ["", *(text + end for text in texts), ""]
            written[-2] = written[-2].rstrip("\ufeff")
            return dice.choice(("ndjson", "jsonl", "json") if shape == "lines" else ("ndjson", "json")), written
        case "pages":
            cut = dice.randrange(len(texts) + 1)
            first, second = (
                _array('{"ok": true, "items": ', part, ', "next": "/x?page=2"}\n', dice)
                for part in (texts[:cut], texts[cut:])
            )
            return "json", [
                *first[:-2],
                first[-2] + first[-1] + second[0],
                *second[1:],
            ]  # an envelope's text belongs to no record
        case "envelope":
            before = dice.choice(
                ('{"data": {"items": ', '{"total": 3, "note": "[{", "data": ', '{"errors": [], "result": {"a": ')
            )
            return "json", _array(before, texts, "}" * (before.count("{") - before.count('"[{"')), dice)
        case "airbyte":
            lines = [
                f'{{"_airbyte_ab_id": "id-{number}", "_airbyte_data": {text}}}\n' for number, text in enumerate(texts)
            ]
            return "jsonl", ["", *lines, ""]
        case _:
            before = '[\n{"type":"header","version":"5.2.1"},\n{"type":"database","name":"crm"},\n{"type":"table","name":"c","data":\n'
            return "json", _array(before, texts, "\n}\n]\n", dice)


def _array(before: str, texts: Sequence[str], behind: str, dice: random.Random) -> Written:
    """A record has ended where a comma or the end of the array says so."""
    comma = dice.choice((",", ",\n", " , "))
    if not texts:
        return [f"{before}[", f"]{behind}"]
    return [f"{before}[", *(text + comma for text in texts[:-1]), f"{texts[-1]}]", behind]


def _object(dice: random.Random, record: Record, indent: int | None) -> str:
    """What has no value is an empty text, null, or left out."""
    empty = dice.choice(("", "", "null", "out"))
    items = {
        name: None if not value and empty == "null" else int(value) if value == "12" and dice.random() < 0.3 else value
        for name, value in zip(NAMES, record, strict=True)
        if value or empty != "out"
    }
    return json.dumps(items, ensure_ascii=False, indent=indent)
