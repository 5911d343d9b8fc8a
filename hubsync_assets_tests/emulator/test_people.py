"""What people do in HubSpot between two syncs, and what the API says of a contact that they took away."""

from typing import Any

import pytest

from hubsync_assets.emulator import ControlError, HubSpotEmulator
from hubsync_assets_tests.emulator.asking import Api, row

VERSIONS = ("v3", "2026-03", "2026-09")


def test_a_person_edits_a_contact_by_id_or_by_any_address(api: Api, hubspot: HubSpotEmulator) -> None:
    (identity,) = hubspot.seed([{"email": "a@example.com", "hs_additional_emails": "b@example.com"}])

    ids = {
        hubspot.edit(identity, phone="1"),
        hubspot.edit("A@example.com", firstname="Ana"),
        hubspot.edit("b@example.com", {"city": "Rome"}, by={"updatedByUserId": 7}),
    }

    history = hubspot.contact(identity)["history"]
    assert ids == {identity}
    assert [it["changes"] for it in history[:3]] == [{"city": "Rome"}, {"firstname": "Ana"}, {"phone": "1"}]
    assert [it["updatedByUserId"] for it in history[:3]] == [7, 1001, 1001]
    assert hubspot.calls() == []
    assert api.upsert(row("a@example.com", phone="2")).status_code == 200


def test_an_edit_may_be_an_integrations_and_long_ago(hubspot: HubSpotEmulator) -> None:
    past = [{"at": "2024-01-01", "properties": {"firstname": "Ana"}}]
    hubspot.seed([{"email": "a@example.com", "history": past}])

    hubspot.edit(
        "a@example.com", phone="1", at="2025-01-01T10:00:00Z", by={"sourceType": "INTEGRATION", "sourceId": "77"}
    )

    newest = hubspot.contact("a@example.com")["history"][0]
    assert newest.items() >= {"at": "2025-01-01T10:00:00.000Z", "sourceType": "INTEGRATION", "sourceId": "77"}.items()
    with pytest.raises(ControlError, match="nothing can happen to it before that"):
        hubspot.edit("a@example.com", phone="2", at="2024-06-01")


def test_a_primary_address_that_a_person_changes_is_free_again(api: Api, hubspot: HubSpotEmulator) -> None:
    identity = api.create(email="a@example.com")

    hubspot.edit("a@example.com", email="New@example.com")

    assert api.get(identity, "email")["email"] == "new@example.com"
    assert api.upsert(row("a@example.com")).json()["results"][0]["new"] is True


def test_a_person_makes_a_secondary_address_the_primary_one(hubspot: HubSpotEmulator) -> None:
    hubspot.seed([{"email": "a@example.com", "hs_additional_emails": "b@example.com"}])

    hubspot.edit("a@example.com", email="b@example.com")

    (contact,) = hubspot.contacts()
    assert (contact["email"], contact["hs_additional_emails"]) == ("b@example.com", "a@example.com")


@pytest.mark.parametrize(
    ("contact", "values", "words"),
    [
        ("nobody@example.com", {"phone": "1"}, "There is no contact nobody@example.com"),
        ("1", {"phone": "1"}, "There is no contact 1"),
        ("a@example.com", {"email": "b@example.com"}, "another contact has that email"),
        ("a@example.com", {"numemployees": "12"}, "not one of the allowed options"),
        ("a@example.com", {"createdate": "2024-01-01"}, "read only"),
    ],
)
def test_what_a_person_can_not_do_is_said(
    hubspot: HubSpotEmulator, contact: str, values: dict[str, object], words: str
) -> None:
    hubspot.seed([{"email": "a@example.com"}, {"email": "b@example.com"}])

    with pytest.raises(ControlError, match=words):
        hubspot.edit(contact, values)


def test_a_person_merges_archives_and_erases(hubspot: HubSpotEmulator) -> None:
    ids = hubspot.seed({"email": f"{name}@example.com"} for name in "abcd")

    survivor = hubspot.merge("a@example.com", ids[1], by={"updatedByUserId": 7})
    archived = hubspot.archive("c@example.com")
    erased = hubspot.erase("d@example.com")

    (contact,) = hubspot.contacts()
    assert survivor not in ids
    assert (contact["id"], contact["email"], contact["hs_additional_emails"]) == (
        survivor,
        "a@example.com",
        "b@example.com",
    )
    merged = hubspot.contact(survivor)["history"][0]
    assert (merged["sourceType"], merged["updatedByUserId"]) == ("MERGE_OBJECTS", 7)
    assert (archived, erased) == (ids[2], ids[3])
    assert hubspot.contact(archived)["archived"] is True
    with pytest.raises(ControlError, match="There is no contact"):
        hubspot.contact(erased)
    with pytest.raises(ControlError, match="merged into itself"):
        hubspot.merge(survivor, "a@example.com")
    assert hubspot.state()["contacts"] == 1


def ask(api: Api, what: str, ids: list[str]) -> tuple[int, dict[str, Any]]:
    """Batch read or batch update by record id."""
    inputs = [{"id": it, **({"properties": {"phone": "9"}} if what == "update" else {})} for it in ids]
    answer = api.contacts("POST", f"/batch/{what}", {"inputs": inputs})
    return answer.status_code, answer.json()


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("what", ["read", "update"])
def test_archived_and_erased_ids_are_one_error_beside_the_results(
    hubspot: HubSpotEmulator, what: str, version: str
) -> None:
    kept, archived, erased = hubspot.seed({"email": f"{name}@example.com"} for name in "abc")
    hubspot.archive(archived)
    hubspot.erase(erased)

    with Api(hubspot.base_url, version) as api:
        status, body = ask(api, what, [archived, kept, erased])

    assert (status, [it["id"] for it in body["results"]], body["numErrors"]) == (207, [kept], 1)
    assert body["errors"][0]["category"] == "OBJECT_NOT_FOUND"
    assert body["errors"][0]["context"] == {"ids": [archived, erased]}
    assert [it.get("phone") for it in hubspot.contacts()] == (["9"] if what == "update" else [None])


@pytest.mark.parametrize("what", ["read", "update"])
@pytest.mark.parametrize("keeps_id", [True, False])
def test_a_merged_id_is_left_out_of_batches_without_a_word(
    api: Api, hubspot: HubSpotEmulator, what: str, keeps_id: bool
) -> None:
    hubspot.switch(merge_keeps_primary_id=keeps_id)
    primary, other, third = hubspot.seed({"email": f"{name}@example.com"} for name in "abc")
    survivor = hubspot.merge(primary, other)

    status, body = ask(api, what, [primary, other, third])

    left = [primary, third] if keeps_id else [third]
    assert (status, sorted(it["id"] for it in body["results"]), body.get("errors")) == (200, left, None)
    assert (survivor == primary) is keeps_id


@pytest.mark.parametrize("what", ["read", "update"])
def test_a_merged_id_can_lead_on_in_batches(api: Api, hubspot: HubSpotEmulator, what: str) -> None:
    hubspot.switch(merged_ids_in_batches="lead_on")
    primary, other = hubspot.seed({"email": f"{name}@example.com"} for name in "ab")
    survivor = hubspot.merge(primary, other)

    status, body = ask(api, what, [other])

    assert (status, [it["id"] for it in body["results"]]) == (200, [survivor])
    assert hubspot.contacts()[0].get("phone") == ("9" if what == "update" else None)


@pytest.mark.parametrize("what", ["read", "update"])
def test_a_merged_id_can_be_missing_in_batches(api: Api, hubspot: HubSpotEmulator, what: str) -> None:
    hubspot.switch(merged_ids_in_batches="not_found")
    primary, other = hubspot.seed({"email": f"{name}@example.com"} for name in "ab")
    hubspot.merge(primary, other)

    status, body = ask(api, what, [other])

    assert (status, body["results"], body["errors"][0]["context"]) == (207, [], {"ids": [other]})


def test_two_ids_that_lead_to_one_contact_are_a_duplicate(api: Api, hubspot: HubSpotEmulator) -> None:
    hubspot.switch(merged_ids_in_batches="lead_on")
    primary, other = hubspot.seed({"email": f"{name}@example.com"} for name in "ab")
    survivor = hubspot.merge(primary, other)

    status, body = ask(api, "update", [primary, other])

    assert (status, body["context"]) == (400, {"ids": [survivor]})


def test_that_switch_takes_its_three_words_only(hubspot: HubSpotEmulator) -> None:
    with pytest.raises(ControlError, match="takes one of left_out, lead_on, not_found"):
        hubspot.switch(merged_ids_in_batches="maybe")
