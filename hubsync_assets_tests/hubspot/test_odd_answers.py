"""Whatever JSON comes back, it is read without breaking: each input is decided or open, and nothing is invented."""

import contextlib
from collections.abc import Callable
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from hubsync_assets.hubspot.batches import Item
from hubsync_assets.hubspot.decoding import account_of, page_of, schema_of
from hubsync_assets.hubspot.errors import UnknownAnswerError
from hubsync_assets.hubspot.jobs import Job
from hubsync_assets.hubspot.proof import read_write
from hubsync_assets.hubspot.reading_back import settle_read
from hubsync_assets.hubspot.report import WriteReport
from hubsync_assets.hubspot.response import Response
from hubsync_assets.hubspot.retry import RetryPolicy, StopReason, rule
from hubsync_assets.hubspot.settling import settle_refusal, settle_write
from hubsync_assets_tests.hubspot.upload import people, update
from hubsync_assets_tests.shipped import MAPPING

WORDS = st.sampled_from(
    ["person0@example.com", "person1@example.com", "PERSON2@example.com", "1", "2", "3", "", "CONFLICT", "17", "true",
     'Property values were not valid: [{"error":"X","name":"y"}]', "Property values were not valid: [1]", "OBJECT_NOT_FOUND",
     'Property values were not valid: [{"error":"INVALID_OPTION","name":"firstname"}]']
)  # fmt: skip
KEYS = st.sampled_from(
    ["id", "results", "errors", "properties", "email", "hs_additional_emails", "context", "objectWriteTraceId", "ids", "category", "message",
     "code", "new", "portalId", "paging", "next", "after", "options", "value", "name", "modificationMetadata", "total"]
)  # fmt: skip
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | WORDS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=5),
    max_leaves=25,
)
BODIES = st.dictionaries(KEYS, JSON, max_size=6)
RESULT = st.fixed_dictionaries(
    {},
    optional={
        "id": WORDS,
        "new": JSON,
        "objectWriteTraceId": JSON,
        "properties": st.dictionaries(KEYS, JSON, max_size=3),
    },
)
ERROR = st.fixed_dictionaries(
    {}, optional={"category": JSON, "message": JSON, "errors": JSON, "context": st.dictionaries(KEYS, JSON, max_size=3)}
)
ANSWERS = st.fixed_dictionaries(
    {}, optional={"results": JSON | st.lists(RESULT, max_size=6), "errors": JSON | st.lists(ERROR, max_size=4)}
)


def items() -> list[Item]:
    return [Item(upsert, str(number), sends=1) for number, upsert in enumerate(people(4), start=1)]


def updates() -> list[Item]:
    """Of records whose ids are among the words, as are the properties that they send."""
    upserts = [update(f"person{number}@example.com", identity) for number, identity in enumerate(["17", "2", "5", "6"])]
    return [Item(upsert, str(number), sends=1) for number, upsert in enumerate(upserts, start=1)]


@given(st.sampled_from([items, updates]), ANSWERS | BODIES)
@settings(max_examples=80, derandomize=True, deadline=None)
def test_every_input_is_in_exactly_one_list_whatever_an_answer_says(
    make: Callable[[], list[Item]], body: dict[str, Any]
) -> None:
    asked = make()
    matched = read_write(asked, Response(200, body=body))
    lists = [*matched.written, *matched.refused, *matched.absent, *matched.doubtful, *matched.silent]
    assert sorted(it.trace for it in lists) == sorted(it.trace for it in asked)
    ids = [str(it.get("id")) for it in Response(200, body=body).items("results")]
    assert all(it.id in ids for it in matched.written.values())
    assert set(ids) <= {*(it.id for it in matched.written.values()), *matched.strangers} or matched.doubtful


@given(
    st.sampled_from([items, updates]),
    ANSWERS | BODIES,
    st.sampled_from([settle_write, settle_refusal]),
    st.sampled_from([200, 207, 400, 409, 413]),
)
@settings(max_examples=80, derandomize=True, deadline=None)
def test_every_input_gets_an_outcome_or_another_call_and_the_sums_close(
    make: Callable[[], list[Item]], body: dict[str, Any], settle: Any, status: int
) -> None:
    asked, report = make(), WriteReport()
    settlement = settle(Job("write", asked), Response(status, body=body), report)
    again = [it.upsert.email for job in settlement.jobs for it in job.items]
    deferred = [it.upsert.email for it, _ in settlement.deferred]
    pooled = [it.upsert.email for it in settlement.pooled]
    decided = [it.email for it in settlement.outcomes]
    assert sorted([*again, *deferred, *pooled, *decided]) == sorted(it.upsert.email for it in asked)
    assert report.results + report.errors + report.asked_again == len(asked) == 4


@given(st.sampled_from([items, updates]), ANSWERS | BODIES)
@settings(max_examples=80, derandomize=True, deadline=None)
def test_reading_back_decides_every_input_or_makes_no_sense(
    make: Callable[[], list[Item]], body: dict[str, Any]
) -> None:
    asked, report = make(), WriteReport()
    try:
        settlement = settle_read(
            Job("read", asked, absent=frozenset(asked[:2])), Response(200, body=body), report, MAPPING
        )
    except UnknownAnswerError:
        return
    again = [it.upsert.email for job in settlement.jobs for it in job.items]
    assert sorted([*again, *(it.email for it in settlement.outcomes)]) == sorted(it.upsert.email for it in asked)
    assert report.read_back == sum(it.kind == "updated" for it in settlement.outcomes)


@given(BODIES, st.sampled_from([page_of, account_of, schema_of]))
@settings(max_examples=80, derandomize=True, deadline=None)
def test_other_answers_are_read_or_make_no_sense(body: dict[str, Any], read: Any) -> None:
    with contextlib.suppress(UnknownAnswerError):
        assert read(body) is not None


@given(st.integers(0, 999), BODIES, st.dictionaries(st.sampled_from(["retry-after", "date"]), st.text(max_size=12)))
@settings(max_examples=80, derandomize=True, deadline=None)
def test_every_status_has_a_ruling_and_no_wait_is_endless(
    status: int, body: dict[str, Any], headers: dict[str, str]
) -> None:
    ruling = rule(Response(status, body=body, headers=headers), RetryPolicy())
    assert ruling.wait is None or 0 <= ruling.wait <= 300 or ruling.why is StopReason.MOVING
