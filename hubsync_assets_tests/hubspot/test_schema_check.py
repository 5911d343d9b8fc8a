"""What is found before the first call."""

from typing import Any

import pytest

from hubsync_assets.emulator import HubSpotEmulator
from hubsync_assets.hubspot.client import HubSpotClient
from hubsync_assets.hubspot.errors import ForbiddenError, MappingRefusedError
from hubsync_assets.hubspot.schema_check import check_portal
from hubsync_assets.hubspot.values import Upsert
from hubsync_assets_tests.hubspot.scripted import Reply, ScriptedPortal
from hubsync_assets_tests.hubspot.upload import people, person, upload
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
    with pytest.raises(MappingRefusedError, match="mrr does not exist"):
        check_portal(emulated, MODEL, create=False)


@pytest.mark.parametrize(
    ("name", "change", "words"),
    [
        ("country", {"modificationMetadata": {"readOnlyValue": True}}, "country is read-only"),
        ("company_size", {"calculated": True}, "company_size is read-only"),
        ("country", {"type": "number"}, "country is of type number"),
        ("phone", {"type": "date"}, "phone is of type date"),
        ("mrr", {"type": "bool"}, "mrr is of type bool"),
        ("mrr", {"type": "datetime"}, "mrr is of type datetime"),
        (
            "country",
            {"type": "enumeration", "options": [{"value": "Spain"}]},
            "country is an enumeration with none of DE, ES",
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
    assert check_portal(client, MODEL)(people(1)[0]) is None


def test_an_option_that_the_portal_lacks_refuses_that_contact_before_any_call(
    portal: ScriptedPortal, client: HubSpotClient
) -> None:
    portal_with(portal, country={"type": "enumeration", "options": [{"value": "ES"}, {"value": "IT"}]})
    upserts = [
        Upsert(f"p{it}@example.com", {"email": f"p{it}@example.com", "country": code})
        for it, code in enumerate(["ES", "FR", "IT", ""])
    ]
    done = upload(client, upserts, check_portal(client, MODEL))
    assert done.is_complete(upserts)
    bad = done.one("p1@example.com")
    assert (bad.kind, bad.category, bad.attempts) == ("refused", "not_sendable", 0)
    assert bad.message == "country: 'FR' is none of the portal's 2 options"
    assert portal.upserts == [["p0@example.com", "p2@example.com", "p3@example.com"]]


@pytest.mark.parametrize(("length", "kind"), [(65_536, "created"), (65_537, "refused")])
def test_a_text_that_is_too_long_refuses_that_contact_before_any_call(
    portal: ScriptedPortal, client: HubSpotClient, length: int, kind: str
) -> None:
    portal_with(portal)
    long = Upsert("long@example.com", {**person("long@example.com").properties, "company": "x" * length})
    done = upload(client, [*people(2), long], check_portal(client, MODEL))
    assert done.one("long@example.com").kind == kind
    assert done.report.contacts == 3
