"""What bad inputs cost: themselves, or the whole batch."""

import pytest

from hubsync_assets.emulator import HubSpotEmulator
from hubsync_assets_tests.emulator.asking import Api, codes, row

VERSIONS = ["v3", "2026-03", "2026-09"]


def test_a_bad_input_without_trace_ids_costs_the_whole_batch(api: Api, hubspot: HubSpotEmulator) -> None:
    answer = api.upsert(row("a@example.com"), row("b@example.con"))

    body = answer.json()
    assert (answer.status_code, body["status"], body["category"]) == (400, "error", "VALIDATION_ERROR")
    assert body["message"].startswith('Property values were not valid: [{"isValid":false,"message":')
    assert body["errors"] == [
        {
            "message": "Email address b@example.con is invalid",
            "code": "INVALID_EMAIL",
            "context": {"propertyName": ["email"]},
        }
    ]
    assert answer.headers["X-HubSpot-Correlation-Id"] == body["correlationId"]
    assert hubspot.contacts() == []


def test_all_bad_values_of_all_inputs_are_listed(api: Api) -> None:
    answer = api.upsert(row("a@example.con", nonsense="1"), row("b@example.com", hs_object_id="1", numemployees="12"))

    assert codes(answer) == ["INVALID_EMAIL", "PROPERTY_DOESNT_EXIST", "READ_ONLY_VALUE", "INVALID_OPTION"]


@pytest.mark.parametrize("version", ["v3", "2026-03", "2026-09"])
def test_with_trace_ids_a_bad_input_costs_only_itself(hubspot: HubSpotEmulator, version: str) -> None:
    with Api(hubspot.base_url, version) as api:
        answer = api.upsert(row("a@example.com", "one"), row("b@example.con", "two"))

    body = answer.json()
    assert (answer.status_code, body["status"], body["numErrors"]) == (207, "COMPLETE", 1)
    assert [it["properties"]["email"] for it in body["results"]] == ["a@example.com"]
    (error,) = body["errors"]
    assert (error["status"], error["category"]) == ("error", "VALIDATION_ERROR")
    assert error["context"] == {"objectWriteTraceId": ["two"]}
    assert "INVALID_EMAIL" in error["message"]
    assert "errors" not in error
    assert [it["email"] for it in hubspot.contacts()] == ["a@example.com"]


def test_trace_ids_are_not_echoed(api: Api) -> None:
    (result,) = api.upsert(row("a@example.com", "one")).json()["results"]

    assert "objectWriteTraceId" not in result


@pytest.mark.parametrize(("one", "two"), [("same", "same"), ("one", "")])
def test_trace_ids_that_are_missing_or_not_unique_do_not_help(api: Api, one: str, two: str) -> None:
    answer = api.upsert(row("a@example.com", one), row("b@example.con", two))

    assert answer.status_code == 400


@pytest.mark.parametrize("version", VERSIONS)
def test_more_than_100_inputs_are_refused(hubspot: HubSpotEmulator, version: str) -> None:
    with Api(hubspot.base_url, version) as api:
        full = api.upsert(*(row(f"p{number}@example.com", str(number)) for number in range(100)))
        over = api.upsert(*(row(f"p{number}@example.com", str(number)) for number in range(101)))

    assert full.status_code == 200
    assert over.status_code == 400
    assert over.json()["message"] == (
        "The maximum number of inputs supported in a batch is 100. Please reduce the number of items and try again"
    )


@pytest.mark.parametrize("other", ["a@example.com", "A@Example.com"])
@pytest.mark.parametrize("trace", ["", "two"])
def test_an_id_that_stands_twice_costs_the_whole_batch(api: Api, other: str, trace: str) -> None:
    answer = api.upsert(
        row("a@example.com", trace and "one"), row(other, trace), row("c@example.com", trace and "three")
    )

    assert answer.status_code == 400
    assert answer.json()["message"] == "Duplicate IDs found in batch input: [a@example.com]. IDs must be unique"
    assert answer.json()["context"] == {"ids": ["a@example.com"]}


def test_two_addresses_of_one_contact_in_a_batch_are_a_duplicate(api: Api, hubspot: HubSpotEmulator) -> None:
    (made,) = hubspot.seed([{"email": "a@example.com", "hs_additional_emails": "b@example.com"}])

    answer = api.upsert(row("a@example.com", "1"), row("b@example.com", "2"))

    assert (answer.status_code, answer.json()["context"]) == (400, {"ids": [made]})


@pytest.mark.parametrize("traces", [("", ""), ("one", "two")])
def test_an_email_of_another_contact_is_a_conflict_of_the_whole_batch(
    api: Api, hubspot: HubSpotEmulator, traces: tuple[str, str]
) -> None:
    owner = api.create(email="a@example.com")
    api.create(email="b@example.com")
    thief = {**row("b@example.com", traces[0]), "properties": {"email": "a@example.com"}}

    answer = api.upsert(thief, row("c@example.com", traces[1]))

    assert (answer.status_code, answer.json()["category"]) == (409, "CONFLICT")
    assert answer.json()["message"] == f"Contact already exists. Existing ID: {owner}"
    assert [it["email"] for it in hubspot.contacts()] == ["a@example.com", "b@example.com"]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ([], "Cannot deserialize"),
        ({}, "[inputs]"),
        ({"inputs": [1]}, "Cannot deserialize"),
        ({"inputs": [{"properties": {}}]}, "[id]"),
        ({"inputs": [{"id": "a@example.com"}]}, "[properties]"),
        ({"inputs": [{"id": "a@example.com", "properties": [1]}]}, "[properties]"),
        ({"inputs": [{"id": ["a@example.com"], "properties": {}}]}, "[id]"),
        ({"inputs": [{"id": "a@example.com", "properties": {"firstname": ["Ana"]}}]}, "`String`"),
    ],
)
def test_a_body_of_another_shape_is_refused(api: Api, body: object, words: str) -> None:
    answer = api.contacts("POST", "/batch/upsert", body)

    assert answer.status_code == 400
    assert words in answer.json()["message"]


def test_a_body_that_is_no_json_is_refused(api: Api) -> None:
    answer = api.session.post(f"{api.base_url}/crm/v3/objects/contacts/batch/upsert", data=b'{"inputs": [', timeout=10)

    assert answer.status_code == 400
    assert answer.json()["message"].startswith("Invalid input JSON on line 1, column ")


def test_a_body_that_is_too_long_is_refused(api: Api) -> None:
    answer = api.session.post(
        f"{api.base_url}/crm/v3/objects/contacts/batch/upsert", data=b" " * 16_000_001, timeout=30
    )

    assert answer.status_code == 413


def test_an_empty_batch_does_nothing(api: Api) -> None:
    answer = api.upsert()

    assert (answer.status_code, answer.json()["results"]) == (200, [])
