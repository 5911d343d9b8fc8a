"""Which answers can go: the folds say the same without them, from wherever they go on, however much of it is removed, and under any names."""

from typing import Any

import orjson
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hubsync_assets.model.schema import SEEN
from hubsync_assets.sync_log.answers import Answer, AnswerKind
from hubsync_assets.sync_log.fold import fold_failed, fold_state
from hubsync_assets.sync_log.outlived import outlived
from hubsync_assets.sync_log.settled import fold_settled
from hubsync_assets.sync_log.then import NOW, Then
from hubsync_assets_tests.shipped import FAILED_SCHEMA, MODEL, STATE_SCHEMA
from hubsync_assets_tests.sync_log.rows import NOTHING_SETTLED, answer, frame
from hubsync_assets_tests.sync_log.test_settled import entries

Folded = tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]
NOTHING: Folded = (pl.DataFrame(schema=STATE_SCHEMA), NOTHING_SETTLED, pl.DataFrame(schema=FAILED_SCHEMA))
THENS = (
    NOW,
    Then(
        {"old": "db2"},
        {1: {"firm": "company_name"}, 2: {"firm": "phone"}},
        {"name": frozenset({2}), "phone": frozenset({1, 3})},
    ),
)

FIELDS = ("name", "phone", "country", "firm")
TEXTS = st.dictionaries(st.sampled_from(FIELDS), st.sampled_from(["x", "y"]), max_size=2)
MADE: st.SearchStrategy[dict[str, Any]] = st.builds(
    dict,
    email=st.sampled_from("ab"),
    kind=st.sampled_from(list(AnswerKind)),
    sent=TEXTS,
    cleared=st.lists(st.sampled_from(["mrr", *FIELDS]), unique=True, max_size=2),
    sources=st.none() | st.dictionaries(st.sampled_from(FIELDS), st.sampled_from(["db1", "old", SEEN]), max_size=2),
    seen=st.lists(st.sampled_from(FIELDS), unique=True, max_size=2),
    settled=st.lists(
        st.tuples(st.sampled_from(FIELDS), st.sampled_from(["theirs", "refused", "refused", "set_once"])), max_size=2
    ),
    version=st.sampled_from([1, 2, 3]),
    known=st.booleans(),
)
HISTORIES = st.lists(MADE, max_size=30)


def rows_of(history: list[dict[str, Any]]) -> list[Answer]:
    rows = [
        answer(
            it["email"], it["kind"], at=at, cleared=tuple(it["cleared"]), sources=it["sources"], seen=tuple(it["seen"]),
            settled=entries(*it["settled"]) if it["settled"] else None, **it["sent"],
        )._replace(mapping_version=it["version"])
        for at, it in enumerate(history)
    ]  # fmt: skip
    return [row if it["known"] else row._replace(hubspot_id=None) for row, it in zip(rows, history, strict=True)]


def folded(answers: pl.DataFrame, then: Then, before: Folded = NOTHING) -> Folded:
    state, settled, failed = before
    settled = fold_settled(MODEL, settled, answers, then)
    return (
        fold_state(MODEL, state, answers, then).sort("email"),
        settled,
        fold_failed(MODEL, failed, answers, settled),
    )


def without(answers: pl.DataFrame, numbers: list[int]) -> pl.DataFrame:
    return answers.filter(~pl.col("seq").is_in(numbers))


def assert_same(found: Folded, expected: Folded) -> None:
    for one, other in zip(found, expected, strict=True):
        assert one.equals(other), f"{one.to_dicts()}\n{other.to_dicts()}"


@pytest.mark.services
@settings(max_examples=60, deadline=None, derandomize=True)
@given(history=HISTORIES, age=st.integers(0, 30), since=st.integers(0, 30), killed=st.integers(0, 30))
def test_the_folds_are_the_same_without_what_is_outlived(
    history: list[dict[str, Any]], age: int, since: int, killed: int
) -> None:
    answers = frame(rows_of(history))
    removed = outlived(answers, age)
    assert all(seq <= age for seq in removed)
    pruned = without(answers, removed)
    half_pruned = without(answers, removed[:killed])
    again = without(half_pruned, outlived(half_pruned, 30))
    for then in THENS:
        before = folded(answers[:since], then)
        for left in (pruned, half_pruned, again):
            assert_same(folded(left, then), folded(answers, then))
            news = answers.filter(pl.col("seq") > since)
            assert_same(folded(left.filter(pl.col("seq") > since), then, before), folded(news, then, before))
    # What goes on being said is said of what is left, too.
    assert outlived(pruned, age) == []


def test_of_a_contact_that_is_updated_every_day_little_is_left() -> None:
    created = answer("a", name="Ana", phone="1", sources={"name": "db1"})
    updates = [
        answer("a", AnswerKind.UPDATED, at=day, mrr=float(day))._replace(mapping_version=1) for day in range(365)
    ]
    answers = frame([created, *updates])
    assert set(answers["seq"]) - set(outlived(answers, 10**9)) == {1, 366}
    assert outlived(answers, 100) == outlived(answers, 100)
    assert set(outlived(answers, 100)) == set(range(2, 101))


def test_what_hubspot_refuses_now_is_kept_and_what_it_refused_once_is_not() -> None:
    refused = [answer("a", AnswerKind.REFUSED, at=at, name="Eva") for at in range(3)]
    assert outlived(frame(refused), 10**9) == []
    taken = [*refused, answer("a", at=3, name="Eva"), answer("a", AnswerKind.REFUSED, at=4, name="Ana")]
    assert sorted(outlived(frame(taken), 10**9)) == [1, 2, 3]
    values = [answer("a", AnswerKind.UPDATED, at=at, settled=entries(("phone", "refused"))) for at in range(3)]
    same = [row._replace(mapping_version=1) for row in values]
    assert outlived(frame(same), 10**9) == []
    assert sorted(outlived(frame([*same, same[0]._replace(settled=None, sent='{"phone":"1"}')]), 10**9)) == [1, 2, 3]


def test_the_history_of_a_source_that_a_read_back_names_too_much_of_is_no_history() -> None:
    (row,) = rows_of([{**{key: [] for key in ("cleared", "seen", "settled")}, "email": "a", "kind": AnswerKind.CONFIRMED, "sent": {"name": "x"},
                       "sources": {"name": "db1", "phone": "db1"}, "version": 1, "known": True}])  # fmt: skip
    assert orjson.loads(row.provenance)["sources"]["phone"] == "db1"
    (state, *_) = folded(frame([row]), NOW)
    assert state.select("name:source", "phone:source").rows() == [("db1", None)]


WROTE = answer("a", AnswerKind.UPDATED, name="x")._replace(mapping_version=1)
SAW = answer("a", AnswerKind.UNCHANGED, name="x")._replace(mapping_version=1)
WROTE_ANOTHER = answer("a", AnswerKind.UPDATED, mrr=1.0)._replace(mapping_version=3)


@pytest.mark.parametrize(
    ("needed", "history"),
    [
        (1, [WROTE, SAW, WROTE_ANOTHER]),
        (2, [WROTE, SAW._replace(provenance='{"seen":["name"]}'), SAW]),
        (2, [WROTE, SAW._replace(provenance=f'{{"sources":{{"name":"{SEEN}"}}}}'), SAW]),
        (1, [WROTE, WROTE._replace(hubspot_id=None)]),
        (1, [WROTE, WROTE._replace(sent='{"name":"y"}', mapping_version=2), WROTE_ANOTHER]),
    ],
    ids=["we wrote it", "it was seen", "it was another's", "its id", "it went to another property"],
)
def test_what_only_one_older_answer_says_keeps_it(needed: int, history: list[Answer]) -> None:
    answers = frame(history)
    assert needed not in outlived(answers, 10**9)
    one, other = (folded(rows, THENS[1])[0] for rows in (answers, without(answers, [needed])))
    assert not one.equals(other), "the fold needs it"
