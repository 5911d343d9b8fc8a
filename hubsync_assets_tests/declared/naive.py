"""A naive model of a declaration: what each field of a contact comes to, record after record in plain Python.

It is told what stands in a record (the generators know what they wrote), and takes only the rules from the YAML. Put here: survivorship.
Keep out: reading, which the package has to get right by itself, and HubSpot (``portal``).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

__all__ = ["EMPTY", "UNREADABLE", "Answer", "Golden", "Record", "golden_records"]


@dataclass(frozen=True)
class _Nothing:
    word: str


EMPTY, UNREADABLE = _Nothing("empty"), _Nothing("unreadable")

Declaration = Mapping[str, Any]


@dataclass(frozen=True)
class Record:
    """One record, as a person who knows what is meant would read it.

    Attributes:
        source: whose it is.
        email: in canonical form.
        cells: by field its value, ``EMPTY`` or ``UNREADABLE``; fields of which the record's file does not speak are not in it.
        rank: 0 for the newest file of its source, 1 for the one before.
        filtered: the source's ``where`` leaves it out.
    """

    source: str
    email: str
    cells: Mapping[str, Any]
    rank: int = 0
    filtered: bool = False


@dataclass(frozen=True)
class Answer:
    """What a field comes to.

    Attributes:
        value: None: there is none.
        source: whose it is.
        certain: nothing unreadable could have decided it.
        empty: somebody says that it is empty, and nobody has a value.
    """

    value: Any = None
    source: str | None = None
    certain: bool = True
    empty: bool = False


@dataclass(frozen=True)
class Golden:
    """One contact: its answers by field, and the sources that have it."""

    fields: Mapping[str, Answer] = field(default_factory=dict)
    sources: frozenset[str] = frozenset()


def golden_records(declared: Declaration, records: Iterable[Record]) -> dict[str, Golden]:
    """Every contact, by email.

    Args:
        declared: what stands in the YAML.
        records: of each source in the order of its files.
    """
    by_email: dict[str, list[Record]] = {}
    for record in records:
        by_email.setdefault(record.email, []).append(record)
    found = {email: _golden(declared, own) for email, own in by_email.items()}
    return {email: golden for email, golden in found.items() if golden is not None}


def _golden(declared: Declaration, records: Sequence[Record]) -> Golden | None:
    sources = list(declared["sources"])
    records = _unfiltered(records)
    if not records:
        return None
    records = sorted(records, key=lambda record: (sources.index(record.source), record.rank))
    records = [_without_superseded(record, records) for record in records]
    names = [name for name in declared["fields"] if name != "email"]
    groups = declared.get("together", [])
    answers = {name: _alone(declared, name, records) for name in names if not any(name in group for group in groups)}
    for group in groups:
        answers |= _together(declared, group, records)
    return Golden(
        {name: _with_default(declared, name, answer) for name, answer in answers.items()},
        frozenset(record.source for record in records),
    )


def _unfiltered(records: Sequence[Record]) -> list[Record]:
    """For a source whose newest word is that the contact does not count, it is gone: older files do not bring it back."""
    gone = {
        source: min(record.rank for record in records if record.source == source and record.filtered)
        for source in {record.source for record in records if record.filtered}
    }
    return [record for record in records if not record.filtered and record.rank <= gone.get(record.source, record.rank)]


def _without_superseded(record: Record, records: Sequence[Record]) -> Record:
    """Of one source's files, the newest that has the contact and speaks of a field decides it."""
    newest = {
        name: min(other.rank for other in records if other.source == record.source and name in other.cells)
        for name in record.cells
    }
    return replace(record, cells={name: cell for name, cell in record.cells.items() if newest[name] == record.rank})


def _keep(declared: Declaration, name: str) -> tuple[str, str | None, list[str]]:
    """A field's rule, the date that decides, and the order of the sources."""
    keep = declared["fields"][name].get("keep", "first")
    keep = {"rule": keep} if isinstance(keep, str) else keep
    return keep.get("rule", "first"), keep.get("by"), keep.get("order", list(declared["sources"]))


def _alone(declared: Declaration, name: str, records: Sequence[Record]) -> Answer:
    rule, by, order = _keep(declared, name)
    said = [(record, record.cells[name]) for record in _ordered(records, order) if name in record.cells]
    values = [(record, cell) for record, cell in said if not isinstance(cell, _Nothing)]
    unreadable = any(cell is UNREADABLE for _, cell in said)
    if not values:
        return Answer(certain=not unreadable, empty=bool(said) and not unreadable)
    if rule == "union":
        return Answer(frozenset().union(*(cell for _, cell in values)), values[0][0].source, not unreadable)
    winner, value = _RULES[rule](values, by)
    if rule == "first":
        unreadable = any(cell is UNREADABLE for _, cell in said[: said.index((winner, value))])
    if by is not None:
        unreadable = unreadable or any(record.cells.get(by) is UNREADABLE for record, _ in values)
    return Answer(value, winner.source, not unreadable)


def _together(declared: Declaration, group: Sequence[str], records: Sequence[Record]) -> dict[str, Answer]:
    rule, by, order = _keep(declared, group[0])
    ordered = _ordered(records, order)
    having = [(record, None) for record in ordered if any(_is_value(record.cells.get(name)) for name in group)]
    if not having:
        return {name: _alone(declared, name, records) for name in group}
    winner, _ = _RULES[rule](having, by)
    looked_at = ordered[: ordered.index(winner) + 1] if rule == "first" else ordered
    bad = [record for record in looked_at if any(record.cells.get(name) is UNREADABLE for name in group)]
    bad += [record for record, _ in having if by is not None and record.cells.get(by) is UNREADABLE]
    answers = {}
    for name in group:
        cell = winner.cells.get(name)
        value = cell if _is_value(cell) else None
        answers[name] = Answer(value, winner.source, not bad, cell is EMPTY and not bad)
    return answers


def _with_default(declared: Declaration, name: str, answer: Answer) -> Answer:
    default = declared["fields"][name].get("default")
    return Answer(default, "default") if default is not None and answer.empty else answer


def _ordered(records: Sequence[Record], order: Sequence[str]) -> list[Record]:
    return sorted(records, key=lambda record: order.index(record.source))


def _is_value(cell: Any) -> bool:
    return cell is not None and not isinstance(cell, _Nothing)


Said = list[tuple[Record, Any]]


def _first(said: Said, by: str | None) -> tuple[Record, Any]:
    return said[0]


def _newest(said: Said, by: str | None) -> tuple[Record, Any]:
    assert by is not None
    dated = [(record, value) for record, value in said if _is_value(record.cells.get(by))]
    return max(dated, key=lambda pair: pair[0].cells[by]) if dated else said[0]


def _greatest(said: Said, by: str | None) -> tuple[Record, Any]:
    return max(said, key=lambda pair: pair[1])


def _least(said: Said, by: str | None) -> tuple[Record, Any]:
    return min(said, key=lambda pair: pair[1])


def _longest(said: Said, by: str | None) -> tuple[Record, Any]:
    return max(said, key=lambda pair: len(pair[1]))


_RULES: Mapping[str, Callable[[Said, str | None], tuple[Record, Any]]] = {
    "first": _first,
    "newest": _newest,
    "max": _greatest,
    "any": _greatest,
    "min": _least,
    "all": _least,
    "longest": _longest,
}
