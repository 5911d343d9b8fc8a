"""What is settled: a value stays so until it is sent, made empty or seen to be there, in whatever pieces the log is folded."""

from itertools import pairwise
from typing import Any

import orjson
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from hubsync_assets.model.schema import SETTLED_SCHEMA
from hubsync_assets.sync_log.answers import Answer, AnswerKind
from hubsync_assets.sync_log.fold import fold_failed
from hubsync_assets.sync_log.settled import fold_settled, refused_values
from hubsync_assets.sync_log.then import Then
from hubsync_assets_tests.shipped import FAILED_SCHEMA, MODEL
from hubsync_assets_tests.sync_log.rows import NOON, NOTHING_SETTLED, answer, frame

EMPTY = pl.DataFrame(schema=FAILED_SCHEMA)
NOT_TAKEN = (AnswerKind.REFUSED, AnswerKind.IN_DOUBT)
KEY = ("email", "field")


def entries(*said: tuple[str, str], value: str = "x") -> str:
    """``settled`` as the log has it: fields, and what was decided of each."""
    refusal = {"property": "company", "category": "not_an_option", "message": "no such option", "correlation_id": "c1"}
    return orjson.dumps(
        [
            {
                "field": name,
                "value": value,
                "decision": what,
                "digest": "d",
                **(refusal if what == "refused" else {}),
            }
            for name, what in said
        ]
    ).decode()


def folded(*answers: Answer) -> pl.DataFrame:
    return fold_settled(MODEL, NOTHING_SETTLED, frame(list(answers)))


def decisions(rows: pl.DataFrame) -> dict[tuple[str, str], str]:
    return {(email, name): what for email, name, what in rows.select(*KEY, "decision").iter_rows()}


def test_a_value_is_settled_by_what_the_log_says_of_it() -> None:
    said = entries(("phone", "theirs"))
    (row,) = folded(answer("a", AnswerKind.UNCHANGED, at=3, settled=said, name="Ana")).to_dicts()
    assert {name: row[name] for name in ("email", "field", "value", "decision", "digest", "run_id")} == {
        "email": "a", "field": "phone", "value": "x", "decision": "theirs", "digest": "d", "run_id": "run3",
    }  # fmt: skip
    assert (row["attempts"], row["first_at"], row["property"]) == (0, None, None)


def test_what_is_sent_made_empty_or_seen_is_settled_no_more() -> None:
    said = answer("a", AnswerKind.UNCHANGED, settled=entries(("phone", "theirs"), ("mrr", "only_fill")))
    both = {("a", "phone"): "theirs", ("a", "mrr"): "only_fill"}
    assert decisions(folded(said)) == both
    for kind in (AnswerKind.UPDATED, AnswerKind.UNCHANGED, AnswerKind.CONFIRMED):
        assert decisions(folded(said, answer("a", kind, at=1, phone="1"))) == {("a", "mrr"): "only_fill"}
    assert decisions(folded(said, answer("a", AnswerKind.UPDATED, at=1, cleared=("mrr",)))) == {
        ("a", "phone"): "theirs"
    }
    for kind in NOT_TAKEN:
        assert decisions(folded(said, answer("a", kind, at=1, phone="1"))) == both
    assert decisions(folded(said, answer("b", AnswerKind.UPDATED, at=1, phone="1"))) == both
    # The name of a field in a value is none.
    assert decisions(folded(said, answer("a", AnswerKind.UPDATED, at=1, name='"phone":"1"'))) == both


def test_a_field_of_which_only_a_part_was_taken_stays_settled() -> None:
    taken = answer("a", AnswerKind.UPDATED, settled=entries(("name", "refused")), name="Ana")
    assert decisions(folded(taken)) == {("a", "name"): "refused"}


def test_a_field_that_is_not_declared_any_more_is_forgotten_and_one_that_has_another_name_is_not() -> None:
    said = answer("a", AnswerKind.UNCHANGED, settled=entries(("firm", "theirs"), ("phone", "theirs")))
    assert decisions(folded(said)) == {("a", "phone"): "theirs"}
    then = Then(fields={1: {"firm": "company_name"}})
    renamed = fold_settled(MODEL, NOTHING_SETTLED, frame([said]), then)
    assert decisions(renamed) == {("a", "company_name"): "theirs", ("a", "phone"): "theirs"}
    sent = fold_settled(MODEL, NOTHING_SETTLED, frame([said, answer("a", AnswerKind.UPDATED, firm="x")]), then)
    assert decisions(sent) == {("a", "phone"): "theirs"}


def test_a_refused_value_is_a_row_of_its_contact_that_has_no_values_and_counts_how_often() -> None:
    said = [answer("a", AnswerKind.UPDATED, at=at, settled=entries(("company_name", "refused"))) for at in range(3)]
    settled = folded(*said)
    (row,) = refused_values(MODEL, settled).to_dicts()
    assert (row["email"], row["property"], row["category"], row["message"], row["correlation_id"]) == (
        "a", "company", "not_an_option", "no such option", "c1",
    )  # fmt: skip
    assert (row["attempts"], row["first_at"], row["last_at"]) == (3, NOON, said[-1].at)
    assert {row[name] for name in (*MODEL.names, "mapping_version")} == {None}


def test_whole_contacts_stand_before_values_and_a_refused_contact_keeps_its_values() -> None:
    history = [
        answer("b", AnswerKind.UPDATED, settled=entries(("company_name", "refused"), ("phone", "theirs"))),
        answer("b", AnswerKind.REFUSED, at=1, name="Eva"),
        answer("a", AnswerKind.REFUSED, at=2),
    ]
    failed = fold_failed(MODEL, EMPTY, frame(history), folded(*history))
    assert failed.select("email", "property", "name", "attempts").rows() == [
        ("a", None, None, 1), ("b", None, "Eva", 1), ("b", "company", None, 1),
    ]  # fmt: skip


Entry = dict[str, Any]


def naive(answers: list[Answer]) -> dict[tuple[str, str], Entry]:
    """What a person would read out of the log, answer by answer."""
    settled: dict[tuple[str, str], Entry] = {}
    for said in answers:
        is_of_values = said.kind is AnswerKind.REFUSED and said.settled is not None
        if said.kind in NOT_TAKEN and not is_of_values:
            continue
        for name in (*orjson.loads(said.sent), *orjson.loads(said.cleared)):
            settled.pop((said.email, name), None)
        for entry in orjson.loads(said.settled or "[]"):
            before = settled.get((said.email, entry["field"]), {})
            refused = entry["decision"] == "refused"
            again = refused and before.get("decision") == "refused"
            settled[said.email, entry["field"]] = {
                **entry,
                "at": said.at,
                "run_id": said.run_id,
                "attempts": (before["attempts"] if again else 0) + refused,
                "first_at": (before["first_at"] if again else said.at) if refused else None,
            }
    return settled


SETTLED = st.lists(
    st.tuples(st.sampled_from(["name", "phone", "mrr"]), st.sampled_from(["theirs", "refused", "set_once"])),
    unique_by=lambda it: it[0],
    max_size=2,
)
HISTORIES = st.lists(
    st.tuples(
        st.sampled_from(["a", "b"]),
        st.sampled_from(list(AnswerKind)),
        st.dictionaries(st.sampled_from(["name", "phone"]), st.just("x")),
        st.lists(st.sampled_from(["mrr"]), max_size=1),
        SETTLED,
    ),
    max_size=20,
)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(history=HISTORIES, cuts=st.lists(st.integers(0, 20), max_size=3))
def test_folding_in_any_pieces_equals_reading_the_log_aloud(history: list[Any], cuts: list[int]) -> None:
    answers = [
        answer(email, kind, at=at, cleared=tuple(cleared), settled=entries(*said) if said else None, **sent)
        for at, (email, kind, sent, cleared, said) in enumerate(history)
    ]
    rows, settled, failed = frame(answers), NOTHING_SETTLED, EMPTY
    edges = sorted({0, len(answers), *(cut for cut in cuts if cut < len(answers))})
    for start, end in pairwise(edges):
        settled = fold_settled(MODEL, settled, rows[start:end])
        failed = fold_failed(MODEL, failed, rows[start:end], settled)
    expected = naive(answers)
    assert {(row["email"], row["field"]): row for row in settled.to_dicts()} == {
        (email, name): {**dict.fromkeys(SETTLED_SCHEMA), "email": email, **entry}
        for (email, name), entry in expected.items()
    }
    assert settled.schema == SETTLED_SCHEMA
    values = failed.filter(pl.col("property").is_not_null())
    assert sorted(values.select("email", "attempts", "first_at", "last_at").rows()) == sorted(
        (email, entry["attempts"], entry["first_at"], entry["at"])
        for (email, _), entry in expected.items()
        if entry["decision"] == "refused"
    )
