"""The plan equals the naive verdict of the oracle, contact by contact and property by property, and the counts close."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import timedelta
from random import Random
from typing import Any

import orjson
from hypothesis import given as cases
from hypothesis import settings
from hypothesis import strategies as st

from hubsync_assets.contacts.logged_rows import logged_schema
from hubsync_assets.model.doubts import SourceDoubts
from hubsync_assets_tests.contacts.oracle import as_text
from hubsync_assets_tests.contacts.oracle_changes import Contact, Options, doubted_because, is_confirmed, is_looked_at
from hubsync_assets_tests.contacts.oracle_changes import is_refused_as_it_is as stands
from hubsync_assets_tests.contacts.oracle_decisions import REASONS, SETTLES, WRITES, Verdict, verdict
from hubsync_assets_tests.contacts.oracle_texts import (
    FIRST_AND_LAST,
    PORTALS,
    VALUES,
    held_texts,
    property_of,
    to_texts,
)
from hubsync_assets_tests.contacts.tables import DEFAULTS, NOW, PROVENANCE, VERSION, Plan, full_row, model_with, plan
from hubsync_assets_tests.shipped import CONTACT_FIELDS, MODEL, SOURCES

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


def settled_in(text: str | None, digests: dict[str, str]) -> dict[str, tuple[str | None, str]]:
    entries = orjson.loads(text) if text else []
    assert all(entry["digest"] == digests[entry["field"]] for entry in entries)
    return {entry["field"]: (entry.get("value"), entry["decision"]) for entry in entries}


@settings(max_examples=150, deadline=None, derandomize=True)
@cases(BUCKETS, RUNS, st.sampled_from(POLICIES), SOME_DOUBTS)
def test_the_plan_equals_the_naive_one_and_the_counts_close(
    bucket: tuple[int, int, bool], run: Row, policies: tuple[tuple[str, str], ...], doubts: dict[str, SourceDoubts]
) -> None:
    done, contacts = planned_of(bucket, run, policies, doubts)
    digests = dict(done.rules.digests)
    unlike = {email: contact for email, contact in contacts.items() if is_looked_at(contact)}
    refused = [email for email, contact in unlike.items() if not contact.doubt and stands(contact)]
    assert done.looked_at == [email for email in unlike if email not in refused]
    assert done.unlike.refusals["email"].to_list() == refused
    assert done.unlike.as_known == len(contacts) - len(unlike)
    assert set(done.unlike.confirmed["email"]) == {
        email for email, contact in contacts.items() if email not in unlike and contact.state and is_confirmed(contact)
    }
    verdicts = {email: verdict(contact) for email, contact in unlike.items() if email not in refused}
    rows = {row["email"]: row for row in done.rows.to_dicts()}
    assert list(rows) == [email for email, given in verdicts.items() if given.outcome == "planned"]
    for email, row in rows.items():
        check_row(contacts[email], verdicts[email], row, digests)
    noted = {email: given.noted for email, given in verdicts.items() if given.noted is not None}
    told = {row["email"]: row for row in done.changes.noted.to_dicts()}
    assert {email: settled_in(row.pop("settled"), digests) for email, row in told.items()} == {
        email: verdicts[email].settled for email in noted
    }
    assert told == noted
    assert done.changes.noted.columns == list(logged_schema(MODEL))
    check_counts(done, verdicts)


def check_row(contact: Contact, given: Verdict, row: Row, digests: dict[str, str]) -> None:
    """A row of the plan: who, what is sent, and what the log is to be told with it."""
    is_new = contact.known_from == "nobody"
    assert (row["known_from"], row["action"]) == (contact.known_from, "create" if is_new else "update")
    assert row["hubspot_id"] == (None if contact.live is None else contact.live["id"])
    changes = {each["property"]: (each["old"], each["new"], each["action"]) for each in row["changes"]}
    assert changes == given.changes
    assert orjson.loads(row["properties"]) == {name: new or "" for name, (_, new, _) in given.changes.items()}
    assert row["sent"] == given.fields(*(WRITES - {"clear"}))
    assert row["cleared"] == given.fields("clear")
    assert settled_in(row["settled"], digests) == (given.settled if is_new else {})
    assert row["mapping_version"] == given.version
    assert {name: row[name] for name in NAMES} == {name: contact.golden[name] for name in NAMES}


def check_counts(done: Plan, verdicts: dict[str, Verdict]) -> None:
    changes, counts = done.changes, Counter(given.outcome for given in verdicts.values())
    assert changes.unchanged == counts["unchanged"]
    assert changes.left_out["email"].to_list() == [
        email for email, given in verdicts.items() if given.outcome == "gone_in_hubspot"
    ]
    held_back = {name: changes.held_back.get(name, 0) for name in (*REASONS, "refused_before", "gone_in_hubspot")}
    counts["gone_in_hubspot"] += counts["known_gone"]
    assert held_back == {name: counts[name] for name in held_back}
    values = changes.values
    counted = [given for given in verdicts.values() if given.outcome in {"planned", "unchanged"}]
    decided = Counter(
        (name, fate.what) for given in counted for name, fate in given.fates.items() if fate.what is not None
    )
    assert values.by_decision == decided
    assert values.decided == values.total(*WRITES) + values.total(*SETTLES) + values.total("held")
    assert values.total(*WRITES) == sum(
        len(row["sent"]) + len(row["cleared"]) for row in done.rows.iter_rows(named=True)
    )


@settings(max_examples=60, deadline=None, derandomize=True)
@cases(BUCKETS, RUNS, st.sampled_from(POLICIES), SOME_DOUBTS)
def test_nothing_is_taken_from_hubspot_that_is_not_ours_unless_that_is_asked_for(
    bucket: tuple[int, int, bool], run: Row, policies: tuple[tuple[str, str], ...], doubts: dict[str, SourceDoubts]
) -> None:
    done, contacts = planned_of(bucket, run, policies, doubts)
    for row in done.rows.iter_rows(named=True):
        contact = contacts[row["email"]]
        for change in row["changes"]:
            name = change["field"]
            if change["new"] is None:
                assert run["mode"] == "replace"
                assert contact.options.writes[name].how == "overwrite"
                assert contact.wrote(name) is not None or run["clear_unknown"]
            if change["old"] is not None and doubted_because(contact, CONTACT_FIELDS[NAMES.index(name)]):
                # A last name of which nothing is known is added to a first name that is.
                assert name == "name"
