"""Records that were erased, archived or merged between the plan and the write: looked for by email, and never made anew."""

from typing import Any

import pytest

from hubsync_assets.emulator import HubSpotEmulator
from hubsync_assets.hubspot.client import HubSpotClient
from hubsync_assets_tests.hubspot.scripted import UPDATE, Reply, ScriptedPortal, error_for, refusal
from hubsync_assets_tests.hubspot.upload import client_of, known, people, post, seeded, update, upload


def archive(hubspot: HubSpotEmulator, hubspot_id: str) -> None:
    post(hubspot.base_url, "batch/archive", {"inputs": [{"id": hubspot_id}]})


def erase(hubspot: HubSpotEmulator, hubspot_id: str) -> None:
    post(hubspot.base_url, "gdpr-delete", {"objectId": hubspot_id})


@pytest.mark.parametrize("take_away", [archive, erase])
@pytest.mark.parametrize("alone", [False, True])
def test_a_contact_that_was_taken_away_meanwhile_is_gone_and_is_not_made_anew(
    hubspot: HubSpotEmulator, emulated: HubSpotClient, take_away: Any, alone: bool
) -> None:
    upserts = seeded(hubspot, 1 if alone else 120)
    gone = upserts[0]
    take_away(hubspot, gone.hubspot_id)
    done = upload(emulated, upserts)
    assert done.is_complete(upserts)
    (outcome,) = done.of("gone")
    assert (outcome.email, outcome.hubspot_id, outcome.attempts) == (gone.email, None, 1)
    assert "nothing was written" in str(outcome.message)
    assert (done.report.gone, done.report.updated) == (1, len(upserts) - 1)
    assert gone.email not in {it["email"] for it in hubspot.contacts()}
    assert (len(hubspot.calls("/batch/upsert")), len(hubspot.calls("/batch/read"))) == (0, 1)


@pytest.mark.parametrize("holds", [True, False])
def test_a_contact_that_came_back_under_another_id_is_updated_only_if_it_holds_what_was_sent(
    hubspot: HubSpotEmulator, emulated: HubSpotClient, holds: bool
) -> None:
    upserts = seeded(hubspot, 3)
    archive(hubspot, str(upserts[1].hubspot_id))
    values = upserts[1].properties if holds else {"firstname": "Somebody"}
    (anew,) = hubspot.seed([{"email": upserts[1].email, **values}])
    done = upload(emulated, upserts)
    assert done.is_complete(upserts)
    outcome = done.one(upserts[1].email)
    if holds:
        assert (outcome.kind, outcome.hubspot_id, done.report.read_back) == ("updated", anew, 1)
    else:
        assert (outcome.kind, outcome.category, outcome.attempts) == ("unsent", "moved", 1)
        assert next(it for it in hubspot.contacts() if it["id"] == anew)["firstname"] == "Somebody"
    assert len(hubspot.calls(UPDATE)) == 1


@pytest.mark.parametrize("keeps", [True, False], ids=["the surviving record keeps its id", "it has a new id"])
def test_contacts_that_were_merged_meanwhile_are_planned_anew(
    hubspot: HubSpotEmulator, emulated: HubSpotClient, keeps: bool
) -> None:
    hubspot.switch(merge_keeps_primary_id=keeps)
    first, second, third = upserts = seeded(hubspot, 3)
    post(hubspot.base_url, "merge", {"primaryObjectId": first.hubspot_id, "objectIdToMerge": second.hubspot_id})
    done = upload(emulated, upserts)
    assert done.is_complete(upserts)
    moved = {it.email: it.category for it in done.of("unsent")}
    assert moved == ({second.email: "moved"} if keeps else {first.email: "moved", second.email: "moved"})
    assert done.one(third.email).kind == "updated"
    assert len(hubspot.contacts()) == 2
    assert len(hubspot.calls("/batch/upsert")) == 0


@pytest.mark.parametrize("named", ["by trace id", "by record id", "not at all", "left out"])
def test_however_hubspot_says_that_a_record_is_missing_its_contact_is_gone(
    portal: ScriptedPortal, client: HubSpotClient, named: str
) -> None:
    upserts = known(portal, 4)
    del portal.contacts[upserts[2].email]

    def answer(body: dict[str, Any]) -> Reply:
        results = portal.update(body).body["results"]
        context = {"by trace id": {"objectWriteTraceId": ["3"]}, "by record id": {"ids": ["7002"]}}.get(named, {})
        error = {**error_for(category="OBJECT_NOT_FOUND"), "context": context}
        return Reply(200, {"results": results, "errors": [] if named == "left out" else [error]})

    portal.script(UPDATE, answer)
    done = upload(client, upserts)
    assert done.is_complete(upserts)
    assert [it.email for it in done.of("gone")] == [upserts[2].email]
    assert (len(portal.updates), len(portal.reads), portal.upserts) == (1, 1, [])


def test_one_missing_record_for_which_a_call_is_refused_whole_costs_no_other(
    portal: ScriptedPortal, client: HubSpotClient
) -> None:
    upserts = known(portal, 100)
    del portal.contacts[upserts[61].email]

    def strict(body: dict[str, Any]) -> Reply:
        missing = any(it["id"] == "7061" for it in body["inputs"])
        return refusal(404, "OBJECT_NOT_FOUND") if missing else portal.update(body)

    portal.always(UPDATE, strict)
    done = upload(client, upserts)
    assert done.is_complete(upserts)
    assert [it.email for it in done.of("gone")] == [upserts[61].email]
    assert done.report.updated == 99
    assert len(portal.updates) <= 1 + 14
    assert done.report.stopped is None


@pytest.mark.parametrize("status", [404, 400])
def test_a_refusal_of_a_whole_call_says_of_one_contact_alone_that_it_is_gone(
    portal: ScriptedPortal, client: HubSpotClient, status: int
) -> None:
    portal.always(UPDATE, lambda _: refusal(status, "OBJECT_NOT_FOUND"))
    upserts = [update("nobody@example.com", "77")]
    done = upload(client, upserts)
    assert done.is_complete(upserts)
    assert (done.outcomes[0].kind, len(portal.updates), len(portal.reads)) == ("gone", 1, 1)


def test_a_path_that_does_not_exist_stops_the_run_and_nobody_is_gone(hubspot: HubSpotEmulator) -> None:
    upserts = seeded(hubspot, 5)
    hubspot.switch(api_version="2026-03")
    with client_of(hubspot.base_url, api_version="2026-09") as client:
        done = upload(client, upserts)
    assert done.is_complete(upserts)
    assert "HUBSPOT_API_VERSION" in str(done.report.stopped)
    assert {it.kind for it in done.outcomes} == {"unsent"}


def test_a_path_for_updates_that_alone_does_not_exist_blames_no_contact(
    portal: ScriptedPortal, client: HubSpotClient
) -> None:
    portal.always(UPDATE, lambda _: Reply(404, b"<html>"))
    upserts = known(portal, 50)
    done = upload(client, upserts)
    assert done.is_complete(upserts)
    assert {it.kind for it in done.outcomes} == {"unsent"}


def test_an_answer_with_nothing_in_it_makes_nobody_gone(portal: ScriptedPortal, client: HubSpotClient) -> None:
    portal.always(UPDATE, lambda _: Reply(200, {"status": "COMPLETE", "results": []}))
    upserts = [update("changed@example.com", "77"), update("address@example.com", "78")]
    done = upload(client, upserts)
    assert done.is_complete(upserts)
    assert {(it.kind, it.category, it.attempts) for it in done.outcomes} == {("unsent", "not_confirmed", 3)}


def test_a_record_that_is_said_to_be_missing_and_is_found_without_what_was_sent_is_sent_again(
    portal: ScriptedPortal, client: HubSpotClient
) -> None:
    upserts = known(portal, 2)

    def mistaken(body: dict[str, Any]) -> Reply:
        return Reply(207, {"results": [], "errors": [error_for("1", "2", category="OBJECT_NOT_FOUND")]})

    portal.script(UPDATE, mistaken)
    done = upload(client, upserts)
    assert done.is_complete(upserts)
    assert {(it.kind, it.attempts) for it in done.outcomes} == {("updated", 2)}


def test_a_record_known_by_a_secondary_address_is_read_back_by_it(
    hubspot: HubSpotEmulator, emulated: HubSpotClient
) -> None:
    (identity,) = hubspot.seed([{"email": "first@example.com", "hs_additional_emails": "second@example.com"}])
    upserts = [update("second@example.com", identity)]
    hubspot.fault("input_left_out", path=UPDATE)
    done = upload(emulated, upserts)
    assert done.is_complete(upserts)
    assert (done.outcomes[0].kind, done.outcomes[0].hubspot_id, done.report.read_back) == ("updated", identity, 1)


def test_who_is_gone_costs_upserts_by_email_nothing(portal: ScriptedPortal, client: HubSpotClient) -> None:
    upserts = [update("nobody@example.com", "77"), *people(3)]
    portal.contacts["somebody@example.com"] = {"id": "78", "email": "somebody@example.com"}
    upserts.append(update("somebody@example.com", "78"))
    done = upload(client, upserts)
    assert done.is_complete(upserts)
    assert (done.report.gone, done.report.created, done.report.updated) == (1, 3, 1)
