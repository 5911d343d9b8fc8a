"""Contacts whose record is known are updated by its id: what is sent, in which calls, and whose the results are."""

from collections.abc import Iterator
from typing import Any

import pytest

from hubsync_assets.emulator import HubSpotEmulator
from hubsync_assets.hubspot.batches import Batches
from hubsync_assets.hubspot.client import HubSpotClient
from hubsync_assets.hubspot.values import Outcome, Upsert
from hubsync_assets_tests.hubspot.scripted import (
    UPDATE,
    UPSERT,
    Reply,
    ScriptedPortal,
    error_for,
    partial,
    refusal,
)
from hubsync_assets_tests.hubspot.upload import known, people, person, seeded, update, upload


def mixed(*lists: list[Upsert]) -> list[Upsert]:
    return [it for row in zip(*lists, strict=True) for it in row]


def test_250_creates_and_250_updates_in_turn_take_6_write_calls(
    hubspot: HubSpotEmulator, emulated: HubSpotClient
) -> None:
    upserts = mixed(seeded(hubspot, 250), people(250, first=250))
    done = upload(emulated, upserts)
    assert done.is_complete(upserts)
    assert (done.report.created, done.report.updated, done.report.write_calls) == (250, 250, 6)
    assert [len(hubspot.calls(path)) for path in (UPSERT, UPDATE, "/batch/read")] == [3, 3, 0]
    held = {it["email"]: it["company_size"] for it in hubspot.contacts()}
    assert held == {it.email: it.properties["company_size"] for it in upserts}
    ids = {it["email"]: it["id"] for it in hubspot.contacts()}
    assert {it.email: it.hubspot_id for it in done.outcomes} == ids


def test_an_update_carries_the_record_id_a_trace_id_and_no_email(portal: ScriptedPortal, client: HubSpotClient) -> None:
    seen: list[dict[str, Any]] = []

    def look(body: dict[str, Any]) -> Reply:
        seen.extend(body["inputs"])
        return portal.update(body)

    portal.always(UPDATE, look)
    (plain,) = known(portal, 1)
    portal.contacts["other@example.com"] = {"id": "42", "email": "other@example.com"}
    with_email = Upsert("other@example.com", {"email": "other@example.com", "firstname": "Ana"}, "42")
    done = upload(client, [plain, with_email])
    assert done.is_complete([plain, with_email])
    assert seen == [
        {"id": "7000", "objectWriteTraceId": "1", "properties": dict(plain.properties)},
        {"id": "42", "objectWriteTraceId": "2", "properties": {"firstname": "Ana"}},
    ]
    assert portal.upserts == []


@pytest.mark.parametrize(
    "switches", [{}, {"shuffle_results": False}, {"echo_trace_ids": True}, {"multi_status_in_2026_09": True}]
)
def test_an_update_by_id_changes_no_primary_address(
    hubspot: HubSpotEmulator, emulated: HubSpotClient, switches: dict[str, bool]
) -> None:
    """Where writing a secondary address would make it the primary one, an upsert by it does just that."""
    hubspot.switch(secondary_becomes_primary=True, **switches)
    there = [
        {
            "email": f"first{number}@example.com",
            "hs_additional_emails": f"second{number}@example.com",
            "firstname": "Old",
        }
        for number in range(120)
    ]
    ids = hubspot.seed(there)
    upserts = [update(f"second{number}@example.com", identity, number) for number, identity in enumerate(ids)]
    done = upload(emulated, upserts)
    assert done.is_complete(upserts)
    assert (done.report.updated, done.report.write_calls, done.report.read_calls) == (120, 2, 0)
    assert [it["email"] for it in hubspot.contacts()] == [it["email"] for it in there]
    assert {it["firstname"] for it in hubspot.contacts()} == {"Ana"}
    upload(emulated, [person("second0@example.com")])
    assert hubspot.contacts()[0]["email"] == "second0@example.com"


def test_the_same_record_twice_is_sent_in_two_batches_and_so_is_the_same_email(
    portal: ScriptedPortal, client: HubSpotClient
) -> None:
    first, second, third = known(portal, 3)
    upserts = [first, second, update("else@example.com", "7000"), third, update(third.email, "7001")]
    done = upload(client, upserts)
    assert sorted(portal.updates) == [["7000", "7001"], ["7000", "7002"], ["7001"]]
    assert done.report.updated == 5


def test_creates_and_updates_keep_their_order_each_and_share_no_batch() -> None:
    upserts = mixed(people(5), [update(f"known{number}@example.com", str(number)) for number in range(5)])
    batches = list(Batches(upserts, lambda _: None, size=3))
    emails = [[it.upsert.email for it in batch] for batch in batches if isinstance(batch, list)]
    assert emails == [
        ["person0@example.com", "person1@example.com", "person2@example.com"],
        ["known0@example.com", "known1@example.com", "known2@example.com"],
        ["person3@example.com", "person4@example.com"],
        ["known3@example.com", "known4@example.com"],
    ]


def test_what_is_held_back_before_sending_has_its_outcome_between_the_batches_of_both_kinds(
    portal: ScriptedPortal, client: HubSpotClient
) -> None:
    def check(upsert: Upsert) -> Outcome | None:
        bad = upsert.email.startswith(("person1@", "person5@"))
        return Outcome(upsert.email, "refused", category="not_sendable") if bad else None

    upserts = [*known(portal, 4), *people(4, first=4)]
    done = upload(client, upserts, check)
    assert done.is_complete(upserts)
    assert (done.report.not_sendable, done.report.created, done.report.updated) == (2, 3, 3)


def test_when_the_run_stops_what_waits_in_both_open_batches_is_unsent(
    portal: ScriptedPortal, client: HubSpotClient
) -> None:
    portal.always(UPSERT, lambda _: refusal(401))
    pulled: list[str] = []

    def source() -> Iterator[Upsert]:
        for it in [*known(portal, 40), *people(100_050, first=100)]:
            pulled.append(it.email)
            yield it

    done = upload(client, source())
    assert sorted(it.email for it in done.outcomes) == sorted(pulled)
    assert {it.kind for it in done.outcomes} == {"unsent"}
    assert {it.attempts for it in done.outcomes if it.email in portal.contacts} == {0}
    assert (portal.updates, done.report.sums_close, done.report.contacts) == ([], True, len(pulled))
    assert len(pulled) < 10_000


def test_a_result_of_an_update_belongs_to_its_record_whatever_email_it_has(
    portal: ScriptedPortal, client: HubSpotClient
) -> None:
    """Addresses can have changed places since the plan was made."""
    upserts = known(portal, 2)

    def swapped(body: dict[str, Any]) -> Reply:
        results = portal.update(body).body["results"]
        for it, email in zip(results, ("person0@example.com", "person1@example.com"), strict=True):
            it["properties"] = {**it["properties"], "email": email}
        return Reply(200, {"results": results})

    portal.script(UPDATE, swapped)
    done = upload(client, upserts)
    assert done.is_complete(upserts)
    assert {it.email: it.hubspot_id for it in done.outcomes} == {it.email: it.hubspot_id for it in upserts}


def test_a_result_of_another_record_with_the_same_email_acknowledges_no_update(
    portal: ScriptedPortal, client: HubSpotClient
) -> None:
    upserts = known(portal, 2)

    def stranger(body: dict[str, Any]) -> Reply:
        mine, other = portal.update(body).body["results"]
        portal.contacts["person0@example.com"]["company_size"] = "1"
        return Reply(200, {"results": [mine, {**other, "id": "5", "properties": {"email": "person0@example.com"}}]})

    portal.script(UPDATE, stranger)
    done = upload(client, upserts)
    assert (done.report.strangers, done.report.sums_close, done.report.updated) == (1, False, 2)
    assert portal.updates == [["7000", "7001"], ["7000"]]


@pytest.mark.parametrize("known_by", ["trace", "reading back"])
def test_a_result_under_the_id_that_a_merge_gave_the_record_is_no_stranger(
    portal: ScriptedPortal, client: HubSpotClient, known_by: str
) -> None:
    (upsert,) = upserts = known(portal, 1)

    def led_on(body: dict[str, Any]) -> Reply:
        portal.contacts[upsert.email].update(body["inputs"][0]["properties"], id="8000")
        trace = {"objectWriteTraceId": "1"} if known_by == "trace" else {}
        return Reply(200, {"results": [{"id": "8000", "properties": {}, **trace}]})

    portal.script(UPDATE, led_on)
    done = upload(client, upserts)
    assert done.is_complete(upserts)
    assert (done.outcomes[0].kind, done.outcomes[0].hubspot_id) == ("updated", "8000")
    assert len(portal.reads) == (known_by == "reading back")


def test_an_update_makes_no_record_whatever_the_answer_says(portal: ScriptedPortal, client: HubSpotClient) -> None:
    portal.script(UPDATE, Reply(200, {"results": [{"id": "7000", "new": True, "properties": {}}]}))
    upserts = known(portal, 1)
    assert upload(client, upserts).one(upserts[0].email).kind == "updated"


@pytest.mark.parametrize("kind", ["error_503", "reset_after", "empty_answer", "input_left_out", "conflict_409"])
def test_a_fault_of_the_portal_costs_no_update(hubspot: HubSpotEmulator, emulated: HubSpotClient, kind: str) -> None:
    upserts = seeded(hubspot, 150)
    hubspot.fault(kind, times=2, path=UPDATE)
    done = upload(emulated, upserts)
    assert done.is_complete(upserts)
    assert done.report.updated == 150
    assert {it["email"]: it["company_size"] for it in hubspot.contacts()} == {
        it.email: it.properties["company_size"] for it in upserts
    }


def test_an_update_that_hubspot_refuses_by_name_or_whole_costs_no_other(
    portal: ScriptedPortal, client: HubSpotClient
) -> None:
    def choosy(body: dict[str, Any]) -> Reply:
        return refusal(400, "SOME_RULE") if any(it["id"] == "7003" for it in body["inputs"]) else portal.update(body)

    upserts = known(portal, 8)
    portal.script(UPDATE, lambda _: Reply(207, {"results": [], "errors": [error_for("1"), error_for("2")]}))
    portal.always(UPDATE, choosy)
    done = upload(client, upserts)
    assert done.is_complete(upserts)
    assert sorted(it.email[:7] for it in done.of("refused")) == ["person0", "person1", "person3"]
    assert done.report.updated == 5
    assert portal.upserts == []


def test_an_email_in_an_errors_context_blames_no_update(portal: ScriptedPortal, client: HubSpotClient) -> None:
    upserts = known(portal, 3)
    error = {"category": "ODD", "message": "no", "context": {"existingEmail": [upserts[1].email]}}
    portal.script(UPDATE, lambda body: Reply(207, {**portal.update(body).body, "errors": [error]}))
    done = upload(client, upserts)
    assert done.is_complete(upserts)
    assert done.report.updated == 3


def test_upserts_beside_updates_are_matched_as_ever(portal: ScriptedPortal, client: HubSpotClient) -> None:
    upserts = [*known(portal, 2), *people(3, first=10)]
    portal.script(UPSERT, partial(portal, [error_for("4")], but=(1,)))
    done = upload(client, upserts)
    assert done.is_complete(upserts)
    assert [it.email for it in done.of("refused")] == ["person11@example.com"]
