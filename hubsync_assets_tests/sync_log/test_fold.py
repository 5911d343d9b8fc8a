"""The fold: whatever the order of plans, answers and crashes, the state is what a reader of the log would say."""

from itertools import pairwise
from typing import Any

import orjson
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from hubsync_assets.sync_log.answers import Answer, AnswerKind
from hubsync_assets.sync_log.fold import fold_failed, fold_state
from hubsync_assets_tests.shipped import CONTACT_FIELDS, FAILED_SCHEMA, MODEL, PROVENANCE, STATE_SCHEMA, TEXT
from hubsync_assets_tests.sync_log.rows import NOTHING_SETTLED, answer, frame

FIELDS = [field.name for field in CONTACT_FIELDS]
SOURCES_OF = [f"{name}:source" for name in FIELDS]
OURS = [f"{name}:ours" for name in FIELDS]


def naive(answers: list[Answer]) -> tuple[dict[str, dict[str, Any]], dict[str, dict[str, Any]]]:
    """What a person would read out of the log, answer by answer."""
    state: dict[str, dict[str, Any]] = {}
    failed: dict[str, dict[str, Any]] = {}
    for said in answers:
        sent = orjson.loads(said.sent)
        if said.kind is AnswerKind.IN_DOUBT:
            continue
        if said.kind is AnswerKind.REFUSED:
            before = failed.get(said.email)
            failed[said.email] = {
                **{name: sent.get(name) for name in FIELDS},
                "attempts": before["attempts"] + 1 if before else 1,
                "first_at": before["first_at"] if before else said.at,
                "last_at": said.at,
                "message": said.message,
                "mapping_version": said.mapping_version,
            }
        else:
            failed.pop(said.email, None)
            contact = state.setdefault(
                said.email, {**dict.fromkeys([*FIELDS, *SOURCES_OF]), **dict.fromkeys(OURS, False), "written": False}
            )
            is_write = said.kind is not AnswerKind.UNCHANGED
            contact["written"] |= is_write
            provenance = orjson.loads(said.provenance)
            sources, seen = provenance.pop("sources", {}), provenance.pop("seen", [])
            for name in (*sent, *orjson.loads(said.cleared)):
                contact.update({name: sent.get(name), f"{name}:source": sources.get(name)})
                # What HubSpot was found to hold stays whose it was, but where the answer says that we did not write it.
                if name not in sent or name in seen:
                    contact[f"{name}:ours"] = False
                elif is_write:
                    contact[f"{name}:ours"] = True
            contact.update(at=said.at, run_id=said.run_id, hubspot_id=said.hubspot_id, **provenance)
            contact.update(mapping_version=said.mapping_version)
    return state, failed


def by_email(rows: pl.DataFrame, columns: list[str]) -> dict[str, dict[str, Any]]:
    return {row["email"]: {name: row[name] for name in columns} for row in rows.iter_rows(named=True)}


def test_a_field_that_was_not_sent_keeps_what_we_wrote_before() -> None:
    answers = frame([answer("a", name="Ana", mrr=1.5), answer("a", AnswerKind.UPDATED, at=1, mrr=2.5)])
    state = fold_state(MODEL, pl.DataFrame(schema=STATE_SCHEMA), answers)
    assert state.select("name", "mrr").rows() == [("Ana", 2.5)]


def test_a_field_that_was_cleared_is_ours_no_more() -> None:
    answers = frame(
        [answer("a", name="Ana", mrr=1.5), answer("a", AnswerKind.UPDATED, at=1, mrr=2.5, cleared=("name",))]
    )
    state = fold_state(MODEL, pl.DataFrame(schema=STATE_SCHEMA), answers)
    assert state.select("name", "mrr").rows() == [(None, 2.5)]


def test_a_refusal_does_not_touch_what_hubspot_acknowledged() -> None:
    answers = frame([answer("a", name="Ana"), answer("a", AnswerKind.REFUSED, at=1, name="Eva")])
    state = fold_state(MODEL, pl.DataFrame(schema=STATE_SCHEMA), answers)
    failed = fold_failed(MODEL, pl.DataFrame(schema=FAILED_SCHEMA), answers, NOTHING_SETTLED)
    assert state["name"].to_list() == ["Ana"]
    assert failed.select("name", "category", "message", "attempts").rows() == [
        ("Eva", "VALIDATION_ERROR", "refused at 1", 1)
    ]


def test_numbers_survive_the_log_to_the_last_digit() -> None:
    answers = frame(
        [answer("a", company_size=2**63 - 1, mrr=0.1 + 0.2), answer("b", company_size=2**53 + 1, mrr=5e-324)]
    )
    state = fold_state(MODEL, pl.DataFrame(schema=STATE_SCHEMA), answers)
    assert state.select("company_size", "mrr").rows() == [(2**63 - 1, 0.1 + 0.2), (2**53 + 1, 5e-324)]


def test_text_survives_the_log_whatever_is_in_it() -> None:
    text = 'quote " backslash \\ line \u2028 smile \U0001f600 null {} []'
    state = fold_state(MODEL, pl.DataFrame(schema=STATE_SCHEMA), frame([answer("a", name=text)]))
    assert state["name"].to_list() == [text]


def test_the_newest_answer_says_which_contact_it_is_and_how_it_was_written() -> None:
    answers = frame([answer("a", name="Ana"), answer("a", AnswerKind.UPDATED, at=1, name="Ana")])
    columns = ("hubspot_id", "mapping_version")
    whole = fold_state(MODEL, pl.DataFrame(schema=STATE_SCHEMA), answers)
    by_and_by = fold_state(MODEL, fold_state(MODEL, pl.DataFrame(schema=STATE_SCHEMA), answers[:1]), answers[1:])
    assert whole.select(columns).rows() == by_and_by.select(columns).rows() == [("id-a-1", 2)]


def test_what_is_in_doubt_is_no_answer() -> None:
    taken, refused = answer("a", name="Ana"), answer("b", AnswerKind.REFUSED, name="Bea")
    doubts = [
        answer(email, AnswerKind.IN_DOUBT, at=1, name="Eva", cleared=("phone",), sources={"name": "db2"})
        for email in "abc"
    ]
    without, with_doubts = frame([taken, refused]), frame([taken, refused, *doubts])
    empty, no_failures = pl.DataFrame(schema=STATE_SCHEMA), pl.DataFrame(schema=FAILED_SCHEMA)
    assert fold_state(MODEL, empty, with_doubts).equals(fold_state(MODEL, empty, without))
    folded = [fold_failed(MODEL, no_failures, rows, NOTHING_SETTLED) for rows in (with_doubts, without)]
    assert folded[0].equals(folded[1])


def test_what_reading_back_confirmed_counts_as_written_and_changes_only_what_it_names() -> None:
    before = answer("a", AnswerKind.UPDATED, name="Ana", mrr=1.0, phone="1", sources={"name": "db1", "mrr": "db1"})
    read_back = answer(
        "a", AnswerKind.CONFIRMED, at=1, mrr=2.0, cleared=("phone",), sources={"name": "db2", "mrr": "db2"}
    )
    new = answer("b", AnswerKind.CONFIRMED, at=1, name="Bea", sources={"name": "db2"})
    state = fold_state(MODEL, pl.DataFrame(schema=STATE_SCHEMA), frame([before, read_back, new])).sort("email")
    columns = ("name", "name:source", "mrr", "mrr:source", "phone", "phone:source", "written")
    assert state.select(columns).rows() == [
        ("Ana", "db1", 2.0, "db2", None, None, True),
        ("Bea", "db2", None, None, None, None, True),
    ]


def test_the_log_says_whose_each_sent_value_is_however_uncertain() -> None:
    row = {
        **dict.fromkeys([*PROVENANCE, *FIELDS, *(f"{name}:from" for name in FIELDS)]),
        "name": "Ana",
        "name:from": "db1",
        "phone": "1",
        "phone:from": "db2?",
        "mrr": 1.0,
        # Not sent: whose it would have been is no matter.
        "country:from": "db2?",
        "company_name:from": "empty",
        "company_size:from": "unreadable",
    }
    assert orjson.loads(TEXT.provenance(row)) == {
        **dict.fromkeys(PROVENANCE),
        "sources": {"name": "db1", "phone": "db2"},
    }


VALUES = st.fixed_dictionaries(
    {},
    optional={
        "name": st.sampled_from(["Ana", "Eva"]),
        "company_size": st.sampled_from([0, 7]),
        "mrr": st.sampled_from([1.5, 2.0]),
    },
)
HISTORIES = st.lists(
    st.tuples(
        st.sampled_from(["a", "b", "c"]),
        st.sampled_from(list(AnswerKind)),
        VALUES,
        st.lists(st.sampled_from(["country", "phone"]), unique=True),
        st.none()
        | st.fixed_dictionaries({name: st.sampled_from(["db1", "db2"]) for name in ("name", "mrr", "company_size")}),
        st.lists(st.sampled_from(["name", "mrr"]), unique=True),
    ),
    max_size=25,
)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(history=HISTORIES, cuts=st.lists(st.integers(0, 25), max_size=3))
def test_folding_in_any_pieces_equals_reading_the_log_aloud(history: list[Any], cuts: list[int]) -> None:
    answers = [
        answer(
            email,
            kind,
            at=at,
            cleared=tuple(cleared),
            sources=sources and {name: source for name, source in sources.items() if name in sent},
            seen=tuple(seen),
            **sent,
        )
        for at, (email, kind, sent, cleared, sources, seen) in enumerate(history)
    ]
    rows = frame(answers)
    state, failed = pl.DataFrame(schema=STATE_SCHEMA), pl.DataFrame(schema=FAILED_SCHEMA)
    edges = sorted({0, len(answers), *(cut for cut in cuts if cut < len(answers))})
    for start, end in pairwise(edges):
        state = fold_state(MODEL, state, rows[start:end])
        failed = fold_failed(MODEL, failed, rows[start:end], NOTHING_SETTLED)
    expected_state, expected_failed = naive(answers)
    columns = [*FIELDS, *SOURCES_OF, *OURS, "written", "at", "run_id", "hubspot_id", "mapping_version", *PROVENANCE]
    assert by_email(state, columns) == expected_state
    assert (
        by_email(failed, [*FIELDS, "attempts", "first_at", "last_at", "message", "mapping_version"]) == expected_failed
    )


def test_what_hubspot_was_only_seen_to_hold_is_not_ours_though_we_write_the_rest() -> None:
    seen = answer("a", AnswerKind.UNCHANGED, name="Ana", phone="+34600123123")
    columns = ("name", "name:ours", "phone", "phone:ours", "written")
    state = fold_state(MODEL, pl.DataFrame(schema=STATE_SCHEMA), frame([seen]))
    assert state.select(columns).rows() == [("Ana", False, "+34600123123", False, False)]
    state = fold_state(MODEL, state, frame([seen, answer("a", AnswerKind.UPDATED, at=1, name="Eva")])[1:])
    assert state.select(columns).rows() == [("Eva", True, "+34600123123", False, True)]


def test_what_we_wrote_is_ours_until_an_answer_says_that_it_is_not() -> None:
    wrote = answer("a", name="Ana", phone="1")
    same = answer("a", AnswerKind.UNCHANGED, at=1, name="Ana", phone="1", seen=("phone",))
    columns = ("name:ours", "phone:ours")
    state = fold_state(MODEL, pl.DataFrame(schema=STATE_SCHEMA), frame([wrote, same]))
    assert state.select(columns).rows() == [(True, False)]
    # So it is of a contact that is created with values that nobody of us wrote: nothing of those is.
    created = fold_state(MODEL, pl.DataFrame(schema=STATE_SCHEMA), frame([answer("b", name="Bea")]))
    assert created.select(columns).rows() == [(True, False)]
