"""What each HTTP answer means for each input, on a portal whose answers are written down."""

from dataclasses import replace
from typing import Any

import pytest

from hubsync_assets.hubspot import HubSpotClient
from hubsync_assets.hubspot.transport import Timeouts
from hubsync_assets_tests.hubspot.scripted import Reply, ScriptedPortal, refusal
from hubsync_assets_tests.hubspot.upload import IMPATIENT, client_of, people, person, upload

UPSERT = "/batch/upsert"


def partial(
    portal: ScriptedPortal, errors: list[dict[str, Any]], *, status: int = 207, but: tuple[int, ...] = ()
) -> Any:
    """Write all inputs but some, and answer with these errors."""

    def answer(body: dict[str, Any]) -> Reply:
        results = [portal.written(it) for place, it in enumerate(body["inputs"]) if place not in but]
        return Reply(status, {"status": "COMPLETE", "results": results, "errors": errors, "numErrors": len(errors)})

    return answer


def error_for(*traces: str, category: str = "VALIDATION_ERROR", message: str = "bad") -> dict[str, Any]:
    return {
        "status": "error",
        "category": category,
        "message": message,
        "context": {"objectWriteTraceId": list(traces)},
    }


def test_results_in_any_order_are_matched_by_email(portal: ScriptedPortal, client: HubSpotClient) -> None:
    upserts = people(250)
    done = upload(client, upserts)
    assert done.is_complete(upserts)
    assert done.report.created == 250
    assert {it.email: it.hubspot_id for it in done.outcomes} == {
        email: it["id"] for email, it in portal.contacts.items()
    }
    assert sorted(len(it) for it in portal.upserts) == [50, 100, 100]
    assert portal.reads == []


@pytest.mark.parametrize("status", [200, 207])
def test_an_error_with_a_trace_id_refuses_that_input_alone(
    portal: ScriptedPortal, client: HubSpotClient, status: int
) -> None:
    portal.script(UPSERT, partial(portal, [error_for("3", message="why")], status=status, but=(2,)))
    upserts = people(5)
    done = upload(client, upserts)
    assert done.is_complete(upserts)
    (bad,) = done.of("refused")
    assert (bad.email, bad.category, bad.message, bad.attempts) == (upserts[2].email, "VALIDATION_ERROR", "why", 1)
    assert (done.report.created, done.report.write_calls, done.report.read_calls) == (4, 1, 0)


def test_hubspots_id_of_the_call_is_kept_with_each_outcome(portal: ScriptedPortal, client: HubSpotClient) -> None:
    def answer(body: dict[str, Any]) -> Reply:
        reply: Reply = partial(portal, [error_for("1")], but=(0,))(body)
        return reply._replace(headers={"X-HubSpot-Correlation-Id": "c-42"})

    portal.script(UPSERT, answer)
    assert {it.correlation_id for it in upload(client, people(2)).outcomes} == {"c-42"}


def test_one_error_may_name_several_inputs(portal: ScriptedPortal, client: HubSpotClient) -> None:
    portal.script(UPSERT, partial(portal, [error_for("1", "4")], but=(0, 3)))
    upserts = people(5)
    done = upload(client, upserts)
    assert done.is_complete(upserts)
    assert {it.email for it in done.of("refused")} == {upserts[0].email, upserts[3].email}


def test_the_code_in_the_message_of_an_error_is_its_category(portal: ScriptedPortal, client: HubSpotClient) -> None:
    words = 'Property values were not valid: [{"isValid":false,"message":"m","error":"INVALID_EMAIL","name":"email"}]'
    portal.script(UPSERT, partial(portal, [error_for("1", message=words)], but=(0,)))
    assert upload(client, people(2)).of("refused")[0].category == "INVALID_EMAIL"


def test_an_error_without_a_trace_id_belongs_to_the_one_input_left_open(
    portal: ScriptedPortal, client: HubSpotClient
) -> None:
    nameless = {"status": "error", "category": "ODD", "message": "who knows"}
    portal.script(UPSERT, partial(portal, [nameless], but=(1,)))
    upserts = people(3)
    done = upload(client, upserts)
    assert done.is_complete(upserts)
    assert (done.one(upserts[1].email).kind, done.one(upserts[1].email).category) == ("refused", "ODD")
    assert portal.reads == [[upserts[1].email]]


def test_errors_that_name_unknown_trace_ids_are_told_apart_by_halving(
    portal: ScriptedPortal, client: HubSpotClient
) -> None:
    portal.script(UPSERT, partial(portal, [error_for("nobody"), error_for("no one")], but=(1, 3)))
    upserts = people(5)
    done = upload(client, upserts)
    assert done.is_complete(upserts)
    assert done.report.acknowledged == 5
    assert sorted(portal.upserts[1:]) == [[upserts[1].email], [upserts[3].email]]


def test_an_input_left_out_is_read_back_before_it_counts(portal: ScriptedPortal, client: HubSpotClient) -> None:
    def forgetful(body: dict[str, Any]) -> Reply:
        results = [portal.written(it) for it in body["inputs"]]
        return Reply(200, {"status": "COMPLETE", "results": results[1:]})

    portal.script(UPSERT, forgetful)
    upserts = people(3)
    done = upload(client, upserts)
    assert done.is_complete(upserts)
    assert (done.report.acknowledged, done.report.read_back, done.report.write_calls) == (3, 1, 1)
    assert portal.reads == [[upserts[0].email]]
    assert done.one(upserts[0].email).hubspot_id == portal.contacts[upserts[0].email]["id"]


def test_an_input_left_out_and_not_held_as_sent_is_sent_again(portal: ScriptedPortal, client: HubSpotClient) -> None:
    upserts = people(3)
    portal.contacts[upserts[0].email] = {"id": "1", "email": upserts[0].email, "company_size": "999"}
    portal.script(UPSERT, partial(portal, [], but=(0,)))
    done = upload(client, upserts)
    assert done.is_complete(upserts)
    assert portal.upserts == [[it.email for it in upserts], [upserts[0].email]]
    assert (done.one(upserts[0].email).kind, done.one(upserts[0].email).attempts) == ("updated", 2)


def test_an_input_that_is_left_out_every_time_is_refused(portal: ScriptedPortal, client: HubSpotClient) -> None:
    def deaf(body: dict[str, Any]) -> Reply:
        results = [portal.written(it) for it in body["inputs"] if it["id"] != "person1@example.com"]
        return Reply(200, {"status": "COMPLETE", "results": results})

    portal.always(UPSERT, deaf)
    upserts = people(3)
    done = upload(client, upserts)
    assert done.is_complete(upserts)
    bad = done.one("person1@example.com")
    assert (bad.kind, bad.category, bad.attempts) == ("refused", "not_confirmed", 3)
    assert done.report.acknowledged == 2


def test_a_200_with_nothing_in_it_proves_nothing(portal: ScriptedPortal, client: HubSpotClient) -> None:
    portal.script(UPSERT, Reply(200, {"status": "COMPLETE", "results": [], "errors": []}))
    upserts = people(3)
    done = upload(client, upserts)
    assert done.is_complete(upserts)
    assert (done.report.created, len(portal.upserts), len(portal.reads)) == (3, 2, 1)


def test_answers_with_nothing_in_them_for_ever_leave_the_contacts_unsent(
    portal: ScriptedPortal, client: HubSpotClient
) -> None:
    portal.always(UPSERT, lambda _: Reply(200, {"status": "COMPLETE", "results": []}))
    upserts = people(3)
    done = upload(client, upserts)
    assert done.is_complete(upserts)
    assert {(it.kind, it.category, it.attempts) for it in done.outcomes} == {("unsent", "not_confirmed", 3)}


@pytest.mark.parametrize("holds", [True, False])
def test_an_input_in_results_and_in_errors_is_what_reading_back_says(
    portal: ScriptedPortal, client: HubSpotClient, holds: bool
) -> None:
    def both(body: dict[str, Any]) -> Reply:
        results = [portal.written(it) for it in body["inputs"]]
        if not holds:
            del portal.contacts["person0@example.com"]
        return Reply(207, {"status": "COMPLETE", "results": results, "errors": [error_for("1", category="ODD")]})

    portal.script(UPSERT, both)
    upserts = people(2)
    done = upload(client, upserts)
    assert done.is_complete(upserts)
    assert done.one(upserts[0].email).kind == ("updated" if holds else "refused")
    assert portal.reads == [[upserts[0].email]]


def test_a_result_for_an_email_never_asked_is_a_fault_and_acknowledges_nobody(
    portal: ScriptedPortal, client: HubSpotClient
) -> None:
    def stranger(body: dict[str, Any]) -> Reply:
        results = [portal.written(it) for it in body["inputs"][1:]]
        return Reply(200, {"results": [*results, {"id": "7", "new": True, "properties": {"email": "who@example.com"}}]})

    portal.script(UPSERT, stranger)
    upserts = people(3)
    done = upload(client, upserts)
    assert {it.email for it in done.outcomes} == {it.email for it in upserts}
    assert (done.report.strangers, done.report.sums_close) == (1, False)
    assert portal.upserts[1:] == [[upserts[0].email]]


@pytest.mark.parametrize(("other", "strangers"), [("1000", 0), ("77", 1)], ids=["the same record", "another record"])
def test_a_second_result_for_an_input_is_a_fault_only_if_it_is_another_record(
    portal: ScriptedPortal, client: HubSpotClient, other: str, strangers: int
) -> None:
    def twice(body: dict[str, Any]) -> Reply:
        results = [portal.written(it) for it in body["inputs"]]
        return Reply(200, {"results": [*results, {**results[0], "id": other}]})

    portal.script(UPSERT, twice)
    done = upload(client, people(2))
    assert [it.hubspot_id for it in done.outcomes] == ["1000", "1001"]
    assert (done.report.strangers, done.report.created) == (strangers, 2)


def test_two_inputs_that_are_one_contact_are_both_acknowledged(portal: ScriptedPortal, client: HubSpotClient) -> None:
    upserts = [person("first@example.com"), person("second@example.com")]
    held = {**upserts[0].properties, "hs_additional_emails": "second@example.com"}
    result = {"id": "42", "new": False, "properties": {"email": "first@example.com"}}
    portal.script(UPSERT, Reply(200, {"results": [result, result]}))
    portal.always("/batch/read", lambda _: Reply(200, {"results": [{"id": "42", "properties": held}]}))
    done = upload(client, upserts)
    assert done.is_complete(upserts)
    assert [(it.kind, it.hubspot_id) for it in done.outcomes] == [("updated", "42")] * 2


@pytest.mark.parametrize("known_by", ["hs_additional_emails", "trace", "reading back"])
def test_a_contact_known_by_a_secondary_email_is_not_lost(
    portal: ScriptedPortal, client: HubSpotClient, known_by: str
) -> None:
    upserts = [person("second@example.com")]
    held = {
        **upserts[0].properties,
        "email": "first@example.com",
        "hs_additional_emails": "third@example.com;second@example.com",
    }

    def merged(body: dict[str, Any]) -> Reply:
        result: dict[str, Any] = {"id": "42", "new": False, "properties": {"email": "first@example.com"}}
        if known_by == "hs_additional_emails":
            result["properties"] = held
        elif known_by == "trace":
            result["objectWriteTraceId"] = body["inputs"][0]["objectWriteTraceId"]
        return Reply(200, {"results": [result]})

    portal.script(UPSERT, merged)
    portal.always("/batch/read", lambda _: Reply(200, {"results": [{"id": "42", "properties": held}]}))
    done = upload(client, upserts)
    assert (done.outcomes[0].kind, done.outcomes[0].hubspot_id) == ("updated", "42")
    assert len(portal.reads) == (known_by == "reading back")
    assert done.report.sums_close


def blaming(portal: ScriptedPortal, *culprits: str, status: int) -> Any:
    """Refuse every batch with a culprit in it, whole and without saying whose fault it is."""

    def answer(body: dict[str, Any]) -> Reply:
        if any(it["id"] in culprits for it in body["inputs"]):
            return refusal(status, "CONFLICT" if status == 409 else "VALIDATION_ERROR", "somebody is wrong")
        return portal.upsert(body)

    return answer


@pytest.mark.parametrize("place", [0, 1, 37, 49, 50, 63, 98, 99])
@pytest.mark.parametrize("status", [400, 409, 413])
def test_one_culprit_in_a_batch_that_is_refused_whole_costs_at_most_14_calls_more(
    portal: ScriptedPortal, client: HubSpotClient, status: int, place: int
) -> None:
    portal.always(UPSERT, blaming(portal, f"person{place}@example.com", status=status))
    upserts = people(1000)
    done = upload(client, upserts)
    assert done.is_complete(upserts)
    (bad,) = done.of("refused")
    assert (bad.email, bad.message) == (f"person{place}@example.com", "somebody is wrong")
    assert done.report.created == 999
    assert len(portal.upserts) <= 10 + 14


def test_a_conflict_that_has_passed_by_the_end_of_the_run_is_written_then(
    portal: ScriptedPortal, client: HubSpotClient
) -> None:
    refusals = 0

    def conflict_for_a_while(body: dict[str, Any]) -> Reply:
        nonlocal refusals
        if any(it["id"] == "person3@example.com" for it in body["inputs"]) and refusals < 4:
            refusals += 1
            return refusal(409, "CONFLICT")
        return portal.upsert(body)

    portal.always(UPSERT, conflict_for_a_while)
    upserts = people(10)
    done = upload(client, upserts)
    assert done.is_complete(upserts)
    assert done.report.created == 10
    assert sorted(portal.upserts[-2:]) == [["person3@example.com"], ["person4@example.com"]]


def test_a_conflict_under_207_is_tried_once_more_alone_at_the_end(
    portal: ScriptedPortal, client: HubSpotClient
) -> None:
    portal.script(UPSERT, partial(portal, [error_for("2", category="CONFLICT")], but=(1,)), refusal(409, "CONFLICT"))
    upserts = people(3)
    done = upload(client, upserts)
    assert done.is_complete(upserts)
    assert portal.upserts[1:] == [[upserts[1].email]]
    assert (done.one(upserts[1].email).kind, done.one(upserts[1].email).attempts) == ("refused", 2)


@pytest.mark.parametrize("code", ["PROPERTY_DOESNT_EXIST", "READ_ONLY_VALUE"])
@pytest.mark.parametrize("status", [400, 207])
def test_a_fault_of_the_mapping_stops_the_run_instead_of_blaming_contacts(
    portal: ScriptedPortal, client: HubSpotClient, code: str, status: int
) -> None:
    words = f'Property values were not valid: [{{"isValid":false,"message":"m","error":"{code}","name":"mrr"}}]'

    def answer(body: dict[str, Any]) -> Reply:
        if status == 400:
            return refusal(400, message=words)
        return Reply(
            207,
            {"results": [], "errors": [error_for(it["objectWriteTraceId"], message=words) for it in body["inputs"]]},
        )

    portal.always(UPSERT, answer)
    done = upload(client, people(10))
    assert done.report.stopped is not None
    assert f"mrr ({code})" in str(done.report.stopped)
    assert {(it.kind, it.category) for it in done.outcomes} == {("unsent", "mapping_refused")}
    assert len(portal.upserts) == 1


def test_when_every_contact_is_refused_the_run_stops(portal: ScriptedPortal, client: HubSpotClient) -> None:
    portal.always(UPSERT, lambda _: refusal(400, "SOME_RULE"))
    done = upload(client, iter(people(5000)))
    assert type(done.report.stopped).__name__ == "EverythingRefusedError"
    assert done.report.refused >= 100
    assert len(portal.upserts) < 800
    assert done.report.contacts == len(done.outcomes) < 5000


RETRIED = {
    "429 burst": Reply(429, {"policyName": "TEN_SECONDLY_ROLLING"}),
    "429 with Retry-After": Reply(429, {"policyName": "TEN_SECONDLY_ROLLING"}, {"Retry-After": "0.01"}),
    "423": Reply(423, {"message": "locked"}),
    "477": Reply(477, {}, {"Retry-After": "0"}),
    "408": Reply(408, {}),
    "500": Reply(500, {"message": "internal error"}),
    "502 with a page": Reply(502, b"<html>bad gateway</html>"),
    "503": Reply(503, b"", {"Retry-After": "0"}),
    "504": Reply(504, b""),
    "521": Reply(521, b""),
    "524": Reply(524, b"<html>"),
    "a reset": Reply(0),
    "200 with half a document": Reply(200, b'{"results": [{"id": "1'),
    "200 with a page": Reply(200, b"<html>Sign in</html>"),
}


@pytest.mark.parametrize("reply", RETRIED.values(), ids=RETRIED)
def test_what_may_pass_is_sent_again(portal: ScriptedPortal, client: HubSpotClient, reply: Reply) -> None:
    portal.script(UPSERT, reply, reply)
    upserts = people(3)
    done = upload(client, upserts)
    assert done.is_complete(upserts)
    assert (done.report.created, done.report.write_calls, done.report.retries) == (3, 3, 2)
    assert {it.attempts for it in done.outcomes} == {3}


def test_a_reset_after_the_write_is_replayed_and_counts_once(portal: ScriptedPortal, client: HubSpotClient) -> None:
    def write_and_reset(body: dict[str, Any]) -> Reply:
        portal.upsert(body)
        return Reply(0)

    portal.script(UPSERT, write_and_reset)
    upserts = people(3)
    done = upload(client, upserts)
    assert done.is_complete(upserts)
    assert done.report.updated == 3
    assert len(portal.contacts) == 3


def test_one_contact_that_makes_the_portal_fail_costs_no_other(portal: ScriptedPortal, client: HubSpotClient) -> None:
    def choke(body: dict[str, Any]) -> Reply:
        poison = any(it["id"] == "person17@example.com" for it in body["inputs"])
        return Reply(500, {}) if poison else portal.upsert(body)

    portal.always(UPSERT, choke)
    upserts = people(100)
    done = upload(client, upserts)
    assert done.is_complete(upserts)
    (left,) = done.of("unsent")
    assert (left.email, left.category) == ("person17@example.com", "portal_failing")
    assert done.report.acknowledged == 99


STOPS = {
    "daily": (refusal(429, message="", policyName="DAILY"), "DailyLimitError", "resets at midnight"),
    "401": (refusal(401, "EXPIRED_AUTHENTICATION"), "ForbiddenError", "HUBSPOT_ACCESS_TOKEN"),
    "403": (
        refusal(
            403, "MISSING_SCOPES", errors=[{"context": {"requiredGranularScopes": ["crm.objects.contacts.write"]}}]
        ),
        "ForbiddenError",
        "crm.objects.contacts.write",
    ),
    "404": (refusal(404, "OBJECT_NOT_FOUND"), "UnknownAnswerError", "HUBSPOT_API_VERSION"),
    "477 for a day": (Reply(477, {}, {"Retry-After": "86400"}), "PortalFailingError", "86400 s"),
    "a redirect": (Reply(302, {}, {"Location": "https://example.com/"}), "UnknownAnswerError", "HTTP 302"),
    "526": (Reply(526, b""), "NotReachableError", "HTTP 526"),
}


@pytest.mark.parametrize(("reply", "error", "words"), STOPS.values(), ids=STOPS)
def test_what_cannot_pass_stops_the_run_at_once(
    portal: ScriptedPortal, client: HubSpotClient, reply: Reply, error: str, words: str
) -> None:
    portal.always(UPSERT, lambda _: reply)
    pulled = 0

    def many() -> Any:
        nonlocal pulled
        for it in people(100_000):
            pulled += 1
            yield it

    done = upload(client, many())
    assert type(done.report.stopped).__name__ == error
    assert words in str(done.report.stopped)
    assert "\n" not in str(done.report.stopped)
    assert {it.kind for it in done.outcomes} == {"unsent"}
    assert len(done.outcomes) == pulled < 10_000
    assert len(portal.upserts) <= 8


def test_a_portal_that_keeps_failing_ends_the_run_with_the_rest_unsent(
    portal: ScriptedPortal, client: HubSpotClient
) -> None:
    portal.always(UPSERT, lambda _: Reply(503, b""))
    done = upload(client, iter(people(100_000)))
    assert type(done.report.stopped).__name__ == "PortalFailingError"
    assert {it.kind for it in done.outcomes} == {"unsent"}
    assert done.report.contacts < 10_000
    assert len(portal.upserts) < 30


def test_a_portal_that_throttles_for_ever_ends_the_run(portal: ScriptedPortal) -> None:
    portal.always(UPSERT, lambda _: Reply(429, {"policyName": "TEN_SECONDLY_ROLLING"}))
    with client_of(portal.base_url, replace(IMPATIENT, longest_quiet=0.3)) as client:
        done = upload(client, people(5))
    assert type(done.report.stopped).__name__ == "PortalFailingError"
    assert {it.kind for it in done.outcomes} == {"unsent"}


def test_after_an_outage_the_upload_goes_on_by_itself(portal: ScriptedPortal) -> None:
    portal.script(UPSERT, *[Reply(503, b"")] * 12)
    upserts = people(2000)
    with client_of(portal.base_url, replace(IMPATIENT, probes=20, tries=30)) as client:
        done = upload(client, upserts)
    assert done.is_complete(upserts)
    assert done.report.created == 2000
    assert len(portal.upserts) == 20 + 12


def test_an_answer_that_does_not_come_is_asked_for_again(portal: ScriptedPortal) -> None:
    def late(body: dict[str, Any]) -> Reply:
        reply = portal.upsert(body)
        # Outside the portal's lock, so that it can answer the next call meanwhile.
        return reply._replace(headers={"X-Test-Sleep": "1"})

    portal.script(UPSERT, late)
    upserts = people(3)
    with client_of(portal.base_url, timeouts=Timeouts(2, 0.2, 5)) as client:
        done = upload(client, upserts)
    assert done.is_complete(upserts)
    assert (done.report.updated, len(portal.upserts)) == (3, 2)


def test_a_reading_back_that_is_refused_leaves_only_its_culprit_unsent(
    portal: ScriptedPortal, client: HubSpotClient
) -> None:
    def silent(body: dict[str, Any]) -> Reply:
        portal.upsert(body)
        return Reply(200, {"results": []})

    def choosy(body: dict[str, Any]) -> Reply:
        return refusal(400) if {"id": "person1@example.com"} in body["inputs"] else portal.read(body)

    portal.script(UPSERT, silent)
    portal.always("/batch/read", choosy)
    upserts = people(4)
    done = upload(client, upserts)
    assert done.is_complete(upserts)
    assert [it.email for it in done.of("unsent")] == ["person1@example.com"]
    assert done.report.read_back == 3


def test_a_reading_back_that_fails_is_tried_again(portal: ScriptedPortal, client: HubSpotClient) -> None:
    def silent(body: dict[str, Any]) -> Reply:
        portal.upsert(body)
        return Reply(200, {"results": []})

    portal.script(UPSERT, silent)
    portal.script("/batch/read", Reply(503, b""), Reply(200, {"results": "what"}), Reply(429, {}, {"Retry-After": "0"}))
    upserts = people(4)
    done = upload(client, upserts)
    assert done.is_complete(upserts)
    assert (done.report.read_back, len(portal.reads), len(portal.upserts)) == (4, 4, 1)


def test_being_throttled_now_and_then_does_not_end_a_long_upload(portal: ScriptedPortal) -> None:
    def now_and_then(body: dict[str, Any]) -> Reply:
        if len(portal.upserts) % 2:
            return Reply(429, {"policyName": "TEN_SECONDLY_ROLLING"}, {"Retry-After": "0.05"})
        return portal.upsert(body)

    portal.always(UPSERT, now_and_then)
    upserts = people(5_000)
    with client_of(portal.base_url, replace(IMPATIENT, longest_quiet=0.3)) as client:
        done = upload(client, upserts)
    assert done.is_complete(upserts)
    assert done.report.stopped is None
