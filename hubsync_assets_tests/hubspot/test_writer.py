"""The caller's side of an upload: pulling, handing over, stopping; and the same against the emulator."""

import doctest
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import pytest

from hubsync_assets.emulator import HubSpotEmulator
from hubsync_assets.errors import PermanentError
from hubsync_assets.hubspot.batches import Item
from hubsync_assets.hubspot.client import HubSpotClient
from hubsync_assets.hubspot.errors import WriteInterruptedError
from hubsync_assets.hubspot.handover import AHEAD, Handover
from hubsync_assets.hubspot.values import Outcome, Upsert
from hubsync_assets.hubspot.writer import Progress, Writer
from hubsync_assets_tests.hubspot.scripted import Reply, ScriptedPortal
from hubsync_assets_tests.hubspot.upload import IMPATIENT, client_of, people, person, upload
from hubsync_assets_tests.shipped import MAPPING

UPSERT = "/batch/upsert"


def held(hubspot: HubSpotEmulator) -> dict[str, tuple[str, str]]:
    return {it["email"]: (it["lastname"], it["company_size"]) for it in hubspot.contacts()}


def sent(upserts: Sequence[Upsert]) -> dict[str, tuple[str, str]]:
    return {it.email: (it.properties["lastname"], it.properties["company_size"]) for it in upserts}


def test_the_writers_example_does_what_it_shows(hubspot: HubSpotEmulator) -> None:
    names = {**vars(sys.modules[Writer.__module__]), "base_url": hubspot.base_url}
    (example,) = doctest.DocTestFinder(recurse=False).find(Writer, globs=names)
    told: list[str] = []
    result = doctest.DocTestRunner().run(example, out=told.append)
    assert (result.failed, "".join(told)) == (0, "")
    assert result.attempted == 10


@pytest.mark.parametrize(("count", "calls"), [(0, 0), (1, 1), (100, 1), (101, 2), (1000, 10)])
def test_n_contacts_take_n_hundredth_calls(
    hubspot: HubSpotEmulator, emulated: HubSpotClient, count: int, calls: int
) -> None:
    upserts = people(count)
    done = upload(emulated, upserts)
    assert done.is_complete(upserts)
    assert (done.report.created, len(hubspot.write_calls())) == (count, calls)
    assert held(hubspot) == sent(upserts)


def test_the_second_time_contacts_are_updated(hubspot: HubSpotEmulator, emulated: HubSpotClient) -> None:
    upload(emulated, people(150))
    done = upload(emulated, people(200))
    assert (done.report.created, done.report.updated) == (50, 150)


def test_one_invalid_contact_in_1000_takes_10_calls_and_costs_no_other(
    hubspot: HubSpotEmulator, emulated: HubSpotClient
) -> None:
    upserts = people(1000)
    upserts[512] = person("nobody@example.notatld")
    done = upload(emulated, upserts)
    assert done.is_complete(upserts)
    assert len(hubspot.write_calls()) == 10
    (bad,) = done.of("refused")
    assert (bad.email, bad.category) == ("nobody@example.notatld", "INVALID_EMAIL")
    assert bad.message is not None
    assert len(hubspot.contacts()) == 999


FAULTS = ["burst_429", "locked_423", "error_500", "error_502", "error_503", "error_504", "error_524", "reset_before", "reset_after",
          "empty_answer", "input_left_out", "conflict_409"]  # fmt: skip


@pytest.mark.parametrize("kind", FAULTS)
def test_a_fault_of_the_portal_costs_no_contact(hubspot: HubSpotEmulator, emulated: HubSpotClient, kind: str) -> None:
    hubspot.fault(kind, times=2, path=UPSERT, **({"retry_after": 0.01} if kind == "burst_429" else {}))
    upserts = people(300)
    done = upload(emulated, upserts)
    assert done.is_complete(upserts)
    assert done.report.acknowledged == 300
    assert held(hubspot) == sent(upserts)


def test_one_conflict_is_isolated_with_14_more_calls_at_most(hubspot: HubSpotEmulator, emulated: HubSpotClient) -> None:
    hubspot.fault("conflict_409", times=-1, path=UPSERT, email="person777@example.com")
    upserts = people(1000)
    done = upload(emulated, upserts)
    assert done.is_complete(upserts)
    (bad,) = done.of("refused")
    assert (bad.email, bad.category) == ("person777@example.com", "CONFLICT")
    assert len(hubspot.write_calls()) <= 10 + 14
    assert len(hubspot.contacts()) == 999


@pytest.mark.parametrize("primary", [True, False])
def test_a_contact_known_by_its_secondary_email_is_updated(
    hubspot: HubSpotEmulator, emulated: HubSpotClient, primary: bool
) -> None:
    hubspot.switch(secondary_becomes_primary=primary)
    (identity,) = hubspot.seed([{"email": "first@example.com", "hs_additional_emails": "second@example.com"}])
    upserts = [person("second@example.com", 5)]
    done = upload(emulated, upserts)
    assert done.is_complete(upserts)
    assert (done.outcomes[0].kind, done.outcomes[0].hubspot_id) == ("updated", identity)
    assert len(hubspot.contacts()) == 1


@pytest.mark.parametrize(
    "switches", [{"multi_status_in_2026_09": False}, {"echo_trace_ids": True}, {"shuffle_results": False}]
)
def test_what_is_not_known_of_hubspot_makes_no_difference(
    hubspot: HubSpotEmulator, emulated: HubSpotClient, switches: dict[str, bool]
) -> None:
    hubspot.switch(**switches)
    upserts = [*people(120), person("bad@example.notatld")]
    done = upload(emulated, upserts)
    assert done.is_complete(upserts)
    assert (done.report.created, done.report.refused, done.report.write_calls) == (120, 1, 2)


def test_the_same_email_twice_is_sent_in_two_batches(portal: ScriptedPortal, client: HubSpotClient) -> None:
    upserts = [person("a@example.com", 1), person("b@example.com", 2), person("A@example.com", 3)]
    done = upload(client, upserts)
    assert sorted(portal.upserts) == [["A@example.com"], ["a@example.com", "b@example.com"]]
    assert len(done.outcomes) == 3


def test_every_input_has_its_own_trace_id_and_its_email_among_its_properties(
    portal: ScriptedPortal, client: HubSpotClient
) -> None:
    seen: list[dict[str, Any]] = []

    def look(body: dict[str, Any]) -> Reply:
        seen.extend(body["inputs"])
        return portal.upsert(body)

    portal.always(UPSERT, look)
    upload(client, [*people(120), Upsert("bare@example.com", {})])
    assert len({it["objectWriteTraceId"] for it in seen}) == 121
    assert all(it["idProperty"] == "email" and it["properties"]["email"] == it["id"] for it in seen)


def test_the_iterable_is_pulled_only_as_fast_as_it_is_sent(portal: ScriptedPortal, client: HubSpotClient) -> None:
    """No more is pulled than what was answered, is in flight, or fits the queue."""
    pulled = answered = furthest = 0

    def source() -> Iterator[Upsert]:
        nonlocal pulled, furthest
        for it in people(20_000):
            pulled += 1
            furthest = max(furthest, pulled - answered)
            yield it

    def count(outcomes: Sequence[Outcome]) -> None:
        nonlocal answered
        answered += len(outcomes)

    Writer(client, MAPPING).write(source(), count)
    assert answered == 20_000
    # Queued, in flight, answered and not yet taken while the next batch was pulled.
    assert furthest <= (AHEAD + 2 * client.tuning.max_in_flight + 2) * 100
    assert len(portal.upserts) == 200


def test_callbacks_run_in_the_callers_thread_and_threads_are_bounded(
    portal: ScriptedPortal, client: HubSpotClient
) -> None:
    threads: set[int] = set()
    most = 0

    def note(_: object) -> None:
        nonlocal most
        threads.add(threading.get_ident())
        most = max(most, sum(it.name.startswith("hubspot-send") for it in threading.enumerate()))

    Writer(client, MAPPING, every=0).write(people(3000), note, note)
    assert threads == {threading.get_ident()}
    assert 1 < most <= client.tuning.max_in_flight + 1


def test_no_thread_is_left_behind(portal: ScriptedPortal, client: HubSpotClient) -> None:
    upload(client, people(500))
    left = [it for it in threading.enumerate() if it.name.startswith("hubspot-send")]
    for it in left:
        it.join(5)
    assert not any(it.is_alive() for it in left)


class Trouble(Exception):
    pass


def test_a_callback_that_raises_stops_the_upload_and_is_not_called_again(
    portal: ScriptedPortal, client: HubSpotClient
) -> None:
    calls = 0

    def fail(_: object) -> None:
        nonlocal calls
        calls += 1
        raise Trouble

    portal.always(UPSERT, lambda body: portal.upsert(body)._replace(headers={"X-Test-Sleep": "0.1"}))
    with pytest.raises(Trouble):
        Writer(client, MAPPING).write(iter(people(50_000)), fail)
    assert calls == 1
    # What was in flight, and what took the place of the first answers before the callback failed.
    assert len(portal.upserts) <= 3 * client.tuning.max_in_flight


def test_a_callback_that_takes_long_holds_up_the_source(portal: ScriptedPortal, client: HubSpotClient) -> None:
    before: list[int] = []

    def slow(_: object) -> None:
        if not before:
            calls = -1
            while calls < len(portal.upserts):
                calls = len(portal.upserts)
                time.sleep(0.2)
            before.append(pulled)

    pulled = 0

    def source() -> Iterator[Upsert]:
        nonlocal pulled
        for it in people(30_000):
            pulled += 1
            yield it

    assert Writer(client, MAPPING).write(source(), slow).created == 30_000
    assert before[0] <= (2 * AHEAD + client.tuning.max_in_flight) * 100


@pytest.mark.parametrize("trouble", [Trouble, KeyboardInterrupt, SystemExit])
def test_a_source_that_breaks_off_loses_no_answer(
    portal: ScriptedPortal, client: HubSpotClient, trouble: type[BaseException]
) -> None:
    def source() -> Iterator[Upsert]:
        yield from people(950)
        raise trouble

    outcomes: list[Outcome] = []
    with pytest.raises(trouble):
        Writer(client, MAPPING).write(source(), outcomes.extend)
    written = {it.email for it in outcomes if it.kind == "created"}
    assert written == set(portal.contacts)
    assert {it.kind for it in outcomes} <= {"created", "unsent"}
    assert {it.category for it in outcomes if it.kind == "unsent"} <= {"write_interrupted"}


def test_progress_says_how_far_the_upload_is(portal: ScriptedPortal, client: HubSpotClient) -> None:
    told: list[Progress] = []
    Writer(client, MAPPING, every=0.0).write(people(1000), lambda _: None, told.append)
    contacts = [it.contacts for it in told]
    assert contacts == sorted(contacts)
    assert contacts[-1] == 1000
    assert 0 < max(it.budget_used for it in told) <= 1


def test_a_fault_in_a_thread_of_the_sender_is_raised_in_the_callers(
    portal: ScriptedPortal, client: HubSpotClient
) -> None:
    with pytest.raises(TypeError, match="serializable"):
        Writer(client, MAPPING).write([Upsert("a@example.com", {"firstname": object()})], lambda _: None)  # type: ignore[dict-item]


def test_a_small_storm_loses_nobody(hubspot: HubSpotEmulator) -> None:
    """Every kind of fault in 30 % of the calls: each contact ends in one state, and the portal holds what was acknowledged.

    A 429 names a short wait: without one the writer keeps quiet for the emulator's window, ten seconds. One call in six fails, so
    giving one up takes more tries than chance will ever use up.
    """
    kinds = ["burst_429", "locked_423", "migration_477", "error_500", "error_502", "error_503", "error_504", "error_524", "reset_before",
             "reset_after", "empty_answer", "input_left_out", "conflict_409", "latency", "slow_drip"]  # fmt: skip
    details = {
        "burst_429": {"retry_after": 0.01},
        "migration_477": {"retry_after": 0},
        "latency": {"seconds": 0.05},
        "slow_drip": {"seconds": 0.05},
    }
    hubspot.mix(dict.fromkeys(kinds, 0.3 / len(kinds)), seed=11, path="/batch/", **details)
    upserts = [*people(6000), *(person(f"bad{it}@example.notatld") for it in range(30))]
    with client_of(hubspot.base_url, replace(IMPATIENT, tries=12)) as client:
        done = upload(client, upserts)
    assert done.is_complete(upserts)
    assert done.report.stopped is None
    acknowledged = {it.email for it in done.outcomes if it.kind in {"created", "updated"}}
    good = {it.email: it for it in upserts if it.email in acknowledged}
    everything = held(hubspot)
    assert sent(list(good.values())) == {email: everything[email] for email in acknowledged}
    assert {it.category for it in done.of("refused")} <= {"INVALID_EMAIL", "CONFLICT"}
    assert len(done.of("refused")) >= 30
    assert not everything.keys() - {it.email for it in upserts}


@pytest.mark.timeout(60)
def test_ctrl_c_stops_the_upload_and_loses_no_answer(portal: ScriptedPortal, client: HubSpotClient) -> None:
    def interrupt(body: dict[str, Any]) -> Reply:
        os.kill(os.getpid(), signal.SIGINT)
        return portal.upsert(body)

    portal.script(UPSERT, portal.upsert, interrupt)
    pulled = 0

    def source() -> Iterator[Upsert]:
        nonlocal pulled
        for it in people(100_000):
            pulled += 1
            yield it

    outcomes: list[Outcome] = []
    # A shell that starts the tests in the background leaves SIGINT ignored.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt):
            Writer(client, MAPPING).write(source(), outcomes.extend)
    finally:
        signal.signal(signal.SIGINT, before)
    assert {it.email for it in outcomes if it.kind == "created"} == set(portal.contacts)
    assert len(outcomes) <= pulled < 100_000


def test_a_batch_that_comes_after_the_end_of_sending_is_unsent() -> None:
    handover = Handover(wake=lambda: None)
    handover.ask_stop(WriteInterruptedError("over"))
    handover.finish()
    handover.put([Item(person("late@example.com"), "1")])
    (outcome,) = handover.take(0)
    assert (outcome.kind, outcome.category) == ("unsent", "write_interrupted")
    assert handover.is_done


def test_when_others_use_the_same_limit_the_writer_backs_off_for_the_window_and_recovers(
    portal: ScriptedPortal,
) -> None:
    """A portal that allows 40 calls in any 0.6 s, of which somebody else makes 40 in the middle of the upload."""
    limit, window = 40, 0.6
    calls: list[float] = []
    refused: list[int] = []
    headers = {"X-HubSpot-RateLimit-Max": str(limit), "X-HubSpot-RateLimit-Interval-Milliseconds": "600"}

    def limited(body: dict[str, Any]) -> Reply:
        now = time.monotonic()
        if len(calls) == 10:
            calls.extend([now] * limit)
        if sum(at > now - window for at in calls) >= limit:
            refused.append(len(calls))
            return Reply(429, {"policyName": "TEN_SECONDLY_ROLLING"}, headers)
        calls.append(now)
        return portal.upsert(body)._replace(headers=headers)

    portal.always(UPSERT, limited)
    upserts = people(5_000)
    # The reserve keeps a busy test machine from making a 429 of its own.
    with client_of(portal.base_url, reserve=15) as client:
        client.pacer.learn({name.lower(): value for name, value in headers.items()})
        done = upload(client, upserts)
    assert done.is_complete(upserts)
    assert done.report.created == 5_000
    assert set(refused) == {10 + limit}
    assert len(refused) <= client.tuning.max_in_flight


def test_a_reserve_leaves_calls_of_each_window_to_others(hubspot: HubSpotEmulator) -> None:
    hubspot.set_limit(12)
    with client_of(hubspot.base_url, reserve=9) as client:
        client.account()
        assert client.pacer.limit == 12
        client.pacer.take()
        # A third of a window less the time since; without the reserve it would be a twelfth.
        assert 10 / 12 < client.pacer.take() < 10 / 3 * 1.05


def test_a_reserve_that_leaves_nothing_of_the_portals_limit_is_said_at_once(hubspot: HubSpotEmulator) -> None:
    hubspot.set_limit(12)
    with (
        client_of(hubspot.base_url, reserve=12) as client,
        pytest.raises(PermanentError, match="reserve of 12 calls leaves none"),
    ):
        client.account()
