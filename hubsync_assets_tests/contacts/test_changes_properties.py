"""The plan equals the naive verdict of the oracle, contact by contact, and the counts close."""

from collections import Counter
from datetime import timedelta
from typing import Any

from hypothesis import given as cases
from hypothesis import settings
from hypothesis import strategies as st

from hubsync_assets.model.fields import CONTACT_FIELDS, Kind
from hubsync_assets_tests.contacts.oracle_changes import Options, is_confirmed, verdict
from hubsync_assets_tests.contacts.tables import DEFAULTS, NOW, VERSION, plan

VALUES: dict[Kind, list[Any]] = {
    Kind.TEXT: ["a", "b"],
    Kind.COUNTRY: ["ES", "IT"],
    Kind.WHOLE: [2**53, 2**53 + 1],
    Kind.NUMBER: [0.5, 148.0],
}
VERSIONS = st.sampled_from([VERSION, VERSION, VERSION - 1])
RECORDS = {"db1_records": st.integers(0, 2), "db2_records": st.integers(0, 2)}
RANKS = {"db1_file_rank": st.none() | st.integers(0, 2), "db2_file_rank": st.none() | st.integers(0, 2)}
ROWS: dict[str, dict[str, st.SearchStrategy[Any]]] = {
    "merged": {**RECORDS, **RANKS},
    "state": {
        **RECORDS,
        "mapping_version": VERSIONS,
        "hubspot_id": st.sampled_from(["1", "2"]),
        "written": st.booleans(),
    },
    "refused": {
        "mapping_version": VERSIONS,
        "category": st.sampled_from(["CONFLICT", "VALIDATION_ERROR"]),
        "last_at": st.sampled_from([NOW - timedelta(days=days) for days in (1, 7, 8)]),
    },
}
# Values rarely differ, so that unchanged contacts are as common as changed ones.
SENT = {
    field.name: st.sampled_from([None, *VALUES[field.kind][:1] * 5, *VALUES[field.kind][1:]])
    for field in CONTACT_FIELDS
}
PORTAL = {
    **{f"{field.name}_old": st.sampled_from([None, "x"]) for field in CONTACT_FIELDS},
    **{f"{field.name}_same": st.sampled_from([True, True, True, False, None]) for field in CONTACT_FIELDS},
}


@st.composite
def buckets(draw: st.DrawFn) -> dict[str, dict[str, dict[str, Any]]]:
    """Rows by table and email. Where both the state and the portal have a contact, the state counts."""
    tables: dict[str, dict[str, dict[str, Any]]] = {"merged": {}, "state": {}, "refused": {}, "portal": {}}
    for number in range(draw(st.integers(0, 3) | st.integers(8, 14))):
        email = f"{number}@example.com"
        values = draw(st.fixed_dictionaries(SENT))
        tables["merged"][email] = draw(st.fixed_dictionaries(ROWS["merged"])) | values
        for table in draw(
            st.sampled_from(
                [
                    ("state",),
                    ("portal",),
                    ("state", "portal"),
                    ("state", "refused"),
                    ("portal", "refused"),
                    ("refused",),
                    (),
                ]
            )
        ):
            if table == "portal":
                tables[table][email] = draw(st.fixed_dictionaries(PORTAL))
            else:
                theirs = values if draw(st.booleans()) else draw(st.fixed_dictionaries(SENT))
                tables[table][email] = draw(st.fixed_dictionaries(ROWS[table])) | theirs
    return {
        name: {email: {**DEFAULTS[name], **row, "email": email} for email, row in rows.items()}
        for name, rows in tables.items()
    }


OPTIONS = st.builds(
    Options,
    mode=st.sampled_from(["replace", "fill"]),
    clear_unknown=st.booleans(),
    incomplete=st.dictionaries(st.sampled_from(["db1", "db2"]), st.integers(0, 1)),
    mapping_version=st.just(VERSION),
    retry_failed=st.sampled_from([False, False, True]),
    now=st.just(NOW),
)


@settings(max_examples=120, deadline=None, derandomize=True)
@cases(buckets(), OPTIONS)
def test_the_plan_equals_the_naive_one_and_the_counts_close(
    tables: dict[str, dict[str, dict[str, Any]]], told: Options
) -> None:
    changes = plan(**{name: list(rows.values()) for name, rows in tables.items()}, **vars(told))
    verdicts = {
        email: verdict(
            contact, tables["state"].get(email), tables["refused"].get(email), tables["portal"].get(email), told
        )
        for email, contact in tables["merged"].items()
    }
    planned = [row for row in verdicts.values() if isinstance(row, dict)]
    counts = Counter(reason for reason in verdicts.values() if isinstance(reason, str))
    assert changes.planned.to_dicts() == planned
    assert changes.unchanged_by_log == counts["unchanged_log"]
    assert changes.unchanged.rows() == [
        (email, tables["portal"][email]["hubspot_id"])
        for email, given in verdicts.items()
        if given == "unchanged_portal"
    ]
    assert changes.confirmed.rows() == [
        (email, tables["state"][email]["hubspot_id"])
        for email, given in verdicts.items()
        if given == "unchanged_log"
        and is_confirmed(tables["merged"][email], tables["state"][email], tables["refused"].get(email), told)
    ]
    assert changes.held_back == {reason: counts[reason] for reason in ("incomplete_source", "refused_before")}
    assert changes.creates + changes.updates == len(planned)
    assert changes.creates == sum(row["action"] == "create" for row in planned)
