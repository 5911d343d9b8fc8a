"""What follows when the portal fails, throttles or is not there, on a portal whose answers are written down."""

import time
from dataclasses import replace
from typing import Any

import pytest

from hubsync_assets.hubspot.batches import Item
from hubsync_assets.hubspot.client import HubSpotClient
from hubsync_assets.hubspot.errors import WriteInterruptedError
from hubsync_assets.hubspot.report import WriteReport
from hubsync_assets.hubspot.sender import Sender
from hubsync_assets.hubspot.transport import Timeouts
from hubsync_assets_tests.hubspot.scripted import UPSERT, Reply, ScriptedPortal, refusal
from hubsync_assets_tests.hubspot.upload import IMPATIENT, client_of, people, upload
from hubsync_assets_tests.shipped import MAPPING

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


def test_no_new_batch_is_begun_while_as_many_calls_wait_for_a_retry_as_may_be_in_flight(portal: ScriptedPortal) -> None:
    """Else a portal that fails, but not often enough in a row to count as failing, would have all contacts wait in memory."""
    portal.always(UPSERT, lambda _: Reply(503, b"", {"Retry-After": "30"}))
    with client_of(portal.base_url, replace(IMPATIENT, cap=30.0, failures=1_000)) as client:
        sender = Sender(client, MAPPING, WriteReport())
        for number, upsert in enumerate(people(30)):
            sender.handover.put([Item(upsert, str(number))])
        deadline = time.monotonic() + 0.5
        while len(portal.upserts) < 30 and time.monotonic() < deadline:
            time.sleep(0.01)
        begun = len(portal.upserts)
        sender.handover.ask_stop(WriteInterruptedError("seen enough"))
        while not sender.handover.is_done:
            sender.handover.take(5)
        sender.close()
    most = client.tuning.max_in_flight
    assert most <= begun <= 2 * most


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
    with client_of(portal.base_url, replace(IMPATIENT, longest_quiet=0.6)) as client:
        done = upload(client, upserts)
    assert done.is_complete(upserts)
    assert done.report.stopped is None
