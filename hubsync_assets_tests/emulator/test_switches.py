"""The switches that no other test turns."""

import pytest

from hubsync_assets.emulator import ControlError, HubSpotEmulator, Switches
from hubsync_assets_tests.emulator.asking import Api, row


def test_2026_09_can_answer_200_with_errors(hubspot: HubSpotEmulator) -> None:
    hubspot.switch(multi_status_in_2026_09=False)
    with Api(hubspot.base_url, "2026-09") as api:
        answer = api.upsert(row("a@example.com", "1"), row("b@example.con", "2"))

    assert (answer.status_code, answer.json()["numErrors"]) == (200, 1)


def test_trace_ids_can_be_echoed(api: Api, hubspot: HubSpotEmulator) -> None:
    hubspot.switch(echo_trace_ids=True)

    (result,) = api.upsert(row("a@example.com", "one")).json()["results"]

    assert result["objectWriteTraceId"] == "one"


def test_case_variants_can_be_two_ids_of_one_contact(api: Api, hubspot: HubSpotEmulator) -> None:
    hubspot.switch(case_variants_are_duplicates=False)
    api.create(email="a@example.com")

    answer = api.upsert(row("a@example.com"), row("A@example.com"))

    assert "Duplicate IDs" in answer.json()["message"]
    assert answer.json()["context"]["ids"] != ["a@example.com"]


def test_a_conflict_can_cost_only_itself(api: Api, hubspot: HubSpotEmulator) -> None:
    hubspot.switch(conflict_fails_batch=False)
    for name in "ab":
        api.create(email=f"{name}@example.com")
    thief = {**row("b@example.com", "1"), "properties": {"email": "a@example.com"}}

    answer = api.upsert(thief, row("c@example.com", "2"))

    assert (answer.status_code, [it["properties"]["email"] for it in answer.json()["results"]]) == (
        207,
        ["c@example.com"],
    )
    assert "Contact already exists" in answer.json()["errors"][0]["message"]


def test_an_upsert_can_clear_what_it_does_not_name(api: Api, hubspot: HubSpotEmulator) -> None:
    hubspot.switch(omitted_properties_stay=False)
    identity = api.create(email="a@example.com", firstname="Ana", phone="1")

    api.upsert(row("a@example.com", phone="2"))

    values = api.get(identity, "email", "firstname", "phone")
    assert (values["email"], values["firstname"], values["phone"]) == ("a@example.com", None, "2")


def test_a_merged_id_can_be_gone(api: Api, hubspot: HubSpotEmulator) -> None:
    hubspot.switch(merged_ids_lead_on=False)
    one, two = (api.create(email=f"{name}@example.com") for name in "ab")
    api.contacts("POST", "/merge", {"primaryObjectId": one, "objectIdToMerge": two})

    assert api.contacts("GET", f"/{two}").status_code == 404


def test_deleting_nothing_can_be_not_found(api: Api, hubspot: HubSpotEmulator) -> None:
    hubspot.switch(deleting_nothing_is_not_found=True)

    assert api.contacts("DELETE", "/1").status_code == 404


@pytest.mark.parametrize(("finds", "names"), [(True, ["Bea", "Carl"]), (False, ["Bea"])])
@pytest.mark.parametrize(
    "condition",
    [
        {"operator": "NEQ", "value": "acme"},
        {"operator": "NOT_IN", "values": ["acme"]},
        {"operator": "NOT_CONTAINS_TOKEN", "value": "acme"},
    ],
)
def test_negative_filters_can_leave_out_what_has_no_value(
    api: Api, hubspot: HubSpotEmulator, condition: dict[str, object], finds: bool, names: list[str]
) -> None:
    hubspot.switch(negative_filters_find_missing=finds)
    hubspot.seed(
        [{"firstname": "Ana", "company": "Acme"}, {"firstname": "Bea", "company": "Globex"}, {"firstname": "Carl"}]
    )
    hubspot.advance(10)

    found = api.search(filterGroups=[{"filters": [{"propertyName": "company", **condition}]}]).json()

    assert [it["properties"]["firstname"] for it in found["results"]] == names


def test_batch_update_can_take_emails(api: Api, hubspot: HubSpotEmulator) -> None:
    hubspot.switch(batch_update_by_email=True)
    identity = api.create(email="a@example.com")

    one = {"id": "a@example.com", "idProperty": "email", "properties": {"firstname": "Ana"}}
    answer = api.contacts("POST", "/batch/update", {"inputs": [one]})

    assert [it["id"] for it in answer.json()["results"]] == [identity]


def test_a_secondary_email_can_become_the_primary_one(api: Api, hubspot: HubSpotEmulator) -> None:
    hubspot.switch(secondary_becomes_primary=True)
    (identity,) = hubspot.seed([{"email": "a@example.com", "hs_additional_emails": "b@example.com;c@example.com"}])

    api.upsert(row("b@example.com"))

    values = api.get(identity, "email", "hs_additional_emails")
    assert (values["email"], values["hs_additional_emails"]) == ("b@example.com", "a@example.com;c@example.com")
    assert api.upsert(row("a@example.com")).json()["results"][0]["new"] is False


@pytest.mark.parametrize(
    ("swaps", "primary", "secondary"),
    [(True, "b@example.com", "a@example.com"), (False, "a@example.com", "b@example.com")],
)
def test_an_update_by_id_swaps_the_addresses_or_not(
    api: Api, hubspot: HubSpotEmulator, swaps: bool, primary: str, secondary: str
) -> None:
    hubspot.switch(secondary_becomes_primary=swaps)
    (identity,) = hubspot.seed([{"email": "a@example.com", "hs_additional_emails": "b@example.com"}])

    one = {"id": identity, "properties": {"email": "b@example.com", "phone": "1"}}
    answer = api.contacts("POST", "/batch/update", {"inputs": [one]})

    (contact,) = hubspot.contacts()
    assert (answer.status_code, contact["phone"]) == (200, "1")
    assert (contact["email"], contact["hs_additional_emails"]) == (primary, secondary)


@pytest.mark.parametrize(("stage", "kept"), [("", None), ("subscriber", "subscriber")])
def test_the_first_lifecycle_stage_can_be_another(
    api: Api, hubspot: HubSpotEmulator, stage: str, kept: str | None
) -> None:
    hubspot.switch(new_lifecycle_stage=stage)

    assert api.get(api.create(email="a@example.com"), "lifecyclestage")["lifecyclestage"] == kept


def test_results_can_keep_their_order(api: Api, hubspot: HubSpotEmulator) -> None:
    hubspot.switch(shuffle_results=False)
    emails = [f"p{number}@example.com" for number in range(50)]

    results = api.upsert(*(row(email) for email in emails)).json()["results"]

    assert [it["properties"]["email"] for it in results] == emails


def test_a_switch_that_does_not_exist_is_refused(hubspot: HubSpotEmulator) -> None:
    with pytest.raises(ControlError, match="There is no switch nonsense"):
        hubspot.switch(nonsense=True)
    with pytest.raises(ControlError, match="takes a bool"):
        hubspot.switch(echo_trace_ids="yes")


def test_a_library_user_sets_switches_at_the_start() -> None:
    with HubSpotEmulator(switches=Switches(token="right")) as hubspot, Api(hubspot.base_url) as api:
        assert api.contacts("GET").status_code == 401
        hubspot.switch(token="")
        assert api.contacts("GET").status_code == 200
        hubspot.reset()
        assert api.contacts("GET").status_code == 401
