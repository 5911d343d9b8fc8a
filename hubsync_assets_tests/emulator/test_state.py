"""What an emulator remembers: snapshots, seeding, the log, many callers at once. Its file: ``test_database``."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from hubsync_assets.emulator import ControlError, HubSpotEmulator
from hubsync_assets.emulator.call_log import Call, CallLog
from hubsync_assets.emulator.database import Database
from hubsync_assets_tests.emulator.asking import Api, row


def test_refused_and_unanswered_calls_are_logged_too(tmp_path: Path) -> None:
    path = tmp_path / "portal.db"
    with HubSpotEmulator(db=path) as hubspot, Api(hubspot.base_url) as api:
        api.upsert(row("a@example.com"))
        api.upsert(row("a@example.con"))
        hubspot.set_limit(0)
        for _ in range(150):
            api.contacts("GET")

    with HubSpotEmulator(db=path) as hubspot:
        assert [it["status"] for it in hubspot.calls()] == [200, 400] + [429] * 150


def test_a_snapshot_brings_everything_back(api: Api, hubspot: HubSpotEmulator) -> None:
    api.upsert(row("a@example.com", firstname="Ana"))
    hubspot.snapshot("one")
    before = hubspot.contacts()
    api.upsert(row("a@example.com", firstname="Anna"), row("b@example.com"))
    api.define("mrr", "number", "number")

    hubspot.restore("one")

    assert hubspot.contacts() == before
    assert api.properties("GET", "/mrr").status_code == 404
    assert api.upsert(row("b@example.com")).json()["results"][0]["new"] is True
    with pytest.raises(ControlError, match="no snapshot called 'two'"):
        hubspot.restore("two")


def test_reset_leaves_an_empty_portal_with_the_same_id(api: Api, hubspot: HubSpotEmulator) -> None:
    portal, old = hubspot.portal_id, api.create(email="a@example.com")
    api.define("mrr", "number", "number")
    hubspot.fault("error_500")
    hubspot.set_limit(1)
    hubspot.switch(echo_trace_ids=True)
    hubspot.advance(1000)

    hubspot.reset()

    assert (hubspot.portal_id, hubspot.contacts(), hubspot.calls()) == (portal, [], [])
    state = hubspot.state()
    assert (state["contacts"], state["faults"], state["burst"], state["today"]) == (0, [], 100, 0)
    assert int(api.create(email="a@example.com")) > int(old)
    assert api.properties("GET", "/mrr").status_code == 404


def test_seeding_makes_and_changes_contacts_without_a_call(api: Api, hubspot: HubSpotEmulator) -> None:
    (one,) = hubspot.seed([{"email": "A@example.com", "firstname": "Ana", "company_size": 3}])
    (same, other) = hubspot.seed([{"email": "a@example.com", "phone": "1"}, {"firstname": "Bea"}])

    assert (one, hubspot.calls()) == (same, [])
    first, second = hubspot.contacts()
    assert first.items() >= {"id": one, "firstname": "Ana", "company_size": "3", "phone": "1"}.items()
    assert second["id"] == other
    assert api.upsert(row("a@example.com")).json()["results"][0]["id"] == one


@pytest.mark.parametrize(
    ("contact", "words"),
    [
        ({"email": "b@example.con"}, "INVALID|invalid"),
        ({"email": "b@example.com", "nonsense": "1"}, "does not exist"),
        ({"phone": "1"}, "required"),
        ({"firstname": "x", "hs_additional_emails": "a@example.com"}, "another contact"),
        ({"firstname": "x", "hs_additional_emails": "b@example.com;nonsense"}, "invalid"),
        ({"firstname": "x", "hs_object_id": "1"}, "read only"),
    ],
)
def test_what_can_not_be_seeded_leaves_no_trace(
    hubspot: HubSpotEmulator, contact: dict[str, object], words: str
) -> None:
    hubspot.seed([{"email": "a@example.com"}])

    with pytest.raises(ControlError, match=words):
        hubspot.seed([{"email": "c@example.com"}, contact])

    assert [it["email"] for it in hubspot.contacts()] == ["a@example.com"]


def test_a_call_is_logged_with_its_numbers(api: Api, hubspot: HubSpotEmulator) -> None:
    api.upsert(row("a@example.com", "1"), row("b@example.con", "2"))
    api.contacts("GET", idProperty="secret")

    write, read = hubspot.calls()
    assert (write["method"], write["path"]) == ("POST", "/crm/v3/objects/contacts/batch/upsert")
    assert (write["status"], write["inputs"], write["results"], write["errors"]) == (207, 2, 1, 1)
    assert 0 < write["own_ms"] <= (write["finished"] - write["started"]) * 1000 + 1
    assert "secret" not in str(read)
    assert read["id"] == write["id"] + 1


def test_write_calls_are_those_that_write_contacts(api: Api, hubspot: HubSpotEmulator) -> None:
    identity = api.create(email="a@example.com")
    api.contacts("GET", f"/{identity}")
    api.contacts("POST", "/batch/read", {"inputs": []})
    api.search()
    api.define("mrr", "number", "number")
    api.contacts("PATCH", f"/{identity}", {"properties": {}})
    api.upsert(row("a@example.com"))
    api.contacts("DELETE", f"/{identity}")

    assert [it["method"] for it in hubspot.write_calls()] == ["POST", "PATCH", "POST", "DELETE"]


def test_the_log_keeps_the_newest_calls() -> None:
    database = Database()
    log = CallLog(database)
    for number in (1, 50_000, 150_000):
        log.add(Call(number, "GET", "/"))
    log.add(Call(151_000, "GET", "/"))

    assert [it.id for it in log.newest(10)] == [151_000, 150_000]
    database.close()


def test_few_calls_wait_to_be_written() -> None:
    database = Database()
    log = CallLog(database)
    for number in range(1, 251):
        log.add(Call(number, "GET", "/"))

    (written,) = database.connection.execute("SELECT count(*) FROM calls").fetchone()
    database.close()
    assert written >= 150


def test_many_callers_at_once_lose_nothing(hubspot: HubSpotEmulator) -> None:
    hubspot.set_limit(100_000)

    def write(batch: int) -> int:
        with Api(hubspot.base_url) as api:
            rows = [row(f"p{number}@example.com", phone=str(batch)) for number in range(batch * 10, batch * 10 + 30)]
            return api.upsert(*rows).status_code

    with ThreadPoolExecutor(16) as pool:
        statuses = list(pool.map(write, range(60)))

    emails = [it["email"] for it in hubspot.contacts()]
    assert statuses == [200] * 60
    assert len(emails) == len(set(emails)) == 620


def test_an_emulator_that_is_gone_is_named() -> None:
    with HubSpotEmulator() as hubspot:
        pass

    with pytest.raises(ControlError, match="No emulator answers at http://127"):
        hubspot.state()
