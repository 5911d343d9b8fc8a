"""Archive, gdpr-delete and merge: what becomes of emails, values and ids."""

from typing import Any

import pytest

from hubsync_assets.emulator import HubSpotEmulator
from hubsync_assets_tests.emulator.asking import Api, row

NAMES = ("hs_additional_emails", "phone", "lifecyclestage", "hs_merged_object_ids")


def merge(api: Api, primary: str, other: str) -> tuple[int, dict[str, Any]]:
    answer = api.contacts("POST", "/merge", {"primaryObjectId": primary, "objectIdToMerge": other})
    return answer.status_code, answer.json()


def test_an_archived_email_makes_a_new_contact(api: Api) -> None:
    old = api.create(email="a@example.com", firstname="Ana")
    api.contacts("DELETE", f"/{old}")

    (result,) = api.upsert(row("a@example.com")).json()["results"]

    assert (result["new"], result["id"] != old, "firstname" in result["properties"]) == (True, True, False)


def test_archiving_frees_unique_values(api: Api) -> None:
    api.define("crm_id", hasUniqueValue=True)
    old = api.create(email="a@example.com", crm_id="7")
    api.contacts("DELETE", f"/{old}")

    assert api.upsert(row("b@example.com", crm_id="7")).status_code == 200


def test_gdpr_delete_leaves_nothing(api: Api, hubspot: HubSpotEmulator) -> None:
    (identity,) = hubspot.seed([{"email": "a@example.com", "hs_additional_emails": "b@example.com"}])

    answer = api.contacts("POST", "/gdpr-delete", {"objectId": "B@example.com", "idProperty": "email"})

    assert answer.status_code == 204
    assert hubspot.contacts() == []
    assert api.contacts("GET", f"/{identity}", archived="true").status_code == 404
    assert api.contacts("GET", archived="true").json() == {"results": []}


@pytest.mark.parametrize("known", [True, False])
def test_an_erased_email_can_be_written_again_unless_the_switch_says_no(
    api: Api, hubspot: HubSpotEmulator, known: bool
) -> None:
    if known:
        api.create(email="a@example.com")
    api.contacts("POST", "/gdpr-delete", {"objectId": "a@example.com", "idProperty": "email"})

    hubspot.switch(erased_emails_are_refused=True)
    refused = api.upsert(row("a@example.com"))
    hubspot.switch(erased_emails_are_refused=False)
    taken = api.upsert(row("a@example.com"))

    assert (refused.status_code, taken.status_code) == (400, 200)
    assert refused.json()["errors"][0]["code"] == "GDPR_BLACKLISTED_EMAIL"


def test_gdpr_delete_of_an_unknown_record_is_not_found(api: Api) -> None:
    assert api.contacts("POST", "/gdpr-delete", {"objectId": "1"}).status_code == 404
    assert api.contacts("POST", "/gdpr-delete", {}).status_code == 400


def test_a_merged_contact_has_a_new_id_and_both_addresses(api: Api, hubspot: HubSpotEmulator) -> None:
    one = api.create(email="a@example.com", firstname="Ana", lifecyclestage="lead")
    two = api.create(email="b@example.com", firstname="Bea", phone="1", lifecyclestage="customer")

    status, body = merge(api, one, two)

    values = api.get(str(body["id"]), "email", "firstname", *NAMES)
    assert (status, body["id"] in {one, two}) == (200, False)
    assert values["email"] == "a@example.com"
    assert values["hs_additional_emails"] == "b@example.com"
    assert (values["firstname"], values["phone"], values["lifecyclestage"]) == ("Ana", "1", "customer")
    assert values["hs_merged_object_ids"] == f"{one};{two}"
    assert [it["id"] for it in hubspot.contacts()] == [body["id"]]
    assert hubspot.state()["contacts"] == 1


def test_old_ids_and_emails_lead_to_the_merged_contact(api: Api) -> None:
    one, two, three = (api.create(email=f"{name}@example.com") for name in "abc")
    _, first = merge(api, one, two)
    _, second = merge(api, str(first["id"]), three)

    found = {api.contacts("GET", f"/{it}").json()["id"] for it in (one, two, three, first["id"], second["id"])}
    (result,) = api.upsert(row("c@example.com")).json()["results"]

    assert found == {second["id"]}
    assert (result["id"], result["new"]) == (second["id"], False)


def test_the_switch_lets_the_primary_id_live_on(api: Api, hubspot: HubSpotEmulator) -> None:
    hubspot.switch(merge_keeps_primary_id=True)
    one, two = (api.create(email=f"{name}@example.com") for name in "ab")

    _, body = merge(api, one, two)

    assert body["id"] == one
    assert [it["id"] for it in hubspot.contacts()] == [one]


def test_a_profile_has_at_most_250_addresses(api: Api, hubspot: HubSpotEmulator) -> None:
    one, two = hubspot.seed(
        {"email": f"{it}@example.com", "hs_additional_emails": ";".join(f"{it}{no}@example.com" for no in range(125))}
        for it in "ab"
    )

    status, body = merge(api, one, two)

    assert (status, body["message"]) == (400, "Cannot have more than 250 identities on a profile")


def test_merging_what_does_not_exist_or_one_contact_with_itself_is_refused(api: Api) -> None:
    identity = api.create(email="a@example.com")

    assert merge(api, identity, "1")[0] == 404
    assert merge(api, identity, identity)[0] == 400
    assert merge(api, "", "")[0] == 400
