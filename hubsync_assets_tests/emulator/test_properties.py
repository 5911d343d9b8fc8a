"""The properties API: definitions and groups."""

from typing import Any

import pytest

from hubsync_assets.emulator import HubSpotEmulator
from hubsync_assets_tests.emulator.asking import Api, row

MRR = {"name": "mrr", "label": "MRR", "type": "number", "fieldType": "number", "groupName": "contactinformation"}


def names(api: Api, **query: str) -> set[str]:
    return {it["name"] for it in api.properties("GET", **query).json()["results"]}


def test_a_new_portal_has_hubspots_properties_and_no_mrr(api: Api) -> None:
    properties = {it["name"]: it for it in api.properties("GET").json()["results"]}

    kinds = {name: (properties[name]["type"], properties[name]["fieldType"]) for name in properties}
    assert (
        kinds.items()
        >= {
            "email": ("string", "text"),
            "firstname": ("string", "text"),
            "phone": ("string", "phonenumber"),
            "company_size": ("string", "text"),
            "country": ("string", "text"),
            "numemployees": ("enumeration", "select"),
            "lifecyclestage": ("enumeration", "radio"),
            "createdate": ("datetime", "date"),
            "hs_object_id": ("number", "number"),
        }.items()
    )
    assert "mrr" not in properties
    assert properties["email"]["hasUniqueValue"] is True
    assert [it["value"] for it in properties["numemployees"]["options"]][:2] == ["1-5", "5-25"]
    assert [it["value"] for it in properties["lifecyclestage"]["options"]][:2] == ["subscriber", "lead"]


def test_a_property_is_made_read_changed_and_archived(api: Api) -> None:
    made = api.properties("POST", "", MRR)
    changed = api.properties("PATCH", "/mrr", {"label": "Revenue", "name": "other"})
    seen = api.properties("GET", "/mrr")
    gone = api.properties("DELETE", "/mrr")

    assert [it.status_code for it in (made, changed, seen, gone)] == [201, 200, 200, 204]
    assert made.headers["Location"] == "/crm/v3/properties/contacts/mrr"
    assert made.json()["modificationMetadata"] == {
        "archivable": True,
        "readOnlyDefinition": False,
        "readOnlyValue": False,
    }
    assert (seen.json()["label"], seen.json()["name"]) == ("Revenue", "mrr")
    assert api.properties("GET", "/mrr").status_code == 404
    assert "mrr" not in names(api)
    assert names(api, archived="true") == {"mrr"}


def test_a_name_that_is_taken_is_a_conflict(api: Api) -> None:
    api.properties("POST", "", MRR)

    answer = api.properties("POST", "", MRR)

    assert answer.status_code == 409
    assert (
        answer.json().items()
        >= {
            "category": "OBJECT_ALREADY_EXISTS",
            "subCategory": "Properties.PROPERTY_WITH_NAME_EXISTS",
            "message": "A property named 'mrr' already exists.",
        }.items()
    )


def test_making_an_archived_property_brings_it_back(api: Api) -> None:
    api.properties("POST", "", MRR)
    api.properties("DELETE", "/mrr")

    assert api.properties("POST", "", MRR).status_code == 201
    assert api.properties("GET", "/mrr").json()["archived"] is False


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": "Mrr"},
        {"name": "1mrr"},
        {"name": "m-rr"},
        {"name": "m" * 101},
        {"name": ""},
        {"label": None},
        {"type": "money"},
        {"type": "string"},
        {"fieldType": "text"},
        {"groupName": "nowhere"},
        {"type": "enumeration", "fieldType": "select"},
        {"type": "enumeration", "fieldType": "select", "options": [{"label": "Red"}]},
        {"type": "enumeration", "fieldType": "select", "options": [{"label": "R", "value": "r"}] * 2},
    ],
)
def test_a_definition_that_can_not_be_is_refused(api: Api, wrong: dict[str, Any]) -> None:
    assert api.properties("POST", "", {**MRR, **wrong}).status_code == 400


def test_a_batch_makes_what_it_can(api: Api) -> None:
    answer = api.properties(
        "POST", "/batch/create", {"inputs": [MRR, {**MRR, "name": "email"}, {**MRR, "name": "arr"}]}
    )

    assert answer.status_code == 207
    assert {it["name"] for it in answer.json()["results"]} == {"mrr", "arr"}
    assert [(it["category"], it["context"]) for it in answer.json()["errors"]] == [
        ("OBJECT_ALREADY_EXISTS", {"name": ["email"]})
    ]
    assert {"mrr", "arr"} <= names(api)


@pytest.mark.parametrize("version", ["v3", "2026-03", "2026-09"])
def test_a_good_batch_is_a_201(hubspot: HubSpotEmulator, version: str) -> None:
    with Api(hubspot.base_url, version) as api:
        assert api.properties("POST", "/batch/create", {"inputs": [MRR]}).status_code == 201


def test_a_wrong_definition_costs_the_batch_and_leaves_no_trace(api: Api) -> None:
    answer = api.properties("POST", "/batch/create", {"inputs": [MRR, {**MRR, "name": "BAD"}]})

    assert answer.status_code == 400
    assert "mrr" not in names(api)
    assert api.upsert(row("a@example.com", mrr=1)).status_code == 400


def test_a_batch_reads_what_is_there(api: Api) -> None:
    answer = api.properties("POST", "/batch/read", {"inputs": [{"name": "email"}, {"name": "mrr"}], "archived": False})

    assert (answer.status_code, [it["name"] for it in answer.json()["results"]]) == (207, ["email"])
    assert answer.json()["errors"][0]["context"] == {"name": ["mrr"]}


def test_a_batch_archives(api: Api) -> None:
    api.properties("POST", "", MRR)

    answer = api.properties("POST", "/batch/archive", {"inputs": [{"name": "mrr"}, {"name": "nonsense"}]})

    assert answer.status_code == 204
    assert "mrr" not in names(api)


def test_a_batch_with_one_of_hubspots_own_archives_nothing(api: Api) -> None:
    api.properties("POST", "", MRR)

    answer = api.properties("POST", "/batch/archive", {"inputs": [{"name": "mrr"}, {"name": "email"}]})

    assert answer.status_code == 400
    assert api.properties("GET", "/mrr").status_code == 200


def test_hubspots_own_properties_stay_as_they_are(api: Api) -> None:
    assert api.properties("DELETE", "/email").status_code == 400
    assert api.properties("PATCH", "/email", {"label": "Mail"}).status_code == 400


def test_new_options_replace_the_old_ones(api: Api) -> None:
    options = [{"label": name, "value": name} for name in ("red", "blue")]
    api.define("colour", "enumeration", "select", options=options)

    api.properties("PATCH", "/colour", {"options": options[:1]})

    assert [it["value"] for it in api.properties("GET", "/colour").json()["options"]] == ["red"]
    assert api.upsert(row("a@example.com", colour="blue")).status_code == 400


def test_a_portal_has_at_most_10_unique_properties(api: Api) -> None:
    made = [api.define(f"key_{number}", hasUniqueValue=True).status_code for number in range(11)]

    assert made == [201] * 10 + [400]


def test_an_archived_property_takes_no_values_and_is_not_read(api: Api) -> None:
    api.properties("POST", "", MRR)
    identity = api.create(email="a@example.com", mrr=1)
    api.properties("DELETE", "/mrr")

    assert api.upsert(row("a@example.com", mrr=2)).status_code == 400
    assert "mrr" not in api.get(identity, "mrr")


def test_a_group_is_made_read_changed_and_removed(api: Api) -> None:
    made = api.properties("POST", "/groups", {"name": "sync", "label": "Sync"})
    changed = api.properties("PATCH", "/groups/sync", {"label": "Synced"})
    listed = [it["label"] for it in api.properties("GET", "/groups").json()["results"]]
    gone = api.properties("DELETE", "/groups/sync")

    assert [it.status_code for it in (made, changed, gone)] == [201, 200, 204]
    assert "Synced" in listed
    assert api.properties("GET", "/groups/sync").status_code == 404


def test_a_group_with_properties_stays(api: Api) -> None:
    api.properties("POST", "/groups", {"name": "sync", "label": "Sync"})
    api.define("mrr", "number", "number", groupName="sync")

    used = api.properties("DELETE", "/groups/sync")
    api.properties("DELETE", "/mrr")
    unused = api.properties("DELETE", "/groups/sync")

    assert (used.status_code, unused.status_code) == (400, 204)
    assert used.json()["subCategory"] == "PropertyGroupError.GROUP_WITH_ACTIVE_PROPERTIES"


@pytest.mark.parametrize(("body", "status"), [({"name": "Sync!", "label": "x"}, 400), ({"name": "sync"}, 400)])
def test_a_group_that_can_not_be_is_refused(api: Api, body: dict[str, str], status: int) -> None:
    assert api.properties("POST", "/groups", body).status_code == status


def test_a_group_name_that_is_taken_is_a_conflict(api: Api) -> None:
    assert api.properties("POST", "/groups", {"name": "contactinformation", "label": "x"}).status_code == 409
