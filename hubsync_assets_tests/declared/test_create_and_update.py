"""``create: false`` and ``update: false``: who is left out, and when that is asked again."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hubsync_assets.emulator import HubSpotEmulator
from hubsync_assets.model.contact_model import ContactModel
from hubsync_assets.model.declaration import ContactSync
from hubsync_assets_tests.pipeline import Pipeline

FIELDS = {"email": {"kind": "email"}, "company": {"kind": "text"}}


def declared(**flags: bool) -> ContactModel:
    return ContactModel(ContactSync.model_validate({"sources": {"crm": {"read": "crm"}}, "fields": FIELDS, **flags}))


@pytest.fixture
def hubspot() -> Iterator[HubSpotEmulator]:
    with HubSpotEmulator() as emulator:
        yield emulator


@pytest.fixture
def sync(tmp_path: Path, hubspot: HubSpotEmulator) -> Pipeline:
    """HubSpot has Ana, and the source has Ana and Bob."""
    pipeline = Pipeline(tmp_path, hubspot)
    hubspot.seed([{"email": "ana@example.com", "company": "Old"}])
    put(pipeline, ana="New", bob="Bobs")
    return pipeline


def put(pipeline: Pipeline, **companies: str) -> None:
    rows = [f"{name}@example.com,{company}" for name, company in companies.items()]
    pipeline.put("crm", {"crm.csv": "\n".join(["email,company", *rows])})


def held(pipeline: Pipeline) -> dict[str, Any]:
    return {it["email"].partition("@")[0]: it["company"] for it in pipeline.hubspot.contacts()}


def left_out(pipeline: Pipeline) -> dict[str, str]:
    rows = pipeline.table("failed_contacts").select("email", "category").iter_rows()
    return {email.partition("@")[0]: category for email, category in rows}


def reads(pipeline: Pipeline) -> int:
    return sum(call["path"].partition("?")[0].endswith("/batch/read") for call in pipeline.hubspot.calls("/objects/"))


def test_who_is_not_in_the_portal_is_left_out_and_asked_for_again_when_the_source_changes_it(sync: Pipeline) -> None:
    sync.model = declared(create=False)
    assert sync.sync().success
    assert (held(sync), left_out(sync)) == ({"ana": "New"}, {"bob": "not_in_portal"})
    calls = len(sync.hubspot.calls("/objects/"))
    assert sync.sync().success
    assert len(sync.hubspot.calls("/objects/")) == calls  # nobody is asked for
    sync.hubspot.seed([{"email": "bob@example.com", "company": "Theirs"}])
    put(sync, ana="New", bob="Changed")
    assert sync.sync().success
    assert (held(sync), left_out(sync)) == ({"ana": "New", "bob": "Changed"}, {})


def test_who_was_left_out_is_created_when_the_declaration_says_so(sync: Pipeline) -> None:
    sync.model = declared(create=False)
    sync.sync()
    sync.model = declared()
    assert sync.sync().success
    assert (held(sync), left_out(sync)) == ({"ana": "New", "bob": "Bobs"}, {})


def test_who_is_in_the_portal_is_not_updated(sync: Pipeline) -> None:
    sync.model = declared(update=False)
    assert sync.sync().success
    assert (held(sync), left_out(sync)) == ({"ana": "Old", "bob": "Bobs"}, {"ana": "already_in_portal"})
    put(sync, ana="New", bob="Moved")
    assert sync.sync().planned == 0  # not one that we created, either
    assert held(sync) == {"ana": "Old", "bob": "Bobs"}
