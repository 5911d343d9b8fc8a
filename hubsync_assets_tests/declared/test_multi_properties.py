"""Fields of several values, and the properties that they are written to."""

from typing import Any

import pytest

from hubsync_assets.hubspot.client import HubSpotClient
from hubsync_assets.hubspot.errors import MappingRefusedError
from hubsync_assets.hubspot.schema_check import check_portal
from hubsync_assets.hubspot.values import Upsert
from hubsync_assets.model.contact_model import ContactModel
from hubsync_assets.model.declaration import ContactSync
from hubsync_assets_tests.declared.company import dropdown


def model(**tags: Any) -> ContactModel:
    fields = {"email": {"kind": "email"}, "tags": {"kind": "multi", **tags}}
    return ContactModel(ContactSync.model_validate({"sources": {"crm": {"read": "crm.csv"}}, "fields": fields}))


@pytest.mark.parametrize(
    ("value", "missing"), [("a;b", None), ("a", None), ("a;x;y", "'x', 'y'"), ("x", "'x'"), ("", None)]
)
def test_each_element_has_to_be_an_option(client: HubSpotClient, value: str, missing: str | None) -> None:
    client.create_properties([dropdown("tags", "a", "b", field_type="checkbox")])
    outcome = check_portal(client, model())(Upsert("ana@example.com", {"email": "ana@example.com", "tags": value}))
    wanted = None if missing is None else f"tags: {missing} is none of the portal's 2 options"
    assert (outcome and outcome.message) == wanted


def test_a_text_with_a_semicolon_is_one_option_of_a_dropdown(client: HubSpotClient) -> None:
    client.create_properties([dropdown("plan", "a;b")])
    declared = {
        "sources": {"crm": {"read": "crm.csv"}},
        "fields": {"email": {"kind": "email"}, "plan": {"kind": "enum"}},
    }
    check = check_portal(client, ContactModel(ContactSync.model_validate(declared)))
    assert check(Upsert("ana@example.com", {"email": "ana@example.com", "plan": "a;b"})) is None


def test_a_dropdown_of_one_value_cannot_take_several(client: HubSpotClient) -> None:
    client.create_properties([dropdown("tags", "a", "b")])
    with pytest.raises(MappingRefusedError, match="tags takes one option"):
        check_portal(client, model(values=["a", "b"]))


def test_without_values_a_checkbox_is_made_of_what_is_seen(client: HubSpotClient) -> None:
    check_portal(client, model(), seen=lambda field: ["b", "a"] if field.name == "tags" else [])
    made = client.properties()["tags"]
    assert (made.type, made.field_type, made.options) == ("enumeration", "checkbox", frozenset({"a", "b"}))
