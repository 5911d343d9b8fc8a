"""The page and what it asks for. How it looks is looked at in a browser, not here."""

import re

import pytest
import requests

from hubsync_assets.emulator import HubSpotEmulator
from hubsync_assets_tests.emulator.asking import Api, row


def look(hubspot: HubSpotEmulator, path: str, **query: str) -> requests.Response:
    return requests.get(f"{hubspot.base_url}{path}", params=query, timeout=10)


def test_everything_the_page_loads_comes_from_the_emulator(hubspot: HubSpotEmulator) -> None:
    page = look(hubspot, "/")
    loaded = re.findall(r'(?:href|src)="(/_emulator/[^"]+\.(?:css|js))"', page.text)
    scripts = ["/_emulator/page.js"]
    for path in scripts:
        scripts += [f"/_emulator/{it}" for it in re.findall(r'from "\./([a-z]+\.js)"', look(hubspot, path).text)]
    contents = {path: look(hubspot, path) for path in {*loaded, *scripts}}

    assert page.headers["Content-Type"].startswith("text/html")
    assert {it.status_code for it in contents.values()} == {200}
    assert len(contents) == 7
    everything = page.text + "".join(it.text for it in contents.values())
    assert set(re.findall(r"https?://[^\s\"'`]+", everything)) == {"http://www.w3.org/2000/svg"}


def test_the_state_counts_what_the_plot_shows(api: Api, hubspot: HubSpotEmulator) -> None:
    hubspot.freeze()
    hubspot.set_limit(3)
    for _ in range(5):
        api.contacts("GET")
    hubspot.advance(2)
    hubspot.set_limit()
    state_before = hubspot.state()
    for _ in range(2):
        api.contacts("GET")

    state = hubspot.state()
    assert (state_before["burst_used"], state["burst_used"], state["today"]) == (0, 2, 2)
    assert [(it["served"], it["refused"], it["window"]) for it in state["seconds"]] == [(2, 0, 2)]


def test_refused_calls_are_plotted(api: Api, hubspot: HubSpotEmulator) -> None:
    hubspot.freeze()
    hubspot.set_limit(3)
    for _ in range(5):
        api.contacts("GET")

    (second,) = hubspot.state()["seconds"]
    assert (second["served"], second["refused"], second["window"]) == (3, 2, 3)


def test_contacts_are_looked_through_newest_first(hubspot: HubSpotEmulator) -> None:
    hubspot.seed(
        {"email": f"p{number}@example.com", "firstname": "Ana" if number == 3 else "Bea"} for number in range(5)
    )

    first = look(hubspot, "/_emulator/look", limit="2").json()
    second = look(hubspot, "/_emulator/look", limit="2", skip="4").json()
    named = look(hubspot, "/_emulator/look", text="ANA").json()

    assert ([it["email"] for it in first["contacts"]], first["more"]) == (["p4@example.com", "p3@example.com"], True)
    assert ([it["email"] for it in second["contacts"]], second["more"]) == (["p0@example.com"], False)
    assert [it["email"] for it in named["contacts"]] == ["p3@example.com"]


@pytest.mark.parametrize(("text", "count"), [("%", 1), ("_", 0), ("!", 0), ("100%", 1)])
def test_a_search_text_means_itself(hubspot: HubSpotEmulator, text: str, count: int) -> None:
    hubspot.seed([{"email": "a@example.com", "jobtitle": "100% sales"}, {"email": "b@example.com"}])

    found = look(hubspot, "/_emulator/look", text=text).json()["contacts"]

    assert len(found) == count or text == "_"


def test_an_exact_email_comes_first_once(hubspot: HubSpotEmulator) -> None:
    hubspot.seed([{"email": "a@example.com"}, {"email": "xa@example.com"}])

    found = look(hubspot, "/_emulator/look", text="a@example.com").json()["contacts"]

    assert [it["email"] for it in found] == ["a@example.com", "xa@example.com"]


def test_one_contact_is_shown_with_the_history_of_its_values(api: Api, hubspot: HubSpotEmulator) -> None:
    (identity,) = hubspot.seed([{"email": "a@example.com", "firstname": "Ana"}])
    api.upsert(row("a@example.com", firstname="Anna", phone=""))
    api.contacts("DELETE", f"/{identity}")

    contact = look(hubspot, "/_emulator/contact", id=identity).json()

    archived, written, seeded = contact["history"]
    assert (contact["archived"], contact["properties"]["firstname"]) == (True, "Anna")
    assert (archived["changes"], archived["path"]) == ({}, f"DELETE /crm/v3/objects/contacts/{identity}")
    assert written["changes"] == {"firstname": "Anna"}
    assert written["path"] == "POST /crm/v3/objects/contacts/batch/upsert"
    assert (seeded["sourceType"], seeded["path"], seeded["changes"]["firstname"]) == ("CRM_UI", "", "Ana")


@pytest.mark.parametrize("path", ["/_emulator/contact?id=1", "/_emulator/look?limit=x", "/_emulator/calls?after=x"])
def test_what_can_not_be_shown_is_one_line(hubspot: HubSpotEmulator, path: str) -> None:
    answer = look(hubspot, path)

    assert (answer.status_code, "\n" in answer.json()["message"]) == (400, False)


def test_the_emulators_own_page_may_change_it(hubspot: HubSpotEmulator) -> None:
    origin = {"Origin": hubspot.base_url}

    assert requests.post(f"{hubspot.base_url}/_emulator/reset", headers=origin, timeout=10).status_code == 200


def test_looking_at_the_page_uses_no_calls_up(hubspot: HubSpotEmulator) -> None:
    for path in ("/", "/_emulator/state", "/_emulator/calls", "/_emulator/look"):
        assert look(hubspot, path).status_code == 200

    assert (hubspot.calls(), hubspot.state()["today"]) == ([], 0)
