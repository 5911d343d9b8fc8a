"""Random declarations, and random records of a few contacts for them.

A case follows from one number: drawing each value by itself would take hypothesis a hundred times as long. Put here: what declarations, files
and records may be like. Keep out: what is to come of them (``oracle_rules``).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from random import Random
from typing import Any

import polars as pl
from hypothesis import strategies as st

from hubsync_assets.contacts.answers import Gives
from hubsync_assets.model.contact_model import ContactModel
from hubsync_assets.model.declaration import ContactSync
from hubsync_assets.model.faults import faults_of
from hubsync_assets_tests.contacts.oracle_merge import Files

KINDS: dict[str, dict[str, Any]] = {
    "text": {"values": ["a", "b", "\u00e9", "bb", "cc"], "default": "d", "rules": ["first", "max", "min", "longest"]},
    "whole": {"values": [0, 1, 2**53, 2**53 + 1], "default": 7, "rules": ["first", "max", "min"]},
    "number": {"values": [0.0, 0.5, 148.0, 1e21], "default": 2.5, "rules": ["first", "max", "min"]},
    "boolean": {"values": [False, True], "default": True, "rules": ["first", "any", "all"]},
    "date": {
        "values": [date(1969, 1, 1), date(2026, 1, 31), date(2026, 2, 1)],
        "default": "2020-02-29",
        "rules": ["first", "max", "min"],
    },
    "datetime": {
        "values": [datetime(2026, 1, day, 12, tzinfo=UTC) for day in (1, 2, 3)],
        "default": "2020-02-29T10:00:00Z",
        "rules": ["first", "max", "min"],
    },
    "multi": {
        "values": ["a", "a;b", "b;c", "cc"],
        "default": "x;y",
        "rules": ["first", "union", "longest"],
    },
}
"""Few different values, so that records meet, agree and disagree often; and all rules of the kind but ``newest``, which all have."""

RANKS = range(3)


@dataclass(frozen=True)
class RuleCase:
    """A declaration, records (``email`` and the rest of ``Schemas.raw``, and ``source``), and what their files give."""

    model: ContactModel
    rows: list[dict[str, Any]]
    files: Files

    @property
    def gives(self) -> Gives:
        fields: dict[str, dict[int, set[str]]] = {source: {} for source in self.model.sources}
        for (source, rank), names in self.files.gives.items():
            fields[source][rank] = names
        silent = {source: [rank for of, rank in self.files.silent if of == source] for source in self.model.sources}
        return Gives(fields, silent)

    def frame(self, rows: Sequence[Mapping[str, Any]] | None = None) -> pl.DataFrame:
        schema = {**self.model.schema.raw, "source": pl.String}
        return pl.DataFrame(self.rows if rows is None else rows, schema=schema, orient="row")

    def pieces(self, size: int) -> list[pl.DataFrame]:
        """In the order of their positions in no file: rows of one contact are in several pieces, and one piece has several contacts."""
        rows = sorted(self.rows, key=lambda row: row["position"])
        return [self.frame(rows[start : start + size]) for start in range(0, len(rows), size)]


def case_of(seed: int, *, grouped: bool, contacts: int = 12) -> RuleCase:
    random = Random(seed)
    model = some_model(random, grouped=grouped)
    files = some_files(random, model)
    how = {
        "most_rank": random.randrange(3),
        "unread": random.choice([0.0, 0.0, 0.15]),
        "silent": random.choice([0.0, 0.0, 0.25]),
        "rejected": random.choice([0.0, 0.0, 0.15]),
        "filtered": random.choice([0.0, 0.0, 0.2]),
        "missing": random.choice([0.2, 0.5]),
    }
    rows = [
        some_record(random, model, files, how, f"{number}@example.com")
        for number in range(contacts)
        for _ in range(random.choice([1, 2, 3, 3, 4, 7]))
    ]
    positions = random.sample(range(1, len(rows) + 1), len(rows))
    return RuleCase(model, [{**row, "position": at} for row, at in zip(rows, positions, strict=True)], files)


def some_model(random: Random, *, grouped: bool) -> ContactModel:
    sources = ["crm", "shop", "app"][: random.choice([1, 2, 2, 3])]
    fields: dict[str, Any] = {
        "email": {"kind": "email"},
        "day": {"kind": "date", "keep": some_keep(random, sources, "date", "moment")},
        "moment": {"kind": "datetime", "keep": some_keep(random, sources, "datetime", "day")},
    }
    for number in range(random.choice([2, 4, 6])):
        kind = random.choice(list(KINDS))
        keep = some_keep(random, sources, kind, random.choice(["day", "moment"]))
        fields[f"{kind}{number}"] = {"kind": kind, "keep": keep, **some_default(random, kind)}
    together = []
    for group in range(random.choice([1, 1, 2]) if grouped else 0):
        rule = random.choice(["first", "newest"])
        keep = {"rule": rule, **some_order(random, sources)}
        if rule == "newest":
            keep["by"] = random.choice(["day", "moment"])
        names = [f"member{group}{number}" for number in range(random.choice([2, 2, 3]))]
        for name in names:
            kind = random.choice(list(KINDS))
            fields[name] = {"kind": kind, "keep": keep, **some_default(random, kind)}
        together.append(names)
    # The order of the fields must not matter.
    others = [name for name in fields if name != "email"]
    random.shuffle(others)
    sync = ContactSync.model_validate(
        {
            "sources": {source: {"read": "x.csv"} for source in sources},
            "fields": {name: fields[name] for name in ["email", *others]},
            "together": together,
        }
    )
    assert list(faults_of(sync)) == []
    return ContactModel(sync)


def some_keep(random: Random, sources: Sequence[str], kind: str, by: str) -> dict[str, Any]:
    rule = random.choice([*KINDS[kind]["rules"], "newest", "newest"])
    return {"rule": rule, **({"by": by} if rule == "newest" else {}), **some_order(random, sources)}


def some_order(random: Random, sources: Sequence[str]) -> dict[str, Any]:
    return {"order": random.sample(sources, len(sources))} if random.random() < 0.4 else {}


def some_default(random: Random, kind: str) -> dict[str, Any]:
    return {"default": KINDS[kind]["default"]} if random.random() < 0.3 else {}


def some_files(random: Random, model: ContactModel) -> Files:
    """Mostly as files are: all fields in all, or some columns that a source never has, or that single files lack."""
    all_files = [(source, rank) for source in model.sources for rank in RANKS]
    how = random.choice(["all", "by source", "by file"])
    gives: dict[tuple[str, int], set[str]] = {}
    if how == "by source":
        of_source = {source: some_names(random, model, 0.7) for source in model.sources}
        gives = {(source, rank): of_source[source] for source, rank in all_files}
    elif how == "by file":
        gives = {file: some_names(random, model, 0.6) for file in all_files if random.random() < 0.6}
    silent = {file for file in all_files if random.random() < 0.2} if random.random() < 0.2 else set()
    return Files(gives, silent)


def some_names(random: Random, model: ContactModel, share: float) -> set[str]:
    return {name for name in model.names if random.random() < share}


def some_record(
    random: Random, model: ContactModel, files: Files, how: Mapping[str, Any], email: str
) -> dict[str, Any]:
    """A record as a raw table may have it: a file has no values of a field that it does not give, nor has a rejected record any."""
    source, rank = random.choice(model.sources), random.randrange(how["most_rank"] + 1)
    row: dict[str, Any] = {
        "email": email, "source": source, "file": "x.csv", "file_rank": rank, "position": 0, "unreadable": None,
        "not_given": None, "rejected": False, "filtered": False, **dict.fromkeys(model.names),
    }  # fmt: skip
    if random.random() < how["filtered"]:
        return {**row, "filtered": True}
    if random.random() < how["rejected"]:
        return {**row, "rejected": True}
    unreadable, not_given = [], []
    for field in model.contact_fields:
        if random.random() < how["silent"]:
            not_given.append(field.name)
        elif field.name not in files.gives.get((source, rank), model.names):
            continue
        elif random.random() < how["unread"]:
            unreadable.append(field.name)
        elif random.random() >= how["missing"]:
            row[field.name] = random.choice(KINDS[field.kind]["values"])
    return {**row, "unreadable": unreadable or None, "not_given": not_given or None}


SEEDS = st.integers(0, 2**40)
ALONE = st.builds(case_of, SEEDS, grouped=st.just(value=False))
GROUPED = st.builds(case_of, SEEDS, grouped=st.just(value=True))
