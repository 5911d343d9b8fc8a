"""What the writer's tests share: contacts to send, a client that waits for nothing, and an upload that keeps what it was told."""

import json
import random
import urllib.request
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from hubsync_assets.emulator import HubSpotEmulator
from hubsync_assets.hubspot.client import HubSpotClient
from hubsync_assets.hubspot.report import WriteReport
from hubsync_assets.hubspot.retry import RetryPolicy
from hubsync_assets.hubspot.transport import Timeouts
from hubsync_assets.hubspot.tuning import Tuning
from hubsync_assets.hubspot.values import Outcome, Upsert
from hubsync_assets.hubspot.writer import Writer
from hubsync_assets_tests.hubspot.scripted import ScriptedPortal
from hubsync_assets_tests.shipped import MAPPING

TOKEN = "pat-test-5d1b9f"
IMPATIENT = RetryPolicy(base=0.002, cap=0.05, lock=0.01, longest_move=0.5, failures=8, probes=3, longest_quiet=5.0)


UNLIMITED = {"x-hubspot-ratelimit-max": "2000", "x-hubspot-ratelimit-interval-milliseconds": "20"}


def client_of(
    base_url: str, policy: RetryPolicy = IMPATIENT, timeouts: Timeouts | None = None, **options: Any
) -> HubSpotClient:
    """A client that knows already that the portal's limit is out of reach."""
    timeouts = timeouts or Timeouts(connect=2, read=2, total=3)
    tuning = Tuning(max_in_flight=8, policy=policy, timeouts=timeouts, chance=random.Random(7))
    client = HubSpotClient(base_url, TOKEN, tuning=tuning, **options)
    client.pacer.learn(UNLIMITED)
    return client


def people(count: int, first: int = 0) -> list[Upsert]:
    return [person(f"person{number}@example.com", number) for number in range(first, first + count)]


def person(email: str, number: int = 1) -> Upsert:
    return Upsert(
        email, {"email": email, "firstname": "Ana", "lastname": f"Number {number}", "company_size": str(number)}
    )


def update(email: str, hubspot_id: str, number: int = 1) -> Upsert:
    """As the plan makes it for a record that it knows: without the email among the properties."""
    known = dict(person(email, number).properties)
    del known["email"]
    return Upsert(email, known, hubspot_id)


def seeded(hubspot: HubSpotEmulator, count: int, first: int = 0) -> list[Upsert]:
    """Updates of contacts that are there, with other values than they have."""
    there = people(count, first)
    ids = hubspot.seed(dict(it.properties) for it in there)
    return [
        update(it.email, identity, 9_000 + place) for place, (it, identity) in enumerate(zip(there, ids, strict=True))
    ]


def known(portal: ScriptedPortal, count: int) -> list[Upsert]:
    """The same on a portal whose answers are written down."""
    for number in range(count):
        portal.contacts[f"person{number}@example.com"] = {
            "id": f"{7000 + number}",
            "email": f"person{number}@example.com",
        }
    return [update(email, it["id"], 9_000) for email, it in portal.contacts.items()]


def post(base_url: str, path: str, body: object) -> None:
    """What somebody else does in HubSpot meanwhile: archive, erase, merge."""
    headers = {"Authorization": "Bearer pat-somebody-else", "Content-Type": "application/json"}
    address = f"{base_url}/crm/v3/objects/contacts/{path}"
    request = urllib.request.Request(address, json.dumps(body).encode(), headers)
    with urllib.request.urlopen(request, timeout=10) as answer:
        assert answer.status < 300


@dataclass
class Upload:
    report: WriteReport
    outcomes: list[Outcome]
    batches: list[int] = field(default_factory=list)

    def of(self, kind: str) -> list[Outcome]:
        return [it for it in self.outcomes if it.kind == kind]

    def one(self, email: str) -> Outcome:
        (outcome,) = [it for it in self.outcomes if it.email == email]
        return outcome

    def is_complete(self, upserts: Iterable[Upsert]) -> bool:
        """Whether each upsert has exactly one outcome, and the sums close."""
        asked = sorted(it.email for it in upserts)
        told = sorted(it.email for it in self.outcomes)
        return asked == told and self.report.contacts == len(asked) and self.report.sums_close


def upload(
    client: HubSpotClient, upserts: Iterable[Upsert], check: Callable[[Upsert], Outcome | None] = lambda _: None
) -> Upload:
    outcomes: list[Outcome] = []
    batches: list[int] = []

    def keep(given: Iterable[Outcome]) -> None:
        new = list(given)
        outcomes.extend(new)
        batches.append(len(new))

    report = Writer(client, MAPPING, check=check, grace=5).write(upserts, keep)
    return Upload(report, outcomes, batches)
