"""The plan equals the naive verdict of the oracle, contact by contact and property by property, and the counts close."""

from collections import Counter

import orjson
from hypothesis import given as cases
from hypothesis import settings
from hypothesis import strategies as st

from hubsync_assets.contacts.logged_rows import logged_schema
from hubsync_assets.model.doubts import SourceDoubts
from hubsync_assets_tests.contacts.changes_cases import BUCKETS, NAMES, POLICIES, RUNS, SOME_DOUBTS, Row, planned_of
from hubsync_assets_tests.contacts.oracle_changes import Contact, doubted_because, is_confirmed, is_looked_at
from hubsync_assets_tests.contacts.oracle_changes import is_refused_as_it_is as stands
from hubsync_assets_tests.contacts.oracle_decisions import REASONS, SETTLES, WRITES, Verdict, verdict
from hubsync_assets_tests.contacts.tables import Plan
from hubsync_assets_tests.shipped import CONTACT_FIELDS, MODEL


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
