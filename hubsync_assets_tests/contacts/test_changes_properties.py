"""The plan equals the naive verdict of the oracle, contact by contact, and the counts close."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from random import Random
from typing import Any

from hypothesis import given as cases
from hypothesis import settings
from hypothesis import strategies as st

from hubsync_assets.contacts.changes import Changes
from hubsync_assets.contacts.logged_rows import logged_schema
from hubsync_assets.model.doubts import SourceDoubts
from hubsync_assets_tests.contacts.oracle_changes import (
    Contact,
    Options,
    doubted_because,
    is_confirmed,
    logged,
    removed_by,
    verdict,
)
from hubsync_assets_tests.contacts.tables import DEFAULTS, NOW, PROVENANCE, VERSION, full_row, looked_up, plan
from hubsync_assets_tests.shipped import CONTACT_FIELDS, MODEL, SOURCES

Pick = Callable[[Sequence[Any]], Any]

NAMES = [field.name for field in CONTACT_FIELDS]
VALUES: dict[str, list[Any]] = {
    "name": ["Ana", "Ana García", "Eva"],
    "country": ["ES", "IT"],
    "phone": ["1", "2"],
    "company_name": ["a", "b c"],
    "company_size": [2**53, 2**53 + 1],
    "mrr": [0.5, 148.0],
}
RECORDS, RANKS = [0, 1, 1, 2], [None, 0, 0, 1, 2]
HAS_VALUE = ["db1", "db1", "db1", "db2", "db2", "db1?", "db2?"]
HAS_NONE = ["empty", "empty", "unreadable", None]
DOUBTS = st.builds(
    SourceDoubts,
    absence=st.booleans(),
    newest_broken=st.none() | st.integers(0, 1),
    fields=st.lists(st.sampled_from(NAMES), unique=True, max_size=2).map(tuple),
)
SOME_DOUBTS: st.SearchStrategy[dict[str, SourceDoubts]] = st.just({}) | st.dictionaries(
    st.sampled_from(SOURCES), st.just(SourceDoubts()) | DOUBTS
)

Row = dict[str, Any]
Tables = dict[str, dict[str, Row]]


def rows_of_a_contact(seed: int) -> dict[str, Row]:
    """What the tables have of one contact, at random: drawing each value by itself would take hypothesis a hundred times as long.

    Values rarely differ, so that unchanged contacts are as common as changed ones.
    """
    pick = Random(seed).choice
    values = some_values(pick)
    said = {f"{name}:from": pick(HAS_NONE if value is None else HAS_VALUE) for name, value in values.items()}
    rows: dict[str, Row] = {"merged": {**numbers(pick), **values, **said}}
    if pick([True, True, False]):
        rows["state"] = state_row(pick, rows["merged"])
    if pick([True, False]):
        rows["portal"] = portal_row(pick, values)
    if pick([True, False, False, False]):
        theirs = values if pick([True, False]) else some_values(pick)
        rows["refused"] = {
            **theirs,
            "mapping_version": pick([VERSION, VERSION, VERSION - 1]),
            "category": pick(["CONFLICT", "VALIDATION_ERROR"]),
            "last_at": NOW - timedelta(days=pick([1, 7, 8])),
        }
    if pick([True, False, False, False]):
        rows["in_doubt"] = {"sent": [name for name in NAMES if pick([True, False])]}
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
        "mapping_version": pick([VERSION, VERSION, VERSION, VERSION - 1]),
        "hubspot_id": pick(["1", "2"]),
        "written": pick([True, True, False]),
    }


def portal_row(pick: Pick, values: Row) -> Row:
    """What HubSpot holds; where that is nothing, it is none of our values."""
    old = {name: pick([None, "x", str(VALUES[name][0])]) for name in NAMES}
    same = {name: pick([True, True, True, False, None]) for name in NAMES}
    return {
        "hubspot_id": pick(["3", "4"]),
        **{f"{name}_old": text for name, text in old.items()},
        **{f"{name}_same": same[name] if old[name] is not None or values[name] is None else False for name in NAMES},
    }


def tables_of(seed: int, contacts: int) -> Tables:
    """Rows by table and email."""
    tables: Tables = {name: {} for name in DEFAULTS}
    for number in range(contacts):
        email = f"{number}@example.com"
        for name, row in rows_of_a_contact(seed + number).items():
            tables[name][email] = full_row(name, {**row, "email": email})
    return tables


BUCKETS = st.builds(tables_of, st.integers(0, 2**40), st.sampled_from([0, 1, 3, 60, 60, 60]))
OPTIONS = st.builds(
    Options,
    mode=st.sampled_from(["replace", "replace", "fill"]),
    clear_unknown=st.booleans(),
    doubts=SOME_DOUBTS,
    mapping_version=st.just(VERSION),
    retry_failed=st.sampled_from([False, False, True]),
    now=st.just(NOW),
)


def planned_of(tables: Tables, told: Options) -> Changes:
    return plan(**{name: list(rows.values()) for name, rows in tables.items()}, **vars(told))


def contacts_of(tables: Tables, told: Options) -> dict[str, Contact]:
    return {
        email: Contact(
            golden,
            tables["state"].get(email),
            tables["portal"].get(email),
            tables["in_doubt"][email]["sent"] if email in tables["in_doubt"] else None,
            told,
        )
        for email, golden in tables["merged"].items()
    }


@settings(max_examples=150, deadline=None, derandomize=True)
@cases(BUCKETS, OPTIONS)
def test_the_plan_equals_the_naive_one_and_the_counts_close(tables: Tables, told: Options) -> None:
    changes = planned_of(tables, told)
    contacts = contacts_of(tables, told)
    verdicts = {email: verdict(contact, tables["refused"].get(email)) for email, contact in contacts.items()}
    planned = [row for row in verdicts.values() if isinstance(row, dict)]
    counts = Counter(reason for reason in verdicts.values() if isinstance(reason, str))
    assert changes.planned.to_dicts() == planned
    assert changes.unchanged_by_log == counts["unchanged_log"]
    assert changes.unchanged.to_dicts() == [
        logged(contacts[email], confirmed=False) for email, given in verdicts.items() if given == "unchanged_portal"
    ]
    assert changes.confirmed.to_dicts() == [
        logged(contacts[email], confirmed=True)
        for email, given in verdicts.items()
        if given == "unchanged_log" and is_confirmed(contacts[email], tables["refused"].get(email))
    ]
    assert changes.unchanged.columns == changes.confirmed.columns == list(logged_schema(MODEL))
    reasons = ("incomplete_source", "source_in_doubt", "unreadable_value", "refused_before")
    assert changes.held_back == {reason: counts[reason] for reason in reasons}
    assert changes.creates + changes.updates == len(planned)
    assert changes.creates == sum(row["action"] == "create" for row in planned)


@settings(max_examples=60, deadline=None, derandomize=True)
@cases(BUCKETS, OPTIONS)
def test_nothing_is_cleared_unless_somebody_says_that_it_is_empty_or_is_believed_to_be_gone(
    tables: Tables, told: Options
) -> None:
    contacts = contacts_of(tables, told)
    for row in planned_of(tables, told).planned.iter_rows(named=True):
        contact = contacts[row["email"]]
        for name in row["cleared"]:
            field = CONTACT_FIELDS[NAMES.index(name)]
            removers = removed_by(contact, field)
            believed = bool(removers) and not any(told.doubts.get(source) for source in removers)
            assert contact.golden[f"{name}:from"] == "empty" or believed
            assert told.mode == "replace"
            written = contact.state is not None and contact.state["written"] and contact.state[name] is not None
            assert written or told.clear_unknown or name in (contact.sent or [])


@settings(max_examples=60, deadline=None, derandomize=True)
@cases(BUCKETS, OPTIONS)
def test_an_uncertain_field_never_changes_what_hubspot_is_known_to_hold(tables: Tables, told: Options) -> None:
    contacts = contacts_of(tables, told)
    for row in planned_of(tables, told).planned.iter_rows(named=True):
        contact = contacts[row["email"]]
        for field in CONTACT_FIELDS:
            if doubted_because(contact, field):
                state_holds = contact.state is not None and contact.state[field.name] is not None
                portal_holds = contact.portal is not None and contact.portal[f"{field.name}_old"] is not None
                holds = state_holds if row["known_from"] == "log" else portal_holds
                assert row[field.name] is None or not holds
                assert field.name not in row["cleared"]


@settings(max_examples=60, deadline=None, derandomize=True)
@cases(BUCKETS, SOME_DOUBTS)
def test_those_are_looked_up_of_whom_the_state_does_not_say_enough(
    tables: Tables, doubts: Mapping[str, SourceDoubts]
) -> None:
    told = Options("replace", clear_unknown=False, doubts=dict(doubts), mapping_version=1, retry_failed=False, now=NOW)
    expected = [
        email
        for email, contact in contacts_of(tables, told).items()
        if not contact.state
        or any(
            contact.golden[field.name] is not None
            and contact.state[field.name] is None
            and doubted_because(contact, field)
            for field in CONTACT_FIELDS
        )
    ]
    merged, state = list(tables["merged"].values()), list(tables["state"].values())
    assert looked_up(merged, state=state, doubts=doubts) == expected
