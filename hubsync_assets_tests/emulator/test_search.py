"""Search: filters, sorting, paging, its limits and its lag."""

import pytest

from hubsync_assets.emulator import HubSpotEmulator
from hubsync_assets_tests.emulator.asking import Api, row

PEOPLE = [
    {"email": "ana@example.com", "firstname": "Ana", "company": "Acme Iberia", "mrr": "9.5", "start": "2026-01-10"},
    {"email": "bea@example.com", "firstname": "Bea", "company": "Globex", "mrr": "100", "start": "2026-03-10"},
    {"email": "carl@example.de", "firstname": "Carl", "mrr": "20"},
    {"email": "dora@example.de", "firstname": "dora", "company": "acme"},
]


@pytest.fixture
def people(api: Api, hubspot: HubSpotEmulator) -> Api:
    """Four contacts that search already sees."""
    api.define("mrr", "number", "number")
    api.define("start", "date", "date")
    api.define("met", "datetime", "date")
    hubspot.seed(PEOPLE)
    hubspot.advance(10)
    return api


@pytest.mark.parametrize(
    "filtered", [{"operator": "EQ", "value": "B@x.com"}, {"operator": "IN", "values": ["b@x.com", "q@x.com"]}]
)
def test_a_secondary_address_finds_its_contact(api: Api, hubspot: HubSpotEmulator, filtered: dict[str, object]) -> None:
    hubspot.seed([{"email": "a@x.com", "hs_additional_emails": "c@x.com;b@x.com", "firstname": "Ana"}])
    hubspot.seed([{"email": "ab@x.com", "firstname": "Bea"}])
    hubspot.advance(10)

    assert found(api, filterGroups=[{"filters": [{"propertyName": "email", **filtered}]}]) == ["Ana"]


def found(api: Api, **body: object) -> list[str]:
    """The first names of what search finds."""
    answer = api.search(**body)
    assert answer.status_code == 200, answer.text
    return [it["properties"]["firstname"] for it in answer.json()["results"]]


def by(name: str, operator: str, **values: object) -> list[dict[str, object]]:
    return [{"filters": [{"propertyName": name, "operator": operator, **values}]}]


@pytest.mark.parametrize(
    ("name", "operator", "values", "names"),
    [
        ("email", "EQ", {"value": "ANA@example.com"}, ["Ana"]),
        ("email", "EQ", {"value": "nobody@example.com"}, []),
        ("email", "IN", {"values": ["ana@example.com", "carl@example.de"]}, ["Ana", "Carl"]),
        ("email", "CONTAINS_TOKEN", {"value": "*@example.de"}, ["Carl", "dora"]),
        ("firstname", "EQ", {"value": "Dora"}, ["dora"]),
        ("firstname", "NEQ", {"value": "Ana"}, ["Bea", "Carl", "dora"]),
        ("firstname", "NOT_IN", {"values": ["ana", "bea"]}, ["Carl", "dora"]),
        ("company", "HAS_PROPERTY", {}, ["Ana", "Bea", "dora"]),
        ("company", "NOT_HAS_PROPERTY", {}, ["Carl"]),
        ("company", "CONTAINS_TOKEN", {"value": "acme"}, ["Ana", "dora"]),
        ("company", "CONTAINS_TOKEN", {"value": "acm"}, []),
        ("company", "NOT_CONTAINS_TOKEN", {"value": "acme"}, ["Bea", "Carl"]),
        ("mrr", "GT", {"value": "9.5"}, ["Bea", "Carl"]),
        ("mrr", "GTE", {"value": "9.5"}, ["Ana", "Bea", "Carl"]),
        ("mrr", "LT", {"value": 20}, ["Ana"]),
        ("mrr", "LTE", {"value": 20}, ["Ana", "Carl"]),
        ("mrr", "BETWEEN", {"value": 10, "highValue": 100}, ["Bea", "Carl"]),
        ("start", "LT", {"value": "2026-02-01"}, ["Ana"]),
        ("start", "GTE", {"value": "1773100800000"}, ["Bea"]),
        ("createdate", "GT", {"value": "2020-01-01"}, ["Ana", "Bea", "Carl", "dora"]),
        ("createdate", "LT", {"value": "2020-01-01"}, []),
    ],
)
def test_an_operator_finds_what_it_should(
    people: Api, name: str, operator: str, values: dict[str, object], names: list[str]
) -> None:
    assert found(people, filterGroups=by(name, operator, **values)) == names


def test_a_custom_time_is_compared_as_a_time(people: Api, hubspot: HubSpotEmulator) -> None:
    people.upsert(row("ana@example.com", met="2026-05-01T10:00:00.000Z"))
    hubspot.advance(10)

    assert found(people, filterGroups=by("met", "EQ", value="2026-05-01T12:00:00+02:00")) == ["Ana"]
    assert found(people, filterGroups=by("met", "GT", value="2026-05-01T10:00:00.000Z")) == []


def test_filters_of_a_group_are_all_met_and_of_groups_any(people: Api) -> None:
    acme = by("company", "CONTAINS_TOKEN", value="acme")[0]["filters"]
    rich = by("mrr", "GT", value=1)[0]["filters"]

    assert found(people, filterGroups=[{"filters": [*acme, *rich]}]) == ["Ana"]  # type: ignore[misc]
    assert found(people, filterGroups=[{"filters": acme}, {"filters": rich}]) == ["Ana", "Bea", "Carl", "dora"]


def test_a_query_looks_into_the_text_properties(people: Api) -> None:
    assert found(people, query="ACME") == ["Ana", "dora"]
    assert found(people, query="acme dora") == ["dora"]


@pytest.mark.parametrize(
    ("sort", "names"),
    [
        ({"propertyName": "firstname", "direction": "DESCENDING"}, ["dora", "Carl", "Bea", "Ana"]),
        ({"propertyName": "mrr", "direction": "ASCENDING"}, ["Ana", "Carl", "Bea", "dora"]),
        ({"propertyName": "mrr", "direction": "DESCENDING"}, ["Bea", "Carl", "Ana", "dora"]),
        ("firstname", ["Ana", "Bea", "Carl", "dora"]),
    ],
)
def test_results_are_sorted_and_missing_values_come_last(people: Api, sort: object, names: list[str]) -> None:
    assert found(people, sorts=[sort]) == names


def test_pages_follow_one_another_and_total_counts_all(people: Api) -> None:
    first = people.search(limit=3).json()
    second = people.search(limit=3, after=first["paging"]["next"]["after"]).json()

    assert (first["total"], second["total"], "paging" in second) == (4, 4, False)
    names = [it["properties"]["firstname"] for it in first["results"] + second["results"]]
    assert names == ["Ana", "Bea", "Carl", "dora"]


def test_a_limit_of_nothing_still_counts(people: Api) -> None:
    assert people.search(limit=0).json() == {"total": 4, "results": []}


def test_asked_properties_are_returned(people: Api) -> None:
    (result,) = people.search(query="bea", properties=["mrr"]).json()["results"]

    assert result["properties"]["mrr"] == "100"


def test_archived_contacts_are_never_found(people: Api) -> None:
    (ana,) = people.search(query="ana").json()["results"]
    people.contacts("DELETE", f"/{ana['id']}")

    assert found(people, query="ana") == []


@pytest.mark.parametrize(
    "body",
    [
        {"limit": 201},
        {"limit": -1},
        {"limit": "many"},
        {"after": "x"},
        {"limit": 100, "after": 9_901},
        {"query": "x" * 3_000},
        {"filterGroups": [{"filters": []}] * 6},
        {"filterGroups": [{"filters": by("email", "HAS_PROPERTY")[0]["filters"]}] * 6},
        {"filterGroups": [{"filters": [{"propertyName": "email", "operator": "HAS_PROPERTY"}] * 7}]},
        {"filterGroups": by("email", "LIKE", value="x")},
        {"filterGroups": by("nonsense", "EQ", value="x")},
        {"filterGroups": by("email", "EQ")},
        {"filterGroups": by("email", "IN", value="x")},
        {"filterGroups": by("company_size", "EQ", value=[1])},
        {"filterGroups": by("createdate", "GT", value="soon")},
        {"filterGroups": by("hs_object_id", "GT", value="many")},
        {"filterGroups": ["x"]},
        {"sorts": ["email", "firstname"]},
        {"sorts": ["nonsense"]},
        {"properties": "email"},
    ],
)
def test_a_search_that_can_not_be_is_refused(api: Api, body: dict[str, object]) -> None:
    assert api.search(**body).status_code == 400


def test_search_sees_a_write_only_after_a_while(people: Api, hubspot: HubSpotEmulator) -> None:
    hubspot.freeze()
    people.upsert(row("ana@example.com", firstname="Anna"), row("eva@example.com", firstname="Eva"))

    at_once = found(people)
    hubspot.advance(1.9)
    just_before = found(people)
    hubspot.advance(0.2)
    later = found(people)

    assert at_once == just_before == ["Ana", "Bea", "Carl", "dora"]
    assert later == ["Anna", "Bea", "Carl", "dora", "Eva"]


def test_the_lag_is_a_switch(people: Api, hubspot: HubSpotEmulator) -> None:
    hubspot.switch(search_lag_seconds=0)
    people.upsert(row("ana@example.com", firstname="Anna"))

    assert found(people, filterGroups=by("email", "EQ", value="ana@example.com")) == ["Anna"]
