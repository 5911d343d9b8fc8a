"""Fields that are declared in other ways than the shipped ones: in HubSpot's form, compared, and as properties of a portal."""

from typing import Any

import pytest

from hubsync_assets.emulator import HubSpotEmulator
from hubsync_assets.hubspot.client import HubSpotClient
from hubsync_assets.hubspot.errors import ForbiddenError, MappingRefusedError
from hubsync_assets.hubspot.mapping import PropertyMapping
from hubsync_assets.hubspot.schema_check import check_portal
from hubsync_assets.model.contact_model import ContactModel
from hubsync_assets.model.declaration import ContactSync

EMAIL = "ana@example.com"
SPANISH = "612 34 56 78"


def model_of(**fields: dict[str, Any]) -> ContactModel:
    declared = {"sources": {"crm": {"read": "x.csv"}}, "fields": {"email": {"kind": "email"}, **fields}}
    return ContactModel(ContactSync.model_validate(declared))


def test_a_field_without_a_property_is_neither_sent_nor_read_nor_compared() -> None:
    mapping = PropertyMapping(model_of(note={"kind": "text", "property": None}, city={"kind": "text"}))
    contact = {"email": EMAIL, "note": "x", "city": "Lugo"}
    assert mapping.to_properties(contact, cleared=["note"]) == {"email": EMAIL, "city": "Lugo"}
    assert "note" not in mapping.read_properties()
    assert list(mapping.compare(contact, {"note": "y"})) == ["city"]


def test_a_field_is_written_to_each_of_its_properties_in_its_form() -> None:
    forms = {"country": "english", "hs_country_region_code": "alpha2"}
    mapping = PropertyMapping(model_of(country={"kind": "country", "property": forms}))
    sent = mapping.to_properties({"email": EMAIL, "country": "ES"})
    assert sent == {"email": EMAIL, "country": "Spain", "hs_country_region_code": "ES"}
    assert mapping.to_properties({"email": EMAIL}, cleared=["country"]) == {
        "email": EMAIL, "country": "", "hs_country_region_code": "",
    }  # fmt: skip
    # What only goes along is not compared.
    other = mapping.compare({"country": "ES"}, {"country": "Spain", "hs_country_region_code": "IT"})["country"]
    assert (other.old, other.same, other.whole) == ("Spain", True, True)


def test_a_field_whose_properties_are_its_own_is_compared_in_each() -> None:
    forms = {"land": "english", "land_code": "alpha2"}
    mapping = PropertyMapping(model_of(country={"kind": "country", "property": forms}))
    half = mapping.compare({"country": "ES"}, {"land": "Spain", "land_code": "IT"})["country"]
    assert (half.old, half.same, half.whole) == ("Spain", False, False)
    assert mapping.compare({"country": "ES"}, {"land": "Spain", "land_code": "ES"})["country"].same
    assert not mapping.compare({"country": None}, {"land": "", "land_code": "ES"})["country"].same


@pytest.mark.parametrize(
    ("contact", "regions", "sent"),
    [
        ({"country": "ES"}, None, "+34612345678"),
        ({"country": "FR"}, {"phone": "ES"}, "+34612345678"),
        ({"country": "ES"}, {"phone": None, "mobile": "FR"}, "+34612345678"),
        ({}, None, SPANISH),
    ],
)
def test_each_phone_has_its_own_country(
    contact: dict[str, str], regions: dict[str, str | None] | None, sent: str
) -> None:
    fields = {
        "country": {"kind": "country"},
        "phone": {"kind": "phone", "region_from": "country"},
        "mobile": {"kind": "phone", "property": "mobilephone", "region": "IT"},
    }
    mapping = PropertyMapping(model_of(**fields))
    made = mapping.to_properties(
        {"email": EMAIL, **contact, "phone": SPANISH, "mobile": "347 123 4567"}, regions=regions
    )
    assert made["phone"] == sent
    assert made["mobilephone"] == ("347 123 4567" if regions and "mobile" in regions else "+393471234567")


def test_the_key_is_hubspots_email_whatever_its_field_is_called() -> None:
    declared = {
        "key": "mail",
        "sources": {"crm": {"read": "x.csv"}},
        "fields": {"mail": {"kind": "email", "property": "email"}, "city": {"kind": "text"}},
    }
    mapping = PropertyMapping(ContactModel(ContactSync.model_validate(declared)))
    assert mapping.to_properties({"mail": EMAIL, "city": "Lugo"}) == {"email": EMAIL, "city": "Lugo"}


PLAN = {"kind": "enum", "property": "tier", "values": {"free": "Free", "pro": "Pro"}}
TAGS = {"kind": "multi", "property": "labels", "values": {"a": "A", "b": "B"}}


def test_a_missing_property_is_created_with_its_options(hubspot: HubSpotEmulator, emulated: HubSpotClient) -> None:
    check_portal(emulated, model_of(plan=PLAN, tags=TAGS, member={"kind": "boolean"}))
    schema = emulated.properties()
    assert {name: schema[name].options for name in ("tier", "labels", "member")} == {
        "tier": {"Free": "Free", "Pro": "Pro"}, "labels": {"A": "A", "B": "B"}, "member": {"true": "Yes", "false": "No"},
    }  # fmt: skip
    assert (schema["labels"].type, schema["labels"].field_type) == ("enumeration", "checkbox")


def test_an_enumeration_without_any_option_is_not_created(emulated: HubSpotClient, hubspot: HubSpotEmulator) -> None:
    with pytest.raises(MappingRefusedError, match="labels does not exist, and cannot be created without options"):
        check_portal(emulated, model_of(tags={"kind": "multi", "property": "labels"}))
    assert "labels" not in emulated.properties()


def test_one_missing_property_does_not_keep_quiet_about_the_others(
    hubspot: HubSpotEmulator, emulated: HubSpotClient
) -> None:
    hubspot.switch(scopes="crm.objects.contacts.read crm.objects.contacts.write")
    with pytest.raises(ForbiddenError, match="tier .*; labels "):
        check_portal(emulated, model_of(plan=PLAN, tags=TAGS))
