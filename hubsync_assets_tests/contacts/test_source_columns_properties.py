"""From a file's records to fields equals a naive reading of the same JSON, whatever the source's declaration makes of its keys."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import polars as pl
from hypothesis import HealthCheck, Phase, settings
from hypothesis import given as cases
from hypothesis import strategies as st

from hubsync_assets.contacts.source_columns import as_fields, is_filtered
from hubsync_assets.sources.files.locate import locate
from hubsync_assets.sources.readers.read_chunks import read_chunks
from hubsync_assets_tests.contacts.oracle import KNOW_NOTHING, SAY_NOTHING
from hubsync_assets_tests.sources.declared import columns_of

FIELDS: dict[str, Any] = {
    "email": {"kind": "email"},
    "name": {"kind": "text", "property": ["firstname", "lastname"], "form": "first_word_and_rest"},
    "city": {"kind": "text"},
    "size": {"kind": "whole"},
    "tags": {"kind": "multi"},
    "note": {"kind": "text"},
}
PATHS = ["address.city", "address.geo.lat", "person.first", "person.@id"]
PLACES = ["city", "note", "Column X", "plan", "size", "address", *PATHS]
KEYS = [
    "name",
    "city",
    "size",
    "tags",
    "note",
    "First name",
    "last_name",
    "Column X",
    "plan",
    "person.first",
    "address.city",
]
VALUES: list[Any] = [
    "a",
    "b",
    " c ",
    "",
    "x y",
    "test",
    "N/A",
    "\\N",
    None,
    1,
    2,
    True,
    ["a", "b"],
    {"k": 1},
    [],
    "[1]",
]
PARTS: list[Any] = ["a", " b", "", "null", "?", None, 3, ["a"], {"k": None}, "{}"]
EMAIL = "a@x.io"
NO_OBJECTS = ["Main street", '{"city": "a", "ge', "NULL", " ? ", " ", "[1]"]
WHERE: dict[str, tuple[list[str], Callable[..., bool | None]]] = {
    "plan <> 'test'": (["plan"], lambda plan: None if plan is None else plan != "test"),
    "note = 'a' or city is null": (["note", "city"], lambda note, city: city is None or (note and note == "a")),
    "\"Column X\" like 'a%'": (["Column X"], lambda x: None if x is None else x.startswith("a")),
    "cast(size as double) > 1": (["size"], lambda size: None if size is None else float(size) > 1),
}


@dataclass(frozen=True)
class Found:
    """What a record says at a place: text, or that there is none; a list or an object; nothing at all."""

    text: str | None = None
    nested: bool = False
    absent: bool = False


@dataclass(frozen=True)
class FileCase:
    source: Mapping[str, Any]
    records: Sequence[Mapping[str, Any]]
    superseding: bool


def case_of(seed: int) -> FileCase:
    random = Random(seed)
    columns: dict[str, Any] = {}
    constants: dict[str, Any] = {}
    for name in FIELDS:
        how = random.choice(["name", "name", "column", "joined", "constant"])
        if name == "email":
            columns.update(random.choice([{}, {"email": "Mail X"}, {"email": "person.mail"}]))
        elif how == "column":
            columns[name] = random.choice(PLACES)
        elif how == "joined" and name != "size":
            columns[name] = random.sample(PLACES, random.choice([2, 3]))
        elif how == "constant":
            constants[name] = random.choice(["c", 5, True])
    where = random.choice([None, *WHERE])
    source = {"columns": columns, "constants": constants, **({"where": where} if where else {})}
    return FileCase(source, [some_record(random, where) for _ in range(12)], random.choice([True, False]))


def some_record(random: Random, where: str | None) -> dict[str, Any]:
    email = random.choice([EMAIL, EMAIL, None])
    record: dict[str, Any] = {key: random.choice(VALUES) for key in KEYS if random.random() < 0.6}
    if where is not None and "cast" in where:
        record["size"] = random.choice([1, 2, None, "7"])
    inner = {key: random.choice(PARTS) for key in ("city", "first", "@id", "mail") if random.random() < 0.6}
    geo = random.choice([None, {}, {"lat": 1.5}, {"lat": [1]}, "here", [1], "-", "?"])
    whole = {**inner, "geo": geo, "mail": email}
    for key in ("address", "person"):
        if random.random() < 0.9:
            record[key] = random.choice([whole, whole, whole, inner, {}, None, *NO_OBJECTS, json.dumps(whole)])
    return {**record, "email": email, "Mail X": email}


def at(record: Mapping[str, Any], place: str) -> Found:
    """What stands under a key of this name, or else where a path of keys leads."""
    top, *path = place.split(".")
    if record.get(place) is not None:
        return Found(text_of(record[place]), isinstance(record[place], list | dict))
    document = record.get(top)
    if not path or document is None:
        return Found(absent=place not in record and (not path or top not in record))
    value = document
    if isinstance(document, str):
        try:
            value = json.loads(document)
        except ValueError:
            return misplaced(document)
    for key in path:
        if not isinstance(value, dict):
            return misplaced(text_of(value))
        if key not in value:
            return Found(absent=True)
        value = value[key]
    return Found(text_of(value), isinstance(value, list | dict))


def misplaced(text: str | None) -> Found:
    """What stands where an object belongs cannot be read, unless it says that there is none, or that nobody knows."""
    word = (text or "").strip()
    if word.lower() in SAY_NOTHING or not word:
        return Found()
    return Found(word) if word.lower() in KNOW_NOTHING else Found(nested=True)


def text_of(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value)


def joined(parts: Sequence[Found]) -> Found:
    texts = [part.text.strip() for part in parts if part.text is not None]
    unknown = [text for text in texts if text.lower() in KNOW_NOTHING]
    text = " ".join("" if text.lower() in SAY_NOTHING else text for text in texts).strip() if texts else None
    text = unknown[0] if unknown else text
    return Found(text, any(part.nested for part in parts), all(part.absent for part in parts))


def expected(source: Mapping[str, Any], record: Mapping[str, Any], name: str) -> Found:
    if name in source["constants"]:
        constant = source["constants"][name]
        return Found(str(constant).lower() if isinstance(constant, bool) else str(constant))
    declared = source["columns"].get(name, name)
    if isinstance(declared, list):
        return joined([at(record, place) for place in declared])
    if name == "name" and declared == "name" and not is_taken(source, "name"):
        own, rest = at(record, "name"), [at(record, "First name"), at(record, "last_name")]
        both = joined(rest)
        text = own.text if own.text is not None and own.text.strip() else both.text
        return Found(text, own.nested or both.nested, own.absent and both.absent)
    return at(record, declared)


def is_taken(source: Mapping[str, Any], column: str) -> bool:
    return any(column == declared or column in declared for declared in source["columns"].values())


@settings(
    max_examples=150,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@cases(st.builds(case_of, st.integers(0, 2**40)))
def test_fields_equal_a_naive_reading_of_the_records(tmp_path: Path, case: FileCase) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text("\n".join(map(json.dumps, case.records)), encoding="utf-8")
    columns = columns_of(FIELDS, **case.source)
    chunks = list(read_chunks(locate(str(path))[0], columns, superseding=case.superseding))
    given = pl.concat([chunk.rows for chunk in chunks])
    rows = as_fields(columns, given, keys_matter=case.superseding).to_dicts()
    filtered = is_filtered(columns, given)
    assert len(rows) == len(case.records)
    for number, (row, record) in enumerate(zip(rows, case.records, strict=True)):
        found = {name: expected(case.source, record, name) for name in FIELDS}
        told = f"{case.source}\n{record}"
        if found["email"].text != EMAIL:
            continue  # Whatever else such a record says, it is rejected.
        for name, it in found.items():
            if not it.nested:
                assert same_text(row[name], it.text), f"{name}: {row[name]!r}, not {it.text!r}\n{told}"
        assert (row["nested"] or []) == [name for name, it in found.items() if it.nested], told
        absent = [name for name, it in found.items() if it.absent and case.superseding and name != "email"]
        assert [name for name in row["not_given"] or [] if name != "email"] == absent, told
        if case.source.get("where"):
            names, is_kept = WHERE[case.source["where"]]
            counts = is_kept(*(at(record, name).text for name in names))
            assert filtered is not None
            assert filtered[number] == (counts is not None and not counts), told


def same_text(found: Any, text: str | None) -> bool:
    """A column of numbers alone may come as numbers."""
    if isinstance(found, int | float):
        return text is not None and float(text) == found
    return bool(found == text)
