"""What follows when HubSpot refuses a batch whole, or a property, on a portal whose answers are written down."""

from typing import Any

import pytest

from hubsync_assets.hubspot.batches import Item
from hubsync_assets.hubspot.client import HubSpotClient
from hubsync_assets.hubspot.jobs import Job
from hubsync_assets.hubspot.report import WriteReport
from hubsync_assets.hubspot.response import Response
from hubsync_assets.hubspot.settling import settle_refusal
from hubsync_assets_tests.hubspot.scripted import UPSERT, Reply, ScriptedPortal, error_for, partial, refusal
from hubsync_assets_tests.hubspot.upload import people, upload


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
    assert bad.email == f"person{place}@example.com"
    assert ("another one has its email" if status == 409 else "somebody is wrong") in str(bad.message)
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


@pytest.mark.parametrize(
    ("category", "code", "kept"),
    [
        ("VALIDATION_ERROR", "CONFLICTING_UNIQUE_VALUE", "CONFLICTING_UNIQUE_VALUE"),
        ("CONFLICT", "ANY_CODE", "CONFLICT"),
        ("OBJECT_ALREADY_EXISTS", "ANY_CODE", "OBJECT_ALREADY_EXISTS"),
    ],
)
def test_a_clash_is_a_conflict_however_hubspot_words_it(
    portal: ScriptedPortal, client: HubSpotClient, category: str, code: str, kept: str
) -> None:
    error = error_for("2", category=category)
    error["errors"] = [{"code": code, "message": "", "context": {"propertyName": ["email"]}}]
    portal.script(UPSERT, partial(portal, [error], but=(1,)), Reply(207, {"results": [], "errors": [error]}))
    upserts = people(3)
    done = upload(client, upserts)
    assert done.is_complete(upserts)
    assert portal.upserts[1:] == [[upserts[1].email]]
    assert (done.one(upserts[1].email).category, done.one(upserts[1].email).attempts) == (kept, 2)


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


def test_bad_contacts_that_are_scattered_among_good_ones_do_not_stop_the_run(
    portal: ScriptedPortal, client: HubSpotClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """More are refused than would end the run in a row, but contacts are taken in between."""
    monkeypatch.setattr("hubsync_assets.hubspot.sender.REFUSED_IN_A_ROW", 10)
    upserts = people(1000)
    bad = [upsert.email for upsert in upserts[::40]]
    portal.always(UPSERT, blaming(portal, *bad, status=400))
    done = upload(client, upserts)
    assert done.report.stopped is None
    assert sorted(outcome.email for outcome in done.of("refused")) == sorted(bad)
    assert done.report.created == len(upserts) - len(bad)


@pytest.mark.parametrize(("last", "refused_whole"), [(False, 1), (True, 0)])
def test_a_try_alone_at_the_end_of_the_run_is_no_sign_that_everything_is_refused(
    last: bool, refused_whole: int
) -> None:
    (upsert,) = people(1)
    job = Job("write", [Item(upsert, "1", sends=2, last=last)])
    settlement = settle_refusal(job, Response(400, body={"category": "VALIDATION_ERROR"}), WriteReport())
    assert [outcome.kind for outcome in settlement.outcomes] == ["refused"]
    assert settlement.refused_whole == refused_whole
