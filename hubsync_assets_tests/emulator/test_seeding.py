"""Seeding: property definitions, HubSpot's own too, and contacts with a past."""

from typing import Any

import pytest

from hubsync_assets.emulator import ControlError, HubSpotEmulator
from hubsync_assets_tests.emulator.asking import Api, codes, row

COUNTRY = {
    "name": "country",
    "type": "enumeration",
    "fieldType": "select",
    "options": [{"label": "Spain", "value": "spain"}, {"label": "Italy", "value": "italy"}],
}
MRR = {"name": "mrr", "label": "MRR", "type": "number", "fieldType": "calculation_equation", "calculated": True}
PAST: list[dict[str, Any]] = [
    {
        "at": "2024-05-01T10:00:00Z",
        "sourceType": "FORM",
        "sourceId": "0a1b",
        "properties": {"firstname": "ana", "phone": "1"},
    },
    {"at": "2024-06-01T10:00:00Z", "updatedByUserId": 7, "properties": {"firstname": "Ana"}},
    {"at": "2025-01-01", "sourceType": "INTEGRATION", "sourceId": "77", "properties": {"phone": ""}},
]


def history(api: Api, identity: str, name: str) -> list[dict[str, Any]]:
    answer = api.contacts("GET", f"/{identity}", propertiesWithHistory=name).json()
    return list(answer["propertiesWithHistory"][name])


def test_hubspots_own_text_can_be_a_dropdown_with_labels(api: Api, hubspot: HubSpotEmulator) -> None:
    hubspot.seed(properties=[COUNTRY])

    definition = api.properties("GET", "/country").json()
    taken, refused = (api.upsert(row("a@example.com", country=it)) for it in ("spain", "Spain"))

    assert (definition["type"], definition["label"], definition["hubspotDefined"]) == (
        "enumeration",
        "Country/Region",
        True,
    )
    assert [(it["label"], it["value"]) for it in definition["options"]] == [("Spain", "spain"), ("Italy", "italy")]
    assert (taken.status_code, codes(refused)) == (200, ["INVALID_OPTION"])


def test_a_calculated_property_is_set_by_hubspot_alone(api: Api, hubspot: HubSpotEmulator) -> None:
    (identity,) = hubspot.seed([{"email": "a@example.com", "mrr": 120}], properties=[MRR])

    answer = api.upsert(row("a@example.com", mrr=1))

    assert api.get(identity, "mrr")["mrr"] == "120"
    assert codes(answer) == ["READ_ONLY_VALUE"]
    assert answer.json()["errors"][0]["message"] == '"mrr" is a calculated property; its value cannot be set.'
    assert api.properties("GET", "/mrr").json()["calculated"] is True


def test_a_property_can_be_read_only_or_hubspots_or_gone(api: Api, hubspot: HubSpotEmulator) -> None:
    hubspot.seed(
        properties=[
            {"name": "score", "type": "number", "fieldType": "number", "readOnlyValue": True, "groupName": "sales"},
            {"name": "hs_new", "hubspotDefined": True, "modificationMetadata": {"archivable": False}},
            {"name": "company_size", "archived": True},
        ]
    )

    refused = api.upsert(row("a@example.com", score=1, company_size="1"))

    assert codes(refused) == ["READ_ONLY_VALUE", "PROPERTY_DOESNT_EXIST"]
    assert api.properties("GET", "/groups/sales").status_code == 200
    assert api.properties("DELETE", "/hs_new").status_code == 400
    assert api.properties("GET", "/hs_new").json()["label"] == "hs_new"


def test_lifecycle_stages_of_the_portal_move_forward_in_their_order(api: Api, hubspot: HubSpotEmulator) -> None:
    stages = [{"label": it, "value": it} for it in ("lead", "184520113", "customer")]
    hubspot.seed(properties=[{"name": "lifecyclestage", "options": stages}])
    identity = api.create(email="a@example.com")

    seen = []
    for stage in ("184520113", "lead", "customer", "184520113"):
        api.upsert(row("a@example.com", lifecyclestage=stage))
        seen.append(api.get(identity, "lifecyclestage")["lifecyclestage"])

    assert seen == ["184520113", "184520113", "customer", "customer"]


def test_the_country_code_is_a_text_of_hubspots(api: Api) -> None:
    definition = api.properties("GET", "/hs_country_region_code").json()

    assert (definition["type"], definition["fieldType"], definition["hubspotDefined"]) == ("string", "text", True)
    assert api.properties("GET", "/hs_lastmodifieddate").status_code == 404


@pytest.mark.parametrize(
    ("definition", "words"),
    [
        ({"name": "Country"}, "needs a name"),
        ({"label": "x"}, "needs a name"),
        ({"name": "x", "nonsense": 1}, "nonsense can't be so"),
        ({"name": "x", "calculated": "yes"}, "calculated can't be so"),
        ({"name": "x", "type": "number"}, "fieldType text is not valid for the type number"),
        ({"name": "industry", "type": "enumeration", "fieldType": "select"}, "needs options"),
        ({"name": "email", "hasUniqueValue": False}, "keeps its type, its uniqueness"),
        ({"name": "email", "readOnlyValue": True}, "who may write it"),
        ({"name": "hs_additional_emails", "readOnlyValue": False}, "who may write it"),
        ({"name": "x", "modificationMetadata": {"readOnlyValue": "no"}}, "readOnlyValue can't be so"),
        ({"name": "hs_object_id", "type": "string", "fieldType": "text"}, "keeps its type"),
        ({"name": "phone", "hasUniqueValue": True}, "seed its definition before them"),
    ],
)
def test_a_definition_that_can_not_be_seeded_leaves_no_trace(
    api: Api, hubspot: HubSpotEmulator, definition: dict[str, object], words: str
) -> None:
    hubspot.seed([{"email": "a@example.com", "phone": "1"}])

    with pytest.raises(ControlError, match=words):
        hubspot.seed([{"email": "b@example.com"}], properties=[COUNTRY, definition])

    assert api.properties("GET", "/country").json()["type"] == "string"
    assert [it["email"] for it in hubspot.contacts()] == ["a@example.com"]


def test_a_contact_comes_with_a_past_of_people_forms_and_integrations(api: Api, hubspot: HubSpotEmulator) -> None:
    (identity,) = hubspot.seed([{"email": "a@example.com", "history": PAST, "lastname": "Lopez"}])

    contact = api.contacts("GET", f"/{identity}", properties="firstname,phone,lastname").json()
    values = contact["properties"]
    assert (values["firstname"], values["phone"], values["lastname"]) == ("Ana", None, "Lopez")
    assert contact["createdAt"] == "2024-05-01T10:00:00.000Z"
    assert history(api, identity, "firstname") == [
        {
            "value": "Ana",
            "timestamp": "2024-06-01T10:00:00.000Z",
            "sourceType": "CRM_UI",
            "sourceId": "userId:7",
            "updatedByUserId": 7,
        },
        {"value": "ana", "timestamp": "2024-05-01T10:00:00.000Z", "sourceType": "FORM", "sourceId": "0a1b"},
    ]
    assert [(it["value"], it.get("sourceId")) for it in history(api, identity, "phone")] == [("", "77"), ("1", "0a1b")]
    assert history(api, identity, "lastname")[0]["sourceType"] == "CRM_UI"


def test_a_contact_whose_past_is_all_there_is_was_not_touched_since(hubspot: HubSpotEmulator) -> None:
    hubspot.seed([{"email": "a@example.com", "history": PAST}])

    seen = hubspot.contact("a@example.com")

    assert seen["properties"]["lastmodifieddate"] == "2025-01-01T00:00:00.000Z"
    assert [it["changes"] for it in seen["history"]][:2] == [{"phone": ""}, {"firstname": "Ana"}]


def test_calls_of_the_api_are_an_integrations(api: Api) -> None:
    identity = api.create(email="a@example.com")

    assert history(api, identity, "email")[0].items() >= {"sourceType": "INTEGRATION", "sourceId": "1000001"}.items()


def test_a_seeded_past_does_not_hide_a_write_from_the_lag_of_search(api: Api, hubspot: HubSpotEmulator) -> None:
    api.create(email="a@example.com")
    hubspot.seed([{"email": "b@example.com", "history": PAST}])

    found = api.search(properties=["email"]).json()

    assert [it["properties"]["email"] for it in found["results"]] == ["b@example.com"]


@pytest.mark.parametrize(
    ("past", "words"),
    [
        ([{"at": "2999-01-01", "properties": {}}], "a time that has been"),
        ([{"at": "yesterday", "properties": {}}], "a time that has been"),
        ([PAST[1], PAST[0]], "nothing can happen to it before that"),
        ([{"at": "2024-01-01"}], "properties"),
        ([{"updatedByUserId": "7", "properties": {}}], "updatedByUserId takes a whole number"),
    ],
)
def test_a_past_that_can_not_have_been_is_refused(
    hubspot: HubSpotEmulator, past: list[dict[str, object]], words: str
) -> None:
    with pytest.raises(ControlError, match=words):
        hubspot.seed([{"email": "a@example.com", "history": past}])

    assert hubspot.contacts() == []


def test_seeding_by_a_secondary_address_leaves_the_addresses_as_they_are(hubspot: HubSpotEmulator) -> None:
    (identity,) = hubspot.seed([{"email": "a@example.com", "hs_additional_emails": "b@example.com"}])

    assert hubspot.seed([{"email": "b@example.com", "phone": "1"}]) == [identity]

    (contact,) = hubspot.contacts()
    assert (contact["email"], contact["hs_additional_emails"], contact["phone"]) == (
        "a@example.com",
        "b@example.com",
        "1",
    )
