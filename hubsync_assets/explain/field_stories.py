"""How each field of a contact got its value: the winner, the rule, and why the others lost.

Put here: words about what the merge's own functions say (``steps.provenance``). Keep out: deciding.
"""

from collections.abc import Sequence

from hubsync_assets.contacts.provenance import Origin, Place
from hubsync_assets.explain.records import texts_of
from hubsync_assets.explain.story import FieldStory, Loser, Record
from hubsync_assets.kinds.field import Field
from hubsync_assets.kinds.policies import Rule
from hubsync_assets.model.contact_model import ContactModel
from hubsync_assets.model.schema import DEFAULT, EMPTY, UNREADABLE

__all__ = ["field_stories"]

_RULES = {
    Rule.FIRST: "first: the value of the source that comes first",
    Rule.NEWEST: "newest: the value of the record with the newest date",
    Rule.MAX: "max: the greatest value",
    Rule.MIN: "min: the smallest value",
    Rule.LONGEST: "longest: the longest text",
    Rule.ANY: "any: yes, if any record says so",
    Rule.ALL: "all: no, if any record says so",
    Rule.UNION: "union: all elements together",
}
_STANDINGS = {"left out": "its record is left out by where", "rejected": "its record is rejected"}
_LOST = {
    Rule.NEWEST: "its record is not the newest",
    Rule.MAX: "it is smaller",
    Rule.MIN: "it is greater",
    Rule.LONGEST: "it is shorter",
    Rule.ANY: "any record that says yes decides",
    Rule.ALL: "any record that says no decides",
    Rule.UNION: "it is part of the whole",
}


def field_stories(model: ContactModel, origins: Sequence[Origin], records: Sequence[Record]) -> list[FieldStory]:
    """One for each field that some record says something of, or that has a value.

    Args:
        model: what a contact is.
        origins: ``steps.provenance.origins_of``.
        records: the contact's.
    """
    found = []
    for origin in origins:
        field = model.by_name[origin.field]
        value = texts_of(model, {origin.field: origin.value}).get(origin.field)
        losers = tuple(_losers(field, value, origin, records))
        unreadable = tuple(_placed(place) for place in origin.unreadable)
        if value is not None or losers or unreadable:
            found.append(FieldStory(origin.field, value, _source(origin), _rule(model, field), losers, unreadable))
    return found


def _rule(model: ContactModel, field: Field) -> str:
    group = next((group for group in model.groups if field in group), None)
    words = _RULES[field.rule]
    if field.keep.order is not None:
        words += f" ({', '.join(field.keep.order)})"
    if field.keep.by is not None:
        words += f" in {field.keep.by}"
    if group is None:
        return words
    return f"{words}; taken from one record together with {', '.join(it.name for it in group if it is not field)}"


def _source(origin: Origin) -> str:
    if origin.place is not None:
        return _placed(origin.place)
    if origin.said == DEFAULT:
        return "the default in hubsync.yaml"
    return {EMPTY: "the sources say that it is empty", UNREADABLE: "what the sources say is not readable"}.get(
        origin.said or "", "no source says anything of it"
    )


def _losers(field: Field, value: str | None, origin: Origin, records: Sequence[Record]) -> list[Loser]:
    found = []
    for record in records:
        text = record.values.get(field.name)
        if text is None or (origin.place is not None and _is_at(record, origin.place)):
            continue
        found.append(Loser(text, record.place, _why(field, origin, record, is_same=text == value)))
    return found


def _why(field: Field, origin: Origin, record: Record, *, is_same: bool) -> str:
    if record.standing in _STANDINGS:
        return _STANDINGS[record.standing]
    if is_same:
        return "the same value"
    if record.standing == "older":
        return f"a newer file of {record.source} has the contact"
    return _LOST.get(field.rule) or _not_first(origin, record)


def _not_first(origin: Origin, record: Record) -> str:
    if origin.place is None:
        return "it does not count"
    if origin.place.source == record.source:
        return "an earlier record of the same file counts"
    return f"{origin.place.source} comes before {record.source}"


def _is_at(record: Record, place: Place) -> bool:
    return (
        record.source == place.source
        and record.position == place.position
        and record.file == place.file.rpartition("/")[2]
    )


def _placed(place: Place) -> str:
    return f"{place.source} {place.file.rpartition('/')[2]} #{place.position}"
