"""What is wrong with a declaration beyond single keys: names that lead nowhere, and what cannot be combined.

Put here: checks that need more than one key. Keep out: types and allowed words (``declaration``), and where in a file a fault is
(``declaring``).
"""

import re
from collections.abc import Collection, Iterator
from difflib import get_close_matches

from hubsync_assets.kinds.country import Country
from hubsync_assets.kinds.email import Email
from hubsync_assets.kinds.phone import Phone
from hubsync_assets.kinds.policies import Rule
from hubsync_assets.model.declaration import ContactSync

__all__ = ["Fault", "faults_of", "meant"]

Fault = tuple[tuple[str, ...], str]
"""The path of the key that is wrong, and the words."""

MOST_SOURCES = 60
"""A source has codes in columns of one byte."""

TAKEN_VARIABLES = frozenset(
    {
        "alert_url", "api_version", "approval", "file", "files", "log_url", "memory", "portal_label", "report_detail", "reports", "storage",
        "target",
    }
)  # fmt: skip
"""``HUBSYNC_<name>`` means something else."""

_TAKEN_COLUMNS = frozenset(
    {
        "action", "answers", "at", "attempts", "category", "changes", "cleared", "conflicts", "correlation_id", "doubt", "email", "file",
        "file_rank", "first_at", "hubspot_id", "kept", "kind", "known_from", "last_at", "mapping_version", "message", "nested", "not_given",
        "order", "person", "place", "portal", "portal_id", "position", "provenance", "reason", "records", "rejected", "row", "run_id", "said",
        "sent", "seq", "shortened", "source", "sources", "state", "unreadable", "value", "waits", "whose", "written",
    }
)  # fmt: skip
"""Columns of the project's own tables."""

_DATES = frozenset({"date", "datetime"})


def faults_of(sync: ContactSync) -> Iterator[Fault]:
    """Everything that is wrong, in the order of the file."""
    yield from _of_key(sync)
    yield from _of_sources(sync)
    for name, field in sync.fields.items():
        yield from (((("fields", name, key)), words) for key, words in field.faults())
        yield from _of_field(sync, name)
    yield from _of_groups(sync)
    yield from _of_properties(sync)


def meant(word: str, known: Collection[str]) -> str:
    """``; did you mean 'union'?`` where a known word is like this one, else which there are."""
    close = get_close_matches(word, known, n=1)
    if close:
        return f"; did you mean '{close[0]}'?"
    return f"; there are {', '.join(sorted(known))}" if known and len(known) <= 12 else ""


def _of_key(sync: ContactSync) -> Iterator[Fault]:
    key = sync.fields.get(sync.key)
    if key is None:
        yield ("key",), f"no field is called '{sync.key}'{meant(sync.key, sync.fields)}"
    elif not isinstance(key, Email):
        yield (
            ("key",),
            f"'{sync.key}' is of kind {key.kind}, and contacts are told apart by their email: name a field of kind email",
        )
    elif [property_.name for property_ in key.properties] != ["email"]:
        yield ("fields", sync.key, "property"), "the key is written to HubSpot's property email, and to nothing else"


def _of_sources(sync: ContactSync) -> Iterator[Fault]:
    if len(sync.sources) > MOST_SOURCES:
        yield ("sources",), f"{len(sync.sources)} sources; {MOST_SOURCES} are the most"
    for name, source in sync.sources.items():
        path = ("sources", name)
        if name in TAKEN_VARIABLES:
            yield path, f"HUBSYNC_{name.upper()} means something else: give the source another name"
        if f"{name}_export" in sync.sources or f"raw_{name}" in sync.sources:
            yield path, "its tables would have the name of another source: give it another name"
        if re.match(r"[a-z][a-z0-9+.-]*://[^/@]*:[^/@]*@", source.read):
            yield (
                (*path, "read"),
                "a password does not belong into this file: write env:NAME, and put the URL into that variable",
            )
        for key in ("columns", "constants"):
            for field in getattr(source, key):
                if field not in sync.fields:
                    yield (*path, key, field), f"no field is called '{field}'{meant(field, sync.fields)}"
        for field in source.constants:
            if field in source.columns:
                yield (*path, "constants", field), f"'{field}' has a column, too: it can have one of both"
            if field == sync.key:
                yield (*path, "constants", field), "the key is different for each record"
        if source.was in sync.sources:
            yield (*path, "was"), f"'{source.was}' is a source itself"


def _of_field(sync: ContactSync, name: str) -> Iterator[Fault]:
    field = sync.fields[name]
    path = ("fields", name)
    if (name in _TAKEN_COLUMNS and name != sync.key) or any(
        name in (f"{source}_records", f"{source}_file_rank") for source in sync.sources
    ):
        yield (
            path,
            f"'{name}' is a column of the project's own tables: give the field another name, and this one in columns and property",
        )
    by = field.keep.by
    if field.rule is Rule.NEWEST:
        if by is None:
            yield (*path, "keep"), "newest needs by: the date field that decides"
        elif by not in sync.fields or by == name:
            yield (*path, "keep", "by"), f"no other field is called '{by}'{meant(by, sync.fields)}"
        elif sync.fields[by].kind not in _DATES:
            yield (
                (*path, "keep", "by"),
                f"'{by}' is of kind {sync.fields[by].kind}, and newest needs a date or datetime",
            )
    elif by is not None:
        yield (*path, "keep", "by"), f"'{field.rule.value}' needs no by"
    for source in field.keep.order or ():
        if source not in sync.sources:
            yield (*path, "keep", "order"), f"no source is called '{source}'{meant(source, sync.sources)}"
    if field.keep.order is not None and len(set(field.keep.order)) != len(sync.sources):
        yield (*path, "keep", "order"), "it has to name every source once"
    if isinstance(field, Phone) and field.region_from is not None:
        country = sync.fields.get(field.region_from)
        if not isinstance(country, Country):
            yield (
                (*path, "region_from"),
                f"no field of kind country is called '{field.region_from}'{meant(field.region_from, sync.fields)}",
            )
    if (field.write.how, field.write.edited) != ("overwrite", "ours"):
        yield (*path, "write"), "only overwrite with edited: ours can be done yet; leave write out"


def _of_groups(sync: ContactSync) -> Iterator[Fault]:
    seen: set[str] = set()
    for number, group in enumerate(sync.together):
        path = ("together", str(number))
        for name in group:
            if name not in sync.fields or name == sync.key:
                yield path, f"no field is called '{name}'{meant(name, sync.fields)}"
            elif name in seen:
                yield path, f"'{name}' is in a group already"
            seen.add(name)
        rules = {
            (sync.fields[name].keep.rule, sync.fields[name].keep.by, sync.fields[name].keep.order)
            for name in group
            if name in sync.fields
        }
        if len(rules) > 1:
            yield path, "the fields of a group need the same keep"
        elif any(rule not in {Rule.FIRST, Rule.NEWEST} for rule, _, _ in rules):
            yield path, "only fields with keep first or newest can be taken together"
        if len(group) < 2:
            yield path, "a group has two fields or more"


def _of_properties(sync: ContactSync) -> Iterator[Fault]:
    written: dict[str, str] = {}
    for name, field in sync.fields.items():
        for property_ in field.properties:
            if property_.name in written:
                yield (
                    ("fields", name, "property"),
                    f"'{property_.name}' is written by '{written[property_.name]}' already",
                )
            written.setdefault(property_.name, name)
