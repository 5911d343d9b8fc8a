"""Documents made up, spoilt and read: ``python -m benchmarks fuzz``, or ``python -m benchmarks.fuzz --count 1000``.

Every text format, encoding, delimiter and line end. A whole document is compared with what a naive reader makes of the records it was written
from; a spoilt one must be read or refused in words, alike whatever the block size, with every record counted once and in order. Keep out: Parquet
and Arrow, which the tests mutate byte by byte.
"""

import argparse
import csv
import io
import json
import random
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from hubsync_assets.errors import HubsyncError
from hubsync_assets.sources.files.locate import locate
from hubsync_assets.sources.readers.read_chunks import read_chunks
from hubsync_assets_tests.shipped import MODEL

__all__ = ["DOCUMENTS", "fuzz", "main", "make", "seen", "spoil"]

DOCUMENTS = 1_000_000
SECONDS_A_DOCUMENT = 20.0
"""Slower than this on a few hundred bytes is a hang."""

NAMES = ("email", "name", "phone", "company_name")
VALUES = (
    "", "", "Ana", "José Núñez", "Müller", "x y", "12", "12,5", "a;b", "a|b", "a\tb", 'say "hi"', "two\nlines", "C:\\Tools", "null", "=1+1", "#", "'t Hooft",
    "{}", "[", "Muñoz, Raúl",
)  # fmt: skip
ENCODINGS = ("utf-8", "utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252", "mac_roman")
TITLES = ("Contacts of Acme", "Export\n\nof 2026", "Email", "by ana@example.com")
JUNK = (b'"', b",", b";", b"\n", b"\r", b"\r\n", b"\xef\xbb\xbf", b"\xff", b"\x00", b"\\", b'\\"', b"\\N", b"{", b"}", b"[", b"]", b"\xc3", b"sep=;\n", b'="1"')  # fmt: skip
COLUMNS = MODEL.columns("db1")

Record = tuple[str | None, ...]


@dataclass(frozen=True)
class Document:
    """A file's name and content, and the records it was written from."""

    name: str
    content: bytes
    records: list[Record]


@dataclass(frozen=True)
class Seen:
    """What was read of a file: rows by position, broken positions, in order; or the words of a refusal."""

    rows: list[tuple[int, Record]]
    broken: list[int]
    refused: str = ""


def make(dice: random.Random) -> Document:
    """A document that a program could have written."""
    count = dice.choice((0, 1, 2, 3, 8, 40))
    records = [(f"u{number}@example.com", *(dice.choice(VALUES) for _ in NAMES[1:])) for number in range(count)]
    # A letter in every document, as nobody can tell encodings of text without any.
    records.append(("last@example.com", "José Martín Muñoz", "+34 600", "Peña"))
    form = dice.choice(("csv", "csv", "csv", "tsv", "ndjson", "json"))
    if form in ("csv", "tsv"):
        text = _csv(dice, records, "\t" if form == "tsv" else dice.choice(",;\t|"))
    else:
        text = _json(dice, records, form)
    encoding = dice.choice(ENCODINGS)
    if not encoding.startswith("utf"):
        text = text.replace("\ufeff", "")
    told = [tuple(value or None for value in record) for record in records]
    return Document(f"fuzz.{form}", text.encode(encoding), told)


def _csv(dice: random.Random, records: Sequence[Record], delimiter: str) -> str:
    end = dice.choice(("\n", "\n", "\r\n", "\r"))
    out = io.StringIO()
    if dice.random() < 0.15:
        out.write(f"sep={delimiter}{end}")
    elif dice.random() < 0.15:
        out.write(dice.choice(TITLES).replace("\n", end) + end)
    # Python's writer does not quote a line feed where lines end otherwise.
    quote_all = end == "\r" or dice.random() < 0.5
    writer = csv.writer(
        out, delimiter=delimiter, lineterminator=end, quoting=csv.QUOTE_ALL if quote_all else csv.QUOTE_MINIMAL
    )
    header = [f"{name[:2]}\n{name[2:]}" if dice.random() < 0.05 else name for name in NAMES]
    surplus = [""] * dice.choice((0, 0, 0, 2))
    for row in (header, *records):
        if row is not header and dice.random() < 0.05:
            out.write("\ufeff")
        if row is not header and dice.random() < 0.1 and _is_for_mysql(row):
            out.write(delimiter.join(_as_mysql(value or "", delimiter) for value in row) + end)
        else:
            writer.writerow([*row, *(surplus if row is not header else [])])
    return out.getvalue()


def _is_for_mysql(row: Sequence[str | None]) -> bool:
    """A row that is malformed as CSV when it is written with backslashes, so that the two can be told apart; on one line."""
    text = "".join(value or "" for value in row)
    return '"' in text and "\n" not in text


def _as_mysql(value: str, delimiter: str) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"' if delimiter in value or '"' in value else escaped


def _json(dice: random.Random, records: Sequence[Record], form: str) -> str:
    texts = [json.dumps(dict(zip(NAMES, record, strict=True)), ensure_ascii=False) for record in records]
    if form == "json":
        return "[" + dice.choice((",", ",\n", " , ")).join(texts) + "]"
    end = dice.choice(("\n", "\r\n", "\r", "\n\ufeff"))
    return end.join(texts) + ("" if "\ufeff" in end else end)


def spoil(dice: random.Random, content: bytes) -> bytes:
    """The same with some bytes changed, put in, taken out, moved or cut off."""
    spoilt = bytearray(content)
    for _ in range(dice.choice((1, 1, 2, 5))):
        at = dice.randrange(len(spoilt) + 1)
        match dice.randrange(5):
            case 0:
                spoilt[at:at] = dice.choice(JUNK)
            case 1:
                del spoilt[at : at + dice.choice((1, 1, 2, 30))]
            case 2:
                spoilt[at : at + 1] = bytes([dice.randrange(256)])
            case 3:
                spoilt[at:at] = spoilt[dice.randrange(len(spoilt) + 1) :][:60]
            case _:
                del spoilt[max(at, len(spoilt) // 2) :]
    return bytes(spoilt)


def seen(path: Path, block_bytes: int) -> Seen:
    """What our reader makes of a file."""
    rows: list[tuple[int, Record]] = []
    broken: list[int] = []
    try:
        for chunk in read_chunks(locate(str(path))[0], COLUMNS, block_bytes=block_bytes):
            rows += [
                (position, tuple(map(_text, values)))
                for position, *values in chunk.rows.select("position", *NAMES).iter_rows()
            ]
            broken += chunk.broken["position"].to_list()
            assert chunk.raw_text(chunk.rows["position"]).len() == chunk.rows.height
    except HubsyncError as refused:
        return Seen([], [], str(refused))
    return Seen(rows, broken)


def _text(value: object) -> str | None:
    return None if value is None or value == "" else str(value)


def check(document: Document, folder: Path, dice: random.Random, *, whole: bool) -> None:
    """Read a document twice and compare.

    Raises:
        AssertionError: It is not read as it should be.
    """
    path = folder / document.name
    path.write_bytes(document.content)
    started = time.monotonic()
    once, again = seen(path, 1 << 20), seen(path, dice.choice((1, 7, 33, 200)))
    assert time.monotonic() - started < SECONDS_A_DOCUMENT, "it takes too long"
    assert once == again, "the result depends on the block size"
    positions = sorted([*(position for position, _ in once.rows), *once.broken])
    assert positions == list(range(1, len(positions) + 1)), "a record is lost, doubled or misplaced"
    assert "\n" not in once.refused, "the refusal is not one line"
    if whole:
        assert once.refused == "", "it is refused"
        assert [record for _, record in once.rows] == document.records, "a record is not what was written"
        assert once.broken == [], "a record is broken"


def fuzz(count: int, seed: int, folder: Path, seconds: float | None = None) -> int:
    """Make, spoil and read so many documents; returns how many.

    Raises:
        AssertionError: One is not read as it should be; the message has its number, and the file is in ``folder``.
    """
    started = time.monotonic()
    for number in range(count):
        if seconds is not None and time.monotonic() - started > seconds:
            return number
        dice = random.Random(f"{seed}-{number}")
        document = make(dice)
        whole = number % 3 == 0
        if not whole:
            document = Document(document.name, spoil(dice, document.content), document.records)
        try:
            check(document, folder, dice, whole=whole)
        except Exception as fault:
            message = f"document {number} of seed {seed} ({folder / document.name}): {type(fault).__name__}: {fault}"
            raise AssertionError(message) from fault
    return count


def main() -> None:
    """Fuzz as the command line says, and print how many documents were read."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=DOCUMENTS)
    parser.add_argument("--seconds", type=float, help="stop after so long")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="hubsync-fuzz-"))
    print(f"{fuzz(given.count, given.seed, folder, given.seconds):,} documents, none read wrongly", flush=True)


if __name__ == "__main__":
    main()
