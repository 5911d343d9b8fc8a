"""What merging gives, once more and naively: contact by contact, field by field, record by record.

Put here: plain Python. Keep out: polars, and everything of the modules it checks but the field table.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from hubsync_assets.kinds.field import Field
from hubsync_assets.kinds.policies import Rule
from hubsync_assets_tests.contacts.oracle import as_text
from hubsync_assets_tests.shipped import CONTACT_FIELDS, KEY, SOURCES

Record = Mapping[str, Any]
File = tuple[str, int]

VALUE, EMPTY, UNREADABLE, NOT_GIVEN = "value", "empty", "unreadable", "not given"


@dataclass(frozen=True)
class Files:
    """What files give, by source and rank (one that is not there gives all), and which say nothing by a missing value."""

    gives: Mapping[File, set[str]] = field(default_factory=dict)
    silent: set[File] = field(default_factory=set)


@dataclass(frozen=True)
class Decision:
    """Of a field: whose value it is (None: nobody's), what the merged table says of it, and who has something unreadable."""

    winner: Record | None
    said: str | None
    unreadable: Sequence[Record]
    candidates: Sequence[Record]


def answer(record: Record, name: str, files: Files) -> str:
    """One of the four."""
    file = record["source"], record["file_rank"]
    file_gives = file not in files.gives or name in files.gives[file]
    if record[name] is not None:
        return VALUE
    if name in (record.get("unreadable") or []):
        return UNREADABLE
    if record.get("rejected"):
        return UNREADABLE if file_gives else NOT_GIVEN
    if not file_gives or name in (record.get("not_given") or []) or file in files.silent:
        return NOT_GIVEN
    return EMPTY


def decide(records: Iterable[Record], field: Field, files: Files) -> Decision:
    """A field of one contact."""
    candidates: list[Record] = []
    for source in SOURCES:
        giving = [
            record
            for record in records
            if record["source"] == source and answer(record, field.name, files) != NOT_GIVEN
        ]
        newest = min((record["file_rank"] for record in giving), default=None)
        deciding = [record for record in giving if record["file_rank"] == newest]
        candidates += sorted(deciding, key=lambda record: record["position"])
    answers = [answer(record, field.name, files) for record in candidates]
    bad = [record for record, what in zip(candidates, answers, strict=True) if what == UNREADABLE]
    present = [record for record in candidates if record[field.name] is not None]
    if not present:
        return Decision(None, UNREADABLE if bad else EMPTY if answers else None, bad, candidates)
    winner = present[0]
    if field.rule is Rule.MAX:
        greatest = max(record[field.name] for record in present)
        winner = next(record for record in present if record[field.name] == greatest)
        could_decide = bool(bad)
    else:
        could_decide = UNREADABLE in answers[: candidates.index(winner)]
    return Decision(winner, winner["source"] + ("?" if could_decide else ""), bad, candidates)


def merged(records: Iterable[Record], files: Files | None = None) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Golden records by email, and conflicts by email and field."""
    files = files or Files()
    people: dict[str, list[Record]] = {}
    for record in records:
        people.setdefault(record["email"], []).append(record)
    contacts, conflicts = [], []
    for email in sorted(people, key=str.encode):
        decisions = {field.name: decide(people[email], field, files) for field in CONTACT_FIELDS}
        values = {name: done.winner and done.winner[name] for name, done in decisions.items()}
        if not all(record.get("rejected") for record in people[email]):
            said = {f"{name}:from": done.said for name, done in decisions.items()}
            contacts.append({KEY.name: email, **values, **_provenance(people[email]), **said})
        conflicts += [
            conflict for field in CONTACT_FIELDS for conflict in _conflict(email, field, decisions[field.name])
        ]
    return contacts, conflicts


def _provenance(records: Sequence[Record]) -> dict[str, int | None]:
    counts, ranks = {}, {}
    for source in SOURCES:
        theirs = [record for record in records if record["source"] == source]
        kept = [record["file_rank"] for record in theirs if not record.get("rejected")]
        counts[f"{source}_records"] = kept.count(min(kept)) if kept else 0
        ranks[f"{source}_file_rank"] = min((record["file_rank"] for record in theirs), default=None)
    return {**counts, **ranks}


def _conflict(email: str, field: Field, done: Decision) -> list[dict[str, Any]]:
    if done.winner is None:
        return []
    kept = done.winner[field.name]
    other = [
        (record[field.name], record["source"]) for record in done.candidates if record[field.name] not in (None, kept)
    ]
    if not other:
        return []
    not_kept = [{"value": as_text(value), "source": source} for value, source in dict.fromkeys(other)]
    return [{"email": email, "field": field.name, "kept": as_text(kept), "kept_source": done.winner["source"],
             "not_kept": not_kept, "rule": field.rule.value}]  # fmt: skip
