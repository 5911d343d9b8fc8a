"""A contact beside what HubSpot holds of it: what is the same, what is ours, and what is sent."""

from typing import Any

import pytest

from hubsync_assets.hubspot.live import Live, LiveField
from hubsync_assets.hubspot.portal_values import PortalValues
from hubsync_assets.hubspot.values import PropertySchema
from hubsync_assets_tests.contacts.tables import PORTAL, REGION
from hubsync_assets_tests.shipped import CONTACT_FIELDS, MAPPING

ANA: dict[str, Any] = {"email": "ana@example.com"}
CODE = "hs_country_region_code"
LIVE = Live(PortalValues(MAPPING, {**PORTAL, **REGION}))
SPANISH = {"phone": "ES"}


def field(name: str, golden: Any = None, state: Any = None, **live: str | None) -> LiveField:
    """One field of Ana, compared."""
    fields, unfit = LIVE.compare({**ANA, name: golden}, {name: state}, live, SPANISH, SPANISH)
    assert unfit == []
    assert set(fields) == {each.name for each in CONTACT_FIELDS}
    return fields[name]


def test_a_field_of_which_nobody_has_anything_is_nothing() -> None:
    nothing = LiveField(old=None, same=False, exact=True, ours=False, rest_ours=False)
    assert field("mrr") == field("mrr", mrr="") == field("mrr", mrr=None) == nothing


def test_what_hubspot_holds_is_compared_with_the_sources_and_with_what_we_wrote() -> None:
    ours = field("mrr", golden=2.0, state=1.0, mrr="1.0")
    assert (ours.old, ours.same, ours.exact, ours.ours) == ("1.0", False, False, True)
    theirs = field("mrr", golden=1.0, state=2.0, mrr="1.0")
    assert (theirs.same, theirs.exact, theirs.ours) == (True, False, False)
    assert field("mrr", golden=1.0, mrr="1").exact
    emptied = field("mrr", golden=1.0, state=1.0, mrr="")
    assert (emptied.old, emptied.same, emptied.ours) == (None, False, False)


def test_a_phone_is_compared_with_the_country_of_now_and_of_then() -> None:
    golden = {**ANA, "phone": "612345678"}
    live = {"phone": "+34612345678"}
    of_spain, _ = LIVE.compare(golden, {"phone": "612 34 56 78"}, live, SPANISH, {"phone": "FR"})
    assert (of_spain["phone"].same, of_spain["phone"].ours) == (True, False)
    of_france, _ = LIVE.compare(golden, {"phone": "612 34 56 78"}, live, {"phone": "FR"}, SPANISH)
    assert (of_france["phone"].same, of_france["phone"].ours) == (False, True)


@pytest.mark.parametrize(
    ("name", "first", "last", "same", "ours"),
    [
        ("Ana García", "Ana", "García", True, True),
        ("Ana García", "Ana García", None, True, True),
        ("Ana García", " Ana ", "  García", True, True),
        ("Ana García", None, "Ana García", True, True),
        ("Ana García", "Ana", None, False, False),
        ("Ana García", "Ana", "Gómez", False, False),
        ("Ana", "Ana", None, True, True),
        ("Ana", "Ana", "García", True, False),
        ("Ana", None, "Ana", True, True),
        ("Ana", "Eva", None, False, False),
        ("Ana", None, None, False, False),
    ],
)
def test_a_name_is_the_same_however_it_is_split(
    name: str, first: str | None, last: str | None, same: bool, ours: bool
) -> None:
    found = field("name", golden=name, state=name, firstname=first, lastname=last)
    assert (found.same, found.ours) == (same, ours)
    assert found.old == (" ".join(filter(None, (first, last))) or None)


@pytest.mark.parametrize(
    ("state", "first", "last", "is_ours"),
    [
        ("Ana García", "Ana", "García", True),
        ("Ana García", "Eva", "García", True),
        ("Ana García", "Eva", " García", True),
        ("Ana García", "Ana", "Gómez", False),
        ("Ana García", "Ana", None, False),
        ("Ana de la Cruz", "Ana de la", "Cruz", True),
        ("Ana", "Ana", "García", False),
        (None, "Ana", "García", False),
    ],
)
def test_the_last_name_is_ours_where_it_is_what_we_wrote_or_the_whole_name_is(
    state: str | None, first: str, last: str | None, is_ours: bool
) -> None:
    assert field("name", golden="Ana", state=state, firstname=first, lastname=last).rest_ours is is_ours


def test_without_a_state_nothing_is_ours() -> None:
    fields, _ = LIVE.compare({**ANA, "mrr": 1.0}, {}, {"mrr": "1"}, None, None)
    assert (fields["mrr"].same, fields["mrr"].ours) == (True, False)


def test_what_the_portal_does_not_take_is_not_the_same_and_is_told() -> None:
    values = PortalValues(
        MAPPING, {**PORTAL, "country": PropertySchema("country", "enumeration", "select", options={"it": "Italy"})}
    )
    golden = {**ANA, "country": "ES"}
    fields, (unfit,) = Live(values).compare(golden, {}, {"country": "it"}, None, None)
    assert (fields["country"].same, unfit.field_name, unfit.property_name) == (False, "country", "country")
    assert Live(values).unfit(golden, None) == [unfit]
    assert Live(values).to_send(golden, [], [], None, {}) == {}


def sent(golden: dict[str, Any], live: dict[str, str | None] | None, **more: Any) -> dict[str, str]:
    told: dict[str, Any] = {"cleared": (), "shortened": (), "regions": SPANISH, "live": live, **more}
    return LIVE.to_send({**ANA, **golden}, **told)


def test_a_new_contact_gets_all_that_it_has_and_nothing_empty() -> None:
    assert sent({"name": "Ana", "country": "ES", "mrr": None}, None) == {
        "firstname": "Ana",
        "country": "Spain",
        CODE: "ES",
    }
    assert sent({"name": "Ana"}, None, cleared=["mrr"], shortened=["name"]) == {"firstname": "Ana"}


def test_only_properties_that_mean_something_else_are_sent() -> None:
    live: dict[str, str | None] = {
        "firstname": "Ana",
        "lastname": "G",
        "phone": "612 34 56 78",
        "mrr": "1.00",
        "country": "ES",
    }
    same = {"name": "Ana García", "phone": "612345678", "mrr": 1.0, "country": "ES"}
    assert sent(same, live) == {"lastname": "García"}
    assert sent(same, live, exactly=True) == {
        "lastname": "García", "phone": "+34612345678", "mrr": "1", "country": "Spain", CODE: "ES",
    }  # fmt: skip


def test_what_is_to_be_empty_is_sent_only_where_there_is_something() -> None:
    told = {"cleared": ["mrr", "phone"], "shortened": ["name"]}
    live: dict[str, str | None] = {"mrr": "1", "phone": None, "firstname": "Ana", "lastname": "García"}
    assert sent({"name": "Ana"}, live, **told) == {"mrr": "", "lastname": ""}
    assert sent({"name": "Ana"}, {**live, "lastname": ""}, **told) == {"mrr": ""}


def test_what_goes_along_is_sent_only_with_the_first_and_where_it_differs() -> None:
    assert sent({"country": "ES"}, {"country": "Spain", CODE: "IT"}) == {}
    assert sent({"country": "ES"}, {"country": "Italy", CODE: "IT"}) == {"country": "Spain", CODE: "ES"}
    assert sent({"country": "ES"}, {"country": "Italy", CODE: "ES"}) == {"country": "Spain"}
    assert sent({"country": "ES", "mrr": 1.0}, {"country": "Spain"}) == {"mrr": "1"}
    assert sent({}, {"country": "Italy", CODE: "IT"}, cleared=["country"]) == {"country": "", CODE: ""}
