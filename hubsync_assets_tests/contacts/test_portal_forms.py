"""HubSpot's own forms of values: what means the same, which options it has, and what it does not take."""

from typing import Any

import pytest

from hubsync_assets.hubspot.values import PropertySchema
from hubsync_assets_tests.contacts.tables import PORTAL, REGION, plan

ANNA = "anna@example.com"
DROPDOWN = {"country": PropertySchema("country", "enumeration", "select", options={"sp": "Spain", "it": "Italy"})}


@pytest.mark.parametrize(
    ("golden", "held"),
    [
        ({"country": "ES"}, {"country": "España"}),
        ({"country": "ES"}, {"country": "es"}),
        ({"country": "ES", "phone": "612 34 56 78"}, {"country": "Spain", "phone": "+34 612-345-678"}),
        ({"country": "ES", "phone": "612 34 56 78"}, {"country": "Spain", "phone": "612345678"}),
        ({"mrr": 1000.0}, {"mrr": "1E+3"}),
        ({"company_size": 10}, {"company_size": "10.0"}),
        ({"company_name": "Acme"}, {"company": " Acme "}),
        ({"name": "Ana de la Cruz"}, {"firstname": "Ana de la", "lastname": "Cruz"}),
        ({"name": "Ana García"}, {"firstname": "Ana García", "lastname": None}),
        ({"name": "Ana"}, {"firstname": "Ana", "lastname": "García"}),
    ],
)
def test_form_alone_is_no_change(golden: dict[str, Any], held: dict[str, Any]) -> None:
    planned = plan([{"email": ANNA, **golden}], hubspot=[{"email": ANNA, **held}])
    assert planned.outcome == "unchanged"
    assert planned.noted["seen"] == list(golden)
    assert {name: planned.noted[name] for name in golden} == golden


def test_other_forms_are_counted_and_reformat_writes_only_our_own_anew() -> None:
    state = {"email": ANNA, "country": "ES", "country:ours": True, "company_name": "Acme"}
    held = [{"email": ANNA, "country": "ES"}]
    told: dict[str, Any] = {"state": [state], "hubspot": held}
    assert plan([state], **told).outcome == "known"
    assert plan([{**state, "company_name": "B"}], **told).changes.values.other_forms == {"country": 1}
    assert plan([state], reformat=True, **told).sends == {"country": ("ES", "Spain", "overwrite")}
    theirs: dict[str, Any] = {"state": [{**state, "country:ours": False}], "hubspot": held}
    assert plan([state], reformat=True, **theirs).outcome == "unchanged"


def test_the_code_of_a_country_goes_along_with_it_and_plans_nobody() -> None:
    portal = {**PORTAL, **REGION}
    held = {"email": ANNA, "country": "Spain", "phone": "1"}
    golden = {"email": ANNA, "country": "ES", "phone": "1"}
    assert plan([golden], hubspot=[{**held, "hs_country_region_code": "IT"}], portal=portal).outcome == "unchanged"
    assert plan([{**golden, "phone": "2"}], hubspot=[held], portal=portal).sends == {
        "phone": ("1", "2", "overwrite_theirs")
    }
    assert plan([golden], hubspot=[{**held, "country": "Italy"}], portal=portal).sends == {
        "country": ("Italy", "Spain", "overwrite_theirs"), "hs_country_region_code": (None, "ES", "fill"),
    }  # fmt: skip
    assert set(plan([golden], portal=portal).sends) == {"country", "phone", "hs_country_region_code"}
    assert set(plan([golden]).sends) == {"country", "phone"}


def test_a_dropdown_gets_the_option_that_means_the_value() -> None:
    portal = {**PORTAL, **DROPDOWN}
    assert plan([{"email": ANNA, "country": "ES"}], portal=portal).sends == {"country": (None, "sp", "create")}
    assert plan(
        [{"email": ANNA, "country": "ES"}], portal=portal, hubspot=[{"email": ANNA, "country": "sp"}]
    ).outcome == ("unchanged")


def test_a_value_that_the_portal_cannot_take_costs_the_value_and_not_the_contact() -> None:
    planned = plan([{"email": ANNA, "name": "Anna", "country": "FR"}], portal={**PORTAL, **DROPDOWN})
    assert planned.sends == {"firstname": (None, "Anna", "create")}
    refused = planned.settled["country"]
    assert (refused["decision"], refused["value"], refused["property"]) == ("refused", "FR", "country")
    assert (refused["category"], refused["message"].partition(":")[0]) == ("not_an_option", "country")
    assert planned.changes.values.of("refused") == {"country": 1}
