"""Which value survives, by any declaration, once more and naively: contact by contact, field by field, record by record.

Put here: plain Python over the declared fields. Keep out: polars, and the modules it checks; what a record says (``oracle_merge.answer``).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hubsync_assets.kinds.field import Field
from hubsync_assets.kinds.policies import Rule
from hubsync_assets.model.contact_model import ContactModel
from hubsync_assets_tests.contacts.oracle_merge import EMPTY, NOT_GIVEN, UNREADABLE, VALUE, Files, answer

Record = Mapping[str, Any]


@dataclass(frozen=True)
class Row:
    """A record, and what still counts of it, field by field."""

    record: Record
    said: Mapping[str, str]

    @property
    def source(self) -> str:
        return str(self.record["source"])

    @property
    def rank(self) -> int:
        return int(self.record["file_rank"])

    def value(self, name: str) -> Any:
        return self.record[name] if self.said[name] == VALUE else None


@dataclass(frozen=True)
class Decided:
    """What a field comes to. ``whose``: the row whose value it is, or a part of it; of several the first."""

    value: Any = None
    said: str | None = None
    whose: Row | None = None


class Person:
    """The records of one email, in the order in which they count."""

    def __init__(self, model: ContactModel, records: Iterable[Record], files: Files) -> None:
        self.model = model
        left = _without_filtered(list(records))
        left.sort(key=lambda it: (model.sources.index(it["source"]), it["file_rank"], it["position"]))
        answers = [{name: answer(record, name, files) for name in model.names} for record in left]
        newest: dict[tuple[str, str], int] = {}
        for record, said in zip(left, answers, strict=True):
            for name in model.names:
                if said[name] != NOT_GIVEN:
                    newest.setdefault((record["source"], name), record["file_rank"])
        self.rows = [
            Row(
                record,
                {
                    name: said[name] if newest.get((record["source"], name)) == record["file_rank"] else NOT_GIVEN
                    for name in model.names
                },
            )
            for record, said in zip(left, answers, strict=True)
        ]

    @property
    def is_contact(self) -> bool:
        return any(not row.record["rejected"] for row in self.rows)

    def provenance(self) -> dict[str, int | None]:
        counts: dict[str, int | None] = {}
        ranks: dict[str, int | None] = {}
        for source in self.model.sources:
            theirs = [row for row in self.rows if row.source == source]
            kept = [row.rank for row in theirs if not row.record["rejected"]]
            newest = min((row.rank for row in theirs), default=None)
            deciding = {row.rank for row in theirs if set(row.said.values()) != {NOT_GIVEN}} - {newest}
            counts[f"{source}_records"] = kept.count(min(kept)) + len(deciding) if kept else 0
            ranks[f"{source}_file_rank"] = newest
        return {**counts, **ranks}

    def decisions(self) -> dict[str, Decided]:
        decided = {field.name: self.alone(field) for field in self.model.alone}
        for group in self.model.groups:
            decided.update(self.together(group))
        return {field.name: self._with_default(field, decided[field.name]) for field in self.model.contact_fields}

    def alone(self, field: Field) -> Decided:
        rows = self._in_order(field)
        bad = [row for row in rows if row.said[field.name] == UNREADABLE]
        present = [row for row in rows if row.said[field.name] == VALUE]
        if not present:
            says = any(row.said[field.name] == EMPTY for row in rows)
            return Decided(None, UNREADABLE if bad else EMPTY if says else None)
        winner = self._winner(field, present, [field])
        if field.rule is Rule.FIRST:
            could_decide = any(rows.index(row) < rows.index(winner) for row in bad)
        else:
            could_decide = bool(bad) or self._dates_matter(field, present, [field])
        value = winner.value(field.name)
        if field.rule is Rule.UNION:
            value = ";".join(sorted({part for row in present for part in row.value(field.name).split(";")}))
        return Decided(value, winner.source + ("?" if could_decide else ""), winner)

    def together(self, group: Sequence[Field]) -> dict[str, Decided]:
        leader, names = group[0], [field.name for field in group]
        rows = self._in_order(leader)
        bad = [row for row in rows if any(row.said[name] == UNREADABLE for name in names)]
        present = [row for row in rows if any(row.said[name] == VALUE for name in names)]
        if not present:
            spoken = {name: any(row.said[name] != NOT_GIVEN for row in rows) for name in names}
            return {name: Decided(None, UNREADABLE if bad else EMPTY if spoken[name] else None) for name in names}
        winner = self._winner(leader, present, group)
        taken = {name: self._speaks_for(winner, name) for name in names}
        could_decide = any(row is not None and row.said[name] == UNREADABLE for name, row in taken.items())
        if leader.rule is Rule.FIRST:
            could_decide = could_decide or any(rows.index(row) <= rows.index(winner) for row in bad)
        else:
            could_decide = could_decide or bool(bad) or self._dates_matter(leader, present, group)
        decided = {}
        for name, row in taken.items():
            if row is not None and row.said[name] == VALUE:
                decided[name] = Decided(row.value(name), row.source + ("?" if could_decide else ""), row)
            else:
                decided[name] = Decided(None, UNREADABLE if could_decide else None if row is None else EMPTY)
        return decided

    def _in_order(self, field: Field) -> list[Row]:
        order = field.keep.order or self.model.sources
        return sorted(self.rows, key=lambda row: order.index(row.source))

    def _winner(self, field: Field, present: Sequence[Row], group: Sequence[Field]) -> Row:
        """``max`` and ``min`` give the first of several that are equal."""
        name = group[0].name
        match field.rule:
            case Rule.MAX | Rule.ANY:
                return max(present, key=lambda row: row.value(name))
            case Rule.MIN | Rule.ALL:
                return min(present, key=lambda row: row.value(name))
            case Rule.LONGEST:
                return max(present, key=lambda row: len(row.value(name)))
            case Rule.NEWEST:
                return max(present, key=lambda row: self._date(row, str(field.keep.by)))
            case _:
                return present[0]

    def _date(self, row: Row, by: str) -> tuple[bool, Any]:
        """A row whose file does not give the date, or is not asked for it any more, has the newest of its source; no date is the oldest."""
        dates = [row.value(by)]
        if row.said[by] == NOT_GIVEN:
            dates = [other.value(by) for other in self.rows if other.source == row.source]
        known = [date for date in dates if date is not None]
        return bool(known), max(known, default=None)

    def _dates_matter(self, field: Field, present: Sequence[Row], group: Sequence[Field]) -> bool:
        """Whether there is something to decide, and one of the dates that do is unreadable."""
        by = field.keep.by
        if by is None or len({tuple(row.value(each.name) for each in group) for row in present}) < 2:
            return False
        sources = {row.source for row in self.rows if row.said[by] == UNREADABLE}
        return any(
            row.said[by] == UNREADABLE or (row.said[by] == NOT_GIVEN and row.source in sources) for row in present
        )

    def _speaks_for(self, winner: Row, name: str) -> Row | None:
        """The winner; or where it is silent, the first that speaks in the file of its source that counts, if that is another one."""
        if winner.said[name] != NOT_GIVEN:
            return winner
        others = (row for row in self.rows if row.source == winner.source and row.rank != winner.rank)
        return next((row for row in others if row.said[name] != NOT_GIVEN), None)

    def _with_default(self, field: Field, done: Decided) -> Decided:
        """Only where every candidate says that the field is empty."""
        said = {row.said[field.name] for row in self.rows} - {NOT_GIVEN}
        if field.default is None or done.said != EMPTY or said != {EMPTY}:
            return done
        return Decided(field.default_value, "default")


def merged(
    model: ContactModel, records: Iterable[Record], files: Files
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Golden records by email, and conflicts by email and field; values of conflicts as they are, not as text."""
    people: dict[str, list[Record]] = {}
    for record in records:
        people.setdefault(record["email"], []).append(record)
    contacts, conflicts = [], []
    for email in sorted(people, key=str.encode):
        person = Person(model, people[email], files)
        decided = person.decisions()
        if person.is_contact:
            said = {f"{name}:from": done.said for name, done in decided.items()}
            values = {name: done.value for name, done in decided.items()}
            contacts.append({model.key.name: email, **values, **person.provenance(), **said})
        for field in model.contact_fields:
            conflicts += _conflict(email, field, decided[field.name], person.rows)
    return contacts, conflicts


def _without_filtered(records: list[Record]) -> list[Record]:
    """Where the newest that a source says of the contact is that it does not count, its older files do not count either."""
    gone: dict[str, int] = {}
    for record in records:
        if record["filtered"]:
            gone[record["source"]] = min(record["file_rank"], gone.get(record["source"], record["file_rank"]))
    return [
        record
        for record in records
        if not record["filtered"] and record["file_rank"] <= gone.get(record["source"], record["file_rank"])
    ]


def _conflict(email: str, field: Field, done: Decided, rows: Sequence[Row]) -> list[dict[str, Any]]:
    if done.whose is None or field.rule is Rule.UNION:
        return []
    values = [(row.value(field.name), row.source) for row in rows]
    other = dict.fromkeys((value, source) for value, source in values if value not in (None, done.value))
    not_kept = [{"value": value, "source": source} for value, source in other]
    return [{"email": email, "field": field.name, "kept": done.value, "kept_source": done.whose.source,
             "not_kept": not_kept, "rule": field.rule.value}] if other else []  # fmt: skip
