"""How long an upload bears with a portal, what it costs to wait, and how an upload ends that is stopped."""

import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from hubsync_assets.hubspot.batches import Item
from hubsync_assets.hubspot.client import HubSpotClient
from hubsync_assets.hubspot.errors import WriteInterruptedError
from hubsync_assets.hubspot.handover import Handover
from hubsync_assets.hubspot.sender import REFUSED_IN_A_ROW, Sender
from hubsync_assets.hubspot.values import Outcome, Upsert
from hubsync_assets_tests.hubspot.scripted import UPSERT, Reply, ScriptedPortal, partial, refusal
from hubsync_assets_tests.hubspot.upload import IMPATIENT, client_of, people, person, upload

THROTTLED = Reply(429, {"policyName": "TEN_SECONDLY_ROLLING"})


@pytest.mark.parametrize("contacts", [1, 40, 100])
def test_a_small_upload_bears_an_outage_as_long_as_a_large_one(
    portal: ScriptedPortal, client: HubSpotClient, contacts: int
) -> None:
    """One batch fails as often in a row as the breaker and its probes allow, not only as often as one call is tried."""
    # The failure that opens the breaker is its first probe, the last probe the one that ends the run.
    allowed = IMPATIENT.failures + IMPATIENT.probes - 2
    assert allowed > IMPATIENT.tries
    portal.script(UPSERT, *[Reply(503, b"")] * allowed)
    upserts = people(contacts)
    done = upload(client, upserts)
    assert done.is_complete(upserts)
    assert done.report.created == contacts


def test_an_outage_that_lasts_stops_a_small_upload_and_says_so(portal: ScriptedPortal, client: HubSpotClient) -> None:
    portal.always(UPSERT, lambda _: Reply(503, b""))
    upserts = people(40)
    done = upload(client, upserts)
    assert type(done.report.stopped).__name__ == "PortalFailingError"
    assert {it.kind for it in done.outcomes} == {"unsent"}
    assert done.is_complete(upserts)
    assert len(portal.upserts) <= IMPATIENT.failures + IMPATIENT.probes + client.tuning.max_in_flight


def test_a_stopped_upload_sleeps_while_it_waits_for_the_answers_in_flight(
    portal: ScriptedPortal, client: HubSpotClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = 0
    look = Sender._send_what_may_go

    def counted(sender: Sender) -> float:
        nonlocal looks
        looks += 1
        return look(sender)

    monkeypatch.setattr(Sender, "_send_what_may_go", counted)
    slow = {"X-Test-Sleep": "1"}
    portal.script(UPSERT, lambda body: portal.upsert(body)._replace(headers=slow), Reply(429, {"policyName": "DAILY"}))
    upserts = people(200)
    done = upload(client, upserts)
    assert done.is_complete(upserts)
    assert {it.kind for it in done.outcomes} == {"created", "unsent"}
    assert looks < 100


def test_being_asked_to_wait_for_no_time_is_not_asking_again_at_once(portal: ScriptedPortal) -> None:
    portal.headers = {"X-HubSpot-RateLimit-Max": "100", "X-HubSpot-RateLimit-Interval-Milliseconds": "300"}
    portal.always(UPSERT, lambda _: THROTTLED._replace(headers={"Retry-After": "0"}))
    with client_of(portal.base_url, replace(IMPATIENT, longest_quiet=1.0)) as client:
        done = upload(client, people(3))
    assert type(done.report.stopped).__name__ == "PortalFailingError"
    assert len(portal.upserts) <= 8


def test_reads_bear_being_throttled_for_longer_than_they_bear_failures(
    portal: ScriptedPortal, client: HubSpotClient
) -> None:
    portal.contacts["a@example.com"] = {"id": "1", "email": "a@example.com"}
    portal.script("/batch/read", *[THROTTLED._replace(headers={"Retry-After": "0.01"})] * (3 * IMPATIENT.tries))
    assert client.read_contacts(["a@example.com"], ["firstname"]).found[0].id == "1"


def test_reads_that_are_throttled_for_ever_come_to_an_end(portal: ScriptedPortal) -> None:
    portal.always("/batch/read", lambda _: THROTTLED._replace(headers={"Retry-After": "0.01"}))
    with (
        client_of(portal.base_url, replace(IMPATIENT, longest_quiet=0.2)) as client,
        pytest.raises(Exception, match="calls in a row"),
    ):
        client.read_contacts(["a@example.com"], ["firstname"])


@pytest.mark.parametrize("first_answer", ["409 for the batch", "207 for each"])
def test_many_conflicts_are_not_taken_for_a_portal_that_refuses_everything(
    portal: ScriptedPortal, client: HubSpotClient, first_answer: str
) -> None:
    upserts = people(1_000)
    clashing = {it.email for it in upserts[300 : 310 + REFUSED_IN_A_ROW]}

    def answer(body: dict[str, Any]) -> Reply:
        bad = {place: it for place, it in enumerate(body["inputs"]) if it["id"] in clashing}
        if not bad:
            return portal.upsert(body)
        if first_answer == "409 for the batch" or len(body["inputs"]) == 1:
            return refusal(409, "CONFLICT")
        errors = [
            {"category": "CONFLICT", "message": "", "context": {"objectWriteTraceId": [it["objectWriteTraceId"]]}}
            for it in bad.values()
        ]
        reply: Reply = partial(portal, errors, but=tuple(bad))(body)
        return reply

    portal.always(UPSERT, answer)
    done = upload(client, upserts)
    assert done.report.stopped is None
    assert {it.email for it in done.of("refused")} == clashing
    assert done.report.created == len(upserts) - len(clashing)


def test_what_was_pulled_for_a_batch_that_was_never_full_is_unsent_when_the_run_stops(
    portal: ScriptedPortal, client: HubSpotClient
) -> None:
    portal.always(UPSERT, lambda _: Reply(429, {"policyName": "DAILY"}))
    pulled: list[Upsert] = []

    def source() -> Iterator[Upsert]:
        for it in people(150):
            pulled.append(it)
            yield it
        deadline = time.monotonic() + 5
        while not portal.upserts and time.monotonic() < deadline:
            time.sleep(0.01)
        time.sleep(0.2)
        last = person("not-sendable@example.com")
        pulled.append(last)
        yield last
        pulled.extend(people(1, first=1_000))
        yield pulled[-1]

    def check(upsert: Upsert) -> Outcome | None:
        return Outcome(upsert.email, "refused", category="not_sendable") if upsert.email.startswith("not") else None

    done = upload(client, source(), check)
    assert done.is_complete(pulled)


def test_a_batch_that_comes_while_sending_ends_is_unsent() -> None:
    handover = Handover(wake=lambda: None)
    handover.ask_stop(WriteInterruptedError("over"))
    assert handover.is_fed
    handover.put([Item(person("late@example.com"), "1")])
    handover.finish()
    assert [it.kind for it in handover.take(0)] == ["unsent"]
    assert handover.is_done


@pytest.mark.timeout(60)
def test_the_process_ends_without_the_answers_that_an_interrupted_upload_does_not_wait_for(
    portal: ScriptedPortal,
) -> None:
    portal.always(UPSERT, lambda body: portal.upsert(body)._replace(headers={"X-Test-Sleep": "30"}))
    script = f"""
import time
from hubsync_assets.hubspot.client import HubSpotClient
from hubsync_assets.hubspot.writer import Writer
from hubsync_assets_tests.hubspot.upload import people
from hubsync_assets_tests.shipped import MAPPING

def source():
    yield from people(100)
    time.sleep(0.5)
    raise KeyboardInterrupt

try:
    Writer(HubSpotClient({portal.base_url!r}, "token"), MAPPING, grace=0.5).write(source(), lambda _: None)
except KeyboardInterrupt:
    print("interrupted")
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=25, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "interrupted\n", "")
    assert len(portal.upserts) == 1
