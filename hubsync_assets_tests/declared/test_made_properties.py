"""A field of several values without ``values``: its property is made by the first sync, of the options that it sends."""

from pathlib import Path

import pytest

from hubsync_assets.emulator import HubSpotEmulator
from hubsync_assets.hubspot.client import HubSpotClient
from hubsync_assets.hubspot.errors import MappingRefusedError
from hubsync_assets.model.contact_model import ContactModel
from hubsync_assets.model.declaration import ContactSync
from hubsync_assets_tests.declared.formats import as_csv
from hubsync_assets_tests.pipeline import Pipeline

FIELDS = {"email": {"kind": "email"}, "courses": {"kind": "multi", "separator": ",", "property": {"name": "courses"}}}


def a_sync(folder: Path, hubspot: HubSpotEmulator, **courses: str) -> Pipeline:
    sync = ContactSync.model_validate({"sources": {"lms": {"read": "lms"}}, "fields": FIELDS})
    pipeline = Pipeline(folder, hubspot, model=ContactModel(sync))
    put(pipeline, **courses)
    return pipeline


def put(pipeline: Pipeline, **courses: str) -> None:
    rows = ({"email": f"{name}@example.com", "courses": listed} for name, listed in courses.items())
    pipeline.put("lms", {"lms.csv": as_csv(rows)})


def held(hubspot: HubSpotEmulator) -> dict[str, str]:
    return {it["email"].partition("@")[0]: it["courses"] for it in hubspot.contacts() if it.get("courses")}


def test_it_is_a_checkbox_with_every_option_that_is_sent(
    hubspot: HubSpotEmulator, client: HubSpotClient, tmp_path: Path
) -> None:
    pipeline = a_sync(tmp_path, hubspot, ana="Bio 101, C++", bo="C++ ,Caf\u00e9", cy="", di="Bio 101")
    assert pipeline.sync().success
    made = client.properties()["courses"]
    assert (made.type, made.field_type) == ("enumeration", "checkbox")
    assert made.options.keys() == {"Bio 101", "C++", "Caf\u00e9"}
    assert held(hubspot) == {"ana": "Bio 101;C++", "bo": "C++;Caf\u00e9", "di": "Bio 101"}
    assert pipeline.sync().planned == 0


def test_an_option_that_the_property_lacks_later_costs_that_value_and_no_other(
    hubspot: HubSpotEmulator, tmp_path: Path
) -> None:
    pipeline = a_sync(tmp_path, hubspot, ana="Bio 101", bo="C++")
    pipeline.sync()
    put(pipeline, ana="Bio 101,Art", bo="Bio 101")
    assert pipeline.sync().success
    assert held(hubspot) == {"ana": "Bio 101", "bo": "Bio 101"}
    refused = pipeline.table("failed_contacts").select("email", "property", "category", "message").rows()
    assert [row[:3] for row in refused] == [("ana@example.com", "courses", "not_an_option")]
    assert refused[0][3].startswith("courses: 'Art' is none of the options that the portal has (Bio 101, C++)")
    assert pipeline.sync().planned == 0


def test_nothing_is_made_where_the_declaration_does_not_want_it(hubspot: HubSpotEmulator, tmp_path: Path) -> None:
    pipeline = a_sync(tmp_path, hubspot, ana="Bio 101")
    declared = pipeline.model.declared.model_copy(update={"create_properties": False})
    pipeline.model = ContactModel(declared)
    with pytest.raises(MappingRefusedError, match="courses does not exist"):
        pipeline.sync()
    assert hubspot.contacts() == []
