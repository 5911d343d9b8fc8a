"""What is found before the first call."""

from typing import Any

import pytest

from hubsync_assets.emulator import HubSpotEmulator
from hubsync_assets.hubspot.client import HubSpotClient
from hubsync_assets.hubspot.errors import ForbiddenError, MappingRefusedError
from hubsync_assets.hubspot.schema_check import check_portal, portal_faults
from hubsync_assets.hubspot.values import PropertySchema
from hubsync_assets.model.contact_model import ContactModel
from hubsync_assets_tests.contacts.tables import PORTAL
from hubsync_assets_tests.hubspot.scripted import Reply, ScriptedPortal
from hubsync_assets_tests.shipped import MODEL

PROPERTIES = "/properties/2026-09/contacts"
GOOD = {
    name: {"name": name, "type": "string", "fieldType": "text"}
    for name in ("email", "firstname", "lastname", "country", "phone", "company", "company_size")
} | {"mrr": {"name": "mrr", "type": "number", "fieldType": "number"}}


def portal_with(portal: ScriptedPortal, **changed: dict[str, Any]) -> None:
    schema = {name: {**it, **changed.get(name, {})} for name, it in GOOD.items()}
    portal.always(PROPERTIES, lambda _: Reply(200, {"results": list(schema.values())}))


def test_a_missing_property_is_created_in_the_projects_own_group(
    hubspot: HubSpotEmulator, emulated: HubSpotClient
) -> None:
    check_portal(emulated, MODEL)
    schema = emulated.properties()["mrr"]
    assert (schema.type, schema.field_type) == ("number", "number")
    assert len([it for it in hubspot.calls("/groups") if it["method"] == "POST"]) == 1


def test_a_second_run_only_reads(hubspot: HubSpotEmulator, emulated: HubSpotClient) -> None:
    check_portal(emulated, MODEL)
    before = len(hubspot.calls())
    check_portal(emulated, MODEL)
    assert [it["method"] for it in hubspot.calls()[before:]] == ["GET"]


def test_without_the_scope_the_message_says_which_properties_and_how(
    hubspot: HubSpotEmulator, emulated: HubSpotClient
) -> None:
    hubspot.switch(scopes="crm.objects.contacts.read crm.objects.contacts.write")
    with pytest.raises(ForbiddenError) as caught:
        check_portal(emulated, MODEL)
    assert "mrr (label 'MRR', type number, field type number)" in str(caught.value)
    assert "lacks the scope crm.schemas.contacts.write" in str(caught.value)
    assert "crm.objects.contacts.write" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_missing_property_may_be_an_error_instead(emulated: HubSpotClient) -> None:
    declared = MODEL.declared.model_copy(update={"create_properties": False})
    with pytest.raises(MappingRefusedError, match="mrr does not exist"):
        check_portal(emulated, ContactModel(declared))


@pytest.mark.parametrize(
    ("name", "change", "words"),
    [
        ("country", {"modificationMetadata": {"readOnlyValue": True}}, "country is read-only"),
        ("company_size", {"calculated": True}, "company_size is calculated by HubSpot"),
        ("country", {"type": "number"}, "country is of type number"),
        ("phone", {"type": "date"}, "phone is of type date"),
        ("mrr", {"type": "bool"}, "mrr is of type bool"),
        ("mrr", {"type": "datetime"}, "mrr is of type datetime"),
        (
            "country",
            {"type": "enumeration", "options": [{"value": "Portugal"}]},
            "country is an enumeration with none of France, Germany, Italy, Spain",
        ),
    ],
)
def test_a_property_that_cannot_take_what_we_send_stops_the_run_before_any_write(
    portal: ScriptedPortal, client: HubSpotClient, name: str, change: dict[str, Any], words: str
) -> None:
    portal_with(portal, **{name: change})
    with pytest.raises(MappingRefusedError, match=words):
        check_portal(client, MODEL)
    assert portal.upserts == []


@pytest.mark.parametrize(
    ("name", "type_"),
    [
        ("company_size", "number"),
        ("company_size", "string"),
        ("mrr", "string"),
        ("phone", "phone_number"),
        ("country", "string"),
    ],
)
def test_a_property_that_takes_what_we_send_is_fine_whatever_its_type(
    portal: ScriptedPortal, client: HubSpotClient, name: str, type_: str
) -> None:
    portal_with(portal, **{name: {"type": type_}})
    assert check_portal(client, MODEL)[name].type == type_


def schema_with(**changed: PropertySchema | None) -> dict[str, PropertySchema]:
    """The made-up portal and the key; None: the portal lacks it."""
    email = PropertySchema("email", "string", "text")
    return {name: it for name, it in {"email": email, **PORTAL, **changed}.items() if it is not None}


def test_a_portal_that_takes_everything_has_no_fault() -> None:
    assert portal_faults(MODEL, schema_with()) == []
    assert portal_faults(MODEL, schema_with(mrr=None, phone=None)) == []


def test_all_faults_are_told_at_once() -> None:
    changed = {
        "country": PropertySchema("country", "enumeration", "select", options={"pt": "Portugal"}),
        "phone": PropertySchema("phone", "date", "date"),
        "company": PropertySchema("company", "string", "text", read_only=True),
        "mrr": PropertySchema("mrr", "number", "calculation_equation", read_only=True, calculated=True),
        "lastname": None,
    }
    declared = MODEL.declared.model_copy(update={"create_properties": False})
    assert sorted(portal_faults(ContactModel(declared), schema_with(**changed))) == [
        "company is read-only",
        "country is an enumeration with none of France, Germany, Italy, Spain among its options, by value or label",
        "lastname does not exist, and the declaration says create_properties: false",
        "mrr is calculated by HubSpot",
        "phone is of type date, and what we send needs enumeration or phone_number or string",
    ]


@pytest.mark.parametrize(
    "options", [{"ES": "ES"}, {"x": "Espa\u00f1a"}, {"spain": ""}, {"pt": "Portugal", "IT": "Italia"}]
)
def test_one_option_that_means_one_of_our_values_is_enough(options: dict[str, str]) -> None:
    country = PropertySchema("country", "enumeration", "select", options=options)
    assert portal_faults(MODEL, schema_with(country=country)) == []


def test_a_property_that_only_goes_along_is_no_fault_whatever_it_is(
    emulated: HubSpotClient, hubspot: HubSpotEmulator
) -> None:
    name = "hs_country_region_code"
    assert portal_faults(MODEL, schema_with(**{name: PropertySchema(name, "number", "number", read_only=True)})) == []
    declared = MODEL.declared.model_copy(update={"create_properties": False})
    faults = portal_faults(ContactModel(declared), schema_with())
    assert faults == []
    check_portal(emulated, MODEL)
    assert not [it for it in hubspot.calls(PROPERTIES) if it["method"] == "POST" and name in str(it)]
