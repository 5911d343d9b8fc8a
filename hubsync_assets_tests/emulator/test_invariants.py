"""Any sequence of valid calls leaves the portal whole, and as a plain dictionary would have it."""

import contextlib
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from hubsync_assets.emulator.api import batch_write, reading, removing, single, upsert
from hubsync_assets.emulator.gate import Endpoint
from hubsync_assets.emulator.people import People
from hubsync_assets.emulator.portal import ApiRequest, Portal
from hubsync_assets.emulator.responses import ApiResponse, Refusal

ADDRESSES = [f"{name}@example.com" for name in "abcdefgh"]
EMAILS = st.sampled_from([*ADDRESSES, "A@Example.com", " b@example.com "])
VALUES = st.fixed_dictionaries(
    {},
    optional={
        "firstname": st.sampled_from(["Ana", "Bea", "", None]),
        "phone": st.sampled_from(["1", "2", ""]),
        "crm_id": st.sampled_from(["1", "2", "3", ""]),
        "nonsense": st.just("x"),
    },
)
BY_HAND = st.fixed_dictionaries(
    {},
    optional={
        "email": EMAILS,
        "firstname": st.sampled_from(["Ana", "Bea", ""]),
        "crm_id": st.sampled_from(["1", "2", "3", ""]),
        "hs_additional_emails": st.lists(st.sampled_from(ADDRESSES), max_size=2).map(";".join),
    },
)


class Calls(RuleBasedStateMachine):
    """Writes in any order; beside them the live contacts that were counted from the answers alone."""

    @initialize()
    def start(self) -> None:
        self.portal = Portal.open()
        self.people = People(self.portal)
        self.made = 0
        self.gone = 0
        self.call = 0
        self.ask_property()

    def teardown(self) -> None:
        if hasattr(self, "portal"):
            self.portal.database.close()

    def ask_property(self) -> None:
        definition = {
            **self.portal.properties.definitions["firstname"],
            "name": "crm_id",
            "hasUniqueValue": True,
        }
        self.portal.properties.put(definition)

    def ask(self, endpoint: Endpoint, body: object = None, **parts: str) -> ApiResponse:
        """One call, in a transaction as the gate does it."""
        self.call += 1
        try:
            with self.portal.database.transaction():
                return endpoint(self.portal, ApiRequest(self.call, "v3", parts, {}, body))
        except Refusal as refusal:
            return refusal.response

    def ids(self) -> list[str]:
        return [str(it.id) for it in self.portal.contacts.page(1000)]

    @rule(emails=st.lists(EMAILS, max_size=4), values=st.lists(VALUES, min_size=4, max_size=4), traced=st.booleans())
    def upsert_some(self, emails: list[str], values: list[dict[str, Any]], traced: bool) -> None:
        inputs = [
            {"id": email, "idProperty": "email", "properties": {"email": email, **given}}
            | ({"objectWriteTraceId": str(place)} if traced else {})
            for place, (email, given) in enumerate(zip(emails, values, strict=False))
        ]
        answer = self.ask(upsert.batch_upsert, {"inputs": inputs})
        assert answer.body is not None
        if answer.status in (200, 207):
            errors = answer.body.get("errors", [])
            assert len(answer.body["results"]) + len(errors) == len(inputs)
            assert traced or not errors
            self.made += sum(it["new"] for it in answer.body["results"])

    @rule(values=VALUES, email=EMAILS)
    def create_one(self, values: dict[str, Any], email: str) -> None:
        answer = self.ask(single.create, {"properties": {"email": email, **values}})
        self.made += answer.status == 201

    @rule(values=st.lists(VALUES, min_size=1, max_size=3), emails=st.lists(EMAILS, min_size=3, max_size=3))
    def create_some(self, values: list[dict[str, Any]], emails: list[str]) -> None:
        inputs = [
            {"objectWriteTraceId": str(place), "properties": {"email": email, **given}}
            for place, (given, email) in enumerate(zip(values, emails, strict=False))
        ]
        answer = self.ask(batch_write.batch_create, {"inputs": inputs})
        if answer.body and answer.status in (201, 207):
            assert len(answer.body["results"]) + len(answer.body.get("errors", [])) == len(inputs)
            self.made += len(answer.body["results"])

    @rule(data=st.data(), values=VALUES, email=st.none() | EMAILS)
    def change_one(self, data: st.DataObject, values: dict[str, Any], email: str | None) -> None:
        if ids := self.ids():
            given = values if email is None else {**values, "email": email}
            self.ask(single.patch, {"properties": given}, id=data.draw(st.sampled_from(ids)))

    @rule(data=st.data(), values=BY_HAND)
    def edit_one(self, data: st.DataObject, values: dict[str, Any]) -> None:
        if ids := self.ids():
            with contextlib.suppress(ValueError):
                self.people.edit({"contact": data.draw(st.sampled_from(ids)), "properties": values})

    @rule(data=st.data(), deed=st.sampled_from(["archive", "erase"]))
    def take_one_away_by_hand(self, data: st.DataObject, deed: str) -> None:
        if ids := self.ids():
            getattr(self.people, deed)({"contact": data.draw(st.sampled_from(ids))})
            self.gone += 1

    @rule(data=st.data())
    def archive_one(self, data: st.DataObject) -> None:
        if ids := self.ids():
            assert self.ask(single.delete, id=data.draw(st.sampled_from(ids))).status == 204
            self.gone += 1

    @rule(data=st.data())
    def erase_one(self, data: st.DataObject) -> None:
        if ids := self.ids():
            body = {"objectId": data.draw(st.sampled_from(ids))}
            assert self.ask(removing.gdpr_delete, body).status == 204
            self.gone += 1

    @rule(data=st.data(), keeps_id=st.booleans())
    def merge_two(self, data: st.DataObject, keeps_id: bool) -> None:
        self.portal.switches = self.portal.switches.changed(merge_keeps_primary_id=keeps_id)
        ids = self.ids()
        if len(ids) > 1:
            one, two = data.draw(st.lists(st.sampled_from(ids), min_size=2, max_size=2, unique=True))
            answer = self.ask(removing.merge, {"primaryObjectId": one, "objectIdToMerge": two})
            assert answer.status == 200
            self.gone += 1

    @invariant()
    def counts_add_up(self) -> None:
        if hasattr(self, "portal"):
            live = len(self.portal.contacts.page(1000))
            assert live == self.portal.contacts.count() == self.made - self.gone

    @invariant()
    def an_address_and_a_unique_value_have_one_contact(self) -> None:
        if not hasattr(self, "portal"):
            return
        live = self.portal.contacts.page(1000)
        claimed = [(email, it.id) for it in live for email in it.emails()]
        assert len(dict(claimed)) == len(claimed)
        assert sorted(self.portal.database.connection.execute("SELECT email, contact FROM emails")) == sorted(claimed)
        values = [("crm_id", it.properties["crm_id"], it.id) for it in live if "crm_id" in it.properties]
        held = sorted(self.portal.database.connection.execute("SELECT property, value, contact FROM unique_values"))
        assert held == sorted(values)

    @invariant()
    def the_history_adds_up_to_the_values(self) -> None:
        if not hasattr(self, "portal"):
            return
        for contact in self.portal.contacts.page(1000):
            values: dict[str, str] = {}
            for version in self.portal.contacts.versions([contact.id]):
                values.update(version.changes)
            assert {name: value for name, value in values.items() if value} == contact.properties

    @invariant()
    def every_address_reads_its_contact(self) -> None:
        if hasattr(self, "portal"):
            answer = self.ask(reading.batch_read, {"idProperty": "email", "inputs": [{"id": it} for it in ADDRESSES]})
            assert answer.body is not None
            owners = self.portal.contacts.owners(ADDRESSES)
            assert {int(it["id"]) for it in answer.body["results"]} == set(owners.values())


def test_any_sequence_of_calls_leaves_the_portal_whole() -> None:
    run_state_machine_as_test(
        Calls,
        settings=settings(max_examples=40, stateful_step_count=25, derandomize=True, deadline=None, database=None),
    )
