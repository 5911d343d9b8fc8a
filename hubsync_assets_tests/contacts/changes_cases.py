"""Random contacts for the plan, and what the plan and the naive model make of them.

Put here: making cases. Keep out: comparing (``test_changes_properties``).
"""

from collections.abc import Callable, Sequence
from datetime import timedelta
from random import Random
from typing import Any

from hypothesis import strategies as st

from hubsync_assets.model.doubts import SourceDoubts
from hubsync_assets_tests.contacts.oracle import as_text
from hubsync_assets_tests.contacts.oracle_changes import Contact, Options
from hubsync_assets_tests.contacts.oracle_decisions import SETTLES
from hubsync_assets_tests.contacts.oracle_texts import (
    FIRST_AND_LAST,
    PORTALS,
    VALUES,
    held_texts,
    property_of,
    to_texts,
)
from hubsync_assets_tests.contacts.tables import DEFAULTS, NOW, PROVENANCE, VERSION, Plan, full_row, model_with, plan
from hubsync_assets_tests.shipped import CONTACT_FIELDS, SOURCES

Pick = Callable[[Sequence[Any]], Any]
Row = dict[str, Any]
Tables = dict[str, list[Row]]

NAMES = [field.name for field in CONTACT_FIELDS]
RECORDS, RANKS = [0, 1, 1, 2], [None, 0, 0, 1, 2]
HAS_VALUE = ["db1", "db1", "db1", "db1", "db2", "db2", "db1?", "db2?"]
HAS_NONE = ["empty", "empty", "unreadable", None]
POLICIES = [
    (),
    (),
    (("name", "overwrite/theirs"), ("country", "overwrite/theirs"), ("mrr", "overwrite/theirs")),
    (("name", "fill"), ("country", "fill/theirs"), ("phone", "never_clear"), ("mrr", "set_once")),
    (("name", "never_clear"), ("country", "set_once"), ("company_name", "fill"), ("mrr", "never_clear/theirs")),
    (("name", "set_once"), ("phone", "fill"), ("company_size", "overwrite/theirs")),
]
DOUBTS = st.builds(
    SourceDoubts,
    absence=st.booleans(),
    newest_broken=st.none() | st.integers(0, 1),
    fields=st.lists(st.sampled_from(NAMES), unique=True, max_size=2).map(tuple),
)
SOME_DOUBTS: st.SearchStrategy[dict[str, SourceDoubts]] = st.just({}) | st.dictionaries(
    st.sampled_from(SOURCES), st.just(SourceDoubts()) | DOUBTS
)


def rows_of_a_contact(seed: int, *, dropdown: bool) -> dict[str, list[Row]]:
    """What the tables have of one contact, at random: drawing each value by itself would take hypothesis a hundred times as long.

    Values rarely differ, so that unchanged contacts are as common as changed ones.
    """
    pick = Random(seed).choice
    values = some_values(pick)
    said = {f"{name}:from": pick(HAS_NONE if value is None else HAS_VALUE) for name, value in values.items()}
    rows: dict[str, list[Row]] = {"merged": [{**numbers(pick), **values, **said}]}
    if pick([True, True, True, False]):
        rows["state"] = [state_row(pick, rows["merged"][0])]
    if pick([True, True, True, False]):
        rows["hubspot"] = [hubspot_row(pick, rows.get("state", rows["merged"])[0], dropdown=dropdown)]
    if pick([True, False, False, False]):
        refused = values if pick([True, False]) else some_values(pick)
        rows["refused"] = [refused_row(pick, refused)]
    if pick([True, False]):
        fields = [name for name in NAMES if pick([True, False, False])]
        rows["settled"] = [settled_row(pick, name, values[name]) for name in fields]
    if pick([True, False, False, False]):
        rows["in_doubt"] = [{"sent": [name for name in NAMES if pick([True, False])]}]
    return rows


def some_values(pick: Pick) -> Row:
    return {name: pick([None, *values[:1] * 5, *values[1:]]) for name, values in VALUES.items()}


def numbers(pick: Pick) -> Row:
    return {
        **{f"{source}_records": pick(RECORDS) for source in SOURCES},
        **{f"{source}_file_rank": pick(RANKS) for source in SOURCES},
    }


def state_row(pick: Pick, merged: Row) -> Row:
    """The state of a contact; it may be of an earlier version, which did not note sources."""
    numbers_now = {name: merged[name] for name in PROVENANCE}
    values = {name: merged[name] for name in NAMES} if pick([True, False]) else some_values(pick)
    of_now = pick([True, True, False])
    return {
        **(numbers_now if pick([True, True, False]) else numbers(pick)),
        **values,
        **{f"{name}:source": pick(SOURCES) if of_now and values[name] is not None else None for name in NAMES},
        **{f"{name}:ours": values[name] is not None and pick([True, True, False]) for name in NAMES},
        "mapping_version": pick([VERSION, VERSION, VERSION, VERSION - 1]),
        "hubspot_id": pick(["1", "2"]),
        "written": pick([True, True, False]),
    }


def hubspot_row(pick: Pick, like: Row, *, dropdown: bool) -> Row:
    """What HubSpot holds: mostly what is known already, in some form."""
    texts: Row = {"id": pick(["3", "4"])}
    for name in NAMES:
        if like[name] is not None and pick([True, True, False]):
            texts |= to_texts(name, like[name], dropdown=dropdown)
        elif name == "name":
            texts["firstname"], texts["lastname"] = pick(FIRST_AND_LAST)
        else:
            texts[property_of(name)] = pick(held_texts(name, dropdown))
    return texts


def refused_row(pick: Pick, values: Row) -> Row:
    return {
        **values,
        "mapping_version": pick([VERSION, VERSION, VERSION - 1]),
        "category": pick(["CONFLICT", "VALIDATION_ERROR", "gone_in_hubspot"]),
        "property": pick([None, None, None, "phone"]),
        "last_at": NOW - timedelta(days=pick([1, 7, 8])),
    }


def settled_row(pick: Pick, name: str, value: Any) -> Row:
    said = value if pick([True, True, False]) else pick(VALUES[name])
    row = {
        "field": name,
        "value": as_text(said),
        "decision": pick(sorted(SETTLES)),
        "at": NOW - timedelta(pick([1, 8])),
    }
    return row if pick([True, True, True, False]) else {**row, "digest": "another"}


def tables_of(seed: int, contacts: int, dropdown: bool) -> Tables:
    """Rows by table."""
    tables: Tables = {name: [] for name in (*DEFAULTS, "hubspot")}
    for number in range(contacts):
        for name, rows in rows_of_a_contact(seed + number, dropdown=dropdown).items():
            each = [{**row, "email": f"{number}@example.com"} for row in rows]
            tables[name] += each if name == "hubspot" else [full_row(name, row) for row in each]
    for row in tables["settled"]:
        if row["digest"] is None:
            del row["digest"]
    return tables


BUCKETS = st.tuples(st.integers(0, 2**40), st.sampled_from([0, 1, 3, 60, 60, 60]), st.booleans())
RUNS = st.fixed_dictionaries(
    {
        "mode": st.sampled_from(["replace", "replace", "never_clear"]),
        "clear_unknown": st.booleans(),
        "retry_failed": st.sampled_from([False, False, True]),
        "reformat": st.sampled_from([False, False, True]),
    }
)


def planned_of(
    bucket: tuple[int, int, bool], run: Row, policies: tuple[tuple[str, str], ...], doubts: dict[str, SourceDoubts]
) -> tuple[Plan, dict[str, Contact]]:
    """The plan, and the same contacts for the oracle."""
    tables, dropdown = tables_of(*bucket), bucket[-1]
    model = model_with(*policies)
    held = {row["email"] for row in tables["hubspot"]}
    gone = [row["email"] for row in tables["merged"] if row["email"] not in held]
    full = [
        {**dict.fromkeys(["firstname", "lastname", *map(property_of, NAMES[1:])]), **row} for row in tables["hubspot"]
    ]
    told: dict[str, Any] = {**tables, "hubspot": full}
    done = plan(
        **told, gone=gone, portal=PORTALS["dropdown" if dropdown else "text"], model=model, doubts=doubts, **run
    )
    writes = {field.name: field.write for field in model.contact_fields}
    options = Options(
        **run,
        recreate=False,
        doubts=doubts,
        dropdown=dropdown,
        writes=writes,
        now=NOW,
        digests=dict(done.rules.digests),
    )
    of: dict[str, dict[str, Row]] = {name: {row["email"]: row for row in rows} for name, rows in told.items()}
    settled: dict[str, dict[str, Row]] = {}
    for row in tables["settled"]:
        entry = {"digest": options.digests[row["field"]], **row}
        settled.setdefault(row["email"], {})[row["field"]] = entry
    contacts = {}
    for email, golden in of["merged"].items():
        refused = of["refused"].get(email)
        contacts[email] = Contact(
            golden,
            of["state"].get(email),
            of["hubspot"].get(email),
            settled.get(email, {}),
            refused if refused and refused["property"] is None else None,
            email in of["in_doubt"],
            options,
        )
    return done, contacts
