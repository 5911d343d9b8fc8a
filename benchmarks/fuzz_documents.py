"""What the fuzz reads: documents of every format, whole or spoilt. Keep out: how each is written, and what is asked of their reading."""

import random
from dataclasses import dataclass, field, replace
from itertools import accumulate

from benchmarks.fuzz_binary import pack, write_columnar, write_xlsx
from benchmarks.fuzz_text import ENCODINGS, NAMES, Record, Written, write_csv, write_csv_of_json, write_json

__all__ = ["Document", "make", "spoil"]

VALUES = (
    "", "", "Ana", "José Núñez", "Müller", "x y", "12", "12,5", "a;b", "a|b", "a\tb", 'say "hi"', "two\nlines", "C:\\Tools", "null", "=1+1", "#", "'t Hooft",
    "{}", "[", "Muñoz, Raúl",
)  # fmt: skip
JUNK = (b'"', b",", b";", b"\n", b"\r", b"\r\n", b"\xef\xbb\xbf", b"\xff", b"\x00", b"\\", b'\\"', b"\\N", b"{", b"}", b"[", b"]", b"\xc3", b"sep=;\n", b'="1"')  # fmt: skip
FORMS = ("csv",) * 6 + ("tsv",) * 2 + ("json",) * 8 + ("json_in_csv",) * 2 + ("parquet", "arrow")
SPREADSHEETS = 0.01
"""So many are spreadsheets: each takes as long to write as ten others take to be read."""
PACKED = 0.2


@dataclass(frozen=True)
class Document:
    """A file's name and content, and the records it was written from.

    Attributes:
        name: Of the file.
        content: Its bytes.
        records: What it was written from.
        ends: Of plain text: behind which byte each record has ended, line end included.
        intact: Bytes before the first that is not as it was written; ``None``: all are.
        cut: A part of it is missing at its end, and that is all.
        doubled: Some of it may be there twice.
    """

    name: str
    content: bytes
    records: list[Record]
    ends: list[int] = field(default_factory=list)
    intact: int | None = None
    cut: bool = False
    doubled: bool = False


def make(dice: random.Random) -> Document:
    """A document that a program could have written."""
    records: list[Record] = [
        # No slip of a byte makes one email another.
        (f"u{number:03}x{number * 7919 % 1000:03}@example.com", *(dice.choice(VALUES) for _ in NAMES[1:]))
        for number in range(dice.choice((0, 1, 2, 3, 8, 8, 40)))
    ]
    # A letter in every document, as nobody can tell encodings of text without any.
    records.append(("last@example.com", "José Martín Muñoz", "+34 600", "Peña"))
    form = "xlsx" if dice.random() < SPREADSHEETS else dice.choice(FORMS)
    told: list[Record] = [tuple(value or None for value in record) for record in records]
    if form in ("parquet", "arrow"):
        made = Document(f"fuzz.{form}", write_columnar(dice, told, form), told)
    elif form == "xlsx":
        made = Document("fuzz.xlsx", write_xlsx(dice, told), told)
    else:
        made = _text(dice, form, records, told)
    if dice.random() >= PACKED:
        return made
    name, content = pack(dice, made.name, made.content)
    return Document(name, content, told)


def _text(dice: random.Random, form: str, records: list[Record], told: list[Record]) -> Document:
    written: Written
    if form == "json":
        form, written = write_json(dice, records)
    elif form == "json_in_csv":
        form, written = "csv", write_csv_of_json(dice, records)
    else:
        written = write_csv(dice, records, "\t" if form == "tsv" else dice.choice(",;\t|"))
    encoding = dice.choice(ENCODINGS)
    if not encoding.startswith("utf"):
        written = [part.replace("\ufeff", "") for part in written]
    # Only the first part of a text has its mark.
    parts = [("\n" + part).encode(encoding)[len("\n".encode(encoding)) :] for part in written]
    parts[0] = written[0].encode(encoding) or "".encode(encoding)
    return Document(f"fuzz.{form}", b"".join(parts), told, list(accumulate(map(len, parts)))[1:-1])


def spoil(dice: random.Random, document: Document) -> Document:
    """The same with some bytes changed, put in, taken out, moved, doubled or cut off."""
    spoilt = bytearray(document.content)
    if dice.random() < 0.25:
        return _cut(dice, document)
    doubled = False
    first = len(spoilt)
    for _ in range(dice.choice((1, 1, 2, 5))):
        at = dice.randrange(len(spoilt) + 1)
        match dice.randrange(6):
            case 0:
                spoilt[at:at] = dice.choice(JUNK)
            case 1:
                del spoilt[at : at + dice.choice((1, 1, 2, 30))]
            case 2:
                spoilt[at : at + 1] = bytes([dice.randrange(256)])
            case 3:
                spoilt[at : at + 1] = bytes([(spoilt[at : at + 1] or b"\0")[0] ^ 1 << dice.randrange(8)])
            case 4:
                spoilt[at:at] = spoilt[dice.randrange(len(spoilt) + 1) :][: dice.choice((20, 60, 1000))]
                doubled = True
            case _:
                at = max(at, len(spoilt) // 2)
                del spoilt[at:]
        first = min(first, at)
    if b"\n" in spoilt and b"\n" not in document.content:
        first = 0  # where a line ends with CR alone is known by there being no LF, so one that is put in makes lines of other lengths
    return replace(document, content=bytes(spoilt), intact=first, doubled=doubled)


def _cut(dice: random.Random, document: Document) -> Document:
    size = dice.randrange(len(document.content) + 1)
    return replace(document, content=document.content[:size], intact=size, cut=True)
