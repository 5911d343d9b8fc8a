"""Batch create, update and archive."""

from typing import Any

from hubsync_assets.emulator import HubSpotEmulator
from hubsync_assets_tests.emulator.asking import Api


def create(api: Api, *inputs: dict[str, object]) -> tuple[int, dict[str, Any]]:
    answer = api.contacts("POST", "/batch/create", {"inputs": list(inputs)})
    return answer.status_code, answer.json()


def update(api: Api, *inputs: dict[str, object]) -> tuple[int, dict[str, Any]]:
    answer = api.contacts("POST", "/batch/update", {"inputs": list(inputs)})
    return answer.status_code, answer.json()


def test_contacts_are_created(api: Api, hubspot: HubSpotEmulator) -> None:
    status, body = create(api, {"properties": {"email": "a@example.com"}}, {"properties": {"firstname": "Ana"}})

    assert (status, len(body["results"])) == (201, 2)
    assert "new" not in body["results"][0]
    assert [it.get("email") for it in hubspot.contacts()] == ["a@example.com", None]


def test_an_email_that_is_taken_costs_the_batch_without_trace_ids(api: Api, hubspot: HubSpotEmulator) -> None:
    owner = api.create(email="a@example.com")

    status, body = create(api, {"properties": {"email": "A@example.com"}}, {"properties": {"email": "b@example.com"}})

    assert (status, body["message"]) == (409, f"Contact already exists. Existing ID: {owner}")
    assert len(hubspot.contacts()) == 1


def test_an_email_that_is_taken_costs_itself_with_trace_ids(api: Api) -> None:
    owner = api.create(email="a@example.com")

    status, body = create(
        api,
        {"objectWriteTraceId": "1", "properties": {"email": "a@example.com"}},
        {"objectWriteTraceId": "2", "properties": {"email": "b@example.com"}},
        {"objectWriteTraceId": "3", "properties": {"email": "b@example.con"}},
    )

    assert (status, [it["properties"]["email"] for it in body["results"]]) == (207, ["b@example.com"])
    invalid, clash = body["errors"]
    assert invalid["context"] == {"objectWriteTraceId": ["3"]}
    assert (clash["category"], clash["context"]) == ("CONFLICT", {"objectWriteTraceId": ["1"], "existingId": [owner]})


def test_one_email_twice_in_a_batch_makes_one_contact_at_most(api: Api, hubspot: HubSpotEmulator) -> None:
    status, body = create(
        api,
        {"objectWriteTraceId": "1", "properties": {"email": "a@example.com"}},
        {"objectWriteTraceId": "2", "properties": {"email": "a@example.com"}},
    )

    assert (status, len(body["results"]), len(body["errors"])) == (207, 1, 1)
    assert len(hubspot.contacts()) == 1


def test_a_contact_needs_an_email_or_a_name(api: Api) -> None:
    status, body = create(api, {"properties": {"phone": "1"}})

    assert (status, body["errors"][0]["code"]) == (400, "MISSING_REQUIRED_PROPERTY")


def test_contacts_are_updated_and_missing_ones_come_in_one_error(api: Api) -> None:
    identity = api.create(email="a@example.com")

    status, body = update(
        api,
        {"id": identity, "properties": {"firstname": "Ana"}},
        {"id": "1", "properties": {}},
        {"id": "2", "properties": {}},
    )

    assert (status, [it["id"] for it in body["results"]]) == (207, [identity])
    assert [(it["category"], it["context"]) for it in body["errors"]] == [("OBJECT_NOT_FOUND", {"ids": ["1", "2"]})]
    assert api.get(identity)["firstname"] == "Ana"


def test_a_contact_that_was_merged_away_is_left_out_without_a_word(api: Api) -> None:
    one, two, three = (api.create(email=f"{name}@example.com") for name in "abc")
    api.contacts("POST", "/merge", {"primaryObjectId": one, "objectIdToMerge": two})

    status, body = update(api, {"id": two, "properties": {}}, {"id": three, "properties": {}})

    assert (status, [it["id"] for it in body["results"]], body.get("errors")) == (200, [three], None)


def test_email_does_not_name_contacts_in_batch_update(api: Api) -> None:
    api.create(email="a@example.com")

    status, body = update(api, {"id": "a@example.com", "idProperty": "email", "properties": {}})

    assert (status, body["message"]) == (400, "Unable to perform update/upsert by non-unique 0-1 property email")


def test_an_update_to_an_email_that_is_taken_is_a_conflict(api: Api) -> None:
    api.create(email="a@example.com")
    identity = api.create(email="b@example.com")

    assert update(api, {"id": identity, "properties": {"email": "a@example.com"}})[0] == 409


def test_archiving_takes_what_exists_and_says_nothing_of_the_rest(api: Api, hubspot: HubSpotEmulator) -> None:
    identity = api.create(email="a@example.com")

    answer = api.contacts("POST", "/batch/archive", {"inputs": [{"id": identity}, {"id": "1"}]})

    assert (answer.status_code, answer.content) == (204, b"")
    assert hubspot.contacts() == []
    assert hubspot.state()["contacts"] == 0


def test_batches_of_more_than_100_are_refused(api: Api) -> None:
    inputs: list[dict[str, object]] = [{"id": str(number), "properties": {}} for number in range(101)]

    assert (create(api, *inputs)[0], update(api, *inputs)[0]) == (400, 400)
    assert api.contacts("POST", "/batch/archive", {"inputs": inputs}).status_code == 400
