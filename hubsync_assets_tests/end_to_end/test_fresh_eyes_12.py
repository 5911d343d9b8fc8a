"""What somebody who had never seen the project found in the plan and the sync.

Put here: whole runs on small portals that nobody had thought of. Keep out: what a page promises in so many words (``first_day``).
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hubsync_assets.emulator import HubSpotEmulator
from hubsync_assets.model.contact_model import ContactModel
from hubsync_assets.model.declaration import ContactSync
from hubsync_assets_tests.first_day.day import Day

ANN, OLD = "ann@example.com", "ann.old@example.com"


@pytest.fixture
def hubspot() -> Iterator[HubSpotEmulator]:
    with HubSpotEmulator() as portal:
        yield portal


@pytest.fixture
def day(hubspot: HubSpotEmulator, tmp_path: Path) -> Day:
    return Day(tmp_path, hubspot)


def declared(fields: dict[str, Any], **top: object) -> ContactModel:
    sources = {"db1": {"read": "db1.csv"}, "db2": {"read": "db2.csv"}}
    return ContactModel(
        ContactSync.model_validate({"sources": sources, "fields": {"email": {"kind": "email"}, **fields}, **top})
    )


@pytest.mark.parametrize("name", ["owner", "marks0"])
def test_a_field_may_be_called_as_a_column_of_the_plans_own_was(day: Day, name: str) -> None:
    day.model = declared({name: {"kind": "text", "property": "company"}})
    day.hubspot.seed([{"email": ANN, "hs_additional_emails": OLD}])
    day.export({"email": ANN, name: "Bea"}, {"email": OLD, name: "Cid"})
    day.sync()
    assert day.holds(ANN, "company") == ("Bea",)
    assert ANN in day.failed()[OLD, None]["message"]


@pytest.mark.parametrize("kind", ["text", "whole", "boolean", "date", "phone", "country"])
def test_what_is_settled_is_not_read_again_because_the_sync_has_created_its_property(day: Day, kind: str) -> None:
    texts = {"whole": "5", "boolean": "yes", "date": "2024-01-03", "phone": "+34600000001", "country": "ES"}
    day.model = declared({"extra": {"kind": kind, "write": "set_once"}, "company": {"kind": "text"}})
    day.hubspot.seed([{"email": ANN}])
    day.export({"email": ANN, "extra": texts.get(kind, "x"), "company": "Acme"})
    assert day.sync().planned == 1
    calls = len(day.hubspot.calls("/objects/"))
    assert day.sync().planned == 0
    assert len(day.hubspot.calls("/objects/")) == calls
