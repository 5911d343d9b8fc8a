"""HubSpot's own Python client against the emulator: its models take every answer, errors included."""

import json
from typing import Any

import pytest
from hubspot import HubSpot
from hubspot.crm import contacts as crm
from hubspot.crm import properties as props
from urllib3.util.retry import Retry

from hubsync_assets.emulator import HubSpotEmulator


@pytest.fixture
def client(hubspot: HubSpotEmulator) -> Any:
    """The client, sent to the emulator."""
    return HubSpot(access_token=hubspot.token, host=hubspot.base_url)


def inputs(*emails: str) -> crm.BatchInputSimplePublicObjectBatchInputUpsert:
    return crm.BatchInputSimplePublicObjectBatchInputUpsert(
        inputs=[
            crm.SimplePublicObjectBatchInputUpsert(
                id=email, id_property="email", object_write_trace_id=str(place), properties={"email": email}
            )
            for place, email in enumerate(emails)
        ]
    )


def mrr(name: str = "mrr") -> props.PropertyCreate:
    return props.PropertyCreate(
        name=name, label="MRR", type="number", field_type="number", group_name="contactinformation"
    )


def test_batch_upsert_answers_200(client: Any) -> None:
    answer = client.crm.contacts.batch_api.upsert(inputs("a@example.com", "b@example.com"))

    assert isinstance(answer, crm.BatchResponseSimplePublicUpsertObject)
    assert sorted(it.properties["email"] for it in answer.results) == ["a@example.com", "b@example.com"]
    assert all(it.new and it.created_at == it.updated_at for it in answer.results)


def test_batch_upsert_answers_207(client: Any) -> None:
    answer = client.crm.contacts.batch_api.upsert(inputs("a@example.com", "b@example.con"))

    assert isinstance(answer, crm.BatchResponseSimplePublicUpsertObjectWithErrors)
    assert (answer.num_errors, len(answer.results)) == (1, 1)
    assert answer.errors[0].context == {"objectWriteTraceId": ["1"]}


def test_contacts_are_made_read_changed_and_archived_in_batches(client: Any) -> None:
    api = client.crm.contacts.batch_api
    made = api.create(
        crm.BatchInputSimplePublicObjectBatchInputForCreate(
            inputs=[
                crm.SimplePublicObjectBatchInputForCreate(properties={"email": f"{name}@example.com"}, associations=[])
                for name in "ab"
            ]
        )
    )
    ids = [it.id for it in made.results]
    changed = api.update(
        crm.BatchInputSimplePublicObjectBatchInput(
            inputs=[crm.SimplePublicObjectBatchInput(id=it, properties={"firstname": "Ana"}) for it in [*ids, "1"]]
        )
    )
    seen = api.read(
        crm.BatchReadInputSimplePublicObjectId(
            properties=["firstname"],
            properties_with_history=["firstname"],
            id_property="email",
            inputs=[crm.SimplePublicObjectId(id=it) for it in ("a@example.com", "x@example.com")],
        )
    )
    api.archive(crm.BatchInputSimplePublicObjectId(inputs=[crm.SimplePublicObjectId(id=it) for it in ids]))

    assert isinstance(changed, crm.BatchResponseSimplePublicObjectWithErrors)
    assert (len(changed.results), changed.errors[0].context) == (2, {"ids": ["1"]})
    assert isinstance(seen, crm.BatchResponseSimplePublicObjectWithErrors)
    assert seen.results[0].properties["firstname"] == "Ana"
    assert [it.value for it in seen.results[0].properties_with_history["firstname"]] == ["Ana"]
    assert client.crm.contacts.get_all() == []


def test_one_contact_goes_through_the_basic_api(client: Any) -> None:
    api = client.crm.contacts.basic_api
    made = api.create(crm.SimplePublicObjectInputForCreate(properties={"email": "a@example.com"}, associations=[]))
    changed = api.update(made.id, crm.SimplePublicObjectInput(properties={"firstname": "Ana"}))
    seen = api.get_by_id("a@example.com", id_property="email", properties=["firstname"])
    api.archive(made.id)

    assert (changed.id, seen.id, seen.properties["firstname"]) == (made.id, made.id, "Ana")
    with pytest.raises(crm.exceptions.NotFoundException):
        api.get_by_id(made.id)


def test_all_contacts_are_paged_through(client: Any, hubspot: HubSpotEmulator) -> None:
    hubspot.seed({"email": f"p{number}@example.com"} for number in range(205))

    assert len(client.crm.contacts.get_all()) == 205


def test_contacts_are_searched_merged_and_erased(client: Any, hubspot: HubSpotEmulator) -> None:
    one, two = hubspot.seed([{"email": "a@example.com"}, {"email": "b@example.com"}])
    hubspot.advance(10)
    contacts = client.crm.contacts
    condition = crm.Filter(property_name="email", operator="EQ", value="a@example.com")
    found = contacts.search_api.do_search(
        crm.PublicObjectSearchRequest(
            filter_groups=[crm.FilterGroup(filters=[condition])], sorts=[], properties=["email"], limit=1, after="0"
        )
    )
    merged = contacts.basic_api.merge(crm.PublicMergeInput(primary_object_id=one, object_id_to_merge=two))
    contacts.basic_api.purge(crm.PublicGdprDeleteInput(object_id=merged.id))

    assert (found.total, found.results[0].id) == (1, one)
    assert merged.properties["hs_additional_emails"] == "b@example.com"
    assert hubspot.contacts() == []


def test_properties_and_groups_are_made_changed_and_removed(client: Any) -> None:
    properties = client.crm.properties
    group = properties.groups_api.create("contacts", props.PropertyGroupCreate(name="sync", label="Sync"))
    made = properties.core_api.create("contacts", mrr())
    changed = properties.core_api.update("contacts", "mrr", props.PropertyUpdate(group_name="sync", label="Revenue"))
    listed = {it.name for it in properties.core_api.get_all("contacts").results}
    many = properties.batch_api.create("contacts", props.BatchInputPropertyCreate(inputs=[mrr("arr"), mrr()]))
    seen = properties.batch_api.read(
        "contacts",
        props.BatchReadInputPropertyName(archived=False, inputs=[props.PropertyName(name=it) for it in ("arr", "x")]),
    )
    properties.core_api.archive("contacts", "mrr")
    properties.groups_api.archive("contacts", "sync")

    assert (group.name, made.type, changed.label, changed.group_name) == ("sync", "number", "Revenue", "sync")
    assert {"email", "mrr", "lifecyclestage"} <= listed
    assert isinstance(many, props.BatchResponsePropertyWithErrors)
    assert isinstance(seen, props.BatchResponsePropertyWithErrors)
    assert [it.name for it in many.results + seen.results] == ["arr", "arr"]
    assert "sync" not in {it.name for it in properties.groups_api.get_all("contacts").results}


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("burst_429", 429),
        ("daily_429", 429),
        ("locked_423", 423),
        ("error_500", 500),
        ("error_502", 502),
        ("conflict_409", 409),
        ("expired_token", 401),
        ("missing_scopes", 403),
    ],
)
def test_an_error_is_the_clients_exception(client: Any, hubspot: HubSpotEmulator, kind: str, status: int) -> None:
    hubspot.fault(kind)

    with pytest.raises(crm.ApiException) as caught:
        client.crm.contacts.batch_api.upsert(inputs("a@example.com"))

    assert caught.value.status == status


def test_its_error_model_takes_a_400(client: Any) -> None:
    bad = inputs("a@example.com", "a@example.com")

    with pytest.raises(crm.ApiException) as caught:
        client.crm.contacts.batch_api.upsert(bad)

    deserialize = client.crm.contacts.batch_api.api_client._ApiClient__deserialize  # the client offers no other way
    error = deserialize(json.loads(caught.value.body), crm.Error)
    assert (error.category, error.context) == ("VALIDATION_ERROR", {"ids": ["a@example.com"]})


def test_its_retries_get_through_a_429(hubspot: HubSpotEmulator) -> None:
    hubspot.fault("burst_429", times=2)
    retry = Retry(total=3, status_forcelist=(429,), allowed_methods=None, backoff_factor=0)
    client = HubSpot(access_token=hubspot.token, host=hubspot.base_url, retry=retry)

    answer = client.crm.contacts.batch_api.upsert(inputs("a@example.com"))

    assert [it.properties["email"] for it in answer.results] == ["a@example.com"]
    assert [it["status"] for it in hubspot.calls()] == [429, 429, 200]
