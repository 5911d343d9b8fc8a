"""Fields of several values, and the properties that they are written to."""

from typing import Any

import pytest

from hubsync_assets.hubspot.client import HubSpotClient
from hubsync_assets.hubspot.errors import MappingRefusedError
from hubsync_assets.hubspot.mapping import PropertyMapping
from hubsync_assets.hubspot.portal_values import PortalValues
from hubsync_assets.hubspot.schema_check import check_portal
from hubsync_assets.model.contact_model import ContactModel
from hubsync_assets.model.declaration import ContactSync
from hubsync_assets_tests.declared.company import dropdown


def model(**tags: Any) -> ContactModel:
    fields = {"email": {"kind": "email"}, "tags": {"kind": "multi", **tags}}
    return ContactModel(ContactSync.model_validate({"sources": {"crm": {"read": "crm.csv"}}, "fields": fields}))


def unfit(client: HubSpotClient, contact: ContactModel, **properties: str) -> list[str]:
    values = PortalValues(PropertyMapping(contact), check_portal(client, contact))
    return [it.message.partition(" that the portal has")[0] for it in values.fit(properties)[1]]


@pytest.mark.parametrize(("value", "missing"), [("a;b", ""), ("a", ""), ("a;x;y", "'x', 'y'"), ("x", "'x'"), ("", "")])
def test_each_element_has_to_be_an_option(client: HubSpotClient, value: str, missing: str) -> None:
    client.create_properties([dropdown("tags", "a", "b", field_type="checkbox")])
    wanted = [f"tags: {missing} is none of the options"] if missing else []
    assert unfit(client, model(), tags=value) == wanted


def test_a_text_with_a_semicolon_is_one_option_of_a_dropdown(client: HubSpotClient) -> None:
    client.create_properties([dropdown("plan", "a;b")])
    declared = {
        "sources": {"crm": {"read": "crm.csv"}},
        "fields": {"email": {"kind": "email"}, "plan": {"kind": "enum"}},
    }
    assert unfit(client, ContactModel(ContactSync.model_validate(declared)), plan="a;b") == []


def test_a_dropdown_of_one_value_cannot_take_several(client: HubSpotClient) -> None:
    client.create_properties([dropdown("tags", "a", "b")])
    with pytest.raises(MappingRefusedError, match="tags takes one option"):
        check_portal(client, model(values=["a", "b"]))


def test_without_values_a_checkbox_is_made_of_what_is_seen(client: HubSpotClient) -> None:
    check_portal(client, model(), seen=lambda field: ["b", "a"] if field.name == "tags" else [])
    made = client.properties()["tags"]
    assert (made.type, made.field_type, set(made.options)) == ("enumeration", "checkbox", {"a", "b"})
