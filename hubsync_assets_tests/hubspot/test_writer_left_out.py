"""A value that HubSpot refuses costs the value, not the contact: what is left out, how often, and in how many calls."""

from typing import Any

import pytest

from hubsync_assets.emulator import HubSpotEmulator
from hubsync_assets.hubspot.client import HubSpotClient
from hubsync_assets.hubspot.values import Upsert
from hubsync_assets_tests.hubspot.scripted import UPDATE, UPSERT, Reply, ScriptedPortal, error_for, refusal
from hubsync_assets_tests.hubspot.upload import known, people, person, seeded, upload


def with_size(upsert: Upsert, size: str) -> Upsert:
    return Upsert(upsert.email, {**upsert.properties, "numemployees": size}, upsert.hubspot_id)


def named(*names: str, code: str = "INVALID_OPTION") -> str:
    """HubSpot's words for values that it does not take."""
    items = ",".join(
        f'{{"isValid":false,"message":"no such thing","error":"{code}","name":"{name}"}}' for name in names
    )
    return f"Property values were not valid: [{items}]"


def refusing(portal: ScriptedPortal, serve: Any, *names: str, code: str = "INVALID_OPTION") -> Any:
    """Refuse, by trace id, each input that sends one of these properties; take the others."""

    def answer(body: dict[str, Any]) -> Reply:
        bad = [it for it in body["inputs"] if set(names) & it["properties"].keys()]
        good = [it for it in body["inputs"] if it not in bad]
        errors = [
            error_for(it["objectWriteTraceId"], message=named(*(set(names) & it["properties"].keys()), code=code))
            for it in bad
        ]
        return Reply(207, {"results": serve({"inputs": good}).body["results"], "errors": errors})

    return answer


def test_a_dropdown_that_refuses_150_of_1000_values_costs_two_calls_and_no_contact(
    hubspot: HubSpotEmulator, emulated: HubSpotClient
) -> None:
    upserts = [with_size(it, "a lot" if place % 20 < 3 else "5-25") for place, it in enumerate(people(1000))]
    done = upload(emulated, upserts)
    assert done.is_complete(upserts)
    assert (done.report.created, done.report.refused, done.report.write_calls) == (1000, 0, 12)
    assert done.report.read_calls == 0
    without = [it for it in done.outcomes if it.left_out]
    assert len(without) == 150
    assert {it.attempts for it in without} == {2}
    (value,) = without[0].left_out
    assert (value.property_name, value.category) == ("numemployees", "INVALID_OPTION")
    assert "does not take 'a lot' for numemployees" in value.message
    assert "1-5, 5-25" in value.message
    held = hubspot.contacts()
    assert sum("numemployees" in it for it in held) == 850
    assert all("company_size" in it for it in held)


def test_a_dropdown_that_refuses_150_of_1000_updates_costs_two_calls_and_no_contact(
    hubspot: HubSpotEmulator, emulated: HubSpotClient
) -> None:
    updates = [with_size(it, "a lot" if place % 20 < 3 else "5-25") for place, it in enumerate(seeded(hubspot, 1000))]
    done = upload(emulated, updates)
    assert done.is_complete(updates)
    assert (done.report.updated, done.report.refused, done.report.write_calls) == (1000, 0, 12)
    assert len(hubspot.calls(UPDATE)) == 12
    assert sum(bool(it.left_out) for it in done.outcomes) == 150


def test_creates_and_updates_without_a_value_go_where_each_belongs(
    portal: ScriptedPortal, client: HubSpotClient
) -> None:
    portal.script(UPSERT, refusing(portal, portal.upsert, "numemployees"))
    portal.script(UPDATE, refusing(portal, portal.update, "numemployees"))
    upserts = [with_size(it, "x") for it in [*known(portal, 3), *people(3, first=10)]]
    done = upload(client, upserts)
    assert done.is_complete(upserts)
    assert (done.report.created, done.report.updated) == (3, 3)
    assert [len(it) for it in portal.upserts] == [len(it) for it in portal.updates] == [3, 3]
    assert {len(it.left_out) for it in done.outcomes} == {1}


def test_hubspots_id_of_the_call_that_refused_it_is_kept_with_the_value(
    portal: ScriptedPortal, client: HubSpotClient
) -> None:
    def answer(body: dict[str, Any]) -> Reply:
        reply: Reply = refusing(portal, portal.upsert, "company_size")(body)
        return reply._replace(headers={"X-HubSpot-Correlation-Id": "c-42"})

    portal.script(UPSERT, answer)
    (outcome,) = upload(client, people(1)).outcomes
    assert [it.correlation_id for it in outcome.left_out] == ["c-42"]


@pytest.mark.parametrize("code", ["INVALID_OPTION", "ANOTHER_CODE"])
def test_it_is_tried_once_without_and_then_refused(portal: ScriptedPortal, client: HubSpotClient, code: str) -> None:
    def never_content(body: dict[str, Any]) -> Reply:
        (it,) = body["inputs"]
        worst = next(name for name in ("company_size", "lastname", "email") if name in it["properties"])
        return Reply(207, {"results": [], "errors": [error_for("1", message=named(worst, code=code))]})

    portal.always(UPSERT, never_content)
    upserts = people(1)
    done = upload(client, upserts)
    assert done.is_complete(upserts)
    (bad,) = done.of("refused")
    assert (bad.category, bad.attempts, bad.left_out) == (code, 2, ())
    assert "'Number 0' for lastname" in str(bad.message)


@pytest.mark.parametrize("names", [("email",), ("email", "company_size"), ("never_sent",), ()])
def test_an_email_is_never_left_out_nor_is_what_was_not_sent(
    portal: ScriptedPortal, client: HubSpotClient, names: tuple[str, ...]
) -> None:
    error = error_for("1", message=named(*names))
    portal.script(UPSERT, Reply(207, {"results": [], "errors": [error]}))
    upserts = people(1)
    done = upload(client, upserts)
    assert done.is_complete(upserts)
    assert (done.outcomes[0].kind, len(portal.upserts)) == ("refused", 1)


def test_an_update_of_which_nothing_would_be_left_is_refused_and_not_sent_empty(
    portal: ScriptedPortal, client: HubSpotClient
) -> None:
    portal.contacts["ana@example.com"] = {"id": "42", "email": "ana@example.com"}
    portal.always(UPDATE, refusing(portal, portal.update, "city"))
    upserts = [Upsert("ana@example.com", {"city": "x"}, "42")]
    done = upload(client, upserts)
    assert done.is_complete(upserts)
    assert (done.outcomes[0].kind, done.outcomes[0].category, len(portal.updates)) == ("refused", "INVALID_OPTION", 1)


def test_a_new_contact_may_be_left_with_its_email(portal: ScriptedPortal, client: HubSpotClient) -> None:
    portal.always(UPSERT, refusing(portal, portal.upsert, "city"))
    done = upload(client, [Upsert("ana@example.com", {"city": "x"})])
    assert (done.outcomes[0].kind, len(done.outcomes[0].left_out)) == ("created", 1)


def test_a_whole_refusal_that_names_a_value_is_halved_until_the_input_is_known(
    portal: ScriptedPortal, client: HubSpotClient
) -> None:
    def whole(body: dict[str, Any]) -> Reply:
        bad = any(it["properties"].get("company_size") == "7" for it in body["inputs"])
        return refusal(400, message=named("company_size", code="INVALID_NUMBER")) if bad else portal.upsert(body)

    portal.always(UPSERT, whole)
    upserts = people(100)
    done = upload(client, upserts)
    assert done.is_complete(upserts)
    assert done.report.created == 100
    assert [it.email for it in done.outcomes if it.left_out] == [upserts[7].email]
    assert len(portal.upserts) <= 1 + 14 + 1


def test_when_every_contact_is_refused_alone_even_without_the_value_the_run_stops(
    portal: ScriptedPortal, client: HubSpotClient
) -> None:
    portal.always(UPSERT, lambda _: refusal(400, message=named("company_size", "lastname")))
    done = upload(client, iter(people(5000)))
    assert type(done.report.stopped).__name__ == "EverythingRefusedError"
    assert done.report.sums_close
    assert len(portal.upserts) < 1_000
    assert done.report.contacts == len(done.outcomes) < 5000


def test_a_clash_of_a_unique_value_is_tried_alone_and_is_not_left_out(
    portal: ScriptedPortal, client: HubSpotClient
) -> None:
    portal.always(UPSERT, refusing(portal, portal.upsert, "company_size", code="CONFLICTING_UNIQUE_VALUE"))
    upserts = people(1)
    done = upload(client, upserts)
    assert done.is_complete(upserts)
    (bad,) = done.of("refused")
    assert (bad.category, bad.attempts, bad.left_out) == ("CONFLICTING_UNIQUE_VALUE", 2, ())


def test_a_value_that_is_refused_in_the_try_alone_after_a_conflict_is_left_out_too(
    portal: ScriptedPortal, client: HubSpotClient
) -> None:
    conflict = Reply(207, {"results": [], "errors": [error_for("1", category="CONFLICT")]})
    portal.script(UPSERT, conflict, refusing(portal, portal.upsert, "company_size"))
    upserts = people(1)
    done = upload(client, upserts)
    assert done.is_complete(upserts)
    assert (done.outcomes[0].kind, done.outcomes[0].attempts, len(done.outcomes[0].left_out)) == ("created", 3, 1)


def test_reading_back_compares_with_what_was_sent_last(portal: ScriptedPortal, client: HubSpotClient) -> None:
    def silent(body: dict[str, Any]) -> Reply:
        portal.upsert(body)
        return Reply(200, {"results": []})

    portal.script(UPSERT, refusing(portal, portal.upsert, "company_size"), silent)
    upserts = people(2)
    done = upload(client, upserts)
    assert done.is_complete(upserts)
    assert (done.report.read_back, len(portal.upserts), len(portal.reads)) == (2, 2, 1)
    assert {len(it.left_out) for it in done.outcomes} == {1}


@pytest.mark.timeout(20)
def test_what_waits_for_its_second_try_when_the_run_stops_is_unsent(
    portal: ScriptedPortal, client: HubSpotClient
) -> None:
    late = refusal(429, message="", policyName="DAILY")._replace(headers={"X-Test-Sleep": "0.2"})
    named_refusals = refusing(portal, portal.upsert, "numemployees")
    portal.always(UPSERT, lambda body: late if len(body["inputs"]) == 30 else named_refusals(body))
    upserts = [with_size(it, "x") if place < 10 else it for place, it in enumerate(people(130))]
    done = upload(client, upserts)
    assert done.is_complete(upserts)
    assert (done.report.created, len(portal.upserts)) == (90, 2)
    assert {(it.kind, it.category, it.left_out) for it in done.outcomes[90:]} == {("unsent", "daily_limit", ())}
    assert {done.one(it.email).attempts for it in upserts[:10]} == {1}


def test_two_upserts_of_one_email_do_not_meet_in_their_second_try(
    portal: ScriptedPortal, client: HubSpotClient
) -> None:
    portal.script(UPSERT, *[refusing(portal, portal.upsert, "company_size")] * 2)
    upserts = [person("a@example.com", 1), person("b@example.com", 2), person("a@example.com", 3)]
    done = upload(client, upserts)
    assert len(done.outcomes) == done.report.acknowledged == 3
    assert done.report.sums_close
    assert sorted(map(len, portal.upserts)) == [1, 1, 2, 2]
    assert all(len(set(it)) == len(it) for it in portal.upserts)
