"""What each 2xx means for each input, on a portal whose answers are written down."""

from typing import Any

import pytest

from hubsync_assets.hubspot.client import HubSpotClient
from hubsync_assets_tests.hubspot.scripted import UPSERT, Reply, ScriptedPortal, error_for, partial, refusal
from hubsync_assets_tests.hubspot.upload import people, person, upload


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
    assert (bad.email, bad.category, bad.attempts) == (upserts[2].email, "VALIDATION_ERROR", 1)
    assert "does not take this contact (VALIDATION_ERROR): why;" in str(bad.message)
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


def test_what_else_stands_in_an_errors_context_blames_no_other_input(
    portal: ScriptedPortal, client: HubSpotClient
) -> None:
    """The id of the record that a conflict is with may be another input's trace id, and its email another input's."""
    upserts = people(60)
    error = error_for("7", category="CONFLICT")
    error["context"] |= {"existingId": ["51"], "existingEmail": [upserts[20].email]}
    portal.script(UPSERT, partial(portal, [error], but=(6,)), refusal(409, "CONFLICT"))
    done = upload(client, upserts)
    assert done.is_complete(upserts)
    assert [it.email for it in done.of("refused")] == [upserts[6].email]
    assert done.report.created == 59
    assert not portal.reads


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
