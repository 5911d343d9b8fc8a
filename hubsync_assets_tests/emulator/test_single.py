"""One contact at a time."""

from hubsync_assets.emulator import HubSpotEmulator
from hubsync_assets_tests.emulator.asking import Api


def test_a_contact_is_made_read_changed_and_archived(api: Api) -> None:
    made = api.contacts("POST", "", {"properties": {"email": "A@example.com", "firstname": "Ana"}})
    identity = made.json()["id"]
    changed = api.contacts("PATCH", f"/{identity}", {"properties": {"firstname": ""}})
    seen = api.contacts("GET", f"/{identity}", properties="firstname")
    gone = api.contacts("DELETE", f"/{identity}")

    assert [it.status_code for it in (made, changed, seen, gone)] == [201, 200, 200, 204]
    assert made.json()["properties"]["email"] == "a@example.com"
    assert changed.json()["properties"]["firstname"] == ""
    assert seen.json()["properties"]["firstname"] is None
    assert api.contacts("GET", f"/{identity}").status_code == 404
    assert api.contacts("GET", f"/{identity}", archived="true").json()["archived"] is True


def test_a_contact_is_named_by_its_email(api: Api, hubspot: HubSpotEmulator) -> None:
    identity = api.create(email="a@example.com")
    by_email = {"idProperty": "email"}

    assert api.contacts("GET", "/a@example.com", None, **by_email).json()["id"] == identity
    patched = api.contacts("PATCH", "/A@example.com", {"properties": {"firstname": "Ana"}}, **by_email)
    assert patched.json()["id"] == identity
    assert api.contacts("DELETE", "/a@example.com", None, **by_email).status_code == 204
    assert hubspot.contacts() == []


def test_what_does_not_exist_is_not_found_and_deleting_it_says_nothing(api: Api) -> None:
    assert api.contacts("GET", "/1").json()["category"] == "OBJECT_NOT_FOUND"
    assert api.contacts("GET", "/1").status_code == 404
    assert api.contacts("PATCH", "/1", {"properties": {}}).status_code == 404
    assert api.contacts("DELETE", "/1").status_code == 204


def test_an_email_that_is_taken_is_a_conflict(api: Api, hubspot: HubSpotEmulator) -> None:
    (owner,) = hubspot.seed([{"email": "a@example.com", "hs_additional_emails": "b@example.com"}])
    other = api.create(email="c@example.com")

    made = api.contacts("POST", "", {"properties": {"email": "b@example.com"}})
    changed = api.contacts("PATCH", f"/{other}", {"properties": {"email": "a@example.com"}})

    assert (made.status_code, changed.status_code) == (409, 409)
    assert made.json()["message"] == changed.json()["message"] == f"Contact already exists. Existing ID: {owner}"


def test_bad_values_are_refused(api: Api) -> None:
    answer = api.contacts("POST", "", {"properties": {"email": "a@example.con"}})

    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "INVALID_EMAIL")


def test_an_email_that_was_given_up_is_free(api: Api) -> None:
    identity = api.create(email="a@example.com")
    api.contacts("PATCH", f"/{identity}", {"properties": {"email": "b@example.com"}})

    assert api.create(email="a@example.com") != identity
