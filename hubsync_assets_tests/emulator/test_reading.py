"""Batch read and the paged list."""

from itertools import chain
from typing import Any

import pytest

from hubsync_assets.emulator import HubSpotEmulator
from hubsync_assets_tests.emulator.asking import Api, row

VERSIONS = ("v3", "2026-03", "2026-09")


def read(api: Api, *ids: str, **more: object) -> tuple[int, dict[str, Any]]:
    answer = api.contacts("POST", "/batch/read", {"inputs": [{"id": it} for it in ids], **more})
    return answer.status_code, answer.json()


def test_contacts_are_read_by_email_whatever_its_case(api: Api) -> None:
    identity = api.create(email="a@example.com", firstname="Ana")

    status, body = read(api, " A@Example.com", idProperty="email", properties=["firstname", "phone", "nonsense"])

    assert status == 200
    assert [it["id"] for it in body["results"]] == [identity]
    values = body["results"][0]["properties"]
    assert values.items() >= {"firstname": "Ana", "phone": None}.items()
    assert values.keys() == {"createdate", "firstname", "hs_object_id", "lastmodifieddate", "phone"}


def test_a_read_that_names_no_properties_has_the_default_ones(api: Api) -> None:
    identity = api.create(email="a@example.com", firstname="Ana")
    _, batch = read(api, identity)

    answers = [
        batch["results"][0],
        api.contacts("GET").json()["results"][0],
        api.contacts("GET", f"/{identity}").json(),
    ]

    for answer in answers:
        names = ["createdate", "email", "firstname", "hs_object_id", "lastmodifieddate", "lastname"]
        assert sorted(answer["properties"]) == names


@pytest.mark.parametrize("how", ["one", "batch", "list", "search"])
def test_a_read_that_forgets_the_email_does_not_get_it(api: Api, hubspot: HubSpotEmulator, how: str) -> None:
    identity = api.create(email="a@example.com", phone="1")
    hubspot.advance(10)
    answer = {
        "one": lambda: api.contacts("GET", f"/{identity}", properties="phone").json(),
        "batch": lambda: read(api, identity, properties=["phone"])[1]["results"][0],
        "list": lambda: api.contacts("GET", properties="phone").json()["results"][0],
        "search": lambda: api.search(properties=["phone"]).json()["results"][0],
    }[how]()

    assert sorted(answer["properties"]) == ["createdate", "hs_object_id", "lastmodifieddate", "phone"]


def test_a_secondary_email_reads_the_contact(api: Api, hubspot: HubSpotEmulator) -> None:
    (identity,) = hubspot.seed([{"email": "a@example.com", "hs_additional_emails": "b@example.com"}])

    _, body = read(api, "b@example.com", idProperty="email")

    assert [it["id"] for it in body["results"]] == [identity]


@pytest.mark.parametrize("version", VERSIONS)
def test_all_missing_ids_come_in_one_error(hubspot: HubSpotEmulator, version: str) -> None:
    with Api(hubspot.base_url, version) as api:
        api.create(email="a@example.com")
        answered, body = read(api, "x@example.com", "a@example.com", "y@example.com", idProperty="email")

    assert (answered, body["numErrors"], len(body["results"])) == (207, 1, 1)
    assert body["errors"] == [
        {
            "status": "error",
            "category": "OBJECT_NOT_FOUND",
            "message": "Could not get some CONTACT objects, they may be deleted or not exist. Check that ids are valid.",
            "context": {"ids": ["x@example.com", "y@example.com"]},
        }
    ]


@pytest.mark.parametrize("identity", ["1", "no number", "-1", "99999999999999999999"])
def test_a_record_id_that_does_not_exist_is_missing(api: Api, identity: str) -> None:
    status, body = read(api, identity)

    assert (status, body["errors"][0]["context"]) == (207, {"ids": [identity]})


def test_a_property_that_is_not_unique_can_not_name_contacts(api: Api) -> None:
    assert read(api, "Ana", idProperty="firstname")[0] == 400


def test_reading_duplicates_or_too_many_is_refused(api: Api) -> None:
    assert read(api, "1", "1")[0] == 400
    assert read(api, *map(str, range(101)))[0] == 400


def test_the_history_of_a_property_is_newest_first(api: Api, hubspot: HubSpotEmulator) -> None:
    identity = api.create(email="a@example.com", firstname="Ana")
    hubspot.advance(1)
    hubspot.seed([{"email": "a@example.com", "firstname": "Anna"}])
    hubspot.advance(1)
    api.upsert(row("a@example.com", firstname=""))

    _, body = read(api, identity, propertiesWithHistory=["firstname"])

    history = body["results"][0]["propertiesWithHistory"]["firstname"]
    assert [(it["value"], it["sourceType"]) for it in history] == [
        ("", "INTEGRATION"),
        ("Anna", "CRM_UI"),
        ("Ana", "INTEGRATION"),
    ]
    assert sorted((it["timestamp"] for it in history), reverse=True) == [it["timestamp"] for it in history]


def test_histories_are_read_for_50_contacts_at_most(api: Api) -> None:
    status, body = read(api, *map(str, range(51)), propertiesWithHistory=["firstname"])

    assert status == 400
    assert "in a batch request for property histories is 50." in str(body["message"])


def test_properties_that_are_no_list_of_names_are_refused(api: Api) -> None:
    assert read(api, "1", properties="firstname")[0] == 400


@pytest.mark.parametrize(("count", "sizes"), [(25, [10, 10, 5]), (20, [10, 10])])
def test_the_list_pages_through_all_contacts_once(
    api: Api, hubspot: HubSpotEmulator, count: int, sizes: list[int]
) -> None:
    hubspot.seed({"email": f"p{number}@example.com"} for number in range(count))

    pages = []
    after = "0"
    while after:
        answer = api.contacts("GET", limit="10", after=after, properties="email").json()
        pages.append([it["properties"]["email"] for it in answer["results"]])
        after = answer.get("paging", {}).get("next", {}).get("after", "")

    assert [len(page) for page in pages] == sizes
    assert sorted(chain.from_iterable(pages)) == sorted(f"p{number}@example.com" for number in range(count))


def test_an_empty_portal_has_one_empty_page(api: Api) -> None:
    answer = api.contacts("GET")

    assert answer.json() == {"results": []}


def test_a_page_has_10_contacts_unless_asked(api: Api, hubspot: HubSpotEmulator) -> None:
    hubspot.seed({"email": f"p{number}@example.com"} for number in range(11))

    assert len(api.contacts("GET").json()["results"]) == 10


@pytest.mark.parametrize("query", [{"limit": "101"}, {"limit": "0"}, {"limit": "x"}, {"after": "x"}])
def test_a_page_that_can_not_be_is_refused(api: Api, query: dict[str, str]) -> None:
    assert api.contacts("GET", **query).status_code == 400


def test_archived_contacts_are_listed_apart(api: Api) -> None:
    api.create(email="a@example.com")
    gone = api.create(email="b@example.com")
    api.contacts("DELETE", f"/{gone}")

    live, archived = (api.contacts("GET", archived=word).json()["results"] for word in ("false", "true"))

    assert [it["properties"]["email"] for it in live] == ["a@example.com"]
    assert [(it["id"], it["archived"], "archivedAt" in it) for it in archived] == [(gone, True, True)]


def test_another_object_type_is_not_known(api: Api) -> None:
    answer = api.ask("GET", "/crm/v3/objects/butterflies")

    assert (answer.status_code, answer.json()["message"]) == (400, "Unable to infer object type from: butterflies")


@pytest.mark.parametrize("name", ["contacts", "contact", "0-1"])
def test_contacts_have_three_names(api: Api, name: str) -> None:
    assert api.ask("GET", f"/crm/objects/2026-09/{name}").status_code == 200


@pytest.mark.parametrize(
    "path", ["/crm/objects/2025-01/contacts", "/crm/objects/v3/contacts", "/crm/v4/objects/contacts"]
)
def test_a_path_that_the_api_does_not_have_is_not_found(api: Api, path: str) -> None:
    assert api.ask("GET", path).status_code == 404
