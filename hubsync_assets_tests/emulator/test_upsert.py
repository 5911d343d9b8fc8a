"""Batch upsert: what is made, changed and answered."""

import pytest

from hubsync_assets.emulator import HubSpotEmulator
from hubsync_assets_tests.emulator.asking import Api, codes, row


def test_an_unknown_email_makes_a_contact_and_a_known_one_changes_it(api: Api) -> None:
    first = api.upsert(row("a@example.com", firstname="Ana"))
    second = api.upsert(row("a@example.com", firstname="Anna"), row("b@example.com"))

    assert (first.status_code, first.json()["status"]) == (200, "COMPLETE")
    assert [it["new"] for it in first.json()["results"]] == [True]
    new = {it["properties"]["email"]: it["new"] for it in second.json()["results"]}
    assert new == {"a@example.com": False, "b@example.com": True}
    assert api.get(first.json()["results"][0]["id"], "firstname")["firstname"] == "Anna"


def test_a_result_has_what_hubspot_documents(api: Api, hubspot: HubSpotEmulator) -> None:
    answer = api.upsert(row("a@example.com", firstname="Ana")).json()

    (result,) = answer["results"]
    assert {"archived", "createdAt", "id", "new", "properties", "updatedAt", "url"} <= result.keys()
    assert {"completedAt", "startedAt", "results", "status"} <= answer.keys()
    assert (
        result["properties"].items() >= {"email": "a@example.com", "firstname": "Ana", "lifecyclestage": "lead"}.items()
    )
    assert result["properties"]["hs_object_id"] == result["id"]
    assert result["createdAt"] == result["properties"]["createdate"]
    assert result["url"] == f"https://app.hubspot.com/contacts/{hubspot.portal_id}/record/0-1/{result['id']}"
    assert all(isinstance(value, str) for value in result["properties"].values())


def test_an_update_answers_with_what_was_written_and_what_hubspot_computes(api: Api) -> None:
    api.upsert(row("a@example.com", firstname="Ana", phone="1"))

    (result,) = api.upsert(row("a@example.com", phone="2")).json()["results"]

    assert result["properties"]["phone"] == "2"
    assert "firstname" not in result["properties"]


def test_the_id_alone_gives_a_new_contact_its_email(api: Api) -> None:
    api.upsert({"id": "a@example.com", "idProperty": "email", "properties": {"phone": "1"}})

    assert api.get("a@example.com?idProperty=email")["email"] == "a@example.com"


def test_emails_are_trimmed_and_lower_cased(api: Api) -> None:
    (result,) = api.upsert(row("  Ana@Example.COM ")).json()["results"]
    (again,) = api.upsert(row("ana@example.com")).json()["results"]

    assert result["properties"]["email"] == "ana@example.com"
    assert (again["id"], again["new"]) == (result["id"], False)


def test_an_empty_value_clears_and_null_changes_nothing(api: Api) -> None:
    (made,) = api.upsert(row("a@example.com", firstname="Ana", phone="1")).json()["results"]

    api.upsert(row("a@example.com", firstname="", phone=None))

    assert api.get(made["id"], "firstname", "phone").items() >= {"firstname": None, "phone": "1"}.items()


def test_properties_that_are_left_out_stay(api: Api) -> None:
    (made,) = api.upsert(row("a@example.com", firstname="Ana")).json()["results"]

    api.upsert(row("a@example.com", phone="1"))

    assert api.get(made["id"], "firstname", "phone").items() >= {"firstname": "Ana", "phone": "1"}.items()


def test_a_write_that_changes_nothing_leaves_the_time_of_change(api: Api, hubspot: HubSpotEmulator) -> None:
    (made,) = api.upsert(row("a@example.com", firstname="Ana")).json()["results"]
    hubspot.advance(60)

    (same,) = api.upsert(row("a@example.com", firstname="Ana")).json()["results"]
    (other,) = api.upsert(row("a@example.com", firstname="Anna")).json()["results"]

    assert same["updatedAt"] == made["updatedAt"] < other["updatedAt"]
    assert other["createdAt"] == made["createdAt"]


def test_numbers_and_booleans_are_kept_as_their_json_text(api: Api) -> None:
    api.define("mrr", "number", "number")
    api.define("active", "bool", "booleancheckbox")

    (made,) = api.upsert(row("a@example.com", mrr=12.5, active=True, company_size=148.0)).json()["results"]

    assert made["properties"].items() >= {"mrr": "12.5", "active": "true", "company_size": "148"}.items()


def test_results_come_in_another_order_than_the_inputs(api: Api) -> None:
    emails = [f"p{number}@example.com" for number in range(50)]

    results = api.upsert(*(row(email) for email in emails)).json()["results"]

    answered = [it["properties"]["email"] for it in results]
    assert answered != emails
    assert sorted(answered) == sorted(emails)


def test_a_secondary_email_leads_to_the_same_contact_and_stays_secondary(api: Api, hubspot: HubSpotEmulator) -> None:
    hubspot.seed([{"email": "a@example.com", "hs_additional_emails": "B@example.com;c@example.com"}])

    (result,) = api.upsert(row("b@example.com", firstname="Ana")).json()["results"]

    assert (result["new"], result["properties"]["email"]) == (False, "a@example.com")
    assert api.get(result["id"], "hs_additional_emails")["hs_additional_emails"] == "b@example.com;c@example.com"


def test_a_custom_unique_property_names_contacts_too(api: Api) -> None:
    api.define("crm_id", hasUniqueValue=True)
    one = {"id": "7", "idProperty": "crm_id", "properties": {"email": "a@example.com"}}

    made = api.upsert(one).json()["results"][0]
    again = api.upsert({**one, "properties": {"firstname": "Ana"}}).json()["results"][0]

    assert (made["new"], made["properties"]["crm_id"]) == (True, "7")
    assert (again["new"], again["id"]) == (False, made["id"])


def test_a_record_id_updates_and_one_that_does_not_exist_is_refused(api: Api) -> None:
    identity = api.create(email="a@example.com")

    good = api.upsert({"id": identity, "properties": {"firstname": "Ana"}})
    bad = api.upsert({"id": "1", "properties": {"firstname": "Ana"}})

    assert (good.status_code, good.json()["results"][0]["new"]) == (200, False)
    assert bad.status_code == 400


@pytest.mark.parametrize("name", ["firstname", "no_such_property"])
def test_a_property_that_is_not_unique_can_not_name_contacts(api: Api, name: str) -> None:
    answer = api.upsert({"id": "x", "idProperty": name, "properties": {}})

    assert answer.status_code == 400
    assert answer.json()["message"] == f"Unable to perform update/upsert by non-unique 0-1 property {name}"


def test_a_lifecycle_stage_moves_forward_only_until_it_is_cleared(api: Api) -> None:
    api.upsert(row("a@example.com", lifecyclestage="customer"))

    back = api.upsert(row("a@example.com", lifecyclestage="lead"))
    stages = [back.json()["results"][0]["properties"]["lifecyclestage"]]
    api.upsert(row("a@example.com", lifecyclestage=""))
    cleared = api.upsert(row("a@example.com", lifecyclestage="lead"))
    stages.append(cleared.json()["results"][0]["properties"]["lifecyclestage"])

    assert back.status_code == 200
    assert stages == ["customer", "lead"]


def test_two_inputs_can_not_have_one_value_of_a_unique_property(api: Api) -> None:
    api.define("crm_id", hasUniqueValue=True)

    answer = api.upsert(row("a@example.com", "1", crm_id="7"), row("b@example.com", "2", crm_id="7"))

    assert (answer.status_code, [it["properties"]["email"] for it in answer.json()["results"]]) == (
        207,
        ["a@example.com"],
    )
    assert answer.json()["errors"][0]["context"] == {"objectWriteTraceId": ["2"]}


def test_two_contacts_can_not_have_one_value_of_a_unique_property(api: Api) -> None:
    api.define("crm_id", hasUniqueValue=True)
    api.upsert(row("a@example.com", crm_id="7"))

    answer = api.upsert(row("b@example.com", crm_id="7"))
    api.upsert(row("a@example.com", crm_id="8"))
    freed = api.upsert(row("b@example.com", crm_id="7"))

    assert (answer.status_code, codes(answer)) == (400, ["CONFLICTING_UNIQUE_VALUE"])
    assert freed.status_code == 200
